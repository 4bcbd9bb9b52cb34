"""Create an opportunity; move its stage, change its amount, win it, lose it."""

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Json, Line, Option, Question, Saved, Values
from bot.dialogs.types import Amount, Choice, Day, Ref, Text, positive
from bot.flows.shared import name_of, saved
from bot.rules import opportunities
from bot.rules.access import visible
from bot.rules.customers import contact_of, customer_of
from bot.world import World
from storage import records


def _default_name(values: Values, world: World) -> Json | Question | None:
    """The product as the name, where one was named."""
    return values.get("product")


def _first_stage(values: Values, world: World) -> Json:
    return world.crm.stages_of("open")[0].code


def _create(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["contact"], customer) if "contact" in values else None
    opportunity = opportunities.create(world, values["name"], customer, contact, values)
    text = world.words.say("opportunity.saved", name=opportunity.name, id=opportunity.public_id)
    return saved(world, text, gives=world.words.say("opportunity.next_step", name=opportunity.name))


OPPORTUNITY = Flow(
    kind="opportunity",
    starts_on=("create_opportunity",),
    fields=(
        Field("customer", Ref("customer", if_unknown="create")),
        Field("product", Text(), required=False, ask="never"),
        Field("name", Text(slot="opportunity"), slot="opportunity", propose=_default_name),
        Field("amount", Amount(), required=False, ask="guided", check=positive),
        Field("expected_close", Day("future", last=True), required=False, ask="guided"),
        Field("stage", Choice("stages", "stage"), ask="never", propose=_first_stage),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
    ),
    card=(
        Line("opportunity.card.name", ("name", "product")),
        Line("opportunity.card.at", ("customer", "contact")),
        Line("opportunity.card.facts", ("amount", "stage")),
        Line("opportunity.card.close", ("expected_close",)),
    ),
    save=_create,
)


def _customer_of_named(values: Values, world: World) -> Json | Question | None:
    """The customer of an opportunity that was named alone."""
    chosen = values.get("opportunity")
    if not isinstance(chosen, dict) or "id" not in chosen:
        return None
    query = (
        select(records.Customer)
        .join(records.Opportunity, records.Opportunity.customer_id == records.Customer.id)
        .where(records.Opportunity.id == chosen["id"], visible(world.actor, world.crm, records.Customer))
    )
    customer = world.session.scalars(query).one_or_none()
    return {"id": customer.id, "name": customer.name} if customer else None


def _the_open_one(values: Values, world: World) -> Json | Question | None:
    """The customer's only open opportunity, or the question which."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer:
        return None
    found = opportunities.open_at(world, customer["id"])
    options = tuple(Option(item.name, {"id": item.id, "name": item.name}) for item in found)
    if len(options) == 1:
        return options[0].value
    return Question(world.words.say("opportunity.which", customer=name_of(customer)), options) if options else None


def _present(values: Values, world: World) -> Values:
    item = world.session.get(records.Opportunity, values["opportunity"]["id"]) if "opportunity" in values else None
    return opportunities.facts_of(item) if item else {}


def _is_lost(values: Values) -> bool:
    return values.get("stage") == "lost"


def _change(world: World, values: Values) -> Saved:
    opportunity = opportunities.change(world, values["opportunity"], values)
    words = world.words
    stage = world.crm.stage(opportunity.stage)
    key = f"opportunity_update.saved_{stage.kind}" if stage and "stage" in values else "opportunity_update.saved_open"
    label = world.crm.label("stages", opportunity.stage, words.language)
    return saved(world, words.say(key, name=opportunity.name, id=opportunity.public_id, stage=label))


OPPORTUNITY_UPDATE = Flow(
    kind="opportunity_update",
    starts_on=("update_opportunity",),
    fields=(
        Field("customer", Ref("customer"), propose=_customer_of_named),
        Field("opportunity", Ref("opportunity"), propose=_the_open_one, within=("customer",)),
        Field("stage", Choice("stages", "stage"), required=False, ask="never"),
        Field("amount", Amount(), required=False, ask="never", check=positive),
        Field("expected_close", Day("future", last=True), required=False, ask="never"),
        Field("next_step", Text(max_chars=500), required=False, ask="never"),
        Field("lost_reason", Text(listed="lost_reasons"), required=False, ask="always", applies=_is_lost),
    ),
    card=(
        Line("opportunity_update.card.name", ("opportunity", "customer")),
        Line("opportunity_update.card.stage", ("stage", "lost_reason")),
        Line("opportunity_update.card.amount", ("amount",)),
        Line("opportunity_update.card.close", ("expected_close",)),
        Line("opportunity_update.card.next_step", ("next_step",)),
    ),
    needs_any=("stage", "amount", "expected_close", "next_step"),
    before=_present,
    save=_change,
)
