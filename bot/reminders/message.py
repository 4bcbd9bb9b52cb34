"""How a reminder reads: what and about whom, the last note, and what can be done with it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_moment
from bot.reminders.receiver import customer_of
from bot.rules.access import names_of
from bot.rules.follow_ups import last_note
from bot.world import World
from storage import records

LATE_AFTER = timedelta(minutes=1)
A_BIT_LATE_AFTER = timedelta(seconds=2)
MAX_SUBJECT = 60  # characters of a subject among others


def message(world: World, group: "Sequence[records.Reminder]") -> tuple[Reply, Mapping[str, int]]:
    """The message about what is due, the earliest first, and what the talk is then about."""
    if len(group) == 1:
        return one(world, group[0], lead=_lead(world, group[0])), {"reminder": group[0].id}
    return _several(world, group), {}


def one(world: World, reminder: "records.Reminder", *, lead: str) -> Reply:
    """One reminder with its buttons. ``lead``: what stands before it, that it is due or when it will be."""
    words = world.words
    customer = customer_seen(world, reminder)
    subject = reminder.subject
    if customer is not None and customer.name not in subject:
        subject = words.say("reminder.with_customer", subject=subject, customer=customer.name)
    lines = [words.say("reminder.due", lead=lead, subject=subject)]
    if reminder.user_id != reminder.created_by_id and reminder.created_by_id is not None:
        lines += _from_whom(world, reminder.created_by_id)
    note = last_note(world, customer.id, before=0) if customer is not None else None
    if note is not None:
        day = show_day(note.occurred_at.astimezone(world.now.tzinfo).date(), words, today=world.now.date())
        said = shortened(note.feedback or note.content, MAX_SUBJECT)
        lines.append(words.say("follow_up.last_time", day=day, content=said))
    return Reply("\n".join(lines), buttons(world, reminder, customer))


def _lead(world: World, reminder: "records.Reminder") -> str:
    """That it is time; how late it is, where nobody was there to say so in time."""
    words = world.words
    late = world.now - reminder.remind_at
    at = show_moment(reminder.remind_at, words, now=world.now)
    if late >= LATE_AFTER:
        return words.say("reminder.late", span=span(world, late), at=at)
    if late >= A_BIT_LATE_AFTER:
        return words.say("reminder.just_past", at=at)
    return words.say("reminder.now") if late > -LATE_AFTER else at


def span(world: World, length: timedelta, *, units: int = 1) -> str:
    """A length of time in its largest unit, or its largest two: 3 小时, 1 小时 55 分钟."""
    seconds = int(length.total_seconds())
    said: list[str] = []
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            said.append(world.words.say(f"reminder.span.{unit}", count=count))
        elif said:
            break
        if len(said) == units:
            break
    return " ".join(said) or world.words.say("reminder.span.seconds", count=seconds)


def _several(world: World, group: "Sequence[records.Reminder]") -> Reply:
    words = world.words
    is_late = world.now - group[0].remind_at >= LATE_AFTER
    lines = [words.say("reminder.several_late" if is_late else "reminder.several", count=len(group))]
    for number, item in enumerate(group, 1):
        customer = customer_seen(world, item)
        subject = shortened(item.subject, MAX_SUBJECT)
        if customer is not None and customer.name not in subject:
            subject = words.say("reminder.with_customer", subject=subject, customer=customer.name)
        at = show_moment(item.remind_at, words, now=world.now)
        lines.append(words.say("reminder.row", number=number, at=at, subject=subject))
    ids = [item.id for item in group]
    opened = tuple(
        Press(words.say("list.reminders.open", number=number), {"do": "reminder", "op": "open", "id": item_id})
        for number, item_id in enumerate(ids[: world.crm.limits.list_rows], 1)
    )
    every = tuple(
        Press(words.say(f"reminder.all_{op}"), {"do": "reminders", "op": op, "ids": ids}) for op in ("done", "tomorrow")
    )
    return Reply("\n".join(lines), tuple(Press(each.label, each.action, is_open=True) for each in (*opened, *every)))


def buttons(world: World, reminder: "records.Reminder", customer: "records.Customer | None") -> tuple[Press, ...]:
    """Done, later, the note about it, and never mind; of one that repeats, no more of it."""
    words = world.words
    write: tuple[Press, ...] = ()
    if customer is not None:
        values = {"customer": {"id": customer.id, "name": customer.name}}
        action = {"do": "start", "flow": "follow_up", "values": values}
        write = (Press(words.say("reminder.write"), action, is_open=True),)
    last = "ended" if reminder.repeat else "cancelled"
    ops = {"done": "done", "hour": "hour", "tomorrow": "tomorrow", "monday": "monday", last: "cancelled"}
    presses = [
        Press(words.say(f"reminder.{label}"), {"do": "reminder", "op": op, "id": reminder.id}, is_open=True)
        for label, op in ops.items()
    ]
    return (*presses[:-1], *write, presses[-1])


def customer_seen(world: World, reminder: "records.Reminder") -> "records.Customer | None":
    """The customer it is about, if the person may see it."""
    customer = customer_of(world.tx, reminder)
    if customer is None or not names_of(world.tx, world.actor, world.crm, records.Customer, (customer.id,)):
        return None
    return customer


def _from_whom(world: World, user_id: int) -> list[str]:
    author = world.tx.session.get(records.User, user_id)
    return [world.words.say("reminder.from_whom", name=author.name)] if author else []
