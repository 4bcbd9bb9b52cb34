"""What is said about targets: how far somebody is, in words and as a picture."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_money
from bot.pictures.attainment import Attained, attainment
from bot.pictures.sheet import Head
from bot.pictures.units import COUNT, PERCENT
from bot.reports.buttons import why
from bot.reports.drawn import pictured
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.reports.tell import tell
from bot.rules.access import require
from bot.tables import tabled
from bot.talk.memory import Memory
from bot.talk.periods import before, named, quarter_of
from bot.targets.attainment import Reached, reached, won_in
from bot.targets.said import day_of, line_of, rates_named, shown, whole
from bot.targets.targets import METRICS
from bot.targets.whose import Whose, parts_of, people_of, query_of, whose_of
from bot.world import World
from config.types import Period, Row


def attained(world: World, memory: Memory, action: Json) -> Reply:
    """How far somebody is with the targets of a period; a short question may then change it."""
    whose, period = Whose.from_json(action["who"]), Period.from_json(action["period"])
    asked = query_of("attainment", whose, period)
    return tell(world, memory, replace(asked, is_behind=bool(action.get("is_behind")), by=action.get("by", "")))


def attainment_of(world: World, query: Query) -> Report:
    """How far somebody is with each target of a period, and the people of a team one by one."""
    require(world.actor, world.crm, "opportunity", "view")
    if len(query.owners) > 1:
        return _one_beside_another(world, query)
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    words = world.words
    title = words.say("attainment.title", who=whose.name, period=named(period, words, today=world.now.date()))
    found = [one for metric in METRICS if (one := reached(world, whose, metric, period)) is not None]
    buttons = _buttons(world, whose, period, has_target=bool(found))
    if not found:
        return Report(Reply(f"{title}\n{_without(world, whose, period)}", buttons))
    people = _parts(world, query, whose, period) if found[0].target.metric == "revenue" else []
    if query.done:
        return _of_those_within(world, query, title, people, buttons)
    shown = people[: world.crm.limits.list_rows * 2]
    lines, notes = [line_of(world, one) for one in found], _notes(world, found[0])
    lines += _before(world, whose, before(period)) if query.is_compared else []
    reply = tabled(words, [title, *lines], [_person(world, one) for one in shown], notes, buttons)
    if query.is_behind and people:
        shown = sorted((one for one in people if one.pace.ahead < 0), key=lambda one: one.pace.ahead)
        head = words.say(f"attainment.{'who' if shown else 'nobody'}_behind", title=title, count=len(shown))
        reply = tabled(words, [head], [_behind(world, one) for one in shown], [*lines, *notes], buttons)
    picture = attainment(
        Head(
            words.say("attainment.picture", title=title),
            words.say("attainment.as_of", day=day_of(world, world.now.date())),
        ),
        [_bar(one) for one in people or found[:1]],
        unit=_unit(found[0]),
        words=words,
    )
    asked = [query_of("attainment", one.whose, period) for one in (*found, *shown)]
    return Report(pictured(reply, picture), tuple(asked))


def _one_beside_another(world: World, query: Query) -> Report:
    """「李雷和张伟的目标差多少」: a row for each of those who are named."""
    named_ones = [whose_of(world, replace(query, owners=(owner,))) for owner in query.owners]
    period, words = query.period or quarter_of(world.now.date()), world.words
    names = words.say("common.and_separator").join(one.name for one in named_ones)
    title = words.say("attainment.title", who=names, period=named(period, words, today=world.now.date()))
    found = [(one, reached(world, one, "revenue", period)) for one in named_ones]
    rows = [_person(world, got) if got else (one.name, _without(world, one, period)) for one, got in found]
    notes = list(dict.fromkeys(note for _one, got in found if got for note in _notes(world, got)))
    asked = tuple(query_of("attainment", one, period) for one, _got in found)
    return Report(tabled(words, [title], rows, notes, (why(world, asked[0]),)), asked)


def _before(world: World, whose: Whose, period: Period) -> list[str]:
    """How far they were with the targets of the period before, a line for each."""
    found = [one for metric in METRICS if (one := reached(world, whose, metric, period)) is not None]
    told = [line_of(world, one) for one in found] or [_without(world, whose, period)]
    name = named(period, world.words, today=world.now.date())
    return [world.words.say("attainment.beside", period=name, said=said) for said in told]


def _of_those_within(
    world: World, query: Query, title: str, people: Sequence[Reached], buttons: tuple[Press, ...]
) -> Report:
    """「谁的目标完成不到一半」: those of whom so much is done, in per cent."""
    low, high = query.done or (0, 0)
    shown = [one for one in people if low <= one.pace.done < high]
    says = "attainment.done_over" if low else "attainment.done_under"
    head = world.words.say(says, title=title, percent=low or high, count=len(shown))
    reply = tabled(world.words, [head], [_person(world, one) for one in shown], [], buttons)
    period = query.period or quarter_of(world.now.date())
    return Report(reply, tuple(query_of("attainment", one.whose, period) for one in shown))


def _notes(world: World, one: Reached) -> list[str]:
    return rates_named(world, one.rated, one.left_out)


def _without(world: World, whose: Whose, period: Period) -> str:
    """What was won, where there is no target to measure it by."""
    won, words = won_in(world, whose, period), world.words
    amounts = words.say("common.and_separator").join(show_money(money, words) for money in won.amounts)
    return words.say("attainment.none_won" if won.count else "attainment.none", count=won.count, amounts=amounts)


def _parts(world: World, query: Query, whose: Whose, period: Period) -> list[Reached]:
    """Each person of a team or, where it is asked so, each team below it."""
    parts = parts_of(world, whose) if query.by == "team" else people_of(world, whose)
    found = [reached(world, part, "revenue", period) for part in parts]
    return sorted((one for one in found if one is not None), key=lambda one: -one.pace.done)


def _person(world: World, one: Reached) -> Row:
    facts = {"reached": shown(world, one, one.pace.reached), "target": shown(world, one, one.pace.aim)}
    return (one.whose.name, world.words.say("attainment.reached", **facts), f"{whole(one.pace.done)}%")


def _behind(world: World, one: Reached) -> Row:
    """Somebody who is behind, and by how much."""
    label, *cells = _person(world, one)
    return (label, *cells, world.words.say("attainment.short_of_pace", gap=shown(world, one, -one.pace.ahead)))


def _bar(one: Reached) -> Attained:
    return Attained(one.whose.name, one.pace.reached, one.pace.aim, one.pace.expected)


def _unit(one: Reached) -> str:
    return {"revenue": one.target.currency or "", "count": COUNT}.get(one.target.metric, PERCENT)


def _buttons(world: World, whose: Whose, period: Period, *, has_target: bool) -> tuple[Press, ...]:
    words = world.words
    asked = query_of("attainment", whose, period)
    last = {"do": "attained", "who": whose.to_json(), "period": before(period).to_json()}
    buttons = [why(world, asked), Press(words.say("attainment.button.before"), last, is_open=True)]
    if not has_target and world.crm.level(world.actor.role, "sales_target", "create") != "none" and whose.kind != "all":
        values = {"whose": whose.to_json(), "period": period.to_json()}
        start = {"do": "start", "flow": "sales_target", "values": values}
        buttons.insert(0, Press(words.say("attainment.button.set"), start, is_open=True))
    return tuple(buttons)
