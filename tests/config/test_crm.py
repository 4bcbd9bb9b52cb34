"""The organisation's configuration: what ships, what may be laid over it, and how mistakes are named."""

from datetime import time

import pytest

from config.crm import load_crm
from config.errors import ConfigError
from config.roles import ACTIONS, KINDS


@pytest.fixture
def laid_over(tmp_path):
    def load(text):
        path = tmp_path / "crm.toml"
        path.write_text(text, "utf-8")
        load_crm.cache_clear()
        return load_crm(path)

    return load


def test_the_four_seed_stages_ship_in_order():
    crm = load_crm()
    assert [(stage.labels["zh"], stage.probability) for stage in crm.stages_of("open")] == [
        ("初步接触", 10), ("需求分析", 30), ("方案制定", 60), ("合同谈判", 80),
    ]  # fmt: skip
    assert crm.codes("stages")[-2:] == ("won", "lost")
    assert crm.label("channels", "visit", "zh") == "拜访"
    assert crm.hours.morning == time(9)


def test_roles_reach_as_far_as_they_say():
    crm = load_crm()
    assert crm.level("rep", "customer", "edit") == "team"
    assert crm.level("rep", "opportunity", "edit") == "own"
    assert crm.level("manager", "opportunity", "edit") == "team"
    assert crm.level("service", "opportunity", "view") == "none"
    assert crm.level("stranger", "customer", "view") == "none"
    assert all(crm.level("admin", kind, action) == "all" for kind in KINDS for action in ACTIONS)
    assert not any(crm.level("customer", kind, "view") != "none" for kind in KINDS)


def test_a_table_changes_only_what_it_names(laid_over):
    crm = laid_over('[limits]\nlist_rows = 7\n[roles.rep]\ncustomer = { view = "all" }\n[text]\nemoji = false\n')
    assert (crm.limits.list_rows, crm.limits.max_name) == (7, 200)
    assert crm.level("rep", "customer", "view") == "all"
    assert crm.level("rep", "customer", "edit") == "team"
    assert crm.emoji("channels", "call") == ""


def test_a_list_replaces_the_shipped_one(laid_over):
    crm = laid_over('industries = [{ code = "tea", zh = "茶叶" }]')
    assert crm.codes("industries") == ("tea",)
    assert crm.label("industries", "tea", "en") == "茶叶"
    assert crm.label("industries", "gone", "en") == "gone"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'stages = [{code="a",zh="甲",probability=1},{code="b",zh="乙",probabilty=1}]',
            "crm.toml: stages[2].probabilty is not a key (did you mean probability?)",
        ),
        ('stages = [{code="a",zh="甲",probability=101}]', "stages[1].probability = 101 is not possible"),
        ('stages = [{code="a",zh="甲",probability=1}]', 'stages lacks kind = "won"'),
        ('channels = [{code="visit",zh="拜访"}]', "channels lacks call"),
        ('industries = [{code="a",zh="甲"},{code="a",zh="甲"}]', "industries[2].code: a stands there twice"),
        ('industries = [{code="a"}]', "industries[1].zh is missing"),
        ("industries = 3", "industries must be"),
        ('[roles.rep]\ncustomer = {viw="all"}', "roles.rep.customer.viw is not a key (did you mean view?)"),
        ('[roles.rep]\ncustomre = {view="all"}', "roles.rep.customre is not a key (did you mean customer?)"),
        ('[roles.rep]\ncustomer = {view="some"}', "roles.rep.customer.view = some is not possible"),
        ("[limits]\nmax_name = true", "limits.max_name must be"),
        ('[hours]\nmorning = "9 Uhr"', "hours.morning = 9 Uhr is not possible"),
        ("[limit]\nmax_name = 1", "limit is not a key (did you mean limits?)"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(laid_over, text, said):
    with pytest.raises(ConfigError) as caught:
        laid_over(text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("crm.toml: ")


def test_a_code_that_the_own_list_lacks_is_read_in_the_shipped_words(laid_over):
    rows = ("placed", "awaiting_payment", "paid", "shipped", "delivered", "cancelled")
    listed = ", ".join(f'{{ code = "{code}", zh = "{code}", en = "{code}" }}' for code in rows)
    crm = laid_over(f"order_statuses = [{listed}]")
    assert "historical" not in crm.codes("order_statuses")
    assert crm.label("order_statuses", "historical", "en") == "Historical purchase"
