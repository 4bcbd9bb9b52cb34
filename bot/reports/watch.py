"""The deals of a report that a manager should look at, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_money
from bot.reports import show
from bot.reports.buttons import ask, why
from bot.reports.figures import condition, now_book
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.reports.rates import Rates
from bot.world import World
from storage import records

HOW_MANY = 5
LOOKED_AT = 300  # the largest deals; the others are not worth a manager's eye
QUIET_DAYS = 21
SOON_DAYS = 14


def watch(world: World, query: Query) -> Report:
    """Five open deals: most reasons first, then the largest."""
    words = world.words
    asked = replace(query, what="pipeline", by="", as_of=None)
    found = sorted(_judged(world, asked), key=lambda item: (-len(item[1]), -item[2], item[0].id))[:HOW_MANY]
    said = [show.head(world, replace(query, as_of=None))]
    if not found:
        said.append(words.say("report.watch.none"))
    customers = show.names(world, records.Customer, [deal.customer_id for deal, _why, _size in found])
    owners = show.names(world, records.User, [deal.owner_id for deal, _why, _size in found if deal.owner_id])
    for number, (deal, reasons, _size) in enumerate(found, 1):
        facts = (
            deal.name,
            customers.get(deal.customer_id, ""),
            world.crm.label("stages", deal.stage, words.language),
            show_money(deal.amount, words) if deal.amount else "",
            owners.get(deal.owner_id or 0, ""),
        )
        line = words.line(facts)
        said.append(words.say("list.row", number=number, text=line))
        said.append(words.say("report.watch.because", reasons=words.say("common.list_separator").join(reasons)))
    return Report(Reply("\n".join(said), (ask(world, "by_stage", asked), why(world, asked))))


def _judged(world: World, query: Query) -> "Iterator[tuple[records.Opportunity, list[str], int]]":
    """The deals that have reasons, with them and with their size in the organisation's currency."""
    cls = records.Opportunity
    query_of = select(cls).where(condition(world, query, now_book()))
    found = list(
        world.session.scalars(query_of.order_by(cls.amount_minor.desc().nulls_last(), cls.id).limit(LOOKED_AT))
    )
    touched = _last_contacts(world, [deal.customer_id for deal in found])
    rates, today = Rates(world.tx, world.currency), world.now.date()
    for deal in found:
        reasons = list(_reasons(world, deal, touched.get(deal.customer_id)))
        if reasons:
            rate = rates.on(deal.amount_currency, today) if deal.amount_currency else None
            yield deal, reasons, rate.convert(deal.amount_minor or 0) if rate else 0


def _reasons(world: World, deal: "records.Opportunity", last: datetime | None) -> Iterator[str]:
    words, today = world.words, world.now.date()
    if deal.expected_close and deal.expected_close < today:
        yield words.say("report.watch.overdue", day=show.one_day(deal.expected_close, world))
    elif deal.expected_close and deal.expected_close <= today + timedelta(days=SOON_DAYS):
        stages = world.crm.stages_of("open")
        if deal.stage in {stage.code for stage in stages[: len(stages) // 2]}:
            yield words.say("report.watch.early", day=show.one_day(deal.expected_close, world))
    at = max(last or deal.created_at, deal.created_at)
    quiet = (world.now - at).days
    if quiet >= QUIET_DAYS:
        yield words.say("report.watch.quiet", days=quiet)
    if not deal.next_step:
        yield words.say("report.watch.no_next_step")
    if deal.expected_close is None:
        yield words.say("report.watch.no_date")


def _last_contacts(world: World, customers: list[int]) -> dict[int, datetime]:
    """When each customer was last in touch with us."""
    cls = records.FollowUp
    found = select(cls.customer_id, func.max(cls.occurred_at)).where(
        cls.customer_id.in_(customers), cls.deleted_at.is_(None)
    )
    return {row[0]: row[1] for row in world.tx.connection.execute(found.group_by(cls.customer_id))}
