"""The next questions, as buttons below a report."""

from dataclasses import replace

from bot.dialogs.reply import Press
from bot.reports.query import OVER_TIME, By, Query
from bot.world import World


def ask(world: World, name: str, query: Query) -> Press:
    """A button that asks a question."""
    return Press(world.words.say(f"report.button.{name}"), {"do": "report", "query": query.to_json()}, is_open=True)


def why(world: World, query: Query) -> Press:
    return Press(world.words.say("report.button.why"), {"do": "why", "query": query.to_json()}, is_open=True)


def before(world: World, query: Query) -> tuple[Press, ...]:
    """The same question about the period before; () where there is none."""
    earlier = query.shifted(-1)
    return (ask(world, "before", earlier),) if earlier.period is not None else ()


def buttons(world: World, query: Query, *, bridge: Query | None = None) -> tuple[Press, ...]:
    """What a manager is likely to ask next of deals; ``bridge``: of the changes that led to them."""
    plain = replace(query, by="", rows="", first=0)
    found = []
    if query.by != "owner" and len(query.owners) != 1:
        found.append(ask(world, "by_owner", replace(plain, by="owner")))
    if query.what == "pipeline":
        found += _of_pipeline(world, query, plain, is_bridge=bridge is not None)
    else:
        found += [ask(world, "by_month", replace(plain, by="month"))] if _spans_months(query) else []
        found += [ask(world, f"by_{by}", replace(plain, by=by)) for by in _of_lost(query)]
    found.append(why(world, bridge or query))
    return (*found, *before(world, query))


def _of_pipeline(world: World, query: Query, plain: Query, *, is_bridge: bool) -> list[Press]:
    found = [ask(world, "by_stage", plain)] if query.by or query.rows else []
    if query.as_of is not None:
        return [*found, ask(world, "to_now", replace(plain, what="changes"))]
    found.append(ask(world, "watch", replace(plain, what="watch")))
    return found if is_bridge else [*found, ask(world, "changes", replace(plain, what="changes"))]


def _spans_months(query: Query) -> bool:
    return query.by not in OVER_TIME and query.start is not None and query.end is not None and (
        query.start.year, query.start.month) != (query.end.year, query.end.month)  # fmt: skip


def _of_lost(query: Query) -> tuple[By, ...]:
    """Why and to whom deals were lost."""
    by: tuple[By, ...] = ("rival",) if query.is_to_rival else ("reason", "rival")
    return tuple(one for one in by if one != query.by) if query.what == "lost" else ()
