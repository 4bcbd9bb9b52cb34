# make run    talk to the bot in this terminal       make test   the whole test suite
# make lint   all checks of the code                 make bench  turns per CPU-second, beside a bare lower bound
#
# The first call makes .venv and installs what requirements.lock names; later ones start at once.

# The newest Python there is, from 3.11 on; or name one: make PYTHON=/path/to/python3.12
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
ARGS ?=

.PHONY: run test lint bench clean
.DEFAULT_GOAL := run

run: $(READY)
	@$(BIN)/crmbot chat $(ARGS)

test: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "crmbot needs Python 3.11 or newer, with its venv module" >&2; exit 1; }
	@echo "Setting up .venv (once) …" >&2
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip --disable-pip-version-check -qq install --require-hashes --no-deps --no-compile -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check -qq install --no-deps --no-build-isolation --editable .
	@# or every start compiles where Python may write none; some packages carry files that are no Python
	@$(BIN)/python -m compileall -qq -j 0 $(BIN)/../lib adapters bot config nlu storage || true
	@touch $(READY)

clean:
	@rm -rf .venv build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
