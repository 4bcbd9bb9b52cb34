"""The bot on Telegram as a black box: the real process against a Telegram on loopback."""

import json
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.fakes.telegram_methods import USERNAME, Sent
from tests.platforms.process import Running, command, environment

LI, WANG = 1001, 1002
SECRET = "a-secret-of-the-webhook_01"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
VISIT = "上午去了蓝海物流，见了仓储部的何经理，他们想先试三个月，价格觉得偏高，周五前给他新报价"


@pytest.fixture
def fake() -> Iterator[Telegram]:
    with telegram() as running:
        yield running


class Place:
    """An installation: its environment, and the processes that were started in it."""

    def __init__(self, folder: Path, fake: Telegram, **settings: str) -> None:
        self.folder = folder
        self.fake = fake
        self.env = environment(folder, telegram_token=TOKEN, telegram_base_url=fake.url, **settings)
        self.running: list[Running] = []

    def crmbot(self, *arguments: str) -> str:
        done = command(self.env, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, **settings: str) -> Running:
        env = self.env | {f"CRMBOT_{name.upper()}": value for name, value in settings.items()}
        bot = Running(env, self.folder / f"log-{len(self.running)}.txt")
        self.running.append(bot)
        return bot.until_ready()

    def webhook(self) -> Running:
        """Start in webhook mode; the platform calls back on the port that the process got."""
        from tests.platforms import process

        port = process.free_port()
        public = f"http://127.0.0.1:{port}"
        original = process.free_port
        process.free_port = lambda: port
        try:
            bot = self.start(telegram_mode="webhook", public_url=public, telegram_webhook_secret=SECRET)
        finally:
            process.free_port = original
        self.fake.wait(lambda: self.fake.webhook, "the webhook")
        return bot


@pytest.fixture
def place(tmp_path: Path, fake: Telegram) -> Iterator[Place]:
    made = Place(tmp_path, fake)
    made.crmbot("user", "add", "李雷", "--role", "rep", "--telegram", str(LI), "--lang", "zh")
    yield made
    for bot in made.running:
        bot.kill()


Start = Callable[[Place], Running]
MODES = pytest.mark.parametrize("start", [Place.start, Place.webhook], ids=["polling", "webhook"])


@MODES
def test_a_visit_in_one_message(place: Place, fake: Telegram, start: Start) -> None:
    bot = start(place)
    card = fake.answer_to(LI, VISIT)
    assert "蓝海物流" in card.text
    saved = fake.answer_to_press(LI, card, "保存")
    assert "已保存" in saved.text
    fake.wait(lambda: fake.answered == ["q1"], "the answered query")
    assert "蓝海物流" in place.crmbot("export", "-", "--format", "jsonl", "--kind", "follow_up")
    assert bot.stop() == 0
    assert not fake.refusals
    assert TOKEN not in bot.log


def exported(place: Place, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.crmbot("export", "-", "--format", "jsonl", "--kind", kind).splitlines()]


def test_every_delivery_again_changes_nothing(place: Place, fake: Telegram) -> None:
    place.webhook()
    card = fake.answer_to(LI, VISIT)
    update = fake.press(LI, card, "保存")
    fake.wait(lambda: len(fake.to(LI)) == 2, "saved")
    for _ in range(3):
        fake.queue(update)
    fake.wait(lambda: len(fake.posts) == 5, "five deliveries")
    assert all(code == 200 for _update, code in fake.posts)
    assert len(exported(place, "follow_up")) == 1
    assert len(fake.to(LI)) == 2


def test_the_offset_never_passes_what_is_stored(place: Place, fake: Telegram) -> None:
    bot = place.start()
    for number in range(40):
        fake.say(LI if number % 2 else 3000 + number, f"新客户 标记{number:04d}有限公司")
    bot.kill()
    unconfirmed = {update["update_id"] for update in fake.updates}
    place.start()
    fake.wait(lambda: fake.confirmed >= 700_040, "all confirmed")
    fake.wait(lambda: len({sent.chat for sent in fake.sent}) == 21, "an answer for everybody")
    assert len(unconfirmed) <= 40
    strangers = [sent for sent in fake.sent if sent.chat != LI]
    assert len(strangers) >= 20
    assert all("绑定码" in sent.text for sent in strangers)


@MODES
def test_a_killed_process_loses_nothing(place: Place, fake: Telegram, start: Start) -> None:
    bot = start(place)
    card = fake.answer_to(LI, VISIT)
    fault = fake.fail("sendMessage", "before", times=1)
    fake.press(LI, card, "保存")
    fake.wait(lambda: fault.times == 0, "the try")
    bot.kill()
    assert len(exported(place, "follow_up")) == 1
    place.start(telegram_mode="polling")
    saved = fake.wait(lambda: [sent for sent in fake.to(LI) if "已保存" in sent.text], "the answer")
    assert len(saved) == 1
    assert len(exported(place, "follow_up")) == 1


@pytest.mark.parametrize("kind", ["before", "500", "after"])
def test_an_answer_that_did_not_get_through_is_sent_again(place: Place, fake: Telegram, kind: str) -> None:
    place.start()
    fault = fake.fail("sendMessage", kind)
    fake.say(LI, "帮助")
    count = 2 if kind == "after" else 1  # it did arrive, which nobody could know
    fake.wait(lambda: len(fake.to(LI)) == count, "the answer")
    assert fault.times == 0
    assert len({sent.text for sent in fake.to(LI)}) == 1


def test_a_wait_holds_for_its_chat_only_and_keeps_the_order(place: Place, fake: Telegram) -> None:
    place.crmbot("user", "add", "王芳", "--role", "rep", "--telegram", str(WANG), "--lang", "zh")
    place.start()
    fake.answer_to(WANG, "帮助")
    fake.fail("sendMessage", "429", retry_after=3, chat=LI)
    began = time.monotonic()
    fake.say(LI, "帮助")
    fake.wait(lambda: [call for call in fake.calls if call[1].get("chat_id") == LI], "the refused call")
    fake.say(LI, "取消")
    fake.answer_to(WANG, "帮助")
    assert time.monotonic() - began < 3
    first, second = fake.wait(lambda: len(fake.to(LI)) == 2 and fake.to(LI), "both answers")
    assert first.at - began >= 3
    assert "发一句话" in first.text
    assert "发一句话" not in second.text


def test_a_wait_of_which_nobody_says_how_long_it_is(place: Place, fake: Telegram) -> None:
    place.start()
    fake.fail("sendMessage", "429 bare", times=2)
    began = time.monotonic()
    fake.say(LI, "帮助")
    (sent,) = fake.wait(lambda: fake.to(LI), "the answer")
    assert sent.at - began >= 10


def test_who_blocked_the_bot_is_left_in_peace(place: Place, fake: Telegram) -> None:
    place.crmbot("user", "add", "王芳", "--role", "rep", "--telegram", str(WANG), "--lang", "zh")
    place.start()
    fake.blocked.add(LI)
    fake.say(LI, "帮助")
    fake.wait(lambda: fake.refusals, "the refusal")
    fake.answer_to(WANG, "帮助")
    assert len([call for call in fake.calls if call[1].get("chat_id") == LI]) == 1
    (dead,) = json.loads(place.crmbot("outbox", "list", "--json"))
    assert (dead["status"], dead["chat"]) == ("dead", f"telegram:{LI}")
    assert "blocked" in dead["reason"]
    fake.blocked.clear()
    place.crmbot("outbox", "retry", str(dead["id"]))
    fake.wait(lambda: fake.to(LI), "the message after all")
    assert json.loads(place.crmbot("outbox", "list", "--json")) == []
    fake.blocked.add(LI)
    fake.say(LI, "帮助")
    fake.wait(lambda: len(fake.refusals) == 2, "the refusal")
    fake.wait(lambda: json.loads(place.crmbot("outbox", "list", "--status", "dead", "--json")), "it is dead")
    place.crmbot("outbox", "drop", "all")
    assert json.loads(place.crmbot("outbox", "list", "--json")) == []
    assert command(place.env, "outbox", "drop", "all").returncode == 1
    assert command(place.env, "outbox", "retry", "x").returncode == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {HEADER: "wrong"}, {HEADER: ""}, {HEADER: "a" * 10_000}, {HEADER: "\xff\xfe"}, {HEADER.lower(): SECRET[:-1]}],
    ids=["none", "wrong", "empty", "long", "bytes", "short"],
)
def test_a_forged_delivery_is_refused(webhook: Running, fake: Telegram, headers: dict[str, str]) -> None:
    body = {"update_id": 1, "message": fake.message(LI, "帮助")}
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = httpx.post(f"{webhook.url}/telegram/webhook", json=body, headers=raw, trust_env=False)
    assert answer.status_code == 401
    assert not fake.to(LI)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"\xff\xfe", 400), (b'{"update_id": "1"}', 400), (b"[" * 100_000, 400),
        (b" " * 1_100_000, 413), (b'{"update_id": 5, "message": 7}', 200), (b'{"update_id": 6, "poll": {}}', 200),
        (b'{"update_id": 7, "message": {"message_id": 1, "chat": {}, "from": {}, "date": 1e99, "text": "x"}}', 200),
    ],
    ids=["empty", "cut", "list", "bytes", "id", "deep", "large", "shape", "poll", "fields"],
)  # fmt: skip
def test_a_body_that_makes_no_sense_harms_nobody(webhook: Running, fake: Telegram, body: bytes, code: int) -> None:
    answer = httpx.post(f"{webhook.url}/telegram/webhook", content=body, headers={HEADER: SECRET}, trust_env=False)
    assert answer.status_code == code
    assert webhook.get("/readyz").status_code == 200


@pytest.fixture(scope="module")
def webhook_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One process for all forgeries."""
    with telegram() as fake:
        made = Place(tmp_path_factory.mktemp("webhook"), fake)
        made.webhook()
        yield made
        for bot in made.running:
            bot.kill()


@pytest.fixture
def webhook(webhook_place: Place, fake: Telegram) -> Running:
    return webhook_place.running[0]


def test_a_group_hears_only_when_asked(place: Place, fake: Telegram) -> None:
    place.start()
    group = -1002003004005
    fake.say(LI, "中午吃什么", chat=group)
    answer = fake.answer_to(LI, f"@{USERNAME} 帮助", chat=group)
    assert "发一句话" in answer.text
    assert len(fake.to(group)) == 1
    assert str(group) in fake.answer_to(LI, f"/id@{USERNAME}", chat=group).text


def test_five_people_fill_in_forms_in_one_group(place: Place, fake: Telegram) -> None:
    """At once and mixed up: each has a draft of their own, and each answer shows whose message it answers."""
    people = {LI: "蓝海物流", 1002: "青山物流", 1003: "远景能源", 1004: "星河科技", 1005: "宏图贸易"}
    for person, name in list(people.items())[1:]:
        place.crmbot("user", "add", f"人{name[0]}", "--role", "rep", "--telegram", str(person), "--lang", "zh")
    place.start()
    group, asked = -1002003004005, {}
    for words in ("新客户 {}", "138000{number:05}", "保存"):
        for number, (person, name) in enumerate(people.items()):
            said = words.format(name, number=number)
            asked[fake.say(person, f"@{USERNAME} {said}", chat=group)["message"]["message_id"]] = (name, words)
    fake.wait(lambda: len(fake.to(group)) == 15, "fifteen answers", within_s=80)
    for sent in fake.to(group):
        name, words = asked.pop(sent.answers)
        assert name in sent.text or words != "新客户 {}", sent.text
        assert sent.text.startswith("已保存") == (words == "保存"), sent.text
    assert {one["name"]: len(one["phones"]) for one in exported(place, "customer")} == dict.fromkeys(people.values(), 1)


def test_an_answer_finds_its_group_though_the_topic_is_gone(place: Place, fake: Telegram) -> None:
    place.start()
    fake.closed_topics.add(42)
    answer = fake.answer_to(LI, f"@{USERNAME} 你好", chat=-1001, message_thread_id=42, is_topic_message=True)
    assert answer.thread is None


def test_a_group_that_becomes_a_supergroup_is_followed(place: Place, fake: Telegram) -> None:
    place.start()
    old, new = -4005, -1002003004005
    place.crmbot("team", "add", "华东")
    place.crmbot("channel", "bind", "telegram", str(old), "--team", "华东")
    fake.moved[old] = new
    fake.say(LI, f"@{USERNAME} 帮助", chat=old)
    fake.wait(lambda: fake.to(new), "the answer in the new chat")
    fake.deliver("message", fake.message(LI, "", chat=new) | {"migrate_from_chat_id": old})
    fake.answer_to(LI, f"@{USERNAME} 帮助", chat=new)
    with sqlite3.connect(place.folder / "crmbot.db") as store:
        assert store.execute("SELECT chat_id FROM channel_bindings").fetchall() == [(str(new),)]
    store.close()


def test_a_link_code_by_deep_link(place: Place, fake: Telegram) -> None:
    place.crmbot("user", "add", "王芳", "--role", "rep", "--lang", "zh")
    place.start()
    assert "绑定码" in fake.answer_to(WANG, "/start").text
    code = place.crmbot("user", "code", "王芳").strip()
    assert "王芳，绑定好了" in fake.answer_to(WANG, f"/start {code}").text
    assert "蓝海物流" in fake.answer_to(WANG, VISIT).text


def test_an_edit_corrects_the_draft_and_never_what_is_saved(place: Place, fake: Telegram) -> None:
    place.start()
    message = fake.message(LI, VISIT)
    fake.deliver("message", message)
    fake.wait(lambda: fake.to(LI), "the card")
    changed = message | {"text": VISIT.replace("蓝海物流", "青山物流"), "edit_date": message["date"] + 60}
    fake.deliver("edited_message", changed)
    _first, card = fake.wait(lambda: len(fake.to(LI)) == 2 and fake.to(LI), "the card once more")
    assert "青山物流" in card.text
    assert "蓝海物流" not in card.text
    assert "已保存" in fake.answer_to_press(LI, card, "保存").text
    fake.deliver("edited_message", message | {"edit_date": message["date"] + 90})
    answer = fake.wait(lambda: len(fake.to(LI)) == 4 and fake.to(LI), "what became of it")[-1]
    assert "已经保存" in answer.text
    assert len(exported(place, "follow_up")) == 1


def test_a_card_and_a_place_begin_drafts(place: Place, fake: Telegram) -> None:
    place.start()
    card = {"phone_number": "+8613800138000", "first_name": "老何"}
    vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:何明远\nORG:蓝海物流;仓储\nTITLE:仓储部\n 经理\n{tels}END:VCARD"
    for tels in ("", "TEL;TYPE=CELL:+86 138 0013 8000\nitem1.TEL:021-5566 7788\n"):
        answer = fake.answer_to(LI, "", contact={**card, "vcard": vcard.format(tels=tels)}).text
        assert [word in answer for word in ("何明远", "蓝海物流", "仓储部经理", "老何")] == [True, True, True, False]
        assert ("138 0013 8000" in answer, "5566 7788" in answer) == (True, bool(tels))
        fake.answer_to(LI, "取消")
    answer = fake.answer_to(LI, "", contact=card).text
    assert ("老何" in answer, "138 0013 8000" in answer) == (True, True)
    fake.answer_to(LI, "取消")
    venue = {"location": {"latitude": 31.2, "longitude": 121.4}, "title": "蓝海物流", "address": ""}
    assert "聊了什么" in fake.answer_to(LI, "", location=venue["location"], venue=venue).text
    assert "蓝海物流" in fake.answer_to(LI, "他们想先试三个月").text
    fake.answer_to(LI, "取消")
    assert "客户" in fake.answer_to(LI, "", location=venue["location"]).text
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}]
    assert "收到 1 个附件" in fake.answer_to(LI, "", photo=photo).text
    assert "蓝海物流" in fake.answer_to(LI, "", photo=photo, caption="蓝海物流，他们想先试三个月").text


def test_old_buttons_are_answered_kindly(place: Place, fake: Telegram) -> None:
    place.start()
    card = fake.answer_to(LI, VISIT)
    fake.answer_to_press(LI, card, "取消")
    again = fake.answer_to_press(LI, card, "保存")
    assert "处理过" in again.text
    fake.wait(lambda: len(fake.answered) == 2, "both queries")
    assert exported(place, "follow_up") == []


def test_what_the_platform_lacks_stops_nothing(place: Place, fake: Telegram) -> None:
    fake.missing.update({"getMe", "setMyCommands", "deleteWebhook", "answerCallbackQuery"})
    place.start()
    card = fake.answer_to(LI, VISIT)
    assert "已保存" in fake.answer_to_press(LI, card, "保存").text


def test_commands_are_published_in_both_languages(place: Place, fake: Telegram) -> None:
    place.start()
    fake.wait(lambda: fake.commands.keys() >= {"", "zh", "en"}, "the commands")
    assert fake.commands[""] == fake.commands["zh"] != fake.commands["en"]


def test_markup_in_names_is_only_text(place: Place, fake: Telegram) -> None:
    place.start()
    markup = "<b>甲&乙</b> [x](http://e.example) _股份_ <!channel> @everyone"
    fake.answer_to(LI, "新客户")
    answer = fake.answer_to(LI, markup)
    while "保存" not in [button["text"] for button in answer.buttons]:
        answer = fake.answer_to(LI, "跳过")
    assert not fake.refusals
    assert markup in answer.text
    assert "<b>" not in answer.html


def test_health_and_numbers(place: Place, fake: Telegram) -> None:
    bot = place.start()
    assert bot.get("/healthz").json() == {"status": "ok"}
    assert bot.get("/readyz").json()["database"] == "ok"
    fake.answer_to(LI, "帮助")
    fake.wait(lambda: 'crmbot_outbox{status="sent",lane="reply"} 1' in bot.get("/metrics").text, "the number")
    lines = bot.get("/metrics").text.splitlines()
    assert "crmbot_turns_total 1" in lines
    assert 'crmbot_inbox{status="waiting"} 0' in lines
    assert 'crmbot_due_unsent{kind="reminder"} 0' in lines


def test_no_secret_and_no_word_of_anybody_in_the_log(place: Place, fake: Telegram) -> None:
    bot = place.start(log_level="DEBUG")
    fake.fail("sendMessage", "before")
    fake.fail("getUpdates", "500", times=2)
    fake.say(LI, f"{VISIT}，电话 13800138000")
    fake.wait(lambda: fake.to(LI), "the answer")
    assert bot.stop() == 0
    for hidden in (TOKEN, TOKEN.partition(":")[2], "蓝海", "13800138000", "何经理"):
        assert hidden not in bot.log
    assert "stopped" in bot.log


def test_an_orderly_end_finishes_what_is_in_hand(place: Place, fake: Telegram) -> None:
    bot = place.start()
    for number in range(20):
        fake.say(3000 + number, "你好")
    fake.wait(lambda: fake.confirmed >= 700_010 or len(fake.sent) > 3, "some of it")
    began = time.monotonic()
    assert bot.stop(15) == 0
    assert time.monotonic() - began < 15
    place.start()
    fake.wait(lambda: len({sent.chat for sent in fake.sent}) == 20, "everybody")
    assert len(fake.sent) == 20


def test_a_wrong_token_is_named_but_not_shown(place: Place, fake: Telegram) -> None:
    wrong = "424242:another-token-that-is-not-right"
    bot = place.start(telegram_token=wrong)
    fake.wait(lambda: "is CRMBOT_TELEGRAM_TOKEN right?" in bot.log, "the line in the log")
    assert wrong not in bot.log
    assert wrong.partition(":")[2] not in bot.log
    assert bot.stop() == 0


def test_what_is_missing_is_said_at_the_start_too(place: Place) -> None:
    bot = place.start(telegram_mode="webhook")
    assert "CRMBOT_TELEGRAM_WEBHOOK_SECRET, CRMBOT_PUBLIC_URL" in bot.log


def test_a_port_that_is_taken_is_one_line(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command(place.env | {"CRMBOT_HTTP_PORT": port}, "run")
    assert done.returncode == 1
    assert port in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_webhook_that_could_not_be_taken_away_is_taken_away_later(place: Place, fake: Telegram) -> None:
    fake.webhook = {"url": "https://somewhere.example"}
    fake.fail("deleteWebhook", "500")
    place.start()
    assert fake.answer_to(LI, "你好").text


def test_a_platform_that_is_away_at_the_start_is_found_later(place: Place, fake: Telegram) -> None:
    for method in ("getMe", "getUpdates"):
        fake.fail(method, "before", times=2)
    place.start()
    assert "发一句话" in fake.answer_to(LI, "帮助").text


@MODES
def test_a_reminder_comes_by_itself(place: Place, fake: Telegram, start: Start) -> None:
    """Set for seconds from now; killed in between; its buttons work, and it does not come again."""
    bot = start(place)
    card = fake.answer_to(LI, "3秒后提醒我喝水")
    fake.answer_to_press(LI, card, "保存")
    bot.kill()
    count = len(fake.to(LI))
    start(place)

    def reminders() -> list[Sent]:
        """What came since, but for the answer that the kill may have left unsure and that is sent again."""
        return [sent for sent in fake.to(LI)[count:] if sent.text.startswith("⏰")]

    came = fake.wait(reminders, "the reminder")[0]
    assert "喝水" in came.text
    assert "已完成" in fake.answer_to_press(LI, came, "已完成").text
    assert len(reminders()) == 1
    assert '"status":"done"' in place.crmbot("export", "-", "--format", "jsonl", "--kind", "reminder")
    assert 'crmbot_due_unsent{kind="undecided_reminder"} 0' in place.running[-1].get("/metrics").text
