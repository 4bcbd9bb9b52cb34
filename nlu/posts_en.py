"""What post the person of an English note holds, beside their name: "Pete Marsh |their ops manager|", "Niamh Daly
(|matron|)", "the |shop foreman| Jim", "Linda at Arden, she's the new |buyer|"."""

from nlu.patterns import pattern
from nlu.scene import Scene

__all__ = ["LEADS_TO_POST", "fill_post_en"]

_RANK = (
    r"manager|mgr|director|engineer|officer|president|buyer|supervisor|coordinator|specialist|consultant|analyst|"
    r"architect|partner|owner|founder|secretary|administrator|admin|planner|technician|tech|foreman|forewoman|accountant|"
    r"controller|treasurer|assistant|principal|dean|matron|nurse|chef|captain|chief|superintendent|clerk|"
    r"receptionist|caretaker|groundsman|warden|bursar|head ?teacher|boss|guy|lady|lead|bookkeeper|estimator|"
    r"housekeeper|landlord|landlady|surveyor|pharmacist|vet|dentist|pa"
)
_SHORT = r"ceo|cto|cfo|coo|cio|cmo|md|gm|vp|fd"
_OF = r"(?: of (?!the\b)[a-z&]+(?: (?!at |for |in |with |from |and )[a-z&]+)?)?"
_NO_PART = r"(?:the|a|an|and|or|to|is|was|with|at|in|on|for|of|his|her|their|our|my|who|new|said|says)"
_POST = (
    rf"(?:(?:(?!{_NO_PART}\b)[a-z&/-]+ ){{0,3}}(?:{_RANK})\b{_OF}|(?:{_SHORT})\b(?: of [a-z&]+)?|head of [a-z&]+|"
    r"head [a-z]{4,})"
)
# What stands between a name and its post, or before the post that stands before a name.
LEADS_TO_POST = r"(?:(?:who['’]s|who is|he['’]s|she['’]s|he is|she is|the|their|its|our|a|an|now|new) )*"
_AT = r"(?: (?:at|from|of|over at) [^,.;()]{2,40}?)?"
_BEHIND = pattern(
    rf"{_AT}(?:[ ,]| \(|, ?){{1,2}}{LEADS_TO_POST}(?P<post>{_POST})"
    r"(?=\s*(?:[,.;:)\n–—-]|$)| at | in | from )"
)
_TOLD_NEXT = pattern(
    r"[^,.;()]{0,40}[,.;] ?(?:he|she)(?:['’]s| is) (?:now )?(?:the |their |a |an )?(?:new )?"
    rf"(?P<post>{_POST})\b"
)
_BEFORE = pattern(rf"\b(?:the|their|its|a|an|our)(?: new)? (?P<post>{_POST})(?:,? (?:called|named) |{_AT}, | )$")


def fill_post_en(s: Scene) -> None:
    """``position`` of the contact."""
    contact = s.slots.get("contact")
    if s.m.lang != "en" or contact is None or "position" in s.slots:
        return
    low, (start, end) = s.m.low, (contact.start, contact.end)
    found = _BEHIND.match(low, end) or _BEFORE.search(low, 0, start) or _TOLD_NEXT.match(low, end)
    if found is not None and not s.is_used(*found.span("post")):
        s.put_text("position", *found.span("post"), sure=0.85, why="beside the person")
