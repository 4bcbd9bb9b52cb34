"""The HTTP interface: the same records and rights as in chat, and nothing that is sent to it breaks it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from icalendar import Calendar
from schemathesis.specs.openapi import checks
from sqlalchemy import select
from starlette.applications import Starlette

from bot.exchange import api
from bot.exchange.openapi import description
from bot.exchange.tokens import revoke
from bot.upkeep.duties import UPKEEP
from config.kinds import KINDS
from storage.author import Author
from storage.tables import access_log, outbox
from tests.exchange.asking import NOW, Client, token_of

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]


def test_a_record_is_created_read_changed_and_put_into_the_bin(client, talk):
    li = client("李雷")
    made = li.post("/api/customer", json={"name": "蓝海物流", "phones": ["+8613800138000"], "custom": {"级别": "A"}})
    assert made.status_code == 201
    customer = made.json()
    assert (customer["id"], customer["name"], customer["owner"]["name"]) == ("C-1", "蓝海物流", "李雷")
    assert "蓝海物流" in talk.say("李雷", "蓝海物流").text
    deal = li.post(
        "/api/opportunity",
        json={"name": "冷库", "customer": {"name": "蓝海物流"}, "amount": {"value": "500000", "currency": "CNY"}},
    ).json()
    assert (deal["stage"], deal["customer"]["id"]) == ("initial_contact", "C-1")
    moved = li.patch("/api/opportunity/O-1", json={"stage": "won"})
    assert moved.json()["closed_on"] == "2026-11-26"
    back = li.patch("/api/opportunity/O-1", json={"stage": "proposal"})
    assert (back.status_code, back.headers["content-type"]) == (422, "application/problem+json")
    assert li.delete("/api/opportunity/O-1").status_code == 204
    assert li.get("/api/opportunity/O-1").status_code == 404
    assert li.get("/api/opportunity").json() == {"items": [], "next": None}


def test_a_paper_without_a_number_gets_the_next_one(client):
    body = {"customer": {"name": "甲公司"}, "amount": {"value": "1200.50", "currency": "CNY"}}
    li = client("李雷")
    li.post("/api/customer", json={"name": "甲公司"})
    first, second = (li.post("/api/order", json={**body, "status": "placed"}).json() for _ in range(2))
    given = li.post("/api/order", json={**body, "status": "placed", "number": "DD-77"}).json()
    assert [first["number"][-4:], second["number"][-4:], given["number"]] == ["0001", "0002", "DD-77"]


def test_the_amount_of_a_paper_is_that_of_its_lines(client):
    li = client("李雷")
    li.post("/api/customer", json={"name": "蓝海物流"})
    line = {"product": "网关", "quantity": "200", "unit_price": {"value": "1250", "currency": "CNY"}, "discount": "0.1"}
    order = {"customer": {"name": "蓝海物流"}, "lines": [line]}
    assert li.post("/api/order", json=order).json()["amount"] == {"value": "225000", "currency": "CNY"}
    for amount in ({"value": "225001", "currency": "CNY"}, {"value": "225000", "currency": "USD"}):
        refused = li.post("/api/order", json={**order, "amount": amount})
        assert (refused.status_code, "225000 CNY" in refused.text) == (422, True), refused.text
    dollars = {**line, "unit_price": {"value": "9", "currency": "USD"}}
    assert li.post("/api/order", json={**order, "lines": [line, dollars]}).status_code == 422
    assert len(li.get("/api/order").json()["items"]) == 1


def test_who_read_an_old_version_does_not_overwrite_a_newer_one(client):
    li = client("李雷")
    version = li.post("/api/customer", json={"name": "蓝海物流"}).headers["etag"]
    assert li.patch("/api/customer/C-1", json={"address": "上海"}, headers={"If-Match": version}).status_code == 200
    late = li.patch("/api/customer/C-1", json={"address": "苏州"}, headers={"If-Match": version})
    assert (late.status_code, late.json()["detail"]) == (412, "这条记录已经是版本 2，请重新读取后再改。")
    assert li.get("/api/customer/C-1").json()["address"] == "上海"


def test_rights_are_those_of_the_chat_and_absent_and_forbidden_read_alike(client):
    li, anna = client("李雷"), client("Anna")
    li.post("/api/customer", json={"name": "蓝海物流"})
    hidden, absent = anna.get("/api/customer/C-1"), anna.get("/api/customer/C-99")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace("C-1", "C-99") == absent.json()["detail"]
    assert anna.get("/api/customer").json()["items"] == []
    assert anna.patch("/api/customer/C-1", json={"name": "x"}).status_code == 404
    assert anna.post("/api/opportunity", json={"name": "x", "customer": {"id": "C-1"}}).status_code == 422
    assert anna.post("/api/user", json={"name": "Eve", "role": "admin"}).status_code == 403
    assert anna.patch("/api/user/U-2", json={"role": "admin"}).status_code == 403
    assert client(None).get("/api/customer").status_code == 401
    assert client("老板").get("/api/customer/C-1").status_code == 200


def test_a_revoked_token_and_one_for_the_calendar_open_nothing(client, talk):
    token = token_of(talk, "李雷")
    wrong = [token, token_of(talk, "李雷", "calendar"), "", "x", "crm_"]

    def end(tx):
        tx.session.author = Author(None, NOW)
        revoke(tx.session, "AT-1")

    talk.bot.database.write(end)
    for each in wrong:
        asked = client(None).get("/api/customer", headers={"Authorization": f"Bearer {each}"})
        assert asked.status_code == 401


def test_a_token_tells_on_which_day_it_was_used_last(client, talk):
    client("李雷").get("/api/customer")
    assert "最近使用 11-26" in talk.say("李雷", "我的令牌").text


def test_a_secret_is_not_kept_in_the_message_that_has_brought_it(talk):
    answer = talk.say("李雷", "给我一个API令牌")
    assert "crm_" in answer.text

    def sent(tx):
        tx.connection.execute(outbox.update().values(status="sent"))

    talk.bot.database.write(sent)
    talk.bot.attend(UPKEEP["tokens/forget"][1], "tokens/forget").result(timeout=20)
    with talk.bot.database.read() as tx:
        kept = tx.connection.execute(select(outbox.c.payload)).scalars().all()
    secret = answer.text.splitlines()[1]
    assert all(secret not in str(payload) for payload in kept)


def test_pages_and_filters_find_all_and_only_what_fits(client):
    li = client("李雷")
    for n in range(7):
        li.post("/api/customer", json={"name": f"客户{n}", "industry": "物流" if n % 2 else "医疗"})
    seen, after = [], None
    while True:
        page = li.get("/api/customer", params={"limit": 3, **({"after": after} if after else {})}).json()
        seen += [item["name"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"客户{n}" for n in range(7)]
    fitting = li.get("/api/customer", params={"industry": "物流"}).json()["items"]
    assert [item["name"] for item in fitting] == ["客户1", "客户3", "客户5"]
    for wrong in ({"limit": "0"}, {"limit": "x"}, {"nonsense": "1"}, {"updated_since": "soon"}):
        assert li.get("/api/customer", params=wrong).status_code == 400


def test_reading_many_is_written_down(client, talk):
    client("李雷").get("/api/contact")
    with talk.bot.database.read() as tx:
        row = tx.connection.execute(select(access_log)).one()
    assert (row.user_id, row.action, row.what) == (1, "api_list", {"kind": "contact", "count": 0})


def test_errors_are_in_the_users_language(client):
    assert client("李雷").post("/api/customer", json={}).json()["detail"] == "缺少必填的值"
    problem = client("Anna").post("/api/customer", json={"nonsense": 1}).json()
    assert (problem["status"], problem["detail"], problem["field"]) == (422, "there is no such field", "nonsense")


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff", b'{"name": NaN}', b"[" * 100_000, b"1" * 2_000_000])
def test_a_body_that_is_no_object_is_refused(client, body):
    assert client("李雷").post("/api/customer", content=body).status_code in (400, 413)


def test_who_asks_too_fast_waits(client, monkeypatch):
    monkeypatch.setattr(api, "BURST", 3)
    monkeypatch.setattr(api, "RATE_S", 0.0)
    li = client("李雷")
    codes = [li.get("/api/customer").status_code for _ in range(8)]
    assert codes[:3] == [200, 200, 200]
    assert 429 in codes


def test_plans_come_as_a_calendar_to_who_has_the_link(client, talk):
    talk.say("李雷", "明天下午三点提醒我给蓝海物流打电话")
    talk.say("李雷", "保存")
    link = f"/calendar/{token_of(talk, '李雷', 'calendar')}.ics"
    answer = client(None).get(link)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2026-11-27T15:00:00+08:00"
    assert "打电话" in event["summary"]
    assert client(None).get("/calendar/wrong.ics").status_code == 404
    assert client(None).get(f"/calendar/{token_of(talk, '李雷')}.ics").status_code == 404


def test_the_description_tells_of_every_kind(client):
    found = client(None).get("/api/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    assert {f"/api/{kind}" for kind in KINDS} <= set(found["paths"])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["customer", "opportunity", "quote", "reminder", "sales_target", "service_request"])
def test_nothing_that_fits_or_does_not_fit_the_description_breaks_it(talk, kind):
    paths = {path: item for path, item in description()["paths"].items() if path.split("/")[2] == kind}
    schema = schemathesis.openapi.from_dict({**description(), "paths": paths})
    client = Client(Starlette(routes=api.routes(talk.bot)), {"Authorization": f"Bearer {token_of(talk, '老板')}"})

    codes = set()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def check(case):
        sent = case.as_transport_kwargs(base_url="http://crm")
        headers = {key: value for key, value in (sent.pop("headers") or {}).items() if key.lower() != "authorization"}
        sent = {"content" if key == "data" else key: value for key, value in sent.items() if value is not None}
        sent.pop("cookies", None)
        answer = client.request(**sent, headers=headers)
        case.validate_response(answer, checks=CHECKS)
        codes.add(answer.status_code)

    for result in schema.get_all_operations():
        given(case=result.ok().as_strategy())(check)()
    assert {200, 404, 422} <= codes
