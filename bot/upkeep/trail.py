"""What was done in a time, by whom: 「昨天谁改过商机」, 「谁删了客户」, "what did Tom change yesterday".

A message counts when it is nothing but a deed, a kind of record or a colleague, a time, and words without weight. For
administrators, from the trail.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, true

from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_moment
from bot.lookups.periods import days_of, shown_days
from bot.rules.colleagues import colleagues_in
from bot.talk.cues import Span, cues_in, left
from bot.upkeep.history import ROWS, what_changed
from bot.world import World
from config.types import Period
from nlu.folding import fold
from storage import records
from storage.tables import audit

MAX_CHARS = 60
USUAL = timedelta(days=6)  # the week up to today
DEEDS = {"changed": "update", "deleted": "delete", "created": "create"}
# What of a record was changed, as it is spoken of, and its column.
FIELDS = {"amount": "amount_minor", "phones": "phones", "emails": "emails", "owner": "owner_id"}
KINDS = (
    "customer",
    "contact",
    "opportunity",
    "follow_up",
    "quote",
    "contract",
    "order",
    "invoice",
    "payment",
    "product",
)


def asked(world: World, text: str) -> Reply | None:
    """The newest of such deeds and how many there were; None for any other message."""
    if len(text) > MAX_CHARS:
        return None
    words, said = world.words, fold(text)
    deeds = cues_in(words, "history.trail", tuple(DEEDS), said)
    if len(deeds) != 1:
        return None
    kinds = cues_in(words, "handout.kinds", KINDS, said)
    users = [one for one in colleagues_in(world.tx, world.actor, world.crm, text) if one.kind == "user"]
    fields = {
        name: found.span()
        for name in FIELDS
        if (found := words.pattern(f"matter.field.{name}").search(said)) is not None
    }
    times = [(value.start, value.end) for value in world.understand(text).values if value.is_time]
    spans: list[Span] = [
        deeds[0][1],
        *(span for _kind, span in kinds),
        *fields.values(),
        *times,
        *((one.start, one.end) for one in users),
    ]
    is_asked = words.pattern("history.trail.asks").search(said) is not None
    if not is_asked or not (kinds or users) or left(words, "history.trail.fillers", text, spans):
        return None
    today = world.now.date()
    period = days_of(world, text) or Period(today - USUAL, today)
    return _told(world, deeds[0][0], [kind for kind, _span in kinds], [one.id for one in users], tuple(fields), period)


def _told(
    world: World, deed: str, kinds: Sequence[str], users: Sequence[int], fields: Sequence[str], period: Period
) -> Reply:
    start, end = period.instants(world.now.tzinfo)
    wanted = (
        audit.c.action == DEEDS[deed],
        audit.c.kind.in_(kinds or KINDS),
        audit.c.at >= start,
        audit.c.at < end,
        audit.c.user_id.in_(users) if users else true(),
        or_(*(cast(audit.c.changes, Text).contains(f'"{FIELDS[name]}"') for name in fields)) if fields else true(),
    )
    words = world.words
    count = world.tx.connection.execute(select(func.count()).select_from(audit).where(*wanted)).scalar_one()
    days = shown_days(world, period)
    if not count:
        return Reply(words.say("history.trail_none", days=days))
    lines = [words.say(f"history.trail_{deed}", days=days, count=count), *_rows(world, wanted)]
    if count > ROWS:
        lines.append(words.say("history.trail_more", count=count - ROWS))
    return Reply("\n".join(lines))


def _rows(world: World, wanted: Sequence["ColumnElement[bool]"]) -> list[str]:
    users: Any = records.User.__table__
    query = (
        select(audit.c.at, audit.c.kind, audit.c.record_id, audit.c.action, audit.c.changes, users.c.name)
        .outerjoin(users, users.c.id == audit.c.user_id)
        .where(*wanted)
        .order_by(audit.c.id.desc())
        .limit(ROWS)
    )
    words = world.words
    return [
        words.say(
            "history.trail_row",
            at=show_moment(row.at, words, now=world.now),
            who=row.name or words.say("history.nobody"),
            what=_named(world, row.kind, row.record_id),
            how=what_changed(world, row.kind, row.record_id, row.action, row.changes),
        )
        for row in world.tx.connection.execute(query)
    ]


def _named(world: World, kind: str, record_id: int) -> str:
    """ "customer C-3 Northwind"; of a record that has no name its id."""
    cls = records.record_class(kind)
    record = world.session.get(cls, record_id)
    name = next((found for key in ("name", "number") if (found := getattr(record, key, None))), "")
    facts = {"kind": world.words.say(f"common.kind.{kind}"), "id": f"{cls.prefix}-{record_id}"}
    return world.words.say("history.trail_record", name=shortened(name, 30), **facts).strip()
