"""Exports: the contract's kinds and names, spreadsheets without formulas, and no memory for the size of the store."""

import csv
import io
import json

import openpyxl
import pytest
from sqlalchemy import select

from bot.cli.export import administrator
from bot.exchange import writers
from bot.rules.export import exported
from config.crm import load_crm
from config.kinds import COMMON, FIELDS, KINDS
from config.settings import Settings
from storage import records
from storage.tables import access_log
from tests.storage.samples import NOW, everything, people, write

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture
def lines(crmbot, database, tmp_path):
    write(database, lambda session: everything(session) and None)
    done = crmbot("export", tmp_path / "all.jsonl")
    assert (done.code, done.out) == (0, "")
    return [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]


def only(lines, kind):
    (found,) = (line for line in lines if line["kind"] == kind)
    return found


def test_every_kind_has_exactly_the_fields_of_the_contract(lines):
    assert [line["kind"] for line in lines] == list(KINDS)
    for line in lines:
        assert list(line) == ["kind", *COMMON, *FIELDS[line["kind"]]]


def test_values_are_written_as_the_contract_says(lines):
    deal = only(lines, "opportunity")
    assert deal["id"] == "O-1"
    assert deal["created_at"] == "2026-11-23T09:00:00+08:00"
    assert deal["amount"] == {"value": "500000.05", "currency": "CNY"}
    assert deal["customer"] == {"id": "C-1", "name": "蓝海物流有限公司"}
    assert deal["expected_close"] == "2026-12-31"
    note = only(lines, "follow_up")
    assert note["occurred_at"] == "2026-11-23T15:00:00+08:00"
    quote = only(lines, "quote")
    assert quote["amount"] == {"value": "1.234", "currency": "KWD"}
    assert quote["lines"] == [
        {"product": "冷柜", "quantity": "2.500", "unit": "台", "unit_price": {"value": "19.99", "currency": "CNY"},
         "discount": "0.1"},
        {"product": "安装", "quantity": "1", "unit": None, "unit_price": None, "discount": None},
    ]  # fmt: skip
    assert only(lines, "invoice")["order"] == {"id": "SO-1", "name": "SO-1"}
    assert only(lines, "service_request")["steps"] == [
        {"at": "2026-11-23T09:00:00+08:00", "handler": {"id": "U-1", "name": "Li Lei"}, "measures": "更换风扇"}
    ]
    assert only(lines, "reminder")["about"] == {"kind": "customer", "id": "C-1"}
    assert only(lines, "sales_target")["period"] == {"start": "2026-10-01", "end": "2026-12-31"}
    assert only(lines, "sales_target")["value"] == "1200000.50"
    assert only(lines, "exchange_rate")["rate"] == "7.10293847561"
    assert only(lines, "customer")["custom"] == {"级别": "A", "分": 1.5}
    assert only(lines, "identity") == only(lines, "identity") | {
        "user": {"id": "U-1", "name": "Li Lei"}, "contact": None, "platform": "telegram", "external_id": "1001",
    }  # fmt: skip


def test_secrets_of_the_store_stay_there(lines):
    assert "0" * 64 not in json.dumps(lines)
    assert "1" * 64 not in json.dumps(lines)


def test_what_is_in_the_bin_is_not_exported(lines, crmbot, database, tmp_path):
    def drop(session):
        session.get(records.Customer, 1).deleted_at = NOW

    write(database, drop)
    crmbot("export", tmp_path / "again.jsonl")
    again = [json.loads(line) for line in (tmp_path / "again.jsonl").read_text("utf-8").splitlines()]
    assert not [line for line in again if line["kind"] == "customer"]
    assert only(again, "contact")["customer"] is None


def test_a_bulk_read_is_audited(lines, database):
    with database.read() as tx:
        (row,) = tx.connection.execute(select(access_log))
        assert (row.action, row.what["format"], row.what["counts"]["customer"]) == ("export", "jsonl", 1)


def evil(database):
    def job(session):
        session.add(records.Customer(name='=HYPERLINK("http://example.com")', aliases=["+1", "＝2"], needs="@x\x0b"))
        session.add(records.Customer(name="-3", phones=["+8613800000000"], address="\t=1"))

    write(database, job)


def test_no_cell_is_a_formula_in_csv(crmbot, database, tmp_path):
    evil(database)
    crmbot("export", tmp_path / "c.csv", "--format", "csv", "--kind", "customer")
    first, second = csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text("utf-8-sig"), newline=""))
    assert first["name"] == '\'=HYPERLINK("http://example.com")'
    assert first["aliases"] == "'+1; ＝2"
    assert (second["name"], second["phones"], second["address"]) == ("'-3", "'+8613800000000", "'\t=1")


def test_no_cell_is_a_formula_in_xlsx(crmbot, database, tmp_path):
    evil(database)
    crmbot("export", tmp_path / "c.xlsx", "--format", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert book.sheetnames == list(KINDS)
    cells = [cell for row in book["customer"].iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert cells
    assert all(cell.data_type == "s" and not str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)


def test_negative_amounts_stay_numbers():
    row = {"amount": {"value": "-12.50", "currency": "CNY"}}
    blank = dict.fromkeys((*COMMON, *FIELDS["payment"]))
    shown = dict(zip(writers.columns("payment"), writers.cells("payment", blank | row), strict=True))
    assert writers.harmless(shown["amount"]) == "-12.50"


def test_several_kinds_as_csv_are_a_folder(lines, crmbot, tmp_path):
    assert crmbot("export", tmp_path / "all", "--format", "csv").code == 0
    assert sorted(path.stem for path in (tmp_path / "all").iterdir()) == sorted(KINDS)


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
def test_only_the_owner_may_read_the_file(crmbot, tmp_path, format):
    crmbot("export", tmp_path / "x", "--format", format, "--kind", "customer")
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.glob("*x*")] == [("x", 0o600)]


@pytest.mark.parametrize("arguments", [("--format", "pdf"), ("--kind", "cat"), ("--format", "xlsx", "-")])
def test_what_cannot_be_done_is_said(crmbot, tmp_path, arguments):
    path = () if arguments[-1] == "-" else (tmp_path / "x",)
    done = crmbot("export", *arguments, *path)
    assert (done.code, done.err.count("\n")) == (1, 1)


def test_rows_come_a_piece_at_a_time(database, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.rules.export.PIECE", 3)
    settings = Settings(data_dir=tmp_path)

    def job(session):
        session.add_all(records.Team(name=f"team {n}") for n in range(10))

    write(database, job)
    with database.read() as tx:
        rows = exported(tx, administrator(settings), load_crm(), "team")
        assert [next(rows)["name"], next(rows)["name"]] == ["team 0", "team 1"]
        assert [row["id"] for row in rows] == [f"TM-{n}" for n in range(3, 11)]


def test_only_what_the_actor_may_export(database, tmp_path):
    from dataclasses import replace

    write(database, lambda session: everything(session) and None)
    settings = Settings(data_dir=tmp_path)
    stranger = replace(administrator(settings), user_id=write(database, lambda s: people(s, "x")[1].id), role="rep")
    with database.read() as tx:
        assert [row for kind in KINDS for row in exported(tx, stranger, load_crm(), kind)] == []
