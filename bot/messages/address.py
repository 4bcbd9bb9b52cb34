"""Where a message goes: an answer to the chat it came from, anything else to the chat that a person uses."""

from dataclasses import dataclass
from typing import Literal, Protocol


class Addressed(Protocol):
    """What names a place in a chat; an `Inbound` does, and so does an `Address`."""

    @property
    def platform(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def chat_id(self) -> str: ...
    @property
    def thread_id(self) -> str: ...
    @property
    def sender_id(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def is_private(self) -> bool: ...
    @property
    def trigger(self) -> str: ...
    @property
    def surface(self) -> Literal["", "home"]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A place to write to without having been asked. ``sender_id``: the person there, "" for everybody in a group.

    ``trigger``: see `Inbound.trigger`; who was not asked anything opens no form."""

    platform: str
    account: str = ""
    chat_id: str
    thread_id: str = ""
    sender_id: str = ""
    message_id: str = ""
    is_private: bool = True
    trigger: str = ""
    surface: Literal["", "home"] = ""


def conversation_key(to: Addressed) -> str:
    """Platform + account + chat + thread + person: in a channel two people have two drafts."""
    return "|".join((to.platform, to.account, to.chat_id, to.thread_id, to.sender_id))[:500]


def chat_key(to: Addressed) -> str:
    """Where answers go, in order: platform, account and chat."""
    return "|".join((to.platform, to.account, to.chat_id))[:500]
