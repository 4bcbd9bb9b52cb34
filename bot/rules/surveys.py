"""Rules about surveys: asked once, answered by the one person who was asked, never against their will.

One survey a person in a while, over all platforms and occasions; none after the request was opened again; none to who
said so. An answer may be changed for a while and then stands.
"""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from sqlalchemy import func, select

from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened
from bot.errors import Refused
from bot.messages.notices import tell_user
from bot.world import World
from config.catalog import Catalog
from config.crm import Crm
from config.service import SERVICE
from config.settings import Settings
from storage import records
from storage.database import Tx

if TYPE_CHECKING:
    from storage.session import RecordSession

Scored: TypeAlias = Literal["new", "changed", "same"]
OPEN = ("planned", "sent")


def plan(world: World, request: "records.ServiceRequest") -> "records.Survey":
    """A survey about a request that was just resolved, to be sent later."""
    cls = records.Survey
    before = world.session.scalar(select(func.count()).where(cls.service_request_id == request.id)) or 0
    survey = cls(
        service_request_id=request.id,
        customer_id=request.customer_id,
        contact_id=request.contact_id,
        handler_id=request.handler_id,
        occasion=SERVICE,
        wave=before + 1,
        status="planned",
        due_at=world.now + world.crm.surveys.delay,
        owner_id=request.owner_id,
        team_id=request.team_id,
    )
    world.session.add(survey)
    world.session.flush()
    return survey


def cancel(session: "RecordSession", request_id: int) -> None:
    """The request was opened again: nobody is asked about it, and an answer would not count."""
    cls = records.Survey
    query = select(cls).where(cls.service_request_id == request_id, cls.status.in_(OPEN), cls.deleted_at.is_(None))
    for survey in session.scalars(query).all():
        survey.status = "cancelled"
    session.flush()


def open_in(world: World, conversation: str) -> "records.Survey | None":
    """The last survey that the person was sent in this conversation, if it is not answered yet."""
    cls = records.Survey
    query = select(cls).where(
        cls.contact_id == world.actor.contact_id,
        cls.asked_in == conversation,
        cls.status == "sent",
        cls.expires_at > world.now,
        cls.deleted_at.is_(None),
    )
    return world.session.scalars(query.order_by(cls.id.desc()).limit(1)).first()


def rate(world: World, survey_id: int, score: int) -> Scored:
    """Store a score. Raises Refused for a survey that is not the person's, or no longer to be answered or changed."""
    survey = _mine(world, survey_id)
    was: Scored = "changed" if survey.status == "answered" else "new"
    if survey.satisfaction == score:
        return "same"
    answer(world.tx, world, survey, score)
    return was


class Organisation(Protocol):
    """What the organisation decides."""

    @property
    def crm(self) -> Crm: ...
    @property
    def settings(self) -> Settings: ...


def answer(tx: Tx, organisation: Organisation, survey: "records.Survey", score: int, comment: str = "") -> None:
    """Write the score down, and the words if there are any; a low one is told to whom it concerns."""
    assert tx.author is not None  # noqa: S101 — nothing is written without one
    survey.satisfaction, survey.status = score, "answered"
    survey.answered_at = survey.answered_at or tx.author.at
    survey.comment = comment or survey.comment
    tx.flush()
    tell_low(tx, organisation, survey)


def pass_on(world: World, request: "records.ServiceRequest", score: int, comment: str) -> None:
    """Write down what the customer told a colleague, in a survey that was not sent: it counts in no share of answers,
    and one that is still planned is not sent any more. Raises Refused where they have answered themselves."""
    cls = records.Survey
    query = select(cls).where(cls.service_request_id == request.id, cls.status != "cancelled", cls.deleted_at.is_(None))
    found = world.session.scalars(query.order_by(cls.id.desc()).with_for_update()).all()
    own = next((survey for survey in found if survey.status == "answered" and survey.sent_at is not None), None)
    if own is not None:
        raise Refused("service_update.rated_already", score=own.satisfaction)
    unsent = next((survey for survey in found if survey.sent_at is None), None)
    answer(world.tx, world, unsent or plan(world, request), score, comment)


def say_more(world: World, survey_id: int, text: str) -> None:
    """The person's own words, beside their score. Raises Refused as `rate` does."""
    survey = _mine(world, survey_id)
    survey.comment = text
    world.session.flush()
    tell_low(world.tx, world, survey)


def _mine(world: World, survey_id: int) -> "records.Survey":
    """The survey, locked, if this person may answer it now. Raises Refused."""
    cls = records.Survey
    query = select(cls).where(cls.id == survey_id, cls.deleted_at.is_(None)).with_for_update()
    survey = world.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if survey is None or world.actor.contact_id is None or survey.contact_id != world.actor.contact_id:
        raise Refused("desk.survey.gone")
    if survey.status == "cancelled":
        raise Refused("desk.survey.reopened")
    if survey.status == "answered" and survey.answered_at is not None:
        if world.now >= survey.answered_at + world.crm.surveys.change:
            raise Refused("desk.survey.locked", score=survey.satisfaction)
        return survey
    if survey.status != "sent" or survey.expires_at is None or world.now >= survey.expires_at:
        raise Refused("desk.survey.gone")
    return survey


def opt_out(tx: Tx, contact_id: int | None) -> None:
    """No more surveys to this person; what is planned is withheld, what was sent may still be answered."""
    contact = tx.session.get(records.Contact, contact_id)
    if contact is None or tx.author is None:
        return
    contact.no_surveys_at = contact.no_surveys_at or tx.author.at
    cls = records.Survey
    query = select(cls).where(cls.contact_id == contact.id, cls.status == "planned", cls.deleted_at.is_(None))
    for survey in tx.session.scalars(query).all():
        survey.status = "withheld"
    tx.flush()


def opt_in(tx: Tx, contact_id: int | None) -> None:
    contact = tx.session.get(records.Contact, contact_id)
    if contact is not None:
        contact.no_surveys_at = None
        tx.flush()


def was_asked(session: "RecordSession", survey: "records.Survey", within: timedelta) -> bool:
    """Was this person (or, where none is known, somebody at this customer) asked already in the time before
    ``survey.due_at``? Their row is locked, so that two processes do not both say no."""
    cls = records.Survey
    if survey.contact_id is not None:
        session.scalars(select(records.Contact.id).where(records.Contact.id == survey.contact_id).with_for_update())
        whose = cls.contact_id == survey.contact_id
    else:
        session.scalars(select(records.Customer.id).where(records.Customer.id == survey.customer_id).with_for_update())
        whose = (cls.customer_id == survey.customer_id) & cls.contact_id.is_(None)
    assert session.author is not None  # noqa: S101 — nothing is decided without one
    since = session.author.at - within
    return session.scalars(select(cls.id).where(whose, cls.id != survey.id, cls.sent_at > since)).first() is not None


class People(NamedTuple):
    """Who hears of a low score, each once."""

    handler: int | None
    manager: int | None
    rep: int | None

    @property
    def each(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(who for who in self if who is not None))


def concerned(session: "RecordSession", survey: "records.Survey") -> People:
    """The handler, the customer's rep, and who leads them."""
    customer = session.get(records.Customer, survey.customer_id) if survey.customer_id else None
    rep = customer.owner_id if customer is not None else survey.owner_id
    manager = None
    for who in (survey.handler_id, rep):
        user = session.get(records.User, who) if who is not None else None
        manager = manager or manager_of(user)
    return People(survey.handler_id, manager, rep)


def manager_of(user: "records.User | None") -> int | None:
    """Who leads the person's team, or, where they lead it themselves, the one above."""
    team = user.team if user is not None else None
    while team is not None and user is not None:
        if team.manager_id is not None and team.manager_id != user.id:
            return team.manager_id
        team = team.parent
    return None


def tell_low(tx: Tx, organisation: Organisation, survey: "records.Survey") -> None:
    """Tell a low score to the handler, the manager and the customer's rep: once, and once more when words follow."""
    if survey.satisfaction is None or survey.satisfaction > organisation.crm.surveys.low:
        return
    session = tx.session
    customer = session.get(records.Customer, survey.customer_id) if survey.customer_id else None
    contact = session.get(records.Contact, survey.contact_id) if survey.contact_id else None
    request = session.get(records.ServiceRequest, survey.service_request_id) if survey.service_request_id else None
    names = [record.name for record in (customer, contact) if record is not None]
    score, comment = survey.satisfaction, shortened(survey.comment or "", 500)

    def compose(words: Catalog, key: str) -> Reply:
        who = words.line(dict.fromkeys(names))
        about = f"{request.number} {shortened(request.description, 100)}" if request else survey.public_id
        text = words.say(f"survey.{key}", score=score, about=about, who=who, comment=comment)
        given = {"customer": {"id": customer.id, "name": customer.name}} if customer else {}
        action = {"do": "start", "flow": "follow_up", "values": given}
        return Reply(text, (Press(words.say("survey.follow_up"), action, is_open=True),))

    first, again = partial(compose, key="low_with_words" if comment else "low"), partial(compose, key="low_words")
    for who in concerned(session, survey).each:
        if not tell_user(tx, organisation.settings, who, first, key=f"low:{survey.id}") and comment:
            tell_user(tx, organisation.settings, who, again, key=f"low-words:{survey.id}")
