"""What times and amounts in Chinese mean. Every case is read on Monday, 23 November 2026, 14:30 in Shanghai."""

from datetime import datetime

import pytest

from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


def read(text: str) -> list[object]:
    """What is printed for a text, instants without seconds and offset."""
    return [_short(value) for value in values_json(find_values(text, now=NOW, lang="zh"), NOW)]


def _short(value: object) -> object:
    if isinstance(value, list):
        return [_short(part) for part in value]
    if isinstance(value, dict):
        return f"{value['value']} {value['currency']}"
    return value[:16] if isinstance(value, str) and "T" in value else value


DAYS = """
过个两三周 2026-12-07
明年年初 2027-01-01..2027-03-31
去年年中 2025-05-01..2025-08-31
开春 2027-01-01..2027-03-31
月初 2026-12-01..2026-12-10
两三天后 2026-11-25
两三年后 2028-11-23
三四个月以后 2027-02-23
2-3天后 2026-11-25
十五六号 2026-12-15
二三年 2023-01-01..2023-12-31
三五天内 2026-11-23..2026-11-26
大后天 2026-11-26
明天8.30 2026-11-24T08:30
周五9.15见 2026-11-27T09:15
大前天 2026-11-20
下下周一 2026-12-07
约一下下周一 2026-11-30
提醒一下下下周一 2026-12-07
下周三 2026-12-02
周三 2026-11-25
週三 2026-11-25
礼拜天 2026-11-29
星期3 2026-11-25
上礼拜二 2026-11-17
这周五 2026-11-27
周五下班前 2026-11-27
月底 2026-11-30
下月底 2026-12-31
下个月底 2026-12-31
今年年底 2026-12-31
三月底 2027-03-31
2027年底 2027-12-31
Q3末 2027-09-30
3月5号 2027-03-05
十二月二十五 2026-12-25
12/3 2026-12-03
2026-12-01 2026-12-01
2026.12.1 2026-12-01
２０２６年１２月１日 2026-12-01
12月\u200b1日 2026-12-01
在11.26之前 None..2026-11-26
二〇二七年三月五日 2027-03-05
5号 2026-12-05
下个月15号 2026-12-15
去年本月十日 2025-11-10
两周后 2026-12-07
三个月后 2027-02-23
半年后 2027-05-23
十天前 2026-11-13
一个半月后 2027-01-07
过两天 2026-11-25
三个工作日后 2026-11-26
农历八月十五 2027-09-15
中秋节 2027-09-15
除夕 2027-02-05
大年夜 2027-02-05
正月初八开工 2027-02-13
大年初六 2027-02-11
腊月二十八 2027-02-04
农历腊月廿三 2027-01-30
清明 2027-04-05
国庆 2027-10-01
12月第二个周三 2026-12-09
四月的最后一个星期一 2027-04-26
今晚 2026-11-23
明天下午 2026-11-24
"""

INSTANTS = """
下周三下午三点 2026-12-02T15:00
下周三三点 2026-12-02T15:00
周二十点 2026-11-24T10:00
明天上午10点半 2026-11-24T10:30
后天早上九点一刻 2026-11-25T09:15
今晚八点 2026-11-23T20:00
明早9点 2026-11-24T09:00
12月1日14:30 2026-12-01T14:30
2026年12月1日 14:30 2026-12-01T14:30
半小时后 2026-11-23T15:00
两个半小时后 2026-11-23T17:00
20分钟后 2026-11-23T14:50
一刻钟后 2026-11-23T14:45
晚上11点 2026-11-23T23:00
凌晨2点 2026-11-24T02:00
下午三点零五分 2026-11-23T15:05
中午十二点 2026-11-24T12:00
周五晚上12点 2026-11-28T00:00
明天15时30分 2026-11-24T15:30
"""

RANGES = """
本周末 2026-11-28..2026-11-29
下周 2026-11-30..2026-12-06
上上个月 2026-09-01..2026-09-30
今年第三季度 2026-07-01..2026-09-30
第二季度 2027-04-01..2027-06-30
26年Q1 2026-01-01..2026-03-31
明年上半年 2027-01-01..2027-06-30
二〇二七年 2027-01-01..2027-12-31
去年12月 2025-12-01..2025-12-31
近两周 2026-11-09..2026-11-23
近三个月 2026-08-23..2026-11-23
前两个月 2026-09-01..2026-10-31
未来一周 2026-11-24..2026-11-30
三天内 2026-11-23..2026-11-26
3月到5月 2027-03-01..2027-05-31
3月5日至8日 2027-03-05..2027-03-08
12月3-5号 2026-12-03..2026-12-05
从下周一到下周五 2026-11-30..2026-12-04
明天下午2点到4点 2026-11-24T14:00..2026-11-24T16:00
十二月中旬 2026-12-11..2026-12-20
下个月初 2026-12-01..2026-12-10
2025年与2026年间 2025-01-01..2026-12-31
月底前 None..2026-11-30
周五之前 None..2026-11-27
春节前 None..2027-02-06
2025年前 None..2025-01-01
12月1日之后 2026-12-01..None
从12月1日起 2026-12-01..None
2025年以后 2026-01-01..None
过完年 2027-02-13..2027-02-27
今年以来 2026-01-01..2026-11-23
"""

MONEY = """
50万 500000 CNY
预计50万左右 500000 CNY
50w 500000 CNY
三十来万 300000 CNY
十几万 100000 CNY
百十来万 1100000 CNY
百把万 1000000 CNY
万把块 10000 CNY
千把块钱 1000 CNY
半个亿 50000000 CNY
两个半亿 250000000 CNY
十二三万 120000 CNY
二十七八万 270000 CNY
1.2亿 120000000 CNY
两个亿 200000000 CNY
五千万 50000000 CNY
一点二亿 120000000 CNY
贰佰伍拾万元 2500000 CNY
壹拾贰萬叁仟元整 123000 CNY
一百零二万七千五 1027500 CNY
三万五 35000 CNY
3万5 35000 CNY
两百五十万 2500000 CNY
50多万 500000 CNY
50 万美金 500000 USD
80万刀 800000 USD
RMB 80k 80000 CNY
￥300 300 CNY
¥1,200.50元 1200.5 CNY
五元三毛 5.3 CNY
三块五 3.5 CNY
两毛五 0.25 CNY
100港币 100 HKD
30万欧 300000 EUR
1万亿日元 1000000000000 JPY
8亿元人民币 800000000 CNY
NT$300 300 TWD
预算 500000 500000 CNY
报价128000 128000 CNY
"""


def cases(table: str) -> list[tuple[str, str]]:
    lines = [line for line in table.strip().splitlines() if line]
    return [(text, want) for text, _, want in (line.rpartition(" ") for line in lines)]


@pytest.mark.parametrize(("text", "want"), cases(DAYS + INSTANTS + RANGES))
def test_time(text: str, want: str) -> None:
    start, dots, end = want.partition("..")
    expected = [None if part == "None" else part for part in (start, end)] if dots else want
    assert read(text) == [expected]


@pytest.mark.parametrize("line", MONEY.strip().splitlines())
def test_money(line: str) -> None:
    text, value, currency = line.rsplit(" ", 2)
    assert read(text) == [f"{value} {currency}"]


def test_english_words_in_chinese_text() -> None:
    text = "周三前 send quote by EOD Friday, budget 80k, next Wednesday下午三点 call"
    assert read(text) == [[None, "2026-11-25"], "2026-11-27T23:59", "80000 CNY", "2026-12-02T15:00"]


def test_on_a_sunday_weeks_have_not_begun_anew() -> None:
    sunday = datetime.fromisoformat("2026-11-29T10:00:00+08:00")
    days = [find_values(text, now=sunday, lang="zh")[0] for text in ("下周一", "上周五", "周五")]
    assert [str(day.past.start) for day in days if day.past] == ["2026-11-30", "2026-11-20", "2026-11-27"]


def test_an_amount_behind_its_month_is_no_day() -> None:
    assert read("12月 80万") == [["2026-12-01", "2026-12-31"], "800000 CNY"]
    assert read("2月30日 80万") == ["800000 CNY"]


def test_several_values_in_one_message() -> None:
    assert read("下周三跟华为张总谈200台，预算50万，月底前定") == ["2026-12-02", "500000 CNY", [None, "2026-11-30"]]


@pytest.mark.parametrize("text", ["50-80万", "50到80万", "预算50万至80万"])
def test_both_ends_of_a_range_of_money(text: str) -> None:
    assert read(text) == ["500000 CNY", "800000 CNY"]


def test_traditional_characters_read_alike() -> None:
    assert read("下週三下午三點，預算五十萬，後天簽約") == read("下周三下午三点，预算五十万，后天签约")


def test_places_are_those_of_the_text_as_given() -> None:
    text = "预\u200b算：５０\u200b万，下\u200b周三"
    assert [value.text for value in find_values(text, now=NOW, lang="zh")] == ["５０\u200b万", "下\u200b周三"]
