"""「应收账龄」, "aging report": what is invoiced and unpaid by how long ago, and whose customers owe it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.questions.question import Question
from bot.questions.sums import shown
from bot.rules.access import visible
from bot.rules.accounts import unpaid_invoices
from bot.talk.memory import Memory
from bot.world import World
from storage import records

DAYS = (30, 60, 90)  # the last day of each age but the oldest
MAX_PEOPLE = 5

_Sums = Counter[str]  # minor units by currency


def aging(world: World, memory: Memory) -> Reply:
    """Each currency by itself. In what may be seen here."""
    words, today = world.words, world.now.date()
    found = unpaid_invoices(world)
    if not found:
        cls = records.Invoice
        is_any = world.session.scalar(select(cls.id).where(visible(world.actor, world.crm, cls)).limit(1)) is not None
        return Reply(words.say("list.aging.none" if is_any else "list.aging.none_yet"))
    ages: dict[int, _Sums] = {}
    owners: dict[str, _Sums] = {}
    counts: Counter[int] = Counter()
    for invoice, minor in found:
        age = _age(invoice.issued_on, today)
        counts[age] += 1
        ages.setdefault(age, Counter())[invoice.amount_currency] += minor
        owner = world.session.get(records.User, invoice.customer.owner_id or 0)
        name = owner.name if owner else words.say("list.aging.nobody")
        owners.setdefault(name, Counter())[invoice.amount_currency] += minor
    lines = [words.say("list.aging.head", sum=_shown(world, _all(ages.values())), count=len(found))]
    lines += [
        words.say("list.aging.row", age=_called(world, age), sum=_shown(world, ages[age]), count=counts[age])
        for age in sorted(ages, reverse=True)
    ]
    if len(owners) > 1:
        lines.append(words.say("list.aging.owners", owners=_owners(world, owners)))
    press: Json = {"do": "question", **Question("invoice", states=("unpaid",), asks=("list",)).to_json()}
    return Reply("\n".join(lines), (Press(words.say("list.aging.each"), press, is_open=True),))


def _age(issued_on: date, today: date) -> int:
    """Which of the ages, 0 the youngest."""
    return sum((today - issued_on).days > last for last in DAYS)


def _called(world: World, age: int) -> str:
    """ "31–60 days"."""
    if age == len(DAYS):
        return world.words.say("list.aging.oldest", first=DAYS[-1])
    return world.words.say("list.aging.days", first=DAYS[age - 1] + 1 if age else 0, last=DAYS[age])


def _owners(world: World, owners: Mapping[str, _Sums]) -> str:
    """Who has most to collect, in the currency of the house first."""
    ranked = sorted(owners.items(), key=lambda item: (-item[1][world.currency], -sum(item[1].values())))
    parts = [
        world.words.say("list.aging.owner", name=name, sum=_shown(world, sums)) for name, sums in ranked[:MAX_PEOPLE]
    ]
    return world.words.say("common.list_separator").join(parts)


def _all(sums: Iterable[_Sums]) -> _Sums:
    return sum(sums, Counter())


def _shown(world: World, sums: _Sums) -> str:
    return shown(world, sorted(sums.items()))
