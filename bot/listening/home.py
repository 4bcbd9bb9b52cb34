"""A person's own page, where the platform has one: my open deals, what is due, and where to begin."""

from bot.dialogs.reply import Press, Reply
from bot.lookups import lists
from bot.talk.memory import Memory
from bot.world import World

BEGINNINGS = ("follow_up", "customer", "opportunity", "reminder")


def home(world: World) -> Reply:
    """The page as it stands now. It is drawn anew whenever it is opened; nothing of it is remembered."""
    words = world.words
    aside = Memory()  # looking at the page is no part of the conversation
    deals = lists.my_opportunities(world, aside)
    reminders = lists.reminders(world, aside)
    begin = tuple(
        Press(words.say(f"home.{flow}"), {"do": "start", "flow": flow, "values": {}}, is_open=True)
        for flow in BEGINNINGS
    )
    all_deals = Press(words.say("home.opportunities"), {"do": "list", "name": "opportunities"}, is_open=True)
    text = words.say("home.page", name=world.actor.name, reminders=reminders.text, opportunities=deals.text)
    return Reply(text, (*begin, all_deals, *reminders.buttons))
