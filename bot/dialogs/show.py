"""Values as people read them, in their language: dates with their weekday, amounts with their currency."""

from datetime import date, datetime

from bot.dialogs.model import Found, Match
from config.catalog import Catalog
from config.types import Money, minor_digits
from nlu.phones import spaced, split_extension


def show_day(day: date, words: Catalog, *, today: date) -> str:
    """ "12-02 周三", "Wed 2 Dec"; with the year where it is not this one."""
    key = "common.date.day" if day.year == today.year else "common.date.day_of_year"
    return words.say(
        key,
        year=day.year,
        month=day.month,
        day=day.day,
        month_name=words.words("common.date.months")[day.month - 1],
        weekday=words.words("common.date.weekdays")[day.weekday()],
    )


def show_moment(moment: datetime, words: Catalog, *, now: datetime, has_time: bool = True) -> str:
    """ "12-02 周三 15:00" in the zone of ``now``."""
    local = moment.astimezone(now.tzinfo)
    day = show_day(local.date(), words, today=now.date())
    return words.say("common.date.day_and_time", day=day, time=f"{local:%H:%M}") if has_time else day


def show_money(money: Money, words: Catalog) -> str:
    """¥500,000, US$1,200,000.50: exact, with the currency's own decimals only where they are not zero."""
    digits = minor_digits(money.currency or "")
    is_whole = money.value == money.value.to_integral_value()
    amount = f"{abs(money.value):,.0f}" if is_whole else f"{abs(money.value):,.{digits}f}"
    symbols = words.symbols("common.currency")
    sign = "-" if money.value < 0 else ""
    currency = money.currency or ""
    symbol = symbols.get(currency)
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{amount} {currency}".rstrip()


def which(said: str, found: Found, words: Catalog) -> str:
    """The question which of several (or of some that are only near) a name means, each with its telling second fact."""
    key = "dialog.which_named" if found.is_sure else "dialog.did_you_mean"
    return words.say(key, name=said, matches=listed(found, words))


def listed(found: Found, words: Catalog) -> str:
    """The matches, a numbered line each."""
    return "\n".join(
        words.say("dialog.match", number=number, name=match.name, hint=match.hint)
        if match.hint
        else words.say("dialog.match_alone", number=number, name=match.name)
        for number, match in enumerate(found.matches, 1)
    )


def labelled(found: Found) -> list[tuple[Match, str]]:
    """The matches with what their buttons say: the name, and the first of the telling facts where two have the same."""
    names = [match.name for match in found.matches]
    facts = [match.hint.split(" · ")[0] if names.count(match.name) > 1 else "" for match in found.matches]
    return [(m, f"{m.name} · {fact}" if fact else m.name) for m, fact in zip(found.matches, facts, strict=True)]


def shortened(text: str, size: int) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= size else f"{line[: size - 1]}…"


def show_phone(number: str, words: Catalog) -> str:
    """A number as people read it aloud: 138 0013 8000, 0512 6677 8899 转 802."""
    extension = split_extension(number)[1]
    shown = spaced(number)
    return words.say("common.phone_extension", number=shown, extension=extension) if extension else shown


def show_handle(handle: str, words: Catalog) -> str:
    """ "wechat:zhang_huawei" as 微信 zhang_huawei."""
    service, _, name = handle.partition(":")
    return f"{words.say(f'common.im.{service}')} {spaced(name)}"
