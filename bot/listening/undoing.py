"""「撤销」 while a draft is open, 「把刚才那条跟进删掉」 after something else was saved: what is meant?"""

from bot.dialogs.render import title
from bot.dialogs.reply import Press, Reply
from bot.listening.dialogs import current, press, with_open_question
from bot.listening.listener import Talk
from bot.listening.pressed import buttons_below
from bot.rules.undo import is_of_last, last_saved
from bot.talk.phrases import holds_phrase

KINDS = ("follow_up", "reminder", "opportunity", "customer", "contact", "quote", "order", "contract")


def undo_midway(talk: Talk) -> Reply:
    """What the last message had a button to undo, if it had one. Else asks which of the two is meant; where nothing was
    saved it can only be the draft."""
    world, words = talk.world, talk.world.words
    shown = buttons_below(world, talk.conversation)
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


def another_kind(talk: Talk, text: str) -> Reply | None:
    """Drops the open draft of the kind that somebody names; asks back where the last save was of another."""
    words = talk.world.words
    kind = next((kind for kind in KINDS if holds_phrase(words, f"undo.named.{kind}", text)), None)
    if kind is not None and talk.opened is not None and talk.opened[0].kind == kind:
        return press(talk.world, talk.memory, {"do": "cancel"})
    saved = last_saved(talk.world) if kind is not None and not is_of_last(talk.world, kind) else None
    if kind is None or saved is None:
        return None
    step_id, what = saved
    text = words.say("undo.another", what=what, kind=words.say(f"common.kind.{kind}"))
    asked = Reply(text, (Press(words.say("undo.button.saved"), {"do": "undo", "step": step_id}),))
    return with_open_question(talk.world, talk.memory, asked)
