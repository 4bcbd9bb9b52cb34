"""Facts about a whole message that the intent is weighed by."""

from nlu.chunks import given_names
from nlu.company_like import is_company_like
from nlu.happenings import change_marks, creation_marks, service_marks, visit_marks
from nlu.lexicon import Cue
from nlu.message import Message
from nlu.patterns import pattern
from nlu.questions import speech_marks
from nlu.scene import Scene

__all__ = ["marks"]

# Dear Ms Lin, …; We'd like to go ahead: what opens so is no card, though a signature ends it.
_LETTER = pattern(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon))\b[^\n]{0,30}[,\n]"
    r"|[^\n]*\bfrom:? [^\n<]{2,40}<[^\n>]*@"
    r"|[^\n]*\b(?:we(?:'re|'d|'ll)?|i(?:'m|'d|'ll|'ve| am| have| would| need| want| will| met| saw| had))\b"
)
_SPLIT_CARD = pattern(r"[\n|｜]| / |(?<=\S)\s{2,}")


def marks(s: Scene) -> frozenset[str]:
    """All cue kinds of the message and the marks."""
    m = s.m
    found = set(m.kinds)
    _what_is_there(m, found)
    if "party" not in found and any(_party_like(m.text[c.start : c.end]) for c in s.chunks):
        found.add("party")
    service_marks(m, found)
    speech_marks(m, found)
    if _is_card(m):
        found.add("card")
    creation_marks(m, found)
    visit_marks(s, found)
    change_marks(m, found)
    if {"subject", "said"} <= found:
        found.discard("talk")
    return frozenset(found)


def _party_like(text: str) -> bool:
    return is_company_like(text.lower()) or text.split()[0].lower() in given_names()


_NUMBERED = {
    "invoice": pattern(r"invoice|发票"),
    "contract": pattern(r"contract|合同"),
    "order": pattern(r"order|订单"),
}


def _what_is_there(m: Message, found: set[str]) -> None:
    found.update(f"{e.kind}" for e in m.entities)
    if any(n.name.kind != "user" for n in m.names) or m.has("company.known"):
        found.add("name")
    if m.people or "name" in found:
        found.add("party")
    if m.amounts():
        found.add("money")
    if "money" in found or any(v.kind == "number" and v.unit for v in m.values):
        found.add("goods")
    for name, shape in _NUMBERED.items():
        if f"object.{name}_number" in found and shape.search(m.low):
            found.add(f"object.{name}")
    times = m.times()
    if times:
        found.add("time")
    if _THIS_PERIOD.search(m.low):
        found.add("period")
    if any(
        v.kind == "range" or (v.grain and v.grain in ("week", "month", "quarter", "half", "year", "day")) for v in times
    ):
        found.add("period")
    if len(m.low.strip()) <= 14 or (m.lang == "en" and m.low.count(" ") <= 6):
        found.add("short")
    if m.has("channel.visit", "channel.call", "channel.email", "channel.meeting", "channel.chat"):
        found.add("channel")
    if any(_is_stage(m, c) for c in m.section("stage")):
        found.add("stage_cue")
    if _TERMS.search(m.low):
        found.add("payment_terms")
    states = {cue.kind for cue in m.section("order_status")}
    if states - {"order_status.placed"}:
        found.add("order_status")
    elif states and found & {"goods", "code"}:
        found.add("placed")
    if "request_status" in m.sections:
        found.add("request_status")


_TERMS = pattern(
    r"预付|首付|定金|货到付款|月结|账期|尾款|质保金?|付款方式|upfront|deposit|net ?\d\d|on delivery|payment"
)
_THIS_PERIOD = pattern(r"\bthe (?:month|quarter|year|week)\b")
_AT_STAGE = pattern(r"(?:\bat|\bin|\binto|\bto|stage|phase|=|:)\s*(?:the )?$")


def _is_stage(m: Message, cue: Cue) -> bool:
    """ "proposal" and "negotiation" are plain words of English too; there a stage stands behind "at", "in" or "to"."""
    word = m.low[cue.start : cue.end]
    if word not in (
        "proposal",
        "negotiation",
        "negotiations",
        "discovery",
        "quotation",
        "signed",
        "dead",
        "win",
        "lost to",
    ):
        return True
    if word in ("signed", "dead", "win", "lost to"):
        return word == "signed" and not m.has("log.met")
    behind = m.low[cue.end : cue.end + 7]
    return (
        _AT_STAGE.search(m.low[: cue.start]) is not None
        or behind.lstrip().startswith(("stage", "phase"))
        or not m.has("log.met", "log.weak")
    )


# 对方意见：…, 下次联系：…: a form of a visit
_NOTE_LABEL = pattern(
    r"(?:意见|反馈|内容|事由|进展|情况|结果|下次[^\n:|]{0,4}|下一步[^\n:|]{0,4}|(?:拜访|跟进|沟通)[^\n:|]{0,4})\s?[:|]"
)


def _is_card(m: Message) -> bool:
    """Lines of a business card, a signature or a vCard: contact data without a sentence or a letter before it."""
    if "begin:vcard" in m.low:
        return True
    if not any(e.kind in ("phone", "email") for e in m.entities):
        return False
    if m.lang == "en" and _LETTER.match(m.low):
        return False
    lines = [piece for piece in _SPLIT_CARD.split(m.text) if piece.strip()]
    return len(lines) >= 3 and not m.has("log.met") and not _NOTE_LABEL.search(m.low)
