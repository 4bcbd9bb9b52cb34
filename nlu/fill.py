"""Which slots each intent has, and the rule that fills each: one declared line per intent.

Rules run in order and never overwrite: what an earlier rule has claimed is gone for the later ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from nlu.amounts import fill_amount, fill_target
from nlu.cards import fill_card
from nlu.channels import fill_channel
from nlu.company_like import is_company_like
from nlu.deals import (
    fill_close,
    fill_deal_name,
    fill_known_deal,
    fill_new_deal_name,
    fill_outcome,
    fill_stage,
    fill_stage_if_said,
)  # fmt: skip
from nlu.documents import (
    fill_invoice_amount,
    fill_invoice_date,
    fill_order_status,
    fill_payment_terms,
    fill_product,
)  # fmt: skip
from nlu.notes import fill_notes
from nlu.paper_numbers import fill_contract_number, fill_invoice_number, fill_order_number
from nlu.parties import find_parties
from nlu.patterns import REACH, pattern
from nlu.posts import fill_post
from nlu.posts_en import fill_post_en
from nlu.priced import fill_goods
from nlu.profile import fill_beside, fill_by_surname, fill_changed_field, fill_contact_data, fill_profile
from nlu.queries import (
    fill_due,
    fill_lookup,
    fill_mentioned,
    fill_owner,
    fill_period_ahead,
    fill_period_behind,
    fill_period_of_deals,
)
from nlu.readings import as_day, day, last_day, moment
from nlu.roles import Timed, assign_roles
from nlu.scene import Scene
from nlu.service import fill_complaint, fill_handling, fill_rating
from nlu.types import Grain, Intent, Value

__all__ = ["OF_FIRMS", "RULES", "fill"]

Rule = Callable[[Scene], None]


def _parties(s: Scene) -> None:
    find_parties(s)


def _firms(s: Scene) -> None:
    """Of deals and papers."""
    find_parties(s, of_firms=True)


def _named_parties(s: Scene) -> None:
    """In talk about machines only what is clearly a name."""
    find_parties(s, named_only=True, of_firms=True)


def _account(s: Scene) -> None:
    find_parties(s, person_is_customer=True)
    _behind_its_place(s)


def _behind_its_place(s: Scene) -> None:
    """The customer that stands behind what is only where they are: 佛山顺德的|美迪口腔."""
    customer = s.slots.get("customer")
    if customer is None or s.m.lang != "zh":
        return
    inside = _AT_PLACE.match(s.m.low[customer.start : customer.end])
    if inside is not None and customer.why == "where companies stand" and is_company_like(inside["name"]):
        del s.slots["customer"]
        start = customer.start + inside.start("name")
        s.put_text("customer", start, customer.end, sure=customer.sure, why="behind its place")
        return
    owned = _OF_PLACE.match(s.m.text, customer.end)
    if owned is None or is_company_like(s.m.low[customer.start : customer.end]):
        return
    contact = s.slots.get("contact")
    if contact is not None and owned.start("name") <= contact.start < owned.end("name"):
        return  # 拓斯达|的采购总监骆明来验厂: whose they are
    if is_company_like(s.m.low[owned.start("name") : owned.end("name")]):
        del s.slots["customer"]
        s.put_text("customer", *owned.span("name"), sure=customer.sure, why="behind its place")
        s.put_text("address", customer.start, customer.end, sure=0.7, why="before the customer")


_AT_PLACE = pattern(r"[\u4e00-\u9fff]{2,5}的(?P<name>[\u4e00-\u9fffa-z]{3,16})$")
_OF_PLACE = pattern(r"的(?P<name>[\u4e00-\u9fffA-Za-z]{2,16})(?=[\s，,。；;]|$)")  # 佛山顺德|的美迪口腔


def _note_times(s: Scene) -> None:
    """``occurred_at``, ``next_follow_up_at``, ``expected_close`` and then content and feedback."""
    timed = assign_roles(s)
    either = {other.start for t in timed if (other := _either(s, t.value))}
    timed = [replace(t, role="next") if t.role == "occurred" and _either(s, t.value) else t for t in timed]
    timed = [t for t in timed if t.value.start not in either]
    happened = [t for t in timed if t.role == "occurred"]
    happened.sort(key=lambda t: _to_contact(s, t.value.start, t.value.end))
    ahead = [t for t in timed if t.role == "next"]
    vague = (Grain.WEEKEND, Grain.WEEK, Grain.MONTH)
    ahead.sort(
        key=lambda t: (
            not _moved_to(s, t),
            t.value.grain in vague,
            _is_theirs(s, t),
            not _is_ours(s, t),
            t.value.open == "start",
        )
    )
    for t in happened[:1] + ahead + [t for t in timed if t.role == "close"]:
        v = t.value
        if t.role == "occurred":
            at = moment(v, past=True) if v.kind == "datetime" else day(v, past=True)
            if at:
                s.put("occurred_at", at, v.start, v.end, sure=0.9, why=t.why)
        elif t.role == "next":
            due, other = moment(v, past=False), _either(s, v)
            if due:
                sure = 0.6 if other or _OTHER_DAY.search(s.m.low, 0, v.start) else 0.9
                due = _in_week_of(due, other) if other else due
                s.put("next_follow_up_at", due, v.start, v.end, sure=sure, why=t.why)
        elif t.role == "close":
            closes = last_day(v)
            if closes:
                s.put("expected_close", closes, v.start, v.end, sure=0.85, why=t.why)
    fill_notes(s, timed)


_OR = pattern(r"\s*(?:,\s*)?(?:or|maybe|或者?|还是|要么)\s*(?:(?:else|maybe|possibly|perhaps|on|the|even)\s+)*")


# the first or |the second of December|
_OTHER_DAY = pattern(
    r"\b(?:mon|tues?|wed|thurs?|fri|sat|sun|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"\d{1,2}(?:st|nd|rd|th)?) or (?:on )?(?:the )?$"
)


def _either(s: Scene, value: Value) -> Value | None:
    """The day that it may be as well: Wednesday or |Thursday|."""
    either = _OR.match(s.m.low, value.end)
    return next((v for v in s.m.values if either and v.is_time and v.start == either.end()), None)


def _in_week_of(due: date | datetime, other: Value) -> date | datetime:
    """The day in the week in which the other one is: Tuesday or |Wednesday next week|."""
    last = day(other, past=False)
    weeks = (last - as_day(due)).days // 7 if last is not None and "week" in other.text.lower() else 0
    return due + timedelta(weeks=max(weeks, 0))


_WHEN_USED = pattern(
    r"live|交期|供货|量产|搬|上线|投产|开业|交付|投用|到货|in place|up and running|installed|delivered"
)


_ABSENT = pattern(
    r"出差|休假|休年假|请假|回国|回来|(?<![再送返])回(?:[，。,;；\s]|$)|"
    r"在(?:国外|外地|外面)|(?:报|递|汇报)给|出结果|出报告|上会"
)
_WE = pattern(
    r"(?<!说)约了?(?:他|她|好|在|个)?|(?:让|要|叫)我们?|我[^，。,;；\s]{0,3}就?过去|之?前(?:必须|要|得)?(?:回|报)(?:[，。,;；\s他她]|$)|再(?:去|过去|来|约|聊|谈|联系|跟进|拜访|沟通|碰|见|走|跑)|我们?(?:再|去|过去|来|给|要|得)|下次|跟进|回访"
    r"|\b(?:i|we)(?:'ll| will| need| have| am| are)\b|\b(?:follow[- ]?up|call|visit|meet|see (?:him|her|them)|back|"
    r"sending|chasing|calling|visiting)\b"
)
_THEY = pattern(r"\s*(?:they|he|she|client|customer|the client|the customer|客户|对方|他们?|她们?)\b")


def _is_theirs(s: Scene, t: Timed) -> bool:
    """Is the time when the customer wants to have it, rather than when to get in touch?"""
    start, end = s.m.clause(t.value.start)
    if _ABSENT.search(s.m.low, start, end) and not _is_ours(s, t):
        return True
    speaks = s.m.cues_in(start, t.value.start, ("person.say",)) or _THEY.match(s.m.low, start)
    return bool(speaks) and _WHEN_USED.search(s.m.low, start, end) is not None


def _is_ours(s: Scene, t: Timed) -> bool:
    """Is it the time of a step of our own? 「月底前给答复，下周二我再过去」 has one of each."""
    return _WE.search(s.m.low, *s.m.clause(t.value.start)) is not None


_MOVED = pattern(r"(?:改到|改在|改期到|推到|挪到|延到|reschedul\w+ (?:to|for)|moved to) ?(?:了)?$")


def _moved_to(s: Scene, t: Timed) -> bool:
    """Is it the day that an appointment was moved to?"""
    return _MOVED.search(s.m.low, max(0, t.value.start - REACH), t.value.start) is not None


def _to_contact(s: Scene, start: int, end: int) -> int:
    """How far the nearest word of contact behind a time is; far when there is none in its clause."""
    limit = s.m.clause(start)[1]
    near = [c.start - end for c in s.m.cues if c.kind in ("log.met", "channel.visit") and end <= c.start < limit]
    headings = {c.start for c in s.m.all("log.heading", "object.follow_up")}
    near = [gap for gap in near if gap + end not in headings]
    return min(near, default=40)


RULES: Mapping[Intent, tuple[Rule, ...]] = {
    "log_follow_up": (
        fill_contact_data,
        _parties,
        _behind_its_place,
        fill_by_surname,
        fill_post,
        fill_post_en,
        fill_known_deal,
        _note_times,
        fill_channel,
        fill_amount,
        fill_stage_if_said,
    ),
    "create_customer": (fill_card, fill_contact_data, fill_profile, _account, fill_beside),
    "update_customer": (fill_by_surname, fill_changed_field, _parties),
    "create_opportunity": (fill_contact_data, fill_stage, fill_close, fill_amount, _firms, fill_new_deal_name),
    "update_opportunity": (_firms, fill_close, fill_amount, fill_outcome, fill_deal_name),
    "create_contract": (fill_contract_number, fill_payment_terms, fill_goods, _firms, fill_product),
    "create_order": (fill_order_number, fill_goods, _firms, fill_product),
    "update_order": (fill_order_number, fill_order_status, _firms),
    "create_invoice": (fill_invoice_number, fill_invoice_date, fill_goods, fill_invoice_amount, _firms),
    "create_service_request": (fill_contact_data, _named_parties, fill_complaint),
    "update_service_request": (fill_rating, fill_handling, _named_parties),
    "set_reminder": (fill_due,),
    "set_target": (fill_target, fill_period_ahead, fill_owner),
    "pipeline_summary": (fill_period_behind, fill_owner),
    "forecast": (fill_period_ahead, fill_owner),
    "find_customer": (fill_contact_data, fill_lookup),
    "list_opportunities": (fill_period_of_deals, fill_owner, _firms, fill_stage),
    "list_follow_ups": (fill_mentioned, fill_period_behind, fill_owner, _parties),
    "list_reminders": (fill_period_ahead, fill_owner),
}


# What is about a firm's deals, papers and machines.
OF_FIRMS = frozenset(intent for intent, rules in RULES.items() if not {_firms, _named_parties}.isdisjoint(rules))


def fill(s: Scene, intent: Intent) -> None:
    """Runs the rules of the intent over the scene."""
    for rule in RULES.get(intent, ()):
        rule(s)
    address, company = s.slots.get("address"), s.slots.get("customer")
    if address and company and address.start <= company.start and company.end <= address.end:
        del s.slots["customer"]  # 2 Park Row, |York
