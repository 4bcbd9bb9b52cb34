"""What users wish for or stumble over: 「反馈：按钮太小」, "feedback: …", and the administrator's list of it."""

from sqlalchemy import func, select

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_moment
from bot.errors import InvalidValue, NotAllowed, NotFound
from bot.flows.shared import saved
from bot.messages.notices import tell_user
from bot.rules.access import fetch
from bot.talk.memory import Memory
from bot.world import World
from storage import records

ROWS = 5


def note(world: World, text: str) -> Reply:
    """Keep what somebody said about the bot. What was meant as a customer's words becomes a note with one tap."""
    words = world.words
    longest = world.crm.limits.max_text
    if len(text) > longest:
        raise InvalidValue("error.too_long", max=longest)
    item = world.create(records.Feedback(text=text, status="new"))
    reply = saved(world, words.say("feedback.kept", id=item.public_id), gives=words.say("feedback.thanks")).reply
    given = {"do": "start", "flow": "follow_up", "values": {"feedback": text}}
    return Reply(reply.text, (*reply.buttons, Press(words.say("feedback.is_customers"), given, is_open=True)))


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """The list, for an administrator, and for others how to be heard; or one that is dealt with."""
    may_settle = world.crm.level(world.actor.role, "feedback", "edit") == "all"
    if action.get("id") is None:
        return _listed(world) if may_settle else Reply(world.words.say("feedback.how"))
    if not may_settle:
        raise NotAllowed
    item = fetch(world.tx, world.actor, world.crm, records.Feedback, action["id"], "edit")
    if item.status == "done":
        raise NotFound(name=item.public_id)
    item.status = "done"
    about = shortened(item.text, 40)
    if item.created_by_id != world.actor.user_id:
        key = f"feedback:{item.id}:done"
        said = lambda words: Reply(words.say("feedback.done_for_you", text=about))  # noqa: E731 — in whichever language
        tell_user(world.tx, world.settings, item.created_by_id, said, key=key)
    return saved(world, world.words.say("feedback.done", id=item.public_id)).reply


def _listed(world: World) -> Reply:
    cls, words = records.Feedback, world.words
    waiting = (cls.deleted_at.is_(None), cls.status == "new")
    total = world.session.scalar(select(func.count()).select_from(cls).where(*waiting)) or 0
    if not total:
        return Reply(words.say("feedback.none"))
    users = records.User
    query = select(cls, users.name).outerjoin(users, users.id == cls.created_by_id).where(*waiting)
    rows = world.session.execute(query.order_by(cls.id.desc()).limit(ROWS)).all()
    lines = [
        words.say(
            "feedback.row",
            id=item.public_id,
            text=shortened(item.text, 80),
            who=who or "-",
            at=show_moment(item.created_at, words, now=world.now),
        )
        for item, who in rows
    ]
    buttons = tuple(
        Press(words.say("feedback.settle", id=item.public_id), {"do": "feedback", "id": item.id}, is_open=True)
        for item, _who in rows
    )
    rest = [words.say("feedback.rest", count=total - len(rows))] if total > len(rows) else []
    return Reply("\n".join([words.say("feedback.head", count=total), *lines, *rest]), buttons)
