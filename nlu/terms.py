"""Terms of payment in words: 「3-6-1」, 「首付 30%，验收 70%」, "30% down, the rest on acceptance", "net 30"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise

from config.types import Money
from nlu.clauses import Clause, clauses
from nlu.equal_terms import Equal, is_start, read_equal
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.term_parts import MILESTONE_WORDS, Part, placed
from nlu.types import Understanding, Value
from nlu.values.cycles import add_months

__all__ = ["TENTHS", "read_terms", "share_of"]

WHOLE = Decimal(100)
MAX_PARTS = 24
_FRACTION = pattern(r"[12]/[34]")  # 1/3 is no day here
NEAR = Decimal("0.0001")  # so little less than the whole is the whole

_RATIO = pattern(r"(?<![\d.%/:-])(\d{1,3}(?:\s*[-/:]\s*\d{1,3}){1,5})(?![\d.%]|\s*[-/:]\s*\d)")
_PERCENTS = pattern(r"(?<![\d.])(\d{1,3}%(?:[\s,、/]+\d{1,3}%){1,5})(?=\s*(?:[,，。;；\n]|$))")  # 「付款 50% 30% 20%」
_RATIO_ZH = pattern(r"(?<![一-龥])([一二三四五六七八九]{2,4})(?=开|付款|付|分|$)|付款([一二三四五六七八九]{2,4})")
_LABEL = pattern(r"付款|付|账期|结算|合同|terms?|payment|pay\b|split|\bcontract")
_REST = pattern(r"余款|尾款|剩余|剩下|其余|余下|\b(?:rest|balance|remainder|remaining)\b")
_LABELLED = pattern(
    r"(?P<label>首付|首期|预付|定金|订金|签约|发货|到货|交货|验收|质保|deposit|down|signing|delivery|acceptance|warranty)款?"
    r"\s*(?P<share>\d{1,3})(?![\d.,/:-]|\s*(?:[元块万千天日号月年台套个]|days?|weeks?|months?))"
)
_DEPOSIT = pattern(r"首付|首期|预付|定金|订金|\bdown\b|deposit|up ?front|in advance")
_FIRST = pattern(r"先(?:付|给|打|收|交)|当场|立即|马上付|\b(?:straight ?away|today|right away|first|at once)\b")
_ON_SIGNING = pattern(
    r"签(?:约|订|合同|字|署)?(?:完|好)?(?:当天|时|后|就|即|付|给)|\b(?:on|at|upon|after) sign|\bnow\b"
)
_WHEN = pattern(r"[付交给打]|\b(?:when|once|after|before|upon|on)\b")
_FRACTIONS = (
    (Decimal(50), pattern(r"一半|\bhalf\b")),
    (Decimal("66.666667"), pattern(r"三分之二|\btwo thirds?\b|(?<![\d/])2/3(?![\d/])")),
    (
        Decimal("33.333333"),
        pattern(
            r"三分之一|\b(?:a|one) third\b|\bthird(?= (?:up ?front|down|in advance|now|on|at|before|after|to start)\b"
            r"| \d+ (?:days?|weeks?|months?)\b)"
            r"|(?<![\d/])1/3(?![\d/])"
        ),
    ),
    (Decimal(25), pattern(r"四分之一|\b(?:a|one) quarter\b(?! of (?:the|a) year)")),
)
TENTHS = pattern(r"([一二三四五六七八九]|(?<![\d.])[1-9])\s?成(?![交本员熟功为])")
_OFF = pattern(r"折|优惠|\boff\b|discount|税|\b(?:tax|vat)\b")
_HEAD = pattern(r".*[:：](?!\d)\s*")
_SPLIT = pattern(
    r"[，;；、\n]|,(?!\d{3}(?!\d))|\band\b|\bthen\b|(?<=\w) (?=half\b)|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
)
_WHOLE = pattern(
    r"(?P<signing>全款|一次性?付[清款]?|全额付款|款到发货|先款后货|预付全款|paid in full|full payment"
    r"|(?:fully )?prepaid|due on receipt|cash with order|payment in advance"
    r"|all (?:up ?front|in advance|on signing|now))"
    r"|(?P<delivery>货到付款|到货付款|cash on delivery|\bcod\b|payment on delivery|due on delivery)"
)
_NET = pattern(r"\bnet[- ]?(\d{1,3})\b|(?:月结|账期)\s*(\d{1,3})\s*[天日]")
_MARKS = ",，;；、。.:：\n"
_SIGNS = pattern(r"签(?!约?款|约?付|约?后)|\b(?:signing|signed|signs?)\b")
_AFTER = pattern(r"[后内]|after|within|later")
DIGITS = "零一二三四五六七八九十"
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def read_terms(heard: Understanding) -> list[Part]:
    """The payments that the words come to, in order; [] where they say nothing one could reckon with.

    The shares are as they were said: whether they make up the whole is for others to judge.
    """
    low = fold(heard.text)
    parts = _by_ratio(low) or _by_clauses(heard, low) or _by_labels(low) or _as_one(low) or _equal(heard, low)
    rest = [part for part in parts if part.share is None and part.amount is None]
    if len(parts) > MAX_PARTS or len(rest) > 1:
        return []
    parts = _whole_again(parts)
    left = WHOLE - sum((part.share for part in parts if part.share is not None), Decimal(0))
    if rest and left <= 0:
        return []
    parts = [replace(part, share=left) if part in rest else part for part in parts]
    parts = placed(parts)
    return _rest_in_parts(parts, low)


def _whole_again(parts: list[Part]) -> list[Part]:
    """Three thirds are the whole: the last one takes what rounding leaves."""
    over = WHOLE - sum((part.share for part in parts if part.share is not None), Decimal(0))
    last = parts[-1].share if parts else None
    return [*parts[:-1], replace(parts[-1], share=last + over)] if last is not None and 0 < over < NEAR else parts


def share_of(tenths: re.Match[str]) -> Decimal:
    """30 for 「三成」, 「3成」."""
    said = tenths.group(1)
    return Decimal((int(said) if said.isdigit() else DIGITS.index(said)) * 10)


def _by_ratio(low: str) -> list[Part]:
    """「3-6-1」, "30/60/10", 「50% 30% 20%」, 「三七开」: shares that make up ten or a hundred."""
    for match in chain(_RATIO.finditer(low), _PERCENTS.finditer(low)):
        shares = [int(number) for number in re.findall(r"\d+", match.group(1))]
        is_said = len(shares) > 2 or _is_clause(low, match) or _is_labelled(low, match)
        if sum(shares) in (10, 100) and is_said and 0 not in shares:
            return [_at(match, Decimal(share * (100 // sum(shares)))) for share in shares]
    said = _RATIO_ZH.search(low)
    shares = [DIGITS.index(digit) for digit in (said.group(1) or said.group(2))] if said else []
    return [_at(said, Decimal(share * 10)) for share in shares] if said and sum(shares) == 10 else []


def _is_labelled(low: str, match: re.Match[str]) -> bool:
    """「付款 3-7」, 「3-7付款」"""
    behind = _LABEL.match(low[match.end() :].lstrip())
    return behind is not None or _LABEL.search(low[: match.start()]) is not None


def _is_clause(low: str, match: re.Match[str]) -> bool:
    """Does it stand alone between two marks?"""
    before, behind = low[: match.start()].rstrip(), low[match.end() :].lstrip()
    return (not before or before[-1] in _MARKS) and (not behind or behind[0] in _MARKS)


def _at(match: re.Match[str], share: Decimal, milestone: str = "", after_days: int | None = None) -> Part:
    return Part(share, milestone, after_days=after_days, start=match.start(), end=match.end())


def _by_clauses(heard: Understanding, low: str) -> list[Part]:
    """Each clause with a share of its own is a payment."""
    parts: list[Part] = []
    for start, end, said, values in chain.from_iterable(map(_share_by_share, clauses(low, _SPLIT, heard.values))):
        head = _HEAD.match(said)  # "contract 40k: 10k deposit"
        if head is not None and not _DEPOSIT.search(head.group()):
            start, said = start + head.end(), said[head.end() :]
            values = [value for value in values if value.start >= start]
        part = None if _OFF.search(said) else _clause(heard, said, values, has_before=bool(parts))
        if part is not None and parts and not part.milestone and (net := _NET.search(said)) is not None:
            days = int(net.group(1) or net.group(2))  # "a third on delivery, balance |net 45|"
            part = replace(part, milestone=parts[-1].milestone, after_days=days)
        if part is not None:
            parts.append(replace(part, start=start, end=end))
        elif parts and not _SIGNS.search(said) and not any(v.kind in ("percent", "money") for v in values):
            completed = _completed(parts[-1], heard, said, values)
            is_more = completed != parts[-1] or any(words.search(said) for _name, words in MILESTONE_WORDS)
            parts[-1] = replace(completed, end=end) if is_more else completed
    if any(part.amount for part in parts):
        return _with_sums(parts)
    if len(parts) == 1 and parts[0].share != WHOLE and _DEPOSIT.search(low[parts[0].start : parts[0].end]):
        return [*parts, Part(None, start=parts[0].end, end=parts[0].end)]  # "30% down": the rest is due later
    return parts if len(parts) > 1 or (parts and parts[0].share == WHOLE) else []


def _share_by_share(clause: Clause) -> Iterator[Clause]:
    """ "30% up front 60% before shipping rest on acceptance": a clause for each share, where no mark stands between."""
    start, end, said, values = clause
    shares = [(value.start - start, value.end - start) for value in values if value.kind == "percent"]
    shares = sorted({*shares, *(match.span() for match in TENTHS.finditer(said))})
    shares += [match.span() for match in _REST.finditer(said) if shares and match.start() >= shares[-1][1]]
    is_named_first = bool(shares) and any(words.search(said, 0, shares[0][0]) for _name, words in MILESTONE_WORDS)
    cuts = [a_end if is_named_first else b_start for (_a, a_end), (b_start, _b) in pairwise(shares)]
    for a, b in pairwise([0, *cuts, len(said)]):
        yield Clause(start + a, min(start + b, end), said[a:b], [v for v in values if a <= v.start - start < b])


def _with_sums(parts: list[Part]) -> list[Part]:
    """「先付 3 万，余款分三期」: what is left of the sums is shared out; where nobody says what is left, it is the last
    payment. A sum alone is no terms: 「定金 3 万」."""
    is_open = len(parts) > 1 and all(part.amount for part in parts)
    return [] if len(parts) < 2 else [*parts[:-1], replace(parts[-1], amount=None)] if is_open else parts


def _by_labels(low: str) -> list[Part]:
    """「首付30 验收70」: bare numbers behind milestones, where they make up the whole."""
    found = list(_LABELLED.finditer(low))
    if len(found) < 2 or sum(int(match["share"]) for match in found) not in (10, 100):
        return []
    scale = 100 // sum(int(match["share"]) for match in found)
    milestones = [next(name for name, words in MILESTONE_WORDS if words.search(match["label"])) for match in found]
    return [
        _at(match, Decimal(int(match["share"]) * scale), name) for match, name in zip(found, milestones, strict=True)
    ]


def _clause(heard: Understanding, clause: str, values: Sequence[Value], *, has_before: bool) -> Part | None:
    percent = next((value.number for value in values if value.kind == "percent"), None)
    tenths = TENTHS.search(clause)
    if percent is None and tenths is not None:
        percent = share_of(tenths)
    if percent is None:
        percent = next((share for share, words in _FRACTIONS if words.search(clause)), None)
    is_rest = has_before and (_REST.search(clause) or read_equal(clause))
    amount = None if percent is not None or is_rest else _sum(clause, values, has_before=has_before)
    if percent is None and amount is None and not is_rest:
        return None
    return _completed(Part(percent, amount=amount), heard, clause, values)


def _sum(clause: str, values: Sequence[Value], *, has_before: bool) -> Money | None:
    """The money of a clause that says when it is paid, or that it is, behind another that does; no price of goods that
    are counted there."""
    money = [value.money for value in values if value.kind == "money" and value.money]
    is_late = any(words.search(clause) for name, words in MILESTONE_WORDS if name != "signing")
    is_due = is_late or any(words.search(clause) for words in (_FIRST, _DEPOSIT, _ON_SIGNING))
    is_due = is_due or (has_before and _WHEN.search(clause) is not None)
    is_counted = any(value.kind == "number" for value in values)
    return money[0] if len(money) == 1 and is_due and not is_counted else None


def _completed(part: Part, heard: Understanding, clause: str, values: Sequence[Value]) -> Part:
    """The payment with when it is due, as far as the clause says."""
    milestone = part.milestone or next((name for name, words in MILESTONE_WORDS if words.search(clause)), "")
    times = (value for value in values if value.kind in ("date", "datetime", "range"))
    time = next((value for value in times if not _FRACTION.fullmatch(value.text.strip())), None)
    day = _day(time) if time else None
    span = next((value for value in values if value.kind == "duration" and value.unit in _DAYS), None)
    days = int(span.number or 0) * _DAYS[str(span.unit)] if span else part.after_days
    if time is not None and day is not None and milestone and _AFTER.search(fold(time.text)):
        # So long after the milestone, not after today.
        return replace(part, milestone=milestone, after_days=(day - heard.now.date()).days)
    return replace(part, milestone=milestone, due_on=part.due_on or day, after_days=days)


def _day(value: Value, *, last: bool = True) -> date | None:
    reading = value.future or value.past
    if reading is None:
        return None
    return reading.days.end if last else reading.days.start


def _as_one(low: str) -> list[Part]:
    net = _NET.search(low)
    if net is not None:
        return [_at(net, WHOLE, "signing", int(net.group(1) or net.group(2)))]
    whole = _WHOLE.search(low)
    if whole is None:
        return []
    clause = next(one for one in clauses(low, _SPLIT, ()) if whole.start() < one.end)
    beside = f"{low[clause.start : whole.start()]} {low[whole.end() : clause.end]}"  # 「款到发货」 is paid before it
    late = (name for name, words in MILESTONE_WORDS if name != "signing" and words.search(beside))
    return [_at(whole, WHOLE, next(late, str(whole.lastgroup)))]  # "paid in full on completion"


def _equal(heard: Understanding, low: str) -> list[Part]:
    """「分三期」: as many equal payments, a month from one to the next where nothing else is said, from the day that is
    named on."""
    found = read_equal(low)
    if found is None or not 2 <= found.count <= MAX_PARTS:
        return []
    times = [value for value in heard.values if value.kind in ("date", "datetime") and value.start > found.start]
    if len(times) == found.count:  # 「分两次付，第一笔月底，第二笔 1 月 15 号」
        parts = _split_up(Part(None, start=found.start, end=times[-1].end), WHOLE, found)
        return [replace(part, due_on=_day(time), after_months=None) for part, time in zip(parts, times, strict=True)]
    start = next((value for value in heard.values if value.is_time and is_start(low, value.start)), None)
    day = _day(start, last=False) if start else None
    whole = Part(None, "" if day else "signing", due_on=day, start=found.start, end=found.end)
    parts = _split_up(whole, WHOLE, found)
    return [replace(part, end=max(found.end, start.end)) for part in parts] if start else parts


def _split_up(part: Part, share: Decimal, equal: Equal) -> list[Part]:
    """A payment as so many equal ones; the last one takes what is left over."""
    each = (share / equal.count).quantize(Decimal("0.000001"))
    shares = [each] * (equal.count - 1) + [share - each * (equal.count - 1)]
    later = (
        {"due_on": add_months(part.due_on, n * equal.months)} if part.due_on else {"after_months": n * equal.months}
        for n in range(1, equal.count)
    )
    first = replace(part, share=shares[0], after_months=None if part.due_on else 0)
    milestone = "" if part.milestone == "signing" else part.milestone
    return [
        first,
        *(replace(first, share=s, milestone=milestone, **at) for s, at in zip(shares[1:], later, strict=True)),
    ]


def _rest_in_parts(parts: list[Part], low: str) -> list[Part]:
    """ "30% down, the rest in three instalments": the last payment as several."""
    if len(parts) < 2 or parts[-1].start == parts[0].start or parts[-1].share is None:  # it is split already
        return parts
    equal = read_equal(low[parts[-1].start : parts[-1].end])
    if equal is None or not 2 <= equal.count <= MAX_PARTS:
        return parts
    rest = replace(parts[-1], milestone="signing", after_days=None, after_months=equal.months)
    split = _split_up(rest, parts[-1].share, equal)
    return [
        *parts[:-1],
        *(replace(part, milestone="", after_months=(n + 1) * equal.months) for n, part in enumerate(split)),
    ]
