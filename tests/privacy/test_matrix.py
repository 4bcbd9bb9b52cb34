"""Every role, every kind, every action, in every place: what is allowed is what crm.toml says, and nothing else.

The expectation is written here anew, from the table of levels alone; it shares no code with the rule that it checks.
"""

import itertools

import pytest
from sqlalchemy import select, update

from bot.rules.access import Actor, Audience, visible
from bot.rules.fields import mask
from config.crm import load_crm
from config.roles import ACTIONS, KINDS
from storage import records
from tests.storage.samples import BEIJING, everything, write

ROLES = ("rep", "manager", "service", "finance", "admin", "customer")
OWNERS = ("me", "mate", "stranger")
PLACES = ("private", "our group", "their group")
EVERYBODYS = ("user", "team", "identity", "exchange_rate")  # what a group may hear of, whoever's it is


def company(session):
    """Two teams, two people in mine, one in theirs; one record of each kind, at a customer of theirs."""
    ours, theirs = records.Team(name="东"), records.Team(name="西")
    session.add_all([ours, theirs])
    session.flush()
    people = {}
    for name, team in (("me", ours), ("mate", ours), ("stranger", theirs)):
        people[name] = records.User(name=name, role="rep", language="zh", timezone="Asia/Shanghai", team_id=team.id)
        session.add(people[name])
    session.flush()
    found = everything(session)
    owners = {name: (user.id, user.team_id) for name, user in people.items()}
    return owners, {kind: found[kind].id for kind in KINDS}


def allowed(level, owner):
    return level == "all" or (level == "team" and owner != "stranger") or (level == "own" and owner == "me")


def heard(kind, level, owner, place):
    """Whether it may be spoken of in the place: a group hears of its team's records, and of nobody's private ones."""
    if place == "private" or kind in EVERYBODYS:
        return True
    return level != "own" and (owner == "stranger") == (place == "their group")


@pytest.mark.parametrize("role", ROLES)
def test_the_matrix_of_rights(database, role):
    crm = load_crm()
    owners, ids = write(database, company)
    me, ours = owners["me"]
    groups = {"private": None, "our group": ours, "their group": owners["stranger"][1]}
    wrong = []
    for kind, owner in itertools.product(KINDS, OWNERS):
        cls = records.record_class(kind)

        def hand_over(session, cls=cls, kind=kind, owner=owner):
            customer, (user, team) = records.Customer.__table__, owners["stranger"]
            session.execute(update(customer).values(owner_id=user, team_id=team))
            user, team = owners[owner]
            session.execute(update(cls.__table__).where(cls.id == ids[kind]).values(owner_id=user, team_id=team))

        write(database, hand_over)
        with database.read() as tx:
            for action, place in itertools.product(ACTIONS, PLACES):
                team = groups[place]
                audience = Audience(team, frozenset({team})) if team else None
                actor = Actor(me, "me", role, ours, "zh", BEIJING, "Asia/Shanghai", lambda: frozenset({ours}))
                actor = Actor(**{**_fields(actor), "audience": audience})
                rule = visible(actor, crm, cls, action)
                may = tx.connection.execute(select(cls.id).where(cls.id == ids[kind], rule)).first() is not None
                level, view = crm.level(role, kind, action), crm.level(role, kind, "view")
                should = allowed(level, owner) and heard(kind, view, owner, place)
                if place == "their group" and allowed(level, owner) and hasattr(cls, "customer_id"):
                    should = should or view != "own"  # it is about a customer of theirs
                if may != should:
                    wrong.append((kind, owner, action, place, may))
    assert wrong == []


def _fields(actor):
    return {name: getattr(actor, name) for name in actor.__dataclass_fields__}


def test_who_may_see_the_customer_may_see_what_is_about_it(database):
    crm = load_crm()
    owners, _ids = write(database, company)
    me, ours = owners["me"]

    def mine(session):
        session.execute(update(records.Customer.__table__).values(owner_id=me, team_id=ours))
        user, team = owners["stranger"]
        for kind in ("contact", "follow_up", "opportunity"):
            table = records.record_class(kind).__table__
            session.execute(update(table).values(owner_id=user, team_id=team))

    write(database, mine)
    actor = Actor(me, "me", "rep", ours, "zh", BEIJING, "Asia/Shanghai", lambda: frozenset({ours}))
    with database.read() as tx:
        for kind, action, should in (
            ("contact", "view", True),
            ("follow_up", "view", True),
            ("opportunity", "view", True),
            ("opportunity", "edit", False),
            ("follow_up", "delete", False),
            ("follow_up", "export", False),
        ):
            cls = records.record_class(kind)
            found = tx.connection.execute(select(cls.id).where(visible(actor, crm, cls, action))).first()
            assert (found is not None) is should, (kind, action)


NUMBERS = ("13812345678", "+86 138 1234 5678", "138-1234-5678", "021-55501000", "(415) 555-0100", "+44 20 7946 0958")
ADDRESSES = ("zhang.san@huawei.com", "a@b.co", "x_y+z@sub.example.org")


@pytest.mark.parametrize("secret", NUMBERS + ADDRESSES)
@pytest.mark.parametrize("around", ["电话{}，明天打", "call {} now", "{}", "（{}）", "张总 · {} · 采购"])
def test_numbers_and_addresses_are_masked_wherever_they_stand(secret, around):
    shown = mask(around.format(secret))
    assert secret not in shown
    assert "".join(filter(str.isdigit, secret)) not in "".join(filter(str.isdigit, shown)) or "@" in secret


LEFT_ALONE = ("¥1,380,000", "合计 13,812,345 元", "2026-11-26 15:00", "HT-2026-0118", "US$90,000.50", "10-01 – 12-31")


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_amounts_dates_and_document_numbers_are_left_alone(text):
    assert mask(text) == text
