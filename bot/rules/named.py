"""The one record that a name means, for commands that must not guess: 「把华为共享给小李」, "merge Acme into Apex"."""

from bot.errors import InvalidValue
from bot.world import World
from storage import records


def one_named(world: World, kind: str, name: str) -> int | None:
    """Its id; None where none that the asker may see is surely called so.

    Raises InvalidValue where several are, with the ids that tell them apart.
    """
    found = world.find(kind, name, {})
    if not found.matches or not found.is_sure:
        return None
    if len(found.matches) > 1:
        prefix = records.record_class(kind).prefix
        ids = (f"{match.name} ({prefix}-{match.id})" for match in found.matches)
        raise InvalidValue("merge.several", name=name, ids=world.words.say("common.and_separator").join(ids))
    return found.matches[0].id
