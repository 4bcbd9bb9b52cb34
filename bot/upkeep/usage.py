"""Where people give up: counts by dialog and question, so that an administrator knows what to make simpler.

Counts only. Nobody's words are kept, and not who it was.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from bot.dialogs.model import Json
from bot.dialogs.render import field_words
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM, EDIT
from bot.flows.registry import FLOWS
from bot.upkeep.hearing import require_admin
from bot.world import World
from storage import records
from storage.prepared import Prepared, insert_for
from storage.tables import conversations, usage_counts

OVER = timedelta(days=30)  # how far back is counted
LEFT_AFTER = timedelta(days=1)  # a dialog that nobody has touched for so long is not gone on with
ROWS = 6
NOT_UNDERSTOOD = ("", "not_understood")


def count(connection: Connection, day: date, flow: str, field: str) -> None:
    """One more who stopped here."""
    _COUNT.many(connection, [{"day": day, "flow": flow, "field": field, "count": 1}])


def _more(dialect: str) -> Any:
    more = insert_for(dialect)(usage_counts)
    keys = [usage_counts.c[name] for name in ("day", "flow", "field")]
    return more.on_conflict_do_update(index_elements=keys, set_={"count": usage_counts.c.count + 1})


_COUNT = Prepared(_more, ("day", "flow", "field", "count"))


def given_up(world: World, dialog: Mapping[str, Json]) -> None:
    """A dialog was cancelled at the question that was open."""
    count(world.tx.connection, world.now.date(), str(dialog["flow"])[:40], str(dialog.get("asking") or CONFIRM)[:60])


def not_understood(world: World) -> None:
    """A message that nothing was made of."""
    count(world.tx.connection, world.now.date(), *NOT_UNDERSTOOD)


def answer(world: World) -> Reply:
    """For an administrator: what was saved, cancelled and left lying in thirty days, and at which question."""
    require_admin(world)
    words, since = world.words, world.now - OVER
    places, unclear = _cancelled(world.tx.connection, since.date())
    left = _left_lying(world.tx.connection, world.now)
    lines = [words.say("usage.head", days=OVER.days)]
    for flow in sorted({name for name, _ in (*places, *left)}, key=lambda name: -_sum(places, left, name))[:ROWS]:
        lines.append(_line(world, flow, places, left, since))
    if len(lines) == 1:
        lines.append(words.say("usage.none"))
    return Reply("\n".join([*lines, words.say("usage.unclear", count=unclear), words.say("usage.privacy")]))


def _sum(places: "Counter[tuple[str, str]]", left: "Counter[tuple[str, str]]", flow: str) -> int:
    return sum(number for counted in (places, left) for (name, _field), number in counted.items() if name == flow)


def _line(
    world: World, flow: str, places: "Counter[tuple[str, str]]", left: "Counter[tuple[str, str]]", since: datetime
) -> str:
    words = world.words
    stops: Counter[str] = Counter()
    for counted in (places, left):
        for (name, field), number in counted.items():
            if name == flow:
                stops[field] += number
    where = [
        words.say("usage.stop", field=_field_name(world, flow, field), count=n) for field, n in stops.most_common(3)
    ]
    return words.say(
        "usage.row",
        flow=words.say(f"{flow}.title_bare") if words.has(f"{flow}.title_bare") else flow,
        saved=_saved(world, flow, since),
        cancelled=sum(n for (name, _f), n in places.items() if name == flow),
        left=sum(n for (name, _f), n in left.items() if name == flow),
        stops=words.say("common.list_separator").join(where),
    )


def _field_name(world: World, flow: str, field: str) -> str:
    if field in (CONFIRM, EDIT):
        return world.words.say("usage.card")
    known = FLOWS.get(flow)
    is_field = known is not None and any(each.name == field for each in known.fields)
    return field_words(world.words, flow, field, "label") if is_field else field


def _cancelled(connection: Connection, since: date) -> "tuple[Counter[tuple[str, str]], int]":
    c = usage_counts.c
    query = select(c.flow, c.field, func.sum(c["count"])).where(c.day >= since).group_by(c.flow, c.field)
    found = Counter({(flow, field): int(number) for flow, field, number in connection.execute(query)})
    unclear = found.pop(NOT_UNDERSTOOD, 0)
    return found, unclear


def _left_lying(connection: Connection, now: datetime) -> "Counter[tuple[str, str]]":
    """The dialogs that stand open and that nobody has touched for a day."""
    at = conversations.c.updated_at
    query = select(conversations.c.state).where(at > now - OVER, at < now - LEFT_AFTER)
    found: Counter[tuple[str, str]] = Counter()
    for state in connection.execute(query).scalars():
        dialogs = state.get("dialogs", []) if isinstance(state, dict) else []
        found.update((str(one.get("flow")), str(one.get("asking") or CONFIRM)) for one in dialogs)
    return found


def _saved(world: World, flow: str, since: datetime) -> int:
    """How many records the flow made; 0 for one that changes what is there."""
    kinds = {cls.kind: cls for cls in records.all_records()}
    if flow not in kinds:
        return 0
    cls: Any = kinds[flow]
    return world.session.scalar(select(func.count()).select_from(cls).where(cls.created_at >= since)) or 0
