"""Stages that an administrator changed in chat count for files and the HTTP interface too."""

import pytest

from bot.cli.export import administrator
from bot.exchange.importing import File, Wish, bring_in
from bot.exchange.load import Importer
from bot.lists.sections import crm_in
from tests.exchange.asking import NOW


@pytest.fixture
def changed(talk):
    """After a stage was added, one renamed and one taken out."""
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    talk.say("老板", "商机阶段加一个 法务审核，在合同谈判之前，概率 70%")
    talk.say("老板", "把方案制定改叫出方案")
    talk.say("老板", "删除阶段 需求分析")
    return talk


def stages_in(changed, tmp_path, *stages):
    """What deals of a file come in at, and how many are refused."""
    path = tmp_path / "deals.csv"
    rows = [f"商机{n},蓝海物流,{stage}" for n, stage in enumerate(stages)]
    path.write_text("\n".join(["商机名称,客户名称,阶段", *rows]), "utf-8")

    def work(tx):
        crm = crm_in(tx, changed.bot.crm)
        return bring_in(tx, File(path, Wish()), Importer(administrator(changed.bot.settings), crm, "CNY", NOW))

    report = changed.bot.database.write(work)
    return report.created["opportunity"], [error.params["value"] for _row, error in report.refused]


def test_a_file_may_name_the_new_stage_and_the_renamed_one_by_either_name(changed, tmp_path):
    assert stages_in(changed, tmp_path, "法务审核", "出方案", "方案制定", "需求分析", "赢单") == (4, ["需求分析"])


def test_the_interface_takes_and_gives_the_new_stage(changed, client):
    deal = {"name": "冷库", "customer": {"name": "蓝海物流"}, "amount": {"value": "1000", "currency": "CNY"}}
    li = client("李雷")
    assert li.post("/api/opportunity", json={**deal, "stage": "法务审核"}).json()["stage"] == "法务审核"
    assert li.patch("/api/opportunity/O-1", json={"stage": "proposal"}).json()["stage"] == "proposal"
    gone = li.patch("/api/opportunity/O-1", json={"stage": "needs_analysis"})
    assert (gone.status_code, "needs_analysis" in gone.text) == (422, True)


def test_the_figures_know_the_new_stage_and_its_chance(changed, client):
    deal = {"name": "冷库", "customer": {"name": "蓝海物流"}, "amount": {"value": "1000", "currency": "CNY"}}
    client("李雷").post("/api/opportunity", json={**deal, "stage": "法务审核", "expected_close": "2026-12-31"})
    told = changed.say("李雷", "销售漏斗")
    assert "法务审核 1 ¥1,000 加权 ¥700" in " ".join(told.text.split())
    assert "需求分析" not in told.text
    assert "¥700" in changed.say("李雷", "本季度预测").text
