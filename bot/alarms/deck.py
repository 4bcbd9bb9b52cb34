"""The clean-up deck: the rep's own deals that need a look, one card each, one tap each. Nobody else sees it.

A button carries the cards that are left, and what was settled is written down: a restart loses nothing, and who begins
anew is shown only what is still to be looked at.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.alarms.said import by_deal, deal_of, reasons
from bot.alarms.signs import TO_MEND, Alarm, alarms
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day
from bot.errors import Refused
from bot.flows.shared import saved
from bot.rules import opportunities
from bot.rules.access import fetch
from bot.rules.attention import next_working_day
from bot.rules.reminders import remind
from bot.talk.memory import Memory
from bot.talk.periods import month_of
from bot.targets.whose import Whose, owned_by
from bot.world import World
from storage import records

LOOKED_FOR = timedelta(days=14)  # a deal that was looked at is left alone so long
MANY = 20  # cards in a deck: no more than a minute's work
VERDICTS = ("still", "push", "won", "lost", "ask")


def begin(world: World, memory: Memory, action: Json) -> Reply:
    """The first card of the deck; only in private, and only of one's own: of others there are the alarms."""
    whose = Whose.from_json(action["who"]) if action.get("who") else None
    if whose is not None and (whose.kind, whose.id) != ("user", world.actor.user_id):
        return _of_others(world, whose)
    if not world.is_private:
        return Reply(world.words.say("cleanup.private"))
    cards = deck(world)
    if not cards:
        return Reply(world.words.say("cleanup.none"))
    head = world.words.say("cleanup.head", count=len(cards))
    card = _card(world, memory, cards[0], [found[0].deal.id for found in cards[1:]], 1)
    return Reply(f"{head}\n{card.text}", card.buttons)


def _of_others(world: World, whose: Whose) -> Reply:
    """The deck is between each rep and the bot; a manager sees which deals need a look."""
    buttons = tuple(
        Press(
            world.words.say(f"cleanup.button.{sign}"),
            {"do": "alarms", "sign": sign, "who": whose.to_json()},
            is_open=True,
        )
        for sign in TO_MEND
    )
    return Reply(world.words.say("cleanup.others", who=whose.name), buttons)


def deck(world: World, only: int | None = None) -> list[list[Alarm]]:
    """The alarms of each own deal that was not looked at lately, those with most reasons first; or of one deal."""
    cls: Any = records.Opportunity
    mine = owned_by(world, Whose("user", world.actor.user_id, world.actor.name), cls)
    found = alarms(world, mine if only is None else mine & (cls.id == only), TO_MEND)
    looked_at = _looked_at(world)
    cards = [card for card in by_deal(found) if card[0].deal.id not in looked_at]
    return sorted(cards, key=lambda card: -len(card))[:MANY]


def settle(world: World, memory: Memory, action: Json) -> Reply:
    """Do what was tapped about one deal, and show the next card. Raises Refused for one that is over already."""
    deal = fetch(world.tx, world.actor, world.crm, records.Opportunity, action["deal"], "edit")
    stage = world.crm.stage(deal.stage)
    if stage is not None and stage.kind != "open":
        raise Refused("cleanup.over", deal=deal.name, stage=stage.labels[world.words.language])
    verdict = str(action["verdict"])
    if verdict == "later":
        return _next(world, memory, action)
    told = _push(world, deal, action.get("to")) if verdict == "push" else _DO[verdict](world, deal)
    world.create(records.DealReview(opportunity_id=deal.id, user_id=world.actor.user_id, verdict=verdict, at=world.now))
    following = _next(world, memory, action)
    done = saved(world, told, gives=following.text, buttons=following.buttons, about={"opportunity": deal})
    return done.reply


def _next(world: World, memory: Memory, action: Json) -> Reply:
    """The next card that still needs a look; after the last one, what became of them."""
    rest = list(action["rest"])
    place = int(action["place"]) + 1
    while rest:
        cards = deck(world, only=rest[0])
        if cards:
            return _card(world, memory, cards[0], rest[1:], place)
        rest, place = rest[1:], place + 1
    return Reply(_summary(world))


def _card(world: World, memory: Memory, found: Sequence[Alarm], rest: list[int], place: int) -> Reply:
    """What is said next is about the deal shown: "lost it, they went with Siemens"."""
    words, deal = world.words, found[0].deal
    memory.focus |= {"opportunity": deal.id, "customer": deal.customer_id, "last": "opportunity"}
    world.focus |= memory.focus
    text = words.say("cleanup.card", place=place, total=place + len(rest), deal=deal_of(world, deal),
                     why=reasons(world, found))  # fmt: skip
    common = {"do": "settle", "deal": deal.id, "rest": rest, "place": place}
    later = show_day(_pushed(world, deal.expected_close), words, today=world.now.date())
    buttons = [
        Press(words.say(f"cleanup.button.{verdict}", day=later), {**common, "verdict": verdict}, is_open=True)
        for verdict in VERDICTS
    ]
    if rest:
        buttons.append(Press(words.say("cleanup.button.later"), {**common, "verdict": "later"}, is_open=True))
    return Reply(text, tuple(buttons))


def _still(world: World, deal: Any) -> str:
    return world.words.say("cleanup.told.still", deal=deal.name)


def _push(world: World, deal: Any, to: str | None) -> str:
    """``to``: the day that was named, else the usual one."""
    deal.expected_close = date.fromisoformat(to) if to else _pushed(world, deal.expected_close)
    day = show_day(deal.expected_close, world.words, today=world.now.date())
    return world.words.say("cleanup.told.push", deal=deal.name, day=day)


def _pushed(world: World, close: date | None) -> date:
    """The end of the month in which there is still a week to go, or of the month after the one in which it was
    expected."""
    soon = month_of(world.now.date() + timedelta(days=7))
    if close is None or close < soon.start:
        return soon.end
    return month_of(month_of(close).end + timedelta(days=1)).end


def _close(kind: str) -> Any:
    def close(world: World, deal: Any) -> str:
        code = next(stage.code for stage in world.crm.stages if stage.kind == kind)
        opportunities.move(world, deal, code)
        return world.words.say(f"cleanup.told.{kind}", deal=deal.name)

    return close


def _ask(world: World, deal: Any) -> str:
    """A reminder to ask the customer, on the next working morning."""
    actor = world.actor
    day = next_working_day(world.now.date(), world.crm, actor.zone_name)
    at = datetime.combine(day, world.crm.hours.morning, world.now.tzinfo)
    subject = world.words.say("cleanup.ask_customer", customer=deal.customer.name, deal=deal.name)
    remind(world, subject, at, about=("customer", deal.customer_id))
    return world.words.say("cleanup.told.ask", deal=deal.name, day=show_day(day, world.words, today=world.now.date()))


_DO = {"still": _still, "won": _close("won"), "lost": _close("lost"), "ask": _ask}


def _looked_at(world: World) -> set[int]:
    cls: Any = records.DealReview
    since = world.now - LOOKED_FOR
    query = select(cls.opportunity_id).where(
        cls.deleted_at.is_(None), cls.user_id == world.actor.user_id, cls.at > since
    )
    return set(world.tx.connection.execute(query).scalars())


def _summary(world: World) -> str:
    """What was settled today, in numbers."""
    cls: Any = records.DealReview
    morning = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
    query = (
        select(cls.verdict, func.count())
        .where(cls.deleted_at.is_(None), cls.user_id == world.actor.user_id, cls.at >= morning)
        .group_by(cls.verdict)
    )
    world.tx.flush()
    counts = {row[0]: row[1] for row in world.tx.connection.execute(query)}
    words = world.words
    parts = [words.say(f"cleanup.count.{name}", count=counts[name]) for name in VERDICTS if counts.get(name)]
    return (
        words.say("cleanup.done", parts=words.say("common.list_separator").join(parts))
        if parts
        else words.say("cleanup.end")
    )
