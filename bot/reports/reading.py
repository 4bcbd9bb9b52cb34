"""What stands in a message that a report can go by: what, of whom, of when, by what; and the words that are left."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sqlalchemy import func, select

from bot.reports.cues import BYS, GRAINS, TOPS, WHATS, cue, holds
from bot.reports.query import OF_DEALS, By, Rows, What
from bot.reports.rates import currency_named
from bot.rules.access import visible
from bot.rules.colleagues import colleagues_in
from bot.world import World
from config.phrasing import numbers
from nlu.types import NameMatch, Understanding, Value
from storage import records

TAKEN = "\x00"  # stands for each character that is understood
Beside: TypeAlias = Literal["", "now", "said"]
_EDGES = " ，,。.?？!！:：\"'“”「」"


@dataclass(slots=True)
class Found:
    """What a message holds. ``is_also``: beside what was asked about before; ``is_without``: leaving it out;
    ``is_then``: 「那……呢」, asked of the same as before. ``beside``: the time is what something is set beside: how it
    is "now" (「和月初比」), or another that is "said", too (「本月比上月」). ``is_versus``: who
    is named, one against the other."""

    what: What | None = None
    by: By = ""
    teams: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    customers: dict[int, str] = field(default_factory=dict)
    is_mine: bool = False
    is_ours: bool = False
    is_all: bool = False
    is_average: bool = False
    is_also: bool = False
    is_asking: bool = False
    is_biggest: bool = False
    is_by_count: bool = False
    is_top: bool = False
    is_due: bool = False
    is_of_open: bool = False
    is_then: bool = False
    is_without: bool = False
    is_to_rival: bool = False
    is_versus: bool = False
    is_year_ago: bool = False
    beside: Beside = ""
    to_year: bool = False
    rows: Rows = ""
    first: int = 0
    stage: str = ""
    product: str | None = None
    industry: str = ""
    reason: str = ""
    currency: str = ""
    value: Value | None = None
    grain: str = ""
    rest: str = ""
    named: int = 0  # characters that are names

    @property
    def names(self) -> list[str]:
        return [*self.teams.values(), *self.owners.values(), *self.customers.values()]


class _Text:
    """The message, with what is understood taken out of it."""

    def __init__(self, world: World, heard: Understanding) -> None:
        self.words = world.words
        self.letters = (
            list(heard.text.casefold()) if len(heard.text.casefold()) == len(heard.text) else list(heard.text)
        )

    def take_span(self, start: int, end: int) -> None:
        self.letters[start:end] = TAKEN * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return TAKEN not in self.letters[start:end]

    def take(self, name: str) -> str:
        """The first cue of a list that still stands there, ""; all of them are taken."""
        matches = list(cue(self.words, name).finditer("".join(self.letters)))
        for match in matches:
            self.take_span(*match.span())
        return matches[0].group() if matches else ""

    def is_beside(self, value: Value) -> bool:
        """Whether a time is what something is compared with: 「比上月」, 「和月初比」, "vs last quarter"."""
        before, after = "".join(self.letters[: value.start]).rstrip(), "".join(self.letters[value.end :]).lstrip()
        is_then = bool(cue(self.words, "beside_after").match(after))
        return any(
            match.end() == len(before)
            for name in ("beside_before", *(("beside_around",) if is_then else ()))
            for match in cue(self.words, name).finditer(before)
        )

    def take_word(self, word: str) -> bool:
        start = "".join(self.letters).find(word)
        if start >= 0:
            self.take_span(start, start + len(word))
        return start >= 0

    @property
    def rest(self) -> str:
        return " ".join("".join(self.letters).replace(TAKEN, " ").split())


def read(world: World, heard: Understanding) -> Found:
    """Everything in a message that a report can go by, and what is left of it."""
    found, text = Found(), _Text(world, heard)
    to_year = text.take("to_year")
    year_ago = text.take("year_ago")
    found.to_year, found.is_year_ago = bool(to_year), bool(year_ago)
    _read_time(heard, found, text)
    if found.value is None and not found.grain:  # "the same quarter last year"
        found.grain = next(
            (grain for grain in GRAINS[:3] if holds(world.words, f"span_{grain}", to_year or year_ago)), ""
        )
    _read_names(world, heard, found, text)
    _read_stage(world, heard, found, text)
    found.is_by_count = bool(holds(world.words, "most_deals", heard.text.casefold()))
    _read_what(found, text)
    _read_reason(world, found, text)
    _read_industry(world, found, text)
    if len(found.customers) > 1 and not found.by and found.what in (None, *OF_DEALS):
        found.by = "customer"
    _read_whose(found, text)
    found.rest = text.rest
    _read_product(world, found)
    _read_customer(world, heard, found)
    return found


def _read_time(heard: Understanding, found: Found, text: _Text) -> None:
    values = [v for v in heard.of_kind("range", "date") if v.past is not None and text.is_free(v.start, v.end)]
    others = [value for value in values if text.is_beside(value)]
    meant = [value for value in values if value not in others]
    if values:
        found.value = max(meant or others, key=lambda v: (v.kind == "range", v.end - v.start))
        found.beside = "" if not others else "said" if meant else "now"
        for value in (found.value, *others):
            text.take_span(value.start, value.end)
        return
    found.grain = next((grain for grain in GRAINS if text.take(f"grain_{grain}")), "")


def _read_names(world: World, heard: Understanding, found: Found, text: _Text) -> None:
    for one in colleagues_in(world.tx, world.actor, world.crm, heard.text):
        if text.is_free(one.start, one.end):
            (found.teams if one.kind == "team" else found.owners)[one.id] = one.name
            text.take_span(one.start, one.end)
            found.named += one.end - one.start
    for match in sorted(heard.names, key=lambda m: m.start - m.end):
        if match.name.kind == "customer" and text.is_free(match.start, match.end) and not found.customers:
            found.customers = {int(one.name.key): one.name.name for one in heard.names if _is_alike(one, match)}
            text.take_span(match.start, match.end)
            found.named += match.end - match.start


def _is_alike(one: NameMatch, other: NameMatch) -> bool:
    """Is it meant by the same words? 「碧波」 is every customer of that short name, not the first of them."""
    return one.name.kind == "customer" and (one.start, one.end) == (other.start, other.end)


def _read_stage(world: World, heard: Understanding, found: Found, text: _Text) -> None:
    slot = heard.slots.get("stage")
    if slot is not None and slot.value in world.crm.codes("stages"):
        stage = world.crm.stage(str(slot.value))
        if stage is not None and stage.kind == "open":
            found.stage = stage.code
            text.take_span(slot.start, slot.end)
    for stage in world.crm.stages:
        if stage.kind == "open" and not found.stage and text.take_word(stage.labels[world.words.language].casefold()):
            found.stage = stage.code


def _read_what(found: Found, text: _Text) -> None:
    """What is asked for, and how it is to be shown."""
    found.is_versus = bool(text.take("versus"))
    _read_rival(found, text)
    odds, due = text.take("odds"), text.take("due")  # "most likely to close" asks for no date
    found.what = found.what or ("odds" if odds else "pipeline" if due else None)
    found.is_due = bool(due and not odds)
    asked = [what for what in WHATS if text.take(what)]
    found.what = found.what or next(iter(asked), None)
    if found.what == "lost" and "won" in asked and not found.is_to_rival:
        found.what = "rate"  # 「赢了几单，丢了几单」
    for name, by in TOPS.items():
        if text.take(name):
            found.by, found.is_top = found.by or by, True
            found.what = found.what or "won"
    for by in BYS:
        if text.take(f"by_{by}") and not found.by:
            found.by = by
    biggest, which = text.take("biggest"), text.take("which")
    if biggest:
        found.rows, found.first = "size", _count(biggest)
    elif which or holds(text.words, "which", due):
        found.rows = "close" if due else "size"
    is_average = found.is_average = bool(text.take("average"))
    if is_average and found.what is None:
        found.what = "won"
    is_split = found.by in ("reason", "rival")
    found.is_asking |= bool(is_average or found.rows or is_split or found.to_year or found.is_year_ago)
    found.is_asking |= found.what == "slipped" or bool(found.beside)
    found.is_biggest = bool(biggest)
    if holds(text.words, "biggest_one", biggest) and (found.value is not None or found.grain):
        found.what = found.what or "won"  # 「今年最大的一单」
    found.is_of_open = bool(holds(text.words, "deals", biggest))
    found.is_then = bool(text.take("then"))


def _read_rival(found: Found, text: _Text) -> None:
    """What a rival took: by rival, or the deals themselves."""
    if text.take("by_rival"):
        found.by = "rival"
    said = text.take("to_rival")
    if found.by == "rival" or said:
        found.what, found.is_to_rival = "lost", True
        found.is_asking |= bool(holds(text.words, "of_deals", said))


def _read_reason(world: World, found: Found, text: _Text) -> None:
    """「价格原因丢了多少单」: of what was lost, that for one reason of the list."""
    if found.what != "lost" or found.is_to_rival:
        return
    reasons = (item for item in world.crm.items("lost_reasons") if item.code != "other")
    labels = (item.labels[world.words.language] for item in reasons)
    found.reason = next((label for label in labels if text.take_word(label.casefold())), "")
    if found.reason and found.by == "reason":
        found.by = ""


def _read_industry(world: World, found: Found, text: _Text) -> None:
    """「物流行业」, "education": an industry of the list."""
    if found.by == "industry":
        return
    forms = world.words.words("report.industry_forms")
    for item in world.crm.items("industries"):
        label = item.labels[world.words.language].casefold()
        if item.code != "other" and any(text.take_word(form.replace("…", label)) for form in forms):
            found.industry = item.code
            return


def _count(said: str) -> int:
    """How many of the largest are wanted, 0 where it is not said."""
    digits = "".join(letter for letter in said if letter.isdigit())
    if digits:
        return min(int(digits), 20)
    number = max((number for word, number in numbers().items() if word in said), default=0)
    return number if number > 1 else 0


def _read_whose(found: Found, text: _Text) -> None:
    found.is_also = bool(text.take("also"))
    found.is_without = bool(text.take("without"))
    text.take("to_me")  # 「给我」 is no 「我的」
    found.is_all = bool(text.take("all"))
    found.is_ours = bool(text.take("ours"))
    found.is_mine = bool(text.take("mine"))
    found.is_asking |= bool(text.take("asking"))
    text.take("filler")


def _read_product(world: World, found: Found) -> None:
    """What is left may be a currency, or a product that deals have: 「云平台产品本季度管道」, "only Cloud Platform"."""
    left = found.rest.strip(_EDGES)
    if not 2 <= len(left) <= 40 or found.customers:
        return
    found.currency = currency_named(world, left) or ""
    if found.currency:
        found.rest = ""
        return
    cls = records.Opportunity
    is_it = func.lower(cls.product) == func.lower(left)  # as the index has it: this is asked of every short message
    product = world.tx.connection.scalar(
        select(cls.product).where(visible(world.actor, world.crm, cls), is_it).limit(1)
    )
    if product is not None:
        found.product, found.rest = product, ""


def _read_customer(world: World, heard: Understanding, found: Found) -> None:
    """A customer by a name that only the look-up knows: an alias, a short form."""
    slot = heard.slots.get("customer")
    said = str(slot.value) if slot is not None else ""
    if not said or found.customers or found.owners or found.teams or said.casefold() not in found.rest:
        return
    matched = world.find("customer", said, {})
    if matched.is_sure and len(matched.matches) == 1:
        found.customers[matched.matches[0].id] = matched.matches[0].name
        found.rest = found.rest.replace(said.casefold(), " ").strip()
