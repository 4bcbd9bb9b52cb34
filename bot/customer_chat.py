"""A customer's person writes: they report a problem, ask how it stands, say whether they are satisfied.

This is all they can do, and nothing here reads any record but their own requests and surveys: no look-up, no flow and
no command of colleagues can be reached from here.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from adapters.base import Inbound
from bot import outbox
from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import shortened
from bot.errors import CrmError, Refused
from bot.memory import Conversation, Memory
from bot.phrases import holds_phrase, is_phrase
from bot.rules import desk, surveys
from bot.rules.service import DONE, subject_of
from bot.world import World
from config.catalog import catalog
from config.types import Language
from nlu.types import Understanding
from storage import records

Act: TypeAlias = Callable[["_Talk", Json], Reply]

SURE_INTENT = 0.5
WORDS_FOR = timedelta(hours=2)  # how long after a score the next message is taken for its reason
# What only colleagues ask; a customer who asks it reports no problem.
_NOT_FOR_THEM = frozenset({
    "pipeline_summary", "forecast", "find_customer", "list_opportunities", "list_follow_ups", "list_reminders",
    "set_target",
})  # fmt: skip
_SCORE = re.compile(r"(?:打|给|评)?\s*([1-5１-５一二三四五])\s*(?:分|星|stars?|points?|/\s*5)?", re.IGNORECASE)
_DIGITS = {digit: n for digits in ("12345", "１２３４５", "一二三四五") for n, digit in enumerate(digits, 1)}
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_NUMBER = re.compile(r"(?<![A-Za-z])SR[-\s]?(\d{1,17})(?!\d)", re.IGNORECASE)


def answer(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a customer's message; the conversation's memory is brought up to date."""
    memory = conversation.memory
    memory.dialogs, memory.listing = [], {}
    world.sign()
    _speak_as_they_do(world, inbound.text)
    talk = _Talk(world, conversation, heard)
    try:
        return talk.answer(inbound)
    except CrmError as error:
        return Reply(world.words.say(error.sentence, **error.params))


def _speak_as_they_do(world: World, text: str) -> None:
    """Answer in the language of the message, where it has one, and remember it for when we write first."""
    written: Language | None = None
    if len(_HAN.findall(text)) >= 2:
        written = "zh"
    elif len(_LATIN.findall(text)) >= 2 and not _HAN.search(text):
        written = "en"
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
        act = _ACTS.get(name)
        if act is None or (name in _ONCE and self.memory.focus.get("acted") == row):
            raise Refused("desk.stale")
        if name in _ONCE:
            self.memory.focus["acted"] = row
        return act(self, press.action)

    def _pressed(self, inbound: Inbound) -> tuple[int, Press] | None:
        """The button that was pressed, or whose number was typed in answer to a question of ours; with its message."""
        connection, key = self.world.tx.connection, self.conversation.key
        if inbound.action is not None:
            row, _, place = inbound.action.partition(".")
            press = None
            if row.isascii() and row.isdigit() and place.isascii() and place.isdigit() and len(row) < 18:
                press = outbox.pressed(connection, int(row), int(place), key)
            if press is None:
                raise Refused("desk.stale")
            return int(row), press
        number, last = inbound.text.strip(), self.conversation.last_outbox_id
        if last is None or len(number) != 1 or number not in "123456789" or self._score(number) is not None:
            return None
        found = outbox.pressed(connection, last, int(number) - 1, key)
        return (last, found) if found is not None else None

    def _hear(self, text: str) -> Reply:
        """A typed message: a fixed phrase, a score and its reason, then a problem old or new."""
        fixed = next((act for key, act in _PHRASES if is_phrase(self.words, f"desk.words.{key}", text)), None)
        if fixed is not None:
            return fixed(self, {})
        score = self._score(text)
        if score is not None:
            return _rate(self, {"survey": score[0], "score": score[1]})
        commenting = self._commenting()
        if commenting is not None and self._is_reason(commenting, text):
            return self._comment(commenting, text)
        return self._about_a_problem(text)

    def _score(self, text: str) -> tuple[int, int] | None:
        """The survey that a typed score is for, and the score: 5, 5分, 满意, "very satisfied"."""
        found = _SCORE.fullmatch(text.strip().rstrip("。.!！"))
        score = _DIGITS[found.group(1)] if found else None
        for n in range(1, 6):
            if score is None and is_phrase(self.words, f"desk.words.score_{n}", text):
                score = n
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
        number = _NUMBER.search(text)
        named = desk.my_request(self.world, int(number.group(1))) if number else None
        if number and (named is None or not text.replace(number.group(0), "").strip(" 　?？。.")):
            return _state(self, {})
        if holds_phrase(self.words, "desk.words.state_in", text):
            return _state(self, {})
        about = named or next(iter(going or done), None)
        is_broken = self._is_still_broken(text, about)
        if about is not None and about.status in DONE and is_broken:
            return _reopened(self, about, text)
        if self.heard.is_small_talk and not is_broken:
            return (_thank if done or going else _greet)(self, {})
        if self._is_for_colleagues() and not is_broken:
            return Reply(self.words.say("desk.only"))
        if about is not None and about.status not in DONE and (named or is_broken or not self._is_new(text, about)):
            return _added(self, about, text)
        if going or done:
            return self._which(text, (going or done)[0])
        return _reported(self, text) if self._is_clear(text) else self._really(text)

    def _is_for_colleagues(self) -> bool:
        return self.heard.sure >= SURE_INTENT and self.heard.intent in _NOT_FOR_THEM

    def _is_clear(self, text: str) -> bool:
        """Is it plainly a problem: by what it says, or by saying enough?"""
        is_told = self.heard.intent in ("create_service_request", "update_service_request")
        han, latin = (4, 2) if is_told and self.heard.sure >= SURE_INTENT else (6, 4)
        return len(_HAN.findall(text)) >= han or len(_LATIN.findall(text)) >= latin

    def _is_still_broken(self, text: str, request: "records.ServiceRequest | None") -> bool:
        """By words that say so, or by weaker ones about the same thing."""
        if holds_phrase(self.words, "desk.words.works_now", text):
            return False
        if holds_phrase(self.words, "desk.words.still_broken", text):
            return True
        is_same = request is not None and is_alike(text, request.description)
        return is_same and holds_phrase(self.words, "desk.words.again", text)

    def _is_new(self, text: str, request: "records.ServiceRequest") -> bool:
        """Does it tell of another problem than the request does?"""
        return self.heard.intent == "create_service_request" and not is_alike(text, request.description)

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


def is_alike(text: str, other: str) -> bool:
    """Do two texts speak of the same thing? A third of the words, or pairs of characters, of the shorter is enough."""
    said, known = _pieces(text), _pieces(other)
    return len(said & known) * 3 >= max(1, min(len(said), len(known)))


def _pieces(text: str) -> set[str]:
    found = {word.casefold() for word in _LATIN.findall(text) if len(word) > 3}
    return found.union(*({run[i : i + 2] for i in range(len(run) - 1)} for run in _HAN_RUN.findall(text)))


def _reported(talk: _Talk, text: str) -> Reply:
    request = desk.report(talk.world, text[: talk.world.crm.limits.max_text])
    return Reply(talk.words.say("desk.reported", number=request.number, subject=subject_of(request)))


def _reopened(talk: _Talk, request: "records.ServiceRequest", text: str) -> Reply:
    desk.reopen(talk.world, request, text)
    talk.memory.focus.pop("survey", None)
    return Reply(talk.words.say("desk.reopened", number=request.number))


def _added(talk: _Talk, request: "records.ServiceRequest", text: str) -> Reply:
    desk.add(talk.world, request, text)
    return Reply(talk.words.say("desk.added", number=request.number))


def _own(talk: _Talk, action: Json) -> "records.ServiceRequest":
    """The request of a button. Raises Refused where it is no longer theirs."""
    request = desk.my_request(talk.world, int(action["id"]))
    if request is None:
        raise Refused("desk.stale")
    return request


def _report(talk: _Talk, action: Json) -> Reply:
    return _reported(talk, str(action["text"]))


def _reopen(talk: _Talk, action: Json) -> Reply:
    request = _own(talk, action)
    if request.status not in DONE:
        return Reply(talk.words.say("desk.is_open", number=request.number))
    return _reopened(talk, request, str(action.get("text", "")))


def _add(talk: _Talk, action: Json) -> Reply:
    return _added(talk, _own(talk, action), str(action["text"]))


def _drop(talk: _Talk, action: Json) -> Reply:
    return Reply(talk.words.say("desk.dropped"))


def _rate(talk: _Talk, action: Json) -> Reply:
    """A score, from a button or typed; then one question for words, which may be skipped."""
    survey_id, score = int(action["survey"]), int(action["score"])
    scored = surveys.rate(talk.world, survey_id, score)
    talk.memory.focus["survey"] = {"id": survey_id, "at": talk.world.now.isoformat()}
    key = "low" if score <= talk.world.crm.surveys.low else "rated" if scored == "new" else "changed"
    skip = Press(talk.words.say("desk.button.skip"), {"do": "skip"}, is_open=True)
    return Reply(talk.words.say(f"desk.survey.{key}", score=score), (skip,))


def _skip(talk: _Talk, action: Json) -> Reply:
    talk.memory.focus.pop("survey", None)
    return Reply(talk.words.say("desk.survey.thanks"))


def _state(talk: _Talk, action: Json) -> Reply:
    """The person's own requests, by number and state."""
    settled = desk.mine(talk.world, status=DONE, since=desk.SHOWN_FOR)
    found = [*desk.my_open(talk.world), *settled][: talk.world.crm.limits.list_rows]
    if not found:
        return Reply(talk.words.say("desk.no_requests"))
    crm, language = talk.world.crm, talk.words.language
    lines = [
        talk.words.say(
            "desk.state_row",
            number=request.number,
            subject=subject_of(request),
            status=crm.label("service_statuses", request.status, language),
        )
        for request in found
    ]
    return Reply("\n".join(lines))


def _greet(talk: _Talk, action: Json) -> Reply:
    return Reply(talk.words.say("desk.hello"))


def _thank(talk: _Talk, action: Json) -> Reply:
    return Reply(talk.words.say("desk.welcome"))


def _opt_out(talk: _Talk, action: Json) -> Reply:
    surveys.opt_out(talk.world.tx, talk.world.actor.contact_id)
    talk.memory.focus.pop("survey", None)
    return Reply(talk.words.say("desk.opted_out"))


def _opt_in(talk: _Talk, action: Json) -> Reply:
    surveys.opt_in(talk.world.tx, talk.world.actor.contact_id)
    return Reply(talk.words.say("desk.opted_in"))


# Whole messages that mean one thing, in the order in which they are tried.
_PHRASES: tuple[tuple[str, Act], ...] = (
    ("opt_out", _opt_out),
    ("opt_in", _opt_in),
    ("state", _state),
    ("thanks", _thank),
    ("hello", _greet),
)
# What a button of a customer can do.
_ACTS: dict[str, Act] = {
    "report": _report,
    "reopen": _reopen,
    "add": _add,
    "drop": _drop,
    "rate": _rate,
    "skip": _skip,
}
_ONCE = frozenset({"report", "add", "reopen"})
