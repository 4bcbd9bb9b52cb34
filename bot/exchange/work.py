"""What the HTTP interface does with records: list, read, create, change, put into the bin; with the rights of chat."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from bot.custom.fields import fields_in
from bot.errors import CrmError, InvalidValue, NotFound
from bot.exchange.cells import CellReader
from bot.exchange.customs import checker
from bot.exchange.entry import Entry, Reading, instant, missing, read_entry
from bot.exchange.ids import number_of
from bot.exchange.load import complete_all
from bot.exchange.making import Maker
from bot.exchange.references import References
from bot.exchange.shapes import HISTORY, attributes
from bot.rules import opportunities, service
from bot.rules.access import fetch, require
from bot.rules.documents import next_number
from bot.rules.export import exported
from bot.world import World
from storage import records
from storage.many import create_all

MAX_PAGE = 200


class Changed(CrmError):
    """Somebody has changed the record since it was read. params: version."""

    key = "api.changed_since"


class Taken(CrmError):
    """Another record has the name or number."""

    key = "entry.taken"


def page(world: World, kind: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """A page of the records of a kind that the actor may see: those after an id, that have the values asked for."""
    require(world.actor, world.crm, kind, "view")
    limit = _whole(asked.get("limit", "50"), "limit", 1, MAX_PAGE)
    cls: Any = records.record_class(kind)
    only: list[ColumnElement[bool]] = []
    if "after" in asked:
        only.append(cls.id > _id(kind, asked["after"]))
    for name, text in asked.items():
        if name not in ("limit", "after"):
            only.append(_condition(world, kind, name, text))
    found = list(islice(exported(world.tx, world.actor, world.crm, kind, action="view", only=only), limit + 1))
    items = found[:limit]
    return {"items": items, "next": items[-1]["id"] if len(found) > limit else None}


def one(world: World, kind: str, public_id: str) -> tuple[dict[str, Any], int]:
    """A record and its version. Raises NotFound."""
    record = fetch(world.tx, world.actor, world.crm, records.record_class(kind), _id(kind, public_id))
    only = [type(record).id == record.id]
    return next(exported(world.tx, world.actor, world.crm, kind, action="view", only=only)), record.version


def create(world: World, kind: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """A new record; a paper without a number gets the next one. Raises InvalidValue, NotAllowed, Taken."""
    require(world.actor, world.crm, kind, "create")
    world.sign()
    entry = _read(world, kind, data)
    if kind in world.crm.sales.numbers and not entry.columns.get("number"):
        entry.columns["number"] = next_number(world, kind)
    lacking = missing(kind, entry)
    if lacking is not None:
        raise InvalidValue("entry.missing", field=lacking)
    columns = Maker(world.tx, world.actor, world.crm, world.now).columns(kind, entry, {})
    try:
        with world.tx.savepoint():
            create_all(world.tx, records.record_class(kind), [columns])
            complete_all(world.tx, kind, [(entry, columns)])
    except IntegrityError as error:
        raise Taken from error
    return one(world, kind, f"{records.record_class(kind).prefix}-{columns['id']}")


def change(
    world: World, kind: str, public_id: str, data: Mapping[str, Any], version: int | None
) -> tuple[dict[str, Any], int]:
    """Set what is given of a record; null empties a field. Raises Changed where it is not of this version any more."""
    record: Any = fetch(world.tx, world.actor, world.crm, records.record_class(kind), _id(kind, public_id), "edit")
    if version is not None and record.version != version:
        raise Changed(version=record.version)
    _ = world.session
    columns = _read(world, kind, data).columns
    if kind == "opportunity" and columns.get("stage"):
        opportunities.move(world, record, columns.pop("stage"))
    if kind == "service_request" and columns.get("status"):
        service.move(world, record, columns.pop("status"))
    if "custom" in columns:
        columns["custom"] = {k: v for k, v in {**record.custom, **columns["custom"]}.items() if v is not None}
    table: Any = type(record).__table__
    for key, value in columns.items():
        empty: Any = [] if isinstance(getattr(record, key), list) else None
        if value is None and empty is None and not table.c[key].nullable:
            raise InvalidValue("entry.missing", field=key)
        setattr(record, key, empty if value is None else value)
    Maker(world.tx, world.actor, world.crm, world.now).follow(record)
    try:
        world.session.flush()
    except IntegrityError as error:
        raise Taken from error
    return one(world, kind, public_id)


def put_away(world: World, kind: str, public_id: str) -> None:
    """Put a record into the bin. Raises NotFound, NotAllowed."""
    record: Any = fetch(world.tx, world.actor, world.crm, records.record_class(kind), _id(kind, public_id), "delete")
    _ = world.session
    record.deleted_at = world.now
    world.session.flush()


def _read(world: World, kind: str, data: Mapping[str, Any]) -> Entry:
    find = References(world.tx, world.actor, world.crm).find
    cells = CellReader.of(world.crm, world.currency, world.actor.zone_name)
    how = Reading(world.crm, world.actor.zone, find, checker(fields_in(world.tx, world.crm), cells, find))
    return read_entry(kind, {key: value for key, value in data.items() if key not in (*HISTORY, "kind")}, how)


def _condition(world: World, kind: str, name: str, text: str) -> "ColumnElement[bool]":
    """What a query parameter asks of the records. Raises InvalidValue."""
    cls: Any = records.record_class(kind)
    try:
        if name == "updated_since":
            return cls.updated_at >= instant(text, world.actor.zone)  # type: ignore[no-any-return]
        if name.startswith("custom."):
            return cls.custom[name.removeprefix("custom.")].as_string() == text  # type: ignore[no-any-return]
        attribute = attributes(kind).get(name)
        if attribute is None or attribute.form not in ("text", "choice", "date", "reference"):
            raise InvalidValue("api.bad_parameter", name=name)
        entry = _read(world, kind, {name: text})
        return getattr(cls, attribute.column) == entry.columns[attribute.column]  # type: ignore[no-any-return]
    except (ValueError, OverflowError, TypeError) as error:
        raise InvalidValue("api.bad_parameter", name=name) from error


def _whole(text: str, name: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most):
        raise InvalidValue("api.bad_parameter", name=name)
    return int(text)


def _id(kind: str, public_id: str) -> int:
    spoken = number_of(public_id)
    if spoken is None or spoken[0] != kind:
        raise NotFound(name=public_id)
    return spoken[1]


def plans(world: World) -> "list[records.Reminder]":
    """The reminders of the actor that are not settled, and those of the last months that are."""
    cls = records.Reminder
    query = select(cls).where(cls.user_id == world.actor.user_id, cls.deleted_at.is_(None), cls.status != "cancelled")
    return list(world.session.scalars(query.order_by(cls.remind_at.desc()).limit(1000)))
