"""Deals that need a look, through running bots: told once, to whom they belong, with the reason; and the deck of cards.

The company's past is written beforehand; from then on everything is said, decided and sent by processes of the bot,
whose clock is the computer's own.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.people.naming import forms_of
from nlu.names import normalise
from storage import records
from storage.database import Database, Tx
from storage.session import Author
from storage.tables import alarm_rounds, outbox
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.fakes.telegram_methods import Sent
from tests.platforms.process import Running, command, environment

LI, ZHANG, CHEN, HAN = 1001, 1002, 1003, 1004
PEOPLE = ((LI, "李雷", "rep", "华东"), (ZHANG, "张伟", "rep", "华东"), (CHEN, "陈静", "manager", "华东"),
          (HAN, "韩梅梅", "rep", "华南"))  # fmt: skip
# On whatever day and at whatever hour the test runs, people may be told something.
AWAKE = """
[hours]
morning = "00:00"
[attention]
work_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
quiet_from = "00:00"
quiet_to = "00:00"
"""
NOW = datetime.now(UTC)
FAR = NOW.date() + timedelta(days=60)
# Each deal: its customer, whose it is, days since each contact, when it is to close, the next step.
DEALS = (
    ("冷库改造", "蓝海物流有限公司", "李雷", range(30, 60, 5), FAR, "约参观"),  # quiet
    ("货架扩容", "星河商贸有限公司", "李雷", range(30, 60, 5), FAR, "约参观"),  # quiet, if nothing were planned
    ("年度维保", "白桦食品有限公司", "李雷", range(25, 200, 30), FAR, "约参观"),  # always so slow
    ("数据看板", "海棠医疗有限公司", "李雷", (1,), FAR, ""),  # no next step
    ("叉车租赁", "金穗能源有限公司", "张伟", (1, 8), NOW.date() - timedelta(days=6), "寄样品"),  # past its date
    ("分拣线", "松原机械有限公司", "张伟", (1, 8), FAR, "报价"),  # much changed
    ("仓储系统", "长风通信有限公司", "韩梅梅", (1, 8), FAR, "报价"),  # as it should be
)


def write_past(tx: Tx) -> None:
    session = tx.session
    session.author = Author(user_id=None, at=NOW - timedelta(days=210))
    users = {user.name: user for user in session.scalars(select(records.User))}
    for name, customer, owner, days, close, step in DEALS:
        who = users[owner]
        theirs = {"owner_id": who.id, "team_id": who.team_id}
        firm = records.Customer(name=customer, name_key=normalise(customer), **theirs)
        person = records.Contact(name="何经理", customer=firm, **theirs)
        deal = records.Opportunity(
            name=name, customer=firm, stage="proposal", amount_minor=50_000_000, amount_currency="CNY",
            expected_close=close, next_step=step, **theirs,
        )  # fmt: skip
        session.add_all([firm, person, deal])
        for ago in days:
            at = NOW - timedelta(days=ago)
            plan = NOW + timedelta(days=3) if name == "货架扩容" and ago == days[0] else None
            session.add(
                records.FollowUp(customer=firm, contact=person, channel="call", content="聊了聊", occurred_at=at,
                                 next_follow_up_at=plan, **theirs)
            )  # fmt: skip


class Company:
    """An installation whose past is written, and the processes that were started in it."""

    def __init__(self, folder: Path, fake: Telegram, url: str) -> None:
        self.folder, self.fake, self.url = folder, fake, url
        (folder / "crm.toml").write_text(AWAKE, "utf-8")
        self.env = environment(
            folder, telegram_token=TOKEN, telegram_base_url=fake.url, database_url=url,
            config=str(folder / "crm.toml"), timezone="UTC",
        )  # fmt: skip
        self.running: list[Running] = []
        for team in ("华东", "华南"):
            self.crmbot("team", "add", team)
        for number, name, role, team in PEOPLE:
            given = ("--role", role, "--team", team, "--lang", "zh", "--telegram", str(number))
            self.crmbot("user", "add", name, *given)
            fake.started.add(number)
        self.write(write_past)
        changed = self.crmbot("chat", "--as", "张伟", typed="松原机械的分拣线金额改成 20万\n保存\n")
        assert "¥200,000" in changed

    def crmbot(self, *arguments: str, typed: str = "") -> str:
        done = command(self.env, *arguments, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, do: object) -> None:
        database = Database(self.url, namer=forms_of)
        database.write(do)  # type: ignore[arg-type]
        database.close()

    def start(self) -> Running:
        bot = Running(self.env, self.folder / f"log-{len(self.running)}.txt")
        self.running.append(bot)
        return bot.until_ready()

    def rounds_again(self) -> None:
        """As on the next morning: everybody's deals are looked through again."""

        def forget(tx: Tx) -> None:
            tx.connection.execute(delete(alarm_rounds))
            tx.connection.execute(update(outbox).values(dedupe_key=outbox.c.dedupe_key + ":yesterday"))

        self.write(forget)

    def all_looked_through(self) -> None:
        """Wait until nobody's turn is left."""

        def is_done() -> bool:
            database = Database(self.url)
            with database.read() as tx:
                count = len(tx.connection.execute(select(alarm_rounds.c.user_id)).all())
            database.close()
            return count == len(PEOPLE)

        self.fake.wait(is_done, "everybody's turn")

    def unsure(self, person: int) -> list[int]:
        """The messages to somebody of which nobody knows whether they arrived, by their ids."""
        database = Database(self.url)
        with database.read() as tx:
            theirs = outbox.c.chat_key.like(f"%{person}%")
            found = list(
                tx.connection.execute(select(outbox.c.id).where(theirs, outbox.c.status == "unsure")).scalars()
            )
        database.close()
        return found

    def told(self, person: int) -> list[str]:
        return [sent.text for sent in self.fake.to(person)]


@pytest.fixture
def company(tmp_path: Path, database_url: str) -> Iterator[Company]:
    with telegram() as fake:
        made = Company(tmp_path, fake, database_url)
        yield made
        for bot in made.running:
            bot.kill()


def settled(company: Company) -> None:
    """All that there is to be told was sent. What was on its way when its process was killed may have arrived, and is
    not sent again by itself: where it has not, the administrator has it sent."""
    people = (LI, ZHANG, CHEN)
    company.fake.wait(
        lambda: all(company.told(one) or company.unsure(one) for one in people), "those who have something"
    )
    for person in people:
        for row in company.unsure(person) if not company.told(person) else ():
            company.crmbot("outbox", "retry", str(row))
    company.fake.wait(lambda: all(company.told(one) for one in people), "those who were not sure to have it")
    company.all_looked_through()
    time.sleep(1)  # for what must not come


def pressed(fake: Telegram, sent: Sent, label: str, text: str) -> Sent:
    """Press a button; the answer with the text. What was on its way when its process was killed may come again."""
    fake.press(sent.chat, sent, label)
    found: Sent = fake.wait(lambda: [one for one in fake.to(sent.chat) if text in one.text], text)[0]
    return found


def test_each_is_told_once_with_the_reason(company: Company) -> None:
    """Two processes tick at once; one is killed, the other goes on; on the next morning nothing is told again."""
    bots = [company.start(), company.start()]
    company.fake.wait(lambda: company.fake.sent, "the first of them")
    bots[0].kill()
    settled(company)
    assert company.told(LI) == [
        "2 个商机要看一眼\n"
        "1 冷库改造 · 蓝海物流有限公司 · 方案制定 · ¥500,000\n　30 天没有联系，平时约 6 天一次\n"
        "2 数据看板 · 海棠医疗有限公司 · 方案制定 · ¥500,000\n　没有下一步"
    ]
    late = company.told(ZHANG)
    assert len(late) == 1
    assert late[0].startswith("1 个商机要看一眼\n1 叉车租赁 · 金穗能源有限公司 · 方案制定 · ¥500,000\n　预计 ")
    assert late[0].endswith(" 成交，已过 6 天")
    assert company.told(CHEN) == [
        "1 个商机要看一眼\n1 分拣线 · 松原机械有限公司 · 方案制定 · ¥200,000（张伟）\n　金额从 ¥500,000 改为 ¥200,000"
    ]
    assert company.told(HAN) == []
    company.rounds_again()
    company.start()
    settled(company)
    assert len(company.fake.sent) == 3
    assert not [method for method, _reason in company.fake.refusals if method.startswith("send")]


def test_killed_again_and_again(company: Company) -> None:
    """Whenever it is killed: nobody is told twice; what was decided is sent by the next process."""
    for after_s in (0.0, 0.1, 0.3):
        bot = company.start()
        time.sleep(after_s)  # not for something to happen: any moment will do
        bot.kill()
    company.start()
    settled(company)
    assert [len(company.told(person)) for person in (LI, ZHANG, CHEN, HAN)] == [1, 1, 1, 0]


def test_the_deck_is_one_card_and_one_tap_each(company: Company) -> None:
    """From the button below the alarm to the last card; a restart in the middle loses nothing."""
    company.start()
    settled(company)
    fake = company.fake
    first = pressed(fake, fake.to(LI)[0], "清理商机", "1/2　冷库改造")
    assert first.text.startswith("2 个商机要看一眼。\n")
    company.running[-1].kill()
    company.start()
    second = pressed(fake, first, "还在谈", "2/2　数据看板")
    assert "「冷库改造」还在谈" in second.text
    last = pressed(fake, second, "丢了", "看完了")
    assert "还在谈 1，输单 1。" in last.text
    assert "没有要清理的商机" in fake.answer_to(LI, "清理商机").text
    lost = company.crmbot("export", "-", "--format", "jsonl", "--kind", "opportunity")
    assert [line.count('"stage":"lost"') for line in lost.splitlines() if "数据看板" in line] == [1]
    assert "只给商机的负责人自己看" in fake.answer_to(CHEN, "清理李雷的商机").text
