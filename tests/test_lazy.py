"""What is named and loaded later is there, and takes what it will be given."""

from inspect import signature

import pytest

from bot.app import CHECK_STEPS, COUNT_FAILURE, FIRST_TURNS, HEARING, LATER_TURN
from bot.digests.writers import WRITERS
from bot.flows.follow_up import SAVE
from bot.flows.registry import FORMS
from bot.flows.sales_target import LINE_OF, REACHED
from bot.flows.shared import PRODUCT_IN
from bot.forecast.supposing import DEALS, SEEN
from bot.lazy import Lazy
from bot.listening.commands import COMMANDS, LISTS, UNDO
from bot.listening.listeners import LISTENERS
from bot.lookups.lists import OF_SIZE
from bot.reports.tell import TELL
from bot.turn import ANSWER_GUEST, HOME

NAMED = [
    *((function, 3) for function in COMMANDS.values()),
    *((function, 2) for function in (*LISTS.values(), *TELL.values())),
    *((listener.hear, 2) for listener in LISTENERS),
    (ANSWER_GUEST, 4),
    (HOME, 1),
    (HEARING, 2),
    (FIRST_TURNS, 3),
    (LATER_TURN, 4),
    (COUNT_FAILURE, 5),
    (CHECK_STEPS, 2),
    (UNDO, 2),
    (SAVE, 2),
    (PRODUCT_IN, 2),
    (DEALS, 2),
    (SEEN, 2),
    *((write, 2) for write in WRITERS.values()),
    (REACHED, 4),
    (LINE_OF, 2),
    (OF_SIZE, 3),
]


@pytest.mark.parametrize(
    ("function", "arguments"), [pytest.param(*each, id=each[0].where) for each in NAMED if isinstance(each[0], Lazy)]
)
def test_every_function_that_is_loaded_later_can_be_called(function, arguments):
    signature(function.function).bind(*range(arguments))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_opens_a_form_is_what_its_flow_says(form):
    assert (form.kind, form.starts_on) == (form.flow.kind, form.flow.starts_on)
    assert form.openings == tuple(form.flow.openings)
