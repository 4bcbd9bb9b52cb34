"""What deals have to tell at a stage, as an administrator says in chat: 「到合同谈判必须填金额和竞争对手」."""

import re
from collections.abc import Sequence

from bot.custom.fields import of_kind
from bot.custom.forms import undo
from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.flows.stage_needs import needs_of
from bot.lists.keeping import begin, write
from bot.lists.wishes import Wish
from bot.world import World
from config.changed import NEEDS, section_of
from config.needs import FACTS
from nlu.names import normalise


def change(world: World, wish: Wish) -> Reply:
    """Facts required from a stage on, or no longer. Raises NotAllowed, InvalidValue."""
    begin(world, NEEDS)
    words = world.words
    keys = _keys(world, wish.new)
    content = section_of(world.crm, NEEDS)
    old = content.get(wish.item, [])
    content[wish.item] = [*dict.fromkeys([*old, *keys])] if wish.act == "need" else [k for k in old if k not in keys]
    write(world, NEEDS, content)
    stage = world.crm.label("stages", wish.item, words.language)
    if not content[wish.item]:
        return Reply(words.say("section.needs_none", stage=stage), undo(world))
    facts = called(world, content[wish.item])
    return Reply(words.say("section.needs_set", stage=stage, facts=facts), undo(world))


def shown(world: World) -> str:
    """What each stage needs, "" where none needs anything."""
    words = world.words
    parts = [
        words.say("section.need_of", stage=world.crm.label("stages", stage, words.language), facts=called(world, names))
        for stage, names in world.crm.stage_needs.items()
    ]
    return words.say("section.shown_needs", needs=words.say("common.and_separator").join(parts)) if parts else ""


def told(world: World, wish: Wish) -> Reply:
    """What a deal has to tell at the stage that is asked about, or at each."""
    words = world.words
    if not wish.item:
        return Reply(shown(world) or words.say("section.needs_nowhere"))
    stage, facts = world.crm.label("stages", wish.item, words.language), called(world, needs_of(world, wish.item))
    return Reply(words.say("section.needs_set" if facts else "section.needs_none", stage=stage, facts=facts))


def called(world: World, names: Sequence[str]) -> str:
    """The facts as people call them; a field of one's own by its name."""
    labels = {name: label for label, name in reversed(_known(world))}
    return world.words.say("common.and_separator").join(labels.get(name, name) for name in names)


def _keys(world: World, said: Sequence[str]) -> list[str]:
    """The facts that are named. Raises InvalidValue with those there are."""
    known = {normalise(label): name for label, name in _known(world)}
    split = re.compile(world.words.say("section.fact_separator"), re.I)
    parts = [part.strip() for one in said for part in split.split(one) if part.strip()]
    for part in parts:
        if normalise(part) not in known:
            raise InvalidValue("section.no_fact", fact=part, facts=called(world, list(dict.fromkeys(known.values()))))
    return [known[normalise(part)] for part in parts]


def _known(world: World) -> list[tuple[str, str]]:
    """(how it may be called, its name) of every fact that can be required."""
    built_in = [(label, name) for name in FACTS for label in world.words.words(f"section.fact.{name}")]
    return [*built_in, *((item.label(world.words.language), item.key) for item in of_kind(world, "opportunity"))]
