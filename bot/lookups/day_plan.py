"""「明天怎么跑客户」, 「下周安排」, "plan my visits": what is fixed for some days, what is late, whom to see besides.

On the way are customers in the same city with an open deal, those not spoken to for longest first.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_moment
from bot.lookups.customers import with_last_contact
from bot.lookups.periods import shown_days
from bot.reminders.message import customer_seen
from bot.rules.access import visible
from bot.rules.places import city_of
from bot.rules.reminders import open_reminders
from bot.talk.memory import Memory, spoken_of
from bot.world import World
from config.types import Period
from storage import records

ROWS = 8
LATE_ROWS = 3
VISITS = 3
CANDIDATES = 200  # of one's customers with an open deal, the longest silent
MAX_SUBJECT = 50


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """What is fixed, in the order of the days, what is late, and where one may drop in."""
    days, words = Period.from_json(action["days"]), world.words
    start, end = days.instants(world.now.tzinfo)
    found = open_reminders(world, until=end) if world.actor.audience is None else []
    late = [item for item in found if item.remind_at < world.now]
    fixed = _by_way(world, [item for item in found if item.remind_at >= max(start, world.now)])
    shown = shown_days(world, days)
    lines = [words.say("plan.head" if fixed else "plan.free", days=shown, count=len(fixed))]
    lines += _rows(world, fixed[:ROWS], is_one=days.start == days.end)
    lines += [words.say("list.rest", count=len(fixed) - ROWS)] if len(fixed) > ROWS else []
    if late and days.start <= world.now.date() + timedelta(days=1):
        lines.append(words.say("plan.late", count=len(late)))
        lines += [words.say("digest.row", text=_told(world, item, "day_and_time")) for item in late[:LATE_ROWS]]
    lines += _on_the_way(world, fixed) if action["of"] == "visits" else []
    if len(lines) == 1 and not fixed:
        following = next((item for item in open_reminders(world) if item.remind_at > end), None)
        lines += [words.say("plan.next", what=_told(world, following, "day_and_time"))] if following else []
    memory.focus["reminders"] = spoken_of(memory.focus)
    memory.focus["listed"] = [item.id for item in fixed[:ROWS]]
    memory.focus.pop("reminder", None)
    if len(fixed) == 1:
        memory.focus["reminder"] = fixed[0].id
    return Reply("\n".join(lines), tuple(_open(world, number, item) for number, item in enumerate(fixed[:ROWS], 1)))


def _by_way(world: World, items: "Sequence[records.Reminder]") -> "list[records.Reminder]":
    """In the order of the clock; what has only a day stands behind what has an hour in the same city, that day."""
    placed = [(_day(world, item), _city(world, item), item) for item in items]
    ordered = [one for one in placed if one[2].is_exact]
    for one in placed:
        if not one[2].is_exact:
            near = [place for place, other in enumerate(ordered, 1) if one[1] and other[:2] == one[:2]]
            ordered.insert(near[-1] if near else len(ordered), one)
    return [item for _on, _in, item in sorted(ordered, key=lambda one: one[0])]


def _rows(world: World, items: "Sequence[records.Reminder]", *, is_one: bool) -> Iterator[str]:
    """A line each, numbered; of several days, under the day."""
    numbered = enumerate(items, 1)
    for day, rows in groupby(numbered, key=lambda row: _day(world, row[1])):
        if not is_one:
            yield show_day(day, world.words, today=world.now.date())
        for number, item in rows:
            yield world.words.say("list.row", number=number, text=_told(world, item, "time"))


def _told(world: World, item: "records.Reminder", when: str) -> str:
    """The hour (or the day), what, and about whom, with the city."""
    words, customer = world.words, customer_seen(world, item)
    subject = shortened(item.subject, MAX_SUBJECT)
    if customer is not None:
        name = customer.name if customer.name not in subject else ""
        place = words.line((name, city_of(customer.address)))
        subject = words.say("reminder.with_customer", subject=subject, customer=place) if place else subject
    local = item.remind_at.astimezone(world.now.tzinfo)
    if when == "time":
        return f"{local:%H:%M} {subject}" if item.is_exact else subject
    return f"{show_moment(local, words, now=world.now, has_time=item.is_exact)} {subject}"


def _on_the_way(world: World, fixed: "Sequence[records.Reminder]") -> Iterator[str]:
    """Customers that may be seen besides, in the cities one is in anyway; else in that where most of them are."""
    planned = {customer.id: customer for item in fixed if (customer := customer_seen(world, item)) is not None}
    cities = {city for customer in planned.values() if (city := city_of(customer.address))}
    others = [(row, city_of(row.address)) for row in _silent(world) if row.id not in planned]
    if not cities:
        count = Counter(city for _row, city in others if city)
        cities = {count.most_common(1)[0][0]} if count else set()
    rows = [row for row, city in others if city in cities or not cities][:VISITS]
    if not rows:
        return
    words = world.words
    place = words.say("common.and_separator").join(sorted(cities))
    yield words.say("plan.near" if planned and cities else "plan.there" if cities else "plan.anywhere", place=place)
    for row in rows:
        day = row.at and show_day(row.at.astimezone(world.now.tzinfo).date(), words, today=world.now.date())
        last = words.say("list.customers.last", day=day) if day else words.say("list.customers.never")
        facts = (row.name, row.address, last)
        yield words.say("digest.row", text=words.line(facts))


def _silent(world: World) -> "Sequence[Any]":
    """One's own customers with an open deal, those not spoken to for longest first."""
    cls, deal = records.Customer, records.Opportunity
    stages = [stage.code for stage in world.crm.stages_of("open")]
    has_deal = select(deal.customer_id).where(visible(world.actor, world.crm, deal), deal.stage.in_(stages))
    theirs = (visible(world.actor, world.crm, cls), cls.owner_id == world.actor.user_id, cls.id.in_(has_deal))
    return world.session.execute(with_last_contact(world, theirs, is_quiet_first=True).limit(CANDIDATES)).all()


def _city(world: World, item: "records.Reminder") -> str:
    customer = customer_seen(world, item)
    return city_of(customer.address) if customer is not None else ""


def _day(world: World, item: "records.Reminder") -> date:
    return item.remind_at.astimezone(world.now.tzinfo).date()


def _open(world: World, number: int, item: "records.Reminder") -> Press:
    label = world.words.say("list.reminders.open", number=number)
    return Press(label, {"do": "reminder", "op": "open", "id": item.id}, is_open=True)
