"""What is told at a glance is what a long look would find."""

from hypothesis import given
from hypothesis import strategies as st

from bot.talk.cues import cues_in
from bot.talk.glance import heads, may_hold
from bot.talk.phrases import fillings, gaps_of, holds_phrase, may_have_gaps
from config.catalog import catalog

LETTERS = st.text("ab 你好，.", max_size=8)


@given(LETTERS, st.lists(LETTERS, max_size=4))
def test_no_phrase_that_stands_in_a_text_is_overlooked(text: str, phrases: list[str]) -> None:
    assert may_hold(text, heads(phrases)) or not any(phrase in text for phrase in phrases)


def test_a_text_without_the_first_letters_of_a_phrase_is_not_searched() -> None:
    assert not may_hold("聊了颜色和尺寸", heads(["周报", " morning digest "]))
    assert may_hold("send me the morning digest", heads([" morning digest "]))


def test_the_phrases_of_the_catalogs_are_found() -> None:
    """Each by itself, and within a sentence."""
    for language in ("zh", "en"):
        words = catalog(language)
        for phrase in words.words("small_talk.angry"):
            assert holds_phrase(words, "small_talk.angry", f"{phrase}")
            assert holds_phrase(words, "small_talk.angry", f"喂 {phrase} !")
        for cue in words.words("topic.forecast"):
            assert ("forecast", (2, 2 + len(cue))) in cues_in(words, "topic", ("forecast",), f"- {cue.lower()} -")
        for phrase in words.words("fact.phone"):
            said = phrase.replace("{who}", "何敏").replace("…", "")
            assert may_have_gaps(words, ("fact.email", "fact.phone"), said)
            assert gaps_of(words, "fact.phone", said) is not None


def test_every_phrase_that_a_text_is_fills_its_gap() -> None:
    assert {"电话", "有电话"} <= {*fillings(catalog("zh"), "dialog.none_of", "没有电话")}
    assert [*fillings(catalog("en"), "dialog.none_of", "no phone yet")] == ["phone yet", "phone"]
    assert [*fillings(catalog("en"), "dialog.none_of", "they said no")] == []
