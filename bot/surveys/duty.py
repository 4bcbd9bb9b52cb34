"""Surveys fall due: sent when the chat is quiet, by a link where no chat reaches the person, and expired in the end."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, column, select, table, update

from adapters.base import DESK, DESK_OPEN_FOR
from bot.dialogs.reply import Press, Reply
from bot.duty import Done
from bot.house import House
from bot.messages.address import Address, conversation_key
from bot.messages.notices import tell_user
from bot.messages.reach import post, reach
from bot.people.codes import digest_of
from bot.people.identity import language_of
from bot.rules import surveys
from bot.rules.service import DONE, subject_of
from config.catalog import Catalog, catalog
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.prepared import Prepared, always
from storage.tables import conversations, outbox
from storage.types import UtcDateTime

PIECE = 50
MARGIN = timedelta(minutes=10)  # before a chat closes
TOKEN_BYTES = 32
KEPT_FOR = timedelta(days=2)  # a message is sent by then, or listed as one that could not be
_LINK = re.compile(r"/survey/[\w-]{20,}")
# A light stand-in for the mapped class, which nobody needs where nothing is due.
SURVEYS = table(
    "surveys", column("id"), column("status"), column("due_at", UtcDateTime), column("expires_at", UtcDateTime),
    column("deleted_at"), column("sent_at", UtcDateTime), column("token_sha256"), column("wave"),
)  # fmt: skip


def _one(status: str, moment: "ColumnElement[datetime]") -> Prepared:
    """Is anything to be done? Asked at every tick, and before the first answer of a terminal."""
    query = select(SURVEYS.c.id).where(SURVEYS.c.status == status, moment <= bindparam("b_now", type_=UtcDateTime()))
    return Prepared(always(query.where(SURVEYS.c.deleted_at.is_(None)).limit(1)))


_PLANNED, _SENT = _one("planned", SURVEYS.c.due_at), _one("sent", SURVEYS.c.expires_at)


def ask(house: House, tx: Tx, now: datetime) -> Done:
    """Send the surveys that are due, or give them up; one that would disturb is put off until the chat is quiet."""
    if not _PLANNED.rows(tx.connection, {"b_now": now}):
        return Done()
    tx.author = tx.author or Author(user_id=None, at=now, what={"duty": "survey"})
    cls = records.Survey
    due = select(cls).where(cls.status == "planned", cls.due_at <= now, cls.deleted_at.is_(None))
    due = due.order_by(cls.due_at, cls.id).limit(PIECE).with_for_update(skip_locked=True)
    found = tx.session.scalars(due.execution_options(populate_existing=True)).all()
    chats = [_ask_one(house, tx, survey, now) for survey in found]
    tx.flush()
    return Done(tuple(chat for chat in chats if chat is not None), len(found) == PIECE)


def expire(house: House, tx: Tx, now: datetime) -> Done:
    """Surveys that nobody answered in time count as unanswered."""
    if not _SENT.rows(tx.connection, {"b_now": now}):
        return Done()
    tx.author = tx.author or Author(user_id=None, at=now, what={"duty": "survey"})
    cls = records.Survey
    late = select(cls).where(cls.status == "sent", cls.expires_at <= now, cls.deleted_at.is_(None)).limit(PIECE)
    found = tx.session.scalars(late.with_for_update(skip_locked=True)).all()
    for survey in found:
        survey.status = "expired"
    tx.flush()
    return Done(has_more=len(found) == PIECE)


def _ask_one(house: House, tx: Tx, survey: "records.Survey", now: datetime) -> str | None:
    """Send one survey; the chat to wake."""
    request = tx.session.get(records.ServiceRequest, survey.service_request_id) if survey.service_request_id else None
    if request is not None and (request.status not in DONE or request.deleted_at is not None):
        survey.status = "cancelled"
    elif _is_unwelcome(tx, survey) or surveys.was_asked(tx.session, survey, house.crm.surveys.every):
        survey.status = "withheld"
    elif now > _give_up_at(house, survey):
        survey.status = "expired"
    else:
        return _send(house, tx, survey, now)
    return None


def _give_up_at(house: House, survey: "records.Survey") -> datetime:
    """So long after it was planned nobody remembers what it is about."""
    rules, product = house.crm.surveys, house.crm.surveys.product(survey.occasion)
    return survey.created_at + max(rules.delay, product.delay if product is not None else rules.delay) + rules.expiry


def _is_unwelcome(tx: Tx, survey: "records.Survey") -> bool:
    """Have they said that they want to be asked nothing?"""
    contact = tx.session.get(records.Contact, survey.contact_id) if survey.contact_id else None
    return contact is not None and (contact.no_surveys_at is not None or contact.deleted_at is not None)


def _send(house: House, tx: Tx, survey: "records.Survey", now: datetime) -> str | None:
    to = reach(tx, contact_id=survey.contact_id) if survey.contact_id is not None else None
    spoke_at = _spoke_at(tx, to) if to is not None else None
    if to is None or not _is_open(to, spoke_at, now):
        return send_link(house, tx, survey, now)
    quiet_at = spoke_at + min(house.crm.surveys.quiet, house.crm.surveys.delay) if spoke_at is not None else now
    if quiet_at > now:
        survey.due_at = quiet_at
        return None
    _is_sent(house, survey, now)
    survey.asked_in = conversation_key(to)
    contact = tx.session.get(records.Contact, survey.contact_id)
    words = catalog(language_of(contact.language if contact else None, house.settings.language))
    return post(tx, to, _question(house, survey, words), key=f"survey:{survey.id}:{survey.wave}", lane="survey")


def _spoke_at(tx: Tx, to: Address) -> datetime | None:
    """When the person last wrote there."""
    query = select(conversations.c.updated_at).where(conversations.c.key == conversation_key(to))
    return tx.connection.execute(query).scalar_one_or_none()


def _is_open(to: Address, spoke_at: datetime | None, now: datetime) -> bool:
    """May the bot write there? To a service desk's customer for a while only, on Telegram to who has written once."""
    if to.account.startswith(DESK):
        return spoke_at is not None and now < spoke_at + DESK_OPEN_FOR - MARGIN
    return to.platform != "telegram" or spoke_at is not None


def _is_sent(house: House, survey: "records.Survey", now: datetime) -> None:
    survey.status, survey.sent_at = "sent", now
    survey.expires_at = now + house.crm.surveys.expiry


def question_of(house: House, survey: "records.Survey", words: Catalog) -> str:
    """What is asked, in the organisation's words."""
    product = house.crm.surveys.product(survey.occasion)
    texts = product.texts if product is not None else house.crm.surveys.texts
    subject = subject_of(survey.service_request) if survey.service_request is not None else ""
    return texts[words.language].format(subject=subject)


def _question(house: House, survey: "records.Survey", words: Catalog) -> Reply:
    buttons = tuple(
        Press(label, {"do": "rate", "survey": survey.id, "score": score}, is_open=True)
        for score, label in enumerate(words.words("survey.scores"), 1)
    )
    return Reply(question_of(house, survey, words), buttons)


def forget_links(house: House, tx: Tx, now: datetime) -> Done:
    """Take the links out of the messages in which they were passed on: of a token only the digest is kept."""
    recent = (SURVEYS.c.token_sha256.is_not(None), SURVEYS.c.sent_at > now - KEPT_FOR)
    for survey in tx.connection.execute(select(SURVEYS.c.id, SURVEYS.c.wave).where(*recent)).all():
        of_survey = outbox.c.dedupe_key.between(
            f"survey:{survey.id}:{survey.wave}:", f"survey:{survey.id}:{survey.wave};"
        )
        rows = tx.connection.execute(select(outbox.c.id, outbox.c.payload).where(of_survey, outbox.c.status == "sent"))
        for row in rows.all():
            text = _LINK.sub("/survey/…", row.payload["text"])
            if text != row.payload["text"]:
                tx.connection.execute(
                    update(outbox).where(outbox.c.id == row.id).values(payload=row.payload | {"text": text})
                )
    return Done()


def send_link(house: House, tx: Tx, survey: "records.Survey", now: datetime) -> str | None:
    """No chat reaches the person: their rep gets a link to pass on; where there is none, whoever handled it."""
    if not house.settings.public_url:
        _not_asked(house, tx, survey)
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    url = f"{house.settings.public_url.rstrip('/')}/survey/{token}"
    who = " · ".join(dict.fromkeys(item.name for item in (survey.customer, survey.contact) if item is not None))
    about = survey.service_request.number if survey.service_request is not None else survey.public_id

    def compose(words: Catalog) -> Reply:
        return Reply(words.say("survey.pass_on", who=who, about=about, url=url))

    people = surveys.concerned(tx.session, survey)
    key = f"survey:{survey.id}:{survey.wave}"
    told = any(
        tell_user(tx, house.settings, one, compose, key=key, lane="survey") for one in (people.rep, people.handler)
    )
    if told:
        _is_sent(house, survey, now)
        survey.token_sha256 = digest_of(token)
    else:
        _not_asked(house, tx, survey)
    return None


def _not_asked(house: House, tx: Tx, survey: "records.Survey") -> None:
    """Nobody can ask them. Where it was on its way in a chat, whoever knows the customer is told that it did not
    arrive."""
    was_on_its_way, survey.status, survey.sent_at = survey.status == "sent", "withheld", None
    who = " · ".join(dict.fromkeys(item.name for item in (survey.customer, survey.contact) if item is not None))
    about = survey.service_request.number if survey.service_request is not None else survey.public_id
    if not was_on_its_way:
        return
    for one in surveys.concerned(tx.session, survey).each[:1]:
        tell_user(
            tx,
            house.settings,
            one,
            lambda words: Reply(words.say("survey.not_reached", who=who, about=about)),
            key=f"survey-lost:{survey.id}",
        )
