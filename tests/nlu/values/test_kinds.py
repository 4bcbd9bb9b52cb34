"""Values that `--values` does not print: counts, percents, lengths of time, recurrences; and a count as a price."""

from datetime import datetime
from decimal import Decimal

import pytest

from config.types import Language, Money
from nlu.types import Value
from nlu.values import as_price, find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


def only(text: str, lang: Language) -> Value:
    (value,) = find_values(text, now=NOW, lang=lang)
    return value


@pytest.mark.parametrize(
    ("text", "lang", "number", "unit"),
    [
        ("200台", "zh", 200, "台"),
        ("5000个 螺栓", "zh", 5000, "个"),
        ("3万台", "zh", 30000, "台"),
        ("两百套", "zh", 200, "套"),
        ("200 units", "en", 200, "units"),
        ("10k users", "en", 10000, "users"),
        ("3 PLC racks", "en", 3, None),
    ],
)
def test_counts(text: str, lang: Language, number: int, unit: str | None) -> None:
    value = only(text, lang)
    assert (value.kind, value.number, value.unit) == ("number", number, unit)


def test_a_count_can_be_a_price() -> None:
    assert as_price(only("50个", "zh")) == Money(Decimal(500_000), "CNY")
    assert as_price(only("50台", "zh")) is None


@pytest.mark.parametrize(("text", "lang", "number"), [("15%", "en", 15), ("百分之五", "zh", 5), ("打8折", "zh", 80)])
def test_percents(text: str, lang: Language, number: int) -> None:
    value = only(text, lang)
    assert (value.kind, value.number) == ("percent", number)


@pytest.mark.parametrize(
    ("text", "lang", "number", "unit"),
    [("账期60天", "zh", 60, "day"), ("保修两年半", "zh", Decimal("2.5"), "year"), ("for 3 hours", "en", 3, "hour")],
)
def test_lengths(text: str, lang: Language, number: Decimal, unit: str) -> None:
    value = only(text, lang)
    assert (value.kind, value.number, value.unit) == ("duration", number, unit)


@pytest.mark.parametrize(
    ("text", "lang", "rule"),
    [
        ("每周一", "zh", "FREQ=WEEKLY;BYDAY=MO"),
        ("每月5号", "zh", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("每天早上9点", "zh", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"),
        ("每两周", "zh", "FREQ=WEEKLY;INTERVAL=2"),
        ("每隔三天", "zh", "FREQ=DAILY;INTERVAL=3"),
        ("每隔一天", "zh", "FREQ=DAILY;INTERVAL=2"),
        ("隔周", "zh", "FREQ=WEEKLY;INTERVAL=2"),
        ("工作日早上九点", "zh", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"),
        ("每周一到周五早上九点", "zh", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"),
        ("每月第二个周三", "zh", "FREQ=MONTHLY;BYDAY=2WE"),
        ("weekdays at 9am", "en", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"),
        ("every Monday to Friday at 9am", "en", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"),
        ("on the last Friday of every month", "en", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("the first Monday of each month at 10am", "en", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=10;BYMINUTE=0"),
        ("on the last day of every month", "en", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("every Monday at 10am", "en", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0"),
        ("every 2 weeks", "en", "FREQ=WEEKLY;INTERVAL=2"),
    ],
)
def test_recurrences(text: str, lang: Language, rule: str) -> None:
    value = only(text, lang)
    assert (value.kind, value.every) == ("recurrence", rule)
    assert values_json([value], NOW) == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [("下个工作日早上九点", "zh"), ("3个工作日内", "zh"), ("请在工作日联系", "zh"), ("last Friday of the month", "en")],
)
def test_one_of_them_does_not_come_again(text: str, lang: Language) -> None:
    assert "recurrence" not in {value.kind for value in find_values(text, now=NOW, lang=lang)}


def test_a_recurrence_knows_its_next_time() -> None:
    value = only("每周三下午3点", "zh")
    assert value.future is not None
    assert value.future.start.isoformat() == "2026-11-25T15:00:00+08:00"


def test_money_takes_the_known_currency() -> None:
    (value,) = find_values("50k", now=NOW, lang="en", known_currency="EUR")
    assert value.money == Money(Decimal(50_000), "EUR")
