"""The digests there are, and the time that each looks back on."""

from datetime import datetime, timedelta
from typing import TypeAlias

from bot.lazy import Lazy
from bot.world import World

# Gives what there is to say about the time since a moment, and "" where there is nothing.
Write: TypeAlias = Lazy[[World, datetime], str]
WRITERS = {"morning": Write("bot.digests.morning:morning"), "weekly": Write("bot.digests.weekly:weekly")}
USUAL_TIME = {"morning": timedelta(days=1), "weekly": timedelta(days=7)}
