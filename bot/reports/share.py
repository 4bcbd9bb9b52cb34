"""「张伟占团队成交额的多少」, "what share of our sales is Ben's?": a part beside the whole, or each part of it.

The share is of what both are worth in the organisation's currency; each currency stands below it for itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.errors import NotFound
from bot.reports import show
from bot.reports.buttons import ask, before, why
from bot.reports.drawn import drawn
from bot.reports.figures import sums
from bot.reports.lines import Line, Report, count_of, line_of, main_currency, per_currency, shown, split
from bot.reports.query import Query
from bot.reports.scope import book_of
from bot.reports.totals import rate_said, totals
from bot.reports.worth import Worth, worth_of
from bot.tables import tabled
from bot.world import World
from config.types import Row
from storage import records

_CONDITIONS: Mapping[str, Any] = {
    "customers": (), "product": None, "industry": None, "source": None, "size": None, "place": None, "stage": "",
    "reason": None, "rival": None, "is_to_rival": False, "currency": "", "least": None, "most": None, "buyers": "",
}  # fmt: skip


def share_of(world: World, query: Query) -> Report:
    """How much the part is of the whole; of a question that is split, how much each line is."""
    if query.by:
        return _parts(world, query)
    part, whole = replace(query, share="", whole=()), whole_of(world, query)
    mine, all_of_it = sums(world, part), sums(world, whole)
    name = show.who(world, whole)
    head = show.head(world, part)
    asked = (ask(world, "by_owner", replace(whole, by="owner", share="rest")), why(world, part))
    if not all_of_it:
        said = world.words.say("report.share.nothing", whole=name)
        return Report(tabled(world.words, [head, said], [], [], before(world, query)))
    amounts, total = per_currency(mine), per_currency(all_of_it)
    worth, full = worth_of(world, part, amounts), worth_of(world, whole, total)
    said = _said(world, name, worth, full)
    rows = [_counted(world, count_of(mine), count_of(all_of_it))]
    rows += [_row(world, code, amounts.get(code, 0), total[code]) for code in sorted(total)] if len(total) > 1 else []
    reply = tabled(world.words, [head, said], rows, _rates(world, full), (*asked, *before(world, query)))
    return Report(reply)


def whole_of(world: World, query: Query) -> Query:
    """What it is a part of. Raises NotFound where the person may not see that."""
    bare = replace(query, share="", whole=(), by="")
    if query.whole:
        return replace(bare, owners=(), teams=query.whole, is_default=False)
    given = {name: usual for name, usual in _CONDITIONS.items() if getattr(query, name) != usual}
    if query.share == "rest" and given:
        return replace(bare, **({name: given[name] for name in query.part if name in given} or given), part=())
    if query.share == "rest" and query.what == "pipeline" and query.period is not None and not query.owners:
        return bare.within(None)  # 「下个月能成的占多少」: of all that is open
    book = book_of(world.actor, world.crm)
    if query.share == "team" or (query.share == "rest" and query.owners and not query.is_default):
        team = _team(world, query)
        if team is not None:
            return replace(bare, owners=(), teams=(team,), is_default=False)
    if book.teams or book.owners or world.actor.audience is not None:
        raise NotFound(name=world.words.say("report.everybody"))
    return replace(bare, owners=(), teams=(), is_default=True)


def _team(world: World, query: Query) -> int | None:
    """The team that is meant: one's own, or that of whom is asked about."""
    if world.actor.team_id is not None or not query.owners:
        return world.actor.team_id
    user: Any = records.User
    return world.tx.connection.scalar(select(user.team_id).where(user.id == query.owners[0]))


def _said(world: World, name: str, part: Worth, whole: Worth) -> str:
    """「占华东的 12.5%（¥436,000 / ¥3,488,000）」; "" where no rate says what it is worth."""
    if part.minor is None or not whole.minor:
        return world.words.say("report.share.of", whole=name)
    shown = [show.money(worth.minor or 0, world.currency, world.words) for worth in (part, whole)]
    facts = {"whole": name, "share": show.share(part.minor, whole.minor, world.words)}
    key = "about" if whole.foreign else "exact"
    return world.words.say(f"report.share.{key}", part=shown[0], total=shown[1], **facts)


def _counted(world: World, part: int, whole: int) -> Row:
    label = world.words.say("report.share.count")
    return (label, f"{part} / {whole}", show.share(part, whole, world.words))


def _row(world: World, code: str, part: int, whole: int) -> Row:
    words = world.words
    amounts = f"{show.money(part, code, words)} / {show.money(whole, code, words)}"
    return (code, amounts, show.share(part, whole, words))


def _rates(world: World, whole: Worth) -> list[str]:
    rates = [rate for value in whole.foreign.values() for rate in value.rates[-2:]]
    said = world.words.say("common.and_separator").join(rate_said(world, rate) for rate in rates)
    return [world.words.say("report.share.rates", rates=said)] if rates else []


def _parts(world: World, query: Query) -> Report:
    """Each line with its share of all of them; of some that were named the share of the whole, and of all of those."""
    plain = replace(query, share="", whole=())
    found = sums(world, plain, plain.by)
    lines = split(world, plain, found, {})
    told = shown(plain, lines)
    whole = _whole_of_parts(world, query)
    every = sums(world, whole)
    full, count = worth_of(world, whole, per_currency(every)), count_of(every)
    rows = [_line(world, line, full.minor, count) for line in told]
    if len(lines) > len(told):
        others = sum(line.count for line in lines[len(told) :])
        rows.append((world.words.say("report.rest", lines=len(lines) - len(told)), str(others)))
    head = [show.head(world, plain)]
    if query.first or whole != replace(plain, by=""):
        head.append(_said(world, show.who(world, whole), _worth(world, told, full), full))
    buttons = (why(world, plain), *before(world, query))
    said = totals(world, plain, line_of("", plain, found, {}))
    reply = tabled(world.words, head, rows, said, buttons)
    asked = tuple(line.query for line in told)
    return Report(drawn(world, plain, reply, told, main_currency(world, found)), asked)


def _whole_of_parts(world: World, query: Query) -> Query:
    """What the lines are parts of: all that they could be, where only some are named."""
    if query.among:
        return replace(query, share="", whole=(), by="", among=())
    named = query.whole or {"owner": query.owners, "customer": query.customers}.get(query.by, ())
    return whole_of(world, query) if named else replace(query, share="", whole=(), by="")


def _worth(world: World, lines: Sequence[Line], full: Worth) -> Worth:
    """What the lines come to; by the rates of the whole."""
    each = [worth_of(world, line.query, line.amounts).minor for line in lines]
    known = [minor for minor in each if minor is not None]
    return Worth(sum(known) if len(known) == len(each) else None, full.foreign)


def _line(world: World, line: Line, full: int | None, count: int) -> Row:
    """By what it is worth; by number where that is not known."""
    worth = worth_of(world, line.query, line.amounts).minor if full else None
    of_worth = worth is not None and full is not None
    share = show.share(worth or 0, full or 0, world.words) if of_worth else show.share(line.count, count, world.words)
    return (line.label, str(line.count), show.amounts(line.amounts, world), share)
