"""Set a reminder."""

from datetime import datetime

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Values
from bot.dialogs.repeats import Repeat
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_moment
from bot.dialogs.types import LongText, Ref
from bot.dialogs.values import Moment
from bot.errors import InvalidValue
from bot.flows.plans import is_appointment, on_working_day_if_work
from bot.flows.shared import saved
from bot.reminders.promised import is_owed
from bot.reminders.rules import first_wall, names_its_day
from bot.rules.access import check, require
from bot.rules.attention import next_working_day
from bot.rules.follow_ups import instant, is_exact_time
from bot.rules.pronouns import spoken_of
from bot.rules.reminders import remind
from bot.rules.rhythm import planned
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding
from nlu.values.calendar import impossible_days
from storage import records


def _save(world: World, values: Values) -> Saved:
    require(world.actor, world.crm, "reminder", "create")
    about = None
    if "customer" in values:
        about = check(world.tx, world.actor, world.crm, records.Customer, values["customer"]["id"])
    rule = values["repeat"]["rule"] if "repeat" in values else None
    is_promise = "customer" in values and is_owed(world.words, values["subject"])
    at = fixed = _first(world, values)
    if rule is None and not is_promise:
        at = planned(world, fixed, has_time=values["remind_at"]["has_time"])
    is_exact = rule is not None or is_exact_time(values["remind_at"])
    reminder = remind(
        world,
        values["subject"],
        at,
        about=("customer", about.id) if about else None,
        repeat=rule,
        is_exact=is_exact,
        promised_by="us" if is_promise and not rule else None,
    )
    shown = show_moment(reminder.remind_at, world.words, now=world.now)
    key = "reminder.saved" if at == fixed else "reminder.saved_usual"
    said = world.words.say(key, id=reminder.public_id, at=shown)
    return saved(world, said, about={"customer": about, "reminder": reminder})


def _first(world: World, values: Values) -> datetime:
    """When it comes for the first time."""
    at: datetime = instant(world, values["remind_at"])
    if "repeat" not in values or values["remind_at"]["has_time"]:
        return at
    wall = first_wall(world, values["repeat"], datetime.fromisoformat(values["remind_at"]["at"]))
    return wall.replace(tzinfo=world.now.tzinfo) if wall is not None else at


def _by_rule(values: Values, world: World) -> Json | Guess | None:
    """The first time, where only the rule was said: 「每月最后一天」; of 「每两周」 the next working day, a guess."""
    repeat = values.get("repeat")
    if not repeat:
        return None
    if not names_its_day(repeat["rule"]):
        day = next_working_day(world.now.date(), world.crm, world.actor.zone_name)
        return Guess(Moment("future").dump(day, world))
    wall = first_wall(world, repeat)
    if wall is None:
        return None
    is_timed = "BYHOUR" in repeat["rule"]
    return Moment("future").dump(wall.replace(tzinfo=world.now.tzinfo) if is_timed else wall.date(), world)


def _still_fits(value: Json, world: World, values: Values) -> None:
    """「每周一」 is no longer meant where the time was changed to a Thursday."""
    at = values.get("remind_at", {}).get("at")
    if None not in (at, value["at"]) and at != value["at"]:
        raise InvalidValue("reminder.only_once")


def _alone(value: Json, world: World, values: Values) -> Json:
    """What is to be done, without how it was asked for, what is left for now (「先不建商机，」), how often
    (「每两周对账」 → 对账), or a day no year has."""
    value = phrasing("around_subject").sub("", value).strip() or value
    value = phrasing("not_now").sub("", value).strip(" ,，") or world.words.say("reminder.deal_again")
    for day in impossible_days(value):
        rest = value.replace(day.group(), "").strip()
        hour = next((found for found in world.understand(rest).values if found.is_time and found.start == 0), None)
        value = phrasing("to_do").sub("", rest[hour.end if hour else 0 :].strip()) or value
    for found in world.understand(value).of_kind("recurrence"):
        rest = (value[: found.start] + value[found.end :]).strip()
        if rest and (found.start == 0 or found.end == len(value)):
            return phrasing("to_do").sub("", rest)
    return value


def _is_ahead(heard: Understanding, world: World) -> bool:
    return heard.intent == "set_reminder" or is_appointment(heard, world)


def _of_the_note(values: Values, world: World) -> Json | Guess | None:
    """「下周一寄样品」, right after a note was saved, likely is for that customer; 「提醒我……」 is about anything."""
    if values.get("subject") == world.words.say("reminder.deal_again"):
        return spoken_of(world, "customer")
    if world.focus.get("last") != "follow_up" or phrasing("reminded").search(world.said):
        return None
    heard = world.understand(world.said)
    is_anyones = bool(heard.names) or not heard.slots.keys().isdisjoint(("customer", "contact"))
    spoken = None if is_anyones else spoken_of(world, "customer")
    return Guess(spoken) if spoken else None


REMINDER = Flow(
    kind="reminder",
    needs=("reminder", "create"),
    titled_by="subject",
    starts_on=("set_reminder", "log_follow_up"),
    fits=_is_ahead,
    fields=(
        Field("subject", LongText(slot="subject", max_chars=500), check=_alone),
        Field("remind_at", Moment("future"), check=on_working_day_if_work, propose=_by_rule),
        Field("repeat", Repeat(), required=False, ask="never", check=_still_fits, within=("remind_at",)),
        Field("customer", Ref("customer", if_unknown="ignore"), required=False, ask="never", propose=_of_the_note),
    ),
    card=(
        Line("reminder.card.subject", ("subject",)),
        Line("reminder.card.at", ("remind_at", "repeat")),
        Line("reminder.card.about", ("customer",)),
    ),
    save=_save,
)
