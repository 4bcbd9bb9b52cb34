"""What is said about reminders in plain words: done, 推迟到周五, "stop reminding me to …"."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.dialogs.model import Found, Json
from bot.flows.shared import reference
from bot.reminders.moments import WEEK, in_its_month, in_its_week, in_the_morning, is_weekday, length_of, moment_in
from bot.reminders.rules import heard_rule
from bot.rules.reminders import have_several_come, last_sent, next_about, of_subject, on_day, open_reminders
from bot.talk.memory import spoken_of
from bot.talk.phrases import core_of, filled, phrases
from bot.world import World
from config.catalog import Catalog
from config.phrasing import phrasing
from nlu.names import normalise
from storage import records

MIN_SUBJECT = 2  # letters; fewer name nothing


def about_reminder(world: World, text: str) -> Json | None:
    """What is to become of a reminder: the one that is named, was just spoken of, or was sent last."""
    number, text = reference("R", phrasing("same_time").sub("", text.strip()))
    if number is None:
        number, text = _listed(world, text)
    about = number or world.focus.get("reminder") or _only_listed(world) or _just_made(world, text)
    said = normalise(text)
    for op in ("done", "cancelled"):
        if said in phrases(world.words, f"reminder.words.{op}"):
            return {"do": "reminder", "op": op} | _which(world, about)
    if number and said in phrases(world.words, "reminder.words.cancelled_numbered"):
        return {"do": "reminder", "op": "cancelled", "id": number}
    if moved_day := _all_of_day(world, text):
        return moved_day
    ended = world.words.pattern("reminder.words.end").fullmatch(text.strip(" .!。！"))
    if ended is not None:
        subject = next(filter(None, ended.groups())).strip(" \"'“”「」")
        return _end(world, subject, text.strip(" .!。！").split()[-1], names_one=names_reminder(world, text))
    moves = world.words.words("reminder.words.move")
    for word in moves if text.casefold().startswith(moves) else ():
        if text.casefold().startswith(word):
            later = text[len(word) :].strip()
            return moved_to(world, later, about) or _any_moved(world, word, {"to": moment_in(world, later)})
    return _told_done(world, text) or _move_theirs(world, text, about) or _move_this(world, text, about)


def _all_of_day(world: World, text: str) -> Json | None:
    """「今天的都推到明天」, "push everything I have today to tomorrow": all that stands on a day, put off together."""
    found = world.words.pattern("reminder.words.all_of_day").fullmatch(text.strip(" .!。！"))
    to = moment_in(world, found["when"]) if found is not None else None
    if found is None or to is None:
        return None
    said = next(iter(world.understand(found["day"] or "").of_kind("date")), None)
    day = said.future.days.start if said is not None and said.future is not None else world.now.date()
    planned = on_day(world, day) or (on_day(world, day + WEEK) if said is not None and is_weekday(world, said) else [])
    to = in_its_week(world, found["when"], to, planned[0].id) if planned else to
    return {"do": "reminders", "op": "move", "ids": [item.id for item in planned], "to": to}


def _just_made(world: World, text: str) -> int | None:
    """The newest reminder, of 「刚才那个提醒」, whatever was spoken of since."""
    if not names_reminder(world, text) or phrasing("points_back").search(text) is None:
        return None
    return max((item.id for item in open_reminders(world)), default=None)


def _only_listed(world: World) -> int | None:
    """The one reminder that the list just shown consists of: 「明天有什么」, 「推到周四」."""
    is_shown = world.focus.get("reminders") == spoken_of(world.focus)
    listed: list[int] = list(world.focus.get("listed", ())) if is_shown else []
    return listed[0] if len(listed) == 1 else None


def _listed(world: World, text: str) -> tuple[int | None, str]:
    """The reminder that 「第二个」, "the first one" is in the list just shown, and the words without that."""
    listed = world.focus.get("listed", ()) if world.focus.get("reminders") == spoken_of(world.focus) else ()
    for place, number in enumerate(listed, 1):
        found = re.search(world.words.words("reminder.words.nth")[place - 1], text, re.IGNORECASE)
        if found is not None:
            return number, " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()).strip(" ，,。.")
    return None, text


def done_by(world: World, text: str) -> Json | None:
    """What is told to be done, of what one was to be reminded of: "sent them", right after that was spoken of;
    "references sent to Gus"."""
    spoken = world.focus.get("reminder")
    if spoken is not None and normalise(text) in phrases(world.words, "reminder.words.done"):
        return {"do": "reminder", "op": "done", "id": spoken}
    return _told_done(world, text)


def _told_done(world: World, text: str) -> Json | None:
    """「检测报告给了」, "sent the test report": the one open reminder that is about just this is done."""
    said = phrasing("is_done").sub("", text.strip().rstrip("。.!！"))
    what = _given_away(world, said) or filled(world.words, "reminder.words.did", said)
    what = phrasing("determiner").sub("", what) if what else None
    if not what or len(what) < MIN_SUBJECT:
        return None
    found = [item for item in of_subject(world, what) if what.casefold() in item.subject.casefold()]
    return {"do": "reminder", "op": "done", "id": found[0].id} if len(found) == 1 else None


def _given_away(world: World, said: str) -> str | None:
    """The same where it is said to whom: "references sent to Gus"."""
    if phrasing("given_to").search(said) is None:
        return None
    return filled(world.words, "reminder.words.did", _to_nobody(world, said))


def _to_nobody(world: World, what: str) -> str:
    """What was sent, without to whom: "soil report |to Hector|"."""
    known = [match for match in world.understand(what).names if match.name.kind in ("contact", "customer")]
    behind = next((match for match in known if match.end == len(what)), None)
    return phrasing("to_somebody").sub("", what[: behind.start].rstrip()) if behind is not None else what


def _move_theirs(world: World, text: str, about: int | None) -> Json | None:
    """「把蓝海的跟进改到下周三」, "push the Corval one to Thursday", 「写周报改到每天9点」: the one that is named."""
    said = text.strip()
    for found in (*_as_phrase(world.words, "move_theirs", said), *_as_phrase(world.words, "move_subject", said)):
        number = _named(world, found["who"], about)
        moved = moved_to(world, found["when"], number) if number is not None else None
        if moved is not None:
            return moved
    for found in _as_phrase(world.words, "move_by", said):
        length = next((value for value in world.understand(found["when"]).of_kind("duration")), None)
        seconds = length_of(length) if length is not None else None
        if seconds:
            number = _named(world, found["who"], about)
            only = {"do": "reminder", "op": "move", "by": seconds, "id": number} if number is not None else None
            return only or _any_moved(world, said, {"by": seconds})
    return None


def _named(world: World, said: str, about: int | None) -> int | None:
    """The one open reminder that is called so: "it", by its customer, by words of its subject, by its day."""
    customer = world.focus.get("customer")
    if normalise(said) in phrases(world.words, "reminder.words.it"):
        return about or (next_about(world, customer) if customer is not None else None)
    for name in dict.fromkeys((said.strip(), _bare(world, said))):
        meant = world.find("customer", name, {}) if name else Found()
        theirs = next_about(world, meant.matches[0].id) if meant.is_sure and len(meant.matches) == 1 else None
        theirs = theirs or _about_person(world, name)
        if theirs is not None:
            return theirs
        found = of_subject(world, name) if name else []
        if len(found) == 1:
            return found[0].id
    of_day = _of_day(world, said)
    return of_day[0].id if len(of_day) == 1 else None


def _about_person(world: World, name: str) -> int | None:
    """The next one that names the one person who is called so: "the reminder for Dr Rao"."""
    people = world.find("contact", name, {}) if name else Found()
    person = people.matches[0].name if people.is_sure and len(people.matches) == 1 else ""
    found = of_subject(world, person) if person else []
    return found[0].id if len(found) == 1 else None


def _bare(world: World, said: str) -> str:
    """The name that words for an appointment stand around: "the |Corval| one", "the call with |Mr Das|"."""
    bare = phrasing("determiner").sub("", said.strip())
    bare = world.words.pattern("reminder.words.in_front").sub("", bare)
    return world.words.pattern("reminder.words.behind").sub("", bare).strip()


def _move_this(world: World, text: str, about: int | None) -> Json | None:
    """ "move the appointment to 15:00": the one that was spoken of, which no word tells from others; else the next one
    about whom the talk is about. Where there is none, the list."""
    found = next(_as_phrase(world.words, "move_subject", text.strip().rstrip("。.!！")), None)
    to = moment_in(world, found["when"]) if found is not None and not _beside(world, found["who"]) else None
    if found is None or to is None:
        return None
    customer = world.focus.get("customer")
    about = about or (next_about(world, customer) if customer is not None else None)
    return moved_to(world, found["when"], about) or {"do": "reminder", "op": "move", "id": None, "to": to}


def _any_moved(world: World, said: str, later: Json) -> Json | None:
    """Words that name a reminder, but none that is known: which of them?"""
    is_meant = names_reminder(world, said) and all(later.values())
    return {"do": "reminder", "op": "move", "id": None, **later} if is_meant else None


def names_reminder(world: World, said: str) -> bool:
    """Does the word "reminder" stand there?"""
    return world.words.phrases("reminder.words.noun").search(said.casefold()) is not None


def _of_day(world: World, said: str) -> "list[records.Reminder]":
    """The open reminders of a day, where no more than the day is said: 「下周二」, "the Thursday meeting"."""
    day = next(iter(world.understand(said.strip()).of_kind("date", "range", "datetime")), None)
    if day is None or day.future is None:
        return []
    if _beside(world, f"{said.strip()[: day.start]} {said.strip()[day.end :]}"):
        return []
    if day.future.days.start != day.future.days.end:
        return []
    first = day.future.days.start
    return on_day(world, first) or (on_day(world, first + WEEK) if is_weekday(world, day) else [])


def _beside(world: World, said: str) -> str:
    """What is left of the words without those that any appointment may be called by."""
    beside = said.casefold()
    for word in sorted(world.words.words("reminder.words.appointment"), key=len, reverse=True):
        beside = beside.replace(word, " ")
    return beside.strip()


def _as_phrase(words: Catalog, name: str, said: str) -> Iterator[re.Match[str]]:
    """The text as each of those phrases that it is."""
    low = said.casefold()
    matches = (pattern.fullmatch(said) for core, pattern in _two_gaps(words, name) if core in low)
    return (found for found in matches if found is not None)


@lru_cache(maxsize=10)
def _two_gaps(words: Catalog, name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The phrases that name a customer, or what a reminder is about, and a time; each with its core."""
    return tuple((core_of(phrase.casefold()), _pattern(phrase)) for phrase in words.words(f"reminder.words.{name}"))


def _pattern(phrase: str) -> re.Pattern[str]:
    gaps = re.escape(phrase).replace(r"\{who\}", "(?P<who>.{1,40}?)").replace(r"\{when\}", "(?P<when>.{1,30})")
    return re.compile(gaps, re.IGNORECASE)


def _end(world: World, subject: str, noun: str, *, names_one: bool) -> Json | None:
    """End the one reminder that is called so, "the Olu |call|"; of several, or where the words name a reminder
    (``names_one``) and there is none such, the list."""
    called = [item.id for item in of_subject(world, subject) if noun.casefold() in item.subject.casefold()]
    number = called[0] if len(called) == 1 else _named(world, subject, None)
    if number is not None:
        return {"do": "reminder", "op": "cancelled", "id": number}
    is_listed = names_one or of_subject(world, subject) or _of_day(world, subject)
    return {"do": "reminder", "op": "open", "id": None} if is_listed else None


def moved_to(world: World, said: str, about: int | None) -> Json | None:
    """Another time, or another rule: 「改成每周五下午三点」."""
    again = heard_rule(world, said) if about is not None else None
    if again is not None:
        return {"do": "reminder", "op": "repeat", "id": about, "repeat": again}
    to = in_the_morning(world, said, moment_in(world, said))
    if to is None:
        return None
    which = _which(world, about)
    if which["id"] is not None:
        to = in_its_month(world, said, in_its_week(world, said, to, which["id"]), which["id"])
        return {"do": "reminder", "op": "move", "to": to} | which
    return {"do": "reminder", "op": "move", "to": to, "id": None} if _are_meant(world) else None


def _are_meant(world: World) -> bool:
    """Were several reminders listed just now, and nothing else spoken of since; or have several come today?"""
    return world.focus.get("reminders") == spoken_of(world.focus) or have_several_come(world)


def _which(world: World, about: int | None) -> dict[str, Json]:
    """The one the talk is about, else (a guess, which no open dialog heeds) the one that was sent last."""
    return {"id": about} if about is not None else {"id": last_sent(world), "is_guess": True}
