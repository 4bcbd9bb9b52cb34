"""「和星河对账」, "reconcile Northwind": what was agreed, ordered, invoiced and paid, and where it is not even."""

from typing import Any

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.rules.access import check
from bot.rules.accounts import Account, Difference, accounts
from bot.rules.contracts import won_without
from bot.rules.pronouns import spoken_of
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.talk.phrases import gaps_of, is_phrase
from bot.world import World
from config.types import Money, Period
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

MAX_DIFFERENCES = 8
LIKELY = 0.5
MAX_CHARS = 60  # who says more tells something


def asked(world: World, text: str) -> Json | None:
    """The command of a message that asks for a reconciliation, maybe of a period; None for any other."""
    if is_phrase(world.words, "accounts.theirs", text):
        spoken = spoken_of(world, "customer")
        return {"do": "reconcile", "id": spoken["id"], "period": None} if spoken is not None else None
    gaps = gaps_of(world.words, "accounts.asked", text)
    if gaps is None or world.words.pattern("accounts.for_whom").fullmatch(fold(gaps["customer"])):
        return _in_other_words(world, text)
    heard = world.understand(text)
    if heard.intent == "set_reminder" and heard.sure >= LIKELY:
        return None
    found = world.find("customer", gaps["customer"], {})
    known = [int(match.name.key) for match in heard.names if match.name.kind == "customer"]
    if found.is_sure and len(found.matches) == 1:
        known = [found.matches[0].id]
    if not known or len(found.matches) > 1:
        return _in_other_words(world, text) or {"do": "find", "said": gaps["customer"]}
    return {"do": "reconcile", "id": known[0], "period": _period(heard)}


def _in_other_words(world: World, text: str) -> Json | None:
    """ "send me their account summary", 「发份对账单给罗总」: the word for it, whose it is or for whom, and nothing
    else that means anything."""
    words = world.words
    if len(text) > MAX_CHARS or words.pattern("accounts.word").search(fold(text)) is None:
        return None
    heard = world.understand(text)
    if any(heard.values):
        return None
    spans = [(m.start, m.end) for m in heard.names if m.name.kind in ("customer", "contact")]
    plain = "".join(" " if any(a <= n < b for a, b in spans) else letter for n, letter in enumerate(fold(text)))
    rest = words.pattern("accounts.for_whom").sub(" ", words.pattern("accounts.word").sub(" ", plain))
    whose = next((int(m.name.key) for m in heard.names if m.name.kind == "customer"), None)
    whose = whose or next((_of_person(world, int(m.name.key)) for m in heard.names if m.name.kind == "contact"), None)
    spoken = spoken_of(world, "customer")
    if whose is None and spoken is not None and (not rest.strip() or _works_there(world, spoken["id"], rest.strip())):
        whose, rest = spoken["id"], ""
    is_all = not any(map(str.isalnum, rest))
    return {"do": "reconcile", "id": whose, "period": None} if whose is not None and is_all else None


def _of_person(world: World, contact_id: int) -> int | None:
    person = world.session.get(records.Contact, contact_id)
    return person.customer_id if person is not None else None


def _works_there(world: World, customer_id: int, said: str) -> bool:
    """Is somebody of the customer called so?"""
    return bool(world.find("contact", said, {"customer": {"id": customer_id}}).matches)


def _period(heard: Understanding) -> Json:
    for value in heard.of_kind("range", "date"):
        reading = value.past or value.future
        if reading is not None:
            return reading.days.to_json()
    return None


def period_of(action: Json) -> Period | None:
    return Period.from_json(action["period"]) if action.get("period") else None


def reconcile(world: World, memory: Memory, action: Json) -> Reply:
    """The accounts of a customer as a message, with a button for the sheet. Raises NotFound."""
    customer = check(world.tx, world.actor, world.crm, records.Customer, action["id"])
    memory.focus["customer"] = customer.id
    period = period_of(action)
    found = accounts(world, customer.id, period)
    head = world.words.say("accounts.head", customer=customer.name, period=shown_period(world, period))
    if not found:
        return Reply(f"{head}\n{world.words.say('accounts.none')}")
    lines = [head]
    for account in found:
        lines += [sums_line(world, account), *_differences(world, account)]
    sheet = {"do": "sheet", "id": customer.id, "period": action.get("period")}
    return Reply("\n".join(lines), (Press(world.words.say("accounts.sheet"), sheet, is_open=True),))


def shown_period(world: World, period: Period | None) -> str:
    today = world.now.date()
    if period is None:
        return world.words.say("accounts.until", day=show_day(today, world.words, today=today))
    start, end = (show_day(day, world.words, today=today) for day in (period.start, period.end))
    return world.words.say("accounts.period", start=start, end=end)


def sums_line(world: World, account: Account) -> str:
    sums = {key: money(world, account, getattr(account, key)) for key in ("contracted", "ordered", "invoiced", "paid")}
    return world.words.say("accounts.sums", **sums)


def money(world: World, account: Account, minor: int) -> str:
    return show_money(Money.from_minor(minor, account.currency), world.words)


def _differences(world: World, account: Account) -> list[str]:
    found = account.differences()
    if not found:
        return [world.words.say("accounts.even")]
    lines = [difference_line(world, account, item) for item in found[:MAX_DIFFERENCES]]
    left = len(found) - len(lines)
    return [*lines, world.words.say("accounts.rest", count=left)] if left else lines


def difference_line(world: World, account: Account, item: Difference) -> str:
    key = f"{item.kind}_over" if item.minor < 0 and item.kind in ("unordered", "uninvoiced", "unpaid") else item.kind
    amount = money(world, account, abs(item.minor))
    return world.words.say(f"accounts.{key}", number=_named(world, item.document), amount=amount)


def _named(world: World, document: Any) -> str:
    if hasattr(document, "number"):
        return str(document.number)
    return show_day(document.received_on, world.words, today=world.now.date())


def won_without_contract(world: World, memory: Memory) -> Reply:
    """Won deals that no contract was made of."""
    deals = won_without(world)
    lines = [
        world.words.line(
            (
                deal.name,
                deal.customer.name,
                show_money(deal.amount, world.words) if deal.amount else "",
                show_day(deal.closed_on, world.words, today=world.now.date()) if deal.closed_on else "",
            )
        )
        for deal in deals
    ]
    reply = page(world, memory, "won_without_contract", lines, len(lines))
    if len(deals) != 1:
        return reply
    known = {key: {"id": record.id, "name": record.name} for key, record in _of(deals[0]).items()}
    make = Press(world.words.say("contract.button"), {"do": "start", "flow": "contract", "values": known}, is_open=True)
    return Reply(reply.text, (make, *reply.buttons))


def _of(deal: "records.Opportunity") -> dict[str, Any]:
    return {"customer": deal.customer, "opportunity": deal}
