"""「谁名下逾期最多」, "who has the most overdue deals": alarms counted for each owner."""

from collections.abc import Sequence

from bot.alarms.signs import Alarm
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.reports import show
from bot.reports.figures import about
from bot.tables import tabled
from bot.targets.whose import Whose, user_as
from bot.world import World


def by_owner(world: World, found: Sequence[Alarm], action: Json) -> Reply:
    """How many deals of each show the sign, and how much they are worth; a button lists those of the first."""
    words, rates = world.words, about(world)
    amounts: dict[int | None, dict[str, int]] = {}
    counts: dict[int | None, int] = {}
    for one in found:
        owner, code = one.deal.owner_id, one.deal.amount_currency
        counts[owner] = counts.get(owner, 0) + 1
        theirs = amounts.setdefault(owner, {})
        if code:
            theirs[code] = theirs.get(code, 0) + (one.deal.amount_minor or 0)
    worth = {key: sum(minor * rates.get(code, 0.0) for code, minor in sums.items()) for key, sums in amounts.items()}
    order = sorted(counts, key=lambda key: (-counts[key], -worth[key], key or 0))
    names = {key: user_as(world, key) if key is not None else None for key in order}
    labels = {key: name.name if name is not None else words.say("report.no_owner") for key, name in names.items()}
    rows = [(labels[key], str(counts[key]), show.amounts(amounts[key], world)) for key in order]
    head = words.say(f"list.alarms_{action['sign']}.head", count=len(found))
    pressed = tuple(_of(world, whose, action) for whose in names.values() if whose is not None)
    return tabled(words, [head], rows, [], pressed[:3])


def _of(world: World, whose: Whose, action: Json) -> Press:
    """The alarms of one of them."""
    label = world.words.say("alarms.button.of", name=whose.name)
    return Press(label, {"do": "alarms", "sign": action["sign"], "who": whose.to_json()}, is_open=True)
