"""What stands in a message that a report can go by: what, of whom, of when, by what; and the words that are left."""

from bot.reports.conditions import (
    read_channel,
    read_customer,
    read_heads,
    read_industries,
    read_industry,
    read_place,
    read_product,
    read_reason,
    read_rival,
    read_sizes,
    read_source,
    read_stage,
)
from bot.reports.cues import BYS, EACH, PLAIN, TOPS, WHATS, holds
from bot.reports.found import Found
from bot.reports.query import DAYS, OF_DEALS, By, Share, What
from bot.reports.said import Said
from bot.reports.times import read_time
from bot.rules.colleagues import colleagues_in
from bot.talk.splits import count_said
from bot.world import World
from nlu.types import NameMatch, Understanding

_COUNTED = ("newcomers", "customers", "activity", "feedback", "resolving")
MAX_FIRST = 20  # rows that are asked for at once


def read(world: World, heard: Understanding, last: What | None = None) -> Found | None:
    """Everything in a message that a report can go by, and what is left of it; None where an amount stands in it that
    limits nothing. ``last``: what was asked about before, to which a short message is an addition."""
    found, text = Found(), Said(world.words, heard)
    if not read_sizes(heard, found, text):
        return None
    if last is not None:
        found.when.is_before, found.shape.is_compared = text.take_beside("period_before")
    read_time(world, heard, found, text)
    _read_names(world, heard, found, text)
    read_stage(world, heard, found, text)
    _read_order(found, text)
    found.shape.is_into = bool(holds(text.words, "into", text.letters))
    _read_what(found, text, sees_no_deals=world.crm.level(world.actor.role, "opportunity", "view") == "none")
    _read_others(found, text)
    _read_share(found, text)
    _read_split(found, text)
    _read_rows(world, found, text)
    what = found.what or last
    _read_stood(heard, what, found, text)
    read_reason(world, what, found, text)
    read_channel(world, what, found, text)
    read_industry(world, found, text)
    read_source(world, found, text)
    read_heads(world, found, text)
    _read_whose(found, text)
    found.rest = f"{text.rest} {found.beside}".strip()
    read_product(world, found)
    read_industries(world, found)
    read_rival(world, what, found)
    read_customer(world, heard, found)
    read_place(world, found)
    if len(found.whom.customers) > 1 and not found.shape.by and found.what in (None, *OF_DEALS):
        found.shape.by = "customer"
    return found


def _read_names(world: World, heard: Understanding, found: Found, text: Said) -> None:
    for one in colleagues_in(world.tx, world.actor, world.crm, heard.text):
        if text.is_free(one.start, one.end):
            is_whole = one.kind == "team" and text.is_behind(one.start, "share_of")
            teams = found.whom.whole if is_whole else found.whom.teams
            (teams if one.kind == "team" else found.whom.owners)[one.id] = one.name
            text.take_span(one.start, one.end)
            found.named += one.end - one.start
    for match in sorted(heard.names, key=lambda m: m.start - m.end):
        if match.name.kind == "customer" and text.is_free(match.start, match.end):
            found.whom.customers |= {int(one.name.key): one.name.name for one in heard.names if _is_alike(one, match)}
            text.take_span(match.start, match.end)
            found.named += match.end - match.start


def _is_alike(one: NameMatch, other: NameMatch) -> bool:
    """Is it meant by the same words? 「碧波」 is every customer of that short name, not the first of them."""
    return one.name.kind == "customer" and (one.start, one.end) == (other.start, other.end)


def _read_order(found: Found, text: Said) -> None:
    """By number or by amount, the most or the least first, one by one."""
    found.shape.is_by_count = bool(holds(text.words, "most_deals", text.letters))
    found.shape.is_least_first = bool(holds(text.words, "least", text.letters))
    found.shape.is_ranked = bool(holds(text.words, "ranked", text.letters))
    found.shape.by = "owner" if holds(text.words, "each_one", text.letters) else ""
    found.shape.is_per_head = bool(text.take("per_head"))
    if text.take("won_nothing"):
        found.what, found.shape.by, found.shape.is_least_first, found.is_asking = "won", "owner", True, True
    if text.take("who_bought"):
        found.what, found.shape.by, found.is_asking = "won", "customer", True
    if text.take("why_lost"):
        found.what, found.shape.by, found.is_asking = "lost", "reason", True
    if text.take("who_has"):
        found.what, found.shape.by, found.is_asking = "pipeline", "owner", True
    if text.take("by_buyers"):
        found.what, found.shape.by, found.is_asking = "won", "buyers", True


def _read_what(found: Found, text: Said, *, sees_no_deals: bool) -> None:
    """What is asked for."""
    ahead = text.take("ahead_of") if found.whom.are_rivals else ""
    versus = text.take("versus") or ahead
    found.whom.is_versus = bool(versus)
    found.what = "won" if holds(text.words, "won", versus) else found.what
    _read_rival(found, text)
    _read_buyers(found, text)
    if text.take("undated"):
        found.what, found.which.is_undated, found.shape.rows = "pipeline", True, "size"
    if holds(text.words, "churn", text.letters):
        found.what, found.shape.is_by_count = "lost", True
    if text.take("doomed"):
        found.what, found.is_asking = "watch", True
    odds, ones = text.take("odds"), text.take("due_ones")  # "most likely to close" asks for no date
    due = ones or text.take("due")
    found.what = found.what or ("odds" if odds else "pipeline" if due or found.is_due else None)
    found.is_due = bool((due or found.is_due) and not odds)
    if text.take("loss_rate"):  # the highest is the lowest win rate
        found.what, found.is_asking = "rate", True
        found.shape.is_least_first = not found.shape.is_least_first
    asked = {what: said for what in WHATS if (said := text.take(what))}
    if sees_no_deals and "cycle" in asked:  # "how long do we take", asked by who handles requests
        asked["resolving"] = asked.pop("cycle")
    if not asked and (found.shape.is_per_head or (found.whom.teams and found.when.is_said)):  # 「人均拜访」
        asked = {what: said for what, name in EACH.items() if (said := text.take(name))}
    measured: What | None = next((what for what in ("cycle", "rate") if what in asked), None)  # of whatever it is
    found.what = measured or found.what or next(iter(asked), None)
    if found.what == "cycle":
        found.shape.by = found.shape.by or ("owner" if holds(text.words, "by_owner", text.folded) else "")
        found.is_asking, found.shape.is_least_first = True, bool(holds(text.words, "quickest", text.folded))
        text.take("quickest")
        text.take("slowest")
    if found.what in _COUNTED:  # 「新增的客户里成交的」: of what is only counted no report knows more
        found.beside = " ".join(said for what, said in asked.items() if what != found.what)
    for what in PLAIN:
        if found.what is None and text.take(what):
            found.what, found.is_asking = what, True
    if found.what == "lost" and "won" in asked and not found.which.is_to_rival:
        found.what = "rate"  # 「赢了几单，丢了几单」
    found.shape.is_compared |= bool(text.take("compared") or found.when.beside or ahead)
    found.is_asking |= found.what in ("slipped", "moved_back", "moved_up") or found.shape.is_compared
    found.is_asking |= found.what == "watch" and bool(holds(text.words, "whole", text.folded))
    if found.is_due and (ones or holds(text.words, "which", due) or holds(text.words, "asks_what", text.letters)):
        found.shape.rows, found.is_asking = "close", True


def _read_others(found: Found, text: Said) -> None:
    """「杭州组和其他组比」, "how does Maria compare with the rest": one person, or team, among all of them."""
    whom = found.whom
    is_one = len(whom.owners) + len(whom.teams) == 1 and not whom.customers
    is_compared = found.whom.is_versus or found.shape.is_compared or holds(text.words, "set_against", text.letters)
    if is_one and is_compared and text.take("rest_of_us"):
        found.shape.by = "owner" if whom.owners else "team"
        whom.owners, whom.teams, whom.is_versus, whom.is_ours, whom.is_all = {}, {}, False, False, True
        found.what, found.is_asking, found.shape.is_compared = found.what or "won", True, False


def _read_stood(heard: Understanding, what: What | None, found: Found, text: Said) -> None:
    """「卡了一个月以上」, "in negotiation for more than two weeks": how long at least."""
    if what == "slipped":
        numbers = text.words.table("report.often")
        found.which.times = next((int(number) for number in numbers if text.take(number, "often")), 0)
    if what != "stays":
        return
    for value in heard.of_kind("duration"):
        days = DAYS.get(value.unit or "")
        if days and value.number is not None and text.is_free(value.start, value.end):
            found.which.stood = int(value.number * days)
            text.take_span(value.start, value.end)
            text.take("stood")


def _read_share(found: Found, text: Said) -> None:
    """How much of the whole it is: of the team's, of everybody's, of all of the kind."""
    said: dict[str, Share] = {"share_of_team": "team", "share_of_all": "all", "share": "rest"}
    shares = [share for name, share in said.items() if text.take(name)]
    found.shape.share = next(iter(shares), "rest" if found.whom.whole else "")
    if found.shape.share:
        found.is_asking = True
        found.shape.by = found.shape.by or ("owner" if len(found.whom.owners) > 1 else "")


def _read_split(found: Found, text: Said) -> None:
    """By what it is split."""
    if (not found.shape.by or found.shape.is_per_head) and text.take("by_team"):
        found.shape.by = "team"  # before 「业绩排名」, "per head", which else are the reps'
    for name, by in TOPS.items():
        if said := text.take(name):
            found.shape.first = found.shape.first or min(count_said(said), MAX_FIRST)
            found.shape.by, found.shape.is_top = found.shape.by or by, True
            found.what = found.what or "won"
    is_one_deal = bool(holds(text.words, "biggest_deal", text.letters))  # "who closed the biggest deal": the deal
    for by in BYS:
        said = "" if is_one_deal and by == "owner" else text.take(f"by_{by}")
        if said and not found.shape.by:
            found.shape.by, found.shape.first = by, found.shape.first or min(count_said(said), MAX_FIRST)
    if found.what == "activity" and found.shape.is_least_first and not found.shape.by:
        found.shape.by = "owner"  # 「谁这个月跟进最少」
    are_places = found.what in ("customers", "newcomers") and bool(holds(text.words, "region", text.folded))
    if are_places and found.shape.by == "team":
        found.shape.by = "place"  # where customers are, not whose they are
    if text.take("each") and not found.shape.by:  # 「王芳和陈晨各签了多少」
        named: dict[By, int] = {"owner": len(found.whom.owners), "team": len(found.whom.teams)}
        found.shape.by = next((name for name, count in named.items() if count > 1), "")
    text.take("churn")
    found.is_asking |= found.shape.by in ("reason", "rival")


def _read_rows(world: World, found: Found, text: Said) -> None:
    """The deals themselves, or what they are on average."""
    biggest, which = text.take("biggest"), text.take("which")
    if biggest:
        found.shape.rows, found.shape.first = "size", min(count_said(biggest), MAX_FIRST) or found.shape.first
    elif which and not (found.shape.rows or found.shape.by):
        found.shape.rows = "close" if found.is_due else "size"
    average = text.take("average")
    is_of_each = average and found.shape.by == "owner" and not holds(text.words, "of_a_deal", average)
    found.shape.is_per_head |= bool(is_of_each)  # "average won per rep"
    found.shape.is_average = bool(average) and not found.shape.is_per_head
    if found.shape.is_per_head:
        found.shape.by, found.is_asking = found.shape.by or "owner", True
    if found.shape.is_average and found.what == "newcomers":
        found.what, found.which.buyers = "won", "new"  # 「新客户平均每单多少」
    if found.shape.is_average and found.what is None:
        found.what = "won"
    found.shape.biggest = biggest
    if holds(text.words, "biggest_one", biggest) and found.when.is_said:
        found.what = found.what or "won"  # 「今年最大的一单」
    found.shape.is_of_open = bool(holds(text.words, "deals", biggest))
    found.shape.is_of_deals = bool(holds(text.words, "deal_rows", biggest))
    found.is_asking |= bool(found.shape.is_average or found.shape.rows or found.when.to_year or found.when.is_year_ago)
    found.is_then = bool(text.take("then") or holds(text.words, "then", world.said.casefold()))


def _read_buyers(found: Found, text: Said) -> None:
    """「老客户今年成交多少」: of customers who had bought before, or had not."""
    said = [name for name in ("new", "old") if text.take(f"{name}_buyers")]
    if len(said) == 1:
        found.what, found.which.buyers = "won", "new" if said == ["new"] else "old"


def _read_rival(found: Found, text: Said) -> None:
    """What a rival took: by rival, or the deals themselves."""
    if text.take("by_rival"):
        found.shape.by = "rival"
    said = text.take("to_rival")
    if found.shape.by == "rival" or said:
        found.what, found.which.is_to_rival = "lost", True
        found.is_asking |= bool(holds(text.words, "of_deals", said))


def _read_whose(found: Found, text: Said) -> None:
    found.whom.is_also = bool(text.take("also"))
    found.whom.is_without = bool(text.take("without"))
    text.take("to_me")  # 「给我」 is no 「我的」
    found.whom.is_all |= bool(text.take("all"))
    found.whom.is_ours = bool(text.take("ours"))
    found.whom.is_mine = bool(text.take("mine"))
    found.is_asking |= bool(text.take("asking"))
    found.is_about_others = bool(holds(text.words, "other_nouns", text.letters))
    found.is_about_papers = bool(holds(text.words, "papers", text.letters))
    found.unfilled, found.folded = text.letters, text.folded
    text.take("filler")
