"""What a message wants: an ordered list of declared rules over cues, first match decides.

A rule asks for cues and for *marks*: facts about the message that one cue alone does not tell (a question, a create
verb with its object, a visit that took place). ``marks`` works them out once; the rules only combine them.
"""

from typing import NamedTuple

from nlu.marks import marks
from nlu.scene import Scene
from nlu.types import Intent

__all__ = ["Decision", "decide"]


class Decision(NamedTuple):
    intent: Intent
    sure: float
    why: str
    marks: frozenset[str]


class Rule(NamedTuple):
    """``every`` of the first, ``some`` of the second (if any), ``none`` of the third."""

    intent: Intent
    why: str
    every: frozenset[str]
    some: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    sure: float = 0.9


def _rule(intent: Intent, why: str, every: str = "", some: str = "", none: str = "", sure: float = 0.9) -> Rule:
    return Rule(intent, why, frozenset(every.split()), frozenset(some.split()), frozenset(none.split()), sure)


_FIELDS = "field.phone field.email field.address field.industry field.size field.position field.department"
_RULES = (
    _rule("other", "an order to break the rules", "junk.order"),
    _rule("other", "news or an announcement", "news"),
    _rule("create_customer", "a contact card", "card", none="ordered_change fault asked"),
    _rule("other", "small talk", "talk"),
    _rule("undo", "takes back, in short", "meta.undo short", none="order money phone object.contract"),
    _rule("help", "asks how this works", "meta.help short", none="name money phone person party"),
    _rule("cancel", "drops it, in short", "meta.cancel short", none="name money phone party object.order code object.request object.contract object.reminder said"),
    # -- questions that nothing else looks like
    _rule("forecast", "asks how it will end", "object.forecast", "query period", "visit money code"),
    # -- reminders
    _rule("list_reminders", "asks what is due", "query object.reminder", none="remind object.request object.pipeline object.opportunity"),
    _rule("list_reminders", "asks what is due", "query remind object.reminder"),
    _rule("list_reminders", "what is due, in short", "object.reminder short", "period question.mine time", "visit remind money party"),
    _rule("set_reminder", "asks to be reminded", "remind", none="visit"),
    # -- creating
    _rule("create_customer", "create + customer", "create.customer", none="asked"),
    _rule("create_opportunity", "create + opportunity", "create.opportunity", none="query"),
    _rule("create_contract", "create + contract", "create.contract", none="query visit"),
    _rule("create_invoice", "create + invoice", "create.invoice", none="query"),
    _rule("create_order", "create + order", "create.order", none="query"),
    _rule("create_order", "goods bought", "create.buy goods", none="visit asked order_status fault said_at_length create.customer"),
    _rule("create_contract", "a contract with its number and amount", "object.contract money code", none="visit asked change"),
    _rule("create_contract", "a contract with its terms", "object.contract money payment_terms", none="visit asked change said"),
    _rule("create_invoice", "an invoice with its amount", "object.invoice money", none="asked change said"),
    _rule("set_target", "a target with an amount", "object.target money", none="query visit"),
    _rule("list_follow_ups", "past contacts, in short", "object.follow_up short", none="said money ordered_change remind"),
    _rule("log_follow_up", "headed as a note", "heading", none="query"),
    # -- service
    _rule("update_service_request", "a rating", "rated", none="asked"),
    _rule("update_service_request", "opened again", "verb.reopen", none="asked visit"),
    _rule("create_service_request", "create + request", "create.request", none="query solved"),
    _rule("update_service_request", "handed to someone", "verb.dispatch"),
    _rule("update_service_request", "a request and what becomes of it", "object.request", "assign request_status handled", "asked"),
    _rule("update_service_request", "a fault and what was done", "fault", "assigned handled solved", "asked visit ours"),
    _rule("update_service_request", "a problem in hand", "request_status.in_progress", "service.problem assigned_user fault", "asked money"),
    _rule("update_service_request", "a problem solved", "solved service.problem", none="asked visit ours money"),
    _rule("update_service_request", "handed to a colleague", "assign assigned_user", none="visit asked remind money order_status"),
    # -- questions
    _rule("list_follow_ups", "asks for past contacts", "query", "object.follow_up asks_contact", "object.pipeline create.customer"),
    _rule("pipeline_summary", "asks for the numbers", "object.pipeline", "query period short", "visit said create.customer"),
    _rule("pipeline_summary", "asks how someone did", "asked how_did period"),
    _rule("list_opportunities", "asks for opportunities", "query object.opportunity", none="object.pipeline visit"),
    _rule("list_follow_ups", "asks for visits of some time", "asked visit period", none="money said phone"),
    _rule("list_follow_ups", "asks for visits of some time", "query visit counted", none="money phone"),
    _rule("find_customer", "asks for a customer", "asked", "object.customer object.contact field.phone field.email field.address", "fault solved money time"),
    _rule("find_customer", "asks for a customer", "query", "object.customer object.contact field.phone field.email field.address name party phone email", "fault solved money time said"),
    _rule("find_customer", "looks someone up", "look_up", none="visit fault money object.opportunity"),
    # -- changes
    _rule("update_customer", "told to change a field", "ordered_change", _FIELDS + " phone email", "money close_field stage_cue"),
    _rule("create_order", "goods ordered", "placed", none="asked"),
    _rule("update_order", "an order and its state", "order", "order_status", "asked visit"),
    _rule("update_order", "goods and their state", "", "order_status.shipped order_status.delivered", "asked visit fault said"),
    _rule("update_customer", "a field of the customer changes", "change", _FIELDS + " phone email", "visit query close_field money stage_cue"),
    _rule("update_customer", "a new position or place", "moved", none="visit query money"),
    _rule("update_opportunity", "the stage changes", "stage_cue", none="visit visit_perhaps query fault object.request object.order"),
    _rule("update_opportunity", "date or amount changes", "change", "close_field money time field.amount object.opportunity", "visit visit_perhaps query fault object.reminder said_at_length"),
    _rule("create_opportunity", "an opportunity with its amount", "object.opportunity money", none="visit query change said"),
    # -- faults, then notes
    _rule("create_service_request", "something is broken", "fault", none="visit query money"),
    _rule("create_service_request", "the speaker's own thing is broken", "fault ours"),
    _rule("log_follow_up", "a contact took place", "visit", none="query"),
    _rule("log_follow_up", "a contact, named in short", "visit_perhaps", none="query"),
    _rule("log_follow_up", "a customer spoke", "said", "name party", "query"),
    _rule("update_customer", "contact data for a known name", "name", "phone email", "query"),
    _rule("create_customer", "a name with contact data", "", "phone email", "query visit"),
    _rule("log_follow_up", "a contact took place", "visit", sure=0.6),
    _rule("log_follow_up", "a known name with a plan", "name", "time", "asked", sure=0.4),
)  # fmt: skip


def decide(s: Scene) -> Decision:
    """The intent with its rule; "other" when no rule applies."""
    found = marks(s)
    for rule in _RULES:
        if rule.every <= found and not rule.none & found and (not rule.some or rule.some & found):
            return Decision(rule.intent, rule.sure, rule.why, found)
    return Decision("other", 0.3, "no rule applies", found)
