"""What can be done about documents beside their forms: hand them out as files, reconcile, tell the customer."""

from typing import Any

from bot.dialogs.model import Json
from bot.dialogs.reply import Document, Reply
from bot.lookups.accounts import period_of
from bot.papers.content import paper_of
from bot.papers.pdf import pdf_of
from bot.papers.sheet import sheet_of
from bot.papers.statement import statement
from bot.rules import orders
from bot.rules.access import check, fetch
from bot.rules.accounts import accounts
from bot.talk.memory import Memory
from bot.world import World
from storage import records


def tell_customer(world: World, memory: Memory, action: Json) -> Reply:
    is_told = orders.tell_customer(world, action["id"])
    return Reply(world.words.say("order.told" if is_told else "order.not_told"))


def paper(world: World, memory: Memory, action: Json) -> Reply:
    """A document as a file to pass on. Raises NotFound."""
    cls: Any = records.record_class(action["kind"])
    document = fetch(world.tx, world.actor, world.crm, cls, action["id"])
    paper = paper_of(world, document)
    content = pdf_of(paper) if action["form"] == "pdf" else sheet_of(paper)
    name = f"{document.number}.{action['form']}"
    return Reply(world.words.say("documents.here", name=name), file=Document(name, content))


def sheet(world: World, memory: Memory, action: Json) -> Reply:
    """The reconciliation of a customer as a sheet. Raises NotFound."""
    customer = check(world.tx, world.actor, world.crm, records.Customer, action["id"])
    period = period_of(action)
    content = statement(world, customer.name, accounts(world, customer.id, period), period)
    name = f"{world.words.say('accounts.file', customer=customer.name)}.xlsx"
    return Reply(world.words.say("documents.here", name=name), file=Document(name, content))
