"""What one customer has still to pay: each currency by itself, reckoned from the documents, never stored."""

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.lookups.accounts import money
from bot.rules.access import check
from bot.rules.accounts import Account, accounts
from bot.rules.instalments import falling_due
from bot.rules.pronouns import pattern_of, spoken_of
from bot.talk.memory import Memory
from bot.talk.phrases import gaps_of
from bot.world import World
from config.types import Money
from nlu.folding import fold
from storage import records

MAX_CHARS = 40
MAX_LATE = 4


def asked(world: World, text: str) -> Json | None:
    """The command of a question about what is to come in; None for any other message."""
    if len(text) > MAX_CHARS:
        return None
    gaps = gaps_of(world.words, "receivables.owed", text)
    if gaps is not None:
        said = gaps["customer"]
        found = world.find("customer", said, {})
        if found.is_sure and len(found.matches) == 1:
            return {"do": "owed", "id": found.matches[0].id}
        if not found.matches and all(word[0].isupper() for word in said.split()):
            return {"do": "find", "said": said}  # spelt like a name: of nobody whom the asker may see
    return _of_debts(world, text)


def _of_debts(world: World, text: str) -> Json | None:
    """「瀚洋有逾期的吗」, "is Tideway late with anything?": a customer, a word for what is owed, and nothing else."""
    words, plain = world.words, fold(text)
    if words.pattern("receivables.debt").search(plain) is None:
        return None
    heard = world.understand(text)
    named = [match for match in heard.names if match.name.kind == "customer"]
    for match in named:
        plain = plain[: match.start] + " " * (match.end - match.start) + plain[match.end :]
    pronoun = pattern_of(words, "customer")
    spoken = spoken_of(world, "customer") if not named and pronoun.search(plain) else None
    for rest in (pronoun, words.pattern("receivables.debt"), words.pattern("receivables.beside")):
        plain = rest.sub(" ", plain)
    keys = {int(match.name.key) for match in named} or ({spoken["id"]} if spoken else set())
    if len(keys) != 1 or any(map(str.isalnum, plain)):
        return None
    return {"do": "owed", "id": keys.pop(), "is_late": words.pattern("receivables.late").search(fold(text)) is not None}


def owed(world: World, memory: Memory, action: Json) -> Reply:
    """What a customer has still to pay, by currency. Raises NotFound."""
    customer = check(world.tx, world.actor, world.crm, records.Customer, action["id"])
    memory.focus["customer"] = customer.id
    words = world.words
    lines = [_owed(world, customer.name, account) for account in accounts(world, customer.id)]
    reconcile = Press(words.say("receivables.reconcile"), {"do": "reconcile", "id": customer.id}, is_open=True)
    if not lines:
        return Reply(words.say("receivables.nothing", customer=customer.name))
    late = _overdue(world, customer.id)
    if action.get("is_late") and not late:
        lines.insert(0, words.say("receivables.none_late", customer=customer.name))
    return Reply("\n".join([*lines, *late]), (reconcile,))


def _overdue(world: World, customer_id: int) -> list[str]:
    """What should have come in by now, the oldest first."""
    today, words = world.now.date(), world.words
    late = [
        (Money.from_minor(left, item.amount_currency or ""), item.due_on)
        for _contract, item, left in falling_due(world, None, customer_id)
        if item.due_on is not None and item.due_on < today
    ]
    return [
        words.say(
            "receivables.overdue",
            amount=show_money(amount, words),
            due=show_day(due_on, words, today=today),
            days=(today - due_on).days,
        )
        for amount, due_on in late[:MAX_LATE]
    ]


def _owed(world: World, customer: str, account: Account) -> str:
    """A line for a currency: what was agreed without what was paid; of that, what was invoiced."""
    left = max(account.agreed, account.invoiced) - account.paid
    sums = {"agreed": account.agreed, "paid": account.paid}
    facts = {"customer": customer, **{name: money(world, account, minor) for name, minor in sums.items()}}
    if left <= 0:
        return world.words.say("receivables.settled", **facts)
    billed = money(world, account, max(account.invoiced - account.paid, 0))
    return world.words.say("receivables.owes", left=money(world, account, left), billed=billed, **facts)
