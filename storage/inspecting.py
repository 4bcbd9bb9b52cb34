"""SQLAlchemy's ORM may load in one thread while others make statements, as a first message does here beside duties.

While it loads, its inspector of plain values already stands, but what it names (`sqlalchemy.orm.exc`) is not whole: a
statement with an empty list in it, or a choice, failed with an AttributeError in every other thread. Until it is, no
plain value is a mapped one, and that is what the inspector says here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy import inspection

__all__ = ["stand_in"]

Inspector = Callable[[Any], Any]

_inspects = inspection._inspects


def stand_in() -> None:
    """Have it so for this process, before the ORM is loaded."""
    inspection._inspects = _guarded  # type: ignore[assignment]


def _guarded(*types: type) -> Callable[[Inspector], Inspector]:
    register = _inspects(*types)
    return (lambda inspect: register(_patient(inspect))) if object in types else register


def _patient(inspect: Inspector) -> Inspector:
    @wraps(inspect)
    def inspected(value: Any) -> Any:
        try:
            return inspect(value)
        except AttributeError:
            return None

    return inspected
