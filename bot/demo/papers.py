"""The papers of a sale that was won: quote, contract, order, invoices, payments. Each adds up to the deal's amount."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.demo.deals import Deal
from bot.demo.scene import Scene, at_nine, in_minor, zone_of
from storage import records

UP_FRONT = Decimal("0.3")
DELIVERY = 40  # days from the contract to the second invoice
LATE = 0.06  # so many invoices are not paid yet, long after


@dataclass(slots=True)
class Office:
    """Whoever numbers the papers: the last number of each kind and year."""

    last: dict[tuple[str, int], int] = field(default_factory=dict)

    def number(self, scene: Scene, kind: str, year: int) -> str:
        count = self.last[kind, year] = self.last.get((kind, year), 0) + 1
        return str(scene.words["products"]["numbers"][kind].format(year=year, number=count))


def write_papers(scene: Scene, office: Office, deal: Deal, finance: int) -> int | None:
    """The papers of a deal; the id of its order. One that is not won has no more than a quote."""
    proposed = next((at for at, stage in deal.moves if stage == "proposal"), None)
    if proposed is not None:
        _quote(scene, office, deal, proposed)
    if deal.stage != "won" or deal.closed is None:
        return None
    invoiced = [day for day in _due(deal.closed) if day <= scene.now]
    is_done = len(invoiced) == len(_due(deal.closed))
    own = {"status": "completed" if is_done else "active", "signed_on": deal.closed.date()}
    terms = {"opportunity_id": deal.id, "payment_terms": scene.words["products"]["terms"][0]}
    contract = _paper(scene, office, deal, deal.closed, "contract", {**own, **terms})
    order = _paper(scene, office, deal, deal.closed, "order", {"contract_id": contract, "status": _status(scene, deal)})
    refs = {"customer_id": deal.customer.id, "contract_id": contract}
    first = in_minor(deal.amount, UP_FRONT)
    for at, minor in zip(invoiced, (first, deal.amount.to_minor() - first), strict=False):
        _invoice(scene, office, deal, at, {**refs, "order_id": order, "amount_minor": minor}, finance)
    return order


def _due(signed: datetime) -> tuple[datetime, datetime]:
    """When the two invoices are written."""
    return signed + timedelta(days=3), signed + timedelta(days=DELIVERY)


def _status(scene: Scene, deal: Deal) -> str:
    assert deal.closed is not None  # noqa: S101 — only won deals have orders
    age = (scene.now - deal.closed).days
    return "placed" if age < 5 else "awaiting_payment" if age < 15 else "shipped" if age < DELIVERY else "delivered"


def _quote(scene: Scene, office: Office, deal: Deal, at: datetime) -> None:
    valid = at.date() + timedelta(days=30)
    status = {"won": "accepted", "lost": "declined"}.get(deal.stage)
    status = status or ("expired" if valid < scene.now.date() else "sent")
    _paper(scene, office, deal, at, "quote", {"opportunity_id": deal.id, "valid_until": valid, "status": status})


def _paper(scene: Scene, office: Office, deal: Deal, at: datetime, kind: str, facts: dict[str, Any]) -> int:
    """A quote, a contract or an order over the deal's amount, with its lines."""
    rep = deal.customer.rep
    whole = {
        "number": office.number(scene, kind, at.year),
        "customer_id": deal.customer.id,
        **_amount(deal, deal.amount.to_minor()),
        "owner_id": rep.id,
        "team_id": rep.team_id,
        **facts,
    }
    number = scene.loader.add(records.record_class(kind), at, rep.id, whole)
    for place, line in enumerate(_lines(scene, deal), 1):
        scene.loader.add(records.LineItem, at, rep.id, {f"{kind}_id": number, "position": place, **line})
    return number


def _lines(scene: Scene, deal: Deal) -> list[dict[str, Any]]:
    """The product, and a service that takes up the rest."""
    total, code, words = deal.amount.to_minor(), deal.amount.currency, scene.words["products"]
    count = 1 + deal.id % 4
    each = total * 8 // 10 // count
    rest = total - each * count
    lines = ((deal.product["name"], count, deal.product["unit"], each), (words["service"], 1, words["once"], rest))
    return [
        {
            "product": product,
            "quantity": Decimal(quantity),
            "unit": unit,
            "unit_price_minor": price,
            "unit_price_currency": code,
        }
        for product, quantity, unit, price in lines
    ]


def _invoice(scene: Scene, office: Office, deal: Deal, at: datetime, facts: dict[str, Any], finance: int) -> None:
    """An invoice, and the payment that answers it, unless it is late or has still some time."""
    rep = deal.customer.rep
    whose = {"amount_currency": deal.amount.currency, "owner_id": rep.id, "team_id": rep.team_id}
    number = office.number(scene, "invoice", at.year)
    invoice = {**facts, **whose, "number": number, "issued_on": at.date()}
    invoice_id = scene.loader.add(records.Invoice, at, finance, invoice)
    paid = at_nine(at.date() + timedelta(days=scene.chance.randrange(4, 45)), zone_of(scene.now))
    if paid > scene.now or scene.chance.random() < LATE:
        return
    del facts["order_id"]
    payment = {**facts, **whose, "invoice_id": invoice_id, "received_on": paid.date()}
    scene.loader.add(records.Payment, paid, finance, payment)


def _amount(deal: Deal, minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "amount_currency": deal.amount.currency}
