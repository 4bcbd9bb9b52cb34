"""「撤销」 while a draft is open: the draft, or what was saved last?"""

from bot.dialogs.model import Press, Reply
from bot.dialogs.render import title
from bot.listening.dialogs import current, press
from bot.listening.listener import Talk
from bot.messages import presses
from bot.rules.undo import last_saved


def undo_midway(talk: Talk) -> Reply:
    """What the last message had a button to undo, if it had one. Else asks which of the two is meant; where nothing was
    saved it can only be the draft."""
    world, words = talk.world, talk.world.words
    last = talk.conversation.last_outbox_id
    shown = presses.buttons_of(world.tx.connection, last, talk.conversation.key) if last is not None else []
    offered = next((button.action for button in shown if button.action["do"] == "undo"), None)
    if offered is not None:
        return talk.do(offered)
    saved = last_saved(world)
    if saved is None:
        return press(world, talk.memory, {"do": "cancel"})
    step_id, what = saved
    buttons = (
        Press(words.say("undo.button.draft"), {"do": "cancel"}),
        Press(words.say("undo.button.saved"), {"do": "undo", "step": step_id}),
    )
    return Reply(words.say("undo.which", draft=title(*current(world, talk.memory), world), what=what), buttons)
