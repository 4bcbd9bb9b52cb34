"""What to do first, and why: what falls due today, then the deals with most at stake, each with its reason.

At stake is what a deal is worth times its chance to be won: learnt from the past where there is enough of it, else as
the stages of crm.toml have it.
"""

from collections.abc import Sequence
from typing import Any

from bot.alarms.said import by_deal, cleanup_button, deal_of, reasons
from bot.alarms.signs import TO_MEND, Alarm, alarms
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_moment
from bot.forecast.likely import percent
from bot.forecast.lives import past_now
from bot.forecast.odds import Odds, chances_of
from bot.reports.figures import about
from bot.rules.access import require
from bot.rules.opportunities import next_step_button
from bot.rules.reminders import due_today
from bot.talk.memory import Memory
from bot.targets.whose import Whose, owned_by
from bot.world import World
from storage import records

HOW_MANY = 5
MAX_SUBJECT = 50


def advise(world: World, memory: Memory, action: Json) -> Reply:
    """The few things to do first: one's own, or what the deals of a team need."""
    require(world.actor, world.crm, "opportunity", "view")
    whose = Whose.from_json(action["who"])
    is_own = (whose.kind, whose.id) == ("user", world.actor.user_id)
    due = due_today(world)[:HOW_MANY] if is_own and world.is_private else []
    past = past_now(world)
    found = by_deal(alarms(world, owned_by(world, whose, records.Opportunity), TO_MEND, past=past))
    odds = chances_of(world, past, [cards[0].deal.id for cards in found], None)
    worth = about(world)
    found.sort(key=lambda cards: -_at_stake(world, cards[0].deal, odds, worth))
    words = world.words
    lines = [_due(world, item) for item in due]
    lines += [_told(world, cards, odds, with_owner=not is_own) for cards in found[: HOW_MANY - len(lines)]]
    if not lines:
        return Reply(words.say("advice.none"))
    shown = [words.say("list.row", number=number, text=line) for number, line in enumerate(lines, 1)]
    key = ("head" if is_own else "head_of") + ("_one" if len(lines) == 1 else "")
    head = words.say(f"advice.{key}", who=whose.name, count=len(lines))
    return Reply("\n".join([head, *shown]), _buttons(world, found) if is_own and world.is_private else ())


def _due(world: World, item: "records.Reminder") -> str:
    at = show_moment(item.remind_at, world.words, now=world.now)
    return world.words.say("advice.due", subject=shortened(item.subject, MAX_SUBJECT), at=at)


def _at_stake(world: World, deal: Any, odds: dict[int, Odds], worth: dict[str, float]) -> float:
    """In the organisation's currency, for the order alone."""
    stage = world.crm.stage(deal.stage)
    chance = odds[deal.id].chance if deal.id in odds else (stage.probability if stage else 0) / 100
    return float(chance * (deal.amount_minor or 0) * worth.get(deal.amount_currency or "", 1.0))


def _told(world: World, cards: Sequence[Alarm], odds: dict[int, Odds], *, with_owner: bool) -> str:
    """What to do about a deal, and why: its strongest sign says what."""
    words, deal = world.words, cards[0].deal
    why = reasons(world, cards)
    if deal.id in odds:
        why = words.say("advice.likely", why=why, percent=percent(odds[deal.id].chance))
    shown = deal_of(world, deal, with_owner)
    return words.say("alarms.row", deal=words.say(f"advice.{cards[0].sign}", deal=shown), why=why)


def _buttons(world: World, found: Sequence[Sequence[Alarm]]) -> tuple[Press, ...]:
    """The first deal's step in one tap, and the deck of all of them."""
    if not found:
        return ()
    first = found[0]
    step = next((one.deal for one in first if one.sign == "stepless"), None)
    given = {"customer": {"id": first[0].deal.customer_id, "name": first[0].deal.customer}}
    log = Press(world.words.say("card.log"), {"do": "start", "flow": "follow_up", "values": given}, is_open=True)
    begun = next_step_button(world, step, step.customer) if step is not None else log
    return (begun, cleanup_button(world))
