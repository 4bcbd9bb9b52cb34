"""In whose name something is written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Author:
    """Who makes the changes of a unit, from where, when. ``step_id`` is set when the first is recorded."""

    user_id: int | None
    at: datetime
    team_id: int | None = None
    inbox_id: int | None = None
    chat_key: str | None = None
    what: dict[str, Any] = field(default_factory=dict)
    undoes_step_id: int | None = None
    step_id: int | None = None
