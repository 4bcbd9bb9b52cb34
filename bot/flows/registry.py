"""All flows, and which one a message opens. A new kind of record is one line here."""

from bot.dialogs.model import Flow
from bot.flows.contact import CONTACT
from bot.flows.contact_move import CONTACT_MOVE
from bot.flows.customer import CUSTOMER, CUSTOMER_UPDATE
from bot.flows.follow_up import FOLLOW_UP
from bot.flows.follow_up_update import FOLLOW_UP_UPDATE
from bot.flows.forecast_commit import FORECAST_COMMIT
from bot.flows.opportunity import OPPORTUNITY, OPPORTUNITY_UPDATE
from bot.flows.promise import PROMISE
from bot.flows.purchase import PURCHASE
from bot.flows.reminder import REMINDER
from bot.flows.sales import SALES
from bot.flows.sales_target import SALES_TARGET
from bot.flows.service_request import SERVICE_REQUEST, SERVICE_UPDATE
from bot.flows.word import WORD
from bot.world import World
from nlu.types import Understanding

_ALL = (
    FOLLOW_UP,
    FOLLOW_UP_UPDATE,
    CONTACT,
    CONTACT_MOVE,
    CUSTOMER_UPDATE,
    CUSTOMER,
    OPPORTUNITY,
    OPPORTUNITY_UPDATE,
    SERVICE_REQUEST,
    SERVICE_UPDATE,
    REMINDER,
    PROMISE,
    *SALES,
    PURCHASE,
    SALES_TARGET,
    FORECAST_COMMIT,
    WORD,
)
FLOWS: dict[str, Flow] = {flow.kind: flow for flow in _ALL}

SURE_START = 0.5  # an intent that is less sure opens no form


def flow_for(heard: Understanding, world: World) -> Flow | None:
    """The flow that a message opens by its intent."""
    if heard.sure < SURE_START:
        return None
    for flow in _ALL:
        if heard.intent in flow.starts_on and (flow.fits is None or flow.fits(heard, world)):
            return flow
    return None
