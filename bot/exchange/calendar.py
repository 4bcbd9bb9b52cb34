"""One's plans as an iCalendar feed (RFC 5545), to be subscribed to in any calendar."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vRecur

from bot.exchange.work import plans
from bot.world import World
from storage import records

LENGTH = timedelta(minutes=30)  # of an entry: a reminder has no length of its own


def feed(world: World) -> bytes:
    """The calendar of the actor's reminders."""
    calendar = Calendar()
    calendar.add("prodid", "-//crmbot//plans//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", world.words.say("calendar.name", name=world.actor.name))
    for reminder in plans(world):
        calendar.add_component(_event(world, reminder))
    calendar.add_missing_timezones()  # not every calendar knows zones by their names, and the standard asks for them
    return bytes(calendar.to_ical())


def _event(world: World, reminder: "records.Reminder") -> Event:
    event = Event()
    event.add("uid", f"{reminder.public_id}@crmbot")
    event.add("dtstamp", reminder.updated_at)
    event.add("last-modified", reminder.updated_at)
    event.add("sequence", reminder.version - 1)  # by which some calendars know that an entry has changed
    event.add("dtstart", reminder.remind_at.astimezone(world.actor.zone))
    event.add("duration", LENGTH)
    event.add("summary", reminder.subject)
    event.add("status", "CONFIRMED")
    if reminder.repeat:
        event.add("rrule", vRecur.from_ical(reminder.repeat))
    if reminder.status == "pending":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", reminder.subject)
        alarm.add("trigger", timedelta(0))
        event.add_component(alarm)
    return event
