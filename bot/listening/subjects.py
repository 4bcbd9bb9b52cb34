"""What a question about targets, forecasts, requests or money that comes in leads to: a command, or a form."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from bot.dialogs.model import Json
from bot.forecast import supposing
from bot.listening import handling
from bot.listening.topics import Topic, topic_of
from bot.lookups import (
    falling_due,
    instalments,
    overcome,
    satisfaction,
    solved,
)
from bot.questions import as_file
from bot.reports.conditions import read_sizes
from bot.reports.cues import holds
from bot.reports.found import Found
from bot.reports.hear import spoken_of
from bot.reports.query import What
from bot.reports.said import Said
from bot.reports.tell import last_of
from bot.rules.colleagues import colleagues_in
from bot.talk.memory import Memory
from bot.talk.periods import Direction, month_of, period_in, quarter_of, year_of
from bot.talk.splits import any_split
from bot.targets.fields import aim_in
from bot.targets.whose import own, query_of, user_as, whose_in
from bot.world import World
from config.catalog import catalog
from config.types import Period
from nlu.types import Understanding

_NO_LIMIT = 10**6  # per cent
_SHORT = 18  # letters that can only go on from what was asked before
# What stands so today, whatever a message says of times.
_BY_NOW = frozenset({"quiet", "overdue", "stepless", "changed", "advice", "cleanup"})
Lead = Callable[[World, Topic], "Json | None"]
# Who knows a question by its words; and who by what is understood of it.
_ASKED_PLAINLY = (solved.asked, handling.numbered)
_ASKED = (
    supposing.asked,
    satisfaction.asked,
    as_file.asked,
    instalments.asked,
    falling_due.asked,
    overcome.asked,
)


def lead_of(world: World, memory: Memory, heard: Understanding) -> Json | None:
    """What a button that asks the same would do; None where the message is about nothing of the kind."""
    plain = heard.text.strip().rstrip("。.!！?？")
    asked = chain((ask(world, plain) for ask in _ASKED_PLAINLY), (ask(world, heard) for ask in _ASKED))
    found = next((action for action in asked if action is not None), None)
    if found is not None:
        return found
    topic = topic_of(world, heard)
    if topic is not None and not _knows_all(world, topic):
        return None
    topic = _of_the_last(world, memory, topic) if topic is not None else None
    last = last_of(memory)
    if topic is not None and last is not None and last.what == topic.name == "attainment" and _goes_on(topic, plain):
        return {"do": "report", "query": replace(last, is_compared=False).to_json()}
    lead = _LEADS.get(topic.name) if topic else None
    return lead(world, topic) if lead and topic else None


def _knows_all(world: World, topic: Topic) -> bool:
    """Does the look-up go by all that is said? Of what is so by now, no time narrows it; 「比前一个季度差多少」
    is a difference of two times, where no target is spoken of."""
    today, text = world.now.date(), Said(world.words, topic.heard)
    times = [value for value in topic.heard.values if value.is_time]
    if topic.name in _BY_NOW:
        days = [reading.days for value in times if (reading := value.past or value.future) is not None]
        return all(one.start == today or (topic.name == "changed" and one.start <= today <= one.end) for one in days)
    is_beside = any(text.is_beside(value) for value in times) or text.take_beside("period_before")[1]
    is_bare = topic.name in ("attainment", "behind") and not holds(world.words, "aims", text.folded)
    return not (is_beside and is_bare)


def _goes_on(topic: Topic, plain: str) -> bool:
    """「还差多少」, "how much to go", of the targets that were just told: nobody is named, and no time."""
    is_short = len(plain) <= (_SHORT if plain.isascii() else _SHORT // 3)
    return is_short and topic.whose is None and not any(value.is_time for value in topic.heard.values)


def _of_the_last(world: World, memory: Memory, topic: Topic) -> Topic:
    """「他离目标还差多少」: he is whom the last report was about, or who stood on top of it."""
    owners = spoken_of(world, last_of(memory))
    if topic.whose is not None or len(owners) != 1 or not holds(world.words, "them", topic.heard.text.casefold()):
        return topic
    return replace(topic, whose=user_as(world, owners[0]))


def _attainment(world: World, topic: Topic) -> Json:
    owners = tuple(dict.fromkeys(
        one.id for one in colleagues_in(world.tx, world.actor, world.crm, topic.heard.text) if one.kind == "user"
    ))  # fmt: skip
    done = _done(topic)
    if len(owners) > 1 or done:
        scope = _scope(world, topic, "past")
        asked = query_of("attainment", own(world), Period.from_json(scope["period"]))
        asked = replace(asked, owners=owners, teams=(), is_default=False) if len(owners) > 1 else asked
        return {"do": "report", "query": replace(asked, done=done).to_json()}
    is_by_team = bool(holds(world.words, "by_team", topic.heard.text.casefold()))
    return {"do": "attained", **_scope(world, topic, "past"), **({"by": "team"} if is_by_team else {})}


def _done(topic: Topic) -> tuple[int, int] | tuple[()]:
    """From how many per cent of their target to how many those have reached who are asked about."""
    words, text = catalog(topic.heard.lang), topic.heard.text
    for name, usual in (("under", "missed"), ("over", "met")):
        found = words.pattern(f"attainment.done.{name}").search(text)
        percent = int(next(filter(None, found.groups()))) if found else 0
        if not found and words.pattern(f"attainment.done.{usual}").search(text):
            percent = 100
        if percent:
            return (0, percent) if name == "under" else (percent, _NO_LIMIT)
    return ()


def _target(world: World, topic: Topic) -> Json:
    """With a value the target is set; without one it is asked after."""
    aim = aim_in(topic.heard, world.currency)
    if aim is None or _done(topic):
        return _attainment(world, topic)
    values = {"whose": topic.whose.to_json() if topic.whose else None, "period": _said(topic, "future")}
    values |= {"value": aim, "market": _market(world, topic) if aim["metric"] == "market_share" else None}
    return {"do": "start", "flow": "sales_target", "values": {k: v for k, v in values.items() if v is not None}}


def _share(world: World, topic: Topic) -> Json:
    """「市场份额」: what is set as a target, or how large it is, this year where nothing is said."""
    led = _target(world, topic)
    if led["do"] == "attained" and period_in(topic.heard, "past") is None:
        led["period"] = year_of(world.now.date()).to_json()
    return led


def _market(world: World, topic: Topic) -> Json | None:
    """The amount beside a share is the size of the market."""
    money = next((value.money for value in topic.heard.of_kind("money") if value.money), None)
    return {**money.to_json(), "currency": money.currency or world.currency} if money else None


def _commit(world: World, topic: Topic) -> Json:
    """With an amount it is one's own; somebody's, or everybody's, stands beside the forecast."""
    aim = aim_in(topic.heard, world.currency)
    amount = {"value": aim["value"], "currency": aim["currency"]} if aim and aim["metric"] == "revenue" else None
    is_about_others = topic.whose is not None and topic.whose != own(world)
    if amount is None and (is_about_others or world.actor.role != "rep"):
        is_of_one = topic.whose is not None and topic.whose.kind == "user"
        return _forecast(world, topic) if is_of_one else _report("commits", world, topic)
    values = {"amount": amount, "period": _said(topic, "future")}
    return {"do": "start", "flow": "forecast_commit", "values": {k: v for k, v in values.items() if v is not None}}


def _said(topic: Topic, direction: Direction) -> Json | None:
    period = period_in(topic.heard, direction)
    return period.to_json() if period else None


def _scope(world: World, topic: Topic, direction: Direction) -> Json:
    """Whose, and when: one's own and this quarter where nothing is said."""
    today = world.now.date()
    is_yearly = bool(holds(world.words, "grain_year", topic.heard.text.casefold()))  # "the annual target"
    said = period_in(topic.heard, direction)
    if is_yearly and said is not None and said.end == today:
        said = None  # 「今年到现在完成全年目标多少」: the target is of the year
    if said is not None and said.end == today:  # 「这个季度到现在」: the target is of the quarter
        said = next(
            (whole for whole in (month_of(today), quarter_of(today), year_of(today)) if whole.start == said.start), said
        )
    period: Period = said or (year_of(today) if is_yearly else quarter_of(today))
    return {"who": (topic.whose or own(world)).to_json(), "period": period.to_json()}


def _forecast(world: World, topic: Topic) -> Json:
    is_of_one = topic.whose is not None and topic.whose.kind == "user"
    by = next((by for by in ("team", "owner") if holds(world.words, f"by_{by}", topic.heard.text.casefold())), "")
    if by and not is_of_one:
        asked = _report("forecast", world, topic)
        return {**asked, "query": {**asked["query"], "by": by}}
    return {"do": "foretold", **_scope(world, topic, "future")}


def _report(what: What, world: World, topic: Topic) -> Json:
    """A report on somebody and a period, as its button asks for it."""
    whose, period = topic.whose or own(world), period_in(topic.heard, "future") or quarter_of(world.now.date())
    return {"do": "report", "query": query_of(what, whose, period).to_json()}


def forecast_asked(world: World, heard: Understanding) -> Json:
    """The forecast that a message asks for in other words than those we know."""
    whose, _spans = whose_in(world, heard)
    return _forecast(world, Topic("forecast", whose, heard))


def _against(world: World, topic: Topic) -> Json:
    """The commits beside the forecast; 「谁最保守」 from the other end."""
    asked = _report("against", world, topic)
    is_least = bool(holds(world.words, "least", topic.heard.text.casefold()))
    return {**asked, "query": {**asked["query"], "is_least_first": is_least}}


def _asks(name: str) -> Lead:
    """A question about somebody that needs no period."""
    return lambda world, topic: {"do": name, "who": (topic.whose or own(world)).to_json()}


def _alarms(sign: str) -> Lead:
    def lead(world: World, topic: Topic) -> Json | None:
        if any(value.number is not None for value in topic.heard.of_kind("duration")):
            return None  # 「两个月没动静」 is a condition; alarms go by how often a deal is spoken of
        is_split = bool(holds(world.words, "by_owner", topic.heard.text.casefold()))
        who = (topic.whose or own(world)).to_json()
        found = Found()
        read_sizes(topic.heard, found, Said(world.words, topic.heard))
        sizes = {"least": found.which.least, "most": found.which.most}
        limits = {name: money.to_json() for name, money in sizes.items() if money is not None}
        return {"do": "alarms", "sign": sign, "who": who, **limits, **({"by": "owner"} if is_split else {})}

    return lead


def _is_told_apart(topic: Topic) -> bool:
    """「分拣线的成交周期」, "sales cycle by industry": more is said than whose, and a report knows it."""
    words, text = catalog(topic.heard.lang), topic.heard.text.casefold()
    is_elsewhere = any(holds(words, name, text) for name in ("elsewhere", "papers"))
    is_timed = any(value.is_time for value in topic.heard.values) or bool(holds(words, "by_owner", text))
    return is_elsewhere or is_timed or any_split(words).search(text) is not None


_LEADS: dict[str, Lead] = {
    "attainment": _attainment,
    "behind": lambda world, topic: {**_attainment(world, topic), "is_behind": True},
    "target": _target,
    "share": _share,
    "commit": _commit,
    "against": lambda world, topic: _against(world, topic),
    "coverage": lambda world, topic: _report("coverage", world, topic),
    "forecast": _forecast,
    "accuracy": _asks("record"),
    "cycle": lambda world, topic: None if _is_told_apart(topic) else _asks("cycles")(world, topic),
    "advice": _asks("advice"),
    "cleanup": lambda world, topic: {"do": "cleanup", "who": topic.whose.to_json() if topic.whose else None},
    **{sign: _alarms(sign) for sign in ("quiet", "overdue", "stepless", "changed")},
}
