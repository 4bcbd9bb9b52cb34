"""What is learned depends on the sentences alone."""

from tests.nlu.learn_intents import CLASSES, Example, learn, written

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
