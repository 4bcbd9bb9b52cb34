"""What a deal has to tell at its stage: asked when it is moved there, as far as it is missing; skipped with a reason.

Which facts, `[stage_needs]` of ``crm.toml`` says. A stage wants what those before it want, too: a deal may jump. A lost
deal is asked for nothing.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.custom.fields import of_kind
from bot.dialogs.model import Field, Values
from bot.dialogs.types import LongText, Ref, Text
from bot.dialogs.values import Amount, Day
from bot.flows.rival import Rival
from bot.flows.shared import close_ahead, deal_amount
from bot.rules import opportunities
from bot.rules.access import check, fetch
from bot.rules.customers import contact_of
from bot.world import World
from storage import records

REASON = "missing_reason"
GAPS = "stage_gaps"  # under which the record's ``custom`` keeps what was skipped, and why
BUILT_IN = ("amount", "expected_close", "product", "competitor", "next_step", "decision_maker")


def needs_of(world: World, stage: str) -> tuple[str, ...]:
    """The facts that a deal at a stage has to tell."""
    target = world.crm.stage(stage)
    if target is None or target.kind == "lost":
        return ()
    codes = world.crm.codes("stages")
    passed = codes[: codes.index(stage) + 1]
    needed = dict.fromkeys(name for code in passed for name in world.crm.stage_needs.get(code, ()))
    own = {item.key for item in of_kind(world, "opportunity")}
    return tuple(name for name in needed if name in BUILT_IN or name in own)


def lacking(world: World, values: Values) -> tuple[str, ...]:
    """What the deal of a draft lacks for the stage that it is moved to, by what is stored."""
    deal = opportunities.named(world, values) if values.get("stage") else None
    if deal is None or values["stage"] == deal.stage:
        return ()
    return tuple(name for name in needs_of(world, values["stage"]) if not _tells(world, deal, name))


def _tells(world: World, deal: "records.Opportunity", name: str) -> bool:
    if name == "amount":
        return deal.amount_minor is not None
    if name != "decision_maker":
        return bool(getattr(deal, name) if name in BUILT_IN else deal.custom.get(name))
    cls = records.Contact
    decides = (cls.customer_id == deal.customer_id, cls.decision_role == "decider", cls.deleted_at.is_(None))
    return world.session.scalar(select(cls.id).where(*decides).limit(1)) is not None


def wanted(name: str) -> Callable[[Values, Any], bool]:
    """Whether a draft is asked for this fact."""
    return lambda values, world: name in lacking(world, values)


AMOUNT = Field(
    "amount", Amount(), required=False, ask="never", check=deal_amount, within=("opportunity",), wanted=wanted("amount")
)
CLOSE = Field(
    "expected_close",
    Day("future", last=True),
    required=False,
    ask="never",
    check=close_ahead,
    wanted=wanted("expected_close"),
)
DECIDES = Field(
    "decision_maker", Ref("contact", if_unknown="create"), required=False, ask="never", slot="of_stage",
    wanted=wanted("decision_maker"), within=("customer",), is_whole=True,
)  # fmt: skip
# No slot of understanding holds these (hence their own): they are asked for, said by name, or found as rivals are.
NEEDED = (
    Field("product", Text(), required=False, ask="never", slot="of_stage", wanted=wanted("product")),
    Field(
        "competitor", Rival(), required=False, ask="never", slot="of_stage", wanted=wanted("competitor"), is_whole=True
    ),
    DECIDES,
)


def reason_for(names: tuple[str, ...]) -> Field:
    """The question why facts were skipped."""
    return Field(
        REASON, LongText(max_chars=300), ask="never", slot="of_stage", after_skip=names, is_whole=True, is_derived=True
    )


def keep(world: World, deal: "records.Opportunity", values: Values, missing: tuple[str, ...]) -> None:
    """Write who decides, and why what is ``missing`` was skipped; of the stage that it is at now."""
    chosen = values.get("decision_maker")
    if chosen is not None:
        at = check(world.tx, world.actor, world.crm, records.Customer, deal.customer_id)
        contact = contact_of(world, chosen, at, {})
        person = fetch(world.tx, world.actor, world.crm, records.Contact, contact.id, "edit")
        person.decision_role = "decider"
    labels = {item.key: item.label(world.words.language) for item in of_kind(world, deal.kind)}
    skipped = [name for name in missing if name not in values and labels.get(name) not in values]
    if skipped and values.get(REASON):
        gap = {"missing": skipped, "reason": values[REASON]}
        deal.custom = {**deal.custom, GAPS: {**deal.custom.get(GAPS, {}), deal.stage: gap}}
