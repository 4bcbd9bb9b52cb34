"""Holidays by name. Solar ones are reckoned here; Chinese lunar ones by ``lunardate``, loaded at the first use;
moving ones of other calendars from the tables of ``holidays``, loaded at the first use."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Final

from nlu.types import Grain
from nlu.values.cycles import Days, Yearly

__all__ = ["holiday", "lunar_day", "nth_weekday"]

# (month, day)
_SOLAR: Final = {
    "christmas": (12, 25), "christmas_eve": (12, 24), "new_year": (1, 1), "new_year_eve": (12, 31),
    "valentine": (2, 14),
    "halloween": (10, 31), "boxing_day": (12, 26), "july4": (7, 4), "veterans_day": (11, 11), "juneteenth": (6, 19),
    "april_fools": (4, 1), "patrick": (3, 17), "earth_day": (4, 22), "national_day": (10, 1), "may_day": (5, 1),
    "womens_day": (3, 8), "childrens_day": (6, 1), "teachers_day": (9, 10), "youth_day": (5, 4), "army_day": (8, 1),
    "party_day": (7, 1), "arbor_day": (3, 12), "singles_day": (11, 11), "double12": (12, 12), "june18": (6, 18),
    "groundhog_day": (2, 2), "cinco_de_mayo": (5, 5), "flag_day": (6, 14), "tax_day": (4, 15),
    "all_saints": (11, 1),
    "epiphany": (1, 6), "orthodox_christmas": (1, 7), "old_new_year": (1, 14), "pi_day": (3, 14), "george": (4, 23),
    "all_souls": (11, 2), "human_rights": (12, 10), "assumption": (8, 15), "immaculate": (12, 8), "boss": (10, 16),
    "lincoln": (2, 12), "emancipation": (4, 16), "inauguration": (1, 20), "kwanzaa": (12, 26), "kings_day": (4, 27),
    "anzac": (4, 25), "waitangi": (2, 6), "aids_day": (12, 1), "gandhi": (10, 2),
    "patriot_day": (9, 11), "siblings_day": (4, 10), "environment_day": (6, 5), "vegan_day": (11, 1),
    "guy_fawkes": (11, 5), "canada_day": (7, 1), "australia_day": (1, 26), "bastille": (7, 14),
}  # fmt: skip
# (month, weekday, which one; negative from the end, days later)
_NTH: Final = {
    "thanksgiving": (11, 3, 4, 0), "black_friday": (11, 3, 4, 1), "cyber_monday": (11, 3, 4, 4),
    "labor_day": (9, 0, 1, 0),
    "memorial_day": (5, 0, -1, 0), "mlk": (1, 0, 3, 0), "presidents": (2, 0, 3, 0), "columbus_day": (10, 0, 2, 0),
    "parents_day": (7, 6, 4, 0), "commonwealth": (3, 0, 2, 0), "armed_forces": (5, 5, 3, 0),
    "mothers_day": (5, 6, 2, 0), "fathers_day": (6, 6, 3, 0), "sysadmin_day": (7, 4, -1, 0),
    "grandparents_day": (9, 0, 1, 6), "small_business": (11, 3, 4, 2), "us_arbor_day": (4, 4, -1, 0),
    "administrative_professionals": (4, 5, -1, -3),
}  # fmt: skip
# days after Easter Sunday
_EASTER: Final = {
    "easter": 0, "good_friday": -2, "easter_monday": 1, "ash_wednesday": -46, "maundy_thursday": -3,
    "shrove_tuesday": -47, "holy_saturday": -1, "ascension": 39, "whit_monday": 50, "trinity": 56, "corpus_christi": 60,
    "palm_sunday": -7, "pentecost": 49,
}  # fmt: skip
# days after the Easter Sunday of the eastern churches
_ORTHODOX: Final = {
    "orthodox_easter": 0, "orthodox_good_friday": -2, "orthodox_palm_sunday": -7, "lazarus_saturday": -8,
    "clean_monday": -48, "orthodox_easter_monday": 1, "orthodox_pentecost": 49, "orthodox_ascension": 39,
}  # fmt: skip
# name → (another holiday, days after it)
_BESIDE: Final = {
    "dhanteras": ("diwali", -2), "naraka_chaturdashi": ("diwali", -1), "shushan_purim": ("purim", 1),
    "yom_hashoah": ("passover", 12), "yom_haatzmaut": ("passover", 19), "ramadan": ("eid_fitr", -29),
    "laylat_al_qadr": ("eid_fitr", -4), "military_spouse": ("mothers_day", -2), "bhogi": ("pongal", -1),
    "mattu_pongal": ("pongal", 1), "kaanum_pongal": ("pongal", 2), "arafah": ("eid_adha", -1),
}  # fmt: skip
# Chinese lunar (month, day); month 13 is the first of the next year, day 0 the eve
_LUNAR: Final = {
    "spring_festival": (1, 1), "new_year_eve_lunar": (1, 0), "lantern": (1, 15), "dragon_boat": (5, 5),
    "qixi": (7, 7),
    "zhongyuan": (7, 15), "mid_autumn": (8, 15), "chongyang": (9, 9), "laba": (12, 8),
}  # fmt: skip
# name → (country, a piece of the holiday's English name), as the tables of ``holidays`` have them
_LISTED: Final = {
    "diwali": ("IN", "Diwali"), "holi": ("IN", "Holi"), "holika": ("IN", "Holika Dahan"),
    "shivaratri": ("IN", "Maha Shivaratri"),
    "parsi_new_year": ("IN", "Parsi New Year"), "raksha_bandhan": ("IN", "Raksha Bandhan"),
    "janmashtami": ("IN", "Janmashtami"),
    "ganesh_chaturthi": ("IN", "Ganesh Chaturthi"), "onam": ("IN", "Onam"), "pongal": ("IN", "Pongal"),
    "ugadi": ("IN", "Ugadi"),
    "ram_navami": ("IN", "Ram Navami"), "dussehra": ("IN", "Dussehra"), "karva_chauth": ("IN", "Karaka Chaturthi"),
    "bhai_dooj": ("IN", "Bhai Duj"), "chhath": ("IN", "Pratihar Shashthi"), "guru_nanak": ("IN", "Guru Nanak"),
    "vaisakhi": ("IN", "Vaisakhi"),
    "vesak": ("IN", "Buddha Purnima"), "rath_yatra": ("IN", "Rath Yatra"),
    "basant_panchami": ("IN", "Basant Panchami"),
    "mahavir": ("IN", "Mahavira"), "ashura": ("IN", "Ashura"), "mawlid": ("AE", "Prophet's Birthday"),
    "isra": ("AE", "Isra"),
    "eid_fitr": ("AE", "Eid al-Fitr"), "eid_adha": ("AE", "Eid al-Adha"),
    "islamic_new_year": ("AE", "Islamic New Year"),
    "hanukkah": ("IL", "Hanukkah"), "passover": ("IL", "Pesach"), "rosh_hashanah": ("IL", "Rosh Hashanah"),
    "yom_kippur": ("IL", "Yom Kippur"), "purim": ("IL", "Purim"), "shavuot": ("IL", "Shavuot"),
    "sukkot": ("IL", "Sukkot"),
    "lag_baomer": ("IL", "Lag BaOmer"), "simchat_torah": ("IL", "Simchat Torah"), "tisha_bav": ("IL", "Tisha B'Av"),
    "victoria_day": ("CA", "Victoria Day"),
}  # fmt: skip


def holiday(name: str) -> Yearly:
    """The holiday as a yearly time; in a year without it, it has no days."""
    return Yearly(_finder(name), Grain.DAY)


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date | None:
    """The ``which``-th weekday of a month, counted from its end when negative; None if it has fewer."""
    if which > 0:
        first = date(year, month, 1)
        found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    else:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        found = last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-which - 1))
    return found if found.month == month else None


def lunar_day(year: int, month: int, day: int) -> date | None:
    """The solar date of a day of the Chinese lunar year that begins in ``year`` (1900 to 2099); day 0 is the eve."""
    from lunardate import LunarDate

    try:
        found: date = LunarDate(year, month, max(day, 1)).to_solar_date()
    except ValueError:
        return None
    return found - timedelta(days=1) if day == 0 else found


@cache
def _finder(name: str) -> Callable[[int], Days | None]:
    def find(year: int) -> Days | None:
        found = _date(name, year)
        return (found, found) if found else None

    return find


@cache
def _date(name: str, year: int) -> date | None:
    if name in _SOLAR:
        return date(year, *_SOLAR[name])
    if name in _NTH:
        month, weekday, which, later = _NTH[name]
        found = nth_weekday(year, month, weekday, which)
        return found + timedelta(days=later) if found else None
    if name in _ORTHODOX:
        return _orthodox_easter(year) + timedelta(days=_ORTHODOX[name])
    if name in _BESIDE:
        other, later = _BESIDE[name]
        found = _date(other, year)
        return found + timedelta(days=later) if found else None
    if name in _EASTER:
        return _easter(year) + timedelta(days=_EASTER[name])
    if name in _LUNAR:
        return lunar_day(year, *_LUNAR[name])
    if name in ("qingming", "dongzhi"):
        return _solar_term(name, year)
    return _listed(name, year) if name in _LISTED else None


def _easter(year: int) -> date:
    """Western Easter Sunday (Gregorian computus after Butcher, 1876)."""
    century, rest = divmod(year, 100)
    epact = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    back = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    skip = (year % 19 + 11 * epact + 22 * back) // 451
    month, day = divmod(epact + back - 7 * skip + 114, 31)
    return date(year, month, day + 1)


def _orthodox_easter(year: int) -> date:
    """Easter Sunday of the eastern churches, 1900 to 2099 (Julian computus after Meeus, in our calendar)."""
    full = (19 * (year % 19) + 15) % 30
    back = (2 * (year % 4) + 4 * (year % 7) - full + 34) % 7
    month, day = divmod(full + back + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def _solar_term(name: str, year: int) -> date:
    """清明 and 冬至 by the usual century formula, right for 1901–2099 but for a handful of years (冬至 2021 is one)."""
    short = year % 100
    if name == "qingming":
        return date(year, 4, int(short * 0.2422 + (4.81 if year >= 2000 else 5.59)) - short // 4)
    return date(year, 12, int(short * 0.2422 + (21.94 if year >= 2000 else 22.6)) - short // 4)


def _listed(name: str, year: int) -> date | None:
    import holidays

    country, piece = _LISTED[name]
    if not 1950 <= year <= 2100:
        return None
    every = holidays.country_holidays(country).supported_categories
    table = holidays.country_holidays(country, years=year, language="en_US", categories=every)
    titles = [(day, title) for day, joined in table.items() if day.year == year for title in joined.split("; ")]
    exact = [day for day, title in titles if title == piece]
    return min(exact or [day for day, title in titles if title.startswith((f"{piece} ", f"{piece}'"))], default=None)
