"""Stretches of text that no rule has explained: where unknown names stand.

In Chinese a chunk ends at a cue, a function word, a value, a person or a mark; in Latin script it is a run of
capitalised words. Each chunk knows what stands beside it, which is how ``parties`` tells a customer from a product.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from operator import attrgetter
from typing import NamedTuple

from nlu.company_like import company_end, is_company_like
from nlu.lexicon import Cue
from nlu.message import TIMES, Message
from nlu.patterns import pattern
from nlu.people import Person
from nlu.types import NameMatch, Value

__all__ = ["Chunk", "Token", "chunks", "given_names", "tokens"]


class Token(NamedTuple):
    """A stretch that is explained. ``kinds``: cue kinds, or one of value, money, entity, person, known.customer …"""

    start: int
    end: int
    kinds: tuple[str, ...]


class Chunk(NamedTuple):
    """An unexplained stretch, with the kinds of what stands before and behind it ("edge" at the end of a clause)."""

    start: int
    end: int
    left: tuple[str, ...]
    right: tuple[str, ...]
    number: int  # its place among the chunks of the message


_HAN_CHUNK = pattern(r"[\u4e00-\u9fffA-Za-z0-9À-ÿ·&'’.\-（）()#+/]+(?: (?=[A-Za-z])[A-Za-zÀ-ÿ0-9&'’.\-]+)*")
_LATIN_CHUNK = pattern(
    r"[A-ZÀ-Þ0-9](?<![A-Za-z0-9À-ÿ].)[\wÀ-ÿ&'’.+-]*(?:(?: (?:of|and|de|da|du|la|le|the|y|und|et|for) | "
    r"?& ?| | / )[A-ZÀ-Þ0-9&][\wÀ-ÿ&'’+-]*)*"
)
_SPACE = pattern(r"\s*")
_EDGE = ("edge",)
_HAN = "\u2e7f"  # what sorts behind is Chinese


def tokens(m: Message) -> list[Token]:
    """Everything explained in the message, left to right; what overlaps an earlier or stronger one is left out."""
    spans = [(n.start, n.end, f"known.{n.name.kind}") for n in m.names]
    spans += [(e.start, e.end, e.kind) for e in m.entities]
    spans += [(p.start, p.end, "person") for p in m.people]
    spans += [(v.start, _beyond(m, v), v.kind) for v in m.values if v.kind != "number" or v.unit]
    spans += [(c.start, c.end, c.kind) for c in m.cues if not _in_name(m, c)]
    spans.sort(key=lambda span: (span[0], -span[1]))
    merged: list[Token] = []
    for start, end, kind in spans:
        if merged and start == merged[-1].start and end == merged[-1].end:
            merged[-1] = Token(start, end, (*merged[-1].kinds, kind))
        elif not merged or start >= merged[-1].end:
            merged.append(Token(start, end, (kind,)))
    return merged


def _beyond(m: Message, v: Value) -> int:
    """Where a value ends with what makes it vague: 九点多|徐福记"""
    return v.end + (v.kind in TIMES and m.low.startswith("多", v.end))


_OF_NOBODY = frozenset("他她它们这那该本贵我你家的个新老方大小总客一，。、 ")


def _reaches(items: Sequence[Cue] | Sequence[Value] | Sequence[Person] | Sequence[NameMatch], place: int) -> bool:
    """Does the last of these that begins before a place reach it? They stand in the order of the text."""
    at = bisect_left(items, place, key=attrgetter("start"))
    return at > 0 and items[at - 1].end >= place


def _inside_run(m: Message, cue: Cue) -> bool:
    """泰和药业, 恒信会计师事务所: what stands before belongs to nothing else, and a name may go on behind."""
    start = cue.start
    before = m.low[max(0, start - 2) : start]
    if not before or not "\u4e00" <= before[-1] <= "\u9fff" or before[-1] in _OF_NOBODY:
        return False
    if any(_reaches(items, start) for items in (m.cues, m.values, m.people, m.names)):
        return False
    return company_end(m.low, start, inside=min(len(m.low), start + 8)) < start + 8 or is_company_like(
        m.low[start - 1 : start + 3]
    )


_IN_NAMES = frozenset(("会", "地", "和", "与", "同", "能", "建材", "公司", "集团"))


def _in_name(m: Message, cue: Cue) -> bool:
    """Is the cue part of a company's name: 有限公司, or 公司 behind its name (「绿源公司」, not 「他公司」)?"""
    if cue.kind == "suffix.company":
        return True
    word, start = m.low[cue.start : cue.end], cue.start
    if cue.kind == "question.region":  # 北方机床, 华东|理工大学
        ends = company_end(m.low, start, inside=start + 8) < min(start + 8, len(m.low))
        return ends or is_company_like(m.low[start : start + 4])
    if word not in _IN_NAMES:
        return False
    if word == "会" and m.low.startswith("协", start - 1):  # 石材协会
        return True
    if word in ("和", "与", "同", "会", "能"):
        return _inside_run(m, cue)
    before = m.low[max(0, start - 2) : start]
    is_behind_han = "\u4e00" <= before[-1:] <= "\u9fff"
    if word == "地":  # 永泰地产
        return m.low[cue.end : cue.end + 1] in tuple("产铁板毯暖")
    if word == "建材":
        return is_behind_han
    if cue.kind not in ("field.company", "question.team", "func.role"):
        return False
    if len(before) < 2 or before[1] in _OF_NOBODY or not is_behind_han:
        return False
    return not any(other.end == start for other in m.cues if other.kind != "company.known")


def chunks(m: Message, held: list[Token]) -> list[Chunk]:
    """The unexplained stretches that could be names."""
    pattern = _HAN_CHUNK if m.lang == "zh" else _LATIN_CHUNK
    ends, starts = [t.end for t in held], [t.start for t in held]
    found: list[Chunk] = []
    at = 0
    for stop in [*starts, len(m.text)]:
        if stop > at:
            for match in pattern.finditer(m.text, at, stop):
                for start, end in _parts(m.text, *_trim(m.text, match.start(), match.end())):
                    left, right = _left(m.low, start, held, ends), _right(m.low, end, held, starts)
                    found.append(Chunk(start, end, left, right, len(found)))
        if stop < len(m.text):
            at = max(at, held[bisect_left(starts, stop)].end)
    return found


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without brackets that do not close, dashes and dots at either end."""
    while start < end and (text[start] in "-./#+'’)）·&" or (text[start] in "(（" and not _closed(text[start:end]))):
        start += 1
    while end > start and (
        text[end - 1] in "-.:/#+'’(（·&" or (text[end - 1] in ")）" and not _closed(text[start:end]))
    ):
        end -= 1
    if text[max(start, end - 2) : end] in ("'s", "’s") and end - start > 3 and text[end : end + 1] == " ":
        end -= 2
    return start, end


_SENTENCE = pattern(r"\.(?<=[a-z]{3}\.) (?=[A-Z])")  # foreman |Mick|. Two of three …
_LATIN_HEAD = pattern(r"[A-Z][a-z]+(?= ?[\u4e00-\u9fff])")
_LATIN_TAIL = pattern(r"(?<=[\u4e00-\u9fff])[A-Z][a-z]+(?![A-Za-z0-9])")


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """「Ana负责采购」 is Ana and the rest, 「运营Tina」 Tina and the rest; 「Delta电子」 stays whole."""
    if end <= start:
        return []
    if stop := _SENTENCE.search(text, start, end):
        return [(start, stop.start()), *_parts(text, stop.end(), end)]
    if text.isascii():
        return [(start, end)]
    head = _LATIN_HEAD.match(text, start, end)
    if head and head.group().lower() in given_names():
        return [(start, head.end()), (head.end(), end)]
    tail = _LATIN_TAIL.search(text, start, end)
    if tail and start < tail.start() and tail.group().lower() in given_names():
        parts = [(start, tail.start()), tail.span(), (tail.end(), end)]
        return [(a, b) for a, b in parts if b > a]
    return [(start, end)]


def _closed(piece: str) -> bool:
    opened = piece.count("(") + piece.count("（")
    return opened > 0 and opened == piece.count(")") + piece.count("）") and piece[0] not in "(（"


def _left(low: str, start: int, held: list[Token], ends: list[int]) -> tuple[str, ...]:
    at = start
    while at > 0 and low[at - 1] in " \t[(（\"'「『":
        at -= 1
    index = bisect_left(ends, at)
    if index < len(ends) and ends[index] == at and at > 0:
        return held[index].kinds
    if at > 0 and low[at - 1] in ":：-@/#":
        inner = at - 1
        while inner > 0 and low[inner - 1] in " :：-":
            inner -= 1
        index = bisect_left(ends, inner)
        if index < len(ends) and ends[index] == inner and inner > 0:
            return ("colon", *held[index].kinds)
        return ("colon",)
    return _EDGE if at == 0 or not low[at - 1].isalnum() or (at < start and low[start] > _HAN) else ("text",)


def _right(low: str, end: int, held: list[Token], starts: list[int]) -> tuple[str, ...]:
    at = end
    while at < len(low) and low[at] in " \t)）]\"'」』":
        at += 1
    index = bisect_left(starts, at)
    if index < len(starts) and starts[index] == at:
        return held[index].kinds
    return _EDGE if at == len(low) or not low[at].isalnum() or (at > end and low[end - 1] > _HAN) else ("text",)


@cache
def given_names() -> frozenset[str]:
    """Common given names in Latin letters, lower case."""
    return frozenset(files("nlu").joinpath("data", "first_names.txt").read_text("utf-8").split())
