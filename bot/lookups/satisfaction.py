"""「这个月满意度」, 「客服满意度按人」, "CSAT this quarter by handler": how satisfied customers are, their words."""

from dataclasses import replace
from decimal import Decimal
from typing import get_args

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day
from bot.rules import satisfaction
from bot.rules.satisfaction import By, Results
from bot.tables import tabled
from bot.talk.cues import blanked, cues_in, left
from bot.talk.memory import Memory
from bot.talk.periods import quarter_of
from bot.talk.phrases import filled
from bot.world import World
from config.catalog import catalog
from config.service import SERVICE
from config.types import Period, Row
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

MAX_CHARS = 60
_BY: tuple[By, ...] = get_args(By)
_CUES = ("topic", *(f"by.{by}" for by in _BY))


def asked(world: World, heard: Understanding) -> Json | None:
    """The look-up that a message asks for: it names the subject, perhaps a time and a grouping, and nothing else."""
    if len(heard.text) > MAX_CHARS:
        return None
    words, text = catalog(heard.lang), fold(heard.text)
    said = filled(words, "satisfaction.search", heard.text.strip().rstrip("。.!！?？"))
    if said:
        return {"do": "satisfaction", "words": said}
    cues = cues_in(words, "satisfaction", _CUES, text)
    names, spans = {name for name, _span in cues}, [span for _name, span in cues]
    if "topic" not in names:
        return None
    values = world.values_in(blanked(text, spans))
    value = next((one for one in values if one.kind in ("date", "range") and one.past is not None), None)
    spans += [(value.start, value.end)] if value is not None else []
    if left(words, "satisfaction.filler", text, spans):
        return None
    by = next((by for by in _BY if f"by.{by}" in names), None)
    period = value.past.days.to_json() if value is not None and value.past is not None else None
    return {"do": "satisfaction", "by": by, "period": period}


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
        text = words.line(facts)
        lines.append(words.say("satisfaction.answer", score=survey.satisfaction, text=text))
    return Reply("\n".join(lines))


def _buttons(world: World, period: Period, by: str | None) -> tuple[Press, ...]:
    names = [name for name in (*_BY, "lowest") if name != by]
    names = [name for name in names if name != "survey" or world.crm.surveys.products]
    return tuple(
        Press(
            world.words.say(f"satisfaction.button.{name}"),
            {"do": "satisfaction", "by": name, "period": period.to_json()},
            is_open=True,
        )
        for name in names
    )


def _period(world: World, given: Json | None) -> Period:
    """The time that was named, else this quarter; nothing has been answered after today."""
    today = world.now.date()
    named = Period.from_json(given) if given else quarter_of(today)
    return Period(named.start, max(named.start, min(named.end, today)))


def _shown(world: World, period: Period) -> str:
    days = [show_day(day, world.words, today=world.now.date()) for day in (period.start, period.end)]
    return world.words.say("satisfaction.period", start=days[0], end=days[1]) if days[0] != days[1] else days[0]


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"
