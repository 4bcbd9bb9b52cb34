"""To whom a deal went: 「输给中兴」, "lost to Acme". The ways to say it stand in ``opportunity_update.toml``."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.dialogs.model import Gathers, Json, Values, World
from bot.dialogs.types import Text
from config.catalog import Catalog, catalog
from nlu.types import Understanding


@dataclass(frozen=True, slots=True)
class Rival(Text, Gathers):
    """A competitor, found wherever one is told of by name: 「输给了友商」 names nobody."""

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        words = catalog(heard.lang)
        found = next((match for p in _patterns(words) if (match := p.search(heard.text))), None)
        nobody = found is None or found["who"].casefold() in words.words("opportunity_update.no_rival")
        return self._checked(found["who"].strip(), world) if found and not nobody else None


@lru_cache
def _patterns(words: Catalog) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in words.words("opportunity_update.rival"))
