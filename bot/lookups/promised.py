"""「我答应了什么」, 「谁欠我什么」: the promises that are open, ours and theirs."""

from datetime import datetime

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_moment
from bot.reminders.message import customer_seen
from bot.rules.promises import open_promises
from bot.talk.memory import Memory
from bot.talk.phrases import is_phrase
from bot.world import World
from storage import records

MAX_SUBJECT = 60


def asked(world: World, text: str) -> Json | None:
    """Whose promises a message asks for; None where it asks for something else."""
    for who, by in (("us", ["us"]), ("them", ["them"]), ("both", ["us", "them"])):
        if is_phrase(world.words, f"promise.asked_{who}", text):
            return {"do": "promises", "by": by}
    return None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The lists, ours before theirs, with a button each to settle or move one."""
    lines: list[str] = []
    shown: list[records.Reminder] = []
    for by in action["by"]:
        found = open_promises(world, by) if world.actor.audience is None else []  # they are nobody else's
        if not found:
            lines.append(world.words.say(f"promise.none_{by}"))
            continue
        lines.append(world.words.say(f"promise.head_{by}", count=len(found)))
        for item in found[: world.crm.limits.list_rows]:
            shown.append(item)
            lines.append(_row(world, item, len(shown)))
        if len(found) > world.crm.limits.list_rows:
            lines.append(world.words.say("list.rest", count=len(found) - world.crm.limits.list_rows))
    if len(shown) == 1:
        memory.focus["reminder"] = shown[0].id
    buttons = tuple(
        Press(
            world.words.say("list.reminders.open", number=number),
            {"do": "reminder", "op": "open", "id": item.id},
            is_open=True,
        )
        for number, item in enumerate(shown, 1)
    )
    return Reply("\n".join(lines), buttons, is_empty=not shown)


def _row(world: World, item: "records.Reminder", number: int) -> str:
    words = world.words
    subject = shortened(item.subject.removeprefix(words.say("promise.awaited", subject="")), MAX_SUBJECT)
    customer = customer_seen(world, item)
    if customer is not None and customer.name not in subject:
        subject = words.say("reminder.with_customer", subject=subject, customer=customer.name)
    late = words.say("list.reminders.late") if item.remind_at < world.now else ""
    at = show_moment(item.remind_at, words, now=world.now, has_time=item.is_exact and _has_hour(world, item.remind_at))
    return words.say("promise.row", number=number, at=at, late=late, subject=subject)


def _has_hour(world: World, at: datetime) -> bool:
    """Was an hour promised? The hour of a day only is that of its morning."""
    return at.astimezone(world.now.tzinfo).time() != world.crm.hours.morning
