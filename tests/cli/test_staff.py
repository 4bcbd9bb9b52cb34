"""Teams, users, accounts and channels, from the command line, on both engines."""

import json

import pytest
from sqlalchemy import select

from storage import records
from storage.tables import audit, steps

pytestmark = pytest.mark.usefixtures("database_url")


def listed(crmbot, what):
    return {row["name"]: row for row in json.loads(crmbot(what, "list", "--json").out)}


def test_teams_form_a_tree(crmbot):
    assert crmbot("team", "add", "华东").out == "TM-1\n"
    assert crmbot("team", "add", "上海", "--parent", "华东").code == 0
    assert listed(crmbot, "team")["上海"] == {"id": "TM-2", "name": "上海", "parent": "华东", "manager": None}
    again = crmbot("team", "add", "华东")
    assert (again.code, again.err) == (1, "已经有团队「华东」了。\n")
    assert crmbot("team", "add", "苏州", "--parent", "nowhere").err == "没有团队「nowhere」。\n"


def test_a_user_with_all_facts(crmbot):
    crmbot("team", "add", "华东")
    arguments = ["--role", "manager", "--team", "华东", "--manager", "--lang", "en", "--timezone", "Europe/London"]
    arguments += ["--slack", "U1", "--wecom", "w1"]
    assert crmbot("user", "add", "Ann Lee", *arguments).out == "U-1\n"
    assert listed(crmbot, "user")["Ann Lee"] == {
        "id": "U-1", "name": "Ann Lee", "role": "manager", "team": "华东", "language": "en",
        "timezone": "Europe/London", "active": True, "accounts": "slack:U1, wecom:w1",
    }  # fmt: skip
    assert listed(crmbot, "team")["华东"]["manager"] == "Ann Lee"


def test_a_user_is_changed_and_shut_out(crmbot):
    crmbot("user", "add", "Ann", "--role", "rep", "--telegram", "1")
    assert crmbot("user", "set", "U-1", "--role", "service", "--telegram", "2").code == 0
    assert crmbot("user", "deactivate", "Ann").code == 0
    ann = listed(crmbot, "user")["Ann"]
    assert (ann["role"], ann["accounts"], ann["active"]) == ("service", "telegram:2", False)
    assert crmbot("user", "add", "Bob", "--role", "rep", "--telegram", "1").code == 0  # the old account is free


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "boss"], "没有「boss」这个角色"),
        (["--role", "customer"], "没有「customer」这个角色"),
        (["--role", "rep", "--lang", "fr"], "不会说「fr」"),
        (["--role", "rep", "--timezone", "Mars"], "没有「Mars」这个时区"),
        (["--role", "rep", "--team", "x"], "没有团队「x」"),
        (["--role", "rep", "--manager"], "请加上 --team"),
        (["--role", "rep", "--slack", "U1"], "slack 账号 U1 已属于别人"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(crmbot, arguments, said):
    crmbot("user", "add", "Ann", "--role", "rep", "--slack", "U1")
    done = crmbot("user", "add", "Bob", *arguments)
    assert done.code == 1
    assert said in done.err
    assert done.err.count("\n") == 1
    assert list(listed(crmbot, "user")) == ["Ann"]


def test_bad_usage_is_exit_2(crmbot):
    assert crmbot("user", "add", "Ann").code == 2  # --role is required
    assert crmbot("user", "ad").code == 2
    assert crmbot("nothing").code == 2


def test_a_channel_belongs_to_one_team(crmbot, database):
    crmbot("team", "add", "华东")
    crmbot("team", "add", "华北")
    assert crmbot("channel", "bind", "slack", "C1", "--team", "华东").code == 0
    assert crmbot("channel", "bind", "slack", "C1", "--team", "华北").code == 0
    assert "teams" in crmbot("channel", "bind", "teams", "C1", "--team", "华东").err
    with database.read() as tx:
        (bound,) = tx.session.scalars(select(records.ChannelBinding))
        assert (bound.chat_id, bound.team.name) == ("C1", "华北")


def test_each_change_is_audited_and_the_user_can_be_found(crmbot, database):
    from storage import search

    crmbot("user", "add", "李雷", "--role", "rep")
    with database.read() as tx:
        (step,) = tx.connection.execute(select(steps))
        assert (step.user_id, step.chat_key, step.what) == (None, "cli", {"command": "user add"})
        assert tx.connection.execute(select(audit.c.kind)).scalars().all() == ["user"]
        assert search.by_key(tx.connection, "user", {"李雷"}) == [1]
