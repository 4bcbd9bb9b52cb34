"""An administrator sees to people in chat: who may use the bot, 「停用张三」, and what roles and teams are called."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.handover.talk import preview
from bot.handover.wish import Wish
from bot.people.identity import OUTSIDE
from bot.rules import staff
from bot.rules.colleagues import Colleague, colleagues_in
from bot.upkeep.hearing import LAST, require_admin
from bot.world import World
from config.catalog import catalog
from config.crm import Crm
from config.types import LANGUAGES
from nlu.folding import fold
from storage import records

MARKS = " ，,、；;：:。.「」“”\"'（）()"
BETWEEN = re.compile(r"[，,、；;]|\s{2,}|\s+(?=[一-鿿])|(?<=[一-鿿])\s+")


def role_names(crm: Crm) -> dict[str, str]:
    """The code of each role by what it is called, folded: the code, its labels, and shorter words, in any language."""
    names: dict[str, str] = {}
    for code, role in crm.roles.items():
        shorts = (
            word
            for language in LANGUAGES
            for word in catalog(language).symbols("upkeep.roles").get(code, "").split("|")
        )
        if code != OUTSIDE:
            names |= {fold(name): code for name in (code, *role.labels.values(), *shorts) if name}
    return names


def what_of(world: World, user: "records.User") -> str:
    """ "Sales rep · East"."""
    parts = [role_label(world, user.role), *([user.team.name] if user.team else [])]
    return world.words.line(parts)


def role_label(world: World, role: str) -> str:
    return world.crm.roles[role].labels[world.words.language] if role in world.crm.roles else role


def with_teams(world: World, text: str, named: Sequence[Colleague]) -> list[Colleague]:
    """Those who are named; where one stands for their team, that: 「陈静那个组」, "Helen's team", "under Helen"."""
    has_team = any(one.kind == "team" for one in named)
    is_led = has_team and sum(one.kind == "user" for one in named) == 1  # 「华东归李雷管」: it is who leads that
    return [one if is_led else _their_team(world, text, one) or one for one in named]


def _their_team(world: World, text: str, one: Colleague) -> Colleague | None:
    before = world.words.pattern("upkeep.team.under_whom").search(text[: one.start])
    behind = world.words.pattern("upkeep.team.of_whom").match(text[one.end :])
    if one.kind != "user" or not (before or behind):
        return None
    cls = records.Team
    led = select(cls).where(cls.manager_id == one.id, cls.deleted_at.is_(None)).order_by(cls.id)
    user = world.session.get(records.User, one.id)
    team = world.session.scalars(led).first() or (user.team if user is not None else None)
    if team is None:
        return None
    end = one.end + (behind.end() if behind is not None else 0)
    return Colleague("team", team.id, team.name, before.start() if before is not None else one.start, end)


def team_called(world: World, said: str) -> str:
    """The name of a team, also as 「华东团队」, "team East". Raises InvalidValue."""
    for name in (said, *(found for found in (without_word(world, said),) if found)):
        cls = records.Team
        found = world.session.scalars(select(cls.name).where(cls.deleted_at.is_(None), cls.name == name)).first()
        if found is not None:
            return found
    raise InvalidValue("cli.error.no_team", name=said)


def without_word(world: World, said: str) -> str:
    for word in world.words.words("upkeep.team_word"):
        said = re.sub(rf"^(?:in |the )*{word}\s+|\s*{word}$", "", said, flags=re.IGNORECASE).strip()
    return said


def resume_user(world: World, said: str) -> Reply | None:
    """A colleague who was stopped may use the bot again; None where nobody of the name works here."""
    user = _user(world, said)
    if user is None:
        return None
    if user.active:
        return Reply(world.words.say("upkeep.user_active", name=user.name))
    user.active = True
    return saved(world, world.words.say("upkeep.user_resumed", name=user.name)).reply


def _user(world: World, said: str) -> "records.User | None":
    require_admin(world)
    try:
        return staff.user_named(world.session, said.strip(MARKS))
    except InvalidValue:
        return None


def stop_user(world: World, said: str) -> Reply | None:
    """A colleague who has left may use the bot no more; None where nobody of the name works here.

    「停用王芳，客户交给张伟」: what is to become of their book is asked next.
    """
    name, *rest = BETWEEN.split(said.strip(MARKS), maxsplit=1)
    user = _user(world, name)
    taker = _taker(world, user, rest[0]) if user is not None and rest else None
    if user is None or (rest and taker is None):
        return None
    if user.id == world.actor.user_id:
        raise InvalidValue("upkeep.not_yourself")
    world.focus[LAST] = user.id
    user.active = False
    stopped = saved(world, world.words.say("upkeep.user_stopped", name=user.name)).reply
    book = preview(world, Wish(user.id, taker)) if taker is not None else None
    return replace(book, text=f"{stopped.text}\n{book.text}") if book is not None else stopped


def _taker(world: World, giver: "records.User", said: str) -> int | None:
    """To whom a book goes, of whom nothing else is said."""
    if not any(world.words.phrases(f"handover.{key}").search(fold(said)) for key in ("verbs", "things")):
        return None
    people = {one.id for one in colleagues_in(world.tx, world.actor, world.crm, said) if one.kind == "user"}
    return people.pop() if len(people) == 1 and giver.id not in people else None


def lists_howto(world: World, said: str) -> Reply:
    """How stages and lists are changed, to whom the change itself was not understood."""
    require_admin(world)
    return Reply(world.words.say("upkeep.lists_howto"))
