"""Who changed a record, who looked at it: 「谁改过C-1」, 「谁看过华为」. For administrators, from the trails."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Text, cast, select

from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_moment, show_money
from bot.errors import NotFound
from bot.exchange.ids import number_of
from bot.exchange.shapes import attributes
from bot.lookups.periods import shown_days
from bot.talk.cues import blanked
from bot.upkeep.hearing import require_admin
from bot.world import World
from config.catalog import Catalog
from config.kinds import FIELDS
from config.types import Money, Period
from storage import records
from storage.tables import access_log, audit, steps

ROWS, MOST_FIELDS = 8, 4
_QUIET = frozenset({"version", "updated_at", "name_key", "created_by_id", "team_id", "deleted_at", "amount_currency"})


def changes(world: World, said: str) -> Reply:
    """The newest changes: when, by whom, from where, what from what to what. Raises NotAllowed, NotFound."""
    kind, record_id = _meant(world, said)
    users: Any = records.User.__table__
    query = (
        select(audit.c.at, audit.c.action, audit.c.changes, users.c.name, steps.c.chat_key)
        .join(steps, steps.c.id == audit.c.step_id)
        .outerjoin(users, users.c.id == audit.c.user_id)
        .where(audit.c.kind == kind, audit.c.record_id == record_id)
        .order_by(audit.c.id.desc())
    )
    rows = world.tx.connection.execute(query.limit(ROWS)).all()
    words = world.words
    lines = [
        words.say(
            "history.row",
            at=show_moment(row.at, words, now=world.now),
            who=row.name or words.say("history.nobody"),
            where=(row.chat_key or "-").partition("|")[0],
            what=what_changed(world, kind, record_id, row.action, row.changes),
        )
        for row in rows
    ]
    head = words.say("history.changes", what=f"{records.record_class(kind).prefix}-{record_id}")
    return Reply("\n".join([head, *lines]))


def accesses(world: World, said: str) -> Reply:
    """Who opened it, or was refused, the newest eight times. Raises NotAllowed, NotFound."""
    kind, record_id = _meant(world, said)
    users: Any = records.User.__table__
    query = (
        select(access_log.c.at, access_log.c.action, access_log.c.what, access_log.c.chat_key, users.c.name)
        .outerjoin(users, users.c.id == access_log.c.user_id)
        .where(access_log.c.action.in_(("read", "refused")), cast(access_log.c.what, Text).contains(str(record_id)))
        .order_by(access_log.c.id.desc())
    )
    words = world.words
    lines: list[str] = []
    for row in world.tx.connection.execute(query):  # all that hold the number, wherever: it may be another's
        if len(lines) == ROWS:
            break
        if row.what.get("kind") != kind or record_id not in (row.what.get("id"), *row.what.get("ids", ())):
            continue
        at, where = show_moment(row.at, words, now=world.now), (row.chat_key or "-").partition("|")[0]
        lines.append(words.say(f"history.{row.action}", at=at, who=row.name or "-", where=where))
    head = words.say("history.accesses", what=f"{records.record_class(kind).prefix}-{record_id}")
    return Reply("\n".join([head, *(lines or [words.say("history.none")])]))


def exports(world: World, period: Period | None = None, user_ids: Sequence[int] = ()) -> Reply:
    """Who was given records as a file, when, and how many of which kind: at any time, or in a ``period``; whoever it
    was, or some. Raises NotAllowed."""
    require_admin(world)
    users: Any = records.User.__table__
    wanted = [access_log.c.action == "export"]
    if period is not None:
        start, end = period.instants(world.now.tzinfo)
        wanted += [access_log.c.at >= start, access_log.c.at < end]
    if user_ids:
        wanted.append(access_log.c.user_id.in_(user_ids))
    query = (
        select(access_log.c.at, access_log.c.what, access_log.c.chat_key, users.c.name)
        .outerjoin(users, users.c.id == access_log.c.user_id)
        .where(*wanted)
        .order_by(access_log.c.id.desc())
    )
    words, lines = world.words, []
    for row in world.tx.connection.execute(query.limit(ROWS)):
        counts = [
            words.say("history.count", kind=words.say(f"common.kind.{kind}"), count=count)
            for kind, count in row.what.get("counts", {}).items()
            if count and words.has(f"common.kind.{kind}")
        ]
        facts = {"at": show_moment(row.at, words, now=world.now), "where": (row.chat_key or "-").partition("|")[0]}
        what = words.say("common.list_separator").join(counts) or "-"
        lines.append(words.say("history.exported", who=row.name or words.say("history.nobody"), what=what, **facts))
    key = "history.exports" if lines else "history.no_exports"
    head = words.say(key) if period is None else words.say(f"{key}_in", days=shown_days(world, period))
    return Reply("\n".join([head, *lines]))


def _meant(world: World, said: str) -> tuple[str, int]:
    """The record of this id, or the customer of this name."""
    require_admin(world)
    times = [(value.start, value.end) for value in world.understand(said).values if value.is_time]
    said = world.words.pattern("history.around").sub("", blanked(said, times).strip()).strip()
    spoken = number_of(said.strip().upper())
    if spoken is not None and world.session.get(records.record_class(spoken[0]), spoken[1]) is not None:
        return spoken
    section = _section_called(world, said)
    if section is not None:
        return "config_section", section
    found = world.find("customer", said, {})
    if len(found.matches) == 1:
        return "customer", int(found.matches[0].id)
    named = {int(match.name.key) for match in world.understand(said).names if match.name.kind == "customer"}
    if len(named) != 1:  # with whatever else was said of it: "the Meridian phone number and when"
        raise NotFound(name=said)
    return "customer", named.pop()


def _section_called(world: World, said: str) -> int | None:
    """The list that an administrator changed in chat: 「谁改过商机阶段」."""
    cls = records.ConfigSection
    for row in world.session.execute(select(cls.id, cls.section, cls.label).order_by(cls.id.desc())):
        names = (row.label, *world.words.words(f"section.list.{row.section}"))
        if any(re.fullmatch(name, said.strip(), re.IGNORECASE) for name in names):
            return int(row.id)
    return None


def what_changed(world: World, kind: str, record_id: int, action: str, changed: dict[str, list[Any]]) -> str:
    """「金额：500000 → 800000」; of a new record only that it is new."""
    words, record = world.words, world.session.get(records.record_class(kind), record_id)
    currency = str(getattr(record, "amount_currency", None) or world.currency)

    def show(name: str, value: Any) -> str:
        if name.endswith("_minor") and value is not None:
            return show_money(Money.from_minor(int(value), currency), words)
        field = attributes(kind).get(name.removesuffix("_id")) if kind in FIELDS else None
        if field is not None and field.listed and isinstance(value, str):
            return world.crm.label(field.listed, value, words.language)
        if field is not None and field.target and isinstance(value, int):
            value = getattr(world.session.get(records.record_class(field.target), value), "name", None)
        return shortened(_told(words, value) or "-", 40)

    if action != "update":
        return words.say(f"history.{action}") if words.has(f"history.{action}") else action
    parts = [
        words.say("history.field", field=_label(world, name), old=show(name, old), new=show(name, new))
        for name, (old, new) in ((name, _differing(world, *pair)) for name, pair in _each(changed))
        if name not in _QUIET and show(name, old) != show(name, new)
    ]
    return words.say("common.list_separator").join(parts[:MOST_FIELDS]) or words.say("history.update")


def _each(changed: dict[str, list[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """What was changed, the fields of one's own each by itself."""
    for name, pair in changed.items():
        if name != "custom":
            yield name, pair
            continue
        old, new = (side or {} for side in pair)
        yield from ((key, [old.get(key), new.get(key)]) for key in {**old, **new} if old.get(key) != new.get(key))


def _told(words: Catalog, value: Any) -> str:
    """A value of the trail as people read it: amounts, names of people, the entries of a list."""
    if isinstance(value, list):
        return words.say("common.and_separator").join(_told(words, item) for item in value)
    if isinstance(value, dict) and "currency" in value:
        return show_money(Money.from_json(value), words)
    if isinstance(value, dict) and "name" in value:
        return str(value["name"])
    return "" if value in (None, {}) else str(value)


def _differing(world: World, old: Any, new: Any) -> tuple[Any, Any]:
    """Of a list that was changed, the entries that differ, by what they are called; of a new order, all of them."""
    if not all(isinstance(side, list) and side and isinstance(side[0], dict) for side in (old, new)):
        return old, new
    sides = [row for row in old if row not in new], [row for row in new if row not in old]
    old, new = sides if any(sides) else (old, new)
    words = world.words

    def called(row: Any) -> str:
        label = str(row.get(words.language) or row["code"])
        is_stage = "probability" in row
        return words.say("section.entry", label=label, chance=row["probability"]) if is_stage else label

    separator = words.say("common.and_separator")
    return separator.join(map(called, old)), separator.join(map(called, new))


def _label(world: World, name: str) -> str:
    key = f"record.field.{name.removesuffix('_id').removesuffix('_minor')}"
    return world.words.say(key) if world.words.has(key) else name
