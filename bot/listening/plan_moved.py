"""「那个看场地改到4点」, "make that call 11 instead": a plan gets another time by the words that it is called by."""

from bot.dialogs import engine
from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.rescheduled import holds, rescheduled, told
from bot.dialogs.state import CONFIRM
from bot.listening.dialogs import drafts, went_on
from bot.listening.listener import Talk
from bot.reminders.moments import moment_in
from bot.reminders.words import done_by, moved_to
from bot.rules.reminders import next_about, open_reminders
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding
from storage import records


def moved(talk: Talk, heard: Understanding) -> Reply | None:
    """Of what is drafted, wherever that waits, before what is saved. Before the papers and the forms, which would take
    「看场地」 for a name."""
    if told(heard.text, talk.world) is None:
        return None
    return _draft_moved(talk, heard) or _reminder_moved(talk, heard)


def done(talk: Talk, heard: Understanding) -> Reply | None:
    """ "sent them", "references sent to Gus", of what one was to be reminded of. Before the forms, which would make a
    note of it."""
    action = done_by(talk.world, heard.text) if talk.mood(heard) == "tells" else None
    return talk.do(action) if action is not None else None


def _draft_moved(talk: Talk, heard: Understanding) -> Reply | None:
    """The newest card whose texts hold the words comes to the top with the new time."""
    for data, flow, state in drafts(talk.world, talk.memory):
        if state.asking in (None, CONFIRM) and rescheduled(flow, state, heard, talk.world):
            talk.memory.dialogs.remove(data)
            talk.memory.dialogs.append(data)
            step = engine.advance(flow, state, heard, talk.world)
            return went_on(talk.world, talk.memory, flow, step)
    return None


def _reminder_moved(talk: Talk, heard: Understanding) -> Reply | None:
    found = told(heard.text, talk.world)
    number = _called(talk.world, found[0]) if found is not None else None
    action: Json | None = moved_to(talk.world, found[1].text, number) if found and number else None
    if found is not None and number is None and (talk.opened is None or talk.is_behind):
        action = _any_moved(talk.world, *found)
    return talk.do(action) if action is not None else None


def _any_moved(world: World, what: str, when: Understanding) -> Json | None:
    """ "move her call to Monday", where no plan is called so: the one that was spoken of, or that of whom the talk is
    about; else the list of those there are, to pick from."""
    plans = (word.removeprefix("的") for word in world.words.words("reminder.words.appointment"))
    is_plan = what.casefold() in plans
    spoken, customer = world.focus.get("reminder"), world.focus.get("customer")
    theirs = spoken or (next_about(world, customer) if customer is not None else None)
    if theirs is not None:
        return moved_to(world, when.text, theirs) if is_plan else None
    to = moment_in(world, when.text) if is_plan and open_reminders(world) else None
    return {"do": "reminder", "op": "move", "id": None, "to": to} if to is not None else None


def _called(world: World, what: str) -> int | None:
    """The one open reminder that is called so, by its subject or else by the note that it came of; of somebody who is
    named, their next one where no more is said: 「刘园长那个」, "Kelly's chase"."""
    whose, rest = _whose(world, what)
    planned = [item for item in open_reminders(world) if not whose or item.about_id in whose]
    if whose and not rest:
        return planned[0].id if planned else None
    found = [item.id for item in planned if holds(item.subject, rest)]
    found = found or [item.id for item in planned if holds(_note_of(world, item), rest)]
    return found[0] if len(found) == 1 else None


def _whose(world: World, what: str) -> tuple[set[int], str]:
    """The customers that the words name, by themselves or by somebody of theirs, and the words without the names and
    what only points; no customers, and all the words, where none is known."""
    heard = world.understand(what)
    known = [match for match in heard.names if match.sure == 1 and match.name.kind in ("customer", "contact")]
    people = (world.session.get(records.Contact, int(m.name.key)) for m in known if m.name.kind == "contact")
    whose = {int(match.name.key) for match in known if match.name.kind == "customer"}
    whose |= {person.customer_id for person in people if person is not None and person.customer_id is not None}
    if not whose:
        return set(), what
    rest = "".join(letter for at, letter in enumerate(what) if not any(m.start <= at < m.end for m in known))
    rest = phrasing("pointing_at_plan").sub("", phrasing("of_theirs").sub("", rest.strip())).strip()
    return whose, "" if rest in world.words.words("reminder.words.appointment") else rest


def _note_of(world: World, item: "records.Reminder") -> str:
    note = world.session.get(records.FollowUp, item.follow_up_id) if item.follow_up_id is not None else None
    return " ".join(filter(None, (note.content, note.feedback))) if note is not None else ""
