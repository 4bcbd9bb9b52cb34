"""Strangers become known by a code, on any platform: through the turn, on both engines."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from adapters.base import Inbound
from bot.app import Bot
from bot.messages.message import Row
from bot.people.codes import code_in
from bot.people.naming import forms_of
from bot.rules.people import CODE_FOR, make_code
from config.crm import load_crm
from config.settings import load_settings
from storage import records
from storage.author import Author
from storage.database import Database
from storage.tables import outbox

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Talk:
    """A bot whose clock can be moved, with an administrator and a rep."""

    def __init__(self, url, folder):
        self.now = NOW
        self.numbers = count(1)
        settings = load_settings({"CRMBOT_DATA_DIR": str(folder)})
        self.bot = Bot(Database(url, namer=forms_of), settings, load_crm(None), clock=lambda: self.now)
        self.bot.database.write(self._people)

    def _people(self, tx):
        tx.session.author = Author(user_id=None, at=NOW)
        for name, role in (("周岚", "admin"), ("李雷", "rep")):
            tx.session.add(records.User(name=name, role=role, language="zh"))
        tx.session.flush()
        admin = tx.session.query(records.User).filter_by(name="周岚").one()
        tx.session.add(records.Identity(platform="telegram", external_id="1", user_id=admin.id))
        tx.session.flush()

    def code(self, name="李雷"):
        def job(tx):
            tx.session.author = Author(user_id=None, at=self.now)
            return make_code(tx.session, tx.session.query(records.User).filter_by(name=name).one(), now=self.now)

        return self.bot.database.write(job)

    def say(self, sender, text, *, platform="telegram", **more):
        number = str(next(self.numbers))
        inbound = Inbound(
            platform=platform, event_id=number, chat_id=sender, sender_id=sender, text=text, sent_at=self.now,
            **({"language": "zh"} | more),
        )  # fmt: skip
        receipt = self.bot.receive(inbound).result(10)
        with self.bot.database.read() as tx:
            row = tx.connection.execute(outbox.select().where(outbox.c.id == receipt.outbox_id)).one()
        return Row(row.id, row.chat_key, row.lane, row.payload, row.attempts).payload["text"]


@pytest.fixture
def talk(database_url, tmp_path):
    made = Talk(database_url, tmp_path)
    yield made
    made.bot.close()


def test_a_stranger_is_told_how_to_become_known(talk):
    assert "绑定码" in talk.say("77", "你好")
    assert "administrator" in talk.say("78", "hello", language="en")


@pytest.mark.parametrize("platform", ["telegram", "slack", "wecom"])
def test_a_code_links_once(talk, platform):
    code = talk.code()
    answer = talk.say("77", code.lower().replace("-", " "), platform=platform)
    assert answer.startswith("李雷，绑定好了")
    assert "发一句话" in talk.say("77", "帮助", platform=platform)
    assert "已经绑定好了" in talk.say("77", code, platform=platform)
    assert "不对" in talk.say("78", code, platform=platform)


def test_a_code_ends_after_some_days_and_by_a_newer_one(talk):
    first = talk.code()
    second = talk.code()
    assert "不对" in talk.say("77", first)
    talk.now += CODE_FOR + timedelta(seconds=1)
    assert "不对" in talk.say("77", second)


def test_who_guesses_has_to_wait(talk):
    code = talk.code()
    for _ in range(5):
        assert "不对" in talk.say("77", "2222-2222")
    assert "一小时" in talk.say("77", code), "even the right one"
    talk.now += timedelta(hours=1, seconds=1)
    assert "绑定好了" in talk.say("77", code)


def test_a_code_is_not_taken_in_a_group(talk):
    code = talk.code()
    assert "私聊" in talk.say("77", code, is_private=False)
    assert "绑定好了" in talk.say("77", code)


def test_an_administrator_makes_one_in_the_chat(talk):
    said = talk.say("1", "绑定码 李雷")
    code = next(line for line in said.split() if code_in(line.partition("：")[2] or line))
    assert "绑定好了" in talk.say("77", code.partition("：")[2] or code)
    assert "角色" in talk.say("77", "绑定码 周岚"), "a rep may not"
    assert "韩" in talk.say("1", "绑定码 韩梅梅"), "nobody of that name"


def test_an_address_that_the_platform_confirms_links_at_once(talk):
    def job(tx):
        tx.session.author = Author(user_id=None, at=NOW)
        user = tx.session.query(records.User).filter_by(name="李雷").one()
        tx.session.add(records.Identity(platform="email", external_id="lilei@example.com", user_id=user.id))
        tx.session.flush()

    talk.bot.database.write(job)
    assert "还不认识你" in talk.say("U7", "你好", platform="slack", sender_email="other@example.com")
    assert "李雷" in talk.say("U7", "你好", platform="slack", sender_email="LiLei@Example.com")
    assert "发一句话" in talk.say("U7", "帮助", platform="slack", sender_email="lilei@example.com")


def test_an_account_put_down_in_other_capitals_is_recognised_where_the_platform_tells_none_apart(talk):
    def job(tx):
        tx.session.author = Author(user_id=None, at=NOW)
        user = tx.session.query(records.User).filter_by(name="李雷").one()
        tx.session.add(records.Identity(platform="wecom", external_id="lilei", user_id=user.id))
        tx.session.flush()

    talk.bot.database.write(job)
    assert "还不认识你" in talk.say("LILEI", "你好", platform="wecom")
    assert "大小写不同" in talk.say("LiLei", "你好", platform="wecom", is_caseless=True)
    assert "发一句话" in talk.say("LiLei", "帮助", platform="wecom", is_caseless=True)


def test_a_draft_begun_on_one_platform_is_gone_on_with_on_another(talk):
    assert "绑定好了" in talk.say("77", talk.code())
    assert "绑定好了" in talk.say("U7", talk.code(), platform="slack")
    assert "蓝海物流" in talk.say("77", "上午去了蓝海物流，他们想先试三个月")
    assert "蓝海物流" in talk.say("U7", "继续上次的", platform="slack")
    assert "已保存" in talk.say("U7", "保存", platform="slack")
    assert "没有" in talk.say("77", "保存")
    assert "没有" in talk.say("77", "继续")


def test_ordinary_words_are_no_codes():
    assert code_in("K7QF-2M9X") == code_in("绑定 k7qf2m9x") == code_in("K7QF 2M9X") == "K7QF2M9X"
    assert code_in("o7qf-im9x") == "07QF1M9X"
    for text in ("hello there", "goodness", "abcd-efgh", "13800138000", "K7QF-2M9", "K7QF-2M9X ok", "U7QF-2M9X"):
        assert code_in(text) is None
