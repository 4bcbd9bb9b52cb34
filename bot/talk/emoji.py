"""Emoji are labels of lines, with the word beside them: one setting leaves them away."""

import re
from dataclasses import replace

from bot.dialogs.reply import Reply
from config.crm import Crm

_LABELS = re.compile(r"(?m)(?:^|(?<=^\d )|(?<=^\d\d ))[🤝💼⏰🏢👤📝🛠☎🧾😊☀📌📊🏆❌🆕➡⏳]\ufe0f?[ \u3000]*")


def as_wanted(reply: Reply, crm: Crm) -> Reply:
    """The reply, without its emoji where the organisation wants none."""
    return reply if crm.with_emoji else replace(reply, text=_LABELS.sub("", reply.text))
