"""Where a report is asked for and told: from words or a button to the reply, remembered for the next question."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.lazy import Lazy
from bot.reports import show
from bot.reports.cues import cue
from bot.reports.hear import asked
from bot.reports.query import Query, What
from bot.reports.set_rate import rate_said_in
from bot.rules.fields import require_amounts
from bot.talk.memory import Memory
from bot.world import World
from config.phrasing import phrasing
from config.types import Money
from nlu.types import Understanding
from storage import records

if TYPE_CHECKING:
    from bot.reports.lines import Report

_Tell: TypeAlias = Lazy[[World, Query], "Report"]
TELL: dict[What, _Tell] = {
    "pipeline": _Tell("bot.reports.summary:pipeline"),
    "won": _Tell("bot.reports.summary:closed"),
    "lost": _Tell("bot.reports.summary:closed"),
    "rate": _Tell("bot.reports.rate:rate"),
    "cycle": _Tell("bot.reports.cycle:cycle"),
    "opened": _Tell("bot.reports.arrivals:arrivals"),
    "newcomers": _Tell("bot.reports.arrivals:arrivals"),
    "customers": _Tell("bot.reports.clientele:clientele"),
    "watch": _Tell("bot.reports.watch:watch"),
    "changes": _Tell("bot.reports.bridge:bridge"),
    "activity": _Tell("bot.reports.contacts:activity"),
    "feedback": _Tell("bot.reports.contacts:feedback"),
    "attainment": _Tell("bot.targets.replies:attainment_of"),
    "coverage": _Tell("bot.targets.coverage:coverage_of"),
    "commits": _Tell("bot.forecast.commits:commits_of"),
    "against": _Tell("bot.forecast.against:against_forecast"),
    "resolving": _Tell("bot.reports.resolving:resolving"),
    "forecast": _Tell("bot.forecast.replies:forecast_of"),
    "what_if": _Tell("bot.forecast.what_if:what_if"),
    "odds": _Tell("bot.forecast.likely:likely"),
}
_SHARE = _Tell("bot.reports.share:share_of")
_BY_PERSON = _Tell("bot.forecast.by_person:forecast_by_person")
_SUMS = ("changes", "attainment", "coverage", "commits", "against", "forecast", "what_if")  # nothing but amounts
_OF_ROWS: dict[What, Lazy[[World, Memory, Query], "Report"]] = {
    "slipped": Lazy("bot.reports.slipped:slipped"),
    "stays": Lazy("bot.reports.stays:stays"),
    "moved_up": Lazy("bot.reports.moved:moved"),
    "moved_back": Lazy("bot.reports.moved:moved"),
}
_SHEET = Lazy[[World, Query], Reply]("bot.reports.sheet:sheet")
_LISTED = Lazy[[World, Memory, Query], "Report"]("bot.reports.rows:listed")
_WHY = Lazy[[World, Memory, Query], Reply]("bot.reports.why:why")


def hear(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """The answer to a question about the numbers; None where the message asks nothing of the kind."""
    rate = rate_said_in(world, heard) if world.is_private else None
    if rate is not None:
        return rate
    last = last_of(memory)
    if last is not None:
        text = heard.text.strip()
        match = cue(world.words, "why").match(text.casefold())
        row = phrasing("row").fullmatch(text, match.end()) if match else None
        if row is not None:
            return explain(world, memory, {"number": int(row[row.lastindex]) if row.lastindex else None})
        if cue(world.words, "table").fullmatch(text.casefold().strip(" ?？。.!！")):
            return Reply(world.unbound) if world.unbound else _SHEET(world, last)
        if cue(world.words, "chart").fullmatch(text.casefold().strip(" ?？。.!！")):
            return Reply(world.unbound) if world.unbound else tell(world, memory, last)  # the picture goes with it
    query = wanted(world, memory, heard)
    if query is not None and world.unbound:
        return Reply(world.unbound)
    return tell(world, memory, query) if query is not None else None


def wanted(world: World, memory: Memory, heard: Understanding, *, is_whole: bool = False) -> Query | None:
    """The report that a message asks for, None where it asks for none. ``is_whole``: it is a question of its own, and
    changes none that was told as records."""
    last = last_of(memory) if not (is_whole and "question" in memory.report) else None
    is_last = memory.listing.get("name", "report") == "report"  # no other list was told since
    return asked(world, last, heard, is_last=is_last)


def row_named(world: World, memory: Memory, text: str) -> str:
    """「第一个是谁在跟」, "who looks after the second one", with the name of the customer or colleague in that row of
    the last report; "" where the message means no row."""
    lines = [Query.from_json(line) for line in memory.report.get("lines", [])]
    numbers = world.words.table("report.nth") if lines else {}
    for number in numbers:
        found = cue(world.words, number, "nth").search(text.casefold())
        if found is None or int(number) > len(lines):
            continue
        line = lines[int(number) - 1]
        by_kind = ((records.Customer, line.customers), (records.User, line.owners))
        names = [name for cls, ids in by_kind if len(ids) == 1 for name in show.names(world, cls, ids).values()]
        return f"{text[: found.start()]}{names[0]}{text[found.end() :]}" if names else ""
    return ""


def last_of(memory: Memory) -> Query | None:
    """The last report that was told, None where a question about records was told since."""
    return Query.from_json(memory.report["query"]) if "query" in memory.report else None


def tell(world: World, memory: Memory, query: Query) -> Reply:
    """The report, and what it was about kept in mind."""
    unused, query = query.unused, replace(query, unused="")
    if query.what in _SUMS or query.share or query.rows == "size" or query.least is not None or query.most is not None:
        require_amounts(world.tx, world.actor, world.crm, "opportunity")
    memory.listing = {}
    memory.focus.pop("alarms", None)
    if query.into:
        query = replace(query, least=_limit_in(world, query.least), most=_limit_in(world, query.most))
        world = world.counting_in(query.into)
    listed = _OF_ROWS.get(query.what) or (_LISTED if query.rows else None)
    report = listed(world, memory, query) if listed else _teller(query)(world, query)
    memory.report = {"query": query.to_json(), "lines": [line.to_json() for line in report.lines]}
    _remember(memory, query, report.lines)
    text = report.reply.text
    if unused:
        head, *below = text.split("\n")
        text = "\n".join([head, world.words.say("report.unused", words=unused), *below])
    return replace(report.reply, text=text, has_heading=True)


def _remember(memory: Memory, query: Query, lines: Sequence[Query]) -> None:
    """Whom the talk is about now: the only one who was asked about, or who stands on top."""
    people = [line for line in lines if len(line.owners) == 1] if query.by == "owner" or query.is_behind else []
    top = people[0] if people else query
    if len(top.owners) == 1:
        memory.focus["user"] = top.owners[0]
    if len(query.customers) == 1:
        memory.focus["customer"] = query.customers[0]


def _limit_in(world: World, limit: Money | None) -> Money | None:
    """A limit in the currency it was said in, or the organisation's."""
    return Money(limit.value, limit.currency or world.currency) if limit is not None else None


def _teller(query: Query) -> _Tell:
    """What tells a report that is no list."""
    if query.share:
        return _SHARE
    return _BY_PERSON if query.what == "forecast" and query.by in ("owner", "team") else TELL[query.what]


def press(world: World, memory: Memory, action: Json) -> Reply:
    return tell(world, memory, Query.from_json(action["query"]))


def explain(world: World, memory: Memory, action: Json) -> Reply:
    """「为什么」 and "why 3": of the whole report, or of one of its lines."""
    if "query" in action:
        return _WHY(world, memory, Query.from_json(action["query"]))
    number, lines = action.get("number"), memory.report.get("lines", [])
    if number is not None and 0 < number <= len(lines):
        return _WHY(world, memory, Query.from_json(lines[number - 1]))
    return _WHY(world, memory, Query.from_json(memory.report["query"]))
