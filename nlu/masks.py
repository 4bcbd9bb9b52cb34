"""A message with one letter for each name, date, amount and number: what stands there matters, not which one it is."""

from nlu.message import Message

__all__ = ["masks"]

_LETTERS = {
    "customer": "C", "contact": "P", "person": "P", "opportunity": "O", "user": "U", "product": "G", "date": "T",
    "datetime": "T", "range": "T", "recurrence": "R", "duration": "D", "money": "M", "phone": "F", "email": "E",
    "code": "K",
}  # fmt: skip
_OTHER = "N"


def masks(m: Message, *, people: bool = True) -> list[tuple[int, int, str]]:
    """Each masked stretch with its letter, in the order of the text; none overlaps another.

    Without ``people`` those at the customer stay as they are written.
    """
    spans = [(n.start, n.end, _LETTERS.get(n.name.kind, _OTHER)) for n in m.names if people or n.name.kind != "contact"]
    spans += [(e.start, e.end, _LETTERS.get(e.kind, _OTHER)) for e in m.entities]
    if people:
        spans += [(p.start, p.end, "P") for p in m.people]
    spans += [(v.start, v.end, _LETTERS.get(v.kind, _OTHER)) for v in m.values]
    spans.sort(key=lambda span: (span[0], -span[1]))
    apart: list[tuple[int, int, str]] = []
    at = 0
    for span in spans:
        if span[0] >= at:
            apart.append(span)
            at = span[1]
    return apart
