"""Rules about opportunities: which moves the pipeline has, and what a note says about a deal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json, Values
from bot.dialogs.reply import Press
from bot.errors import StageNotAllowed
from bot.rules.access import Named, fetch, require, visible
from bot.world import World
from config.types import Money
from storage import records
from storage.tables import opportunity_history


def allowed_moves(world: World, stage: str) -> tuple[str, ...]:
    """The stages it may move to. What is won stays won, except by undo; what is lost may be taken up again."""
    current = world.crm.stage(stage)
    if current is None:
        return world.crm.codes("stages")
    if current.kind == "won":
        return ()
    return tuple(s.code for s in world.crm.stages if s.code != stage and (current.kind == "open" or s.kind == "open"))


def move(world: World, opportunity: "records.Opportunity", stage: str, *, on: date | None = None) -> None:
    """Move an opportunity to a stage, which it was won or lost ``on``: today. Raises StageNotAllowed with the moves
    there are."""
    if opportunity.stage == stage:
        return
    allowed = allowed_moves(world, opportunity.stage)
    if stage not in allowed:
        label = [world.crm.label("stages", code, world.words.language) for code in (opportunity.stage, stage, *allowed)]
        separator = world.words.say("common.list_separator")
        key = "error.stage_not_allowed" if allowed else "error.stage_closed"
        raise StageNotAllowed(key, frm=label[0], to=label[1], allowed=separator.join(label[2:]))
    target = world.crm.stage(stage)
    opportunity.stage = stage
    is_closed = target is not None and target.kind != "open"
    opportunity.closed_on = (on or world.now.date()) if is_closed else None


def open_at(world: World, customer_id: int) -> "list[records.Opportunity]":
    """The open opportunities of a customer, those touched last first."""
    return _at(world, customer_id, [stage.code for stage in world.crm.stages_of("open")])


def own_open(world: World, called: str) -> "list[records.Opportunity]":
    """The actor's own open opportunities whose name holds these words, at most two."""
    cls = records.Opportunity
    codes = [stage.code for stage in world.crm.stages_of("open")]
    mine = (visible(world.actor, world.crm, cls), cls.owner_id == world.actor.user_id, cls.stage.in_(codes))
    return list(world.session.scalars(select(cls).where(*mine, cls.name.contains(called, autoescape=True)).limit(2)))


def closed_at(world: World, customer_id: int) -> "list[records.Opportunity]":
    """The won and lost opportunities of a customer, those touched last first."""
    return _at(world, customer_id, [stage.code for stage in world.crm.stages if stage.kind != "open"])


def _at(world: World, customer_id: int, stages: Sequence[str]) -> "list[records.Opportunity]":
    cls = records.Opportunity
    query = select(cls).where(
        visible(world.actor, world.crm, cls), cls.customer_id == customer_id, cls.stage.in_(stages)
    )
    return list(world.session.scalars(query.order_by(cls.updated_at.desc(), cls.id.desc()).limit(6)))


def named(world: World, values: Values) -> "records.Opportunity | None":
    """The opportunity that a draft is about, where it exists already."""
    chosen = values.get("opportunity")
    if not isinstance(chosen, dict) or "id" not in chosen:
        return None
    return world.session.get(records.Opportunity, chosen["id"])


def stage_before(world: World, opportunity_id: int) -> str | None:
    """Where in the pipeline it stood when it was open last; None where it never was."""
    table, open_stages = opportunity_history, [stage.code for stage in world.crm.stages_of("open")]
    query = select(table.c.stage).where(table.c.opportunity_id == opportunity_id, table.c.stage.in_(open_stages))
    return world.session.scalars(query.order_by(table.c.since.desc()).limit(1)).first()


def next_step_button(world: World, opportunity: "records.Opportunity", customer: str) -> Press:
    """A button that asks for the next step of an opportunity of the customer of this name."""
    values = {
        "customer": {"id": opportunity.customer_id, "name": customer},
        "opportunity": {"id": opportunity.id, "name": opportunity.name},
    }
    action = {"do": "start", "flow": "opportunity_update", "values": values, "ask": "next_step"}
    return Press(world.words.say("opportunity.add_next_step"), action, is_open=True)


def create(world: World, name: str, customer: Named, contact: Named | None, values: Values) -> "records.Opportunity":
    require(world.actor, world.crm, "opportunity", "create")
    stage = values.get("stage") or world.crm.stages_of("open")[0].code
    opportunity = records.Opportunity(
        name=name, customer_id=customer.id, contact_id=contact.id if contact else None, stage=stage
    )
    target = world.crm.stage(stage)
    if target is not None and target.kind != "open":
        opportunity.closed_on = _closed_on(values) or world.now.date()
    set_facts(opportunity, values)
    return world.create(opportunity)


def change(world: World, value: Json, values: Values) -> "records.Opportunity":
    """Apply the facts of a draft to the opportunity it names. Raises NotFound, NotAllowed, StageNotAllowed."""
    opportunity = fetch(world.tx, world.actor, world.crm, records.Opportunity, value["id"], "edit")
    if values.get("stage"):
        move(world, opportunity, values["stage"], on=_closed_on(values))
    is_over = opportunity.closed_on is not None  # and expected no more
    set_facts(opportunity, {name: value for name, value in values.items() if name != "expected_close" or not is_over})
    return opportunity


def _closed_on(values: Values) -> date | None:
    """The day on which it was won or lost, as it was told: that of a visit, where nothing else was."""
    told = values.get("closed_on") or (values.get("occurred_at") or {}).get("at")
    return date.fromisoformat(told[:10]) if told else None


def set_facts(opportunity: "records.Opportunity", values: Values) -> None:
    """Write the facts that are given; what is not given stays."""
    if values.get("amount"):
        opportunity.amount = Money.from_json(values["amount"])
    if values.get("expected_close"):
        opportunity.expected_close = date.fromisoformat(values["expected_close"])
    if values.get("new_name"):
        opportunity.name = values["new_name"]
    for key in ("product", "next_step", "competitor", "lost_reason"):
        if values.get(key):
            setattr(opportunity, key, values[key])


def facts_of(opportunity: "records.Opportunity") -> dict[str, Any]:
    """The present values of the fields that a draft may change, as the draft holds them."""
    return {
        "stage": opportunity.stage,
        "amount": opportunity.amount.to_json() if opportunity.amount else None,
        "expected_close": opportunity.expected_close.isoformat() if opportunity.expected_close else None,
        "new_name": opportunity.name,
        "product": opportunity.product,
        "next_step": opportunity.next_step,
        "competitor": opportunity.competitor,
    }
