"""All forms, and which one a message opens. A new kind of record is one line here.

What opens a form is known before it is loaded: the first answer has no time for all of them. A test holds that each
flow says the same of itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from bot.dialogs.model import Flow
from bot.world import World
from config.loading import load
from nlu.types import Understanding


@dataclass(frozen=True)
class Form:
    """A flow that is loaded when it is first opened: in ``module`` (else that of its kind), by its kind in capitals.

    ``starts_on``: the intents, and ``openings``: the lists of phrases, that open it.
    """

    kind: str
    module: str = ""
    starts_on: tuple[str, ...] = ()
    openings: tuple[str, ...] = ("start",)

    @cached_property
    def flow(self) -> Flow:
        return cast("Flow", getattr(load(self.module or f"bot.flows.{self.kind}"), self.kind.upper()))


_CHANGES = "bot.flows.paper_change"
# Everything that is sold, in the order in which a sale goes.
_SALES = (
    Form("quote"),
    Form("quote_update", "bot.flows.quote", openings=("sent", "accepted", "declined")),
    Form("contract", starts_on=("create_contract",)),
    Form("order", starts_on=("create_order",), openings=("start", "ordered")),
    Form(
        "order_update",
        "bot.flows.order",
        starts_on=("update_order",),
        openings=("cancelled", "shipped", "delivered", "paid", "awaiting_payment"),
    ),
    Form("invoice", starts_on=("create_invoice",)),
    Form("payment"),
    Form("refund", openings=()),
    Form("goods_return", openings=()),
    *(Form(f"{kind}_change", _CHANGES) for kind in ("quote", "contract", "order", "invoice", "payment")),
    Form("paper_void", openings=()),
    Form("product"),
    Form("product_own", "bot.flows.own_fields", openings=()),
)
SALES = frozenset(form.kind for form in _SALES)

_ALL = (
    Form("follow_up", starts_on=("log_follow_up",)),
    Form("follow_up_update", openings=()),
    Form("contact", starts_on=("create_customer",)),
    Form("contact_move", openings=()),
    Form(
        "customer_update",
        "bot.flows.customer",
        starts_on=("update_customer", "create_customer"),
        openings=("start", "rename", "known_as"),
    ),
    Form("customer", starts_on=("create_customer",)),
    Form("opportunity", starts_on=("create_opportunity",)),
    Form(
        "opportunity_update",
        "bot.flows.opportunity",
        starts_on=("update_opportunity",),
        openings=(
            "start",
            "take_up",
            "next_of_deal",
            "next_of_customer",
            "next_of_spoken",
            "rename_of",
            "rename_deal",
            "won",
            "lost",
        ),
    ),
    Form(
        "service_request",
        starts_on=("create_service_request", "update_service_request"),
        openings=("start", "of_note"),
    ),
    Form(
        "service_update",
        starts_on=("update_service_request",),
        openings=("start", "take", "close", "resolve", "reopen", "hand_over"),
    ),
    Form("reminder", starts_on=("set_reminder", "log_follow_up")),
    Form("reminder_own", "bot.flows.own_fields", openings=()),
    Form("promise", openings=()),
    *_SALES,
    Form("purchase", openings=()),
    Form("sales_target", starts_on=("set_target",), openings=("start", "same")),
    Form("forecast_commit"),
    Form("word", openings=()),
)
FORMS = {form.kind: form for form in _ALL}


class _Flows(Mapping[str, Flow]):
    def __getitem__(self, kind: str) -> Flow:
        return FORMS[kind].flow

    def __iter__(self) -> Iterator[str]:
        return iter(FORMS)

    def __len__(self) -> int:
        return len(FORMS)


FLOWS = _Flows()  # by kind; one that is asked for is loaded

SURE_START = 0.5  # an intent that is less sure opens no form, …
SURE_PLAN = 0.35  # … but for a plan with somebody known


def flow_for(heard: Understanding, world: World) -> Flow | None:
    """The flow that a message opens by its intent."""
    is_plan = "remind_at" in heard.slots and any(match.sure == 1 for match in heard.names)  # 「明天去云集，带上样册」
    if heard.sure < (SURE_PLAN if is_plan else SURE_START):
        return None
    for form in FORMS.values():
        if heard.intent in form.starts_on and (form.flow.fits is None or form.flow.fits(heard, world)):
            return form.flow
    return None
