"""The deal of a note: which one an amount, a date or a stage in it belongs to, and what a new one is called."""

import re

from bot.dialogs.model import Guess, Json, Option, Question, Values
from bot.flows.closing import OVER
from bot.flows.shared import known_product, name_of, ref, short_name
from bot.lazy import Lazy
from bot.rules import opportunities
from bot.world import World
from config.phrasing import phrasing
from storage import records

_WORTH = Lazy[[str, World], Guess | None]("bot.flows.goods_told:worth_of")  # most notes tell of none
DEAL = ("opportunity", "amount", "expected_close", "stage")
_MAX_NAME = 16  # characters of an opportunity's name that is taken from the talk
_CLAUSE = re.compile(r"[，。,.;；!！\n]")
_SURE_END = 0.85  # that a clause tells of a deal's end
_ENDS = "，。,.;；、!！?？\n"


def has_deal(values: Values) -> bool:
    return not values.keys().isdisjoint(DEAL)


def which_deal(values: Values, world: World) -> Json | Guess | Question | None:
    """The deal that an amount or a date in a note belongs to: the only open one, a new one, or the question which."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or not any(name in values for name in DEAL[1:]):
        return None
    found = opportunities.open_at(world, customer["id"]) if "id" in customer else []
    subject = known_product(values, world) or _subject(str(values.get("content", "")), world)
    new = {"new": subject or world.words.say("opportunity.default_name", customer=short_name(name_of(customer)))}
    if not found:
        return Guess(new)
    if len(found) == 1:
        return ref(found[0])
    options = (
        *(Option(item.name, ref(item)) for item in found),
        Option(world.words.say("opportunity.new_button"), new),
    )
    return Question(world.words.say("opportunity.which", customer=name_of(customer)), options)


def worth_told(values: Values, world: World) -> Guess | None:
    """What the goods of a note come to, where their prices were told: of one about a deal, or that says that they are
    wanted."""
    content = str(values.get("content", ""))
    is_of_deal = any(name in values for name in ("opportunity", "expected_close", "stage"))
    is_wanted = phrasing("wants_goods").search(content) and phrasing("price_of_each").search(content)
    return _WORTH(content, world) if is_of_deal or is_wanted else None


def end_told(values: Values, world: World) -> Guess | None:
    """That the customer's only open deal is won or lost, where a clause of the note tells just that: 「二期签了」."""
    customer, told = values.get("customer"), "，".join(str(values.get(name, "")) for name in ("content", "feedback"))
    if not isinstance(customer, dict) or "id" not in customer or not phrasing("may_be_over").search(told):
        return None
    if len(opportunities.open_at(world, customer["id"])) != 1:
        return None
    for clause in _CLAUSE.split(told):
        heard = world.understand(clause)
        stage = heard.slots.get("stage")
        if stage is not None and stage.value in OVER and heard.sure >= _SURE_END:
            return Guess(stage.value)
    return None


def its_product(values: Values, world: World) -> Json | None:
    """The product that the note names, for a deal that has none yet."""
    deal = opportunities.named(world, values)
    return known_product(values, world) if "opportunity" in values and not (deal and deal.product) else None


def _subject(content: str, world: World) -> str | None:
    """What was talked about, where the note says so in a few words: 「聊了二期扩容，…」 → 二期扩容. No amount."""
    for word in world.words.words("opportunity.about"):
        at = content.casefold().find(word)
        if at < 0:
            continue
        rest = content[at + len(word) :]
        if rest.casefold().strip().startswith(world.words.words("opportunity.about_not")):
            continue
        end = min((place for place in map(rest.find, _ENDS) if place >= 0), default=len(rest))
        subject = rest[:end].strip()
        if any(value.money for value in world.values_in(subject)):
            continue  # "about two grand"
        if subject[:1].isalpha() and 2 <= len(subject) <= _MAX_NAME * (1 if world.words.language == "zh" else 2):
            return subject
    return None


def as_it_is(values: Values, world: World) -> Values:
    chosen = values.get("opportunity")
    if not isinstance(chosen, dict) or "id" not in chosen:
        return {}
    item = world.session.get(records.Opportunity, chosen["id"])
    return opportunities.facts_of(item) if item else {}
