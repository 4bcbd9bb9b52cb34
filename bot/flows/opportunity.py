"""Create an opportunity; move its stage, change its amount, win it, lose it."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.types import Choice, LongText, Ref, Text
from bot.dialogs.values import Amount, positive
from bot.errors import InvalidValue
from bot.flows import stage_needs
from bot.flows.closing import CLOSED_ON, EXPECTED, is_lost, is_on
from bot.flows.documents import start_button
from bot.flows.goods_told import worth_of
from bot.flows.rival import Rival
from bot.flows.shared import known_product, legal_move, name_of, new_ones, ref, saved, short_name
from bot.rules import opportunities
from bot.rules.access import visible
from bot.rules.customers import contact_of, customer_of
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.lists import Item
from nlu.types import Understanding
from storage import records


def _default_name(values: Values, world: World) -> Json | Guess | None:
    """The product as the name, where one was named; else it is called after the customer."""
    customer = values.get("customer")
    if "product" in values or not isinstance(customer, dict):
        return values.get("product")
    return Guess(world.words.say("opportunity.default_name", customer=short_name(name_of(customer))))


def _first_stage(values: Values, world: World) -> Json:
    return world.crm.stages_of("open")[0].code


def _worth(values: Values, world: World) -> Guess | None:
    """What the goods come to that the message tells of."""
    return worth_of(world.said, world)


def _create(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["contact"], customer, {}) if "contact" in values else None
    opportunity = opportunities.create(world, values["name"], customer, contact, values)
    words = world.words
    stage = world.crm.stage(opportunity.stage)
    is_won, is_over = (stage is not None and stage.kind == kind for kind in ("won", "lost"))
    known = {"customer": {"id": customer.id, "name": customer.name}, "opportunity": ref(opportunity)}
    then = start_button(world, "contract", **known) if is_won else None
    if not (is_won or is_over):
        then = opportunities.next_step_button(world, opportunity, customer.name)
    gives = words.say("opportunity.next_step", name=opportunity.name) if not is_over else ""
    key = "opportunity_update.saved_won" if is_won else "opportunity.saved"
    label = world.crm.label("stages", opportunity.stage, words.language)
    return saved(
        world,
        words.say(key, name=opportunity.name, id=opportunity.public_id, stage=label),
        *new_ones(world, customer, contact),
        gives=words.say("contract.after_win") if is_won else gives,
        buttons=(then,) if then is not None else (),
        about={"customer": customer, "contact": contact, "opportunity": opportunity},
    )


def _whom_we_spoke_of(values: Values, world: World) -> Guess | None:
    """The customer that the talk is about, for a deal that is told with its name or worth: 「再加个商机，网关采购」."""
    spoken = spoken_of(world, "customer") if values.keys() & {"name", "amount"} else None
    return Guess(spoken) if spoken else None


OPPORTUNITY = Flow(
    kind="opportunity",
    needs=("opportunity", "create"),
    starts_on=("create_opportunity",),
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=_whom_we_spoke_of),
        Field("product", Text(), required=False, ask="never", propose=known_product),
        Field("name", Text(slot="opportunity"), ask="guided", slot="opportunity", propose=_default_name),
        Field("amount", Amount(), required=False, ask="guided", check=positive, propose=_worth),
        Field("stage", Choice("stages", "stage"), ask="never", propose=_first_stage),
        CLOSED_ON,
        EXPECTED,
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("competitor", Rival(), required=False, ask="never"),
    ),
    card=(
        Line("opportunity.card.name", ("name", "product")),
        Line("opportunity.card.at", ("customer", "contact")),
        Line("opportunity.card.facts", ("amount", "stage", "closed_on")),
        Line("opportunity.card.close", ("expected_close",)),
        Line("opportunity.card.competitor", ("competitor",)),
    ),
    save=_create,
)


@dataclass(frozen=True, slots=True)
class _NextStage(Choice):
    """The stages that this opportunity may move to."""

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
        item = opportunities.named(world, values)
        codes = opportunities.allowed_moves(world, item.stage) if item else self._codes(world)
        return tuple(Option(self.show(code, world), code) for code in codes)


def _customer(values: Values, world: World) -> Json | Guess | Question | None:
    """The customer of an opportunity that was named alone; else whom the talk was about."""
    chosen = values.get("opportunity")
    if not isinstance(chosen, dict) or "id" not in chosen:
        spoken = spoken_of(world, "customer")
        return Guess(spoken) if spoken else None
    query = (
        select(records.Customer)
        .join(records.Opportunity, records.Opportunity.customer_id == records.Customer.id)
        .where(records.Opportunity.id == chosen["id"], visible(world.actor, world.crm, records.Customer))
    )
    customer = world.session.scalars(query).one_or_none()
    return ref(customer) if customer else None


def _the_one(values: Values, world: World) -> Json | Guess | Question | None:
    """The customer's only opportunity, the one spoken of, or the question which. Raises InvalidValue for none."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer:
        return None
    found = opportunities.open_at(world, customer["id"]) or opportunities.closed_at(world, customer["id"])
    if not found:
        raise InvalidValue("opportunity.none_at", customer=name_of(customer))
    if len(found) == 1:
        return ref(found[0])
    if world.focus.get("opportunity") in [item.id for item in found]:
        return Guess(spoken_of(world, "opportunity"))
    options = tuple(Option(item.name, ref(item)) for item in found)
    return Question(world.words.say("opportunity.which", customer=name_of(customer)), options)


def _present(values: Values, world: World) -> Values:
    item = opportunities.named(world, values)
    return opportunities.facts_of(item) if item else {}


def _taken_up(values: Values, world: World) -> Json | None:
    """「又活了」, "the deal is back on": what was lost is again where it stood before."""
    item = opportunities.named(world, values)
    stage = world.crm.stage(item.stage) if item is not None else None
    if item is None or stage is None or stage.kind != "lost":
        return None
    is_said = world.words.pattern("opportunity_update.taken_up").search(world.said.casefold()) is not None
    return opportunities.stage_before(world, item.id) or _first_stage(values, world) if is_said else None


def _words_of(item: Item, world: World) -> tuple[str, ...]:
    """What tells a reason; of one of the organisation's own, what it is called."""
    own = tuple(label.casefold() for label in item.labels.values())
    return world.words.words(f"opportunity_update.reasons.{item.code}") or (own if item.code != "other" else ())


def _why_lost(values: Values, world: World) -> Json | None:
    """The reason on the list that the message itself gives: "we lost it, too expensive"."""
    if not is_lost(values):
        return None
    said = world.said.casefold()
    reasons = {
        item.code: item.labels[world.words.language]
        for item in world.crm.items("lost_reasons")
        if any(word in said for word in _words_of(item, world))
    }
    if len(reasons) == 2:
        reasons.pop("competitor", None)  # "they went with Zebra, price was too high": to whom is told apart from why
    if not reasons and values.get("competitor"):  # 「他们选了启明」
        labels = {item.code: item.labels[world.words.language] for item in world.crm.items("lost_reasons")}
        return labels.get("competitor")
    return next(iter(reasons.values())) if len(reasons) == 1 else None


def _change(world: World, values: Values) -> Saved:
    missing = stage_needs.lacking(world, values)
    opportunity = opportunities.change(world, values["opportunity"], values)
    stage_needs.keep(world, opportunity, values, missing)
    words = world.words
    stage = world.crm.stage(opportunity.stage)
    key = f"opportunity_update.saved_{stage.kind}" if stage and "stage" in values else "opportunity_update.saved_open"
    label = world.crm.label("stages", opportunity.stage, words.language)
    is_stuck = stage is not None and stage.kind == "open" and not opportunity.next_step
    is_won = stage is not None and stage.kind == "won" and "stage" in values
    buttons = (opportunities.next_step_button(world, opportunity, opportunity.customer.name),) if is_stuck else ()
    if is_won:
        known = {"customer": ref(opportunity.customer), "opportunity": ref(opportunity)}
        buttons = (start_button(world, "contract", **known),)
    return saved(
        world,
        words.say(key, name=opportunity.name, id=opportunity.public_id, stage=label),
        gives=words.say("contract.after_win") if is_won else "",
        buttons=buttons,
        about={"customer": opportunity.customer, "opportunity": opportunity},
    )


def _ended(how: Literal["won", "lost"], world: World) -> Values:
    """「赢了」 and nothing else: of the deal that was spoken of."""
    return {"stage": world.crm.stages_of(how)[0].code}


def _is_about_known(heard: Understanding, world: AnyWorld) -> bool:
    """A next step or a new name is that of somebody or something there is: 「冷库改造下一步：发新报价」 may be told of
    anything. The name of a customer, which may begin that of a deal, means no deal."""
    deal = heard.slots.get("opportunity")
    if "new_name" in heard.slots and deal is not None and world.find("customer", str(deal.value), {}).is_sure:
        return False
    named = [kind for kind in ("customer", "opportunity") if kind in heard.slots]
    if not named and "next_step" in heard.slots:
        assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
        return spoken_of(world, "opportunity") is not None
    return heard.slots.keys().isdisjoint(("next_step", "new_name")) or all(
        world.find(kind, str(heard.slots[kind].value), {}).matches for kind in named
    )


OPPORTUNITY_UPDATE = Flow(
    kind="opportunity_update",
    needs=("opportunity", "edit"),
    titled_by="opportunity",
    starts_on=("update_opportunity",),
    openings={
        name: lambda world: {}
        for name in (
            "start",
            "take_up",
            "next_of_deal",
            "next_of_customer",
            "next_of_spoken",
            "rename_of",
            "rename_deal",
        )
    }
    | {"won": partial(_ended, "won"), "lost": partial(_ended, "lost")},
    fits=_is_about_known,
    fields=(
        Field("customer", Ref("customer"), propose=_customer),
        Field("opportunity", Ref("opportunity"), propose=_the_one, within=("customer",)),
        Field(
            "stage",
            _NextStage("stages", "stage"),
            required=False,
            ask="never",
            check=legal_move,
            propose=_taken_up,
            within=("opportunity",),
        ),
        CLOSED_ON,
        stage_needs.AMOUNT,
        replace(stage_needs.CLOSE, applies=is_on),
        Field(
            "next_step",
            LongText(max_chars=500),
            required=False,
            ask="never",
            is_whole=True,
            wanted=stage_needs.wanted("next_step"),
        ),
        *stage_needs.NEEDED,
        Field("new_name", Text(), required=False, ask="never", is_whole=True),
        Field(
            "lost_reason",
            Text(listed="lost_reasons"),
            required=False,
            applies=is_lost,
            is_whole=True,
            propose=_why_lost,
            within=("stage",),
        ),
        stage_needs.reason_for(stage_needs.BUILT_IN),
    ),
    card=(
        Line("opportunity_update.card.name", ("opportunity", "customer")),
        Line("opportunity_update.card.new_name", ("new_name",)),
        Line("opportunity_update.card.stage", ("stage", "lost_reason", "closed_on")),
        Line("opportunity_update.card.amount", ("amount",)),
        Line("opportunity_update.card.close", ("expected_close",)),
        Line("opportunity_update.card.next_step", ("next_step",)),
        Line("opportunity_update.card.product", ("product",)),
        Line("opportunity_update.card.competitor", ("competitor",)),
        Line("opportunity_update.card.decides", ("decision_maker",)),
        Line("opportunity_update.card.missing", ("missing_reason",)),
    ),
    needs_any=("stage", "new_name", "amount", "expected_close", "next_step", "product", "competitor", "decision_maker"),
    before=_present,
    save=_change,
)
