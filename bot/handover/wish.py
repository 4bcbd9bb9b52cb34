"""What a message wants handed over: by the names in it, the words beside them, and what is left over.

「把张三在上海的客户移交给李四」: two colleagues, of whom 李四 stands behind 给; 「客户」 is a thing to hand over, and
「上海」, which is left, says which. Without a colleague who gives, it is customers or deals by their names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.colleagues import colleagues_in
from bot.world import World
from config.catalog import Catalog
from nlu.folding import fold
from nlu.types import NameMatch, Understanding
from storage import records

Span = tuple[int, int]
REACH = 20  # characters beside a name that tell whether its bearer takes


@dataclass(frozen=True, slots=True)
class Wish:
    """Who gives (None: whoever holds it) and who takes, by their ids; ``which`` part, in words, or what by its name."""

    giver: int | None
    taker: int
    which: str = ""
    customers: tuple[int, ...] = ()
    deals: tuple[int, ...] = ()


def wish_of(world: World, heard: Understanding) -> Wish | None:
    """None for a message about something else."""
    words, text = world.words, fold(heard.text)
    if not words.phrases("handover.verbs").search(text):
        return None
    people = _people(world, heard, text)
    takers = [person for person in people if _takes(words, text, person[0])]
    # "give Ann's accounts to Bob": whose they are is who takes only where nobody else is.
    taker = min(takers, key=lambda person: _is_owner(words, text, person[0]), default=None)
    givers = [person for person in people if taker is not None and person[1] != taker[1]]
    if taker is None or len(givers) > 1:
        return None
    things = [match for match in heard.names if match.sure == 1 and match.name.kind in ("customer", "opportunity")]
    if not givers and not things:
        return None
    if givers and not words.phrases("handover.things").search(text):
        return None
    spans = [span for span, _key in people] + [(match.start, match.end) for match in things]
    left = _left(words, heard.text, text, spans)
    if not givers and left:
        return None  # 「把蓝海物流的冷柜报警转给王芳」 is about the request
    named = {kind: tuple(_keys(things, kind)) for kind in ("customer", "opportunity")}
    return Wish(givers[0][1] if givers else None, taker[1], left, named["customer"], named["opportunity"])


def shared_out(world: World, text: str) -> list[str]:
    """ "I'll take Acme, Maria does Brunel": what changes hands, "Maria takes over Brunel"; whoever has a customer
    already keeps them. [] for a message that shares nothing out."""
    jobs = [world.words.pattern("handover.job").fullmatch(part) for part in _parts(world.words, text)]
    found = [job for job in jobs if job is not None]
    least = 1 if world.words.pattern("handover.from_now").search(text) else 2
    if len(jobs) < least or len(found) < len(jobs):
        return []
    told = [{name.rstrip("23"): said for name, said in job.groupdict().items() if said} for job in found]
    people = [_key_of(world, job["who"]) for job in told]
    customers = [world.find("customer", job["what"], {}) for job in told]
    if (
        None in people
        or (least > 1 and world.actor.user_id not in people)
        or not all(one.is_sure and one.matches for one in customers)
    ):
        return []
    wishes = []
    for person, customer in zip(people, customers, strict=True):
        record = world.session.get(records.Customer, customer.matches[0].id)
        user = world.session.get(records.User, person)
        if record is not None and user is not None and record.owner_id != person:
            wishes.append(world.words.say("handover.takes", who=user.name, what=record.name))
    return wishes


def _parts(words: Catalog, text: str) -> list[str]:
    return [part.strip() for part in words.pattern("handover.between").split(text) if part and part.strip()]


def _key_of(world: World, said: str) -> int | None:
    """Who it is by a name, or the speaker."""
    if said.casefold() in world.words.words("handover.myself"):
        return world.actor.user_id
    found = world.find("user", said, {})
    return found.matches[0].id if len(found.matches) == 1 else None


def _keys(things: Iterable[NameMatch], kind: str) -> Iterable[int]:
    return dict.fromkeys(int(match.name.key) for match in things if match.name.kind == kind)


def _people(world: World, heard: Understanding, text: str) -> list[tuple[Span, int]]:
    """The colleagues that a message names, with the speaker, in the order in which they stand there."""
    matches = [match for match in heard.names if match.name.kind == "user" and match.sure == 1]
    people = [((match.start, match.end), int(match.name.key)) for match in matches]
    known = {key for _span, key in people}
    by_first_name = colleagues_in(world.tx, world.actor, world.crm, heard.text)
    people += [((one.start, one.end), one.id) for one in by_first_name if one.kind == "user" and one.id not in known]
    for pattern in world.words.words("handover.me"):
        people += [(found.span(), world.actor.user_id) for found in re.finditer(pattern, text)]
    return sorted(people)


def _takes(words: Catalog, text: str, span: Span) -> bool:
    """Does somebody stand where who takes stands? 「给李四」, 「李四接手」, "to Bob", "Bob takes over"."""
    before, after = text[max(0, span[0] - REACH) : span[0]].rstrip(), text[span[1] : span[1] + REACH].lstrip()
    is_after = any(_ends(before, word) for word in words.words("handover.taker_after"))
    return is_after or any(after.startswith(word) for word in words.words("handover.taker_before"))


def _is_owner(words: Catalog, text: str, span: Span) -> bool:
    return text[span[1] :].lstrip().startswith(words.words("handover.owner_before"))


def _ends(text: str, word: str) -> bool:
    """Does the text end with the word? One of letters only as a whole."""
    return text.endswith(word) and not (word.isalpha() and word.isascii() and text[: -len(word)][-1:].isalpha())


def _left(words: Catalog, said: str, text: str, spans: Iterable[Span]) -> str:
    """What a message holds beside names, verbs, things and words without weight; ``text`` is ``said``, folded."""
    rest = text
    for start, end in spans:
        rest = f"{rest[:start]}{' ' * (end - start)}{rest[end:]}"
    for name in ("things", "verbs", "fillers"):
        rest = words.phrases(f"handover.{name}").sub(lambda found: " " * len(found.group()), rest)
    kept = (letter if folded.isalnum() else " " for letter, folded in zip(said, rest, strict=True))
    return " ".join("".join(kept).split())
