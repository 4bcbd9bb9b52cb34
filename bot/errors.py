"""What a person may be told went wrong, by what the caller does about it.

CrmError
├── InvalidValue        ask again, with the reason
├── Refused             say no
│   ├── NotFound        absent, or not yours: both sound alike
│   ├── NotAllowed      your role does not do this
│   ├── StageNotAllowed the pipeline has no such move
│   ├── UndoRefused     someone changed it since
│   ├── Stale           the button belongs to a card that is no longer there
│   └── Foreign         the button belongs to somebody else's card
└── Unavailable         nothing was stored; try again later
"""

from typing import ClassVar


class CrmError(Exception):
    """Base of all errors a person may be told about. The sentence stands in the catalogs under ``key``.

    ``params`` fill its placeholders; only their names may be logged.
    """

    key: ClassVar[str] = "error.internal"

    def __init__(self, key: str | None = None, **params: object) -> None:
        self.sentence = key or self.key
        super().__init__(self.sentence)
        self.params = params


class InvalidValue(CrmError):
    """The answer does not fit the field."""

    key = "error.invalid"


class Refused(CrmError):
    key = "error.refused"


class NotFound(Refused):
    """params: name."""

    key = "error.not_found"


class NotAllowed(Refused):
    key = "error.not_allowed"


class StageNotAllowed(Refused):
    """params: frm, to (stage labels), allowed (labels)."""

    key = "error.stage_not_allowed"


class UndoRefused(Refused):
    """params: what, who, at."""

    key = "error.undo_refused"


class Stale(Refused):
    key = "error.stale"


class Foreign(Refused):
    key = "error.foreign"


class Unavailable(CrmError):
    key = "error.unavailable"
