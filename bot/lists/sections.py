"""The configuration as a transaction sees it: ``crm.toml``, with what an administrator changed in chat laid over it.

The latter is looked up in every turn, as fields of one's own and taught words are: it counts at once in every process.
"""

import logging
from functools import lru_cache

import orjson
from sqlalchemy import Text, cast, column, select, table

from config.changed import laid_over
from config.crm import Crm
from config.errors import ConfigError
from storage.database import Tx
from storage.kept import Kept
from storage.prepared import always

log = logging.getLogger(__name__)

# A light stand-in for the mapped class: every message asks this, and the first answer must not wait for the mapping.
_sections = table("config_sections", *map(column, ("id", "section", "setting", "deleted_at")))
_setting = cast(_sections.c.setting, Text).label("setting")
_CHANGED = Kept(
    always(select(_sections.c.section, _setting).where(_sections.c.deleted_at.is_(None)).order_by(_sections.c.id)),
    keeps_none=True,
)


def crm_in(tx: Tx, crm: Crm) -> Crm:
    """The configuration that holds here; ``crm`` is that of the file."""
    rows = _CHANGED.rows(tx.connection, {})
    return _with(crm, tuple((row.section, row.setting) for row in rows)) if rows else crm


@lru_cache(maxsize=8)
def _with(crm: Crm, changed: tuple[tuple[str, str], ...]) -> Crm:
    """Section by section: one that no longer fits the file must not stop the bot, nor the others."""
    sections: dict[str, object] = {}
    result = crm
    for name, setting in changed:
        try:
            result = laid_over(crm, {**sections, name: orjson.loads(setting)})
        except ConfigError as error:
            log.error("a section that was changed in chat does not fit crm.toml: %s", error)
        else:
            sections[name] = orjson.loads(setting)
    return result
