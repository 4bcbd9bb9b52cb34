"""Colleagues, as an administrator speaks of them: who has left, lost a phone, goes by another name, speaks another
language, moved to another place, changes teams, is new."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.handover.talk import preview
from bot.handover.wish import Wish
from bot.people.places import place_of, zone_at
from bot.rules import staff
from bot.rules.colleagues import Colleague
from bot.rules.people import CODE_FOR, make_code
from bot.upkeep import people
from bot.upkeep.hearing import LAST
from bot.upkeep.hiring import split_names, welcome
from bot.upkeep.matters import Said
from bot.upkeep.staffing import MARKS, stop_user
from bot.upkeep.teams import leads_now
from bot.world import World
from config.catalog import catalog
from config.types import COMPLETE, Language
from nlu.folding import fold
from storage import records


def lost(world: World, said: Said) -> Reply | None:
    """What to do where somebody's telephone is gone, with the button that does it."""
    if said.user is None:
        return None
    words = world.words
    says = {"do": "say", "text": words.say("matter.say_sign_out", name=said.user.name)}
    button = Press(words.say("matter.button_sign_out"), says, is_open=True)
    return Reply(words.say("matter.lost_told", name=said.user.name), (button,))


def sign_out(world: World, said: Said) -> Reply | None:
    """End the accounts and the tokens of a colleague; a new code lets them in again."""
    if said.user is None:
        return None
    at = world.now
    counts = []
    for cls in (records.Identity, records.AccessToken):
        owned = list(world.session.scalars(select(cls).where(cls.user_id == said.user.id, cls.deleted_at.is_(None))))
        for one in owned:
            one.deleted_at = at
        counts.append(len(owned))
    world.session.flush()
    accounts, tokens = counts
    key = "matter.signed_out" if accounts or tokens else "matter.nothing_to_end"
    if key == "matter.nothing_to_end":
        return Reply(world.words.say(key, name=said.user.name))
    gives = world.words.say("matter.sign_in_again", name=said.user.name)
    return saved(world, world.words.say(key, name=said.user.name, accounts=accounts, tokens=tokens), gives=gives).reply


def code(world: World, said: Said) -> Reply | None:
    """A new code for a colleague."""
    if said.user is None or not world.is_private:
        return None
    user = _record(world, said.user)
    made = make_code(world.session, user, now=world.now)
    return Reply(world.words.say("people.code", code=made, name=user.name, days=CODE_FOR.days))


def leave(world: World, said: Said) -> Reply | None:
    """A colleague has left; the book goes to the other one who is named."""
    if said.user is None or len(said.users) > 2:
        return None
    _refuse_stranger(world, said)
    last = said.users[1:]
    between = said.text[said.user.end :]
    if last and not any(world.words.phrases(f"handover.{key}").search(fold(between)) for key in ("verbs", "things")):
        return None
    day = next((value.future.days.start for value in world.understand(said.text).values if value.future), None)
    is_here_yet = day is not None and world.words.pattern("matter.last_day").search(said.text) is not None
    is_gone = world.words.pattern("matter.left").search(said.text) is not None and not is_here_yet
    if day is not None and (day > world.now.date() or (is_here_yet and day == world.now.date())) and not is_gone:
        return _leaves(world, said, day)
    told = world.words.say("matter.say_book", name=last[0].name) if last else ""
    return stop_user(world, said.user.name + told)


def _refuse_stranger(world: World, said: Said) -> None:
    """Raises InvalidValue where somebody else than a colleague has left, and a colleague is only named behind that:
    「孙倩走了，客户都给罗敏」, of nobody called so."""
    assert said.user is not None  # noqa: S101 — the caller's branch
    gone = world.words.pattern("matter.leave").search(said.text)
    if gone is None or said.user.start < gone.start():
        return
    name = said.text[: gone.start()].strip(MARKS)
    if people.may_be_name(world, name):
        raise InvalidValue("cli.error.no_user", name=name)


def stop(world: World, said: Said) -> Reply | None:
    """A colleague may use the bot no more."""
    if said.user is None or len(said.users) > 1:
        return None
    user = _record(world, said.user)
    return stop_user(world, user.name) if user.active else people.what_is(world, said.user)


def _leaves(world: World, said: Said, day: date) -> Reply | None:
    """Who is yet to leave may use the bot until then; the book can go over now."""
    assert said.user is not None  # noqa: S101 — the caller's branch
    shown = show_day(day, world.words, today=world.now.date())
    text = world.words.say("matter.leaves", name=said.user.name, day=shown)
    book = preview(world, Wish(said.user.id, said.users[1].id)) if len(said.users) == 2 else None
    return replace(book, text=f"{text}\n{book.text}") if book is not None else Reply(text)


def rename(world: World, said: Said) -> Reply | None:
    """A colleague goes by another name."""
    found = world.words.pattern("matter.new_name").search(said.text)
    if said.user is None or found is None:
        return None
    new = " ".join(next(filter(None, found.groups())).strip(MARKS).split())
    user = _record(world, said.user)
    if not new or fold(new) == fold(user.name):
        return None
    staff.rename_user(world.session, user, new)
    return saved(world, world.words.say("matter.renamed", old=said.user.name, name=user.name)).reply


def language(world: World, said: Said) -> Reply | None:
    """In which language a colleague is answered."""
    named = [code for code in COMPLETE if any(True for _at in _places(code, said.text))]
    if said.user is None or not named:
        return None
    at = {code: max(_places(code, said.text)) for code in named}
    wanted = max(named, key=lambda code: at[code])  # "she reads no Chinese, send her English"
    user = _record(world, said.user)
    user.language = wanted
    spoken = world.words.words(f"language.named.{wanted}")[0]
    return saved(world, world.words.say("matter.language_kept", name=user.name, language=spoken.capitalize())).reply


def _places(code: Language, text: str) -> Iterator[int]:
    """Where the language is named, in whichever."""
    for each in COMPLETE:
        yield from (at.start() for at in catalog(each).phrases(f"language.named.{code}").finditer(fold(text)))


def zone(world: World, said: Said) -> Reply | None:
    """In which place's time a colleague lives."""
    found = world.words.pattern("matter.place").search(said.text)
    place = zone_at(next(filter(None, found.groups())).strip(MARKS)) if found is not None else None
    if said.user is None or place is None:
        return None
    user = _record(world, said.user)
    staff.set_user(world.session, world.crm, user, facts={"timezone": place}, accounts={})
    shown = world.words.say("matter.zone_kept", name=user.name, place=place_of(place, world.words))
    return saved(world, shown).reply


def lead(world: World, said: Said) -> Reply | None:
    """A colleague leads the team that is named."""
    if said.user is None or len(said.users) > 1 or len(said.teams) != 1 or said.by_head:
        return None
    return leads_now(world, staff.team_named(world.session, said.teams[0].name), _record(world, said.user))


def change(world: World, said: Said) -> Reply | None:
    """Another role or another team; of whoever was just spoken of, where nobody is named."""
    user = said.user or _last(world, said)
    team = said.teams[0] if len(said.teams) == 1 else None
    if user is None or len(said.users) > 1:
        return None
    if said.user is not None and not (said.role or team or said.teams):
        _refuse_unknown(world, said.text, said.user)
    return people.moved(world, user, team, said.role)


def _refuse_unknown(world: World, text: str, user: Colleague) -> None:
    """Raises InvalidValue where all that is said is that they go to a team that is not there, 「韩梅调到华北」."""
    there = world.words.pattern("matter.to_team").fullmatch(f"{text[: user.start]}@{text[user.end :]}".strip())
    if there is not None and not any(value.is_time for value in world.understand(text).values):
        raise InvalidValue("cli.error.no_team", name=next(filter(None, there.groups())))


def hire(world: World, said: Said) -> Reply | None:
    """A newcomer with a role; the team where one that is there is named."""
    team = said.teams[0].name if said.teams else None
    _head, colon, several = said.text.replace("：", ":").partition(":")
    if colon and said.role and not said.users:
        return welcome(world, split_names(world, re.split(r"[，,；;]", several)[0]), role=said.role, team=team)
    found = world.words.pattern("matter.newcomer").search(said.text)
    if found is None or said.users or not said.role:
        return None
    name = next(filter(None, found.groups())).strip(MARKS)
    if not people.may_be_name(world, name):
        return None
    return welcome(world, (name,), role=said.role, team=team)


def listed(world: World, said: Said) -> Reply | None:
    """Who uses the bot, in which role."""
    if said.users:
        return None
    return people.listed(world, said.teams[0] if said.teams else None, said.role)


def members(world: World, said: Said) -> Reply | None:
    """Who works in the team that is named."""
    return listed(world, said) if len(said.teams) == 1 and not said.users else None


def role(world: World, said: Said) -> Reply | None:
    """What somebody is here."""
    return people.what_is(world, said.user) if said.user is not None and len(said.users) == 1 else None


def _last(world: World, said: Said) -> Colleague | None:
    """Whom the talk was last about, where the message is hardly more than the change itself."""
    last = world.focus.get(LAST)
    user = world.session.get(records.User, last) if isinstance(last, int) else None
    is_short = len(re.findall(r"[一-鿿]|[A-Za-z']+", said.text)) <= 12
    return Colleague("user", user.id, user.name, 0, 0) if user is not None and is_short and said.is_free else None


def _record(world: World, one: Colleague) -> "records.User":
    return staff.user_named(world.session, f"U-{one.id}")
