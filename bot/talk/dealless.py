"""A change of an opportunity, told of a customer who has none: said so, with what may have been meant."""

from bot.dialogs.model import Press, Reply
from bot.rules import opportunities
from bot.world import World
from nlu.types import Understanding


def nothing_to_change(world: World, heard: Understanding) -> Reply | None:
    """The two ways on, a note or a new opportunity; None where there may be something to change."""
    said = heard.slots.get("customer")
    if heard.intent != "update_opportunity" or said is None or "opportunity" in heard.slots:
        return None
    found = world.find("customer", str(said.value), {})
    if not found.is_sure or len(found.matches) != 1:
        return None
    match = found.matches[0]
    if opportunities.open_at(world, match.id) or opportunities.closed_at(world, match.id):
        return None
    words, customer = world.words, {"id": match.id, "name": match.name}
    note = {"do": "start", "flow": "follow_up", "values": {"customer": customer, "content": heard.text}}
    deal = {"do": "start", "flow": "opportunity", "values": {"customer": customer}}
    buttons = (
        Press(words.say("unclear.log"), note, is_open=True),
        Press(words.say("opportunity.new_button"), deal, is_open=True),
    )
    return Reply(words.say("opportunity.none_at", customer=match.name), buttons)
