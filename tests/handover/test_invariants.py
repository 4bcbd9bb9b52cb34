"""Whatever a book holds: handing it over changes whose things are and nothing else, and the way back restores all."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.app import Bot
from bot.handover import moving
from bot.handover.book import Choice, book_of
from bot.people.acting import world_for
from bot.people.identity import actor_of
from bot.people.naming import forms_of
from bot.rules.undo import undo
from config.crm import load_crm
from config.settings import Settings
from config.types import Money
from storage import records, schema
from storage.author import Author
from storage.database import Database
from storage.tables import audit, filed, grams, name_keys, opportunity_history

NOW = datetime.fromisoformat("2026-11-26T10:00+08:00")
HOLDERS = ("owner_id", "team_id", "user_id", "handler_id", "version", "updated_at")

deals = st.lists(
    st.tuples(
        st.sampled_from(["initial_contact", "proposal", "won", "lost"]), st.integers(0, 10**9), st.sampled_from("12")
    ),
    max_size=4,
)
customers = st.lists(
    st.fixed_dictionaries(
        {
            "owner": st.sampled_from("12"),
            "deals": deals,
            "notes": st.integers(0, 2),
            "plans": st.lists(st.sampled_from(["pending", "fired", "done", "cancelled"]), max_size=3),
            "requests": st.lists(st.sampled_from(["open", "in_progress", "resolved"]), max_size=2),
            "orders": st.lists(st.sampled_from(["placed", "shipped", "delivered", "cancelled"]), max_size=2),
        }
    ),
    min_size=1,
    max_size=4,
)


class House:
    """A company of a manager and two reps, on one engine."""

    def __init__(self, folder: Path, url: str) -> None:
        self.database = Database(url, namer=forms_of)
        schema.ensure(self.database)
        crm = load_crm()
        self.bot = Bot(self.database, Settings(data_dir=folder, database_url=url), crm, clock=lambda: NOW)
        self.ids = self.write(self._people)

    def write(self, job):
        def work(tx):
            tx.author = Author(user_id=None, at=NOW - timedelta(days=1))
            return job(tx)

        return self.database.write(work)

    def _people(self, tx):
        teams = [records.Team(name=name) for name in ("east", "south")]
        tx.session.add_all(teams)
        tx.session.flush()
        roles = (("boss", "admin", 0), ("1", "rep", 0), ("2", "rep", 1))
        users = [records.User(name=name, role=role, team_id=teams[place].id) for name, role, place in roles]
        tx.session.add_all(users)
        tx.session.flush()
        return {user.name: (user.id, user.team_id) for user in users}

    def world(self, tx):
        tx.author = None
        actor = actor_of(tx, self.ids["boss"][0], self.bot.house.settings)
        return world_for(self.bot.house, tx, actor, NOW)

    def fill(self, tx, book) -> None:
        for number, item in enumerate(book):
            owner, team = self.ids[item["owner"]]
            name = f"customer {number} {len(book)}"
            mine = {"owner_id": owner, "team_id": team}
            customer = tx.create(records.Customer(name=name, name_key=name, **mine))
            at = {"customer_id": customer.id, **mine}
            tx.create(records.Contact(name=f"contact {number}", **at))
            for stage, amount, holder in item["deals"]:
                other = {"owner_id": self.ids[holder][0], "team_id": self.ids[holder][1]}
                deal = records.Opportunity(name="deal", stage=stage, **{**at, **other})
                deal.amount = Money.from_minor(amount, "CNY")
                tx.create(deal)
            for _ in range(item["notes"]):
                tx.create(records.FollowUp(channel="call", occurred_at=NOW, content="…", **at))
            for status in item["plans"]:
                tx.create(_reminder(owner, customer.id, status, mine))
            for place, status in enumerate(item["requests"]):
                request = {"number": f"SR-{number}-{place}", "requested_at": NOW, "handler_id": owner, "status": status}
                tx.create(records.ServiceRequest(description="broken", **request, **at))
            for place, status in enumerate(item["orders"]):
                tx.create(records.Order(number=f"SO-{number}-{place}", status=status, **at))

    def dump(self, *, besides: tuple[str, ...] = ("version", "updated_at")):
        """What every record holds, but for some columns."""
        with self.database.read() as tx:
            found = {}
            for cls in records.all_records():
                if cls.kind in ("hand_over", "user", "team"):
                    continue
                table = cls.__table__
                names = [column.name for column in table.columns if column.name not in besides]
                rows = tx.connection.execute(select(*(table.c[name] for name in names)).order_by(table.c.id))
                found[cls.kind] = [tuple(map(str, row)) for row in rows]
            return found

    def clear(self) -> None:
        def work(tx):
            tables = [cls.__table__ for cls in reversed(records.all_records()) if cls.kind not in ("user", "team")]
            for table in (*tables, filed, name_keys, grams, audit, opportunity_history):
                tx.connection.execute(table.delete())

        self.database.write(work)


def _reminder(user, customer, status, mine):
    at = NOW + timedelta(days=1)
    return records.Reminder(
        user_id=user, subject="call", remind_at=at, wall_time="2026-11-27T10:00:00", zone="Asia/Shanghai",
        about_kind="customer", about_id=customer, status=status, **mine,
    )  # fmt: skip


@pytest.fixture
def house(tmp_path, database_url):
    made = House(tmp_path, database_url)
    yield made
    made.bot.close()


@given(book=customers, way=st.sampled_from(["undo", "return"]))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hand_over_changes_only_whose_it_is_and_can_be_taken_back(house, book, way):
    house.clear()
    house.write(lambda tx: house.fill(tx, book))
    before, bare = house.dump(), house.dump(besides=HOLDERS)

    def go(tx):
        world = house.world(tx)
        one, two = (world.session.get(records.User, house.ids[name][0]) for name in "12")
        done = moving.hand_over(world, one, two, book_of(world, Choice(one.id, team=two.team_id)), None)
        return done.id, tx.author.step_id

    number, step = house.database.write(go)
    assert house.dump(besides=HOLDERS) == bare
    _check_whose(house)

    def back(tx):
        world = house.world(tx)
        if way == "undo":
            undo(world, step)
        else:
            moving.give_back(world, world.session.get(records.HandOver, number))

    house.database.write(back)
    assert house.dump() == before


def _check_whose(house) -> None:
    """Nothing that is open is left with the first rep, and nothing that is closed has gone to the other."""
    first = house.ids["1"][0]
    with house.database.read() as tx:
        session = tx.session
        stages = Counter(deal.stage for deal in session.scalars(select(records.Opportunity)) if deal.owner_id == first)
        assert not stages.keys() & {"initial_contact", "proposal"}
        assert not [c for c in session.scalars(select(records.Customer)) if c.owner_id == first]
        left = [r.status for r in session.scalars(select(records.Reminder)) if r.user_id == first]
        assert not set(left) & {"pending", "fired"}
        open_requests = [r for r in session.scalars(select(records.ServiceRequest)) if r.handler_id == first]
        assert not [r for r in open_requests if r.status != "resolved"]
        gone = session.scalars(select(records.Opportunity).where(records.Opportunity.owner_id != first))
        for deal in gone:
            begun = [old for old in _owners(tx, deal.id) if old == first]
            assert not (begun and deal.stage in ("won", "lost"))


def _owners(tx, deal_id):
    rows = tx.connection.execute(
        select(audit.c.changes).where(audit.c.kind == "opportunity", audit.c.record_id == deal_id)
    ).scalars()
    return [row["owner_id"][0] for row in rows if "owner_id" in row]
