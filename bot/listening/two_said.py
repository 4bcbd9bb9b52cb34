"""「看样改到4点，另外他手机是139…」, "move the demo to Thursday, and her email is …": two changes in a message."""

from dataclasses import replace

from bot.dialogs.reply import Reply
from bot.dialogs.rescheduled import told
from bot.listening.listener import Talk
from bot.listening.listeners import hear_text
from config.phrasing import phrasing
from nlu.types import Understanding

_FACTS = frozenset({"phone", "email"})


def both(talk: Talk, heard: Understanding) -> Reply | None:
    """One after the other, where each by itself surely changes something. Before all that reads one of them only."""
    joint = phrasing("and_another").search(heard.text)
    if joint is None:
        return None
    parts = heard.text[: joint.start()].strip(), heard.text[joint.end() :].strip(" 。.!！")
    if not (_changes(talk, parts[0]) and (_changes(talk, parts[1]) or phrasing("tells_on").fullmatch(parts[1]))):
        return None
    first, second = (hear_text(Talk(talk.world, talk.conversation, part), part) for part in parts)
    return replace(second, text=f"{first.text}\n{second.text}")


def _changes(talk: Talk, text: str) -> bool:
    """Does it move what is planned, put something right, or give somebody's number?"""
    if told(text, talk.world) is not None:
        return True
    said = talk.world.understand(text)
    is_fact = said.intent == "update_customer" and not _FACTS.isdisjoint(said.slots)
    return is_fact or (said.correction is not None and bool(said.correction.old or said.correction.field))
