"""Records as a file in the chat: of those that one may export, with a line in the log; it can be brought in again."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.exchange.columns import label_in
from bot.exchange.importing import File, Wish
from config.catalog import catalog
from storage.tables import access_log, outbox
from tests.transcripts.talk import Talk

# A sheet says nothing of who wrote a record, and when it was changed.
NOT_BROUGHT_IN = ("updated_at", "created_by", "created_by_id")
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def talk(tmp_path):
    talk = Talk(tmp_path, NOW)
    for name, role, language in (("李雷", "rep", "zh"), ("韩梅梅", "rep", "zh"), ("Grace", "admin", "en")):
        talk.add("user", {"name": name, "role": role, "team": "华东", "language": language})
    talk.add("customer", {"name": "蓝海物流有限公司", "address": "上海", "phones": "+8613800138000"}, "李雷")
    talk.add("customer", {"name": "=1+1 科技", "address": "杭州"}, "韩梅梅")
    deal = {"customer": "蓝海物流有限公司", "name": "冷库改造", "stage": "proposal", "amount": "500000 CNY"}
    talk.add("opportunity", deal, "李雷")
    yield talk
    talk.close()


def sent(talk, answer, folder):
    """The file that went with an answer."""
    with talk.bot.database.read() as tx:
        row = tx.connection.execute(select(outbox.c.payload, outbox.c.file).where(outbox.c.id == answer.row)).one()
    path: Path = folder / row.payload["file"][0]
    path.write_bytes(row.file)
    return path


@pytest.mark.parametrize(
    ("who", "said", "kind", "count"),
    [
        ("李雷", "导出我的客户", "customer", 1),
        ("李雷", "把客户导成excel发我", "customer", 1),  # a rep exports own ones only
        ("Grace", "export all customers as csv", "customer", 2),
        ("Grace", "can you give me 李雷's deals as a spreadsheet", "opportunity", 1),
        ("Grace", "download the 杭州 customers", "customer", 1),
    ],
)
def test_who_asks_gets_what_they_may_export_in_a_file_that_comes_in_again(talk, tmp_path, who, said, kind, count):
    language = "en" if who == "Grace" else "zh"
    answer = talk.say(who, said)
    path = sent(talk, answer, tmp_path)
    file = File(path, Wish())
    (table,) = file.tables
    assert (table.plan.kind, table.count) == (kind, count)
    left_out = {head for head, name in zip(table.head, table.plan.fields, strict=True) if not name}
    assert left_out == {label_in(catalog(language), name) for name in NOT_BROUGHT_IN}
    with talk.bot.database.read() as tx:
        (what,) = tx.connection.execute(select(access_log.c.what).where(access_log.c.action == "export")).scalars()
    assert what["counts"] == {kind: count}


def test_what_looks_like_a_formula_is_none(talk, tmp_path):
    path = sent(talk, talk.say("Grace", "export customers as csv"), tmp_path)
    assert "'=1+1" in path.read_text("utf-8-sig")


def test_nothing_to_export_and_a_group_get_no_file(talk):
    assert "合同" in talk.say("李雷", "导出我的合同").text
    said = talk.say("李雷", "导出我的客户", chat="group")
    assert "蓝海" not in said.text
