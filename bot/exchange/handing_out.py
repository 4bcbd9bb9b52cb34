"""Records as a file in the chat, under the rights of who asks, with a line in the log of who read what."""

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Date, func

from bot.custom.fields import in_use, of_kind
from bot.dialogs.model import Json
from bot.dialogs.reply import Document, Reply
from bot.errors import InvalidValue, NotFound
from bot.exchange import writers
from bot.exchange.columns import label_in
from bot.lookups.customers import condition_of
from bot.lookups.whose import owned_by
from bot.rules.access import note_export
from bot.rules.export import exported
from bot.talk.memory import Memory
from bot.world import World
from config.phrasing import any_way
from config.types import Period
from storage import records

MAX_ROWS = 20_000  # more is for the command line
_DAY_OF = {
    "follow_up": "occurred_at", "contract": "signed_on", "invoice": "issued_on", "payment": "received_on",
    "service_request": "requested_at", "survey": "sent_at", "reminder": "remind_at",
}  # fmt: skip


def hand_out(world: World, memory: Memory, wish: Json) -> Reply:
    """The records of a kind as a file. Raises NotFound, InvalidValue."""
    words, kind = world.words, wish["kind"]
    if not world.is_private:
        raise InvalidValue("handout.only_private")
    rows = list(islice(exported(world.tx, world.actor, world.crm, kind, only=_only(world, wish)), MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise InvalidValue("handout.too_many", max=f"{MAX_ROWS:,}")
    label = words.words(f"handout.kinds.{kind}")[0]
    if not rows:
        return Reply(words.say("handout.nothing", kind=label), is_empty=True)
    name = f"{label}-{world.now.date().isoformat()}.{wish['form']}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.{wish['form']}"
        _write(path, wish["form"], {kind: rows}, world)
        content = path.read_bytes()
    at, chat = world.now, world.chat_key
    note_export(world.tx, world.actor, wish["form"], {kind: len(rows)}, at=at, chat_key=chat)
    return Reply(words.say("handout.here", kind=label, count=f"{len(rows):,}"), file=Document(name, content))


def _only(world: World, wish: Json) -> list[Any]:
    """The conditions: one's own, those of a colleague or team, of an industry or a place."""
    cls: Any = records.record_class(wish["kind"])
    only: list[Any] = [cls.owner_id == world.actor.user_id] if wish["mine"] else []
    which, period = _timed(world, wish["which"])
    if period is not None:
        only.append(_dated(cls, period, world))
    if which:
        condition = condition_of(world, which) if cls.kind == "customer" else owned_by(world, cls, which)
        condition = _of_customer(world, cls, which) if condition is None else condition
        if condition is None:
            raise NotFound(name=which)
        only.append(condition)
    return only


def _of_customer(world: World, cls: Any, said: str) -> Any:
    """The records of one customer: 「星河的报价导出 Excel」; None where nobody or nothing is meant."""
    found = world.find("customer", said, {}) if hasattr(cls, "customer_id") else None
    is_one = found is not None and found.is_sure and len(found.matches) == 1
    return cls.customer_id == found.matches[0].id if found is not None and is_one else None


def _timed(world: World, said: str) -> tuple[str, Period | None]:
    """What is said of whose records, and of when: 「华东本季度」."""
    value = next(iter(world.understand(said).of_kind("range", "date")), None) if said else None
    reading = (value.past or value.future) if value is not None else None
    if value is None or reading is None:
        return said, None
    rest, of = f"{said[: value.start]} {said[value.end :]}", any_way("possessive")
    return re.sub(rf"^{of}|{of}$", "", " ".join(rest.split())).strip(), reading.days


def _dated(cls: Any, period: Period, world: World) -> Any:
    """The records of some days: by the day that such a record is about, else by when it was written."""
    if cls is records.Opportunity:
        return func.coalesce(cls.closed_on, cls.expected_close).between(period.start, period.end)
    column = getattr(cls, _DAY_OF.get(cls.kind, "created_at"))
    if isinstance(column.type, Date):
        return column.between(period.start, period.end)
    start, end = period.instants(world.now.tzinfo)
    return (column >= start) & (column < end)


def _write(path: Path, form: str, rows: Mapping[str, Any], world: World) -> None:
    """People read a sheet: its columns are called as in the chat. Lines of JSON are for programs."""
    if form == "jsonl":
        writers.write_jsonl(path, rows)
        return
    write = writers.write_csv if form == "csv" else writers.write_xlsx
    words = world.words
    own = writers.Own({kind: in_use(of_kind(world, kind)) for kind in rows}, lambda item: item.label(words.language))
    write(path, rows, head=lambda name: label_in(words, name), own=own)
