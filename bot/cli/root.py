"""All commands by name, and the one place where their mistakes become a line on stderr.

Exit codes: 0 done, 1 the user's mistake or a store that cannot be used, 2 bad usage.
"""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.output import command_group, fail, say
from bot.errors import CrmError
from config.errors import ConfigError
from config.loading import load
from storage.errors import StorageError

# name → module; the module's ``app`` is a Typer. A command that stands alone is a Typer with one command.
COMMANDS = {
    "chat": "bot.cli.chat_command",
    "demo": "bot.cli.demo",
    "run": "bot.cli.run",
    "inbox": "bot.cli.inbox",
    "outbox": "bot.cli.outbox",
    "parse": "bot.cli.parse",
    "forecast": "bot.cli.forecast",
    "export": "bot.cli.export",
    "import": "bot.cli.import_command",
    "team": "bot.cli.team",
    "user": "bot.cli.user",
    "hand-over": "bot.cli.hand_over",
    "contact": "bot.cli.contact",
    "channel": "bot.cli.channel",
    "token": "bot.cli.token",
    "webhook": "bot.cli.webhook",
    "person": "bot.cli.person",
    "db": "bot.cli.db",
    "check": "bot.cli.check",
    "backup": "bot.cli.backup",
    "restore": "bot.cli.restore",
}


class LazyGroup(TyperGroup):
    """Finds commands by name without loading the others: `crmbot chat` has no time for them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = typer.main.get_command(load(module).app)
        command.name = cmd_name
        return command


def build() -> TyperGroup:
    """The whole command line."""
    app = command_group("cli.help.crmbot", cls=LazyGroup)

    @app.callback()
    def _root() -> None:
        pass

    return typer.main.get_group(app)


def main() -> None:
    """Run the command that the arguments name, and exit."""
    sys.exit(run(build))


def run(make: Callable[[], TyperGroup]) -> int:
    """Run a command line; what went wrong is one sentence on stderr, in the configured language."""
    try:
        make().main(prog_name="crmbot", standalone_mode=True)
    except SystemExit as done:
        return int(done.code or 0)
    except ConfigError as error:
        return fail(f"cli.config.{error.problem}", **_config_facts(error))
    except CrmError as error:
        return fail(error.sentence, **error.params)
    except StorageError as error:
        return fail(f"cli.storage.{type(error).__name__}", detail=" ".join(map(str, error.args)))
    except OSError as error:
        folder = Path(error.filename).parent if error.filename else Path()
        if isinstance(error, FileNotFoundError) and not folder.exists():
            return fail("cli.error.no_folder", path=folder)
        if isinstance(error, FileNotFoundError):
            return fail("cli.error.no_file", path=error.filename or "")
        reason = error.strerror or type(error).__name__
        key = "cli.error.file" if error.filename else "cli.error.no_name"
        return fail(key, reason=reason, **({"path": error.filename} if error.filename else {}))
    except Exception as error:
        # The values in the error may be somebody's words; its place in the code is enough to find it.
        last = traceback.extract_tb(error.__traceback__)[-1]
        return fail("cli.error.unexpected", name=type(error).__name__, place=f"{last.name}:{last.lineno}")
    return 0


def _config_facts(error: ConfigError) -> dict[str, Any]:
    hint = say("cli.config.hint", nearest=error.nearest) if error.nearest else ""
    return {"file": error.file, "entry": error.key, "hint": hint, **error.facts}
