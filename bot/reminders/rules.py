"""How often a reminder comes again: read from words for one that exists, and told in words."""

from datetime import datetime, time, timedelta

from bot.dialogs.day_parts import hour_of
from bot.dialogs.model import Json
from bot.dialogs.repeats import DAYS, Repeat
from bot.rules.wall_time import next_wall
from bot.world import World
from config.catalog import Catalog

_WEEKDAYS = ",".join(DAYS[:5])


def heard_rule(world: World, text: str) -> Json | None:
    """The rule that words stand for (see `Repeat`); None where they are about one time only."""
    found = Repeat().read(world.understand(text), world, {})
    return found if isinstance(found, dict) else None


def names_its_day(rule: str) -> bool:
    """Does the rule alone say when the first time is? 「每月最后一天」 does, 「每两周」 leaves it open."""
    return any(part in rule for part in ("FREQ=DAILY", "BYDAY", "BYMONTHDAY", "BYHOUR"))


def first_wall(world: World, repeat: Json, day: datetime | None = None) -> datetime | None:
    """The first time of a rule that lies ahead, as a wall time, from a day on (None: today).

    A series keeps the hour of its days: 「每天早上」 said at ten begins tomorrow, not at noon.
    """
    rule = str(repeat["rule"])
    hour = hour_of(str(repeat["said"]), world.words, world.crm.hours) or world.crm.hours.morning
    now = world.now.replace(tzinfo=None)
    since = datetime.combine((day or now).date(), time() if "BYHOUR" in rule else hour)
    return next_wall(rule, since, max(now, since - timedelta(seconds=1)))


def shown_rule(words: Catalog, rule: str) -> str:
    """A rule in words: 每周一、三、五, every two weeks on Fri, 每月最后一天."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    every = int(parts.get("INTERVAL", 1))
    days = parts.get("BYDAY", "")
    if days == _WEEKDAYS and every == 1:
        return words.say("reminder.rule.workdays")
    unit = parts["FREQ"].lower()
    unit = "quarterly" if unit == "monthly" and every == 3 else unit
    many = every > 1 and unit != "quarterly"
    said = words.say(f"reminder.rule.{unit}_many" if many else f"reminder.rule.{unit}", count=every)
    on = _on(words, parts, days)
    if on and unit == "weekly" and not many:
        return words.say("reminder.rule.weekly_on", on=on)
    return words.say("reminder.rule.on", every=said, on=on) if on else said


def _on(words: Catalog, parts: dict[str, str], days: str) -> str:
    """The days within the week or month: 一、三、五; the 15th; the last day; the last Friday."""
    names = words.words("reminder.rule.days")
    separator = words.say("reminder.rule.and")
    if days[:1].isalpha():
        return separator.join(names[DAYS.index(day)] for day in days.split(","))
    if days:
        place, day = days[:-2], names[DAYS.index(days[-2:])]
        if place == "-1":
            return words.say("reminder.rule.last_weekday", day=day)
        return words.say("reminder.rule.nth", n=words.words("reminder.rule.ordinals")[int(place) - 1], day=day)
    if parts.get("BYMONTHDAY") == "-1":
        return words.say("reminder.rule.last_day")
    if "BYMONTH" in parts:
        return words.say("reminder.rule.date", month=parts["BYMONTH"], day=parts.get("BYMONTHDAY", "1"))
    month_days = [words.say("reminder.rule.day", day=day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    return separator.join(month_days)
