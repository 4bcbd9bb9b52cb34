"""What one customer has still to pay: each currency by itself, reckoned from the documents, never stored."""

from bot.dialogs.model import Json, Press, Reply
from bot.lookups.accounts import money
from bot.rules.access import check
from bot.rules.accounts import Account, accounts
from bot.talk.memory import Memory
from bot.talk.phrases import gaps_of
from bot.world import World
from storage import records

MAX_CHARS = 40


def asked(world: World, text: str) -> Json | None:
    """The command of a question about what is to come in; None for any other message."""
    if len(text) > MAX_CHARS:
        return None
    gaps = gaps_of(world.words, "receivables.owed", text)
    found = world.find("customer", gaps["customer"], {}) if gaps else None
    if found is not None and found.is_sure and len(found.matches) == 1:
        return {"do": "owed", "id": found.matches[0].id}
    return None


def owed(world: World, memory: Memory, action: Json) -> Reply:
    """What a customer has still to pay, by currency. Raises NotFound."""
    customer = check(world.tx, world.actor, world.crm, records.Customer, action["id"])
    memory.focus["customer"] = customer.id
    words = world.words
    lines = [_owed(world, customer.name, account) for account in accounts(world, customer.id)]
    reconcile = Press(words.say("receivables.reconcile"), {"do": "reconcile", "id": customer.id}, is_open=True)
    if not lines:
        return Reply(words.say("receivables.nothing", customer=customer.name))
    return Reply("\n".join(lines), (reconcile,))


def _owed(world: World, customer: str, account: Account) -> str:
    """A line for a currency: what was agreed without what was paid; of that, what was invoiced."""
    left = max(account.agreed, account.invoiced) - account.paid
    sums = {"agreed": account.agreed, "paid": account.paid}
    facts = {"customer": customer, **{name: money(world, account, minor) for name, minor in sums.items()}}
    if left <= 0:
        return world.words.say("receivables.settled", **facts)
    billed = money(world, account, max(account.invoiced - account.paid, 0))
    return world.words.say("receivables.owes", left=money(world, account, left), billed=billed, **facts)
