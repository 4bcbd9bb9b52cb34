"""Business cards, signatures and vCards (RFC 2426, RFC 6350): line by line, by what each line looks like."""

import re
from typing import NamedTuple

from nlu.company_like import is_company_like
from nlu.patterns import pattern
from nlu.person_like import person_at
from nlu.phones import phone_key
from nlu.profile import fill_address, fill_contact_data
from nlu.scene import Scene

__all__ = ["Card", "fill_card", "read_vcards"]

_HEADS = pattern(r"(?:head|director|vp|chief|manager|president|dean|professor) of \w", re.I)
# PH7 3AA, TX 78701; Industriestr. 22, 70565 Stuttgart, 12 rue des Lilas, 69003 Lyon
_POSTCODE = pattern(
    r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|,? [A-Z]{2} \d{5}(?:-\d{4})?\b"
    r"|\w.*\d.*, ?(?:[A-Z]{1,2}-|\d\d-)?\d{3,5}(?: \d\d)?(?: ?[A-Z]{2})? [A-ZÀ-Þ]\w+"
)
_DATA = pattern(r"\d{6,}|@")
_VCARD = pattern(r"(?is)begin:vcard(.*?)(?:end:vcard|\Z)")
_FOLDED = pattern(r"\r?\n[ \t]")

_PIECE = pattern(r"(?:[^\n|｜·•/]|(?<! )/|/(?! ))+")
_POSITION = pattern(
    r"经理|总监|主管|主任|部长|处长|科长|工程师|总裁|董事|专员|助理|顾问|代表|总工|厂长|院长|校长|"
    r"店长|负责人|创始人|合伙人|\b(?:manager|director|engineer|officer|president|lead|head|[aes]?vp|[ad]gm|ceo|cto|"
    r"cfo|coo|cmo|buyer|consultant|analyst|specialist|coordinator|supervisor|partner|founder|"
    r"executive|representative|architect|sales|procurement|purchasing|owner|einkäufer(?:in)?|geschäftsführer(?:in)?|"
    r"vertrieb|gerente|directeur|directrice|directora?|acheteu(?:r|se)|responsab(?:le|ile)|dyrektor|kierownik|inkoper|jefe|jefa)\b|leiter(?:in)?\b|\w{3}chef\b",
    re.I,
)
_LEGAL = pattern(r"[\w.] (?:AB|AS|ASA|A/S|AG|KG|SA|SAS|SL|SE)\.?$")  # Lindahl Trä AB: in capitals, on a line of its own
_DEPARTMENT = pattern(
    r"^(?:r&d|it|hr|purchasing|procurement|sales|marketing|engineering|finance|logistics|operations|"
    r"quality|einkauf)$|(?:部|科|处|中心|事业部)$|\b(?:department|dept|division)\b",
    re.I,
)
_ADDRESS = pattern(
    r"(?:省|市|区|县|路|街|道|号|楼|室|大厦|园区).*(?:号|楼|室|栋|座|层|园|大厦|路|区)|\d+ "
    r"[\w .'-]+(?:street|st|road|rd|avenue|ave|lane|drive|blvd|way|place|court|square|floor|suite)\b",
    re.I,
)
_LABEL = pattern(
    r"\s*(?:姓名|公司|单位|职位|职务|部门|地址|add(?:ress)?|name|company|title|position|dept|"
    r"department|a|org|organisation|organization)\s*[:：.]\s*",
    re.I,
)


_INTRO = pattern(r"[^:：\n]*(?:名片|客户|card|contact|lead|customer)[^:：\n]{0,12}[:：]\s*(?=\S)", re.I)


class Card(NamedTuple):
    """One person's card; empty strings where it says nothing. ``phones`` are E.164 where they are valid."""

    name: str = ""
    company: str = ""
    position: str = ""
    department: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    address: str = ""


def fill_card(s: Scene) -> None:
    """The slots of create_customer from a card; nothing for a plain sentence."""
    if "begin:vcard" in s.m.low:
        _fill_vcard(s)
    elif "card" in s.marks:
        _fill_lines(s)


def _fill_vcard(s: Scene) -> None:
    cards = read_vcards(s.m.text)
    if not cards:
        return
    card, end = cards[0], len(s.m.text)
    person = card.name if card.company else ""
    for slot, value in (
        ("customer", card.company or card.name),
        ("contact", person),
        ("position", card.position),
        ("department", card.department),
        ("phone", next(iter(card.phones), "")),
        ("email", next(iter(card.emails), "")),
        ("address", card.address),
    ):
        at = s.m.text.find(value) if value else -1
        s.put(slot, value, max(at, 0), at + len(value) if at >= 0 else end, why="vCard")


def _fill_lines(s: Scene) -> None:
    fill_contact_data(s)
    rest: list[tuple[int, int]] = []
    for match in _PIECE.finditer(s.m.text):
        start, end = match.span()
        label = _LABEL.match(s.m.text, start, end) or _INTRO.match(s.m.text, start, end)
        start = label.end() if label else start
        piece = s.m.text[start:end].strip(" \t[]【】,，:：")
        start = s.m.text.find(piece, start) if piece else start
        is_told = len(piece) < 2 or s.is_used(start, start + len(piece)) or _DATA.search(piece)
        if is_told or _CLOSING.fullmatch(piece):
            continue
        if not _sort_piece(s, piece, start):
            rest.append((start, start + len(piece)))
    _sort_rest(s, rest)
    if "address" not in s.slots:
        fill_address(s)


def _sort_piece(s: Scene, piece: str, start: int) -> bool:
    """Gives a line to its slot; False when nothing tells what it is."""
    end = start + len(piece)
    known = {n.name.kind for n in s.m.names if start <= n.start and n.end <= end}
    if (_ADDRESS.search(piece) or _POSTCODE.search(piece)) and len(piece) >= 8:
        s.put_text("address", start, end, why="a line like an address")
    elif _DEPARTMENT.search(piece) and len(piece) <= 14 and not _POSITION.search(piece):
        s.put_text("department", start, end, why="a line like a department")
    elif _HEADS.match(piece) or (_POSITION.search(piece) and not is_company_like(piece.lower())):
        _position_line(s, piece, start)
    elif is_company_like(piece.lower()) or _LEGAL.search(piece) or "customer" in known:
        s.put_text("customer", start, end, why="a line like a company")
    elif person_at(piece):
        s.put_text("contact", start, end, why="a line like a name")
    else:
        return bool(_NOISE.search(piece))
    return True


_CLOSING = pattern(
    r"(?:(?:all the |with |my )?(?:best|kind|warm(?:est)?|many)(?: regards| wishes| thanks)?|"
    r"(?:yours )?sincerely(?: yours)?|"
    r"yours (?:truly|faithfully)|cheers|br|rgds|此致|敬礼|顺颂商祺|祝好|谢谢)[,.!，。！]*",
    re.I,
)
_NOISE = pattern(r"名片|客户|card|contact|signature|regards|thanks|www\.|http|sent from|发自", re.I)


def _sort_rest(s: Scene, rest: list[tuple[int, int]]) -> None:
    """Lines that look like nothing: a short one is the person, another the company."""
    for start, end in rest:
        words = s.m.text[start:end].split()
        short = 2 <= end - start <= 4 if s.m.text[start] > "\u2e7f" else 2 <= len(words) <= 3
        if "contact" not in s.slots and short and ("customer" in s.slots or len(rest) > 1):
            s.put_text("contact", start, end, sure=0.6, why="a line of its own")
        else:
            s.put_text("customer", start, end, sure=0.5, why="a line of its own")


def _position_line(s: Scene, piece: str, start: int) -> None:
    """「崔颖 高级经理」: a name before the position; "Senior Buyer, Purchasing": a department behind it."""
    words = _GAP.split(piece, maxsplit=1)
    if len(words) == 2 and person_at(words[0]):
        s.put_text("contact", start, start + len(words[0]), why="name before a position")
        start = start + len(piece) - len(words[1])
        piece = words[1]
    elif len(words) == 2 and person_at(words[1]) and not _POSITION.search(words[1]):  # 售后总监 覃朗
        s.put_text("contact", start + len(piece) - len(words[1]), start + len(piece), why="name behind a position")
        piece = words[0]
    head, comma, _ = piece.partition(",")
    if comma and _POSITION.search(head):
        behind = s.m.text[start + len(head) + 1 : start + len(piece)]
        is_firm = is_company_like(behind.strip().lower()) or _LEGAL.search(behind)
        slot = "customer" if is_firm else "department"  # "Head of Facilities, Liffey Estates Ltd"
        s.put_text(slot, start + len(head) + 1, start + len(piece), sure=0.7, why="behind a position")
        piece = head
    s.put_text("position", start, start + len(piece), why="a line like a position")


_GAP = pattern(r"[\s,，]+")


# -- vCard


def read_vcards(text: str) -> list[Card]:
    """Every card of a text, versions 2.1 to 4.0; folded lines are joined, escapes undone."""
    plain = _FOLDED.sub("", text)
    cards = []
    for block in _VCARD.findall(plain)[:200]:
        cards.append(_card(block))
    return cards


def _card(block: str) -> Card:
    fields: dict[str, list[str]] = {}
    for line in block.splitlines():
        head, colon, value = line.partition(":")
        if colon and value.strip():
            key = head.split(";")[0].split(".")[-1].strip().upper()
            if key == "TEL" and "FAX" in head.upper():
                continue
            fields.setdefault(key, []).append(_plain(value.strip()))
    one = {key: values[0] for key, values in fields.items()}
    organisation = [part.strip() for part in one.get("ORG", "").split(";") if part.strip()]
    name = one.get("FN") or " ".join(part for part in reversed(one.get("N", "").split(";")[:2]) if part)
    phones = [tel.removeprefix("tel:") for tel in fields.get("TEL", ())]
    return Card(
        name=name,
        company=organisation[0] if organisation else "",
        position=one.get("TITLE", one.get("ROLE", "")),
        department=organisation[1] if len(organisation) > 1 else "",
        phones=tuple(phone_key(tel) or tel for tel in phones),
        emails=tuple(fields.get("EMAIL", ())),
        address=_address(one.get("ADR", "")),
    )


def _address(value: str) -> str:
    parts = [part.strip() for part in value.split(";") if part.strip()]
    han = any("\u4e00" <= char <= "\u9fff" for char in value)
    return "".join(parts) if han else ", ".join(parts)


def _plain(value: str) -> str:
    return value.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
