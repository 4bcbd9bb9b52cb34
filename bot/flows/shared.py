"""Pieces that several flows use: what a save says, and the record behind a reference."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot.dialogs.model import Found, Json, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Press, Reply, Saved
from bot.dialogs.show import listed, show_day
from bot.dialogs.types import Ref
from bot.dialogs.values import Amount, positive
from bot.errors import InvalidValue
from bot.lazy import Lazy
from bot.rules import opportunities
from bot.rules.access import Named
from bot.world import World
from nlu.names import core_name
from storage import records

PRODUCT_IN: Lazy[[World, str], "records.Product | None"] = Lazy("bot.rules.products:named_in")


@dataclass(frozen=True, slots=True)
class SameAs(Ref):
    """The record that a draft turns out to be about already; a new one is not worth a word."""

    def show(self, value: Json, world: AnyWorld) -> str:
        return str(value["name"]) if "id" in value else ""


def today(values: Values, world: World) -> Json:
    """What a field proposes: the day that it is where the person is."""
    return world.now.date().isoformat()


def same_or_new(said: str, found: Found, kind: str, world: World, *, may_be_new: bool = True) -> Question:
    """Ask whether one of the likely duplicates is meant, before anything is saved."""
    words = world.words
    options = [
        Option(words.say(f"{kind}.use", name=match.name), {"id": match.id, "name": match.name})
        for match in found.matches
    ]
    besides = [match.id for match in found.matches]
    if may_be_new:
        options.append(Option(words.say(f"{kind}.still_new"), {"new": said, "besides": besides}))
    text = words.say(f"{kind}.duplicates", matches=listed(found, words))
    return Question(text, tuple(options), is_yes_no=may_be_new and len(found.matches) == 1)


def besides_known(found: Found, value: Json) -> Found:
    """The matches without those that the person has already said it is not."""
    known = value.get("besides", ()) if isinstance(value, Mapping) else ()
    return Found(tuple(match for match in found.matches if match.id not in known), found.is_sure)


def name_of(value: Json) -> str:
    """The name in a reference, whether the record exists or is yet to be created."""
    return str(value.get("name") or value.get("new") or "") if isinstance(value, Mapping) else ""


def short_name(name: str) -> str:
    """The core of a company's name as it is written: 华为技术有限公司 → 华为."""
    core = core_name(name)
    at = name.casefold().find(core.casefold())
    return name[at : at + len(core)] if at >= 0 else core or name


def ref(record: Any) -> Json:
    """A record as a draft refers to it."""
    return {"id": record.id, "name": record.name}


def reference(prefix: str, text: str) -> tuple[int | None, str]:
    """The number of a spoken id ("R-7") in a text, and the text without it."""
    found = _spoken_id(prefix).search(text)
    if found is None:
        return None, text
    return int(found.group(1)), f"{text[: found.start()]} {text[found.end() :]}".strip()


@cache
def _spoken_id(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){prefix}-(\d{{1,17}})(?!\d)", re.IGNORECASE)


def legal_move(value: Json, world: World, values: Values) -> Question | None:
    """A stage that the pipeline lets the draft's opportunity move to; else which one is meant.

    Raises InvalidValue where it is there already, or may not move at all.
    """
    item = opportunities.named(world, values)
    if item is None:
        return None
    allowed = opportunities.allowed_moves(world, item.stage)
    if value in allowed:
        return None

    def label(code: str) -> str:
        return world.crm.label("stages", code, world.words.language)

    if value == item.stage:
        raise InvalidValue("opportunity_update.same_stage", name=item.name, stage=label(value))
    if not allowed:
        raise InvalidValue("error.stage_closed", frm=label(item.stage))
    listed = world.words.say("common.list_separator").join(map(label, allowed))
    text = world.words.say("error.stage_not_allowed", frm=label(item.stage), to=label(value), allowed=listed)
    return Question(text, tuple(Option(label(code), code) for code in allowed))


def close_ahead(value: Json, world: World, values: Values) -> None:
    """A check: an open deal closes on a day to come. Raises InvalidValue."""
    item = opportunities.named(world, values)
    stage = world.crm.stage(values.get("stage") or (item.stage if item is not None else ""))
    day, today = date.fromisoformat(value), world.now.date()
    if day < today and (stage is None or stage.kind == "open"):
        raise InvalidValue("dialog.in_the_past", value=show_day(day, world.words, today=today))


def deal_amount(value: Json, world: World, values: Values) -> Json | Question | None:
    """A fit amount; one that was named without a currency is in that of the deal. Raises InvalidValue."""
    item = opportunities.named(world, values)
    if value.keys() & {"by", "in"}:  # how much it changes tells nothing before it is known whose amount that is
        if item is None:
            return None
        value = _changed(value, item)
    if value.get("is_assumed") and item is not None and item.amount_currency:
        value = {**value, "currency": item.amount_currency}
    return positive(value, world, values) or value


def _changed(difference: Json, item: "records.Opportunity") -> Json:
    """The amount that a deal has by now. Raises InvalidValue where it had none, or where nothing is left."""
    if item.amount is None:
        raise InvalidValue("opportunity_update.no_amount", name=item.name)
    return Amount().moved(item.amount.to_json(), difference)


def known_product(values: Values, world: World) -> Json | None:
    """The product of the price list that the message names."""
    product = PRODUCT_IN(world, world.said) if world.said else None
    return product.name if product is not None else None


def new_ones(world: World, customer: Named, contact: Named | None) -> tuple[str, ...]:
    """The customer and the contact in words, where they were made along the way."""
    named = {"customer": customer, "contact": contact}
    return tuple(
        world.words.say(f"{kind}.saved_new", name=one.name) for kind, one in named.items() if one and one.is_new
    )


def saved(
    world: World, *parts: str, gives: str = "", buttons: tuple[Press, ...] = (), about: Mapping[str, Any] | None = None
) -> Saved:
    """ "已保存：…" with what was written, one line that gives something back, and the way to take it back.

    ``about``: the records that the talk is now about, by kind.
    """
    words = world.words
    written = words.say("common.list_separator").join(part for part in parts if part)
    text = words.say("dialog.saved", parts=written.removesuffix("."))
    world.tx.flush()
    step = world.tx.author.step_id if world.tx.author else None
    undo = (Press(words.say("dialog.undo"), {"do": "undo", "step": step}, is_open=True),) if step else ()
    reply = Reply(f"{text}\n{gives}" if gives else text, (*buttons, *undo))
    return Saved(reply, {kind: record.id for kind, record in (about or {}).items() if record is not None})
