"""What is shared is seen by those whom it is shared with, with what hangs on it, and by nobody else; nobody may do more
with it than look."""

import pytest
from sqlalchemy import select

from bot.rules.access import Actor, Audience, seen, visible
from config.crm import load_crm
from config.roles import ACTIONS, KINDS
from storage import records
from tests.privacy.test_matrix import company
from tests.storage.samples import BEIJING, write

HANGING = ("contact", "opportunity", "follow_up", "quote", "contract", "order", "invoice", "payment")


def _kept_by_strangers(database):
    """A company in which all is the stranger's; the ids of its people and of its records."""
    owners, ids = write(database, company)
    user, team = owners["stranger"]

    def give(session):
        for kind in KINDS:
            cls = records.record_class(kind)
            for record in session.scalars(select(cls).where(cls.id == ids[kind])):
                if kind not in ("user", "team", "identity", "exchange_rate"):
                    record.owner_id, record.team_id = user, team

    write(database, give)
    return owners, ids


def _sees(database, person, ids, action="view", *, team=None, audience=None):
    """The kinds whose record the person may do this with."""
    crm = load_crm()
    actor = Actor(person, "me", "rep", team, "zh", BEIJING, "Asia/Shanghai", audience=audience)
    found = set()
    with database.read() as tx:
        for kind in ("customer", *HANGING):
            cls = records.record_class(kind)
            query = select(cls.id).where(cls.id == ids[kind], visible(actor, crm, cls, action))
            is_there = tx.connection.execute(query).first() is not None
            if action == "view" and audience is None:
                listed = {row.id for row in seen(tx, actor, crm, cls, _ids)}
                assert (ids[kind] in listed) == is_there
            found |= {kind} if is_there else set()
    return found


def _ids(cls, condition):
    return select(cls.id).where(condition)


@pytest.mark.parametrize("way", ["user", "team"])
def test_a_shared_customer_is_seen_with_all_that_hangs_on_it(database, way):
    owners, ids = _kept_by_strangers(database)
    (me, ours), (mate, _ours) = owners["me"], owners["mate"]
    assert _sees(database, me, ids, team=ours) == set()
    to = {"with_user_id": me} if way == "user" else {"with_team_id": ours}
    share_id = write(database, lambda session: _add(session, records.Share(customer_id=ids["customer"], **to)))
    assert _sees(database, me, ids, team=ours) == {"customer", *HANGING}
    assert bool(_sees(database, mate, ids, team=ours)) == (way == "team")
    for action in ACTIONS[1:]:
        assert _sees(database, me, ids, action, team=ours) == set()
    group = Audience(ours, frozenset({ours}))
    assert _sees(database, me, ids, team=ours, audience=group) == set()
    write(database, lambda session: _end(session, share_id))
    assert _sees(database, me, ids, team=ours) == set()


def test_a_shared_deal_is_seen_alone(database):
    owners, ids = _kept_by_strangers(database)
    me, ours = owners["me"]
    share = {"opportunity_id": ids["opportunity"], "with_user_id": me}
    write(database, lambda session: _add(session, records.Share(**share)))
    assert _sees(database, me, ids, team=ours) == {"opportunity"}


def _add(session, share):
    session.add(share)
    session.flush()
    return share.id


def _end(session, share_id):
    share = session.get(records.Share, share_id)
    share.deleted_at = share.created_at
