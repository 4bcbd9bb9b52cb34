"""What an administrator says of the bot in their own words: 「张伟手机丢了」, "sign Maria out everywhere", "which
teams do we have", 「客服能看合同金额吗」.

Nothing here is a whole phrase. A message is told by what it names (a colleague, a team, a role, a language, a place)
and by an expression for the matter (`matter.toml`); both have to be there. After the phrases, which know better.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.dialogs.reply import Reply
from bot.lazy import Lazy
from bot.rules.colleagues import Colleague, colleagues_in
from bot.talk.mood import asks
from bot.upkeep.hearing import LAST
from bot.upkeep.staffing import role_names, with_teams
from bot.world import World
from config.catalog import any_of
from nlu.folding import fold
from storage import records

MAX_CHARS = 100
NOTES = (
    "log_follow_up", "create_service_request", "update_service_request", "create_customer", "create_contact",
    "update_customer",
)  # fmt: skip
_SURNAME = re.compile(r" [A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class Said:
    """A message with what it names. ``user``: the colleague it is about; ``by_head``: a team is named by who leads it;
    ``is_free``: nothing is open that it may be the answer to."""

    text: str
    users: tuple[Colleague, ...]
    teams: tuple[Colleague, ...]
    role: str
    is_free: bool
    by_head: bool

    @property
    def user(self) -> Colleague | None:
        return self.users[0] if self.users else None


Act = Callable[[World, Said], Reply | None]


def _in(where: str) -> Act:
    return Lazy[[World, Said], Reply | None](f"bot.upkeep.{where}")


# In order: the first whose expression is found and that has an answer. Acts change something.
ACTS: Mapping[str, Act] = {
    "teach": _in("told:teach"),
    "code": _in("staff_said:code"),
    "lost": _in("staff_said:lost"),
    "sign_out": _in("staff_said:sign_out"),
    "leave": _in("staff_said:leave"),
    "stop": _in("staff_said:stop"),
    "rename": _in("staff_said:rename"),
    "language": _in("staff_said:language"),
    "zone": _in("staff_said:zone"),
    "merge": _in("teams_said:merge"),
    "hire": _in("staff_said:hire"),
    "lead": _in("staff_said:lead"),
    "change": _in("staff_said:change"),
    "set_rate": _in("told:set_rate"),
    "forget": _in("told:forget"),
    "undo_import": _in("told:undo_import"),
}
# ... and these are told of a colleague by name: whatever is asked just then, they are no answer to it.
IN_PASSING = (
    "code", "lost", "sign_out", "leave", "stop", "rename", "language", "zone", "merge", "lead", "hire", "change",
    "teach", "set_rate", "undo_import",
)  # fmt: skip
_TELLS = ("lost",)  # of the acts, those that only tell what to do
_RIGHTS = _in("rights:asked")
ASKS: Mapping[str, Act] = {
    "role": _in("staff_said:role"),
    "bring_in": _in("told:bring_in"),
    "imports": _in("told:imports"),
    "exports": _in("told:exports"),
    "words": _in("told:words"),
    "leads": _in("teams_said:leads"),
    "teams": _in("teams_said:listed"),
    "users": _in("staff_said:listed"),
    "members": _in("staff_said:members"),
    "rates": _in("told:rates"),
    "quiet": _in("told:quiet"),
    "day_off": _in("told:day_off"),
    "restore": _in("told:restore"),
    "person": _in("told:person"),
    "backup": _in("told:backup"),
    "version": _in("told:version"),
    "health": _in("told:health"),
}


def first(world: World, text: str) -> Reply | None:
    """Who may do what, and who was given records: before the commands and settings that such questions name, too."""
    pattern = world.words.pattern
    if len(text) > MAX_CHARS or pattern("matter.me").search(text):
        return None
    acts = [
        act
        for name, act in (("rights", _RIGHTS), ("exports", ASKS["exports"]))
        if pattern(f"matter.{name}").search(text)
    ]
    return next(_answers(world, _said(world, text, is_free=False), iter(acts)), None) if acts else None


def asked(world: World, text: str, *, is_free: bool) -> Reply | None:
    """The answer, or what was done; None for any other message. Raises NotAllowed, InvalidValue."""
    if len(text) > MAX_CHARS:
        return None
    acts = {**ACTS, **ASKS} if is_free else {**{name: ACTS[name] for name in IN_PASSING}, **ASKS}
    named = [name for name in acts if world.words.pattern(f"matter.{name}").search(text)]
    is_order = world.words.pattern("matter.please").search(text) is not None
    if not is_order and any(name in ACTS for name in named) and asks(world.understand(text)):
        named = [name for name in named if name in (*ASKS, *_TELLS)]  # a question changes nothing
    if not (named or is_free):
        return None
    said = _said(world, text, is_free=is_free)
    reply = next(_answers(world, said, (acts[name] for name in named)), None)
    return reply or (_unknown(world, said) if is_free else None)


def _unknown(world: World, said: Said) -> Reply | None:
    """What is said of colleagues or teams and of no customer is no note: what can be said of them."""
    heard = world.understand(said.text) if said.users or said.teams else None
    if heard is None or heard.intent not in NOTES or "customer" in heard.slots or asks(heard):
        return None
    name = (said.user or said.teams[0]).name
    return Reply("\n".join([world.words.say("matter.not_done", name=name), world.words.say("howto.tell.people")]))


def _answers(world: World, said: Said, acts: Iterator[Act]) -> Iterator[Reply]:
    for act in acts:
        reply = act(world, said)
        if reply is not None:
            if said.user is not None:
                world.focus[LAST] = said.user.id
            yield reply


def _is_anothers(one: Colleague, text: str) -> bool:
    """A first name with another surname behind it: "Priya Nand" is not Priya Nairne."""
    is_short = one.kind == "user" and text[one.start : one.end].casefold() != one.name.casefold()
    return is_short and _SURNAME.match(text, one.end) is not None


def _spoken_of(world: World, text: str) -> list[Colleague]:
    """「再把他的账号停了」: whom the talk was last about, where the message begins with that. Behind more words it is
    whoever these are about, "Bea hasn't linked yet, give her a code"."""
    at = world.words.pattern("matter.pronoun").match(text)
    last = world.focus.get(LAST)
    user = world.session.get(records.User, last) if at is not None and isinstance(last, int) else None
    return [Colleague("user", user.id, user.name, *at.span(1))] if user is not None and at is not None else []


def _said(world: World, text: str, *, is_free: bool) -> Said:
    named = [one for one in colleagues_in(world.tx, world.actor, world.crm, text) if not _is_anothers(one, text)]
    named = named or _spoken_of(world, text)
    meant = with_teams(world, text, named)
    in_order = sorted(meant, key=lambda one: one.start)
    roles = role_names(world.crm)
    roles |= {f"{name}s": code for name, code in roles.items() if name.isascii()}
    taken = [(one.start, one.end) for one in named]
    found = (
        roles[at.group()]
        for at in any_of(roles).finditer(fold(text))
        if not any(start < at.end() and at.start() < end for start, end in taken)
    )
    return Said(
        text, _each(in_order, "user"), _each(in_order, "team"), next(found, ""), is_free, by_head=meant != named
    )


def _each(in_order: Iterable[Colleague], kind: str) -> tuple[Colleague, ...]:
    """Those of a kind, each once, where it is named first."""
    first: dict[int, Colleague] = {}
    for one in in_order:
        if one.kind == kind:
            first.setdefault(one.id, one)
    return tuple(first.values())
