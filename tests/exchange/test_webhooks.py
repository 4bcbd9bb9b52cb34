"""Changes are told to other programs: signed, each once by its id, tried again, and never to an address inside."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.errors import InvalidValue
from bot.exchange import webhooks
from bot.upkeep import findings
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Secret
from storage import records, seals
from storage.author import Author
from storage.tables import webhook_deliveries
from tests.privacy.test_erase import found
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def talk(tmp_path, database_url):
    talk = Talk(tmp_path, NOW, url=database_url)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    yield talk
    talk.close()


def hook(talk, **facts):
    def work(tx):
        tx.session.author = Author(None, NOW)
        made = records.Webhook(url="http://127.0.0.1:9/hook", secret="s3cret", **facts)
        tx.session.add(made)
        tx.session.flush()
        webhooks.begin(tx.connection, made, NOW)

    talk.bot.database.write(work)


def rounds(talk, answer, count=1):
    """Post what is due, ``count`` times; the requests that were made."""
    asked = []

    def take(request):
        asked.append(request)
        return httpx.Response(answer)

    async def go():
        for _ in range(count):
            await webhooks.round_once(talk.bot, lambda: httpx.AsyncClient(transport=httpx.MockTransport(take)))

    asyncio.run(go())
    return asked


def statuses(talk):
    with talk.bot.database.read() as tx:
        return sorted(tx.connection.execute(select(webhook_deliveries.c.status)).scalars())


def test_each_change_is_told_once_signed_and_with_its_id(talk):
    talk.add("customer", {"name": "以前的"}, "李雷")
    hook(talk, kinds=["customer"], custom={webhooks.PRIVATE: True})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    asked = rounds(talk, 200, count=3)
    (request,) = asked
    body = json.loads(request.content)
    assert (body["kind"], body["action"], body["changes"]["name"]) == ("customer", "create", "蓝海物流")
    assert request.headers["x-crmbot-delivery"] == body["id"]
    expected = webhooks.signature("s3cret", int(NOW.timestamp()), request.content)
    assert request.headers["x-crmbot-signature"] == expected
    assert statuses(talk) == ["sent", "sent"]


def test_what_is_not_taken_is_tried_again_under_the_same_id_and_given_up_at_last(talk):
    hook(talk, kinds=["customer"], custom={webhooks.PRIVATE: True})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    seen = []
    for _ in range(webhooks.MAX_TRIES + 3):
        seen += [request.headers["x-crmbot-delivery"] for request in rounds(talk, 500)]
        talk.now += timedelta(hours=2)
    assert len(seen) == webhooks.MAX_TRIES
    assert len(set(seen)) == 1
    assert statuses(talk) == ["dead", "sent"]


def test_changes_arrive_in_their_order_and_wait_for_one_that_is_tried_again(talk):
    hook(talk, kinds=["customer"], custom={webhooks.PRIVATE: True})
    names = [f"客户{number}" for number in range(webhooks.MANY + 5)]
    for name in names:
        talk.add("customer", {"name": name}, "李雷")
    answers = iter([200, 500, 500])
    asked = []

    def take(request):
        asked.append(json.loads(request.content)["changes"]["name"])
        return httpx.Response(next(answers, 200))

    async def go():
        for _ in range(5):
            await webhooks.round_once(talk.bot, lambda: httpx.AsyncClient(transport=httpx.MockTransport(take)))
            talk.now += timedelta(minutes=1)

    asyncio.run(go())
    assert asked == [names[0], names[1], names[1], *names[1:]]
    assert set(statuses(talk)) == {"sent"}


def test_an_address_inside_is_never_called(talk):
    hook(talk, kinds=[])
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    assert rounds(talk, 200) == []
    assert "dead" in statuses(talk)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://[::1]/x", "http://10.1.2.3/", "http://169.254.169.254/latest", "http://0.0.0.0/",
     "http://192.168.1.1:8080/", "ftp://1.1.1.1/", "file:///etc/passwd", "http:///x", "http://[::ffff:127.0.0.1]/"],
)  # fmt: skip
def test_what_lies_inside_or_is_no_address_is_refused(url):
    with pytest.raises(InvalidValue):
        webhooks.address_of(url, may_be_private=False)


def with_key(talk, key):
    talk.bot.settings = replace(talk.bot.settings, secrets_key=Secret(key))


def test_a_secret_stored_before_there_was_a_key_is_encrypted_and_still_signs(talk):
    hook(talk, custom={webhooks.PRIVATE: True})
    with_key(talk, Fernet.generate_key().decode())
    assert {table for table, _column, _word in found(talk, ["s3cret"])} == {"webhooks", "audit"}
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    (request,) = rounds(talk, 200)
    assert found(talk, ["s3cret"]) == set()
    stamp = int(request.headers["X-Crmbot-Signature"].partition(",")[0].removeprefix("t="))
    assert request.headers["X-Crmbot-Signature"] == webhooks.signature("s3cret", stamp, request.content)
    with talk.bot.database.read() as tx:
        assert all(chain.broken_at is None for chain in seals.chains(tx.connection))


@pytest.mark.parametrize("other", ["", Fernet.generate_key().decode()], ids=["none", "another"])
def test_under_a_wrong_key_nothing_is_sent_and_nothing_lost(talk, other, caplog):
    hook(talk, custom={webhooks.PRIVATE: True})
    key = Fernet.generate_key().decode()
    with_key(talk, key)
    rounds(talk, 200)
    with_key(talk, other)
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    for _ in range(webhooks.MAX_TRIES + 1):
        assert rounds(talk, 200) == []
        talk.now += timedelta(hours=2)
    assert "CRMBOT_SECRETS_KEY" in caplog.text
    with_key(talk, key)
    assert len(rounds(talk, 200)) == 1


def test_the_key_is_changed_by_setting_the_new_one_before_the_old_one(talk):
    hook(talk, custom={webhooks.PRIVATE: True})
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    with_key(talk, old)
    rounds(talk, 200)
    with_key(talk, f"{new},{old}")
    rounds(talk, 200)
    with_key(talk, new)
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    (request,) = rounds(talk, 200)
    stamp = int(request.headers["X-Crmbot-Signature"].partition(",")[0].removeprefix("t="))
    assert request.headers["X-Crmbot-Signature"] == webhooks.signature("s3cret", stamp, request.content)


def test_a_secret_that_cannot_be_read_is_found_by_the_check(talk):
    hook(talk)
    with_key(talk, Fernet.generate_key().decode())
    rounds(talk, 200)
    for key, count in ((Fernet.generate_key().decode(), 1), ("", 1)):
        with_key(talk, key)
        with talk.bot.database.read() as tx:
            found = list(findings.of_secrets(tx.connection, talk.bot.settings, catalog("zh")))
        assert [mark for mark, _sentence in found] == ["bad"] * count
        assert "WH-1" in found[0][1]


@pytest.mark.parametrize(("role", "sees"), [("rep", False), ("gone", False), ("admin", True), (None, False)])
def test_of_a_change_only_what_the_role_sees_is_told(talk, tmp_path, role, sees):
    own = tmp_path / "own.toml"
    own.write_text('[roles.rep]\nhidden = ["opportunity.amount"]\nmasked = ["customer.phones"]\n')
    talk.bot.crm = load_crm(own)
    hook(talk, custom={webhooks.PRIVATE: True} | ({webhooks.ROLE: role} if role else {}))
    talk.add("customer", {"name": "蓝海物流", "phones": "13800138000"}, "李雷")
    talk.add(
        "opportunity", {"name": "冷库改造", "customer": "蓝海物流", "stage": "proposal", "amount": "500000 CNY"}, "李雷"
    )
    told = b"\n".join(request.content for request in rounds(talk, 200, count=3))
    assert (b"amount_minor" in told) == sees
    assert (b"13800138000" in told) == sees
    assert (b"\xe5\x86\xb7\xe5\xba\x93" in told) == (role != "gone")
