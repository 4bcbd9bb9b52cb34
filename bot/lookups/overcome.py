"""「嫌贵的后来怎么赢的」: deals that were won after the customer raised an objection, what was done next, and by whom.

The objections are the themes by which reports sum up what customers said (``report.theme_words``).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened
from bot.reports import show
from bot.reports.themes import is_about, themes_of
from bot.rules.access import require, visible
from bot.talk.cues import cues_in
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.types import Understanding
from storage import records

MAX_CHARS = 60
_MARKS = " 。.!！?？"
_CLAUSES = pattern(r"[，,。；;\n]")
MAX_NOTES = 5_000  # the newest
LATER = timedelta(days=180)  # a deal that ends later ends for other reasons
SHOWN = 3
MAX_QUOTE = 60


def asked(world: World, heard: Understanding) -> Json | None:
    """The objection that a question is about; None for one about somebody, and for what tells a story."""
    words, text = catalog(heard.lang), fold(heard.text.strip(_MARKS))
    if len(text) > MAX_CHARS or heard.names or heard.values or _CLAUSES.search(text):
        return None
    cues = cues_in(words, "overcome.cue", ("won", "asked"), text)
    # An English question begins with the word that asks: "they asked how" tells.
    asks = any(name == "asked" and (start == 0 or not text[:end].isascii()) for name, (start, end) in cues)
    is_negated = any(word in text for word in words.words("overcome.unmet"))  # 「哪些赢单还没签合同」
    if not asks or is_negated or all(name != "won" for name, _span in cues):
        return None
    themes = [theme for theme in themes_of(words, text) if theme != "other"]
    return {"do": "overcome", "theme": themes[0]} if themes else None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """How often such deals were won in the end, and the last ones with what was done."""
    require(world.actor, world.crm, "follow_up", "view")
    words, theme = world.words, action["theme"]
    label = words.say(f"report.theme.{theme}")
    ended = _ended(world, theme)
    if not ended:
        return Reply(words.say("overcome.nothing", theme=label))
    won = [one for one in ended if one[0].stage in {stage.code for stage in world.crm.stages_of("won")}]
    if not won:
        return Reply(words.say("overcome.none", theme=label, count=len(ended)))
    head = words.say("overcome.head", theme=label, count=len(ended), won=len(won))
    return Reply("\n".join([head, *_rows(world, won[:SHOWN])]))


def _ended(world: World, theme: str) -> list[tuple[Any, Any]]:
    """The deals that ended after such an objection, the last ended first, each with the note that held it."""
    deal = records.Opportunity
    noted: dict[int, list[Any]] = {}
    for note in _notes(world):
        if is_about(world.words, theme, note.feedback):
            noted.setdefault(note.customer_id, []).append(note)
    closed = [stage.code for stage in world.crm.stages if stage.kind != "open"]
    query = (
        select(deal.id, deal.name, deal.customer_id, deal.stage, deal.closed_on, deal.owner_id)
        .where(visible(world.actor, world.crm, deal), deal.stage.in_(closed), deal.closed_on.is_not(None))
        .where(deal.customer_id.in_(noted))
        .order_by(deal.closed_on.desc(), deal.id.desc())
    )
    deals = world.tx.connection.execute(query)
    pairs = ((row, _before(world, row, noted[row.customer_id])) for row in deals)
    return [(row, note) for row, note in pairs if note is not None]


def _notes(world: World) -> Iterable[Any]:
    note = records.FollowUp
    query = select(note.customer_id, note.opportunity_id, note.occurred_at, note.feedback).where(
        visible(world.actor, world.crm, note), note.feedback.is_not(None)
    )
    return world.tx.connection.execute(query.order_by(note.occurred_at.desc(), note.id.desc()).limit(MAX_NOTES))


def _before(world: World, deal: Any, notes: Iterable[Any]) -> Any:
    """The last of the notes that may be about the deal and came before its end; None where there is none."""
    for note in notes:
        day = note.occurred_at.astimezone(world.now.tzinfo).date()
        if note.opportunity_id in (None, deal.id) and day <= deal.closed_on <= day + LATER:
            return note
    return None


def _rows(world: World, won: Sequence[tuple[Any, Any]]) -> Iterable[str]:
    words = world.words
    customers = show.names(world, records.Customer, [deal.customer_id for deal, _note in won])
    owners = show.names(world, records.User, [deal.owner_id for deal, _note in won])
    for number, (deal, note) in enumerate(won, 1):
        facts = (
            deal.name, customers.get(deal.customer_id, ""), show.one_day(deal.closed_on, world),
            owners.get(deal.owner_id, ""),
        )  # fmt: skip
        text = words.line(facts)
        yield words.say("list.row", number=number, text=text)
        done = _done_then(world, note)
        key = "overcome.said_done" if done else "overcome.said"
        yield words.say(key, said=shortened(note.feedback, MAX_QUOTE), done=shortened(done, MAX_QUOTE))


def _done_then(world: World, note: Any) -> str:
    """What the next note tells, ""."""
    cls = records.FollowUp
    query = (
        select(cls.content)
        .where(visible(world.actor, world.crm, cls), cls.customer_id == note.customer_id)
        .where(cls.occurred_at > note.occurred_at)
        .order_by(cls.occurred_at, cls.id)
        .limit(1)
    )
    return world.tx.connection.scalar(query) or ""
