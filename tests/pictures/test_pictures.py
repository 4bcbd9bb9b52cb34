"""Pictures: every sign is drawn, every number said in words too, and the work is cheap."""

import time
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.font import can_show, drawable, fitting, width
from bot.pictures.trend import round_steps
from bot.pictures.units import compact
from config.catalog import catalog
from config.types import LANGUAGES, Language
from deploy.make_font import wanted
from tests.pictures.samples import SAMPLES


def test_font_has_all_it_was_made_for() -> None:
    missing = {sign for sign in "".join(wanted()) if not sign.isspace() and sign.isprintable() and not can_show(sign)}
    assert not missing


@settings(deadline=None)  # the first rare character loads how they sound
@given(st.text())
def test_nothing_is_drawn_that_the_font_lacks(text: str) -> None:
    assert all(can_show(sign) for sign in drawable(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王喆", "王喆"),
        ("㸚野家", "Li野家"),
        ("张三🎉", "张三"),
        ("Ångström Ọlá", "Ångström Ọlá"),
        ("Łódź Škoda", "Lódz Skoda"),
        ("สวัสดี", "?"),
        ("O’Brien · “East”", 'O\'Brien – "East"'),
        ("line\nbreak", "line break"),
    ],
)
def test_what_the_font_lacks_is_said_another_way(text: str, shown: str) -> None:
    assert drawable(text) == shown


@settings(deadline=None)
@given(st.text(min_size=1), st.floats(30, 300))
def test_text_fits(text: str, limit: float) -> None:
    assert width(fitting(text, 15, limit), 15) <= limit


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_picture_is_drawn_and_said(name: str, language: Language) -> None:
    picture = SAMPLES[name](language)
    with Image.open(BytesIO(picture.png)) as image:
        assert image.format == "PNG"
        assert image.width == 800
        colours = image.getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 2
    assert len(picture.alt) > 20


def test_waterfall_ends_where_its_steps_lead() -> None:
    alt = SAMPLES["waterfall"]("en").alt
    assert "1 Oct $6.33M" in alt
    assert "26 Nov $4.5M" in alt


def test_a_later_picture_is_cheap() -> None:
    SAMPLES["funnel"]("zh")
    costs = []
    for _n in range(5):
        start = time.process_time()
        SAMPLES["funnel"]("zh")
        costs.append(time.process_time() - start)
    assert min(costs) < 0.02


@pytest.mark.parametrize(
    ("value", "unit", "language", "shown"),
    [
        ("1000000000000", "CNY", "zh", "¥1万亿"),
        ("1500000000000", "CNY", "en", "¥1.5tn"),
        ("6330000", "CNY", "zh", "¥633万"),
        ("123456789", "CNY", "zh", "¥1.23亿"),
        ("99996000", "CNY", "zh", "¥1亿"),
        ("8200", "CNY", "zh", "¥8,200"),
        ("999999", "USD", "en", "$1M"),
        ("1250", "USD", "en", "$1.25k"),
        ("-42000", "EUR", "en", "−€42k"),
        ("0", "JPY", "en", "JP¥0"),
        ("12", "", "zh", "12"),
        ("93.456", "%", "en", "93.5%"),
        ("1000", "INR", "en", "1k INR"),
        ("1000", "AUD", "en", "1k AUD"),
    ],
)
def test_numbers_are_short(value: str, unit: str, language: Language, shown: str) -> None:
    assert compact(Decimal(value), unit, catalog(language)) == shown


@given(st.decimals(-(10**12), 10**12, places=2), st.decimals(-(10**12), 10**12, places=2))
def test_scale_holds_its_values(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    steps = round_steps(low, high)
    assert steps[0] <= low
    assert high <= steps[-1]
    assert len(steps) <= 7
