"""What is corrected after it was saved: 「不对，是80万」, "not three months, six months"."""

import re
from contextlib import suppress
from dataclasses import replace

from bot.dialogs import amend, engine
from bot.dialogs.model import Flow, Values
from bot.dialogs.reply import Reply
from bot.dialogs.state import EDIT, State
from bot.dialogs.values import Amount
from bot.errors import NotFound
from bot.flows.focus import deal_spoken_of
from bot.flows.follow_up_update import FOLLOW_UP_UPDATE, note_values
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.flows.registry import FLOWS
from bot.listening.commands import COMMANDS
from bot.listening.dialogs import begin, begun, wait, with_open_question
from bot.listening.respelt import other_name, respelt
from bot.reminders.words import moved_to
from bot.rules.pronouns import spoken_of
from bot.rules.reminders import next_about
from bot.talk.memory import Memory
from bot.world import World
from config.phrasing import any_way, each_way, phrasing
from nlu.folding import fold
from nlu.types import Correction, Understanding
from storage import records

WHO = ("customer", "contact")  # whom a note is about
MIN_THING = 3  # letters that name a thing, and no unit of an amount
_COUNT = re.compile(  # 2 machines; no hour, day or per cent
    r"(?<![\w.,:/-])\d{1,4}(?= (?!(?:am|pm|o'clock)\b)[a-z]|\s?[\u4e00-\u9fff])(?!\s?[点号月日年周天楼期%])",
    re.IGNORECASE,
)
MIN_WORDS = 1  # letters beside a number that tell what it counts


def late_correction(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """The reminder moved, or how they were in touch, also beside another card; or the card of a change to the deal that
    was spoken of or to the note; None where it fits nothing."""
    if not world.focus:
        return None
    party = (respelt(world, memory, heard) or _of_party(world, memory, heard)) if not memory.dialogs else None
    if party is not None:
        return party
    reminder = world.focus.get("reminder") or _planned(world, heard)
    has_how = is_how(world, heard)
    heard = of_party(world, heard)
    is_about = _is_behind(world, heard) or (heard.correction is not None and heard.correction.field in WHO)
    is_note = has_how or (world.focus.get("last") == "follow_up" and is_about)
    is_count = not is_note and _is_count(world, heard)
    if reminder is not None and heard.correction is not None and not (is_note or is_count):
        put_off = moved_to(world, heard.correction.new, reminder)
        if put_off is not None:
            return with_open_question(world, memory, COMMANDS["reminder"](world, memory, put_off))
    is_plain = heard.correction is not None and bool(heard.correction.old or heard.correction.field)
    if memory.dialogs and not (has_how or is_plain or is_of_deal(world, memory, heard)):
        return None  # beside another card only what says of itself what was wrong
    is_not_its = is_note or is_count or _is_number_of_somebody(world, heard) or _counts_something(heard)
    deal = deal_spoken_of(world) if not is_not_its else {}
    late = _corrected(world, memory, OPPORTUNITY_UPDATE, deal, heard) if deal else None
    if late is not None:
        _note_retold(world, memory, heard)
    late = late or (other_name(world, memory, heard) if not memory.dialogs else None)
    if late is not None or heard.correction is None or "follow_up" not in world.focus:
        return late
    with suppress(NotFound):
        note = note_values(world, world.focus["follow_up"])
        told = heard.correction
        if is_note:
            # "yesterday" may stand in its words, too
            plain = replace(told, old=None, field="channel" if has_how else told.field)
            changed = _corrected(world, memory, FOLLOW_UP_UPDATE, note, replace(heard, correction=plain))
            if changed is not None or not told.old:
                return changed
        other = (told.old, told.new) if told.old else other_number(told.new, note)
        if other is None:
            return None
        old, new = other
        heard = replace(heard, correction=replace(told, old=old, new=new))
        if any(old in note.get(name, "") for name in FOLLOW_UP_UPDATE.needs_any):
            return _corrected(world, memory, FOLLOW_UP_UPDATE, note, heard)
    return None


def _note_retold(world: World, memory: Memory, heard: Understanding) -> None:
    """The note in which the deal's amount stands, too, waits beneath the card of the deal, with the other amount."""
    amount = next((value for value in heard.values if value.money), None)
    deal = world.session.get(records.Opportunity, world.focus.get("opportunity", 0)) if amount else None
    if amount is None or deal is None or deal.amount is None or "follow_up" not in world.focus:
        return
    with suppress(NotFound):
        note = note_values(world, world.focus["follow_up"])
        for name in FOLLOW_UP_UPDATE.needs_any:
            text = str(note.get(name, ""))
            told = [value for value in world.values_in(text) if value.money and value.money.value == deal.amount.value]
            if len(told) == 1:
                again = {name: text[: told[0].start] + amount.text + text[told[0].end :]}
                wait(world, memory, FOLLOW_UP_UPDATE, replace(heard, slots={}, values=()), {**note, **again})
                memory.dialogs[-2:] = reversed(memory.dialogs[-2:])
                return


def is_of_deal(world: World, memory: Memory, heard: Understanding) -> bool:
    """「不对，是39万」, right after a deal was saved, while a card waits that tells no amount."""
    if heard.correction is None or world.focus.get("last") != "opportunity" or not memory.dialogs:
        return False
    waits, values = FLOWS[str(memory.dialogs[-1]["flow"])], memory.dialogs[-1].get("values", {})
    takes_amount = waits is OPPORTUNITY_UPDATE or any(field.name in values for field in waits.of_type(Amount))
    return not takes_amount and any(value.money for value in heard.values)


def of_party(world: World, heard: Understanding) -> Understanding:
    """「不是小谭，是小覃」, "that wasn't Osprey, that was Marlowe": of the note just saved, with whom or with whose
    customer it was is corrected, where the old name is theirs."""
    said = heard.correction or _other_name(heard.text.strip())
    if said is None or said.field or not said.old or world.focus.get("last") != "follow_up":
        return heard
    note = world.session.get(records.FollowUp, world.focus["follow_up"])
    if note is None:
        return heard
    for field in reversed(WHO):
        party = getattr(note, field)
        whose = {"customer": {"id": note.customer_id}} if field == "contact" else {}
        if party is not None and any(one.id == party.id for one in world.find(field, said.old, whose).matches):
            return replace(heard, correction=replace(said, field=field))
    return heard


def _other_name(text: str) -> Correction | None:
    """「小谭换成小覃」, taken for a correction."""
    found = next(filter(None, (way.fullmatch(text) for way in each_way("becomes"))), None)
    return Correction(found["old"], found["new"]) if found is not None else None


def _of_party(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """The card of the customer or contact just saved, with another number, address or place: "oops, it's 220 Shore
    Dr"."""
    last = world.focus.get("last")
    if heard.correction is None or last not in ("customer", "contact"):
        return None
    kinds = ("customer", "contact") if last == "contact" else ("customer",)
    given = {kind: spoken for kind in kinds if (spoken := spoken_of(world, kind)) is not None}
    new = world.understand(heard.correction.new)
    ways = {name: slot for name, slot in new.slots.items() if name in ("phone", "email")}
    if ways and given:
        return begin(world, memory, FLOWS["customer_update"], replace(new, slots=ways, values=()), given=given)
    customer = world.session.get(records.Customer, given["customer"]["id"]) if "customer" in given else None
    if customer is not None and (renamed := _renamed(world, customer.name, heard.correction)):
        named = {"customer": given["customer"], **renamed}
        return begin(world, memory, FLOWS["customer_update"], replace(new, slots={}, values=()), given=named)
    address = customer.address or "" if customer is not None else ""
    other = other_number(heard.correction.new, {"content": address})
    if other is None:
        return None
    given = {"customer": given["customer"], "address": address.replace(*other)}
    return begin(world, memory, FLOWS["customer_update"], replace(new, slots={}, values=()), given=given)


def _renamed(world: World, customer: str, said: Correction) -> Values:
    """The name that was put right, the customer's or, once somebody of theirs was spoken of, that person's."""
    name = _other_name_of(customer, said)
    if name is not None:
        return {"new_name": name}
    ref = spoken_of(world, "contact")
    name = _other_name_of(ref["name"], said) if ref is not None else None
    return {"contact": ref, "full_name": name} if name is not None else {}


def _other_name_of(name: str, said: Correction) -> str | None:
    """How a customer is called instead, of whom the first word, or all but one, is said anew: "it should be Oakmere
    Dental Clinic" of Oakmere Dental Centre, "Fran Lawe, not Lowe"; None where it is about something else."""
    old, new = name.casefold().split(), said.new.casefold().split()
    if said.field not in (None, "name") or not new or said.new.casefold() == name.casefold():
        return None
    is_whole = len(new) > 1 and (new[0] == old[0] or len(set(new) & set(old)) >= max(2, len(old) - 1))
    if is_whole:
        return said.new
    return (
        re.sub(re.escape(said.old), said.new, name, flags=re.IGNORECASE)
        if said.old and said.old.casefold() in old
        else None
    )


def _planned(world: World, heard: Understanding) -> int | None:
    """「日期说错了，是九号」: the next reminder about the customer, where a day ahead is said to have been wrong."""
    named = heard.correction.field if heard.correction is not None else None
    if named not in ("occurred_at", "next_follow_up_at", "remind_at") or "customer" not in world.focus:
        return None
    return None if _is_behind(world, heard) else next_about(world, world.focus["customer"])


def is_how(world: World, heard: Understanding) -> bool:
    """「其实是电话」, "it was actually a call": how they were in touch, in the note that was spoken of."""
    if heard.correction is None or "follow_up" not in world.focus:
        return False
    ways = [cue for cue in world.lexicon.scan(fold(heard.correction.new)) if cue.kind.startswith("channel.")]
    return len(ways) == 1 and 2 * (ways[0].end - ways[0].start) >= len(heard.correction.new)


def _is_number_of_somebody(world: World, heard: Understanding) -> bool:
    """「不对，还是4321」, right after somebody's number was saved, is no amount of the deal."""
    is_person = world.focus.get("last") in ("contact", "customer")
    said = heard.correction
    return is_person and said is not None and said.field is None and said.new.strip().isdigit()


def _counts_something(heard: Understanding) -> bool:
    """Is "it was 3 freezers" about a number of things, and no amount of the deal?"""
    told = heard.correction
    if told is None or told.old or any(value.kind == "money" or value.is_time for value in heard.values):
        return False
    letters = sum(letter.isascii() and letter.isalpha() for letter in told.new)
    return letters >= MIN_THING and any(heard.of_kind("number"))


def _is_behind(world: World, heard: Understanding) -> bool:
    """「其实是上周四」, "it was Thursday": a day that has been, and so not when to get in touch again."""
    if heard.correction is None or (heard.correction.old and not _is_day(world, heard.correction.old)):
        return False
    day = next(iter(world.understand(heard.correction.new).of_kind("date", "datetime")), None)
    if day is None or day.past is None or day.past.days.end > world.now.date():
        return False
    is_past_only = day.future is None or day.future.days.end < world.now.date()
    return is_past_only or phrasing("was_so").search(heard.text) is not None


def _is_day(world: World, said: str) -> bool:
    """Is it a day, and nothing else: "today"?"""
    return any(value.is_time and value.end - value.start == len(said) for value in world.understand(said).values)


def other_number(new: str, note: Values) -> tuple[str, str] | None:
    """What a note says with another number, and with that of ``new``: of 「打八折」 it is 「打九折」, "200 gateways" of
    "250 gateways", and "2 blast freezers" of "3 freezers"."""
    if new.strip().isdigit():
        return _only_count(new.strip(), note)
    digits = r"\d[\d,.]*"
    number = digits if re.search(r"\d", new) else rf"(?:{digits}|{any_way('amount_word')})"
    parts = [part.strip() for part in re.split(number, new.strip(), flags=re.IGNORECASE)]
    if len(parts) != 2 or len("".join(parts)) < MIN_WORDS:
        return None
    before, behind = map(re.escape, parts)
    texts = [str(note.get(name, "")) for name in FOLLOW_UP_UPDATE.needs_any]
    for between in ("", r"(?:[a-z-]+ ){1,2}"):
        pattern = re.compile(rf"{before}\s?{number}\s?{between}{behind}", re.IGNORECASE)
        found = {match.group().strip() for text in texts for match in pattern.finditer(text)} - {new}
        if found:
            break
    said = re.search(number, new, re.IGNORECASE)
    if len(found) != 1 or said is None:
        return None
    old = found.pop()
    return old, re.sub(number, lambda _old: said.group(), old, count=1, flags=re.IGNORECASE)


def _is_count(world: World, heard: Understanding) -> bool:
    """Is a number alone, right after a note was saved that plans no hour, what the note counts?"""
    said, number = heard.correction, world.focus.get("follow_up")
    if said is None or not said.new.strip().isdigit() or number is None or world.focus.get("last") != "follow_up":
        return False
    with suppress(NotFound):
        return _only_count(said.new.strip(), note_values(world, number)) is not None
    return False


def _only_count(new: str, note: Values) -> tuple[str, str] | None:
    """The one number of a note that counts something, and the other one: "make that 3", of "wants 2 machines"."""
    texts = [str(note.get(name, "")) for name in FOLLOW_UP_UPDATE.needs_any]
    found = {match.group() for text in texts for match in _COUNT.finditer(text)}
    return (found.pop(), new) if len(found) == 1 else None


def _corrected(world: World, memory: Memory, flow: Flow, known: Values, heard: Understanding) -> Reply | None:
    """The card of a change to what is saved, where the message is one."""
    named = heard.correction.field if heard.correction is not None else None
    if named is not None and not any(named in (field.name, field.slot) for field in flow.fields):
        return None
    state = State(flow.kind, values=dict(known), asking=EDIT)
    if not amend.corrected(flow, state, heard, world):
        return None
    step = engine.advance(flow, state, heard, world)
    if step.state is None or not any(name in step.state.values for name in flow.needs_any):
        return None
    if flow is OPPORTUNITY_UPDATE and not any("opportunity" in known for known in (step.state.values, step.state.open)):
        return None  # there is no deal that could be meant
    return begun(world, memory, flow, engine.press(flow, step.state, {"do": "resume"}, world))
