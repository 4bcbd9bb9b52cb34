"""What times and amounts in English mean. Every case is read on Monday, 23 November 2026, 14:30 in Shanghai."""

from datetime import datetime

import pytest

from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


def read(text: str) -> list[object]:
    """What is printed for a text, instants without seconds and offset."""
    return [_short(value) for value in values_json(find_values(text, now=NOW, lang="en"), NOW)]


def _short(value: object) -> object:
    if isinstance(value, list):
        return [_short(part) for part in value]
    if isinstance(value, dict):
        return f"{value['value']} {value['currency']}"
    return value[:16] if isinstance(value, str) and "T" in value else value


TIMES = """
tomorrow | 2026-11-24
the day after tomorrow | 2026-11-25
Wednesday | 2026-11-25
next Wednesday | 2026-12-02
last Friday | 2026-11-20
wednesday of next week | 2026-12-02
friday after next | 2026-12-04
monday after next | 2026-12-07
the friday before last | 2026-11-13
expected Jan | 2027-01-01..2027-01-31
tomorrow 12 noon | 2026-11-24T12:00
five years before 2010 | 2005-01-01..2005-12-31
Thanksgiving week | 2026-11-23..2026-11-29
9.30-11.00 on the 5th | 2026-12-05T09:30..2026-12-05T11:00
weeks 12 to 14 | 2026-03-16..2026-04-05
mid to late June | 2027-06-11..2027-06-30
mid-to-late June | 2027-06-11..2027-06-30
w/e 11 Dec | 2026-12-07..2026-12-13
2nd week Dec | 2026-12-07..2026-12-13
3-ish on Friday | 2026-11-27T15:00
the latter part of March | 2027-03-21..2027-03-31
early-mid June | 2027-06-01..2027-06-20
sat 8:30am | 2026-11-28T08:30
10.30 tomorrow | 2026-11-24T10:30
Friday 14.30 | 2026-11-27T14:30
10am sharp tomorrow | 2026-11-24T10:00
20:00hrs tomorrow | 2026-11-24T20:00
twenty to five in the afternoon | 2026-11-23T16:40
the 8th | 2026-12-08
Tuesday the 8th | 2026-12-08
March 3rd | 2027-03-03
3 March 2027 | 2027-03-03
14-nov-2027 | 2027-11-14
12/3 | 2026-12-03
12/03/2026 | 2026-12-03
23.04.2027 | 2027-04-23
in a fortnight | 2026-12-07
in two weeks | 2026-12-07
10 days ago | 2026-11-13
3 weeks after Christmas | 2027-01-15
the day after Christmas | 2026-12-26
end of next month | 2026-12-31
end of April | 2027-04-30
last Friday of October 2027 | 2027-10-29
third Tuesday of January | 2027-01-19
the closest Monday to Oct 5th | 2027-10-04
Thanksgiving | 2026-11-26
Easter 2027 | 2027-03-28
Chinese New Year | 2027-02-06
15 marzo 2027 | 2027-03-15
Mon 10am | 2026-11-30T10:00
half past three | 2026-11-23T15:30
tomorrow at noon | 2026-11-24T12:00
a quarter to nine on friday | 2026-11-27T08:45
8 this evening | 2026-11-23T20:00
15h20 | 2026-11-23T15:20
Dec 1 at 2:30pm | 2026-12-01T14:30
tmrw 8.30 | 2026-11-24T08:30
see you Fri 3.30 | 2026-11-27T15:30
this am | 2026-11-23
send it fri | 2026-11-27
all of August | 2027-08-01..2027-08-31
2026-12-01T10:30:00 | 2026-12-01T10:30
9 tomorrow morning | 2026-11-24T09:00
in half an hour | 2026-11-23T15:00
Thursday 8:00 GMT | 2026-11-26T16:00
EOD Friday | 2026-11-27T23:59
last 3 months | 2026-08-01..2026-10-31
next five days | 2026-11-24..2026-11-28
within 2 weeks | 2026-11-23..2026-12-07
Q2 | 2027-04-01..2027-06-30
H1 2027 | 2027-01-01..2027-06-30
2019-Q1 | 2019-01-01..2019-03-31
first week of January 2027 | 2027-01-04..2027-01-10
the week of December 9th | 2026-12-07..2026-12-13
mid-March | 2027-03-11..2027-03-20
beginning of next week | 2026-11-30..2026-12-02
YTD | 2026-01-01..2026-11-23
between 3 and 5pm | 2026-11-23T15:00..2026-11-23T17:00
from 9:30 to 11 on Thursday | 2026-11-26T09:30..2026-11-26T11:00
tomorrow 10-4 | 2026-11-24T10:00..2026-11-24T16:00
July 13 - 15 | 2027-07-13..2027-07-15
April 22-25, 2027 | 2027-04-22..2027-04-25
from march 2027 to june 2028 | 2027-03-01..2028-06-30
Jan-Feb 2027 | 2027-01-01..2027-02-28
Monday through Friday | 2026-11-23..2026-11-27
for 2 weeks starting May 20th | 2027-05-20..2027-06-02
by Friday | None..2026-11-27
before the end of the month | None..2026-11-30
after 5pm tomorrow | 2026-11-24T17:00..None
since last Monday | 2026-11-16..None
the Friday before Christmas | 2026-12-18
the week after Christmas | 2026-12-28..2027-01-03
Diwali 2026 | 2026-11-08
in the next two weeks | 2026-11-30..2026-12-13
20 of next month | 2026-12-20
w/c 7 December | 2026-12-07..2026-12-13
3Q 2027 | 2027-07-01..2027-09-30
2025 or later | 2025-01-01..None
"""

MONEY = """
$1.2M | 1200000 USD
US$2m | 2000000 USD
€35k | 35000 EUR
50 lakh rupees | 5000000 INR
Rs 2 crore | 20000000 INR
seven quid | 7 GBP
two hundred fifty thousand dollars | 250000 USD
half a million euros | 500000 EUR
HK$ 3 million | 3000000 HKD
twenty dollars and 43 cents | 20.43 USD
£ 8.10 million | 8100000 GBP
75 USD million | 75000000 USD
SEK 4.2m | 4200000 SEK
50k | 50000 None
2.1m | 2100000 None
a budget of 12,500 | 12500 None
80 grand | 80000 None
3,000,000 won | 3000000 KRW
300 pesos | 300 None
CAD3.03 | 3.03 CAD
34 cents | 0.34 USD
"""


PERIODS = """
in more than 3 days | 2026-11-26..None
next next week | 2026-12-07..2026-12-13
6 mos from now | 2027-05-23
penultimate Monday of April | 2027-04-19
second to last Friday of March | 2027-03-19
the third to last day of March | 2027-03-29
the 2nd to last week of 2027 | 2027-12-20..2027-12-26
the second closest Mon to October 5th | 2027-10-11
two-week period starting March 3 | 2027-03-03..2027-03-16
a 3 day period beginning Monday | 2026-11-23..2026-11-25
the two weeks following March 3 | 2027-03-04..2027-03-17
the two weeks preceding Christmas | 2026-12-11..2026-12-24
the day following Christmas | 2026-12-26
day after next Monday | 2026-12-01
two days following the 15th | 2026-12-17
the weekend before Christmas | 2026-12-19..2026-12-20
weekend of this week | 2026-11-28..2026-11-29
next two decades | 2030-01-01..2049-12-31
in 2 years from now | 2028-11-23
in 2-3 weeks | 2026-12-07
in two or three weeks | 2026-12-07
2-3 days ago | 2026-11-21
within 2-3 days | 2026-11-23..2026-11-25
the first 3 quarters of 2027 | 2027-01-01..2027-09-30
2012 - now | 2012-01-01..2026-11-23
from 2010 on | 2010-01-01..None
1H 2027 | 2027-01-01..2027-06-30
2H27 | 2027-07-01..2027-12-31
3Q27 | 2027-07-01..2027-09-30
last half of the year | 2026-07-01..2026-12-31
latter half of 2027 | 2027-07-01..2027-12-31
the 15th of March | 2027-03-15
wed next week | 2026-12-02
by 5 tomorrow | None..2026-11-24T17:00
after 5 on friday | 2026-11-27T17:00..None
before 9 on monday | None..2026-11-30T09:00
two thirty tomorrow | 2026-11-24T14:30
upto 8pm | None..2026-11-23T20:00
rest of the day | 2026-11-23T14:30..2026-11-23T23:59
all saints' day | 2027-11-01
dhanteras 2027 | 2027-10-27
orthodox easter 2027 | 2027-05-02
the first 10 days of january | 2027-01-01..2027-01-10
the last two weeks of december | 2026-12-21..2027-01-03
the last 3 months of 2027 | 2027-10-01..2027-12-31
last quarter of 2025 | 2025-10-01..2025-12-31
the rest of 2026 | 2026-11-23..2026-12-31
the late 1990s | 1995-01-01..1999-12-31
since August | 2026-08-01..None
less than 5 days ago | 2026-11-18..2026-11-23
labor day weekend | 2027-09-04..2027-09-06
in the month of may | 2027-05-01..2027-05-31
summer of last year | 2025-06-21..2025-09-22
first monday next month | 2026-12-07
a week tomorrow | 2026-12-01
friday week | 2026-12-04
in two weeks on sunday | 2026-12-13
in 2 days at 5pm | 2026-11-25T17:00
march first nineteen ninety nine | 1999-03-01
the two weeks after christmas | 2026-12-26..2027-01-08
the last few weeks of the year | 2026-12-14..2027-01-03
second half of next month | 2026-12-16..2026-12-31
first half sales | 2027-01-01..2027-06-30
week 42, 2027 | 2027-10-18..2027-10-24
the week ending friday | 2026-11-23..2026-11-29
from 2010 to the present | 2010-01-01..2026-11-23
from March to the start of June | 2027-03-01..2027-06-01
last Tuesday through to Thursday | 2026-11-17..2026-11-19
by month end | None..2026-11-30
the early 1990's | 1990-01-01..1994-12-31
this fiscal year | 2026-01-01..2026-12-31
from march 5th through 7th, 2027 | 2027-03-05..2027-03-07
9 to 5 on friday | 2026-11-27T09:00..2026-11-27T17:00
the coming Friday | 2026-11-27
2 hours before midnight | 2026-11-23T22:00
30 minutes before noon tomorrow | 2026-11-24T11:30
friday 17:30 utc+2 | 2026-11-27T23:30
20 till 7 tonight | 2026-11-23T18:40
nine-thirty am tomorrow | 2026-11-24T09:30
14.12.26 at 9:00 | 2026-12-14T09:00
the end of friday | 2026-11-27T23:59
ten to 4 tomorrow | 2026-11-24T15:50
at half 3 tomorrow | 2026-11-24T15:30
make that half nine | 2026-11-23T21:30
half nine tomorrow | 2026-11-24T09:30
this arvo | 2026-11-23
yesty | 2026-11-22
ring Jo a fortnight today | 2026-12-07
a fortnight today to ring Jo | 2026-12-07
end of mo | 2026-11-30
call jo tues pm | 2026-11-24
records for August 99 | 1999-08-01..1999-08-31
1030am tomorrow | 2026-11-24T10:30
tomorrow around 3 | 2026-11-24T15:00
3ish tomorrow | 2026-11-24T15:00
sunday @ 3pm | 2026-11-29T15:00
"""

CHANGE = """
a dollar fifty | 1.5 USD
2,30 € | 2.3 EUR
1.234,56 € | 1234.56 EUR
€42 000 | 42000 EUR
R350k | 350000 ZAR
R42 000 | 42000 ZAR
42 000 rand | 42000 ZAR
50p | 0.5 GBP
99 us cents | 0.99 USD
100 danish crowns | 100 DKK
a 100-dollar bill | 100 USD
"""


def cases(table: str) -> list[list[str]]:
    return [line.split(" | ") for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "want"), [*cases(TIMES), *cases(PERIODS)])
def test_time(text: str, want: str) -> None:
    start, dots, end = want.partition("..")
    expected = [None if part == "None" else part for part in (start, end)] if dots else want
    assert read(text) == [expected]


@pytest.mark.parametrize(("text", "want"), [*cases(MONEY), *cases(CHANGE)])
def test_money(text: str, want: str) -> None:
    assert read(text) == [want]


def test_both_ends_of_a_range_of_money() -> None:
    assert read("$5-10k") == ["5000 USD", "10000 USD"]
    assert read("$14,200-16,000") == ["14200 USD", "16000 USD"]
    assert read("£12,500 - 15,000") == ["12500 GBP", "15000 GBP"]
    assert read("from 12 to 20 euros") == ["12 EUR", "20 EUR"]
    assert read("5M-6M USD") == ["5000000 USD", "6000000 USD"]
    assert read("a million and a half") == ["1500000 None"]
    assert read("three quarters of a million") == ["750000 None"]


def test_a_weekday_has_a_past_and_a_future() -> None:
    (value,) = find_values("met them Friday", now=NOW, lang="en")
    assert value.past is not None
    assert value.future is not None
    assert (value.past.start.isoformat(), value.future.start.isoformat()) == ("2026-11-20", "2026-11-27")


def test_days_that_share_a_month() -> None:
    assert read("the 2nd, 3rd and 4th of June") == ["2027-06-02", "2027-06-03", "2027-06-04"]


def test_several_values_in_one_message() -> None:
    assert read("quoted £24k yesterday, they want 18k by Tuesday 9:30") == [
        "24000 GBP", "2026-11-22", "18000 None", [None, "2026-11-24T09:30"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "offset", "day"),
    [
        ("due 2/4", "+08:00", "2027-02-04"),
        ("due 2/4", "-05:00", "2027-02-04"),
        ("due 2/4", "+11:00", "2027-04-02"),  # Sydney
        ("due 2/4", "+05:30", "2027-04-02"),  # Mumbai
        ("visit 17/3, due 2/4", "-05:00", "2027-04-02"),  # the text itself tells
        ("visit 3/17, due 2/4", "+11:00", "2027-02-04"),
    ],
)
def test_the_day_stands_first_where_people_write_it_so(text: str, offset: str, day: str) -> None:
    now = datetime.fromisoformat(f"2026-11-23T14:30:00{offset}")
    assert day in str(values_json(find_values(text, now=now, lang="en"), now)[-1])
