"""After the sale: what broke, who saw to it, and what the customers said about that."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.demo.company import Company
from bot.demo.deals import Deal
from bot.demo.scene import Scene
from storage import records

REQUESTS = 0.8  # for each order
LATELY, QUEUE = timedelta(days=3), 9  # so many requests in the last days
ANSWERED = 0.55
VALID = timedelta(days=7)
# How satisfied they are, 1 to 5.
MARKS = (1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5)


def serve(scene: Scene, company: Company, deal: Deal, order: int, number: int) -> bool:
    """Perhaps a request about an order; False where nothing broke. ``number``: how many requests there are, with it."""
    assert deal.closed is not None  # noqa: S101 — there is an order
    at = scene.at_work(deal.closed + timedelta(days=scene.chance.uniform(20, 300)))
    if scene.chance.random() > REQUESTS or at >= scene.now:
        return False
    _report(scene, company, deal, order, number, at)
    return True


def serve_lately(scene: Scene, company: Company, sold: Sequence[tuple[Deal, int]], number: int) -> None:
    """What came in over the last days, about some of the orders: there is a queue to work on. ``number``: how many
    requests there are already."""
    old = [(deal, order) for deal, order in sold if deal.closed and deal.closed < scene.now - LATELY]
    for deal, order in scene.chance.sample(old, min(QUEUE, len(old))):
        at = scene.at_work(scene.now - scene.chance.uniform(0.02, 1) * LATELY)
        if at < scene.now:
            number += 1
            _report(scene, company, deal, order, number, at)


def _report(scene: Scene, company: Company, deal: Deal, order: int, number: int, at: datetime) -> None:
    handler = scene.chance.choice(company.service)
    contact = scene.chance.choice(deal.customer.contacts)
    done = scene.at_work(at + timedelta(hours=scene.chance.lognormvariate(3.2, 0.8)))
    status, moved = _status(scene, at, done)
    facts = {
        "number": f"SR-{number}",
        "customer_id": deal.customer.id,
        "contact_id": contact,
        "order_id": order,
        "description": scene.pick("service", "problems"),
        "requested_at": at,
        "status": status,
        "handler_id": None if status == "open" else handler,
        "resolved_at": done if status in ("resolved", "closed") else None,
        "owner_id": deal.customer.rep.id,
        "team_id": deal.customer.rep.team_id,
    }
    first = {"status": "open", "handler_id": None, "resolved_at": None}
    request = scene.loader.add(
        records.ServiceRequest, at, handler, facts, first=first, changed_at=moved[-1][0] if moved else at
    )
    _work(scene, request, handler, moved)
    if facts["resolved_at"] is not None:
        _ask(scene, request, facts, done)


def _status(scene: Scene, at: datetime, done: datetime) -> tuple[str, list[tuple[datetime, str]]]:
    """How far it has come, and when it came there."""
    taken = scene.at_work(at + timedelta(hours=scene.chance.uniform(0.2, 6)))
    way = [(taken, "in_progress"), (max(done, taken), "resolved"), (done + timedelta(days=5), "closed")]
    moved = [(moment, status) for moment, status in way if moment <= scene.now]
    return (moved[-1][1] if moved else "open"), moved


def _work(scene: Scene, request: int, handler: int, moved: list[tuple[datetime, str]]) -> None:
    old = "open"
    for moment, status in moved:
        told: dict[str, Any] = {"status": [old, status]}
        if status == "in_progress":
            told["handler_id"] = [None, handler]
            step = {"service_request_id": request, "at": moment, "handler_id": handler}
            scene.loader.add(
                records.ServiceStep, moment, handler, {**step, "measures": scene.pick("service", "measures")}
            )
        elif status == "resolved":
            told["resolved_at"] = [None, moment.isoformat()]
        scene.loader.note("service_request", request, moment, handler, told)
        old = status


def _ask(scene: Scene, request: int, facts: dict[str, Any], done: datetime) -> None:
    """The survey about it, and its answer."""
    chance, sent = scene.chance, done + timedelta(hours=1)
    if sent > scene.now:
        return
    answered = sent + timedelta(hours=chance.lognormvariate(1.5, 1.2))
    is_answered = chance.random() < ANSWERED and answered <= min(scene.now, sent + VALID)
    survey = {
        "service_request_id": request,
        "customer_id": facts["customer_id"],
        "contact_id": facts["contact_id"],
        "handler_id": facts["handler_id"],
        "occasion": "service",
        "sent_at": sent,
        "expires_at": sent + VALID,
        "status": "answered" if is_answered else "expired" if sent + VALID < scene.now else "sent",
        "satisfaction": chance.choice(MARKS) if is_answered else None,
        "comment": (scene.pick("service", "comments") or None) if is_answered else None,
        "answered_at": answered if is_answered else None,
        "owner_id": facts["owner_id"],
        "team_id": facts["team_id"],
    }
    scene.loader.add(records.Survey, sent, None, survey, changed_at=answered if is_answered else sent)
