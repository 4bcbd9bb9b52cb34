"""What Slack delivers, as `Inbound`. Pure functions over payloads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from adapters.base import Attachment, Inbound
from adapters.slack.forms import answers, read_place
from adapters.slack.text import decode

Payload: TypeAlias = Mapping[str, Any]

PLATFORM = "slack"
CORNER = "corner:"  # begins the block_id of buttons in a person's corner of a channel (`corner_of`)
_ID = re.compile(r"[\w.-]{1,100}")
HEARD = (None, "file_share", "thread_broadcast")  # message subtypes that are something a person says


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a payload does not say itself. ``team`` and ``user``: the bot's workspace and its user there.

    ``in_thread``: the bot takes part in the thread that `thread_to_check` named. ``names``: of people mentioned.
    """

    team: str = ""
    user: str = ""
    received_at: datetime
    in_thread: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def to_inbound(payload: Payload, scene: Scene) -> Inbound | None:
    """What a person did, or None: not for us. Takes events, pressed buttons and commands, of both modes.

    A private chat is named by the person (as on the other platforms), so that what we send there on our own account and
    what comes back belong to one conversation; `direct_channel` gives Slack's name for it.
    """
    kind = payload.get("type")
    if kind == "event_callback":
        return _event(payload, scene)
    if kind == "block_actions":
        return _press(payload, scene)
    if kind == "view_submission":
        return _filled_in(payload, scene)
    if kind is None and payload.get("command"):
        return _command(payload, scene)
    return None


def direct_channel(payload: Payload) -> tuple[str, str] | None:
    """The person and the channel of a private chat with the bot, where the payload comes from one. A command does not
    tell: it may have been typed in a private chat with somebody else."""
    event = payload.get("event") or {}
    if payload.get("type") == "block_actions":
        user, channel = payload["user"].get("id"), (payload.get("channel") or {}).get("id")
    elif _is_direct(event) and not _is_machine(event, ""):
        user, channel = event["user"], event.get("channel")
    else:
        return None
    return (str(user), str(channel)) if str(channel).startswith("D") else None


def thread_to_check(payload: Payload, scene: Scene) -> tuple[str, str] | None:
    """Channel and thread on which it depends whether a message is for us: people who talk with the bot in a thread
    do not mention it each time. None: the payload itself says it."""
    event = payload.get("event") or {}
    said = _said(event)
    if payload.get("type") != "event_callback" or said is None or _is_machine(said, scene.user):
        return None
    thread = said.get("thread_ts")
    if not thread or thread == said.get("ts") or _names_us(event, said, scene):
        return None
    return str(event["channel"]), str(thread)


def corner_of(chat_id: str) -> tuple[str, str] | None:
    """Channel and person of a chat that only this person sees: what one asks by a command in a channel."""
    channel, slash, user = chat_id.partition("/")
    return (channel, user) if slash else None


def slack_user(sender_id: str) -> str:
    """The user id as Slack's methods take it; strangers' ids carry the workspace in front (`_sender`)."""
    return sender_id.rpartition(":")[2]


def instant(ts: object) -> datetime | None:
    """When something happened: Slack's ids of messages are seconds since 1970."""
    try:
        return datetime.fromtimestamp(float(str(ts)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _id(value: object) -> str:
    """An id of Slack's. Ours put ids together with / : and |, so none may hold one. Raises ValueError."""
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise ValueError("not an id")
    return value


def _event(payload: Payload, scene: Scene) -> Inbound | None:
    event = payload["event"]
    if event.get("type") == "app_home_opened":
        return _home_opened(payload, scene) if event.get("tab") == "home" else None
    said = _said(event)
    if said is None or _is_machine(said, scene.user):
        return None
    if not (scene.in_thread or _names_us(event, said, scene)):
        return None
    return _message(payload, said, scene)


def _said(event: Payload) -> Payload | None:
    """The message in an event, for a change the message as it now is; None where nobody said anything."""
    if event.get("type") not in ("message", "app_mention"):
        return None
    if event.get("subtype") == "message_changed":
        said: Payload = event.get("message") or {}
        before: Payload = event.get("previous_message") or {}
        # Slack also calls it a change when it adds the preview of a link; that is nothing a person did.
        is_edit = bool(said.get("edited")) and said.get("text") != before.get("text")
        return said if is_edit and said.get("subtype") in HEARD else None
    return event if event.get("subtype") in HEARD else None


def _is_machine(said: Payload, bot_user: str) -> bool:
    """Whether no person says it: ourselves (else we would answer ourselves for ever), another bot, Slack."""
    user = said.get("user")
    return not user or bool(said.get("bot_id")) or user in (bot_user, "USLACKBOT")


def _names_us(event: Payload, said: Payload, scene: Scene) -> bool:
    """Whether it is said to us: in private, by mention, or as an answer to a message of ours."""
    if event.get("type") == "app_mention" or _is_direct(event):
        return True
    text = said.get("text")
    if event.get("subtype") == "message_changed":
        text = (event.get("previous_message") or {}).get("text")  # a mention added later comes as app_mention
    mention = f"<@{scene.user}"
    return bool(scene.user) and (
        f"{mention}>" in str(text) or f"{mention}|" in str(text) or said.get("parent_user_id") == scene.user
    )


def _is_direct(event: Payload) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def _message(payload: Payload, said: Payload, scene: Scene) -> Inbound | None:
    event = payload["event"]
    channel, ts = _id(event["channel"]), _id(said["ts"])
    sender = _sender(payload, said, scene)
    is_private = _is_direct(event)
    edited = (said.get("edited") or {}).get("ts") if said is not event else None
    # The same channel message comes twice, as app_mention and as message, with two event ids: its own id is one.
    name = f"{_team(payload, scene)}:{channel}:{ts}" + (f":edited:{edited}" if edited else "")
    return Inbound(
        platform=PLATFORM,
        event_id=name,
        chat_id=sender if is_private else channel,
        thread_id=_id(said["thread_ts"]) if said.get("thread_ts") else "" if is_private else ts,
        sender_id=sender,
        text=decode(_words(said), bot_user=scene.user, names=scene.names),
        edits=ts if edited else None,
        message_id=ts,
        replies_to=str(said["thread_ts"]) if said.get("thread_ts") not in (None, ts) else "",
        attachments=tuple(_attachment(file) for file in said.get("files") or ()),
        is_private=is_private,
        is_outside=":" in sender,
        is_shared=not is_private and payload.get("is_ext_shared_channel") is True,
        sent_at=instant(edited or ts) or scene.received_at,
    )


def _words(said: Payload) -> str:
    """What is said, with the words of a message that was passed on: Slack puts those beside, as it does the previews of
    links, which nobody said."""
    passed_on = (one.get("text") for one in said.get("attachments") or () if one.get("is_share"))
    return "\n".join(str(text) for text in (said.get("text"), *passed_on) if text)


def _attachment(file: Payload) -> Attachment:
    """A file by its id: its address would need our token, and would show it to whoever follows it."""
    family = str(file.get("mimetype") or "").partition("/")[0]
    kind = {"image": "photo", "audio": "voice"}.get(family, "file")
    name = str(file.get("name") or file.get("title") or "")
    return Attachment(kind=kind, file_id=str(file.get("id") or ""), name=name)  # type: ignore[arg-type]


def _press(payload: Payload, scene: Scene) -> Inbound | None:
    """A pressed button or a chosen option. Whoever presses is the sender, whomever the message was for."""
    press: Payload = next(iter(payload.get("actions") or ()), {})
    action = press.get("value") or (press.get("selected_option") or {}).get("value")
    if not action:
        return None
    user, container, message = payload["user"], payload.get("container") or {}, payload.get("message") or {}
    channel = (payload.get("channel") or {}).get("id") or container.get("channel_id") or ""
    channel = _id(channel) if channel else ""
    sender = _stranger(user.get("team_id") or (payload.get("team") or {}).get("id"), scene) + _id(user["id"])
    chat, thread = _place_of_press(payload, str(press.get("block_id") or ""), channel, sender)
    key = (_team(payload, scene), channel, user["id"], press.get("action_ts"), action, payload.get("trigger_id"))
    return Inbound(
        platform=PLATFORM,
        event_id=":".join(str(part or "") for part in key),
        chat_id=chat,
        thread_id=thread,
        sender_id=sender,
        action=str(action),
        trigger=str(payload.get("trigger_id") or ""),
        message_id=str(container.get("message_ts") or message.get("ts") or ""),
        is_private=chat == sender or corner_of(chat) is not None,
        is_outside=":" in sender,
        sent_at=instant(press.get("action_ts")) or scene.received_at,
    )


def _place_of_press(payload: Payload, block: str, channel: str, sender: str) -> tuple[str, str]:
    """Chat and thread of the conversation to which the message with the button belongs."""
    if block.startswith(CORNER):
        return f"{_id(block.split(':')[1])}/{slack_user(sender)}", ""
    container, message = payload.get("container") or {}, payload.get("message") or {}
    thread = str(message.get("thread_ts") or container.get("thread_ts") or "")
    if thread == (message.get("ts") or container.get("message_ts")):
        thread = ""  # people answered in a thread below it, but the message itself stands in the chat
    return (sender if not channel or channel.startswith("D") else channel), thread


def _command(payload: Payload, scene: Scene) -> Inbound | None:
    """``/crm …``. In a channel nobody but its author sees a command; nor shall they see the answer."""
    user, channel = _id(payload["user_id"]), _id(payload["channel_id"]) if payload.get("channel_id") else ""
    sender = _stranger(payload.get("team_id"), scene) + user
    trigger = str(payload.get("trigger_id") or "")
    return Inbound(
        platform=PLATFORM,
        event_id=f"{_team(payload, scene)}:command:{trigger or scene.received_at.isoformat()}",
        chat_id=sender if not channel or channel.startswith("D") else f"{channel}/{user}",
        sender_id=sender,
        text=decode(str(payload.get("text") or ""), bot_user=scene.user, names=scene.names),
        trigger=trigger,
        is_private=True,
        sent_at=scene.received_at,
        sender_name=str(payload.get("user_name") or ""),
    )


def _filled_in(payload: Payload, scene: Scene) -> Inbound | None:
    """A form of ours, sent off. Which conversation it belongs to stands in it."""
    view, user = payload["view"], payload["user"]
    place = read_place(str(view.get("private_metadata") or ""))
    if place is None:
        return None
    sender = _stranger(user.get("team_id") or (payload.get("team") or {}).get("id"), scene) + _id(user["id"])
    trigger = str(payload.get("trigger_id") or "")  # each submission has its own
    return Inbound(
        platform=PLATFORM,
        event_id=":".join((_team(payload, scene), "form", _id(view["id"]), str(view.get("hash") or ""), trigger)),
        chat_id=place.chat_id,
        thread_id=place.thread_id,
        sender_id=sender,
        action=place.form_id,
        answers=answers(view),
        is_form_open=True,
        is_private=place.chat_id == sender or corner_of(place.chat_id) is not None,
        sent_at=scene.received_at,
    )


def _home_opened(payload: Payload, scene: Scene) -> Inbound:
    event = payload["event"]
    user = _id(event["user"])
    return Inbound(
        platform=PLATFORM,
        event_id=f"{_team(payload, scene)}:home:{user}:{event.get('event_ts') or payload['event_id']}",
        chat_id=user,
        sender_id=user,
        surface="home",
        sent_at=instant(event.get("event_ts")) or scene.received_at,
    )


def _team(payload: Payload, scene: Scene) -> str:
    return scene.team or str(payload.get("team_id") or (payload.get("team") or {}).get("id") or "")


def _sender(payload: Payload, said: Payload, scene: Scene) -> str:
    """Who says it. In a shared channel people of other organisations speak too: their ids carry their workspace, so
    that they can never be taken for somebody here."""
    is_one_org = payload.get("enterprise_id") and payload.get("is_ext_shared_channel") is False
    team = None if is_one_org else said.get("user_team") or said.get("source_team") or said.get("team")
    return _stranger(team, scene) + _id(said["user"])


def _stranger(team: object, scene: Scene) -> str:
    return f"{_id(team)}:" if team and scene.team and team != scene.team else ""
