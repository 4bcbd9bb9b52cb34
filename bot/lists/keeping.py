"""A section of the configuration as an administrator changes it: taken up, checked, kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.custom.defining import require_admin
from bot.errors import InvalidValue
from bot.world import World
from config.changed import laid_over, row_of
from config.errors import ConfigError
from config.lists import Item
from storage import records


def begin(world: World, section: str) -> None:
    """See the section as it is now, and have nobody else change it until this turn ends. Raises NotAllowed."""
    require_admin(world)
    row = _row(world, section)
    if row is not None:
        world.crm = laid_over(world.crm, {section: row.setting})


def write(world: World, section: str, setting: Any) -> None:
    """Keep a section. Raises InvalidValue for one that ``crm.toml`` might not hold either."""
    try:
        world.crm = laid_over(world.crm, {section: setting})
    except ConfigError as error:
        raise InvalidValue("section.unfit", why=str(error)) from error
    row = _row(world, section)
    if row is None:
        world.create(records.ConfigSection(section=section, label=name_of(world, section), setting=setting))
    else:
        row.setting = setting
    world.session.flush()


def write_list(world: World, listed: str, items: Sequence[Item]) -> None:
    write(world, listed, [row_of(item) for item in items])


def fits(world: World, section: str, items: Sequence[Item]) -> bool:
    """Might ``crm.toml`` hold the list like this?"""
    try:
        laid_over(world.crm, {section: [row_of(item) for item in items]})
    except ConfigError:
        return False
    return True


def name_of(world: World, section: str) -> str:
    return world.words.say(f"section.name.{section}")


def _row(world: World, section: str) -> "records.ConfigSection | None":
    cls = records.ConfigSection
    query = select(cls).where(cls.section == section, cls.deleted_at.is_(None)).with_for_update()
    return world.session.scalars(query.execution_options(populate_existing=True)).first()
