"""A customer's person writes: they report a problem, ask how it stands, say whether they are satisfied.

This is all they can do, and nothing here reads any record but their own requests and surveys: no look-up, no flow and
no command of colleagues can be reached from here.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.base import Inbound
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened
from bot.errors import CrmError, Refused
from bot.guest import acts
from bot.guest.words import is_alike, request_in, says, score_in, written_in
from bot.messages import presses
from bot.rules import desk, surveys
from bot.rules.service import DONE, subject_of
from bot.talk.memory import Conversation, Memory
from bot.talk.mood import asks
from bot.talk.phrases import holds_phrase, is_phrase
from bot.world import World
from config.catalog import catalog
from nlu.types import Understanding
from storage import records

SURE_INTENT = 0.5
PLEASED = 4  # of five
WORDS_FOR = timedelta(hours=2)  # how long after a score the next message is taken for its reason
# What only colleagues ask; a customer who asks it reports no problem.
_NOT_FOR_THEM = frozenset({
    "pipeline_summary", "forecast", "find_customer", "list_opportunities", "list_follow_ups", "list_reminders",
    "set_target",
})  # fmt: skip


def answer(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a customer's message; the conversation's memory is brought up to date."""
    memory = conversation.memory
    memory.dialogs, memory.listing = [], {}
    world.sign()
    _speak_as_they_do(world, inbound.text)
    talk = _Talk(world, conversation, heard)
    try:
        with world.tx.savepoint():  # what is refused halfway leaves nothing
            return talk.answer(inbound)
    except CrmError as error:
        return Reply(world.words.say(error.sentence, **error.params))


def _speak_as_they_do(world: World, text: str) -> None:
    """Answer in the language of the message, where it has one, and remember it for when we write first."""
    written = written_in(text)
    if written is None or written == world.actor.language:
        return
    world.actor = replace(world.actor, language=written)
    world.words = catalog(written)
    contact = world.session.get(records.Contact, world.actor.contact_id)
    if contact is not None:
        contact.language = written


class _Talk:
    """One message of one person, and what is known of the talk so far."""

    def __init__(self, world: World, conversation: Conversation, heard: Understanding) -> None:
        self.world = world
        self.words = world.words
        self.conversation = conversation
        self.memory: Memory = conversation.memory
        self.heard = heard

    def answer(self, inbound: Inbound) -> Reply:
        text = inbound.text.strip()
        longest = self.world.crm.limits.max_message
        if inbound.edits is not None:
            return Reply(self.words.say("desk.edited"))
        if len(inbound.text) > longest:
            return Reply(self.words.say("error.too_long", max=longest))
        pressed = self._pressed(inbound)
        if pressed is not None:
            return self._act(*pressed)
        if not any(character.isalnum() for character in text):
            return Reply(self.words.say("desk.no_words"))
        return self._hear(text)

    def _act(self, row: int, press: Press) -> Reply:
        """Do what a button says; one that writes something down does so once."""
        name = str(press.action.get("do"))
        act = acts.ACTS.get(name)
        if act is None or (name in acts.ONCE and self.memory.focus.get("acted") == row):
            raise Refused("desk.stale")
        if name in acts.ONCE:
            self.memory.focus["acted"] = row
        return act(self.world, self.memory, press.action)

    def _pressed(self, inbound: Inbound) -> tuple[int, Press] | None:
        """The button that was pressed, or whose number was typed in answer to a question of ours; with its message."""
        connection, key = self.world.tx.connection, self.conversation.key
        if inbound.action is not None:
            row, _, place = inbound.action.partition(".")
            press = None
            if row.isascii() and row.isdigit() and place.isascii() and place.isdigit() and len(row) < 18:
                press = presses.pressed(connection, int(row), int(place), key)
            if press is None:
                raise Refused("desk.stale")
            return int(row), press
        number, last = inbound.text.strip(), self.conversation.below
        if last is None or len(number) != 1 or number not in "123456789" or self._score(number) is not None:
            return None
        found = presses.pressed(connection, last, int(number) - 1, key)
        return (last, found) if found is not None else None

    def _hear(self, text: str) -> Reply:
        """A typed message: a fixed phrase, a score and its reason, then a problem old or new."""
        fixed = next((act for key, act in acts.PHRASES if self._is(key, text)), None)
        if fixed is not None:
            return fixed(self.world, self.memory, {})
        score = self._score(text)
        if score is not None:
            return acts.rate(self.world, self.memory, {"survey": score[0], "score": score[1]})
        commenting = self._commenting()
        if commenting is not None and self._is_reason(commenting, text):
            return self._comment(commenting, text)
        return self._about_a_problem(text)

    def _is(self, key: str, text: str) -> bool:
        """Is the message such a phrase, or one that is told by a pattern?"""
        told = f"desk.told_by.{key}"
        is_told = (
            self.words.has(told) and self.words.pattern(told).fullmatch(text.strip().rstrip("。.!！~")) is not None
        )
        return is_told or is_phrase(self.words, f"desk.words.{key}", text)

    def _score(self, text: str) -> tuple[int, int] | None:
        """The survey that a typed score is for, and the score: 5, 5分, 满意, "very satisfied"."""
        score = score_in(self.words, text)
        if score is None:
            return None
        survey = surveys.open_in(self.world, self.conversation.key)
        if survey is not None and not self._asked_since(survey.sent_at):
            return survey.id, score
        changing = self._commenting()
        return (changing, score) if changing is not None else None

    def _asked_since(self, moment: datetime | None) -> bool:
        """Did we ask something after that moment? Then a number answers our question."""
        asked_at = self.memory.focus.get("asked_at")
        return moment is not None and asked_at is not None and datetime.fromisoformat(asked_at) > moment

    def _commenting(self) -> int | None:
        """The survey whose score was given just now: what follows is the reason."""
        given = self.memory.focus.get("survey") or {}
        if given and self.world.now - datetime.fromisoformat(given["at"]) < WORDS_FOR:
            return int(given["id"])
        return None

    def _is_reason(self, survey_id: int, text: str) -> bool:
        """Is it about the score just given? Who was satisfied and tells of another fault has a new problem."""
        if holds_phrase(self.words, "desk.words.still_broken", text):
            return False
        survey = self.world.session.get(records.Survey, survey_id)
        is_low = survey is not None and (survey.satisfaction or 0) <= self.world.crm.surveys.low
        request = survey.service_request if survey is not None else None
        return is_low or request is None or not self._is_new(text, request)

    def _comment(self, survey_id: int, text: str) -> Reply:
        self.memory.focus.pop("survey", None)
        if self.heard.control in ("skip", "no", "cancel"):
            return Reply(self.words.say("desk.survey.thanks"))
        surveys.say_more(self.world, survey_id, text[: self.world.crm.limits.max_text])
        return Reply(self.words.say("desk.survey.thanks_for_words"))

    def _about_a_problem(self, text: str) -> Reply:
        """Something about a request that there is, or a new one; where it could be either, they are asked."""
        going, done = desk.my_open(self.world), desk.my_done(self.world)
        number, rest = request_in(text)
        named = desk.my_request(self.world, number) if number is not None else None
        if number is not None and (named is None or not rest):
            return acts.state(self.world, self.memory, {})
        if holds_phrase(self.words, "desk.words.state_in", text):
            return acts.state(self.world, self.memory, {})
        about = named or next(iter(going or done), None)
        is_broken = self._is_still_broken(text, about)
        if about is not None and about.status in DONE and is_broken:
            return acts.reopened(self.world, self.memory, about, text)
        asks_how = self.heard.intent == "help" and self.heard.sure >= SURE_INTENT and not (going and asks(self.heard))
        rep = self._told_to_rep(text) if number is None and not is_broken else None
        if rep is not None:
            return rep
        if (self.heard.is_small_talk or asks_how) and not is_broken:
            return (acts.thank if done or going else acts.greet)(self.world, self.memory, {})
        is_praise = (
            holds_phrase(self.words, "desk.words.thankful", text) or (score_in(self.words, text) or 0) >= PLEASED
        )
        is_thankful = is_praise and not asks(self.heard)
        if is_thankful and done and not going and not is_broken and self.heard.intent != "create_service_request":
            return acts.thank(self.world, self.memory, {})
        is_of_work = bool(going) and holds_phrase(self.words, "desk.words.of_work", text)
        if self._is_for_colleagues() and not is_broken and not is_of_work:
            return Reply(self.words.say("desk.only"))
        if about is not None and about.status not in DONE and (named or is_broken or not self._is_new(text, about)):
            return acts.added(self.world, self.memory, about, text)
        if going or done:
            return self._which(text, (going or done)[0])
        return acts.reported(self.world, self.memory, text) if self._is_clear(text) else self._really(text)

    def _told_to_rep(self, text: str) -> Reply | None:
        """「再买两台，报个价」 is no problem: it goes to whoever looks after them."""
        rep = desk.rep_of(self.world)
        is_trouble = self.heard.intent == "create_service_request" and self.heard.sure >= SURE_INTENT
        if rep is None or is_trouble:
            return None
        if rep.name not in text and self.words.pattern("desk.words.for_rep").search(text) is None:
            return None
        was_told = desk.tell_rep(self.world, rep, text[: self.world.crm.limits.max_text])
        return Reply(self.words.say("desk.to_rep", name=rep.name)) if was_told else None

    def _is_for_colleagues(self) -> bool:
        return self.heard.sure >= SURE_INTENT and self.heard.intent in _NOT_FOR_THEM

    def _is_clear(self, text: str) -> bool:
        """Is it plainly a problem: by what it says, or by saying enough?"""
        is_told = self.heard.intent in ("create_service_request", "update_service_request")
        han, latin = (4, 2) if is_told and self.heard.sure >= SURE_INTENT else (6, 4)
        return says(text, han=han, latin=latin)

    def _is_still_broken(self, text: str, request: "records.ServiceRequest | None") -> bool:
        """By words that say so, or by weaker ones about the same thing."""
        if holds_phrase(self.words, "desk.words.works_now", text):
            return False
        if holds_phrase(self.words, "desk.words.still_broken", text):
            return True
        is_same = request is not None and is_alike(self.words, text, request.description)
        return is_same and holds_phrase(self.words, "desk.words.again", text)

    def _is_new(self, text: str, request: "records.ServiceRequest") -> bool:
        """Does it tell of another problem than the request does?"""
        return self.heard.intent == "create_service_request" and not is_alike(self.words, text, request.description)

    def _which(self, text: str, request: "records.ServiceRequest") -> Reply:
        """A new problem, or something about the last one?"""
        kept = {"text": text[: self.world.crm.limits.max_text]}
        is_done = request.status in DONE
        buttons = [Press(self.words.say("desk.button.new"), {"do": "report", **kept}, is_open=True)]
        about = {"id": request.id, **kept}
        if is_done:
            still = Press(self.words.say("desk.button.still"), {"do": "reopen", **about}, is_open=True)
            buttons.append(still)
        label = self.words.say("desk.button.pass_on", number=request.number)
        buttons.append(Press(label, {"do": "add", **about}, is_open=True))
        subject = subject_of(request)
        return self._ask("which_done" if is_done else "which", tuple(buttons), number=request.number, subject=subject)

    def _really(self, text: str) -> Reply:
        """Too little to be sure that it is a problem."""
        report = Press(self.words.say("desk.button.report"), {"do": "report", "text": text}, is_open=True)
        drop = Press(self.words.say("desk.button.drop"), {"do": "drop"}, is_open=True)
        return self._ask("really", (report, drop), text=shortened(text, 40))

    def _ask(self, key: str, buttons: tuple[Press, ...], **facts: object) -> Reply:
        self.memory.focus["asked_at"] = self.world.now.isoformat()
        return Reply(self.words.say(f"desk.ask.{key}", **facts), buttons)
