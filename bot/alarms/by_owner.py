"""「谁名下逾期最多」, "split that by rep": alarms counted for each owner."""

from collections.abc import Sequence

from bot.alarms.signs import Alarm
from bot.dialogs.model import Json, Press, Reply
from bot.reports import show
from bot.reports.figures import about
from bot.tables import tabled
from bot.talk.cues import left
from bot.talk.memory import Memory
from bot.talk.phrases import is_phrase
from bot.targets.whose import Whose, user_as, whose_in
from bot.world import World
from nlu.folding import fold
from nlu.types import Understanding

MAX_CHARS = 30


def asked(world: World, memory: Memory, heard: Understanding) -> Json | None:
    """Right after alarms: 「按人分」, "whose are they" those for each owner; 「只看张伟的」 those of one."""
    before = memory.focus.get("alarms")
    if before is None or len(heard.text) > MAX_CHARS:
        return None
    if is_phrase(world.words, "alarms.split", heard.text.strip().rstrip("。.!！?？")):
        return {"do": "alarms", **before, "by": "owner"}
    whose, spans = whose_in(world, heard)
    if not spans or whose is None or left(world.words, "alarms.only", fold(heard.text), spans):
        return None
    return {"do": "alarms", **before, "who": whose.to_json()}


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
