"""Strangers become known: by a code that was made for them, or an address that the platform vouches for.

The code is said in a private chat only; who tries wrong ones has to wait. An administrator asks for one for a colleague
in a private chat as well, or at the command line; a customer's person is invited by whoever looks after them.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.base import DESK, Inbound
from bot.dialogs.reply import Press, Reply
from bot.errors import CrmError
from bot.messages.address import chat_key
from bot.people import inviting
from bot.people.codes import code_in
from bot.talk.memory import Memory
from bot.talk.phrases import filled
from config.catalog import Catalog, catalog
from config.types import LANGUAGES
from storage.database import Tx

if TYPE_CHECKING:
    from bot.rules.people import Account
    from bot.world import World
    from storage import records

ADMIN = "admin"
ASK_FOR_ID = "/id"  # who binds a group to a team needs to know what the platform calls it
MAX_WRONG = 5
MAX_ASKED = 60  # letters of a message that asks for a code
WRONG_FOR = timedelta(hours=1)
_TRIES = "link"  # in the memory of a stranger's conversation: how many wrong codes, since when


def answer_stranger(tx: Tx, memory: Memory, inbound: Inbound, words: Catalog, *, inbox_id: int, now: datetime) -> Reply:
    """Link the sender by a confirmed address, by the id in other capitals, or if the message is a valid code; else say
    how to get one."""
    code = code_in(inbound.text)
    if inbound.sender_email:
        user = _recognised(tx, inbound, inbox_id, now)
        if user is not None:
            return _welcome("people.recognised", user, words)
    if inbound.is_caseless:
        user = _spelt_otherwise(tx, inbound, inbox_id, now)
        if user is not None:
            return _welcome("people.spelt", user, words)
    if code is None:
        return Reply(words.say("desk.stranger" if inbound.account.startswith(DESK) else "error.stranger"))
    if not inbound.is_private:
        return Reply(words.say("people.only_private"))
    tries = _tries(memory, now)
    if tries["wrong"] >= MAX_WRONG:
        return Reply(words.say("people.too_many"))
    from bot.rules.people import redeem  # few messages are codes: the records wait until there is one

    tx.session.author = _author(inbound, inbox_id, now)
    person = redeem(tx.session, code, _account(inbound), now=now)
    if person is None:
        memory.focus[_TRIES] = {"wrong": tries["wrong"] + 1, "since": tries["since"]}
        return Reply(words.say("people.wrong_code"))
    memory.focus.pop(_TRIES, None)
    return _welcome("people.linked", person, words)


def _recognised(tx: Tx, inbound: Inbound, inbox_id: int, now: datetime) -> "records.User | None":
    from bot.rules.people import recognise

    tx.session.author = _author(inbound, inbox_id, now)
    return recognise(tx.session, inbound.sender_email, _account(inbound), now=now)


def _spelt_otherwise(tx: Tx, inbound: Inbound, inbox_id: int, now: datetime) -> "records.User | None":
    from bot.rules.people import spelt_otherwise

    tx.session.author = _author(inbound, inbox_id, now)
    return spelt_otherwise(tx.session, _account(inbound))


def _account(inbound: Inbound) -> "Account":
    from bot.rules.people import Account

    return Account(inbound.platform, inbound.sender_id, inbound.account)


def _welcome(key: str, person: "records.User | records.Contact", words: Catalog) -> Reply:
    """By name, in their language, with what can be done."""
    language = next((known for known in LANGUAGES if known == person.language), words.language)
    words = catalog(language)
    role = getattr(person, "role", None)
    if role is None:
        return Reply(words.say("desk.linked", name=person.name))
    own = f"help.{role}"
    tour = Press(words.say("practice.tour"), {"do": "practice", "step": "tour"}, "primary", is_open=True)
    return Reply(f"{words.say(key, name=person.name)}\n{words.say(own if words.has(own) else 'help.rep')}", (tour,))


def answer_known(world: "World", inbound: Inbound) -> Reply | None:
    """What somebody who is known hears about codes and ids; None: the message is about something else."""
    if inbound.text == ASK_FOR_ID:
        return Reply(world.words.say("people.chat", platform=inbound.platform, chat_id=inbound.chat_id))
    if not inbound.is_private or inbound.action is not None:
        return None
    name = _wanted(inbound.text)
    if name is not None:
        return _make(world, name)
    invitation = inviting.asked(world, inbound.text)
    if invitation is not None:
        return invitation
    code = code_in(inbound.text) if len(inbound.text) < 40 else None
    if code is None:
        return None
    from bot.rules.people import is_known_code

    if not is_known_code(world.session, code):
        return None
    return Reply(world.words.say("people.already", name=world.actor.name))


def _wanted(text: str) -> str | None:
    """For whom a code is asked, in whichever language: 「绑定码 李雷」, "link code for Ann"; not for "her", whom only
    the talk tells."""
    plain = text.strip().rstrip("。.!！?？")
    if len(plain) > MAX_ASKED:
        return None
    asked = (filled(catalog(language), "people.ask_for_code", plain) for language in LANGUAGES)
    name = next((name.strip(" 　:：") for name in asked if name), None)
    is_pronoun = any(catalog(language).pattern("matter.pronoun").fullmatch(name or "") for language in LANGUAGES)
    return None if is_pronoun else name


def _make(world: "World", name: str) -> Reply:
    from bot.rules.colleagues import colleagues_in
    from bot.rules.people import CODE_FOR, make_code
    from bot.rules.staff import user_named

    if world.actor.role != ADMIN:
        return Reply(world.words.say("error.not_allowed"))
    known = [one for one in colleagues_in(world.tx, world.actor, world.crm, name) if one.kind == "user"]
    try:
        user = user_named(world.session, f"U-{known[0].id}" if len(known) == 1 else name)
    except CrmError as error:
        return Reply(world.words.say(error.sentence, **error.params))
    code = make_code(world.session, user, now=world.now)
    return Reply(world.words.say("people.code", code=code, name=user.name, days=CODE_FOR.days))


def _tries(memory: Memory, now: datetime) -> dict[str, Any]:
    tries: dict[str, Any] = memory.focus.get(_TRIES) or {}
    since = tries.get("since")
    if since is None or now - datetime.fromisoformat(since) > WRONG_FOR:
        return {"wrong": 0, "since": now.isoformat()}
    return tries


def _author(inbound: Inbound, inbox_id: int, now: datetime) -> Any:
    from storage.author import Author

    return Author(
        user_id=None, at=now, inbox_id=inbox_id, chat_key=chat_key(inbound), what={"linked": inbound.platform}
    )
