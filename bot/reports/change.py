"""A question with what was said put in: how a follow-up changes the last one."""

from dataclasses import replace
from typing import Any, TypeVar

from bot.reports.found import Found
from bot.reports.query import CLOSED, OF_DEALS, OF_NOTES, OF_PEOPLE, OVER_TIME, By, Query, What
from bot.reports.scope import book_of
from bot.reports.traits import TRAITS
from bot.reports.when import timed
from bot.world import World

T = TypeVar("T")

# What a message says of the deals themselves, as a `Query` has it by the same names.
CONDITIONS = (
    "product", "industry", "source", "size", "place", "reason", "rival", "currency", "into", "channel", "buyers",
    "is_undated", "stood", "times", "among", "least", "most",
)  # fmt: skip

# What a way to split, or to list, asks anew of: the views themselves are not split.
ANEW: dict[What, What] = {
    "changes": "pipeline",
    "watch": "pipeline",
    "slipped": "pipeline",
    "odds": "pipeline",
    "moved_up": "pipeline",
    "moved_back": "pipeline",
    "what_if": "pipeline",
    "stays": "pipeline",
    "forecast": "pipeline",
    "coverage": "pipeline",
    "commits": "pipeline",
    "against": "pipeline",
    "attainment": "won",
}
# By what those can be split that are no sums of deals; "" where they can be listed.
SPLIT_BY: dict[What, tuple[By, ...]] = {
    "activity": ("", "owner", "team", *OVER_TIME),
    "opened": ("", "owner", "team", *OVER_TIME),
    "resolving": ("", "owner", "team", *OVER_TIME),
    "newcomers": ("", "owner", "team", *OVER_TIME, *TRAITS),
    "customers": ("", "owner", "team", *TRAITS),
    "slipped": ("owner",),
    "forecast": ("owner", "team"),
}
PER_HEAD: frozenset[What] = frozenset({"won", "lost", "pipeline", "opened", "newcomers", "customers", "activity"})
OF_PARTS: tuple[What, ...] = ("won", "lost", "pipeline")  # of which a share can be told


def changed(world: World, last: Query, found: Found) -> Query:
    """The last question, or a new one, changed by the findings."""
    last = replace(last, unused="", deals=(), fate="")
    if last.what == "what_if":
        last = replace(last, what="pipeline")  # what was supposed is over
    query = timed(world, _which(world, _whose(world, _what(last, found), found), found), found)
    if found.shape.share and query.what in OF_PARTS:
        said = tuple(
            name for name in CONDITIONS if getattr(found.which, name)
        )  # 「价格占多少」 of what was lost to one
        said += ("stage",) if found.which.stage else ()
        said += ("customers",) if found.whom.customers else ()
        query = replace(query, share=found.shape.share, whole=tuple(sorted(found.whom.whole)), part=said, rows="")
    elif query.what not in OF_PARTS or found.shape.is_compared:
        query = replace(query, share="", whole=())
    query = replace(query, is_compared=found.shape.is_compared or _is_still_compared(query, found))
    query = replace(query, is_per_head=found.shape.is_per_head or (query.is_per_head and not _is_anew(found)))
    query = replace(query, channel=query.channel if query.what in OF_NOTES else "")
    query = replace(query, stood=query.stood if query.what == "stays" else 0)
    query = replace(query, times=query.times if query.what == "slipped" else 0)
    query = replace(query, is_undated=query.is_undated and query.what == "pipeline" and query.start is None)
    if query.what == "lost":
        return query
    return replace(query, is_to_rival=False, rival=None, reason=None)  # nothing else has been taken, or has a reason


def _what(query: Query, found: Found) -> Query:
    """What is asked for, and how it is split."""
    if query.as_of is not None and found.what is None and found.shape.is_compared:
        return replace(query, what="changes", by="", rows="", first=0)  # 「10 月底的管道」, 「涨了多少」: since then
    if found.what is not None and not found.leaves_out_what:
        is_since = found.what == "changes" and not found.when.is_said  # 「从那时起变了什么」
        as_of = query.as_of if is_since or query.what == found.what else None
        split: By = "" if query.by == "reason" else query.by
        query = replace(query, what=found.what, by=split, rows="", first=0, as_of=as_of)
    is_attained_by = query.what == "attainment" and found.shape.by in ("owner", "team")
    is_split = bool(found.shape.by or found.shape.rows) and not is_attained_by
    is_reckoned = query.what in OF_PEOPLE and query.what != "attainment"  # which has no time before to be told beside
    is_beside = found.when.to_year or found.when.is_year_ago or (found.shape.is_compared and is_reckoned)
    if found.what is None and (is_split or is_beside):
        query = replace(query, what=_anew(query.what, found))
    if query.what in OF_PEOPLE and (found.which.is_said or found.whom.customers):
        query = replace(query, what=ANEW[query.what])
        query = query.within(None) if query.what == "pipeline" else query  # what is open now, whatever was foretold
    if found.shape.is_per_head and query.what not in PER_HEAD:
        query = replace(query, what="won")
    if found.shape.by in ("reason", "rival"):
        query = replace(query, what="lost")
    if query.what == "lost":
        is_to_rival = found.which.is_to_rival or (query.is_to_rival and found.what is None)
        query = replace(query, as_of=None, is_to_rival=is_to_rival)
    if (found.when.to_year or found.when.is_year_ago) and query.what == "pipeline" and found.what != "pipeline":
        query = replace(query, what="won", as_of=None)
    is_told_apart = found.shape.is_compared or query.what == "rate"
    if found.whom.are_rivals and is_told_apart and not (found.whom.is_versus or found.shape.by):
        found.whom.is_versus, found.shape.is_compared = True, False  # one with the other, not with the time before
    if found.whom.is_versus and not found.shape.by and found.whom.are_rivals:
        found.shape.by = "owner" if found.whom.owners else "team"
        query = replace(query, what=_anew(query.what, found))
    if _is_shortened(query, found):
        return replace(query, first=found.shape.first, is_least_first=found.shape.is_least_first)
    if found.shape.by:
        by: By = "" if found.shape.by == "stage" else found.shape.by
        query = replace(
            query,
            by=by,
            rows="",
            first=found.shape.first if _is_of_groups(found) else 0,
            is_by_count=found.shape.is_by_count,
            is_least_first=found.shape.is_least_first,
            is_average=found.shape.is_average,
            among=(),
        )
    if found.which.is_to_rival and not found.shape.by:
        query = replace(query, rows="size", by="")
    if found.shape.rows and query.what in OF_DEALS and not _is_of_groups(found):
        query = replace(query, rows=found.shape.rows, first=found.shape.first, by="")
    return replace(query, to_year=found.when.to_year or query.to_year) if query.what in CLOSED else query


def _is_still_compared(query: Query, found: Found) -> bool:
    """「只看张伟的」 after 「比上月多还是少」."""
    return query.is_compared and not query.by and not (_is_anew(found) or found.when.is_said)


def _is_anew(found: Found) -> bool:
    """Is something else asked for, or split otherwise?"""
    return found.what is not None or bool(found.shape.by)


def _is_of_groups(found: Found) -> bool:
    """「最大的五个客户」, "by industry, just the top three": so many of what it is split by."""
    return bool(found.shape.by and found.shape.first and not found.shape.is_of_deals)


def _is_shortened(query: Query, found: Found) -> bool:
    """「前三名就行」, "top 3 only" of rows that are no deals: fewer of them."""
    is_number = found.what is None and found.shape.first and not found.shape.is_of_deals and not found.shape.by
    return bool(query.by and is_number)


def _anew(what: What, found: Found) -> What:
    """What is split, or set beside a year ago, where what was looked at is no sum that could be."""
    is_split_so = found.shape.by in SPLIT_BY.get(what, ())
    is_compared = found.when.to_year or found.when.is_year_ago
    if what in OF_DEALS or (is_split_so and not is_compared):
        return what
    return "won" if is_compared else ANEW.get(what, "won")


def _whose(world: World, query: Query, found: Found) -> Query:
    """Whose deals they are: others instead, others beside, or all but some."""
    teams, owners, customers = (
        tuple(sorted(ids)) for ids in (found.whom.teams, found.whom.owners, found.whom.customers)
    )
    if found.whom.is_without:
        stay = tuple(one for one in query.owners if one not in owners)
        return replace(
            query,
            owners=stay or query.owners,
            not_teams=_union(query.not_teams, teams),
            not_owners=_union(query.not_owners, owners),
            not_customers=_union(query.not_customers, customers),
        )
    is_of_few = len(query.owners) == 1 or (len(query.owners) > 1 and found.shape.is_ranked and found.when.is_said)
    if found.shape.by == "owner" and is_of_few and not owners and not found.whom.is_mine:
        all_of_them = book_of(world.actor, world.crm)  # 「谁最多」 is not asked of one, 「今年谁最多」 not of two
        query = replace(query, owners=all_of_them.owners, teams=all_of_them.teams, is_default=True)
    if found.whom.is_all:
        mine = book_of(world.actor, world.crm)
        query = replace(
            query, owners=mine.owners, teams=mine.teams, customers=(), product=None, stage="", is_default=False,
            not_owners=(), not_teams=(), not_customers=(), not_stages=(), not_currencies=(),
        )  # fmt: skip
    if found.whom.is_mine:
        owners = _union(owners, (world.actor.user_id,))
    if found.whom.is_ours and world.actor.team_id is not None:
        teams = _union(teams, (world.actor.team_id,))
    if found.whom.is_also and owners and set(owners) <= set(query.not_owners):
        return replace(query, not_owners=tuple(one for one in query.not_owners if one not in owners))
    if found.whom.is_also:
        owners = _union(query.owners, owners) if owners else ()
        teams = _union(query.teams, teams) if teams else ()
        customers = _union(query.customers, customers) if customers else ()
    if teams:
        query = replace(query, teams=teams, owners=(), is_default=False, not_teams=(), not_owners=())
    if owners:
        is_split = query.by != "owner" or found.whom.is_also or len(owners) > 1
        query = replace(
            query, owners=owners, teams=(), is_default=False, not_owners=(), by=query.by if is_split else ""
        )
    if customers:
        query = replace(query, customers=customers)
        if query.owners == (world.actor.user_id,) and query.is_default:
            query = replace(query, owners=())  # a customer's deals, whoever has them
    return query


def _which(world: World, query: Query, found: Found) -> Query:
    """Which of their deals: of a stage, of a product, in a currency."""
    if found.whom.is_without:
        out: tuple[str, ...] = (found.which.stage,) if found.which.stage else ()
        if found.what in ("won", "lost") and found.leaves_out_what:
            out = tuple(stage.code for stage in world.crm.stages_of(found.what))
        query = _without_currency(replace(query, not_stages=_union(query.not_stages, out)), found.which.currency)
        return replace(query, what="pipeline") if found.leaves_out_what and found.what == query.what else query
    if found.which.stage:
        is_of_open = query.what in ("won", "lost", "rate")  # what is closed stands in no open stage any more
        query = replace(query, stage=found.which.stage, what="pipeline" if is_of_open else query.what)
    said = {name: value for name in CONDITIONS if (value := getattr(found.which, name))}
    if query.by in said and not found.shape.by:
        query = replace(query, by="")  # 「因为价格丢的」 after all reasons side by side
    if "least" in said or "most" in said:
        query = replace(query, least=None, most=None)
    query = replace(query, **said)
    if "among" in said and found.shape.by in ("product", *TRAITS):
        alone: dict[str, Any] = {found.shape.by: None}  # one of them was looked at before
        query = replace(query, **alone)
    return replace(query, not_currencies=()) if found.which.currency else query


def _without_currency(query: Query, code: str) -> Query:
    """All but one currency; where that one alone was looked at, all again."""
    if not code:
        return query
    if query.currency == code:
        return replace(query, currency="")
    return replace(query, not_currencies=_union(query.not_currencies, (code,)))


def _union(some: tuple[T, ...], others: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*some, *others)))
