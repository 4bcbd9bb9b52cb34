"""What a person can have the bot do outside of any form: undo, help, more, a list."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.lazy import Lazy
from bot.rules.fields import require_amounts
from bot.talk.memory import Memory
from bot.talk.paging import more
from bot.world import World

Command: TypeAlias = Callable[[World, Memory, Json], Reply]
_Command: TypeAlias = Lazy[[World, Memory, Json], Reply]
_List: TypeAlias = Lazy[[World, Memory], Reply]


def _sums(place: str, kind: str) -> Callable[..., Reply]:
    """What tells nothing but sums of such records: for those who see amounts."""
    run: Lazy[..., Reply] = Lazy(place)

    def told(world: World, *rest: Any) -> Reply:
        require_amounts(world.tx, world.actor, world.crm, kind)
        return run(world, *rest)

    return told


UNDO: Lazy[[World, int | None], Reply] = Lazy("bot.rules.undo:undo")


def _undo(world: World, memory: Memory, action: Json) -> Reply:
    return UNDO(world, action.get("step"))


def _help(world: World, memory: Memory, action: Json) -> Reply:
    own = f"help.{world.actor.role}"
    text = world.words.say(own if world.words.has(own) else "help.rep")
    if memory.dialogs or memory.practice or not world.is_private:
        return Reply(text)
    return Reply(text, (Press(world.words.say("practice.tour"), {"do": "practice", "step": "tour"}, is_open=True),))


def _small_talk(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say(action.get("key", "small_talk.reply")))


def _nothing_open(world: World, memory: Memory, action: Json) -> Reply:
    is_saved = action.get("do") in ("yes", "save") and "last" in memory.focus
    return Reply(world.words.say("dialog.all_saved" if is_saved else "dialog.nothing_open"))


def _nothing_to_correct(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("dialog.nothing_to_correct"))


LISTS: dict[str, Callable[[World, Memory], Reply]] = {
    "customers": _List("bot.lookups.customers:my_customers"),
    "quiet_customers": _List("bot.lookups.customers:quiet_customers"),
    "opportunities": _List("bot.lookups.lists:my_opportunities"),
    "follow_ups": _List("bot.lookups.lists:my_follow_ups"),
    "reminders": _List("bot.lookups.lists:reminders"),
    "service_requests": _List("bot.lookups.requests:everyones"),
    "my_requests": _List("bot.lookups.requests:mine"),
    "free_requests": _List("bot.lookups.requests:free"),
    "late_requests": _List("bot.lookups.requests:late"),
    "won_without_contract": _List("bot.lookups.accounts:won_without_contract"),
    "aging": _sums("bot.lookups.aging:aging", "invoice"),
    "products": _List("bot.lookups.products:price_list"),
    "top_products": _sums("bot.lookups.products:best_sold", "order"),
    "reorder_gaps": _List("bot.lookups.products:reorder_gaps"),
}


COMMANDS: dict[str, Command] = {
    "undo": _undo,
    "section": _Command("bot.lists.changing:press"),
    "fact": _Command("bot.lookups.facts:answer"),
    "day": _Command("bot.listening.own:day"),
    "plan": _Command("bot.lookups.day_plan:answer"),
    "me": _Command("bot.listening.own:me"),
    "own_work": _Command("bot.lookups.own_work:answer"),
    "by_trait": _Command("bot.lookups.by_trait:answer"),
    "silent": _Command("bot.lookups.silent:answer"),
    "redo": _Command("bot.listening.own:redo"),
    "cards": _Command("bot.listening.cards:save"),
    "merge": _Command("bot.listening.merging:merge"),
    "token": _Command("bot.exchange.own_tokens:handle"),
    "hand_over": _Command("bot.handover.talk:handle"),
    "delete": _Command("bot.listening.binned:delete"),
    "restore": _Command("bot.listening.binned:restore"),
    "help": _help,
    "more": more,
    "list": _Command("bot.listening.looked_up:listed"),
    "card": _Command("bot.listening.looked_up:card"),
    "find": _Command("bot.listening.looked_up:find"),
    "notes": _Command("bot.listening.looked_up:notes"),
    "files": _Command("bot.lookups.enclosures:answer"),
    "file": _Command("bot.lookups.enclosures:file_again"),
    "reminder": _Command("bot.reminders.handling:handle"),
    "reminders": _Command("bot.reminders.handling:handle_all"),
    "digest": _Command("bot.digests.hearing:handle"),
    "promises": _Command("bot.lookups.promised:answer"),
    "quiet": _Command("bot.listening.quiet:handle"),
    "zone": _Command("bot.listening.zone:handle"),
    "which_day": _Command("bot.lookups.calendar_day:answer"),
    "rates": _Command("bot.lookups.exchange_rates:answer"),
    "language": _Command("bot.listening.language:handle"),
    "attained": _sums("bot.targets.replies:attained", "sales_target"),
    "foretold": _sums("bot.forecast.replies:foretold", "opportunity"),
    "record": _sums("bot.forecast.replies:record", "opportunity"),
    "cycles": _Command("bot.forecast.replies:cycles"),
    "advice": _Command("bot.alarms.advice:advise"),
    "alarms": _Command("bot.alarms.said:listed"),
    "cleanup": _Command("bot.alarms.deck:begin"),
    "settle": _Command("bot.alarms.deck:settle"),
    "small_talk": _small_talk,
    "hold": lambda world, memory, action: _small_talk(world, memory, {"key": "small_talk.hold"}),
    "service": _Command("bot.flows.service_update:act"),
    "practice": _Command("bot.listening.practice:handle"),
    "feedback": _Command("bot.upkeep.feedback:handle"),
    "request": _Command("bot.lookups.requests:card"),
    "invite": _Command("bot.people.inviting:invite"),
    "satisfaction": _Command("bot.lookups.satisfaction:answer"),
    "overcome": _Command("bot.lookups.overcome:answer"),
    "solved": _Command("bot.lookups.solved:answer"),
    "report": _Command("bot.reports.tell:press"),
    "why": _Command("bot.reports.tell:explain"),
    "tell_customer": _Command("bot.listening.sales:tell_customer"),
    "incoming": _Command("bot.incoming.talk:handle"),
    "owed": _sums("bot.lookups.receivables:owed", "invoice"),
    "falling_due": _Command("bot.lookups.falling_due:answer"),
    "schedule": _Command("bot.lookups.instalments:answer"),
    "reconcile": _sums("bot.lookups.accounts:reconcile", "invoice"),
    "person": _Command("bot.privacy.talk:handle"),
    "question": _Command("bot.questions.telling:answer"),
    "paper": _Command("bot.listening.sales:paper"),
    "sheet": _Command("bot.listening.sales:sheet"),
    **dict.fromkeys(("yes", "save", "skip", "back", "cancel", "resume"), _nothing_open),
    **dict.fromkeys(("no", "edit"), _nothing_to_correct),
}
