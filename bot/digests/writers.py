"""The digests there are, and the time that each looks back on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.digests.morning import morning
from bot.digests.weekly import weekly
from bot.world import World

# Gives what there is to say about the time since a moment, and "" where there is nothing.
Write: TypeAlias = Callable[[World, datetime], str]
WRITERS: dict[str, Write] = {"morning": morning, "weekly": weekly}
USUAL_TIME = {"morning": timedelta(days=1), "weekly": timedelta(days=7)}
