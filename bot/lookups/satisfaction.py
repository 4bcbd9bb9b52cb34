"""「这个月满意度」, 「客服满意度按人」, "CSAT this quarter by handler": how satisfied customers are, their words."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import get_args

from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import shortened, show_day
from bot.rules import satisfaction
from bot.rules.satisfaction import By, Results
from bot.tables import tabled
from bot.talk.memory import Memory
from bot.talk.phrases import filled
from bot.world import World
from config.catalog import Catalog, catalog
from config.service import SERVICE
from config.types import LANGUAGES, Period, Row
from storage import records

MAX_CHARS = 60


def asked(world: World, text: str) -> Json | None:
    """The look-up that a message asks for: it names the subject, perhaps a time and a grouping, and nothing else."""
    if len(text) > MAX_CHARS:
        return None
    said = next((found for words in _everyone() if (found := filled(words, "satisfaction.search", text))), None)
    if said:
        return {"do": "satisfaction", "words": said}
    rest = f" {text.casefold()} "
    if _taken(rest, "topic") == rest:
        return None
    by, period = None, None
    for name in get_args(By):
        without = _taken(rest, f"by.{name}")
        if without != rest:
            rest, by = without, name
    rest = _taken(rest, "topic")
    value = next(iter(world.understand(rest).of_kind("date", "range")), None)
    if value is not None and value.past is not None:
        period = [str(moment)[:10] for moment in (value.past.start, value.past.end)]
        rest = f"{rest[: value.start]} {rest[value.end :]}"
    if any(character.isalnum() for character in _taken(rest, "filler")):
        return None
    return {"do": "satisfaction", "by": by, "period": period}


def _everyone() -> tuple[Catalog, ...]:
    """The words of all languages: "CSAT" is said in each."""
    return tuple(catalog(language) for language in LANGUAGES)


def _taken(text: str, key: str) -> str:
    """The text without the phrases under the key, in any language; Latin ones are taken as whole words only."""
    return _phrases(key).sub(" ", text)


@cache
def _phrases(key: str) -> re.Pattern[str]:
    """Matches one of the phrases under the key, the longest that stands there."""
    phrases = {phrase for words in _everyone() for phrase in words.words(f"satisfaction.{key}")}
    whole = r"(?<![a-z0-9]){}(?![a-z0-9])"
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(
        "|".join(whole.format(re.escape(one)) if one.isascii() else re.escape(one) for one in longest_first)
    )


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The results, of all or in groups; the words that people wrote. Raises NotAllowed."""
    if "words" in action:
        found = satisfaction.words_with(world, action["words"], limit=world.crm.limits.list_rows)
        return _answers(world, "satisfaction.words_head" if found else "satisfaction.no_words", found)
    period = _period(world, action.get("period"))
    if action.get("by") == "lowest":
        found = satisfaction.lowest(world, period, limit=world.crm.limits.list_rows)
        return _answers(world, "satisfaction.lowest_head" if found else "satisfaction.none", found)
    whole, by = satisfaction.results(world, period), action.get("by")
    head = world.words.say("satisfaction.head", period=_shown(world, period))
    if not whole.asked and by != "survey":
        return Reply(f"{head}\n{world.words.say('satisfaction.none')}")
    groups = satisfaction.results_by(world, period, by) if by else []
    below = [] if by else _whole(world, whole)
    reply = tabled(world.words, [head], [_row(world, group) for group in groups], below, _buttons(world, period, by))
    return _drawn(world, reply, period, groups) if by == "month" and len(groups) > 1 else reply


def _drawn(world: World, reply: Reply, period: Period, months: list[Results]) -> Reply:
    """The months as a curve, with the band within which it would lie had everybody answered."""
    from bot.pictures.sheet import Head
    from bot.pictures.trend import Band, Line, trend

    words = world.words
    bounds = [month.bounds or (0.0, 1.0) for month in months]
    low, high = (tuple(_hundredths(pair[n]) for pair in bounds) for n in (0, 1))
    line = Line(words.say("satisfaction.picture_line"), tuple(_hundredths(month.csat) for month in months))
    band = Band(words.say("satisfaction.picture_band"), low, high)
    head = Head(words.say("satisfaction.picture"), _shown(world, period))
    picture = trend(head, [month.name for month in months], [line], unit="%", words=words, band=band)
    return replace(reply, picture=picture.png, picture_alt=picture.alt)


def _hundredths(share: float | None) -> Decimal | None:
    return Decimal(round(share * 100)) if share is not None else None


def _whole(world: World, whole: Results) -> list[str]:
    words = world.words
    if whole.csat is None or whole.mean is None:
        lines = [words.say("satisfaction.no_answers", asked=whole.asked)]
    else:
        facts = {"csat": _percent(whole.csat), "answered": whole.answered, "good": whole.good}
        lines = [words.say("satisfaction.csat", mean=f"{whole.mean:.1f}", **facts)]
    low, high = whole.bounds or (0.0, 1.0)
    rate = _percent(whole.response or 0.0)
    lines.append(
        words.say("satisfaction.response", rate=rate, asked=whole.asked, low=_percent(low), high=_percent(high))
    )
    if whole.answered:
        lines.append(words.say("satisfaction.scores", **{f"n{score}": n for score, n in whole.scores.items()}))
    return lines


def _row(world: World, group: Results) -> Row:
    words = world.words
    name = group.name or words.say("satisfaction.nobody")
    name = words.say("satisfaction.of_service") if name == SERVICE else name
    facts = {"answered": group.answered, "asked": group.asked}
    if group.csat is None or group.mean is None:
        return name, words.say("satisfaction.row_unanswered", **facts)
    return name, words.say("satisfaction.row", csat=_percent(group.csat), mean=f"{group.mean:.1f}", **facts)


def _answers(world: World, head: str, found: "list[records.Survey]") -> Reply:
    words = world.words
    lines = [words.say(head)]
    for survey in found:
        request = survey.service_request
        facts = (
            survey.customer.name if survey.customer else "",
            f"{request.number} {shortened(request.description, 20)}" if request else "",
            shortened(survey.comment or "", 100),
        )
        text = words.say("common.value_separator").join(fact for fact in facts if fact)
        lines.append(words.say("satisfaction.answer", score=survey.satisfaction, text=text))
    return Reply("\n".join(lines))


def _buttons(world: World, period: Period, by: str | None) -> tuple[Press, ...]:
    dates = [period.start.isoformat(), period.end.isoformat()]
    names = [name for name in (*get_args(By), "lowest") if name != by]
    names = [name for name in names if name != "survey" or world.crm.surveys.products]
    return tuple(
        Press(
            world.words.say(f"satisfaction.button.{name}"),
            {"do": "satisfaction", "by": name, "period": dates},
            is_open=True,
        )
        for name in names
    )


def _period(world: World, given: Json | None) -> Period:
    """The time that was named, else this quarter; nothing has been answered after today."""
    today = world.now.date()
    if given:
        start, end = (date.fromisoformat(day) for day in given)
    else:
        start, end = date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today
    return Period(start, max(start, min(end, today)))


def _shown(world: World, period: Period) -> str:
    days = [show_day(day, world.words, today=world.now.date()) for day in (period.start, period.end)]
    return world.words.say("satisfaction.period", start=days[0], end=days[1]) if days[0] != days[1] else days[0]


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"
