"""Surveys beyond service, as crm.toml has them: after a won deal, or once a quarter to those who have bought."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.duty import Done
from bot.house import House
from config.service import Product
from storage import records
from storage.author import Author
from storage.database import Tx

PIECE = 50
LATE = timedelta(days=14)  # who switches a survey on does not ask about what is long over


def plan(house: House, tx: Tx, now: datetime) -> Done:
    """Plan the surveys that crm.toml asks for beyond service; whether each is sent is decided when it is due."""
    if not house.crm.surveys.products:
        return Done()
    tx.author = tx.author or Author(user_id=None, at=now, what={"duty": "survey"})
    planned = 0
    for product in house.crm.surveys.products:
        planned += (_after_won if product.after == "won" else _each_quarter)(house, tx, product, now)
    tx.flush()
    return Done(has_more=planned >= PIECE)


def _after_won(house: House, tx: Tx, product: Product, now: datetime) -> int:
    """One to the contact of each deal that was won not long ago."""
    deal, survey = records.Opportunity, records.Survey
    won = [stage.code for stage in house.crm.stages_of("won")]
    known = select(survey.id).where(survey.opportunity_id == deal.id, survey.occasion == product.code).exists()
    query = select(deal).where(deal.stage.in_(won), deal.deleted_at.is_(None), deal.contact_id.is_not(None), ~known)
    query = query.where(deal.closed_on >= _today(house, now) - product.delay - LATE).order_by(deal.id).limit(PIECE)
    found = tx.session.scalars(query).all()
    for item in found:
        due_at = _morning(house, item.closed_on or _today(house, now)) + product.delay
        _add(tx, product, item.contact_id, item, due_at=max(now, due_at), opportunity_id=item.id)
    return len(found)


def _each_quarter(house: House, tx: Tx, product: Product, now: datetime) -> int:
    """One a quarter to everyone with a chat at a customer who has bought."""
    today = _today(house, now)
    begin = _morning(house, date(today.year, (today.month - 1) // 3 * 3 + 1, 1))
    if now < begin + product.delay:
        return 0
    contact, survey, deal, identity = records.Contact, records.Survey, records.Opportunity, records.Identity
    won = [stage.code for stage in house.crm.stages_of("won")]
    mine = (survey.contact_id == contact.id, survey.occasion == product.code, survey.created_at >= begin)
    bought = (deal.customer_id == contact.customer_id, deal.stage.in_(won), deal.deleted_at.is_(None))
    chats = (identity.contact_id == contact.id, identity.deleted_at.is_(None))
    query = select(contact).where(
        contact.deleted_at.is_(None),
        select(identity.id).where(*chats).exists(),
        select(deal.id).where(*bought).exists(),
        ~select(survey.id).where(*mine).exists(),
    )
    found = tx.session.scalars(query.order_by(contact.id).limit(PIECE)).all()
    for person in found:
        _add(tx, product, person.id, person, due_at=now)
    return len(found)


def _add(tx: Tx, product: Product, contact_id: int | None, about: Any, **more: Any) -> None:
    tx.session.add(
        records.Survey(
            occasion=product.code,
            contact_id=contact_id,
            customer_id=about.customer_id,
            status="planned",
            owner_id=about.owner_id,
            team_id=about.team_id,
            **more,
        )
    )


def _today(house: House, now: datetime) -> date:
    return now.astimezone(ZoneInfo(house.settings.timezone)).date()


def _morning(house: House, day: date) -> datetime:
    return datetime.combine(day, house.crm.hours.morning, ZoneInfo(house.settings.timezone))
