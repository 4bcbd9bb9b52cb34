"""Buttons and sheets: which one was meant, by a tap, its number or its label, and what it does."""

from dataclasses import replace

from adapters.base import Inbound
from bot.dialogs import engine
from bot.dialogs.corrected import misfits
from bot.dialogs.forward import asked_field
from bot.dialogs.reply import Press, Reply
from bot.dialogs.values import Amount
from bot.errors import Foreign, Stale
from bot.flows.registry import FLOWS
from bot.listening.commands import COMMANDS
from bot.listening.dialogs import aside, begin, current, press, went_on
from bot.messages import presses
from bot.messages.address import chat_key
from bot.talk.memory import Conversation, Memory
from bot.talk.phrases import holds_phrase, is_phrase
from bot.world import World
from nlu.types import Understanding

JUST_NOW = ("sent", "accepted", "declined")  # what became of a quote that was just spoken of
MAX_LABEL = 20  # letters of a button that somebody types out


def pressed(world: World, conversation: Conversation, inbound: Inbound) -> Press | None:
    """The button that was pressed, or whose number was typed. Raises Stale for one that is no longer there, Foreign for
    one below what another person of the group was told."""
    if inbound.action is None:
        number = inbound.text.strip()
        if conversation.below is None or not (number.isascii() and number.isdigit() and len(number) <= 2):
            return None
        if inbound.platform != "console" and _asks_for_number(world, conversation.memory):
            return None  # where buttons are drawn, 2 is an amount and not the second button
        buttons = buttons_below(world, conversation)
        return buttons[int(number) - 1] if 1 <= int(number) <= len(buttons) else None
    row, _, place = inbound.action.partition(".")
    found = None
    if _is_row(row) and _is_row(place):
        found = presses.pressed(world.tx.connection, int(row), int(place), conversation.key)
        if found is None:
            found = _elsewhere(world, conversation, inbound, int(row), int(place))
    if found is None or not (found.is_open or int(row) == conversation.last_outbox_id):
        raise Stale
    return found


def _elsewhere(world: World, conversation: Conversation, inbound: Inbound, row: int, place: int) -> Press | None:
    """The button below a message of another conversation in this chat: in a group, of another person. In a private chat
    WeCom's app shows what its robot may not send by itself, whichever thread it was meant for."""
    found = presses.pressed(world.tx.connection, row, place, conversation.key, chat=chat_key(inbound))
    if found is not None and not inbound.is_private:
        raise Foreign
    return found


def labelled(world: World, conversation: Conversation, heard: Understanding) -> Press | None:
    """The button of the last message, or of the one that is replied to, whose label was typed out, in whatever case."""
    said = heard.text.strip().casefold()
    if len(said) > MAX_LABEL:
        return None
    return next((press for press in buttons_below(world, conversation) if press.label.casefold() == said), None)


def offered(world: World, conversation: Conversation, flow: str) -> Press | None:
    """The button of the last message that begins this flow with what is known."""
    buttons = buttons_below(world, conversation)
    return next(
        (press for press in buttons if press.action.get("flow") == flow and press.action["do"] == "start"), None
    )


def said_below(world: World, conversation: Conversation, text: str) -> Press | None:
    """The button of the last message that says the same: 「发出去了」, below a quote that may be marked as sent;
    「推迟」, "push it", 「黄了」, below a card of the clean-up deck."""
    for key, words in (("quote_update.{}_just_now", JUST_NOW), ("cleanup.said.{}", world.words.table("cleanup.said"))):
        said = next((one for one in words if is_phrase(world.words, key.format(one), text)), None)
        buttons = buttons_below(world, conversation) if said is not None else []
        found = next((button for button in buttons if said in (_status(button), button.action.get("verdict"))), None)
        if found is not None:
            return found
    return _pushed_to(world, conversation, text)


def _pushed_to(world: World, conversation: Conversation, text: str) -> Press | None:
    """「推到1月15号」, "push it to the end of January" below a card of the clean-up deck: that far."""
    folded = text.strip().casefold()
    if len(folded) > MAX_LABEL * 2 or not holds_phrase(world.words, "cleanup.push_to", folded):
        return None
    days = [value.future.days.end for value in world.values_in(text) if value.is_time and value.future is not None]
    if len(days) != 1 or days[0] < world.now.date():
        return None
    found = (one for one in buttons_below(world, conversation) if one.action.get("verdict") == "push")
    button = next(found, None)
    return replace(button, action={**button.action, "to": days[0].isoformat()}) if button is not None else None


def buttons_below(world: World, conversation: Conversation) -> list[Press]:
    """The buttons of the message below which the person speaks. In a private chat that may be one that was sent beside
    the thread in which they speak."""
    if conversation.below is None:
        return []
    chat = world.chat_key if world.is_private and conversation.answered is not None else ""
    return presses.buttons_of(world.tx.connection, conversation.below, conversation.key, chat)


def _status(button: Press) -> str | None:
    status: str | None = (button.action.get("values") or {}).get("quote_status")
    return status


def agreed(world: World, conversation: Conversation) -> Press | None:
    """The button of the last message that does what it asked about; a word of consent presses it."""
    buttons = buttons_below(world, conversation)
    if len(buttons) == 1 and buttons[0].style == "danger":
        return buttons[0]  # 「删除？」 is a question; of several, what cannot be undone is pressed
    return next((press for press in buttons if press.style == "primary" and press.action["do"] != "save"), None)


def _is_row(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _asks_for_number(world: World, memory: Memory) -> bool:
    if not memory.dialogs:
        return False
    flow, state = current(world, memory)
    field = asked_field(flow, state)
    return field is not None and isinstance(field.type, Amount) and field.name not in state.open


def act(world: World, memory: Memory, found: Press, heard: Understanding) -> Reply:
    """Do what a button says: a step of the open dialog, a command, or the start of another flow."""
    action = found.action
    if action["do"] == "start":
        return begin(world, memory, FLOWS[action["flow"]], heard, given=action.get("values"), first=action.get("ask"))
    if action["do"] in engine.PRESSES:
        if not memory.dialogs:
            raise Stale
        return press(world, memory, action)
    return aside(world, memory, action["do"], lambda: COMMANDS[action["do"]](world, memory, action))


def fill_in(world: World, conversation: Conversation, inbound: Inbound) -> Reply:
    """Take a sheet that was filled in for the card that is open. Raises Stale where it is another one by now."""
    memory = conversation.memory
    row, _, _ = (inbound.action or "").partition(".")
    sheet_of = presses.sheet_of(world.tx.connection, int(row), conversation.key) if _is_row(row) else None
    if not memory.dialogs or sheet_of != memory.dialogs[-1].get("flow"):
        raise Stale
    flow, state = current(world, memory)
    typed = inbound.answers or {}
    if inbound.is_form_open and (wrong := misfits(flow, state, typed, world)):
        return Reply("", misfits=wrong)
    return went_on(world, memory, flow, engine.fill_in(flow, state, typed, world))
