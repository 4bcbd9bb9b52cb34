"""Imports: what other systems export comes in with a look at it first, and goes out again as one step."""

import json
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from storage import records
from storage.tables import access_log, audit, grams, name_keys, opportunity_history, pipeline_totals
from tests.cli.imports import names, refused, written
from tests.storage.samples import everything, write

FXIAOKE = "*客户名称（必填）,客户级别,手机,详细地址,负责人,1级行业,客户来源\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_an_export_of_fxiaoke_comes_in_whatever_its_encoding(crmbot, database, tmp_path, encoding):
    crmbot("user", "add", "李雷", "--role", "rep")
    path = tmp_path / "客户.csv"
    path.write_bytes((FXIAOKE + "华为技术有限公司,A,138 0013 8000,深圳市龙岗区,李雷,通信,展会\n").encode(encoding))
    done = crmbot("import", path)
    assert done.code == 0
    assert done.out == ""
    assert "新建：客户 1。" in done.err
    assert "*客户名称（必填） → 名称" in done.err
    assert "客户级别 → 不导入" in done.err
    with database.read() as tx:
        (found,) = tx.session.scalars(select(records.Customer))
        assert (found.name, found.phones, found.address) == ("华为技术有限公司", ["+8613800138000"], "深圳市龙岗区")
        assert (found.industry, found.source, found.owner_id) == ("通信", "展会", 1)


def test_an_export_of_zoho_comes_in_and_its_people_find_their_company(crmbot, database, tmp_path):
    accounts, contacts, deals = (tmp_path / f"{name}.csv" for name in ("Accounts", "Contacts", "Deals"))
    accounts.write_text("Account Name,Phone,Billing Street\nNorthwind Traders Ltd,+44 20 7946 0018,1 Quay\n")
    contacts.write_text("First Name,Last Name,Account Name,Email\nJake,Long,Northwind Traders Ltd,j@n.example\n")
    deals.write_text(
        "Deal Name,Account Name,Stage,Amount,Closing Date\n"
        "Pilot,Northwind Traders Ltd,Negotiation/Review,US$ 1.2m,31 Dec 2026\n"
    )
    for path in (accounts, contacts, deals):
        done = crmbot("import", path, LANGUAGE="en")
        assert (done.code, "Created" in done.err) == (0, True), done.err
    with database.read() as tx:
        (person,) = tx.session.scalars(select(records.Contact))
        (deal,) = tx.session.scalars(select(records.Opportunity))
        assert (person.name, person.customer.name, person.emails) == (
            "Jake Long",
            "Northwind Traders Ltd",
            ["j@n.example"],
        )
        assert (deal.stage, deal.amount.to_json()) == ("negotiation", {"value": "1200000", "currency": "USD"})
        assert deal.expected_close.isoformat() == "2026-12-31"


def test_what_does_not_fit_is_in_a_file_with_its_reason_and_the_rest_comes_in(crmbot, database, tmp_path):
    path = tmp_path / "商机.csv"
    crmbot("import", written(tmp_path / "c.csv", "客户名称\n蓝海物流\n"))
    written(
        path,
        "商机名称,客户名称,销售阶段,预计成交金额,预计成交日期\n"
        "冷库,蓝海物流,谈判审核,50万,2026/12/31\n"
        "甲,没有这家,赢单,1,2026-01-01\n"
        "乙,蓝海物流,胡说,1,2026-01-01\n"
        "丙,蓝海物流,赢单,许多,2026-01-01\n"
        "丁,蓝海物流,赢单,1,2026-02-30\n"
        "戊,蓝海物流,赢单\n"
        ",蓝海物流,赢单,1,2026-01-01\n",
    )
    done = crmbot("import", path)
    assert done.code == 0
    assert "新建：商机 1。" in done.err
    assert [row[:3] for row in refused(tmp_path / "商机.refused.csv")] == [
        ["3", "客户：没有客户「没有这家」，或没有查看权限", "甲"],
        ["4", "阶段：没有「胡说」，可以是：初步接触、需求分析、方案制定、合同谈判、赢单、输单", "乙"],
        ["5", "金额：金额没看懂：「许多」，例如 500000、50万 或 1200 USD", "丙"],
        ["6", "预计成交日期：日期没看懂：「2026-02-30」，例如 2026-11-23", "丁"],
        ["7", "这一行有 3 格，表头是 5 列。", "戊"],
        ["8", "名称：缺少必填的值", ""],
    ]
    assert names(database, records.Opportunity) == ["冷库"]


@pytest.mark.parametrize(
    ("policy", "kept", "counts"),
    [
        ("skip", "旧地址", "新建：客户 1。\n已有、未改动：客户 1。"),
        ("both", "新地址", "新建：客户 1。\n更新：客户 1。"),
        ("update", "新地址", "更新：客户 1。"),
    ],
)
def test_what_is_here_already_is_treated_as_the_policy_says(crmbot, database, tmp_path, policy, kept, counts):
    crmbot("import", written(tmp_path / "a.csv", "客户名称,地址,电话\n蓝海物流,旧地址,13800138000\n"))
    done = crmbot(
        "import",
        written(tmp_path / "b.csv", "客户名称,地址,电话\n蓝海物流,新地址,13900139000\n星河,苏州,\n"),
        "--duplicates",
        policy,
    )
    assert counts in done.err
    with database.read() as tx:
        found = tx.session.scalars(select(records.Customer).where(records.Customer.name == "蓝海物流")).one()
        assert found.address == kept
        assert found.phones == (["+8613800138000"] if policy == "skip" else ["+8613800138000", "+8613900139000"])


def test_the_same_one_twice_in_a_file_comes_in_once(crmbot, database, tmp_path):
    crmbot("import", written(tmp_path / "a.csv", "客户名称\n蓝海物流\n蓝海 物流\n"))
    assert names(database, records.Customer) == ["蓝海物流"]


def test_another_name_with_the_same_phone_is_left_to_a_person(crmbot, database, tmp_path):
    crmbot("import", written(tmp_path / "a.csv", "客户名称,电话\n蓝海物流,13800138000\n"))
    done = crmbot("import", written(tmp_path / "b.csv", "客户名称,电话\n碧海货运,13800138000\n"))
    assert "和 C-1 的电话相同" in done.err
    assert names(database, records.Customer) == ["蓝海物流"]


def test_a_preview_changes_nothing_and_tells_all(crmbot, database, tmp_path):
    done = crmbot("import", written(tmp_path / "a.csv", "客户名称,地址\n蓝海物流,上海\n,苏州\n"), "--preview")
    assert "新建：客户 1。" in done.err
    assert "1 行没有导入" in done.err
    assert "这只是预览" in done.err
    assert names(database, records.Customer) == []


def test_columns_can_be_named_kept_and_used_again(crmbot, database, tmp_path):
    path = written(tmp_path / "a.csv", "甲,乙\n蓝海物流,上海\n")
    assert crmbot("import", path).code == 1
    done = crmbot(
        "import", path, "--kind", "customer", "--map", "甲=name", "--map", "乙=address", "--save-mapping", "旧系统"
    )
    assert done.code == 0
    again = written(tmp_path / "b.csv", "甲,乙\n星河,苏州\n")
    assert crmbot("import", again, "--kind", "customer", "--mapping", "旧系统").code == 0
    assert names(database, records.Customer) == ["星河", "蓝海物流"]
    assert "没有保存过" in crmbot("import", again, "--mapping", "别的").err
    assert "没有字段" in crmbot("import", again, "--kind", "customer", "--map", "甲=nonsense").err


def test_a_fact_that_no_column_holds_can_be_said_for_all(crmbot, database, tmp_path):
    crmbot("import", written(tmp_path / "c.csv", "客户名称\n蓝海物流\n"))
    path = written(tmp_path / "n.csv", "客户名称,销售记录内容,记录时间\n蓝海物流,看了仓库,2026-11-20 15:30\n")
    assert crmbot("import", path, "--set", "channel=拜访").code == 0
    with database.read() as tx:
        (note,) = tx.session.scalars(select(records.FollowUp))
        assert (note.channel, note.occurred_has_time, note.occurred_at.isoformat()) == (
            "visit", True, "2026-11-20T07:30:00+00:00",
        )  # fmt: skip


def test_a_whole_import_is_taken_back_as_one(crmbot, database, tmp_path):
    rows = "".join(f"第{n}号公司,1390000{n:04}\n" for n in range(1200))
    crmbot("import", written(tmp_path / "a.csv", f"客户名称,电话\n{rows}"))
    done = crmbot("import", "--undo")
    assert done.out == "已撤销：1,200 个客户。\n"
    assert names(database, records.Customer) == []
    with database.read() as tx:
        for table in (name_keys, grams):
            assert tx.connection.scalar(select(func.count()).select_from(table)) == 0
        actions = tx.connection.execute(select(audit.c.action, func.count()).group_by(audit.c.action))
        assert {row[0]: row[1] for row in actions} == {"create": 1200, "delete": 1200}
    assert crmbot("import", "--undo").err == "没有可以撤销的导入。\n"
    assert crmbot("import", tmp_path / "a.csv").code == 0
    assert len(names(database, records.Customer)) == 1200


def test_an_import_that_somebody_built_on_stays(crmbot, database, tmp_path):
    crmbot("import", written(tmp_path / "a.csv", "客户名称\n蓝海物流\n"))
    crmbot("import", written(tmp_path / "b.csv", "商机名称,客户名称\n冷库,蓝海物流\n"))
    assert crmbot("import", "--undo").code == 0
    crmbot("import", tmp_path / "b.csv")
    write(database, lambda session: setattr(session.get(records.Opportunity, 2), "product", "冷柜"))
    assert "撤不回来了" in crmbot("import", "--undo").err


def test_rights_are_those_of_whom_it_is_done_for(crmbot, database, tmp_path):
    for name in ("李雷", "韩梅梅"):
        crmbot("user", "add", name, "--role", "rep")
    path = written(tmp_path / "a.csv", "客户名称,负责人\n蓝海物流,李雷\n星河,韩梅梅\n")
    done = crmbot("import", path, "--as", "李雷")
    assert names(database, records.Customer) == ["蓝海物流"]
    assert "1 行没有导入" in done.err
    assert (
        crmbot("import", written(tmp_path / "u.csv", "姓名,角色\n王五,admin\n"), "--kind", "user", "--as", "李雷").code
        == 0
    )
    assert names(database, records.User) == ["李雷", "韩梅梅"]


def test_export_import_export_is_the_same_to_the_letter(crmbot_on, new_database_url, tmp_path):
    from storage.database import Database

    first, second = new_database_url(), new_database_url()
    database = Database(first)
    write(database, lambda session: everything(session) and None)
    database.close()
    assert crmbot_on(first, "export", tmp_path / "1.jsonl").code == 0
    done = crmbot_on(second, "import", tmp_path / "1.jsonl")
    assert (done.code, "没有导入" in done.err) == (0, False), done.err
    assert crmbot_on(second, "export", tmp_path / "2.jsonl").code == 0
    assert (tmp_path / "2.jsonl").read_text() == (tmp_path / "1.jsonl").read_text()
    again = crmbot_on(second, "import", tmp_path / "1.jsonl")
    assert "新建" not in again.err
    assert crmbot_on(second, "export", tmp_path / "3.jsonl").code == 0
    assert (tmp_path / "3.jsonl").read_text() == (tmp_path / "1.jsonl").read_text()


def test_where_ids_are_taken_records_get_new_ones_and_stay_linked(crmbot_on, new_database_url, tmp_path):
    from storage.database import Database

    first, second = new_database_url(), new_database_url()
    for url, name in ((first, "蓝海物流"), (second, "别的公司")):
        crmbot_on(url, "import", written(tmp_path / "c.csv", f"客户名称\n{name}\n"))
        crmbot_on(url, "import", written(tmp_path / "o.csv", f"商机名称,客户名称\n{name}的单,{name}\n"))
    crmbot_on(first, "export", tmp_path / "1.jsonl")
    assert "新建：客户 1，商机 1。" in crmbot_on(second, "import", tmp_path / "1.jsonl").err
    database = Database(second)
    with database.read() as tx:
        deals = {deal.name: deal.customer.name for deal in tx.session.scalars(select(records.Opportunity))}
    database.close()
    assert deals == {"蓝海物流的单": "蓝海物流", "别的公司的单": "别的公司"}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_our_own_spreadsheets_come_in_again(crmbot_on, new_database_url, tmp_path, format):
    first, second = new_database_url(), new_database_url()
    crmbot_on(first, "import", written(tmp_path / "c.csv", "客户名称,地址\n=A1+1,上海\n蓝海物流,\n"))
    path = tmp_path / f"out.{format}"
    crmbot_on(first, "export", path, "--format", format, "--kind", "customer")
    assert "新建：客户 2。" in crmbot_on(second, "import", path).err
    crmbot_on(second, "export", tmp_path / "2.jsonl", "--kind", "customer")
    found = [json.loads(line)["name"] for line in (tmp_path / "2.jsonl").read_text().splitlines()]
    assert found == ["=A1+1", "蓝海物流"]


def test_an_export_holds_no_more_than_its_person_may_have(crmbot, database, tmp_path):
    for name in ("李雷", "韩梅梅"):
        crmbot("user", "add", name, "--role", "rep")
        crmbot("import", written(tmp_path / f"{name}.csv", f"客户名称\n{name}的客户\n"), "--as", name)
    done = crmbot("export", tmp_path / "mine.jsonl", "--as", "李雷")
    lines = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text("utf-8").splitlines()]
    assert done.code == 0
    assert [line["name"] for line in lines] == ["李雷的客户"]
    with database.read() as tx:
        assert tx.connection.execute(select(access_log.c.user_id)).scalars().all() == [1]


def test_a_price_list_comes_in_and_the_same_product_comes_in_once(crmbot, database, tmp_path):
    path = tmp_path / "价目表.csv"
    path.write_text('产品名称,计量单位,标准价格\n网关,套,"1,250.00"\n冷库门,扇,US$3200\n网关,套,1300\n,扇,5\n', "utf-8")
    done = crmbot("import", path)
    assert "新建：产品 2。" in done.err
    assert refused(tmp_path / "价目表.refused.csv") == [["5", "名称：缺少必填的值", "", "扇", "5"]]
    with database.read() as tx:
        found = tx.session.scalars(select(records.Product).order_by(records.Product.id))
        prices = [(item.name, item.unit, item.unit_price_minor, item.unit_price_currency) for item in found]
    assert prices == [("网关", "套", 125000, "CNY"), ("冷库门", "扇", 320000, "USD")]


DEALS = """客户名称,商机名称,销售阶段,商机金额,预计成交时间,创建时间
蓝海物流,冷库改造,方案/报价,50万,2026-12-31,2026/3/1 10:00
蓝海物流,一期,赢单,"300,000",2026-05-20,2026-01-15
蓝海物流,机房,输单,¥8.5万,2026-06-01,2026-02-01
"""


def test_deals_that_come_in_stand_since_they_were_made_or_closed(crmbot, database, tmp_path):
    customers, deals = tmp_path / "客户.csv", tmp_path / "商机.csv"
    customers.write_text("客户名称\n蓝海物流\n", "utf-8")
    deals.write_text(DEALS, "utf-8")
    crmbot("import", customers)
    assert "新建：商机 3。" in crmbot("import", deals).err
    with database.read() as tx:
        stood = tx.connection.execute(select(opportunity_history).order_by("opportunity_id")).all()
        sums = dict(tx.connection.execute(select(pipeline_totals.c.stage, pipeline_totals.c.amount_minor)).all())
        closed = dict(tx.connection.execute(select(records.Opportunity.id, records.Opportunity.closed_on)).all())
    since = {row.opportunity_id: row.since.astimezone(ZoneInfo("Asia/Shanghai")).date() for row in stood}
    assert since == {1: date(2026, 3, 1), 2: date(2026, 5, 20), 3: date(2026, 6, 1)}
    assert closed == {1: None, 2: date(2026, 5, 20), 3: date(2026, 6, 1)}
    assert sums == {"proposal": 50_000_000, "won": 30_000_000, "lost": 8_500_000}
    assert sums == {row.stage: row.amount_minor for row in stood}


def test_fields_of_ones_own_come_in_and_go_out(crmbot, database, tmp_path):
    def define(session):
        field = records.CustomField(
            for_kind="customer", label="渠道来源", field_type="choice", choices=["展会", "官网"]
        )
        session.add_all([field, records.CustomField(for_kind="customer", label="预算", field_type="money")])

    write(database, define)
    path = written(tmp_path / "a.csv", "客户名称,渠道来源,预算\n蓝海物流,展会,50万\n星河,大街,\n")
    done = crmbot("import", path)
    assert "渠道来源：没有「大街」" in done.err
    with database.read() as tx:
        (found,) = tx.session.scalars(select(records.Customer))
        assert found.custom == {"渠道来源": "展会", "预算": {"value": "500000", "currency": "CNY"}}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_own_fields_go_out_in_columns_of_their_own_and_come_in_again(crmbot, database, tmp_path, format):
    own = {"渠道来源": ["展会", "官网"], "预算": {"value": "500000", "currency": "CNY"}, "人数": "12.5"}
    types = {"渠道来源": "choices", "预算": "money", "人数": "number"}

    def job(session):
        for label, field_type in types.items():
            choices = own[label] if field_type == "choices" else []
            session.add(records.CustomField(for_kind="customer", label=label, field_type=field_type, choices=choices))
        session.add(records.Customer(name="蓝海物流", custom={**own, "旧编号": "A-7"}))

    write(database, job)
    path = tmp_path / f"c.{format}"
    crmbot("export", path, "--format", format, "--kind", "customer")
    write(database, lambda session: setattr(session.scalars(select(records.Customer)).one(), "custom", {}))
    assert crmbot("import", path, "--duplicates", "update").code == 0
    with database.read() as tx:
        assert tx.session.scalars(select(records.Customer)).one().custom == {**own, "旧编号": "A-7"}
