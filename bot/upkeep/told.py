"""What an administrator asks about the bot in their own words: imports, exports, words it was taught, rates, quiet
hours, holidays, restoring, somebody's data."""

import re
from datetime import timedelta

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day, show_moment
from bot.errors import InvalidValue
from bot.exchange.importing import last_import
from bot.flows.shared import saved
from bot.flows.word import taught, teaching
from bot.lookups.exchange_rates import answer as rates_answer
from bot.lookups.periods import days_of
from bot.reports.set_rate import rate_said_in
from bot.rules.attention import holiday_name, is_working_day
from bot.rules.undo import undo
from bot.talk.memory import Memory
from bot.upkeep.diagnosis import answer as health_answer
from bot.upkeep.history import exports as exports_of
from bot.upkeep.howto import backup_told
from bot.upkeep.matters import Said
from bot.world import World
from config.attention import DAYS
from storage import records
from storage.tables import steps

ROWS = 8
AHEAD_DAYS = 400


def imports(world: World, said: Said) -> Reply:
    """The newest imports: when, by whom, which file, whether it was taken back."""
    words, users = world.words, records.User
    query = (
        select(steps.c.at, steps.c.what, steps.c.undone_by_step_id, users.name)
        .outerjoin(users, users.id == steps.c.user_id)
        .where(steps.c.what["command"].as_string() == "import", steps.c.undoes_step_id.is_(None))
        .order_by(steps.c.id.desc())
        .limit(ROWS)
    )
    lines = [
        words.say(
            "matter.import_undone" if row.undone_by_step_id else "matter.import_row",
            at=show_moment(row.at, words, now=world.now),
            who=row.name or words.say("history.nobody"),
            file=row.what.get("file") or "-",
        )
        for row in world.tx.connection.execute(query)
    ]
    return Reply("\n".join([words.say("matter.imports_head"), *lines]) if lines else words.say("matter.no_imports"))


def bring_in(world: World, said: Said) -> Reply:
    """How records of another system come in."""
    return Reply(world.words.say("howto.tell.import"))


def undo_import(world: World, said: Said) -> Reply:
    """Take the newest import back that still stands: one's own, else whoever's. Raises UndoRefused."""
    step = last_import(world.tx, world.actor.user_id) or last_import(world.tx)
    return undo(world, step, is_anyones=True) if step is not None else Reply(world.words.say("import.none_to_undo"))


def exports(world: World, said: Said) -> Reply:
    """Those of the days that are named, or of the people."""
    return exports_of(world, days_of(world, said.text), [one.id for one in said.users])


def words(world: World, said: Said) -> Reply:
    """What the bot was taught."""
    cls = records.TaughtWord
    taught = world.session.scalars(select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id.desc()).limit(50)).all()
    if not taught:
        return Reply(world.words.say("matter.no_words"))
    lines = [world.words.say("matter.word", word=one.word, meaning=one.meaning) for one in taught]
    return Reply("\n".join([world.words.say("matter.words_head", count=len(taught)), *lines]))


def teach(world: World, said: Said) -> Reply:
    """A word that stands for a stage, a way, a state or a product counts at once. Raises InvalidValue for another."""
    card = teaching(world, world.understand(said.text))
    if card is None:
        raise InvalidValue("word.unknown")
    return taught(world, card["values"]).reply


def forget(world: World, said: Said) -> Reply | None:
    """A taught word counts no more; None where it was never taught."""
    found = world.words.pattern("matter.forget").search(said.text)
    word = next(filter(None, found.groups()), "").strip(" 「」“”\"'") if found is not None else ""
    cls = records.TaughtWord
    known = world.session.scalars(select(cls).where(cls.deleted_at.is_(None)))
    taught = next((one for one in known if one.word.casefold() == word.casefold()), None)
    if taught is None:
        return None
    taught.deleted_at = world.now
    return saved(world, world.words.say("matter.forgotten", word=taught.word, meaning=taught.meaning)).reply


def rates(world: World, said: Said) -> Reply:
    return rates_answer(world, Memory(), {"do": "rates"})


def quiet(world: World, said: Said) -> Reply:
    """When work is done and people are left alone, and where that is changed."""
    ways, say = world.crm.attention, world.words.say
    days = say("common.list_separator").join(say(f"matter.day.{DAYS[day]}") for day in sorted(ways.work_days))
    hours = {"begin": f"{ways.quiet_from:%H:%M}", "end": f"{ways.quiet_to:%H:%M}"}
    return Reply(
        "\n".join([say("matter.hours_are", days=days, **hours), say("howto.in_file", what=say("howto.where.hours"))])
    )


def day_off(world: World, said: Said) -> Reply | None:
    """Is it a day off; without a day, the next ones. None where it is somebody's holiday."""
    if said.users:
        return None
    say, today = world.words.say, world.now.date()
    named = [
        value.future.days.start
        for value in world.understand(said.text).of_kind("date", "range", "datetime")
        if value.future is not None
    ]
    zone = world.actor.zone_name
    country = world.crm.attention.country(zone)
    if not country or (named and _closes(world, said.text)):
        what = say("howto.where.holidays") if not named else say("matter.days_off", day=named[0].isoformat())
        return Reply(say("howto.in_file", what=what))
    days = named[:1] or [today + timedelta(days=n) for n in range(AHEAD_DAYS)]
    lines: list[str] = []
    names = {day: holiday_name(day, world.crm, zone, world.words.language) for day in days}
    meant = {name for name in names.values() if name and _is_named(name, said.text)}
    for day in days:
        name, shown = names[day], show_day(day, world.words, today=today)
        if name and (not meant or name in meant):
            lines.append(say("matter.holiday", day=shown, name=name))
        elif named:
            key = "matter.works" if is_working_day(day, world.crm, zone) else "matter.weekend"
            lines.append(say(key, day=shown))
        if len(lines) == ROWS:
            break
    return Reply("\n".join([*lines, say("matter.holidays_where", country=country)]))


def _closes(world: World, text: str) -> bool:
    """Does a text say that a day is off, and not ask?"""
    pattern = world.words.pattern
    return pattern("matter.closes").search(text) is not None and not pattern("matter.asks").search(text)


def _is_named(holiday: str, text: str) -> bool:
    """Does a text speak of this holiday? 「国庆」 of 国庆节."""
    if holiday.isascii():
        return all(word in text.casefold() for word in re.findall(r"[a-z]{3,}", holiday.casefold())[:2])
    return any(part[:2] in text for part in re.split(r"[、；（(\s]", holiday) if len(part) >= 2)


def restore(world: World, said: Said) -> Reply:
    return Reply(world.words.say("matter.restore_told"))


def person(world: World, said: Said) -> Reply:
    """How a request about somebody's data is met."""
    return Reply(world.words.say("howto.tell.person"))


def health(world: World, said: Said) -> Reply:
    return health_answer(world)


def backup(world: World, said: Said) -> Reply:
    """When it was last done, and how."""
    return backup_told(world)


def version(world: World, said: Said) -> Reply:
    return Reply(world.words.say("howto.tell.update"))


def set_rate(world: World, said: Said) -> Reply | None:
    """A rate; before the forms, which would take "set the pound rate to 9.1" for a change of a customer."""
    return rate_said_in(world, world.understand(said.text)) if world.is_private else None
