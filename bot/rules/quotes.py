"""Rules about quotes: made, sent, accepted or declined, and expired when their day has passed."""

from datetime import date, timedelta

from bot.dialogs.model import Json, Values
from bot.dialogs.show import show_day
from bot.errors import InvalidValue, Refused
from bot.rules.access import Named, fetch, require
from bot.rules.documents import next_number, write
from bot.world import World
from config.types import Money
from storage import records

# What a quote may become from where it is. One that has expired or was declined can be sent anew.
MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("sent", "accepted", "declined"),
    "sent": ("accepted", "declined"),
    "accepted": (),
    "cancelled": (),
    "declined": ("sent", "accepted"),
    "expired": ("sent", "accepted", "declined"),
}


def allowed(world: World, status: str) -> tuple[str, ...]:
    """The statuses that a quote may move to."""
    return MOVES.get(status, ())


def usual_validity(values: Values, world: World) -> Json:
    """How long a quote is good for where nobody says so."""
    return (world.now.date() + timedelta(days=world.crm.sales.valid_days)).isoformat()


def still_to_come(value: Json, world: World, values: Values) -> None:
    """A check: a quote is not over before it is made."""
    if date.fromisoformat(value) < world.now.date():
        raise InvalidValue(
            "quote.is_over", day=show_day(date.fromisoformat(value), world.words, today=world.now.date())
        )


def create(world: World, customer: Named, values: Values) -> "records.Quote":
    require(world.actor, world.crm, "quote", "create")
    quote = records.Quote(
        number=next_number(world, "quote"),
        customer_id=customer.id,
        opportunity_id=values["opportunity"]["id"] if "opportunity" in values else None,
        valid_until=date.fromisoformat(values["valid_until"]),
        status="draft",
    )
    quote.amount, quote.tax = Money.from_json(values["amount"]), values.get("tax")
    return write(world, quote, values["lines"])


def move(world: World, quote_id: int, status: str) -> "records.Quote":
    """Move a quote to a status; one that is sent anew is good for the usual time again. Raises Refused."""
    quote = fetch(world.tx, world.actor, world.crm, records.Quote, quote_id, "edit")
    if status not in allowed(world, quote.status):
        labels = [world.crm.label("quote_statuses", code, world.words.language) for code in (quote.status, status)]
        raise Refused("error.status_not_allowed", frm=labels[0], to=labels[1])
    if quote.status == "expired" and status == "sent":
        quote.valid_until = world.now.date() + timedelta(days=world.crm.sales.valid_days)
    quote.status = status
    world.session.flush()
    return quote


def revised(world: World, quote: "records.Quote") -> None:
    """A quote whose goods or validity were changed is one that the customer has not seen."""
    if quote.status != "draft":
        quote.status = "draft"
        world.session.flush()
