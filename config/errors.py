"""What is wrong with the configuration, and where."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

Problem: TypeAlias = Literal[
    "unknown_key", "missing", "incomplete", "wrong_type", "not_allowed", "duplicate", "secret_in_file", "given_twice",
    "unreadable", "not_toml",
]  # fmt: skip

_ENGLISH = {
    "unknown_key": "{key} is not a key{hint}",
    "missing": "{key} is missing",
    "incomplete": "{key} lacks {value}",
    "wrong_type": "{key} must be {expected}",
    "not_allowed": "{key} = {value} is not possible (expected: {expected})",
    "duplicate": "{key}: {value} stands there twice",
    "secret_in_file": "{key} is a secret; give it in the environment or in a file named there",
    "given_twice": "{key} is given twice",
    "unreadable": "cannot be read ({expected})",
    "not_toml": "is not TOML ({expected})",
}


class ConfigError(Exception):
    """Facts for one line: the file (or "environment"), the key in it, and the problem. Never holds a secret's value.

    ``str()`` is plain English for logs; the command line says it from the catalogs, under ``cli.config.<problem>``.
    """

    def __init__(self, file: str, key: str, problem: Problem, **facts: object) -> None:
        self.file, self.key, self.problem = file, key, problem
        self.facts = facts
        super().__init__(file, key, problem)

    @property
    def nearest(self) -> str:
        """The known key that was probably meant, or ""."""
        return str(self.facts.get("nearest") or "")

    def __str__(self) -> str:
        hint = f" (did you mean {self.nearest}?)" if self.nearest else ""
        return f"{self.file}: " + _ENGLISH[self.problem].format(key=self.key, hint=hint, **self.facts)


def unknown_key(file: str, path: str, key: str, known: Iterable[str]) -> ConfigError:
    """The error for a key nobody knows, with the nearest known one."""
    from difflib import get_close_matches  # only the unlucky need it

    near = get_close_matches(key, list(known), n=1, cutoff=0.6)
    return ConfigError(file, f"{path}.{key}" if path else key, "unknown_key", nearest=near[0] if near else "")
