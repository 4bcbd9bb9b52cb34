"""What tells several of one name apart when somebody is asked which is meant."""

from typing import Any

from sqlalchemy import func, select

from bot.dialogs.model import Found, Match
from bot.dialogs.show import show_day, show_money
from bot.people.naming import TAIL
from bot.rules.access import Actor
from config.catalog import Catalog
from storage import records
from storage.database import Tx


def with_hints(tx: Tx, actor: Actor, words: Catalog, kind: str, found: Found) -> Found:
    """The same matches with a telling second fact each: a place, a company, the last contact, the tail of a number."""
    if kind == "opportunity" and len(found.matches) > 1:
        return _deals_apart(tx, words, found)
    if kind not in ("customer", "contact") or not found.matches or (len(found.matches) < 2 and found.is_sure):
        return found
    cls: Any = records.record_class(kind)
    items = {item.id: item for item in tx.session.scalars(select(cls).where(cls.id.in_([m.id for m in found.matches])))}
    matches = (Match(m.id, m.name, _hint(tx, actor, words, items[m.id])) for m in found.matches)
    return Found(tuple(matches), found.is_sure)


def _deals_apart(tx: Tx, words: Catalog, found: Found) -> Found:
    """Deals with what tells those of one name apart: whose they are, else how much, else since when."""
    items = [tx.session.get_one(records.Opportunity, match.id) for match in found.matches]
    for tells in (
        lambda item: item.customer.name,
        lambda item: show_money(item.amount, words) if item.amount else "",
        lambda item: show_day(item.created_at.date(), words, today=item.created_at.date()),
    ):
        facts = [tells(item) for item in items]
        if len({(m.name, fact) for m, fact in zip(found.matches, facts, strict=True)}) == len(items):
            break
    return Found(tuple(Match(m.id, m.name, fact) for m, fact in zip(found.matches, facts, strict=True)), found.is_sure)


def _hint(tx: Tx, actor: Actor, words: Catalog, item: Any) -> str:
    facts = [getattr(item, "address", None), getattr(item, "position", None)]
    if isinstance(item, records.Contact):
        facts.insert(0, item.customer.name if item.customer else None)
    column = records.FollowUp.contact_id if isinstance(item, records.Contact) else records.FollowUp.customer_id
    query = select(func.max(records.FollowUp.occurred_at)).where(
        column == item.id, records.FollowUp.deleted_at.is_(None)
    )
    last = tx.session.scalar(query)
    if last is not None:
        day = last.astimezone(actor.zone).date()
        facts.append(words.say("dialog.hint_last", day=show_day(day, words, today=day)))
    if item.phones and item.phones[0][-TAIL:].isdigit():
        facts.append(words.say("dialog.hint_phone", tail=item.phones[0][-TAIL:]))
    return words.line([str(fact)[:30] for fact in facts if fact][:2])
