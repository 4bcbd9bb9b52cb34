"""Files in the shapes that other CRMs really export: heads in two lines, sums below, dates as text, people unknown."""

import openpyxl
from sqlalchemy import select

from storage import records
from tests.cli.test_import import names, refused


def _csv(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_fxiaoke_in_gbk_with_heads_of_groups_and_a_sum(crmbot, database, tmp_path):
    path = _csv(
        tmp_path / "客户导出.csv",
        "基本信息,,,联系信息,,\n"
        "*客户名称（必填）,客户级别,1级行业,手机,详细地址,创建时间\n"
        "华为技术有限公司,A,通信,138 0013 8000,深圳市龙岗区,2025年3月8日 14:30\n"
        "蓝海物流有限公司,B,物流,138-0013-8001,上海市浦东新区,2025/3/9\n"
        "合计,,,2,,\n",
        "gbk",
    )
    done = crmbot("import", path, "--preview")
    assert "*客户名称（必填） → 名称" in done.err
    assert "客户级别 → 不导入" in done.err
    done = crmbot("import", path, "--yes")
    assert "新建：客户 2。" in done.err
    assert names(database, records.Customer) == ["华为技术有限公司", "蓝海物流有限公司"]
    with database.read() as tx:
        days = [str(item.created_at.date()) for item in tx.session.scalars(select(records.Customer))]
    assert days == ["2025-03-08", "2025-03-08"]  # midnight in Shanghai is the day before in UTC


def test_a_workbook_with_merged_heads_and_a_count_below(crmbot, database, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["商机列表"])
    sheet.append(["商机", None, None, None, "结果", None])
    sheet.merge_cells("A2:D2")
    sheet.append(["商机名称", "客户名称", "销售阶段", "预计成交金额", "预计成交时间", "丢单原因"])
    sheet.append(["冷库改造", "蓝海物流", "方案制定", "50万", "2026.12.31", None])
    sheet.append(["总计", None, None, 500000, None, None])
    sheet.append(["共 1 条记录"])
    book.save(tmp_path / "deals.xlsx")
    crmbot("import", _csv(tmp_path / "c.csv", "客户名称\n蓝海物流\n"))
    done = crmbot("import", tmp_path / "deals.xlsx", "--yes")
    assert "新建：商机 1。" in done.err
    with database.read() as tx:
        (deal,) = tx.session.scalars(select(records.Opportunity))
    assert (deal.name, deal.stage, deal.amount.to_json()["value"], str(deal.expected_close)) == (
        "冷库改造", "proposal", "500000", "2026-12-31")  # fmt: skip


def test_zoho_with_an_owner_who_does_not_work_here(crmbot, database, tmp_path):
    crmbot("user", "add", "Ben Stone", "--role", "rep")
    path = _csv(
        tmp_path / "Accounts.csv",
        "Record Id,Account Name,Account Owner,Phone,Billing Street,Account Type,Industry,Employees,Created Time\n"
        "zcrm_1,Corval Ltd,Ben Stone,+44 20 7946 0958,1 High St,,Logistics,120,2025-03-08 14:30:00\n"
        "zcrm_2,Northwind,Jane Gone,+44 20 7946 0959,2 High St,,Retail,80,2025-03-09 10:00:00\n"
        "Total Records: 2\n",
    )
    done = crmbot("import", path, "--yes", LANGUAGE="en")
    assert names(database, records.Customer) == ["Corval Ltd"]
    (row,) = refused(tmp_path / "Accounts.refused.csv")
    assert row[0] == "3"
    assert "Jane Gone" in row[1]
    assert "Jane Gone" in done.err, done.err


def test_a_column_is_mapped_without_naming_the_kind(crmbot, database, tmp_path):
    path = _csv(tmp_path / "a.csv", "客户名称,痛点\n蓝海物流,冷库老化\n")
    done = crmbot("import", path, "--map", "痛点=needs", "--yes")
    assert "新建：客户 1。" in done.err
    with database.read() as tx:
        assert [item.needs for item in tx.session.scalars(select(records.Customer))] == ["冷库老化"]
    done = crmbot("import", path, "--map", "痛点=nonsense", "--yes")
    assert done.code == 1
    assert "nonsense" in done.err


def test_a_firm_called_total_is_no_sum(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "客户名称,详细地址\n蓝海物流,上海\nTotal,Paris\n"), "--yes")
    assert names(database, records.Customer) == ["Total", "蓝海物流"]


def test_an_address_that_others_keep_in_parts_is_one(crmbot, database, tmp_path):
    chinese = _csv(
        tmp_path / "客户.csv",
        "客户名称,省,市,区县,详细地址\n"
        "辛科技,上海市,上海市,浦东新区,张江路1号\n"
        "壬物流,江苏省,苏州市,,江苏省苏州市园区2号\n"
        "癸机电,浙江省,杭州市,,\n",
    )
    english = _csv(
        tmp_path / "Accounts.csv",
        "Account Name,Billing Street,Billing City,Billing State,Billing Code,Billing Country\n"
        "Bridgewater Ltd,1 High St,London,,EC1A 1BB,UK\n",
    )
    for path in (chinese, english):
        assert crmbot("import", path, "--yes").code == 0
    with database.read() as tx:
        found = {item.name: item.address for item in tx.session.scalars(select(records.Customer))}
    assert found == {
        "辛科技": "上海市浦东新区张江路1号",
        "壬物流": "江苏省苏州市园区2号",
        "癸机电": "浙江省杭州市",
        "Bridgewater Ltd": "1 High St, London, EC1A 1BB, UK",
    }
