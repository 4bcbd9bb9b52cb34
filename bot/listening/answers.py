"""Which look-up answers which intent, and what is said to a message that was not understood."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bot.dialogs.model import Found, Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.types import is_no_name
from bot.errors import NotFound
from bot.lazy import Lazy
from bot.listening.commands import COMMANDS
from bot.listening.dialogs import note_button
from bot.listening.paraphrase import Guess
from bot.listening.subjects import forecast_asked
from bot.lookups.customer_card import card, find_customer
from bot.lookups.lists import list_follow_ups, list_opportunities, list_reminders
from bot.lookups.subject import customer_meant, customers_called
from bot.questions.question import Question
from bot.rules.pronouns import spoken_of
from bot.rules.service import AGENT
from bot.talk.memory import Memory
from bot.talk.mood import asks
from bot.talk.phrases import filled
from bot.world import World
from config.catalog import Catalog
from nlu.company_like import is_company_like
from nlu.everyday import is_everyday
from nlu.folding import fold
from nlu.people import bare_name
from nlu.types import Name, Understanding

Answer: TypeAlias = Callable[[World, Memory, Understanding], Reply]
Guesses: TypeAlias = Callable[[Understanding], list[Guess]]
_READ_AS = Lazy[[World, Understanding, str], Question]("bot.questions.asking:read_as")
NARROWS = Lazy[[Catalog, str], bool]("bot.questions.left_over:narrows")
NOTE_UNCLEAR = Lazy[[World], None]("bot.upkeep.usage:not_understood")
MAX_NAME = 30  # a longer message is not only a name
MAX_WORDS = 4
OFFERED, MAX_OFFERED = 0.35, 2  # how like a message what is offered has to be; and how many of them
SHORT = 8  # characters of what tells nothing
_MARKS = "，,。.;；!！"
# Beside a known name, so few letters (Chinese, Latin) say no more than "what about": 「华为的情况」.
MAX_BESIDE = (4, 8)


def _command(name: str) -> Answer:
    return lambda world, memory, heard: COMMANDS[name](world, memory, {})


def _done(world: World, memory: Memory, action: Json) -> Reply:
    return COMMANDS[action["do"]](world, memory, action)


def is_only_a_number(heard: Understanding) -> bool:
    """Is the message nothing but a telephone number or an e-mail address? Then it is looked up."""
    slots = (heard.slots[name] for name in ("phone", "email") if name in heard.slots)
    return any(slot.end - slot.start == len(heard.text.strip()) for slot in slots)


def answer_to_name(world: World, memory: Memory, heard: Understanding, guesses: Guesses) -> Reply:
    """A message that is nothing but a name, a number or initials shows the card; for others, what could be meant."""
    said = " ".join(heard.text.split())
    if not any(character.isalnum() for character in said):
        return Reply(world.words.say("unclear.empty"))
    sought = filled(world.words, "card.looked_for", said.rstrip("?？。.")) or ""  # 「王五是谁」, "who is 0321"
    for named in filter(None, (said, sought)):
        found = customers_called(world, named) if len(named) <= MAX_NAME else Found()
        if found.is_sure and found.matches:
            meant = customer_meant(world, memory, named)
            return meant if isinstance(meant, Reply) else card(world, memory, meant)
    if sought and len(sought) <= MAX_NAME and not any(value.is_time or value.money for value in heard.values):
        raise NotFound(name=sought)
    name = _name_alone(heard)
    return card(world, memory, int(name.key)) if name is not None else _unclear(world, memory, heard, guesses)


def _name_alone(heard: Understanding) -> Name | None:
    """The known customer that a message names and says next to nothing about."""
    name = next((match for match in heard.names if match.name.kind == "customer" and match.sure == 1), None)
    if name is None:
        return None
    beside = [letter for letter in heard.text[: name.start] + heard.text[name.end :] if letter.isalnum()]
    return name.name if len(beside) <= MAX_BESIDE[all(letter.isascii() for letter in beside)] else None


def _unclear(world: World, memory: Memory, heard: Understanding, guesses: Guesses) -> Reply:
    """The nearest things as buttons: what it may ask, a step of the request that was spoken of, a new customer, a
    note."""
    words = world.words
    NOTE_UNCLEAR(world)
    nearest = [one for one in guesses(heard)[:MAX_OFFERED] if one.score >= OFFERED]
    offers = tuple(Press(one.text, {"do": "say", "text": one.text}, is_open=True) for one in nearest)
    if asks(heard):
        return _offered(words, offers) if offers else _unanswered(world, memory, heard)
    if memory.dialogs:
        return _offered(words, offers) if offers else _beside_card(world, heard)
    is_spoken_of = world.actor.role == AGENT or world.focus.get("last") == "service_request"
    request = world.focus.get("service_request") if is_spoken_of else None
    if request is not None and len(heard.text) > SHORT // 2:
        return _step_of(world, request, heard)
    if may_be_new(world, heard):
        return _nobody_yet(world, heard.text.strip())
    if offers:
        return _offered(words, offers)
    return _note_or_look(world, heard)


def _offered(words: Catalog, offers: tuple[Press, ...]) -> Reply:
    """The nearest things, named: below an open form their buttons stand among others."""
    what = words.say("common.list_separator").join(words.say("unclear.quoted", what=one.label) for one in offers)
    return Reply(words.say("unclear.offer", what=what), offers)


def _unanswered(world: World, memory: Memory, heard: Understanding) -> Reply:
    """A question that nobody can answer: the card of the one customer that it names, or what can be asked in
    this role."""
    words = world.words
    help_ = Press(words.say("unclear.help"), {"do": "help"}, is_open=True)
    said = heard.slots.get("customer")
    named = [match for match in heard.names if match.name.kind == "customer"]
    is_part = any(said is not None and said.start <= one.start and one.end < said.end for one in named)
    if len(named) != 1 or is_part:  # 「云岭」 of 「云岭食品」 is somebody else
        key = f"unclear.question.{world.actor.role}"
        return Reply(words.say(key if words.has(key) else "unclear.question.rep"), (help_,))
    shown = card(world, memory, int(named[0].name.key))
    return replace(shown, text=f"{words.say('unclear.question_about')}\n{shown.text}")


def _beside_card(world: World, heard: Understanding) -> Reply:
    """What no open card could take; a sentence can be kept as a note all the same."""
    said, words = heard.text.strip(), world.words
    if len(said) <= SHORT // 2:
        return Reply(words.say("unclear.in_dialog"))
    customer = spoken_of(world, "customer")
    values = {"content": said} | ({"customer": customer} if customer else {})
    return Reply(words.say("unclear.in_dialog"), (note_button(world, values),))


def _note_or_look(world: World, heard: Understanding) -> Reply:
    """A note of what was said, or the card of the customer that it names; where it names none, the help."""
    words = world.words
    name = next((match.name for match in heard.names if match.name.kind == "customer"), None)
    customer = {"id": int(name.key), "name": name.name} if name else spoken_of(world, "customer")
    values = {"customer": customer} if customer else {}
    is_sentence = any(letter.isspace() or letter in _MARKS for letter in heard.text.strip())
    if is_sentence or heard.values or len(heard.text) > SHORT:
        values["content"] = heard.text.strip()  # one tap keeps it
    log = note_button(world, values)
    if name is None:
        return Reply(words.say("unclear.reply"), (log, Press(words.say("unclear.help"), {"do": "help"}, is_open=True)))
    look = Press(words.say("unclear.look", name=name.name), {"do": "card", "id": int(name.key)}, is_open=True)
    return Reply(words.say("unclear.reply_about", name=name.name), (log, look))


def may_be_new(world: World, heard: Understanding) -> bool:
    """Is the message nothing but what may be a name that nobody has: 「海川科技」, "Contoso"?"""
    said = heard.text.strip(" 。.!！?？")
    if heard.names or heard.values or not 2 <= len(said) <= MAX_NAME or is_no_name(said) or not said[0].isalnum():
        return False
    words = said.split()
    is_latin_name = said.isascii() and len(words) <= MAX_WORDS and all(word[:1].isupper() for word in words)
    is_well_known = any(cue.kind == "company.known" for cue in world.lexicon.scan(fold(said)))
    is_person = bare_name(said) and not is_everyday(said)
    return is_company_like(fold(said)) or is_latin_name or is_well_known or is_person


def _nobody_yet(world: World, name: str) -> Reply:
    """Nobody of that name is known: they can be made a customer, or be met."""
    words = world.words
    new = Press(words.say("unclear.new"), {"do": "start", "flow": "customer", "values": {"name": name}}, is_open=True)
    log = note_button(world, {"customer": {"new": name}})
    return Reply(words.say("unclear.unknown_name", name=name), (new, log))


def _step_of(world: World, request: int, heard: Understanding) -> Reply:
    """What an agent says right after a request was spoken of may be what was done about it: one tap keeps it."""
    words = world.words
    number = f"SR-{request}"
    values = {"service_request": {"id": request, "name": number}, "measures": heard.text.strip()}
    step = Press(
        words.say("unclear.step"), {"do": "start", "flow": "service_update", "values": values}, "primary", is_open=True
    )
    show = Press(words.say("unclear.look", name=number), {"do": "request", "id": request}, is_open=True)
    return Reply(words.say("unclear.reply_step", number=number), (step, show))


def _opportunities(world: World, memory: Memory, heard: Understanding) -> Reply:
    """The list; of a message that says more than it goes by, what is understood, and which words are not."""
    asked = _READ_AS(world, heard, "opportunity")
    if NARROWS(world.words, asked.unused):
        return _unanswered(world, memory, heard)
    if asked.unused and (asked.idle or asked.since or asked.until or asked.traits):
        return COMMANDS["question"](world, memory, asked.to_json())
    reply = list_opportunities(world, memory, heard)
    if not asked.unused or reply.is_empty:
        return reply
    return replace(reply, text=f"{reply.text}\n{world.words.say('question.say.unused', words=asked.unused)}")


ANSWERS: dict[str, Answer] = {
    "find_customer": find_customer,
    "list_opportunities": _opportunities,
    "list_follow_ups": list_follow_ups,
    "list_reminders": list_reminders,
    "help": _command("help"),
    "undo": _command("undo"),
    "cancel": _command("cancel"),
    "forecast": lambda world, memory, heard: _done(world, memory, forecast_asked(world, heard)),
}
