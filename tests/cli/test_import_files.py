"""Files that come in: whatever they hold, however they are written, and however they are meant to harm."""

import json
import subprocess
import sys
import time
import tracemalloc
import zipfile
from datetime import date
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.exchange.cells import CellReader, day_of
from bot.exchange.columns import writable
from bot.exchange.files import encoding_of, form_of, read_xlsx
from config.columns import FILE, fields_called
from config.crm import load_crm
from config.kinds import KINDS
from storage import records
from tests.cli.imports import names, refused, written

pytestmark = pytest.mark.usefixtures("database_url")


def _bomb(path, megabytes):
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(head)
            for _ in range(megabytes):
                part.write(b"<row><c><v>1</v></c></row>" * 40_000)


def test_a_bomb_is_refused_at_once_and_costs_no_memory(tmp_path):
    _bomb(tmp_path / "bomb.xlsx", 300)
    code = (
        "import sys, pathlib, re\n"
        "from bot.errors import InvalidValue\n"
        "from bot.exchange.importing import File, Wish\n"
        "try:\n File(pathlib.Path(sys.argv[1]), Wish())\n"
        "except InvalidValue as error:\n"
        " peak = re.search(r'VmHWM:\\s*(\\d+)', pathlib.Path('/proc/self/status').read_text())\n"
        " print(error.sentence, int(peak[1]) // 1024)\n"
    )
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "bomb.xlsx")], capture_output=True, text=True)
    sentence, megabytes = done.stdout.split()
    assert sentence == "import.bomb"
    assert int(megabytes) < 200
    assert time.perf_counter() - begun < 10  # two seconds on a machine of one's own


def _workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_great_workbook_is_read_row_by_row_and_its_texts_lie_end_to_end(tmp_path):
    width = 400
    path = _workbook(tmp_path / "a.xlsx", [["客户名称"], *([f"{n:0{width}}"] for n in range(5000))])
    tracemalloc.start()
    (sheet,) = read_xlsx(path)
    assert [row.values[0] for row in sheet.rows if row.number in (2, 5001)] == [f"{0:0{width}}", f"{4999:0{width}}"]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5000 * width * 1.6 + 1_000_000


def test_entities_in_a_workbook_are_not_expanded(crmbot, tmp_path):
    good = _workbook(tmp_path / "good.xlsx", [["客户名称"], ["蓝海物流"]])
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(evil, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + part
            target.writestr(name, part)
    done = crmbot("import", evil)
    assert (done.code, done.err) == (1, "这个 XLSX 打不开：文件损坏，或里面有不允许的内容。\n")


def test_a_formula_without_its_value_is_refused_and_one_with_it_is_not_guessed(crmbot, database, tmp_path):
    path = _workbook(tmp_path / "a.xlsx", [["客户名称", "地址"], ["蓝海物流", "上海"], ["=CONCATENATE(A2,1)", "x"]])
    done = crmbot("import", path)
    assert "第 3 行：这一行有公式却没有算好的值" in done.err
    assert names(database, records.Customer) == ["蓝海物流"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", "客户名称\n蓝海物流\n".encode(), "新建：客户 1。"),
        ("a.csv", b'{"kind": "customer", "name": "x"}\n', "新建：客户 1。"),
        ("a.csv", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧的 .xls 请在 Excel 里另存为 .xlsx"),
        ("a.csv", b"<html><table></table></html>", "这不是 CSV、XLSX 或 JSON Lines"),
        ("a.csv", b"", "文件是空的"),
        ("a.csv", b"\xef\xbb\xbf\n\n", "文件是空的"),
        ("a.csv", "客户名称\n".encode("gbk") + b"\xff\xff\xff", "文字编码认不出"),
        ("a.csv", "客户名称\na\0b\n".encode(), "文字编码认不出"),
        ("a.xlsx", b"PK\x03\x04 and no more", "这个 XLSX 打不开"),
        ("a.csv", '客户名称\n"没有结束'.encode() + b"x" * 200_000, "读不下去了"),
        ("a.csv", "胡,说\n1,2\n".encode(), "看不出这是哪种记录"),
    ],
)
def test_a_file_is_known_by_what_it_holds_and_a_bad_one_gets_one_sentence(crmbot, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    done = crmbot("import", path)
    assert said in done.err
    assert "unexpected" not in done.err
    assert done.code == (0 if said.startswith("新建") else 1)


def test_bad_lines_among_good_ones_are_refused_alone(crmbot, database, tmp_path):
    path = written(
        tmp_path / "a.jsonl",
        '{"kind":"customer","name":"蓝海物流"}\n不是 JSON\n[1]\n{"kind":"nonsense"}\n{"kind":"customer"}\n'
        '{"kind":"customer","name":5}\n{"kind":"customer","name":"甲","phones":"1"}\n'
        '{"kind":"customer","name":"乙","nonsense":1}\n{"kind":"opportunity","name":"丙","customer":{"id":"C-99"}}\n'
        '{"kind":"opportunity","name":"丁","customer":"蓝海物流","amount":{"value":"NaN","currency":"CNY"}}\n'
        + "[" * 5000
        + "\n",
    )
    done = crmbot("import", path)
    assert done.code == 0
    assert "新建：客户 1。" in done.err
    lines = [json.loads(line) for line in (tmp_path / "a.refused.jsonl").read_text("utf-8").splitlines()]
    assert sorted(line["line"] for line in lines) == list(range(2, 12))
    assert all(line["reason"] for line in lines)
    assert names(database, records.Customer) == ["蓝海物流"]


def test_the_names_of_columns_lead_to_fields_there_are():
    import tomllib

    for kind, fields in tomllib.loads(FILE.read_text("utf-8")).items():
        if kind == "tables":
            assert set(fields) <= set(KINDS)
        elif kind not in ("codes", "countries", "currencies"):
            assert kind in KINDS
            assert {field.split(".")[0] for field in fields} <= writable(kind)
            assert fields_called(kind)


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_no_bytes_break_the_reading(tmp_path, content):
    from bot.errors import InvalidValue
    from bot.exchange.importing import File, Wish

    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        file = File(path, Wish(kind="customer"))
        list(file.rows(CellReader(load_crm(), "CNY")))
    except InvalidValue:
        return
    assert form_of(path) in ("csv", "jsonl")
    assert file.form == "jsonl" or encoding_of(path)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_days_are_read_in_the_ways_they_are_written(day):
    for text in (f"{day:%Y-%m-%d}", f"{day.year:04}/{day.month}/{day.day}", f"{day.year:04}年{day.month}月{day.day}日"):
        assert day_of(text)[0] == day.isoformat()


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("50万", "500000", "CNY"), ("¥1,250.50", "1250.50", "CNY"), ("US$1.2m", "1200000.0", "USD"),
        ("1200 USD", "1200", "USD"), ("-3", "-3", "CNY"), ("1.2亿元", "120000000.0", "CNY"), ("0", "0", "CNY"),
    ],
)  # fmt: skip
def test_amounts_are_read_in_the_ways_they_are_written(text, value, currency):
    assert CellReader(load_crm(), "CNY").money(text) == {"value": value, "currency": currency}


def test_a_spreadsheet_with_a_title_and_counted_days_comes_in_and_rounded_phones_do_not(crmbot, database, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2026 年客户清单"])
    sheet.merge_cells("A1:C1")
    for row in (["客户名称", "手机", "创建日期"], ["甲公司", 13800138000.0, 46000], ["乙公司", "1.38E+10", "46,001"],
                ["丙公司", "1.3800138002E+10", "2025-12-11"]):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    done = crmbot("import", tmp_path / "a.xlsx")
    assert "新建：客户 2。" in done.err
    (row,) = refused(tmp_path / "a.refused.csv")
    assert row[:2] == ["4", "电话：被表格改成了 1.38E+10，末几位已丢失；把这一列设成文本再导出"]
    with database.read() as tx:
        found = tx.session.scalars(select(records.Customer).order_by(records.Customer.id)).all()
        days = [item.created_at.astimezone(ZoneInfo("Asia/Shanghai")).date() for item in found]
    assert [item.phones for item in found] == [["+8613800138000"], ["+8613800138002"]]
    assert days == [date(2025, 12, 9), date(2025, 12, 11)]


def test_semicolons_part_cells_too(crmbot, database, tmp_path):
    crmbot("import", written(tmp_path / "a.csv", "客户名称;地址\n蓝海物流;上海"))
    assert names(database, records.Customer) == ["蓝海物流"]


def test_a_single_row_with_cells_too_many_is_not_taken_for_the_head(crmbot, tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("name,industry,address\nA Co,retail,York\nB Co,retail,Leeds,extra,more\nC Co,retail,Hull\n")
    done = crmbot("import", "--preview", path)
    assert (done.code, "新建：客户 2。" in done.err) == (0, True)
