"""From words to a question: whether a message is one, and whether it is new or changes a part of the last one.

「本季度管道汇总」「华东上个月成交情况」「只看张伟的」「换成上季度」「按人看」, "pipeline this quarter
by rep", "last quarter instead".
"""

import re
from dataclasses import replace

from bot.errors import NotFound
from bot.reports.change import OF_PARTS, changed
from bot.reports.conditions import EDGES
from bot.reports.cues import asks_for_numbers, colleague_meant, cue, holds
from bot.reports.found import Found
from bot.reports.query import CLOSED, OF_DEALS, By, Query, What
from bot.reports.reading import read
from bot.reports.scope import book_of
from bot.reports.traits import TRAITS
from bot.reports.unknown import as_typed, checked, require_known
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

MAX_CHARS = {"zh": 60, "en": 100}  # beside the names in it
SURE = 0.6  # an intent that is less sure does not speak against a question
SURE_OF_NEW = 0.9
_QUESTIONS = frozenset({"pipeline_summary", "list_opportunities", "list_follow_ups", "other", "find_customer"})
_TOLD = frozenset({"won", "lost", "opened", "newcomers"})  # 「赢单了」, 「新增客户」 tell as well as ask
_TOLD_APART: tuple[By, ...] = ("product", *TRAITS)  # two of a kind can be set against each other
_ENTERED = frozenset({"opened", "newcomers"})
_LETTER = re.compile(r"\w")
MAX_LEFT = 3  # bytes: a Han character, or three letters; with more left, the numbers asked for are others


def asked(world: World, last: Query | None, heard: Understanding, *, is_last: bool = True) -> Query | None:
    """The question that a message asks, None where it asks no such thing; ``is_last``: nothing else was told since the
    last one. Raises NotFound for whom nobody knows."""
    text = heard.text.strip()
    names = {(match.start, match.end) for match in heard.names}
    if not 0 < len(text) <= MAX_CHARS[heard.lang] + sum(end - start for start, end in names):
        return None
    folded = text.casefold()
    if last is not None and cue(world.words, "in_all").fullmatch(folded.strip(EDGES)):
        return replace(last, rows="", first=0, unused="")  # 「总共多少钱」 of what was listed
    if last is not None and last.as_of is not None and cue(world.words, "as_now").fullmatch(folded.strip(EDGES)):
        return replace(last, as_of=None, unused="")  # 「现在呢」 of how it stood
    is_cued = heard.intent == "pipeline_summary" or asks_for_numbers(world.words, folded)
    is_cued = is_cued or ("stage" in heard.slots and phrasing("asks_how_much").match(folded) is not None)
    is_elsewhere = holds(world.words, "elsewhere", folded) and not holds(world.words, "resolving", folded)
    is_elsewhere = is_elsewhere or bool(holds(world.words, "of_notes", folded))  # the customers, not how often
    if (last is None and not is_cued) or is_elsewhere:
        return None
    found = read(world, heard, last.what if last is not None else None)
    if found is None:
        return None
    if not found.whom.names and colleague_meant(world.words, folded):
        found.whom.owners = dict.fromkeys(spoken_of(world, last), "")
    _set_against(world, last, found, folded)
    if not is_last and holds(world.words, "whole", folded):
        last = None
    if last is not None and _is_follow_up(world, last, found, heard):
        return replace(changed(world, last, found), unused=_not_left_out(world, found))
    if found.what is None and found.is_about_papers:
        return None  # 「每个人的订单金额」 is no deal's
    _mean(world, found, heard)
    if found.whom.is_versus and found.whom.names and heard.intent in _QUESTIONS and _LETTER.search(found.rest):
        raise NotFound(name=as_typed(heard.text, found.rest))  # of two, nobody knows the other
    if found.what is None or not _is_question(world, heard, found):
        require_known(heard, found)
        return None
    if found.shape.share and found.is_about_papers:
        return None  # 「报价里接受的占多少」
    query = changed(world, _begun(world, last, found), checked(world, heard, found))
    unused = found.rest if query.what in OF_DEALS else f"{found.rest} {found.shape.biggest}"
    return replace(query, unused=f"{as_typed(heard.text, unused)} {_not_left_out(world, found)}".strip())


def spoken_of(world: World, last: Query | None) -> tuple[int, ...]:
    """Who 「他」 is: the only one whom the last report was about, or who stood on top of it."""
    if last is not None and len(last.owners) == 1:
        return last.owners
    return (world.focus["user"],) if "user" in world.focus else ()


def _not_left_out(world: World, found: Found) -> str:
    """What was to be left out, and cannot be: a report is without people, teams, customers, stages or currencies."""
    if not found.whom.is_without:
        return ""
    which = found.which
    industry = world.crm.label("industries", which.industry, world.words.language) if which.industry else ""
    return " ".join(filter(None, (which.product, industry, which.reason, which.rival)))


def _mean(world: World, found: Found, heard: Understanding) -> None:
    """Settle what is meant where no word says it, or the time says otherwise: what is won next week is yet to close."""
    if found.what is None and found.which.stage and found.is_asking:
        found.what = "pipeline"
    found.what = found.what or _what_meant(found, heard)
    value = found.when.value
    starts = [reading.days.start for reading in (value.past, value.future) if reading] if value is not None else []
    ends = [value.future.days.end] if value is not None and value.future is not None else []
    if found.what == "won" and ends and ends[0] > world.now.date() and holds(world.words, "ahead", found.folded):
        found.what, found.is_asking = "forecast", True  # "what will December bring in"
    if found.what == "won" and starts and min(starts) > world.now.date():
        found.what, found.is_due = "pipeline", True
        found.shape.rows = "close" if found.shape.rows else ""


def _what_meant(found: Found, heard: Understanding) -> What | None:
    """What is meant where no word says it."""
    if found.when.beside == "now" and not (found.when.to_year or found.when.is_year_ago):
        return "changes"
    if (found.shape.rows == "size" and found.shape.biggest) or found.shape.is_by_count:
        return "pipeline"
    if found.when.beside == "said" or found.whom.is_versus or found.shape.is_per_head or found.shape.share:
        return "won"
    if found.when.to_year or found.when.is_year_ago or (_stands_alone(found) and found.when.is_said):
        return "won"
    is_told = len("".join(_LETTER.findall(found.rest)).encode()) > MAX_LEFT
    return "pipeline" if heard.intent == "pipeline_summary" and not is_told else None


def _begun(world: World, last: Query | None, found: Found) -> Query:
    """What a new question begins with: 「华为的管道」 after 「本季度管道」 is about this quarter."""
    is_more = found.what == "changes" or (found.what == "watch" and not found.is_asking)
    if last is not None and is_more and not found.whom.names and last.what in OF_DEALS:
        return replace(last, what="pipeline", by="", rows="", first=0)  # 「变化」 of what was just looked at
    new = book_of(world.actor, world.crm)
    if (
        last is not None
        and last.what == found.what
        and found.when.value is None
        and last.as_of is None
        and not last.rows
        and found.is_narrower
        and not _stands_alone(found)
    ):
        return new.within(last.period, last.grain)
    return new


def _stands_alone(found: Found) -> bool:
    """「哪个行业卖得最好」, "best industry by revenue" ask for a ranking of their own."""
    return found.shape.is_ranked and found.shape.by not in ("", "owner", "team")


def _set_against(world: World, last: Query | None, found: Found, folded: str) -> None:
    """「跟王芳比」, "compared with Maria": who, or what, was looked at before, one against the other."""
    if last is None or found.what is not None or not holds(world.words, "set_against", folded):
        return
    for named, before in ((found.whom.owners, last.owners), (found.whom.teams, last.teams)):
        if len(named) == 1 and len(before) == 1 and before[0] not in named:
            named[before[0]] = ""
            found.whom.is_versus = True
    for by in _TOLD_APART:
        one, other = getattr(last, by), getattr(found.which, by)
        if one and other and one != other and not (last.by or found.shape.by):  # 「跟上海比呢」, "vs Hamburg?"
            found.which.among, found.shape.by = (one, other), by


def _is_question(world: World, heard: Understanding, found: Found) -> bool:
    """「华为赢单了」 tells, 「华为上个月赢单多少」 asks: telling words ask beside a period or a number."""
    if heard.intent == "pipeline_summary":
        return True
    may_ask = heard.intent in _QUESTIONS or heard.sure < SURE
    if found.what == "pipeline":
        is_of_product = found.which.product is not None and not _LETTER.search(found.rest)  # 「分拣线的管道」
        return found.is_asking or ((may_ask or is_of_product) and not found.is_due)  # 「预计成交是年底」 tells
    if found.what not in _TOLD:
        return may_ask or found.shape.is_compared or not _LETTER.search(found.rest)
    named = (heard.get(name) for name in ("customer", "opportunity"))  # not where it was read as something else
    known = [one for one in heard.names if one.name.kind != "opportunity" or found.which.product is None]
    is_about_one = bool(known) or any(name and str(name).casefold() in found.rest for name in named)
    has_period = bool(found.when.grain) or (found.when.value is not None and found.when.value.kind == "range")
    is_all_read = not _LETTER.search(found.rest) and (
        found.which.is_to_rival or found.whom.is_versus or not is_about_one
    )
    if is_all_read and (found.is_asking or found.whom.is_versus or found.shape.is_top or found.shape.by):
        return True
    if found.what in _ENTERED and (found.shape.by or has_period or found.is_asking) and not _LETTER.search(found.rest):
        return True  # 「新增客户按月」: who enters one says its name
    if heard.intent == "update_opportunity":
        return (found.is_asking or has_period) and not (is_about_one and not found.is_asking)
    return may_ask and (found.is_asking or has_period or bool(found.shape.by) or found.when.is_year_ago)


def _is_follow_up(world: World, last: Query, found: Found, heard: Understanding) -> bool:
    """Whether everything said is a filter, a period or a way to split; a mere name asks for its card instead."""
    is_new = heard.intent.startswith(("create_", "log_")) and heard.sure >= SURE_OF_NEW
    is_of_plans = heard.intent == "list_reminders" and heard.sure >= SURE_OF_NEW
    if (is_new and found.whom.names) or heard.is_small_talk or is_of_plans:
        return False  # 「新客户 泰和达商贸」 enters one, whatever was asked before; "that's all for today" asks nothing
    if (
        heard.intent == "update_opportunity"
        and heard.sure >= SURE_OF_NEW
        and "stage" in heard.slots
        and found.whom.names
    ):
        return False  # "Northgate to proposal" moves its deal
    is_of_notes = heard.intent == "list_follow_ups" and heard.sure >= SURE and heard.get("owner") == "me"
    if is_of_notes and last.what != "activity" and found.what is None and phrasing("asks_what_done").search(heard.text):
        return False  # "what did I do yesterday?" asks for notes, whatever was reckoned before
    folded = heard.text.casefold()
    if found.whom.is_versus and found.whom.are_rivals and holds(world.words, "who_leads", folded):
        return False  # 「杭州组跟华东比谁厉害」 asks who has won more
    if _stands_alone(found) and found.when.is_said:
        return False
    if found.when.beside == "said" and last.what not in CLOSED:
        return False  # 「上半年和下半年哪个好」: what is open has one time
    if found.which.stage and (last.what in CLOSED or found.shape.by == "owner") and holds(world.words, "whole", folded):
        return False  # 「合同谈判阶段有多少钱」 asks of what is open
    if _LETTER.search(found.rest) or (found.is_about_others and not found.whom.customers):
        return False
    if found.shape.rows and found.whom.names and not found.is_then:
        return False  # 「张伟手上有哪些单子」 after a list of others
    has_limit = found.which.least is not None or found.which.most is not None
    if has_limit and found.what is None and not _adds_limit(world, last, heard):
        return False
    if found.what is not None:
        return (
            found.leaves_out_what
            or _asks_why_lost(last, found)
            or (found.whom.is_without and found.what == last.what)
            or bool(last.buyers and found.which.buyers and found.what == last.what)
            or (found.is_then and heard.intent != "update_opportunity" and not found.whom.names)
        )
    if found.shape.share and last.what not in OF_PARTS:
        return False
    if found.shape.is_compared or found.when.is_before or found.shape.share:
        return True
    if last.by and found.shape.is_ranked and not (found.shape.by or found.shape.rows):
        found.shape.by = last.by  # 「最低的呢」: from the other end
        return True
    if found.shape.is_by_count and last.what not in OF_DEALS:
        return False  # 「谁的单子最多」 asks about deals
    if found.shape.rows and (last.what not in OF_DEALS or (found.shape.is_of_open and last.what != "pipeline")):
        return False
    if found.shape.by or found.shape.rows or found.when.to_year or found.when.is_year_ago or found.when.grain:
        return True
    if found.whom.is_mine or found.whom.is_ours or found.whom.is_all:
        return True
    if (
        has_limit
        or found.which.industry
        or found.which.reason
        or (found.when.value and found.when.value.kind == "range")
    ):
        return True
    is_more = len(heard.text.strip()) > found.named or found.is_then
    return is_more and bool(found.whom.names or found.which.is_said or found.when.value is not None)


def _asks_why_lost(last: Query, found: Found) -> bool:
    """「为啥丢的」, 「都输给谁了」 after what somebody lost: of just that."""
    is_bare = not (found.whom.names or found.when.is_said or found.which.least or found.which.most)
    return found.what == "lost" and last.what in ("lost", "rate") and found.shape.by in ("reason", "rival") and is_bare


def _adds_limit(world: World, last: Query, heard: Understanding) -> bool:
    """「50万以上的商机有哪些」 asks for a list of its own, unless open deals were looked at."""
    folded = heard.text.casefold()
    if holds(world.words, "whole", folded):
        return last.what == "pipeline"
    return last.what in OF_DEALS or not holds(world.words, "deals", folded)
