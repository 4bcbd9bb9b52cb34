"""Alarms in words: the deal and the reason, one line each, or the reasons of one deal together."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.alarms.by_owner import by_owner
from bot.alarms.signs import SIGNS, Alarm, Sign, alarms
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_money
from bot.reports.kinds import sized
from bot.rules.access import require
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.targets.whose import Whose, owned_by, user_as
from bot.world import World
from config.types import Money
from storage import records

MAX_NAME = 32


def listed(world: World, memory: Memory, action: Json) -> Reply:
    """The open deals of somebody that show a sign, each with the reason."""
    require(world.actor, world.crm, "opportunity", "view")
    whose: Whose = Whose.from_json(action["who"])
    sign: Sign = next(name for name in SIGNS if name == action["sign"])
    limits = {name: action[name] for name in ("least", "most") if name in action}
    meant = owned_by(world, whose, records.Opportunity)
    for name, limit in limits.items():
        money = Money.from_json(limit)
        money = Money(money.value, money.currency or world.currency)
        meant = meant & sized(world, records.Opportunity, money, is_least=name == "least")
    found = alarms(world, meant, (sign,))
    memory.focus["alarms"] = {"sign": sign, "who": whose.to_json(), **limits}
    if action.get("by") == "owner" and found:
        return by_owner(world, found, action)
    with_owner = whose.kind != "user"
    lines = [
        world.words.say("alarms.row", deal=deal_of(world, one.deal, with_owner), why=why(world, one)) for one in found
    ]
    reply = page(world, memory, f"alarms_{sign}", lines, len(lines))
    is_own = any(one.deal.owner_id == world.actor.user_id for one in found)
    return Reply(reply.text, (*reply.buttons, cleanup_button(world))) if is_own and world.is_private else reply


def cleanup_button(world: World) -> Press:
    return Press(world.words.say("cleanup.button.begin"), {"do": "cleanup"}, is_open=True)


def deal_of(world: World, deal: Any, with_owner: bool = False) -> str:
    """「冷库改造 · 蓝海物流有限公司 · 方案制定 · ¥500,000（李雷）」"""
    words = world.words
    facts = [shortened(deal.name, MAX_NAME), shortened(deal.customer, MAX_NAME)]
    facts.append(world.crm.label("stages", deal.stage, words.language))
    if deal.amount_minor is not None and deal.amount_currency:
        facts.append(show_money(Money.from_minor(deal.amount_minor, deal.amount_currency), words))
    owner = user_as(world, deal.owner_id) if with_owner and deal.owner_id is not None else None
    line = words.line(facts)
    return words.say("alarms.owned", deal=line, owner=owner.name) if owner else line


def why(world: World, alarm: Alarm) -> str:
    """The reason in a sentence without its full stop."""
    facts, words = dict(alarm.facts), world.words
    key: str = alarm.sign
    if alarm.sign == "quiet":
        key = "never" if facts["is_never"] else "quiet"
    elif alarm.sign == "overdue":
        facts["close"] = show_day(facts["close"], words, today=world.now.date())
    elif alarm.sign == "changed":
        key = f"changed_{facts['what']}"
        facts = _change(world, facts)
    return words.say(f"alarms.{key}", **facts)


def _change(world: World, facts: dict[str, Any]) -> dict[str, Any]:
    words, kind = world.words, facts["what"]
    if kind == "amount":
        shown = {side: show_money(Money.from_minor(facts[side], facts["currency"]), words) for side in ("old", "new")}
    elif kind == "close":
        shown = {side: show_day(facts[side], words, today=world.now.date()) for side in ("old", "new")}
    else:
        shown = {side: world.crm.label("stages", facts[side], words.language) for side in ("old", "new")}
    return {**facts, **shown}


def reasons(world: World, found: Iterable[Alarm]) -> str:
    """Several reasons about one deal."""
    return world.words.say("alarms.also").join(why(world, one) for one in found)


def by_deal(found: Sequence[Alarm]) -> list[list[Alarm]]:
    """The alarms of each deal together, in their order."""
    together: dict[int, list[Alarm]] = {}
    for one in found:
        together.setdefault(one.deal.id, []).append(one)
    return list(together.values())
