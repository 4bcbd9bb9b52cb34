"""What is said about the future: the forecast, its record so far, and how long deals take."""

from collections.abc import Sequence
from decimal import Decimal

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.forecast.backtest import HIGH, LOW, Record, rolled_back
from bot.forecast.cycle import MIN_CASES, Span, time_in_stages, time_to_win, went_on
from bot.forecast.lives import Life, Past, day_number, past_now
from bot.forecast.outlook import Forecast, forecast, lives_of, stage_chances
from bot.forecast.picture import picture
from bot.reports.buttons import why
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.reports.tell import tell
from bot.rules.access import require
from bot.tables import tabled
from bot.talk.memory import Memory
from bot.talk.periods import named, quarter_of
from bot.targets.said import exact, rates_named, whole
from bot.targets.whose import Whose, query_of, require_heard, whose_of
from bot.world import World
from config.types import Money, Period

DIGITS = 3  # of an estimate that are worth reading
LATELY = 182  # days


def foretold(world: World, memory: Memory, action: Json) -> Reply:
    """The forecast of somebody for a period; a short question may then change it."""
    whose, period = Whose.from_json(action["who"]), Period.from_json(action["period"])
    return tell(world, memory, query_of("forecast", whose, period))


def forecast_of(world: World, query: Query) -> Report:
    """The forecast of somebody for a period."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    found = forecast(world, whose, period)
    words, today = world.words, world.now.date()
    head = {"who": whose.name, "period": named(period, words, today=today)}
    lines = [words.say("forecast.title", day=show_day(today, words, today=today), **head)]
    if period.end < today:
        lines.append(words.say("forecast.is_over", won=exact(world, found.won_amount), count=found.won.count))
    elif found.ahead is None:
        lines.append(too_little(world, found.known))
        lines.append(words.say("forecast.won", won=exact(world, found.won_amount), count=found.won.count))
    else:
        lines += _ahead(world, found)
    lines += _beside(world, found)
    lines += rates_named(world, tuple(sorted(found.rates.used)), found.left_out)
    drawn = picture(world, found)
    png, alt = (drawn.png, drawn.alt) if drawn else (None, "")
    buttons = (why(world, query_of("forecast", whose, period)), *_buttons(world, whose))
    return Report(Reply("\n".join(lines), buttons, png, alt))


def _ahead(world: World, found: Forecast) -> list[str]:
    words, ahead = world.words, found.ahead
    assert ahead is not None  # noqa: S101 — the caller's branch
    low, point, high = (about(world, found.total(share)) for share in (LOW, 0.5, HIGH))
    has_begun = found.period.start <= world.now.date()
    won = [words.say("forecast.won", won=exact(world, found.won_amount), count=found.won.count)] if has_begun else []
    lines = [
        words.say("forecast.total", point=point, low=low, high=high),
        *won,
        words.say("forecast.to_come", wins=round(float(ahead.wins.mean())), fresh=round(float(ahead.fresh.mean()))),
    ]
    known = found.known
    return [*lines, words.say("forecast.basis", closed=known.closed, won=known.won, months=known.days // 30)]


def _beside(world: World, found: Forecast) -> list[str]:
    """The weighted pipeline, the commit and the target, each beside the forecast."""
    words, lines = world.words, []
    is_over = found.period.end < world.now.date()
    if not is_over:
        lines.append(words.say("forecast.weighted", weighted=exact(world, found.weighted)))
    if found.commit is not None:
        key = "forecast.commit" if found.whose.kind == "user" else "forecast.commits"
        facts = {"commit": exact(world, found.commit.amount), "people": found.commit.people}
        lines.append(words.say(key, **facts) + _against(world, found))
    if found.target is not None:
        aim = found.target.pace.aim.quantize(Decimal(1))
        shown = show_money(Money(aim, found.target.target.currency), words)
        lines.append(words.say("forecast.target", target=shown) + _odds(world, found))
    return lines


def _against(world: World, found: Forecast) -> str:
    """How the commit stands to the forecast, or to what came."""
    if found.commit is None or (found.ahead is None and found.period.end >= world.now.date()):
        return ""
    if found.ahead is None:
        differs = found.commit.amount - found.won_amount
        key = "forecast.commit_missed" if differs > 0 else "forecast.commit_kept"
        return world.words.say(key, gap=exact(world, abs(differs)))
    low, high = found.total(LOW), found.total(HIGH)
    place = "above" if found.commit.amount > high else "below" if found.commit.amount < low else "within"
    return world.words.say(f"forecast.commit_{place}")


def _odds(world: World, found: Forecast) -> str:
    """How likely the target is, in one of ten."""
    if found.target is None or (found.ahead is None and found.period.end >= world.now.date()):
        return ""
    if found.ahead is None:
        return world.words.say("forecast.target_done", done=whole(found.target.pace.done))
    worth = found.rates.convert(Money(found.target.pace.aim, found.target.target.currency))
    if worth is None:
        return ""
    share = float((found.ahead.amounts >= float(worth.value - found.won_amount)).mean())
    tenths = round(share * 10)
    key = "sure" if tenths == 10 else "hardly" if tenths == 0 else "likely"
    return world.words.say(f"forecast.odds_{key}", percent=tenths * 10)


def too_little(world: World, known: object) -> str:
    """What is there, and what it takes."""
    from bot.forecast.model import MIN_CLOSED, MIN_DAYS, MIN_WON, Known

    assert isinstance(known, Known)  # noqa: S101
    least = {"min_closed": MIN_CLOSED, "min_won": MIN_WON, "min_days": MIN_DAYS}
    return world.words.say("forecast.too_little", closed=known.closed, won=known.won, days=known.days, **least)


def too_little_of(world: World, past: Past) -> str:
    """The same, as of now."""
    from bot.forecast.model import known_by

    return too_little(world, known_by(past, day_number(world.now)))


def record(world: World, memory: Memory, action: Json) -> Reply:
    """How accurate the forecast of somebody was."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, words = Whose.from_json(action["who"]), world.words
    require_heard(world, whose)
    found = record_of(world, whose)
    head = words.say("forecast.record.title", who=whose.name)
    if not found.trials:
        return Reply(f"{head}\n{too_little_of(world, past_now(world))}")
    return Reply("\n".join([head, *_told(world, found)]), _forecast_button(world, whose))


def record_of(world: World, whose: Whose) -> Record:
    """The record of the forecast of somebody, as of now."""
    past = past_now(world)
    mine = lives_of(world, past, whose)
    zone = world.now.tzinfo
    assert zone is not None  # noqa: S101
    return rolled_back(past, mine, stage_chances(world), today=world.now.date(), zone=zone)


def _told(world: World, found: Record) -> list[str]:
    words, count = world.words, len(found.trials)
    hits = sum(trial.is_hit for trial in found.trials)
    bias = Decimal(repr(found.bias * 100))
    last = found.trials[-1]
    over = "high" if found.bias >= 0.005 else "low" if found.bias <= -0.005 else "even"
    better = found.loss < found.baseline_loss
    facts = {"low": about(world, _dec(last.low)), "high": about(world, _dec(last.high))}
    return [
        words.say("forecast.record.hits", count=count, hits=hits, percent=round(found.coverage * 100)),
        words.say(f"forecast.record.bias_{over}", percent=whole(abs(bias))),
        words.say(
            "forecast.record.better" if better else "forecast.record.worse",
            loss=about(world, _dec(found.loss)),
            baseline=about(world, _dec(found.baseline_loss)),
        ),
        words.say("forecast.record.last", day=last.day.isoformat(), actual=about(world, _dec(last.actual)), **facts),
    ]


def cycles(world: World, memory: Memory, action: Json) -> Reply:
    """How long deals take: in each stage, and in all."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, words = Whose.from_json(action["who"]), world.words
    require_heard(world, whose)
    past = past_now(world)
    mine = lives_of(world, past, whose)
    labels = [world.crm.label("stages", code, words.language) for code in past.open_stages]
    spans = [*time_in_stages(past, mine), time_to_win(past, mine)]
    shares = [*(_share(world, *counts) for counts in went_on(past, mine)), ""]
    rows = [
        tuple(filter(None, (label, _span(world, span), share)))
        for label, span, share in zip([*labels, words.say("forecast.cycle.all")], spans, shares, strict=True)
    ]
    title = words.say("forecast.cycle.title", who=whose.name)
    return tabled(words, [title], rows, _lately(world, past, mine), _forecast_button(world, whose))


def _lately(world: World, past: Past, mine: Sequence[Life]) -> list[str]:
    """Whether deals that were won of late took longer than those before."""
    since = day_number(world.now) - LATELY
    late, early = ([one for one in mine if (one.path[-1][0] >= since) is is_late] for is_late in (True, False))
    spans = [time_to_win(past, lives) for lives in (late, early)]
    if spans[0] is None or spans[1] is None:
        return []
    days = {"now": round(spans[0].median), "before": round(spans[1].median)}
    return [world.words.say("forecast.cycle.lately", **days)]


def _span(world: World, span: Span | None) -> str:
    if span is None:
        return world.words.say("forecast.cycle.unknown")
    days = {"median": round(span.median), "low": round(span.low), "high": round(span.high)}
    return world.words.say("forecast.cycle.row", cases=span.cases, **days)


def _share(world: World, on: int, left: int) -> str:
    """How many of a hundred that left a stage went on from it, "" where too few did to say."""
    return world.words.say("forecast.cycle.on", percent=round(100 * on / left)) if left >= MIN_CASES else ""


def about(world: World, value: Decimal) -> str:
    """An estimate, with no more digits than it is worth."""
    step = Decimal(1).scaleb(max(0, value.adjusted() - DIGITS + 1)) if value else Decimal(1)
    return show_money(Money((value / step).to_integral_value() * step, world.currency), world.words)


def _dec(value: float) -> Decimal:
    return Decimal(repr(value))


def _buttons(world: World, whose: Whose) -> tuple[Press, ...]:
    return tuple(
        Press(world.words.say(f"forecast.button.{name}"), {"do": name, "who": whose.to_json()}, is_open=True)
        for name in ("record", "cycles")
    )


def _forecast_button(world: World, whose: Whose) -> tuple[Press, ...]:
    action = {"do": "foretold", "who": whose.to_json(), "period": quarter_of(world.now.date()).to_json()}
    return (Press(world.words.say("forecast.button.foretold"), action, is_open=True),)
