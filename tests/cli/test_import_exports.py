"""Whole exports of five other systems, companies, people and deals, come in as they are: what can be read is read, and
each row that cannot is refused with its reason. The files hold what real ones do: owners who have left, stages of their
own, several currencies, texts of several lines, sums and remarks below, days and numbers of other countries.
"""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import system_clock
from storage import records
from storage.author import Author
from tests.cli.test_import import names, refused

FOLDER = Path(__file__).parent / "exports"
PEOPLE = ("Alex Thornby", "Maria Delacourt", "李雷", "王芳")
FILES = {
    "fxiaoke": ("customers", "contacts", "deals"),
    "zoho": ("accounts", "contacts", "deals"),
    "hubspot": ("companies", "contacts", "deals"),
    "salesforce": ("accounts", "contacts", "deals"),
    "pipedrive": ("organizations", "people", "deals"),
}
ENCODINGS = {"fxiaoke": "gbk", "zoho": "utf-8-sig"}
# Of each file, the rows that do not come in, with a part of the reason.
REFUSED = {
    "fxiaoke": ({"6": "赵离职", "7": "24 格"}, {"5": "1.39E+10", "6": "没有录过的公司"}, {"4": "客户内部立项"}),
    "zoho": ({"6": "Nadia Former"}, {}, {"6": "Awaiting Board"}),
    "hubspot": ({}, {}, {"4": "Old Owner"}),
    "salesforce": (
        {"5": "Integration User"},
        {"4": "Not A Customer Inc"},
        {"5": "the other way round", "6": "Budget Approval", "7": "Name: a value is required"},
    ),
    "pipedrive": ({"4": "Deactivated User"}, {}, {"5": "Site Survey"}),
}
DEALS = {
    "fxiaoke": {
        "冷库温控改造一期": ("proposal", "1200000 CNY", "2026-12-31", None),
        "车载监控": ("won", "350000 CNY", "2026-06-30", None),
        "备件包": ("lost", "56000 CNY", "2026-05-20", "价格"),
    },
    "zoho": {
        "Dock sensors": ("proposal", "48000 GBP", "2026-12-18", None),
        "Chiller alarms": ("won", "21500 EUR", "2026-06-30", None),
        "Label printers": ("lost", "9000 GBP", "2026-05-04", "Price too high"),
    },
    "hubspot": {
        "Milk line sensors": ("needs_analysis", "45000 USD", "2026-12-31", None),
        "Fräsmaschinen-Wartung": ("negotiation", "18000.5 EUR", "2026-11-30", None),
        "Pilot": ("lost", None, "2026-08-01", 'went with "nobody"'),
    },
    "salesforce": {
        "Imaging archive": ("negotiation", "125000 USD", "2026-12-15", None),
        "Ward tablets": ("needs_analysis", "18000 USD", "2027-03-04", None),
        "Axle counters": ("won", "64000 EUR", "2026-08-31", None),
    },
    "pipedrive": {
        "Turbine sensors": ("proposal", "66000 GBP", "2026-12-20", None),
        "Meters": ("won", "12000 GBP", "2026-06-30", None),
        "Scies": ("lost", "9500 EUR", "2026-07-15", "Too expensive, they said"),
    },
}
# The stage of their own, what it means here, and the deal that waits for that.
STAGES = {
    "fxiaoke": ("客户内部立项", "needs_analysis", "检测线"),
    "zoho": ("Awaiting Board", "negotiation", "Spare parts"),
    "salesforce": ("Budget Approval", "proposal", "Ticket gates"),
    "pipedrive": ("Site Survey", "needs_analysis", "Entrepôt"),
}


def _deals(database):
    with database.read() as tx:
        return {
            deal.name: (
                deal.stage,
                " ".join(deal.amount.to_json().values()) if deal.amount else None,
                str(deal.expected_close),
                deal.lost_reason,
            )
            for deal in tx.session.scalars(select(records.Opportunity).where(records.Opportunity.deleted_at.is_(None)))
        }


@pytest.fixture
def brought(crmbot, tmp_path):
    """Brings the files of a system in, one after the other; what each said, and what it refused."""

    def bring(system):
        language = "zh" if system == "fxiaoke" else "en"
        for person in PEOPLE:
            crmbot("user", "add", person, "--role", "rep")
        results = []
        for name in FILES[system]:
            path = tmp_path / f"{name}.csv"
            text = (FOLDER / system / f"{name}.csv").read_text("utf-8")
            path.write_bytes(text.encode(ENCODINGS.get(system, "utf-8")))
            done = crmbot("import", path, "--yes", LANGUAGE=language)
            assert done.code == 0, done.err
            gone = tmp_path / f"{name}.refused.csv"
            results.append((done, {row[0]: row[1] for row in refused(gone)} if gone.exists() else {}))
        return results

    return bring


@pytest.mark.parametrize("system", FILES)
def test_an_export_comes_in_but_for_the_rows_that_nobody_could_read(system, crmbot, brought, database):
    for (done, reasons), expected in zip(brought(system), REFUSED[system], strict=True):
        assert reasons.keys() == expected.keys(), done.err
        assert all(part in reasons[row] for row, part in expected.items()), reasons
    assert _deals(database) == DEALS[system]
    for _file in FILES[system]:
        assert crmbot("import", "--undo").code == 0
    assert names(database, records.Customer) == []
    assert _deals(database) == {}


@pytest.mark.parametrize("system", STAGES)
def test_a_stage_of_theirs_comes_in_once_it_was_taught(system, crmbot, brought, database, tmp_path):
    (*_others, (deals, _reasons)) = brought(system)
    assert ("就是" if system == "fxiaoke" else " means ") in deals.err
    word, code, deal = STAGES[system]

    def teach(tx):
        tx.session.author = Author(None, system_clock())
        tx.session.add(records.TaughtWord(word=word, meaning=code, section="stage", code=code))

    database.write(teach)
    done = crmbot("import", tmp_path / "deals.refused.csv", "--yes")
    assert done.code == 0, done.err
    assert _deals(database)[deal][0] == code


def test_what_can_be_kept_of_people_is_kept(brought, database):
    brought("zoho")
    with database.read() as tx:
        people = {one.name: one for one in tx.session.scalars(select(records.Contact))}
        (customer,) = tx.session.scalars(select(records.Customer).where(records.Customer.name.like("Wexmoor%")))
        rosalind = people["Rosalind Achterberg"]
        assert (rosalind.customer.name, rosalind.position) == ("Wexmoor Logistics Ltd", "Operations Director")
        assert rosalind.phones == ["+442079460111", "07700 900111"]
        assert customer.custom["tags"] == ["vip", "cold chain"]
        assert customer.address == "Unit 4\nDock Road, London, E16 2QU, United Kingdom"
