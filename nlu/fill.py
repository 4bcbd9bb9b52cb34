"""Which slots each intent has, and the rule that fills each: one declared line per intent.

Rules run in order and never overwrite: what an earlier rule has claimed is gone for the later ones.
"""

from collections.abc import Callable, Mapping

from nlu.amounts import fill_amount, fill_goods, fill_target
from nlu.cards import fill_card
from nlu.deals import fill_close, fill_deal_name, fill_stage, fill_stage_if_said
from nlu.documents import (
    fill_contract_number,
    fill_invoice_date,
    fill_invoice_number,
    fill_order_number,
    fill_order_status,
    fill_payment_terms,
    fill_product,
)  # fmt: skip
from nlu.notes import fill_notes
from nlu.parties import find_parties
from nlu.profile import fill_changed_field, fill_contact_data, fill_profile
from nlu.queries import fill_due, fill_lookup, fill_owner, fill_period_ahead, fill_period_behind
from nlu.roles import assign_roles, day, last_day, moment
from nlu.scene import Scene
from nlu.service import fill_complaint, fill_handling, fill_rating
from nlu.types import Intent

__all__ = ["fill"]

Rule = Callable[[Scene], None]


def _parties(s: Scene) -> None:
    find_parties(s)


def _account(s: Scene) -> None:
    find_parties(s, person_is_customer=True)


def _note_times(s: Scene) -> None:
    """``occurred_at``, ``next_follow_up_at``, ``expected_close`` and then content and feedback."""
    timed = assign_roles(s)
    for t in timed:
        v = t.value
        if t.role == "occurred":
            at = moment(v, past=True) if v.kind == "datetime" else day(v, past=True)
            if at:
                s.put("occurred_at", at, v.start, v.end, sure=0.9, why=t.why)
        elif t.role == "next":
            ahead = moment(v, past=False)
            if ahead:
                s.put("next_follow_up_at", ahead, v.start, v.end, sure=0.9, why=t.why)
        elif t.role == "close":
            closes = last_day(v)
            if closes:
                s.put("expected_close", closes, v.start, v.end, sure=0.85, why=t.why)
    fill_notes(s, timed)


def _channel(s: Scene) -> None:
    """``channel``: the first way of contact named outside of the plans; 「见了」 alone is a visit."""
    plans = s.slots.get("next_follow_up_at")
    clause = s.m.clause(plans.start) if plans else (-1, -1)
    found = [c for c in s.m.section("channel") if not clause[0] <= c.start < clause[1]]
    if not found:
        found = [c for c in s.m.section("channel") if plans is None or c.start < plans.start]
    if found:
        best = next((c for c in found if c.kind == "channel.meeting"), found[0])
        s.put("channel", best.kind.removeprefix("channel."), best.start, best.end, sure=0.95, why="said so")
        return
    for cue in s.m.all("log.met"):
        word = s.m.low[cue.start : cue.end]
        if word.startswith(("见", "met", "saw")) and "func.not" not in [
            c.kind for c in s.m.cues_in(cue.start - 2, cue.start)
        ]:
            s.put("channel", "visit", cue.start, cue.end, sure=0.7, why="met in person")
            return


_SLOTS: Mapping[Intent, tuple[Rule, ...]] = {
    "log_follow_up": (_parties, fill_deal_name, _note_times, _channel, fill_amount, fill_stage_if_said),
    "create_customer": (fill_card, fill_contact_data, fill_profile, _account),
    "update_customer": (fill_changed_field, _parties),
    "create_opportunity": (fill_stage, fill_close, fill_amount, _parties, fill_deal_name),
    "update_opportunity": (_parties, fill_stage, fill_close, fill_amount, fill_deal_name),
    "create_contract": (fill_contract_number, fill_payment_terms, fill_goods, _parties, fill_product),
    "create_order": (fill_order_number, fill_goods, _parties, fill_product),
    "update_order": (fill_order_number, fill_order_status, _parties),
    "create_invoice": (fill_invoice_number, fill_invoice_date, fill_goods, _parties),
    "create_service_request": (fill_contact_data, _parties, fill_complaint),
    "update_service_request": (fill_rating, fill_handling, _parties),
    "set_reminder": (fill_due,),
    "set_target": (fill_target, fill_period_ahead, fill_owner),
    "pipeline_summary": (fill_period_behind, fill_owner),
    "forecast": (fill_period_ahead, fill_owner),
    "find_customer": (fill_contact_data, fill_lookup),
    "list_opportunities": (fill_owner, _parties, fill_stage_if_said),
    "list_follow_ups": (fill_period_behind, fill_owner, _parties),
    "list_reminders": (fill_period_ahead, fill_owner),
}


def fill(s: Scene, intent: Intent) -> None:
    """Runs the rules of the intent over the scene."""
    for rule in _SLOTS.get(intent, ()):
        rule(s)
