"""What a person can have the bot do outside of any form: undo, help, more, a list."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import TypeAlias

from bot.dialogs.model import Json, Reply
from bot.digests import hearing
from bot.flows import service_request
from bot.lookups import accounts, customers, lists, products, satisfaction
from bot.lookups.customer_card import card
from bot.lookups.enclosures import file_again, files_of
from bot.lookups.solved import answer as solved_before
from bot.lookups.subject import customer_meant
from bot.people import inviting
from bot.reminders.handling import handle, handle_all
from bot.reports import tell
from bot.rules.undo import undo
from bot.talk import binned, merging, quiet
from bot.talk.memory import Memory
from bot.talk.sales import SALES_COMMANDS
from bot.world import World
from config.types import Period

Command: TypeAlias = Callable[[World, Memory, Json], Reply]


def _undo(world: World, memory: Memory, action: Json) -> Reply:
    return undo(world, action.get("step"))


def _help(world: World, memory: Memory, action: Json) -> Reply:
    own = f"help.{world.actor.role}"
    return Reply(world.words.say(own if world.words.has(own) else "help.rep"))


def _small_talk(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("small_talk.reply"))


def _nothing_open(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("dialog.nothing_open"))


def _nothing_to_correct(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("dialog.nothing_to_correct"))


def _card(world: World, memory: Memory, action: Json) -> Reply:
    return card(world, memory, action["id"])


def _find(world: World, memory: Memory, action: Json) -> Reply:
    meant = customer_meant(world, memory, action["said"])
    return meant if isinstance(meant, Reply) else card(world, memory, meant)


def _notes(world: World, memory: Memory, action: Json) -> Reply:
    return lists.notes_of(world, memory, action["id"])


def _files(world: World, memory: Memory, action: Json) -> Reply:
    meant = customer_meant(world, memory, action["said"])
    return meant if isinstance(meant, Reply) else files_of(world, memory, meant)


def _list(world: World, memory: Memory, action: Json) -> Reply:
    """A list, whole or with a condition: of a customer, of a time, with some words."""
    if "customer" in action and action["name"] == "opportunities":
        return lists.opportunities_of(world, memory, action["customer"])
    if "customer" in action:
        return lists.notes_of(world, memory, action["customer"])
    if "words" in action:
        return lists.notes_with(world, memory, action["words"])
    if "period" in action:
        return lists.my_follow_ups(world, memory, Period(*map(date.fromisoformat, action["period"])))
    if "of" in action:
        return customers.customers_of(world, memory, action["of"])
    return LISTS[action["name"]](world, memory)


LISTS: dict[str, Callable[[World, Memory], Reply]] = {
    "customers": customers.my_customers,
    "quiet_customers": customers.quiet_customers,
    "opportunities": lists.my_opportunities,
    "follow_ups": lists.my_follow_ups,
    "reminders": lists.reminders,
    "service_requests": lists.service_requests,
    "won_without_contract": accounts.won_without_contract,
    "unpaid_invoices": accounts.unpaid,
    "products": products.price_list,
    "top_products": products.best_sold,
    "reorder_gaps": products.reorder_gaps,
}


def _of(module: str, name: str) -> Command:
    """A command of a module that is loaded when it is first asked for: the first answer has no time for it."""
    return lambda world, memory, action: getattr(import_module(module), name)(world, memory, action)


COMMANDS: dict[str, Command] = {
    "undo": _undo,
    "merge": merging.merge,
    "delete": binned.delete,
    "restore": binned.restore,
    "help": _help,
    "more": lists.more,
    "list": _list,
    "card": _card,
    "find": _find,
    "notes": _notes,
    "files": _files,
    "file": file_again,
    "reminder": handle,
    "reminders": handle_all,
    "digest": hearing.handle,
    "quiet": quiet.handle,
    "attained": _of("bot.targets.replies", "attained"),
    "foretold": _of("bot.forecast.replies", "foretold"),
    "record": _of("bot.forecast.replies", "record"),
    "cycles": _of("bot.forecast.replies", "cycles"),
    "alarms": _of("bot.alarms.said", "listed"),
    "cleanup": _of("bot.alarms.deck", "begin"),
    "settle": _of("bot.alarms.deck", "settle"),
    "small_talk": _small_talk,
    "service": service_request.act,
    "invite": inviting.invite,
    "satisfaction": satisfaction.answer,
    "solved": solved_before,
    "report": tell.press,
    "why": tell.explain,
    **SALES_COMMANDS,
    **dict.fromkeys(("yes", "save", "skip", "back", "cancel", "resume"), _nothing_open),
    **dict.fromkeys(("no", "edit"), _nothing_to_correct),
}
