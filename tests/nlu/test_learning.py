"""What is learned depends on the sentences alone."""

from tests.nlu.learn_intents import CLASSES, Example, learn, written
from tests.nlu.learn_names import Choice
from tests.nlu.learn_names import learn as learn_choices

CORPUS: list[Example] = [
    (["remind", "me", "call"], CLASSES.index("set_reminder")),
    (["remind", "tomorrow"], CLASSES.index("set_reminder")),
    (["met", "call", "yesterday"], CLASSES.index("log_follow_up")),
    (["met", "tomorrow", "me"], CLASSES.index("log_follow_up")),
    (["find", "me"], CLASSES.index("find_customer")),
    (["find", "call"], CLASSES.index("find_customer")),
]


def test_the_order_of_sentences_says_nothing() -> None:
    assert written(learn(CORPUS)) == written(learn(CORPUS[::-1]))


def test_evidence_speaks_for_its_intent() -> None:
    weights = learn(CORPUS)
    for word, intent in (("remind", "set_reminder"), ("met", "log_follow_up"), ("find", "find_customer")):
        row = weights[word]
        assert row.index(max(row)) == CLASSES.index(intent)


def test_the_order_of_choices_says_nothing() -> None:
    choices = [
        Choice([[f"a{at % 3}", "left"], ["b", "right"], ["none"]], [(0,), (1,), (2,)], frozenset({at % 2}))
        for at in range(20)
    ]
    assert learn_choices(choices, orders=2) == learn_choices(choices[::-1], orders=2)
