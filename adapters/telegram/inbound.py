"""What Telegram delivers, as `Inbound`. Pure functions over the JSON of an update, as the Bot API documents it.

The library's classes are not used here: they refuse whole updates for a field that they do not know or miss, and an
update that cannot be read must not stop those behind it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from adapters.base import Attachment, Inbound
from adapters.telegram.units import index, length

Payload: TypeAlias = Mapping[str, Any]

PLATFORM = "telegram"
_BARE_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@\w+)?(?=\s|$)")
# What we ask for. Everything else (reactions, polls, posts in channels) is not for us.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account, and what its commands stand for: {language: {command: words}}."""

    id: int
    username: str
    says: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: str = "zh"

    def words_of(self, command: str, language: str) -> str | None:
        """What a command stands for, in the person's language where the bot speaks it."""
        of_language = self.says.get(language.split("-")[0].lower()) or self.says.get(self.language) or {}
        return of_language.get(command)


def to_inbound(update: Payload, me: Me, *, now: datetime) -> Inbound | None:
    """What a person did, or None: not for us. ``now``: for pressed buttons, which carry no time."""
    event_id = str(update["update_id"])
    if "callback_query" in update:
        return _press(update["callback_query"], event_id, now)
    if "message" in update:
        return _message(update["message"], event_id, me, now)
    if "edited_message" in update:
        found = _message(update["edited_message"], event_id, me, now)
        # Somebody's live location moves on without a word.
        return replace(found, edits=found.message_id) if found is not None and found.text else None
    return None


def kind_of(update: Payload) -> str:
    """The type of an update, for the log."""
    return next((str(key) for key in update if key != "update_id"), "empty")


def callback_of(update: Payload) -> str | None:
    """The id of the pressed button's query, which must be answered whatever the button means."""
    query = update.get("callback_query")
    return str(query["id"]) if isinstance(query, Mapping) and "id" in query else None


def _press(query: Payload, event_id: str, now: datetime) -> Inbound | None:
    message, person = query.get("message"), query["from"]
    if message is None or "data" not in query:
        return None  # of a message sent by way of another chat, or a game
    chat = message["chat"]
    return Inbound(
        platform=PLATFORM,
        event_id=event_id,
        chat_id=str(chat["id"]),
        thread_id=_thread(message),
        sender_id=str(person["id"]),
        action=str(query["data"]),
        message_id=str(message.get("message_id", "")),
        is_private=_is_private(chat),
        is_outside=not _is_private(chat),
        sent_at=now,
        sender_name=_name(person),
        language=person.get("language_code"),
    )


def _message(message: Payload, event_id: str, me: Me, now: datetime) -> Inbound | None:
    person, chat = message.get("from"), message["chat"]
    if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
        return _move(message, event_id, now)
    if "new_chat_members" in message or "left_chat_member" in message:
        return _come_or_gone(message, event_id, now)
    if person is None or person.get("is_bot") or message.get("sender_chat"):
        return None  # a machine, or somebody who hides behind a group or channel
    is_private = _is_private(chat)
    attachments = tuple(_attachments(message))
    raw = str(message.get("text") or message.get("caption") or (message.get("sticker") or {}).get("emoji") or "")
    if not raw and not attachments:
        return None  # a pinned message, a poll
    language = str(person.get("language_code") or me.language)
    text, is_addressed = _said(message, raw, me, language)
    if text is None or not (is_private or is_addressed or _is_reply_to(message, me)):
        return None
    return Inbound(
        platform=PLATFORM,
        event_id=event_id,
        chat_id=str(chat["id"]),
        thread_id=_thread(message),
        sender_id=str(person["id"]),
        text=text,
        message_id=str(message.get("message_id", "")),
        replies_to=str(message["reply_to_message"]["message_id"]) if _is_reply_to(message, me) else "",
        attachments=attachments,
        is_private=is_private,
        is_outside=not is_private,  # Telegram knows of no organisations
        sent_at=_moment(message, now),
        sender_name=_name(person),
        language=person.get("language_code"),
    )


def _move(message: Payload, event_id: str, now: datetime) -> Inbound:
    """A group has become a supergroup, which has another id. Both groups say so."""
    chat = str(message["chat"]["id"])
    new = str(message.get("migrate_to_chat_id") or chat)
    return Inbound(
        platform=PLATFORM,
        event_id=event_id,
        chat_id=new,
        moved_from=str(message.get("migrate_from_chat_id") or chat),
        sender_id=str((message.get("from") or {}).get("id", "")),
        is_private=False,
        sent_at=_moment(message, now),
    )


def _come_or_gone(message: Payload, event_id: str, now: datetime) -> Inbound:
    """People who came into a group or went. Robots hear nothing of what others of their kind say."""
    gone = message.get("left_chat_member")
    return Inbound(
        platform=PLATFORM,
        event_id=event_id,
        chat_id=str(message["chat"]["id"]),
        sender_id=str((message.get("from") or {}).get("id", "")),
        joined=_people(message.get("new_chat_members") or ()),
        left=_people([gone] if gone else ()),
        is_private=False,
        sent_at=_moment(message, now),
    )


def _people(persons: Iterable[Payload]) -> tuple[str, ...]:
    return tuple(str(person["id"]) for person in persons if not person.get("is_bot"))


def _said(message: Payload, raw: str, me: Me, language: str) -> tuple[str | None, bool]:
    """The text without mentions of the bot, and whether it is addressed to the bot; None: to another bot."""
    entities = message.get("entities") or message.get("caption_entities") or _seen(raw, me)
    text, is_addressed = raw, False
    for entity in sorted(entities, key=lambda each: -int(each["offset"])):
        start = index(raw, int(entity["offset"]))
        end = index(raw, int(entity["offset"]) + int(entity["length"]))
        if entity["type"] == "bot_command" and start == 0:
            return _command(raw[:end], raw[end:].strip(), me, language)
        if _is_mention(entity, raw[start:end], me):
            is_addressed = True
            before, after = text[:start].rstrip(" "), text[end:].lstrip(" ,，:：")
            text = f"{before} {after}" if before and after else before + after
    text = text.strip() if is_addressed else text
    if is_addressed and text.startswith("/"):
        word, _, rest = text.partition(" ")
        return _command(word, rest.strip(), me, language)[0], True
    return text, is_addressed


def _seen(raw: str, me: Me) -> list[dict[str, Any]]:
    """The entities of a message that comes without any: a command at its head, our name in it. Telegram marks both, not
    every server that speaks its language does."""
    found = _BARE_COMMAND.match(raw)
    if found:
        return [{"type": "bot_command", "offset": 0, "length": found.end()}]
    name = re.search(rf"(?<!\w)@{re.escape(me.username)}(?!\w)", raw, re.IGNORECASE) if me.username else None
    if name is None:
        return []
    return [{"type": "mention", "offset": length(raw[: name.start()]), "length": len(name.group())}]


def _command(word: str, rest: str, me: Me, language: str) -> tuple[str | None, bool]:
    """``/help@bot`` means what the catalog says; ``/start CODE`` is a link that was followed: the code itself."""
    name, _, addressee = word[1:].partition("@")
    if addressee and addressee.lower() != me.username.lower():
        return None, False
    if name.lower() == "start" and rest:
        return rest, True
    words = me.words_of(name.lower(), language)
    if words is None:  # in a group it is another robot's, unless it names us
        return f"{word.partition('@')[0]} {rest}".strip(), bool(addressee)
    return f"{words} {rest}".strip(), True


def _is_mention(entity: Payload, word: str, me: Me) -> bool:
    if entity["type"] == "mention":
        return bool(me.username) and word.lower() == f"@{me.username.lower()}"
    return entity["type"] == "text_mention" and (entity.get("user") or {}).get("id") == me.id


def _is_reply_to(message: Payload, me: Me) -> bool:
    return ((message.get("reply_to_message") or {}).get("from") or {}).get("id") == me.id


def _attachments(message: Payload) -> Iterator[Attachment]:
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: size.get("width", 0) * size.get("height", 0))
        yield Attachment(kind="photo", file_id=largest["file_id"])
    for key in ("document", "video", "video_note", "audio"):
        if message.get(key):
            yield Attachment(kind="file", file_id=message[key]["file_id"], name=message[key].get("file_name", ""))
    if message.get("voice"):
        yield Attachment(kind="voice", file_id=message["voice"]["file_id"])
    if message.get("contact"):
        yield _contact(message["contact"])
    place = message.get("venue", message).get("location")
    if place:
        name = (message.get("venue") or {}).get("title", "")
        yield Attachment(kind="location", latitude=place["latitude"], longitude=place["longitude"], name=name)


def _contact(card: Payload) -> Attachment:
    """The vCard, where there is one, does not always have the number that was shared."""
    name = _name(card)
    head = f"{card['vcard']}\n" if card.get("vcard") else f"{name} "
    return Attachment(kind="contact", name=name, text=f"{head}{card['phone_number']}".strip())


def _thread(message: Payload) -> str:
    """The topic of a forum; replies elsewhere carry a thread id too, which means nothing."""
    return str(message["message_thread_id"]) if message.get("is_topic_message") else ""


def _is_private(chat: Payload) -> bool:
    """People have positive ids, groups negative ones."""
    return bool(chat["type"] == "private") if "type" in chat else int(chat["id"]) > 0


def _moment(message: Payload, now: datetime) -> datetime:
    seconds = message.get("edit_date") or message.get("date")
    return datetime.fromtimestamp(seconds, UTC) if seconds else now


def _name(person: Payload) -> str:
    """First and last name in the order of their language: 李雷, Ann Lee."""
    first, last = str(person.get("first_name") or ""), str(person.get("last_name") or "")
    is_chinese = all("\u3400" <= character <= "\u9fff" for character in first + last)
    full = last + first if is_chinese else f"{first} {last}".strip()
    return full or str(person.get("username", ""))
