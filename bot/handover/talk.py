"""A book handed over in words, 「把张三的华东客户交接给李四，先试两周」, "hand over Ann's customers to Bob"; and given
back."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.custom.forms import undo
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_money
from bot.errors import InvalidValue, NotAllowed, NotFound
from bot.handover import briefing, moving
from bot.handover.book import Book, Choice, book_of, promises, worth
from bot.handover.wish import Wish, shared_out, wish_of
from bot.lookups.customers import condition_of
from bot.messages.notices import tell_user
from bot.rules.access import fetch
from bot.rules.named import one_named
from bot.rules.reminders import remind
from bot.rules.service import AGENT
from bot.rules.wall_time import instant_of
from bot.talk.memory import Memory
from bot.talk.phrases import is_phrase
from bot.world import World
from config.catalog import Catalog
from storage import records

MAX_CHARS = 120  # a longer message tells a story
KINDS = ("customer", "contact", "opportunity", "quote", "contract", "order", "service_request")
NAMED = 3  # customers that stay are named up to so many


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """What would go over, to be confirmed; None for a message about something else."""
    plain = text.strip().rstrip("。.!！")
    if len(plain) > MAX_CHARS:
        return None
    if is_phrase(world.words, "handover.back", plain):
        return _offer_back(world, None)
    for pattern in world.words.words("handover.back_of"):
        found = re.fullmatch(pattern, plain, re.I)
        giver = _user(world, found["giver"]) if found else None
        if giver is not None:
            return _offer_back(world, giver)
    told = _told_whose(world.words, plain)
    plain, *later = shared_out(world, plain) or [told["wish"] if told else plain]
    plain, trial_until = _trial(world, plain)
    wish = wish_of(world, world.understand(plain))
    if wish is None:
        _check_taker(world, plain)
        if told:  # a colleague, or a customer, whom nobody knows
            raise NotFound(name=told["what"] if _user(world, told["taker"]) else told["taker"])
        return None
    shown = preview(world, wish, trial_until)
    if shown is None or not later:
        return shown
    lines = [shown.text, *(world.words.say("handover.then", said=said) for said in later)]
    return replace(shown, text="\n".join(lines))


def _told_whose(words: Catalog, text: str) -> dict[str, str] | None:
    """ "Sue says Oakwell is hers now, hand it to her": what is to be handed to whom, and that as a wish."""
    found = next(filter(None, (way.fullmatch(text) for way in words.each("handover.told_whose"))), None)
    told = found.groupdict() if found is not None else None
    return {**told, "wish": words.say("handover.as_wish", **told)} if told is not None else None


def _check_taker(world: World, text: str) -> None:
    """Raises NotFound where somebody's customers are to go to a name that no colleague has, NotAllowed where to one of
    a team that is not looked after."""
    gaps = (re.fullmatch(pattern, text, re.I) for pattern in world.words.words("handover.of_book"))
    name = next((found["taker"] for found in gaps if found is not None), None) or _taker_of_one(world, text)
    taker = _user(world, name) if name is not None else None
    if name is not None and taker is None:
        raise NotFound(name=name)
    if taker is not None and taker.role != AGENT:
        moving.check(world, taker)


def _taker_of_one(world: World, text: str) -> str | None:
    """To whom a customer, called by name, is to go."""
    found = next(filter(None, (re.fullmatch(one, text, re.I) for one in world.words.words("handover.of_one"))), None)
    if found is None or world.understand(text).get("stage"):
        return None  # "move it to negotiation"
    customers = world.find("customer", found["what"], {})
    return found["taker"] if customers.is_sure and customers.matches else None


def _trial(world: World, text: str) -> tuple[str, date | None]:
    """The message without what it says of a trial, and the trial's last day."""
    for pattern in world.words.words("handover.trial"):
        found = re.search(pattern, text, re.I)
        if found is not None:
            said = world.words.say("handover.in_future", span=found["span"])
            day = next(iter(world.understand(said).of_kind("date")), None)
            if day is not None and day.future is not None:
                rest = f"{text[: found.start()]}{text[found.end() :]}".strip(" ,，、")
                return rest, day.future.days.start
    return text, None


def _user(world: World, said: str) -> "records.User | None":
    """The colleague of that name. Raises InvalidValue where several are called so."""
    number = one_named(world, "user", said.strip(" 「」\"'"))
    return world.session.get(records.User, number) if number is not None else None


def preview(world: World, wish: Wish, trial_until: date | None = None) -> Reply | None:
    """What would go over, with the button that does it; None where the wish turns out to be about something else."""
    plan = _plan(world, wish)
    if plan is None:
        return None
    words, book = world.words, plan.book
    names = {"giver": plan.giver.name, "taker": plan.taker.name}
    what = (
        words.say("handover.book_of", which=plan.which, **names) if plan.which else words.say("handover.book", **names)
    )
    if not book.ids:
        return Reply(_clashes(words, book) if book.clashes else words.say("handover.nothing", giver=plan.giver.name))
    lines = [what, counted(world, book), words.say("handover.stays", **names)]
    lines += [_clashes(words, book)] if book.clashes else []
    action: Json = {"do": "hand_over", "wish": asdict(wish)}
    if trial_until is not None:
        lines.append(words.say("handover.on_trial", day=show_day(trial_until, words, today=world.now.date())))
        action["trial"] = trial_until.isoformat()
    return Reply("\n".join(lines), (Press(words.say("handover.do"), action, "primary", is_open=True),))


@dataclass(frozen=True, slots=True)
class Plan:
    """A wish with its people and what would go over; ``which``: the part of the book, in words."""

    giver: "records.User"
    taker: "records.User"
    which: str
    book: Book


def _plan(world: World, wish: Wish) -> Plan | None:
    """Raises NotAllowed, NotFound, InvalidValue; None where what is left of the message means no customers."""
    taker = world.session.get_one(records.User, wish.taker)
    if wish.customers or wish.deals:
        return _plan_named(world, wish, taker)
    giver = world.session.get_one(records.User, wish.giver)
    condition = condition_of(world, wish.which) if wish.which else None
    if wish.which and condition is None:
        return None
    _check(world, giver, taker)
    return Plan(giver, taker, wish.which, book_of(world, Choice(giver.id, condition, team=taker.team_id)))


def _plan_named(world: World, wish: Wish, taker: "records.User") -> Plan | None:
    """Customers or deals by their names; None where the one who takes only handles requests."""
    if taker.role == AGENT:
        return None
    customer, deal = records.Customer, records.Opportunity
    cls: Any = customer if wish.customers else deal
    ids = wish.customers or wish.deals
    found = [fetch(world.tx, world.actor, world.crm, cls, number) for number in ids]
    holders = {record.owner_id for record in found}
    giver_id = wish.giver or next(iter(holders))
    if giver_id is None or holders != {giver_id}:
        raise InvalidValue("handover.not_theirs")
    giver = world.session.get_one(records.User, giver_id)
    _check(world, giver, taker)
    which = world.words.say("common.and_separator").join(record.name for record in found)
    if wish.customers:
        return Plan(giver, taker, which, book_of(world, Choice(giver.id, customer.id.in_(ids), team=taker.team_id)))
    return Plan(giver, taker, which, Book({deal.kind: list(ids)}))


def _check(world: World, giver: "records.User", taker: "records.User") -> None:
    moving.check(world, giver, taker)
    if giver.id == taker.id:
        raise InvalidValue("handover.same", name=giver.name)
    if not taker.active:
        raise NotFound(name=taker.name)


def counted(world: World, book: Book) -> str:
    """「客户 12，商机 5（¥2,300,000），计划 4，承诺 3」"""
    words = world.words
    promised = promises(world, book)
    counts = {kind: book.count(kind) for kind in KINDS}
    counts |= {"plan": book.count("reminder") - promised, "promise": promised}
    sums = words.say("common.and_separator").join(show_money(money, words) for money in worth(world, book))
    parts = []
    for kind, count in counts.items():
        key = "handover.part_worth" if sums and kind == "opportunity" else "handover.part"
        parts += [words.say(key, kind=words.say(f"handover.of.{kind}"), count=f"{count:,}", sum=sums)] if count else []
    return words.say("common.list_separator").join(parts)


def _clashes(words: Catalog, book: Book) -> str:
    names = words.say("common.and_separator").join(shortened(one.name, 30) for one in book.clashes[:NAMED])
    more = len(book.clashes) > NAMED
    return words.say("handover.clashes_more" if more else "handover.clashes", count=len(book.clashes), names=names)


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """What the buttons do: hand over, give back, show the book customer by customer."""
    if "back" in action:
        return return_book(world, _one(world, action["back"]))
    if "brief" in action:
        return briefing.customers(world, memory, _one(world, action["brief"]))
    trial = action.get("trial")
    wish = Wish(**action["wish"])
    done, book = carry_out(world, wish, date.fromisoformat(trial) if trial else None)
    names = {"giver": done.giver.name, "taker": done.taker.name}
    return Reply(world.words.say("handover.done", what=counted(world, book), **names), undo(world))


def carry_out(world: World, wish: Wish, trial_until: date | None = None) -> "tuple[records.HandOver, Book]":
    """Do it, and tell both."""
    plan = _plan(world, wish)
    if plan is None or not plan.book.ids:
        raise NotFound("handover.nothing_left")
    giver, taker, book = plan.giver, plan.taker, plan.book
    done = moving.hand_over(world, giver, taker, book, trial_until)
    if trial_until is not None and world.actor.user_id:
        subject = world.words.say("handover.trial_ends", giver=giver.name, taker=taker.name)
        at = instant_of(datetime.combine(trial_until, world.crm.hours.morning), world.actor.zone)
        remind(world, subject, at, is_exact=False)
    briefing.brief(world, done, book)
    _tell(world, giver, "handover.told", done, what=counted(world, book), name=taker.name)
    return done, book


def _offer_back(world: World, giver: "records.User | None") -> Reply:
    moving.check(world)
    one = moving.last(world, giver)
    words = world.words
    day = show_day(one.created_at.astimezone(world.now.tzinfo).date(), words, today=world.now.date())
    text = words.say("handover.back_preview", giver=one.giver.name, taker=one.taker.name, day=day)
    press = Press(words.say("handover.back_do"), {"do": "hand_over", "back": one.id}, "primary", is_open=True)
    return Reply(text, (press,))


def return_book(world: World, one: "records.HandOver") -> Reply:
    """Have a hand-over go back, and tell both. Raises NotFound where it has already."""
    if one.returned_at is not None:
        raise NotFound("handover.none")
    book = moving.give_back(world, one)
    names = {"giver": one.giver.name, "taker": one.taker.name}
    _tell(world, one.taker, "handover.told_back", one, what=counted(world, book), name=one.giver.name)
    _tell(world, one.giver, "handover.told_home", one, what=counted(world, book), name=one.taker.name)
    text = world.words.say("handover.given_back", what=counted(world, book), **names)
    return Reply("\n".join([text, *([_clashes(world.words, book)] if book.clashes else [])]), undo(world))


def _one(world: World, number: int) -> "records.HandOver":
    """A hand-over that the actor had done, got, or looks after. Raises NotFound."""
    one = world.session.get(records.HandOver, number)
    if one is None or one.deleted_at is not None:
        raise NotFound("handover.none")
    try:
        moving.check(world, one.giver, one.taker)
    except NotAllowed:
        if world.actor.user_id != one.to_user_id:
            raise NotFound("handover.none") from None
    return one


def _tell(world: World, user: "records.User", key: str, one: "records.HandOver", **facts: Any) -> None:
    if user.id != world.actor.user_id:
        tell_user(
            world.tx, world.settings, user.id, lambda words: Reply(words.say(key, **facts)), key=f"{key}:{one.id}"
        )
