"""Is all well? Asked in chat by an administrator: what `crmbot check` says, what is wrong first."""

from bot.dialogs.reply import Reply
from bot.errors import NotAllowed
from bot.upkeep import findings
from bot.upkeep.hearing import require_admin
from bot.world import World

SEALS = 20  # the newest of each trail: a turn has no time for years of them


def answer(world: World) -> Reply:
    """Raises NotAllowed for whoever does not run the bot, and in groups."""
    require_admin(world)
    if not world.is_private:
        raise NotAllowed("upkeep.only_private")
    words = world.words
    found = [
        *findings.of_settings(world.settings, world.crm, words),
        *findings.of_store(world.tx.connection, words, world.now, newest=SEALS),
        *findings.of_secrets(world.tx.connection, world.settings, words),
    ]
    bad = [sentence for mark, sentence in found if mark == "bad"]
    head = words.say("upkeep.bad", count=len(bad)) if bad else words.say("upkeep.well")
    lines = [words.say(f"cli.check.{mark}", what=sentence) for mark, sentence in sorted(found, key=_bad_first)]
    return Reply("\n".join([head, *lines]))


def _bad_first(finding: findings.Finding) -> bool:
    return finding[0] != "bad"
