"""A text that is too long for one message is cut, but never within what people see as one sign."""

import pytest

from adapters.slack.text import pieces as slack_pieces
from adapters.telegram.units import length, split
from adapters.wecom.text import pieces as wecom_pieces

CUTS = {
    "slack": lambda text: list(slack_pieces(text, 100)),
    "telegram": lambda text: split(text, 100),
    "wecom": lambda text: wecom_pieces(text, 200),
}
SIGNS = ("👨‍👩‍👧", "👍🏽", "🇨🇳", "é", "❤️", "5️⃣", "客", "x")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("platform", CUTS)
def test_no_sign_is_cut(platform: str, sign: str) -> None:
    for before in range(5):
        text = "a" * before + sign * 250
        cut = CUTS[platform](text)
        assert "".join(cut) == text
        assert len(cut) > 1
        assert all(part.removeprefix("a" * before) == sign * part.count(sign) for part in cut), cut
        size = (lambda part: len(part.encode())) if platform == "wecom" else length
        assert max(map(size, cut)) <= (200 if platform == "wecom" else 100)


@pytest.mark.parametrize("platform", CUTS)
def test_a_heap_of_marks_is_cut_all_the_same(platform: str) -> None:
    text = "e" + "\u0301" * 900
    assert "".join(CUTS[platform](text)) == text
