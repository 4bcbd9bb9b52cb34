"""Days, instants, periods and amounts written in many ways read back as what was written (seeded, no two alike)."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from config.types import Language
from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")
ROUNDS = 150
HAN = "零一二三四五六七八九"
MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
]
ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def printed(text: str, lang: Language) -> list[object]:
    return list(values_json(find_values(text, now=NOW, lang=lang), NOW))


# ── numbers in words ────────────────────────────────────────────────────────────────────────────────────────
def han_number(number: int) -> str:
    """The usual Chinese spelling: 1,027,500 → 一百零二万七千五百."""
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            rest = number % size
            gap = "零" if rest and rest < size // 10 else ""
            return han_number(number // size) + unit + gap + (han_number(rest) if rest else "")
    for size, unit in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            rest = number % size
            head = "" if size == 10 and number < 20 else HAN[number // size]
            return head + unit + ("零" if rest and rest < size // 10 else "") + (han_number(rest) if rest else "")
    return HAN[number] if number else ""


def english_number(number: int) -> str:
    for size, word in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            joint = " and " if size == 100 and rest else " "
            return (
                f"{english_number(number // size)} {word}{joint if rest else ''}{english_number(rest) if rest else ''}"
            )
    if number >= 20:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    return ONES[number]


# ── days ────────────────────────────────────────────────────────────────────────────────────────────────────
def ordinal(number: int) -> str:
    return f"{number}{'th' if 10 <= number % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


CHINESE_DAYS: list[Callable[[date], str]] = [
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年{d.month}月{d.day}号",
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: "".join(HAN[int(c)] for c in str(d.year)) + f"年{han_number(d.month)}月{han_number(d.day)}日",
    lambda d: f"{d.year}年 {d.month}月 {d.day}日",
    lambda d: f"{d.year}年{d.month}月{d.day}日".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
]
ENGLISH_DAYS: list[Callable[[date], str]] = [
    lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{MONTHS[d.month - 1][:3]} {ordinal(d.day)} {d.year}",
    lambda d: f"the {ordinal(d.day)} of {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d:%m/%d/%Y}",
    lambda d: f"{d:%d.%m.%Y}",
    lambda d: f"{d.day}-{MONTHS[d.month - 1][:3].lower()}-{d.year}",
    lambda d: f"{d:%A}, {MONTHS[d.month - 1]} {d.day}, {d.year}",
]
FRAMES: dict[Language, list[str]] = {
    "zh": ["{}", "{}去拜访张总", "客户说{}见面", "改到{}，地点不变"],
    "en": ["{}", "see them {}", "moved to {}, same place", "We meet {}."],
}


@pytest.mark.parametrize(("lang", "forms"), [("zh", CHINESE_DAYS), ("en", ENGLISH_DAYS)])
def test_days(lang: Language, forms: list[Callable[[date], str]]) -> None:
    chance = random.Random(f"days {lang}")
    for _ in range(ROUNDS):
        day = date(2020, 1, 1) + timedelta(days=chance.randrange(4000))
        text = chance.choice(FRAMES[lang]).format(chance.choice(forms)(day))
        assert printed(text, lang) == [day.isoformat()], text


CHINESE_CLOCKS: list[Callable[[time], str]] = [
    lambda t: f"{t:%H:%M}",
    lambda t: f"{'上午' if t.hour < 12 else '下午'}{t.hour % 12 or 12}点{t.minute}分" if t.hour != 0 else f"{t:%H:%M}",
    lambda t: f"{t.hour}时{t.minute:02d}分",
]
ENGLISH_CLOCKS: list[Callable[[time], str]] = [
    lambda t: f"at {t:%H:%M}",
    lambda t: f"at {t.hour % 12 or 12}:{t.minute:02d}{'am' if t.hour < 12 else 'pm'}",
    lambda t: f"{t.hour % 12 or 12}:{t.minute:02d} {'a.m.' if t.hour < 12 else 'p.m.'}",
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_instants(lang: Language) -> None:
    chance = random.Random(f"instants {lang}")
    days, clocks = (CHINESE_DAYS, CHINESE_CLOCKS) if lang == "zh" else (ENGLISH_DAYS, ENGLISH_CLOCKS)
    for _ in range(ROUNDS):
        day = date(2020, 1, 1) + timedelta(days=chance.randrange(4000))
        clock = time(chance.choice([0, *range(7, 24)]), chance.randrange(1, 60))
        text = f"{chance.choice(days)(day)} {chance.choice(clocks)(clock)}"
        assert printed(text, lang) == [f"{day.isoformat()}T{clock:%H:%M}:00+08:00"], text


CHINESE_JOINTS = ["{}到{}", "{}至{}", "从{}到{}", "{}-{}", "{} ~ {}"]
ENGLISH_JOINTS = ["{} to {}", "from {} to {}", "between {} and {}", "{} - {}", "from {} until {}"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_periods(lang: Language) -> None:
    chance = random.Random(f"periods {lang}")
    days, joints = (CHINESE_DAYS[:2], CHINESE_JOINTS) if lang == "zh" else (ENGLISH_DAYS[:4], ENGLISH_JOINTS)
    for _ in range(ROUNDS):
        first = date(2020, 1, 1) + timedelta(days=chance.randrange(4000))
        last = first + timedelta(days=chance.randrange(1, 400))
        form = chance.choice(days)
        text = chance.choice(joints).format(form(first), form(last))
        assert printed(text, lang) == [[first.isoformat(), last.isoformat()]], text


# ── amounts ─────────────────────────────────────────────────────────────────────────────────────────────────
def plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


CHINESE_AMOUNTS: list[Callable[[int], str]] = [
    lambda n: f"{n}元",
    lambda n: f"{n:,}元",
    lambda n: f"￥{n:,}",
    lambda n: f"{plain(Decimal(n) / 10000)}万",
    lambda n: f"{plain(Decimal(n) / 10000)}w",
    lambda n: f"{plain(Decimal(n) / 10000)} 万元",
    lambda n: f"{han_number(n)}元",
    lambda n: f"RMB {n}",
    lambda n: f"人民币{n}元整",
]
ENGLISH_AMOUNTS: list[tuple[Callable[[int], str], str | None]] = [
    (lambda n: f"${n:,}", "USD"),
    (lambda n: f"US$ {n}", "USD"),
    (lambda n: f"{n:,} euros", "EUR"),
    (lambda n: f"£{plain(Decimal(n) / 1000)}k", "GBP"),
    (lambda n: f"{plain(Decimal(n) / 10**6)}m EUR", "EUR"),
    (lambda n: f"HK${n}", "HKD"),
    (lambda n: f"{english_number(n)} dollars", "USD"),
    (lambda n: f"{plain(Decimal(n) / 10**5)} lakh rupees", "INR"),
    (lambda n: f"{plain(Decimal(n) / 1000)}k", None),
]


def test_chinese_amounts() -> None:
    chance = random.Random("amounts zh")
    for _ in range(ROUNDS):
        number = chance.randrange(1, 10**4) * 10 ** chance.randrange(5)
        text = f"预算{chance.choice(CHINESE_AMOUNTS)(number)}左右"
        assert printed(text, "zh") == [{"value": str(number), "currency": "CNY"}], text


def test_english_amounts() -> None:
    chance = random.Random("amounts en")
    for _ in range(ROUNDS):
        number = chance.randrange(1, 10**4) * 10 ** chance.randrange(5)
        form, currency = chance.choice(ENGLISH_AMOUNTS)
        text = f"they offered {form(number)} for it"
        assert printed(text, "en") == [{"value": str(number), "currency": currency}], text


def test_chinese_numbers_up_to_a_hundred_million() -> None:
    chance = random.Random("numbers")
    for number in [*range(1, 1300), *(chance.randrange(1, 10**8) for _ in range(500))]:
        text = f"{han_number(number)}元"
        assert printed(text, "zh") == [{"value": str(number), "currency": "CNY"}], text
