"""What a table and an organisation tell of where something is: telephones, columns, holidays."""

from datetime import date

from bot.exchange.cells import CellReader
from bot.exchange.shapes import attributes
from bot.rules.attention import is_working_day
from config.columns import without_table
from config.crm import load_crm


def test_a_telephone_without_a_country_is_where_the_organisation_is():
    phones = attributes("customer")["phones"]
    crm = load_crm(None)
    assert CellReader.of(crm, "GBP", "Europe/London").value(phones, "020 7946 0123") == ["+442079460123"]
    assert CellReader.of(crm, "CNY", "Asia/Shanghai").value(phones, "13800138001") != ["+4413800138001"]


def test_columns_of_another_table_stay_with_it():
    kind, columns = without_table(["Organization - Name", "Organization - Address", "Person - Name"])
    assert (kind, columns) == ("customer", ("Name", "Address", "Person - Name"))


def test_england_keeps_its_own_days():
    crm = load_crm(None)
    assert not is_working_day(date(2026, 8, 31), crm, "Europe/London")  # not kept in Scotland
    assert is_working_day(date(2026, 9, 1), crm, "Europe/London")
