"""An e-mail that somebody pastes, as they would tell of it: without its head, its greeting and its good-byes."""

import re
from dataclasses import dataclass, field
from functools import cache

from config.catalog import catalog
from config.phrasing import phrasing

MAX_SIGNATURE = 8  # lines below the good-bye


@dataclass(slots=True)
class _Mail:
    """``who`` wrote it, ``sent`` when, from which ``address``, by its head; the ``signature`` ends it."""

    who: str = ""
    sent: str = ""
    address: str = ""
    body: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)


def as_told_of(text: str) -> str | None:
    """The mail as a note; None where the message is none: it has neither a head nor a greeting and a good-bye."""
    if "\n" not in text.strip():
        return None
    mail = _read([line.strip() for line in text.splitlines() if line.strip()])
    if mail is None:
        return None
    words = catalog("en")
    sent = words.say("follow_up.mail.sent", day=mail.sent) if mail.sent else words.say("follow_up.mail.today")
    said = words.say("follow_up.mail.told", who=mail.who, sent=sent, body=_theirs(" ".join(mail.body)))
    is_new = mail.address and not any(mail.address in line for line in mail.signature)
    return "\n".join([said, *mail.signature, *([mail.address] if is_new else [])])


def _theirs(body: str) -> str:
    """What they write of themselves, and ask of us, as we tell of it: "their budget is 20k, I'm to send a quote"."""
    known = _other_person()
    said = re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})(?![\w'’])", re.IGNORECASE)
    return said.sub(lambda found: known[found.group().lower().replace("’", "'")], body.replace("’", "'"))


@cache
def _other_person() -> dict[str, str]:
    pairs = (pair.partition(">") for pair in catalog("en").words("follow_up.mail.other_person"))
    return {ours: theirs for ours, _mark, theirs in sorted(pairs, key=lambda pair: -len(pair[0]))}


def _told(line: str) -> str:
    """What a line of the signature says of who wrote it, without what they are, the street and the device."""
    beside = ("mail.not_told", "mail.position")
    if phrasing("mail.not_told").fullmatch(line):
        return ""
    pieces = (piece.strip() for piece in phrasing("mail.apart").split(line))
    kept = (piece for piece in pieces if not any(phrasing(one).fullmatch(piece) for one in beside))
    parts = (part.strip() for piece in kept for part in phrasing("mail.between").split(piece))
    return " | ".join(part for part in parts if part and not any(phrasing(one).fullmatch(part) for one in beside))


def _read(lines: list[str]) -> _Mail | None:
    mail, has_head, is_greeted, is_signed = _Mail(), False, False, False
    for line in lines:
        head = phrasing("mail.head").match(line) if not mail.body else None
        if head is not None:
            has_head = True
            mail.who = phrasing("mail.address").sub("", head["who"]).strip(" \"'") if head["who"] else mail.who
            mail.sent = head["sent"] or mail.sent
            address = phrasing("mail.address").search(head["who"] or "")
            mail.address = address.group().strip("<>()[]") if address else mail.address
            continue
        greeting = phrasing("mail.greeting").match(line) if not mail.body else None
        if greeting is not None:
            is_greeted = True
            line = line[greeting.end() :].strip()
        if mail.body and not is_signed and phrasing("mail.goodbye").fullmatch(line):
            is_signed = True
        elif is_signed or (mail.body and phrasing("mail.not_told").fullmatch(line)):
            mail.signature += [told] if (told := _told(line)) else []
        elif line:
            mail.body.append(line)
    mail.who = mail.who or (phrasing("mail.behind_name").split(mail.signature[0])[0] if mail.signature else "")
    is_mail = (has_head or is_greeted) and mail.body and mail.who and (is_signed or has_head)
    return mail if is_mail and len(mail.signature) <= MAX_SIGNATURE else None
