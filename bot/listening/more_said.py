"""What is said of a note that is saved: 「刚才那个跟进里加一句：…」, "add to my last note: …", 「把付款改成回款」."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import select

from bot.dialogs.in_speech import person_in
from bot.dialogs.reply import Reply
from bot.flows.focus import HARDLY, customer_named
from bot.flows.follow_up_update import FOLLOW_UP_UPDATE, TEXTS, note_values, present
from bot.flows.registry import FLOWS
from bot.flows.traits import is_pronoun
from bot.listening.dialogs import begin
from bot.listening.late import WHO, is_how, is_of_deal, late_correction, of_party, other_number
from bot.listening.listener import Talk
from bot.listening.respelt import respelt
from bot.listening.sold_facts import PAPERS
from bot.rules.access import visible
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.phrasing import each_way, phrasing, ways
from nlu.types import Grain, Understanding
from storage import records

MANY = 10  # notes that are looked through
_LEADS_ON = ("follow_up", "opportunity")  # after which a day alone is that of the next step
_BESIDE = {"contact", "content", "feedback"}
_TIMES = {"expected_close", "remind_at", "next_follow_up_at", "occurred_at", "subject"}


def added_to_note(talk: Talk, heard: Understanding) -> Reply | None:
    """The note that was spoken of, or the last one, with more in it. Before the forms, which would make a new note."""
    world, text = talk.world, heard.text.strip()
    found = next(filter(None, (way.fullmatch(text) for way in _additions())), None)
    if found is None or (not found.groupdict().get("note") and world.focus.get("last") != "follow_up"):
        return None
    named = customer_named(world.understand(text.replace(found["more"], "")))
    number = _note_meant(world, named.get("customer"))
    if number is None:
        return Reply(world.words.say("follow_up_update.none"))
    return added(talk, heard, number, found["more"])


def added(talk: Talk, heard: Understanding, number: int, more: str) -> Reply:
    """The card of a note with more in it."""
    note = note_values(talk.world, number)
    whole = talk.world.words.say("dialog.both", old=str(note.get("content", "")).rstrip("。."), new=more)
    bare = replace(heard, slots={}, values=())
    return begin(talk.world, talk.memory, FOLLOW_UP_UPDATE, bare, given={**note, "content": whole})


def corrected_note(talk: Talk, heard: Understanding) -> Reply | None:
    """「把付款改成回款」, right after a note that says so was saved; 「刚才那个不是电话，是微信」.

    Before what would make a payment or a note of it. A card that is open comes first, where it can be meant.
    """
    if _is_of_paper(talk, heard):
        return None
    if is_of_deal(talk.world, talk.memory, heard):
        return late_correction(talk.world, talk.memory, heard)
    if talk.opened is None:
        put_right = respelt(talk.world, talk.memory, heard) or _other_count(talk, heard)
        if put_right is not None:
            return put_right
    alone = of_party(talk.world, replace(heard, slots={}))  # what the words may mean elsewhere is nothing here
    if alone.correction is None:
        return None
    if alone.correction.field == "name" and talk.opened is None:
        return _renamed(talk, alone)
    if talk.opened is not None:
        is_mine = "channel" in talk.opened[0].by_name or phrasing("points_back").search(heard.text) is None
        is_mine = is_mine and not _is_of_who_is_not_on_the_card(talk, heard)
        is_mine = is_mine and (alone.correction == heard.correction or alone.correction.field in talk.opened[1].values)
        return None if is_mine else late_correction(talk.world, talk.memory, alone)
    if alone.correction.field in WHO and talk.world.focus.get("last") == "follow_up":
        return late_correction(talk.world, talk.memory, alone)
    is_of_reminder = "reminder" in talk.world.focus and _names_nobody_else(talk.world, heard)
    if is_of_reminder or is_how(talk.world, heard) or phrasing("points_back").search(heard.text) is not None:
        return late_correction(talk.world, talk.memory, alone)
    note = talk.world.focus.get("follow_up") if talk.world.focus.get("last") == "follow_up" else None
    if not alone.correction.old or note is None:
        return None
    texts = note_values(talk.world, note)
    is_in_it = any(alone.correction.old in str(texts.get(name, "")) for name in FOLLOW_UP_UPDATE.needs_any)
    return late_correction(talk.world, talk.memory, alone) if is_in_it else None


def _other_count(talk: Talk, heard: Understanding) -> Reply | None:
    """「宏泰的量改成220具」, of somebody of whom a note tells of 200具: that note with the other number."""
    named = next((match.name.name for match in heard.names if match.sure == 1), None)
    text = heard.text.strip(" 。.!！")
    said = next(filter(None, (way.search(text) for way in each_way("number_now"))), None)
    if any(talk.world.focus.get(kind) is not None for kind in PAPERS):
        return None  # what is sold is counted on a paper
    if said is None or named is None or any(value.is_time or value.kind == "money" for value in heard.values):
        return None
    company = _company_of(talk.world, named)
    notes = (note_values(talk.world, number) for number in (_own_notes(talk.world, company) if company else ()))
    found = next(((note, other) for note in notes if (other := other_number(said["new"], note))), None)
    if found is None:
        return None
    note, other = found
    changed = {name: str(note[name]).replace(*other) for name in TEXTS if other[0] in str(note.get(name, ""))}
    bare = replace(heard, slots={}, values=())
    return begin(talk.world, talk.memory, FOLLOW_UP_UPDATE, bare, given={**note, **changed})


def note_pointed_at(talk: Talk, heard: Understanding) -> Reply | None:
    """「刚才仁爱那条不是微信，是打的电话」, "the call with Megan was on Friday": what is put right, of that note. It
    comes before the questions for a fact, for which 「……的电话」 is one."""
    world, text = talk.world, heard.text.strip()
    found = next(filter(None, (way.match(text) for way in _pointers())), None) if "follow_up" in world.focus else None
    if found is None:
        return None
    said = world.understand(found["rest"])
    if said.correction is None:
        said = world.understand(world.words.say("follow_up_update.put_right", said=found["rest"]))
    who = found["who"].strip()
    named = spoken_of(world, "customer") if is_pronoun(who.casefold(), heard.lang) else _company_of(world, who)
    number = _note_meant(world, named) if named is not None and said.correction is not None else None
    if number is None or named is None:
        return None
    world.focus |= {"follow_up": number, "customer": named["id"], "last": "follow_up"}
    return late_correction(world, talk.memory, said)


def _company_of(world: World, name: str) -> "dict[str, Any] | None":
    """The one customer of a name, or that of the one person; a near one will do, since the card is shown."""
    customers = world.find("customer", name, {}).matches
    if len(customers) == 1:
        return {"id": customers[0].id}
    people = world.find("contact", name, {}).matches if not customers else ()
    person = world.session.get(records.Contact, people[0].id) if len(people) == 1 else None
    return {"id": person.customer_id} if person is not None and person.customer_id is not None else None


def _renamed(talk: Talk, heard: Understanding) -> Reply | None:
    """「他们公司改名了，叫……」: of the customer that the talk is about; a deal that was just spoken of is meant itself,
    unless a customer is said to be."""
    customer, words = spoken_of(talk.world, "customer"), talk.world.words
    is_deal = talk.world.focus.get("last") == "opportunity" and not any(
        label in heard.text.casefold() for label in words.words("customer.called")
    )
    if customer is None or is_deal or heard.names or heard.correction is None:
        return None
    given = {"customer": customer, "new_name": heard.correction.new}
    return begin(talk.world, talk.memory, FLOWS["customer_update"], replace(heard, slots={}, values=()), given=given)


def _is_of_who_is_not_on_the_card(talk: Talk, heard: Understanding) -> bool:
    """「于会计说改到后天」, with a reminder of theirs just spoken of, beside the card of another customer?"""
    whose = talk.opened[1].values.get("customer") if talk.opened is not None else None
    is_other = isinstance(whose, dict) and whose.get("id") != talk.world.focus.get("customer")
    is_named = bool(heard.names) and "reminder" in talk.world.focus
    return is_other and is_named and _names_nobody_else(talk.world, heard)


def _names_nobody_else(world: World, heard: Understanding) -> bool:
    """Is nothing named but times, and people of the customer spoken of: 「刘总说改到大后天」?"""
    customer = spoken_of(world, "customer")

    def is_theirs(name: str) -> bool:
        return customer is not None and bool(world.find("contact", name, {"customer": customer}).matches)

    if not all(match.name.kind == "contact" and is_theirs(match.name.name) for match in heard.names):
        return False
    return {name for name, slot in heard.slots.items() if slot.sure > HARDLY} - _BESIDE <= _TIMES


def other_person(talk: Talk, heard: Understanding) -> Reply | None:
    """With whom it was, of the note that was spoken of: "it was Beth, not Quentin". Who is named must be known at that
    customer, or take the place of who stands there."""
    world, number = talk.world, talk.world.focus.get("follow_up")
    if number is None or any(value.is_time for value in heard.values):
        return None
    found = next(filter(None, (way.fullmatch(heard.text.strip()) for way in _persons())), None)
    if found is None:
        return None
    note = note_values(world, int(number))
    said = {name.rstrip("2"): name_said for name, name_said in found.groupdict().items() if name_said}
    said["new"] = person_in(said["new"], world)
    people = world.find("contact", said["new"], {"customer": note["customer"]})
    one = people.matches[0] if len(people.matches) == 1 else None
    before = present(note, world).get("contact", {"name": ""})["name"].casefold()
    if one is None and not (said.get("old") and said["old"].casefold() in before):
        return None
    person = {"id": one.id, "name": one.name} if one is not None else {"new": said["new"]}
    return begin(
        world, talk.memory, FOLLOW_UP_UPDATE, replace(heard, slots={}, values=()), given={**note, "contact": person}
    )


def day_alone(talk: Talk, heard: Understanding) -> Reply | None:
    """「下周三」, right after a note or a deal was saved: of what is one to be reminded then?"""
    time = heard.values[0] if len(heard.values) == 1 and heard.values[0].future is not None else None
    is_day = time is not None and time.kind in ("date", "datetime") and time.grain != Grain.DAY_PART  # "morning" greets
    is_all = is_day and time is not None and time.text == heard.text.strip(" 。.!！")
    customer = spoken_of(talk.world, "customer") if talk.world.focus.get("last") in _LEADS_ON else None
    if time is None or not is_all or customer is None or "asked" in talk.world.focus:
        return None
    opened = talk.world.understand(talk.world.words.say("reminder.lead_in") + heard.text)
    slots = {name: slot for name, slot in opened.slots.items() if name == "remind_at"}
    return begin(talk.world, talk.memory, FLOWS["reminder"], replace(opened, slots=slots), given={"customer": customer})


def _is_of_paper(talk: Talk, heard: Understanding) -> bool:
    """ "actually it was 19k", right after a payment or another paper was saved: of that, rather than of a note."""
    correction = heard.correction
    if talk.opened is not None or correction is None or correction.field not in (None, "amount"):
        return False
    is_figure = any(value.money or value.number is not None for value in talk.world.values_in(correction.new))
    return is_figure and not heard.names and talk.world.focus.get("last") in (*PAPERS, "payment")


@cache
def _persons() -> tuple[re.Pattern[str], ...]:
    """The ways to say with whom it was: ``new`` is who it was, ``old`` who it was not."""
    return tuple(re.compile(way, re.IGNORECASE) for way in ways("note_person"))


@cache
def _pointers() -> tuple[re.Pattern[str], ...]:
    """The ways to say of whose note something is put right: ``who``, and what, the ``rest``."""
    return tuple(re.compile(way, re.IGNORECASE) for way in ways("note_pointed_at"))


@cache
def _additions() -> tuple[re.Pattern[str], ...]:
    """The ways to add: what is added is the group ``more``, the word for the note, where there is one, ``note``."""
    return tuple(re.compile(way, re.IGNORECASE | re.DOTALL) for way in ways("adds_to_note"))


def _note_meant(world: World, customer: "dict[str, Any] | None") -> int | None:
    """The note that was spoken of; else the person's newest one, of the customer where one is named."""
    spoken = world.focus.get("follow_up")
    if spoken is not None and customer is None:
        return int(spoken)
    return next(iter(_own_notes(world, customer)), None)


def _own_notes(world: World, customer: "dict[str, Any] | None") -> list[int]:
    """The person's notes, of the customer where one is given, the newest first."""
    cls = records.FollowUp
    mine = (visible(world.actor, world.crm, cls, "edit"), cls.created_by_id == world.actor.user_id)
    query = select(cls.id).where(*mine, *([cls.customer_id == customer["id"]] if customer else []))
    return list(world.session.scalars(query.order_by(cls.id.desc()).limit(MANY)))
