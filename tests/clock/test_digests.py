"""Digests that crm.toml plans, and those of a group: only what its team may see, and only who may decide decides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from config.crm import load_crm
from storage import records
from storage.author import Author
from storage.database import Tx
from tests.transcripts.talk import Talk

START = datetime.fromisoformat("2026-11-23T10:00+08:00")
TUESDAY = datetime.fromisoformat("2026-11-24T08:30+08:00")
MONDAY = datetime.fromisoformat("2026-11-30T09:00+08:00")
GROUP = "-100"


@pytest.fixture
def talk(tmp_path: Path, database_url: str) -> Iterator[Talk]:
    own = tmp_path / "crm.toml"
    own.write_text(
        'digests = [{ name = "morning", roles = ["rep"], days = ["mon", "tue"], at = "08:30" },'
        ' { name = "weekly", roles = ["manager"], groups = true, days = ["mon"], at = "09:00" }]',
        "utf-8",
    )
    crm = replace(load_crm(), digests=load_crm(own).digests)
    made = Talk(tmp_path, START, url=database_url, crm=crm)
    for name, role, team in (("王芳", "manager", "华东"), ("李雷", "rep", "华东"), ("赵敏", "rep", "华南")):
        made.add("user", {"name": name, "role": role, "team": team})
        made.say(name, "你好")
    made.add("customer", {"name": "蓝海物流有限公司"}, owner="李雷")
    made.add("customer", {"name": "南山电子有限公司"}, owner="赵敏")
    yield made
    made.close()


def bind(talk: Talk, team: str) -> None:
    def job(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=talk.now)
        owner = tx.session.query(records.Team).filter_by(name=team).one()
        tx.session.add(records.ChannelBinding(platform="console", chat_id=GROUP, team=owner))

    talk.bot.database.write(job)


def test_planned_for_roles_and_groups(talk: Talk) -> None:
    """Each once, at its hour; a group hears of its own team alone; who has stopped it is not asked again."""
    bind(talk, "华东")
    talk.pass_time(START)
    talk.add("opportunity", {"name": "冷库改造", "customer": "蓝海物流有限公司", "stage": "proposal"}, owner="李雷")
    talk.add("opportunity", {"name": "产线升级", "customer": "南山电子有限公司", "stage": "proposal"}, owner="赵敏")
    talk.pass_time(TUESDAY)
    morning = talk.unasked("李雷")
    assert morning is not None
    assert "冷库改造" in morning.text
    talk.pass_time(MONDAY)
    group, week = talk.unasked(GROUP), talk.unasked("王芳")
    for digest in (group, week):
        assert digest is not None
        assert "冷库改造" in digest.text
        assert "产线升级" not in digest.text
    assert group is not None
    assert group.buttons == ()
    for _ in range(3):
        talk.press("李雷", "少发点", is_old=True)
    talk.pass_time(datetime.fromisoformat("2026-12-08T09:00+08:00"))
    assert talk.unasked("李雷") is None


def test_asked_for_in_a_group(talk: Talk) -> None:
    """Where the group is bound, by who leads its team."""
    said = "每周一9点把周报发到这个群"
    assert "还没有绑定" in talk.say("王芳", said, chat=GROUP).text
    bind(talk, "华东")
    assert "不能做" in talk.say("李雷", said, chat=GROUP).text
    assert "周报发到这个群" in talk.say("王芳", said, chat=GROUP).text
    talk.pass_time(MONDAY)
    came = talk.unasked(GROUP)
    assert came is not None
    assert "华东周报" in came.text
    assert talk.unasked(GROUP) is None


def test_without_emoji(tmp_path: Path) -> None:
    """Where the organisation wants none, what comes unasked has none either."""
    quiet = Talk(tmp_path, START, url=None, crm=replace(load_crm(), with_emoji=False))
    quiet.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    quiet.say("李雷", "明天上午十点提醒我交报表")
    quiet.say("李雷", "保存")
    quiet.pass_time(datetime.fromisoformat("2026-11-24T10:00+08:00"))
    came = quiet.unasked("李雷")
    quiet.close()
    assert came is not None
    assert came.text == "现在：交报表"
