"""An administrator says in a group whose it is: 「绑定团队 华东」, "bind this group to East"."""

from bot.dialogs.reply import Reply
from bot.errors import NotAllowed
from bot.flows.shared import saved
from bot.rules.staff import bind_channel
from bot.upkeep.hearing import require_admin
from bot.world import World


def bind(world: World, team: str) -> Reply:
    """Raises NotAllowed for whoever does not run the bot and in a private chat, InvalidValue for an unknown team."""
    require_admin(world)
    if world.is_private:
        raise NotAllowed("upkeep.only_in_group")
    platform, _account, chat_id = world.chat_key.split("|", 2)
    bound = bind_channel(world.session, platform, chat_id, team.strip(" 「」\"“”'"))
    name = bound.team.name if bound.team else ""
    return saved(world, world.words.say("upkeep.bound", team=name), gives=world.words.say("upkeep.bound_now")).reply
