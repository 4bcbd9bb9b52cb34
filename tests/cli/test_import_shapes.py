"""Files in the shapes that other CRMs really export: heads in two lines, sums below, dates as text, people unknown."""

from zoneinfo import ZoneInfo

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


def test_pipedrive_says_the_table_before_each_column_and_the_end_beside_the_stage(crmbot, database, tmp_path):
    crmbot(
        "import", _csv(tmp_path / "o.csv", "Organization - Name,Organization - Address\nSaltmarsh Energy,2 Fen Rd\n")
    )
    path = _csv(
        tmp_path / "deals-1.csv",
        "Deal - Title,Deal - Value,Deal - Currency,Deal - Organization,Deal - Stage,Deal - Status,Deal - Won time\n"
        "Turbines,66000,GBP,Saltmarsh Energy,Proposal Made,Open,\n"
        "Meters,12000,GBP,Saltmarsh Energy,Negotiations Started,Won,2026-06-21 10:00:00\n"
        "Cabling,5000,GBP,Saltmarsh Energy,Contact Made,Lost,\n",
    )
    done = crmbot("import", path, "--yes", LANGUAGE="en")
    assert "Deal - Title → Name" in done.err
    assert "Deal - Status → Outcome" in done.err
    with database.read() as tx:
        deals = tx.session.scalars(select(records.Opportunity).order_by(records.Opportunity.id)).all()
    assert [(deal.name, deal.stage, deal.amount.to_json()["currency"]) for deal in deals] == [
        ("Turbines", "proposal", "GBP"), ("Meters", "won", "GBP"), ("Cabling", "lost", "GBP")]  # fmt: skip
    assert str(deals[1].closed_on) == "2026-06-21"


def test_salesforce_tells_how_its_days_are_written_and_speaks_below_the_table(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "Account Name,BillingStreet,BillingCity\nAshgrove,9 Elm St,Boston\n"))
    path = _csv(
        tmp_path / "report.csv",
        "Opportunity Name,Account Name,Amount,Close Date,Stage\n"
        "Imaging,Ashgrove,125000,12/15/2026,Negotiation/Review\n"
        "Tablets,Ashgrove,18000,3/4/2027,Value Proposition\n"
        "\n\n"
        '"All deals"\n'
        '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
        '"Generated By:  Ann Lee  11/20/2026 9:14 AM"\n',
    )
    done = crmbot("import", path, "--yes", LANGUAGE="en")
    assert "Created: opportunity 2." in done.err
    assert "did not come in" not in done.err
    with database.read() as tx:
        deals = tx.session.scalars(select(records.Opportunity).order_by(records.Opportunity.id)).all()
        (customer,) = tx.session.scalars(select(records.Customer))
    assert [str(deal.expected_close) for deal in deals] == ["2026-12-15", "2027-03-04"]
    assert customer.address == "9 Elm St, Boston"


def test_a_day_that_nobody_can_tell_is_refused(crmbot, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "Account Name\nAshgrove\n"))
    for days in ("3/4/2027,4/5/2027", "13/4/2027,4/13/2027"):
        first, second = days.split(",")
        head = "Opportunity Name,Account Name,Close Date\n"
        path = _csv(tmp_path / "b.csv", f"{head}X,Ashgrove,{first}\nZ,Ashgrove,{second}\nY,Ashgrove,3/4/2027\n")
        assert "3/4/2027" in crmbot("import", path, "--preview", LANGUAGE="en").err.split("Row")[-1]


def test_each_column_tells_how_its_own_days_are_written_and_what_contradicts_it_is_refused(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "Account Name\nAshgrove\n"))
    rows = ("12/15/2026,20/11/2026", "3/4/2027,5/11/2026", "1/31/2027,", "2/28/2027,", "28/2/2027,1/12/2026")
    lines = "".join(f"D{n},Ashgrove,{row}\n" for n, row in enumerate(rows))
    path = _csv(tmp_path / "b.csv", f"Opportunity Name,Account Name,Close Date,Created Date\n{lines}")
    done = crmbot("import", path, "--yes", LANGUAGE="en")
    assert '"28/2/2027" has day and month the other way round' in done.err
    with database.read() as tx:
        deals = {deal.name: deal for deal in tx.session.scalars(select(records.Opportunity))}
    assert {name: str(deal.expected_close) for name, deal in deals.items()} == {
        "D0": "2026-12-15", "D1": "2027-03-04", "D2": "2027-01-31", "D3": "2027-02-28"}  # fmt: skip
    assert str(deals["D1"].created_at.astimezone(ZoneInfo("Asia/Shanghai")).date()) == "2026-11-05"


def test_a_table_tells_whether_its_decimals_stand_behind_a_comma(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "Account Name\nAshgrove\n"))
    for name, amounts in (("b", ("18.000,50", "18.000", "7,5")), ("c", ("18,000.50", "18.000", "18,000"))):
        lines = "".join(f'{name}{n},Ashgrove,"{amount}",Euro\n' for n, amount in enumerate(amounts))
        crmbot("import", _csv(tmp_path / f"{name}.csv", f"Opportunity Name,Account Name,Amount,Currency\n{lines}"))
    with database.read() as tx:
        found = {deal.name: deal.amount for deal in tx.session.scalars(select(records.Opportunity))}
    assert {name: " ".join(amount.to_json().values()) for name, amount in found.items()} == {
        "b0": "18000.5 EUR", "b1": "18000 EUR", "b2": "7.5 EUR",
        "c0": "18000.5 EUR", "c1": "18 EUR", "c2": "18000 EUR"}  # fmt: skip


def test_hubspot_names_people_with_their_address_and_firms_as_associated(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "c.csv", "Company name,Phone Number\nLarkfield Foods,+1 415 555 0132\n"))
    people = (
        "First Name,Last Name,Email,Associated Company,Title\nDana,Whitlow,dana@larkfield.example,Larkfield Foods,VP\n"
    )
    crmbot("import", _csv(tmp_path / "p.csv", people))
    path = _csv(
        tmp_path / "d.csv",
        "Deal Name,Deal Stage,Close Date,Amount,Currency,Associated Company,Associated Contact\n"
        "Sensors,Presentation Scheduled (Sales Pipeline),2026-12-31 16:00,45000,USD,Larkfield Foods,"
        "Dana Whitlow (dana@larkfield.example)\n",
    )
    crmbot("import", path, "--yes")
    with database.read() as tx:
        (deal,) = tx.session.scalars(select(records.Opportunity))
        found = (deal.customer.name, deal.contact.name, deal.contact.position, deal.stage, str(deal.amount.currency))
    assert found == ("Larkfield Foods", "Dana Whitlow", "VP", "needs_analysis", "USD")


def test_a_workbook_is_known_by_what_it_holds_and_western_letters_are_no_chinese(crmbot, database, tmp_path):
    book = openpyxl.Workbook()
    for row in (["Account Name", "Industry"], ["Northwind", "Retail"]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    (tmp_path / "book.xlsx").rename(tmp_path / "export.csv")
    assert crmbot("import", tmp_path / "export.csv", "--yes").code == 0
    assert crmbot("import", _csv(tmp_path / "w.csv", "Account Name\nMüller Söhne\n", "cp1252"), "--yes").code == 0
    assert names(database, records.Customer) == ["Müller Söhne", "Northwind"]


def test_a_note_happened_when_it_was_made_where_nothing_else_is_said(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "客户名称\n云栖仓储\n"))
    path = _csv(
        tmp_path / "n.csv", "销售记录类型,销售记录内容,客户名称,创建时间\n拜访,看了车间,云栖仓储,2026-11-10 15:30\n"
    )
    crmbot("import", path, "--yes")
    with database.read() as tx:
        (note,) = tx.session.scalars(select(records.FollowUp))
    assert note.occurred_at == note.created_at


def test_a_sum_is_told_as_it_was_written(crmbot, tmp_path):
    crmbot("import", _csv(tmp_path / "a.csv", "客户名称\n云栖仓储\n"))
    path = _csv(tmp_path / "q.csv", "报价单号,客户名称,报价金额\nQ1,云栖仓储,99999999999999999999\n")
    assert "「99999999999999999999 CNY」" in crmbot("import", path, "--yes").err


def test_telephones_are_where_the_row_or_the_other_numbers_are(crmbot, database, tmp_path):
    path = _csv(
        tmp_path / "accounts.csv",
        "Account Name,Phone,Billing Country\n"
        "Larkmoor Ltd,020 7946 0958,United Kingdom\n"
        "Quill & Sons,(415) 555-2671,\n"
        "蓝松科技,021-58886666,中国\n",
    )
    crmbot("import", path, "--yes")
    british = _csv(
        tmp_path / "more.csv",
        "Account Name,Phone\nFell House,+44 20 7946 0321\nMoor End,020 7946 0777\n",
    )
    crmbot("import", british, "--yes")
    with database.read() as tx:
        phones = {one.name: one.phones[0] for one in tx.session.scalars(select(records.Customer))}
    assert phones == {
        "Larkmoor Ltd": "+442079460958",
        "Quill & Sons": "+14155552671",
        "蓝松科技": "+862158886666",
        "Fell House": "+442079460321",
        "Moor End": "+442079460777",
    }


def test_half_days_and_currencies_that_are_none(crmbot, database, tmp_path):
    crmbot("import", _csv(tmp_path / "c.csv", "客户名称\n蓝海物流\n"))
    notes = _csv(
        tmp_path / "notes.csv",
        "customer,channel,occurred_at,content\n"
        "蓝海物流,call,11/20/2026 3:05 PM,one\n"
        "蓝海物流,call,2026-11-20 12:10 AM,two\n"
        "蓝海物流,call,2026年11月20日 下午4:30,three\n",
    )
    crmbot("import", notes, "--kind", "follow_up", "--yes")
    with database.read() as tx:
        cls = records.FollowUp
        times = [f"{one.occurred_at:%d %H:%M}" for one in tx.session.scalars(select(cls).order_by(cls.content))]
    assert times == ["20 07:05", "20 08:30", "19 16:10"]  # as UTC has it; the sheet is read in Shanghai
    deals = _csv(tmp_path / "deals.csv", "name,customer,amount\n冷库,蓝海物流,ZZZ 500\n仓库,蓝海物流,USD 500\n")
    done = crmbot("import", deals, "--kind", "opportunity", "--yes")
    assert "ZZZ" in done.err
    assert names(database, records.Opportunity) == ["仓库"]
