"""Slips of the finger in English: a command is put right; words, names and what may be either stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.slips_en import as_it_is_spelt


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chnage it to 930", "change it to 930"),
        ("remnd me tomorow to call", "remind me tomorrow to call"),
        ("push sorting line to negotation", "push sorting line to negotiation"),
        ("shw my deels", "show my deals"),
        ("wat did i promise adam", "what did i promise adam"),
    ],
)
def test_a_command_is_put_right(typed: str, meant: str) -> None:
    assert as_it_is_spelt(typed) == meant


@pytest.mark.parametrize("typed", ["shaw rang", "jula jarrold said yes", "it wont chage", "Ordr Ltd", "a@remnd.eu"])
def test_what_may_be_a_name_or_two_words_stays(typed: str) -> None:
    assert as_it_is_spelt(typed) == typed


def test_what_is_named_stays() -> None:
    assert as_it_is_spelt("chnage for ordr", [(11, 15)]) == "change for ordr"


@given(st.text(alphabet="abcdefghij .,'@-/AB12", max_size=60))
def test_twice_is_once(text: str) -> None:
    once = as_it_is_spelt(text)
    assert as_it_is_spelt(once) == once
