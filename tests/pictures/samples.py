"""Pictures as managers meet them, and at the edges: zero, empty, below zero, one value, very long names."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from bot.pictures.activity import Active, activity
from bot.pictures.attainment import Attained, attainment
from bot.pictures.funnel import StageBar, funnel
from bot.pictures.sheet import Head, Picture
from bot.pictures.trend import Band, Line, trend
from bot.pictures.waterfall import Step, waterfall
from config.catalog import catalog
from config.types import Language

Draw: TypeAlias = Callable[[Language], Picture]
D = Decimal
NAMES = {"zh": ("李雷", "韩梅梅", "王喆", "欧阳娜娜"), "en": ("Emma Brown", "Li Lei", "Zoë Müller", "Olivia Smith")}
STAGES = {
    "zh": ("初步接触", "需求分析", "方案制定", "合同谈判"),
    "en": ("Initial contact", "Needs analysis", "Proposal", "Negotiation"),
}
CHANNELS = {"zh": ("拜访", "电话", "邮件", "会议", "微信"), "en": ("Visit", "Call", "Email", "Meeting", "Chat")}
TITLES = {"zh": "华东 · 本季度管道", "en": "East · pipeline this quarter"}
LONG = {
    "zh": "中国石油天然气集团有限公司华东销售分公司长三角一体化示范区项目",
    "en": "Llanfairpwllgwyngyll Consolidated Shipping and Warehousing Holdings",
}
MONTHS = {
    "zh": [f"{n} 月" for n in range(1, 13)],
    "en": list(catalog("en").words("common.date.months")),
}


def head(language: Language) -> Head:
    said = {"zh": "10-01 – 12-31 · 截至 11-26 16:20", "en": "1 Oct – 31 Dec, 26 Nov 16:20"}
    return Head(TITLES[language], said[language])


def _funnel(amounts: tuple[int, ...]) -> Draw:
    def draw(language: Language) -> Picture:
        shares = (10, 30, 60, 80)
        bars = [
            StageBar(label, n + 1 if amount else 0, D(amount), D(amount) * share / 100)
            for n, (label, amount, share) in enumerate(zip(STAGES[language], amounts, shares, strict=True))
        ]
        return funnel(head(language), bars, unit="CNY", words=catalog(language))

    return draw


def _attainment(language: Language) -> Picture:
    facts = ((D(1860000), D(2000000), D(1200000)), (D(2300000), D(2000000), D(1200000)), (D(0), D(500000), D(300000)))
    rows = [Attained(name, *fact) for name, fact in zip(NAMES[language], facts, strict=False)]
    rows += [Attained(NAMES[language][3], D(320000), None), Attained(LONG[language], D(90000), D(1000000), D(600000))]
    return attainment(head(language), rows, unit="CNY", words=catalog(language))


def _waterfall(below: bool) -> Draw:
    def draw(language: Language) -> Picture:
        labels = {
            "zh": ("10-01", "新增", "增额", "赢单", "输单", "推迟", "11-26"),
            "en": ("1 Oct", "New", "Raised", "Won", "Lost", "Slipped", "26 Nov"),
        }[language]
        fall = (6330000, 900000, 150000, -1860000, -420000, -600000)
        values = (120000, 30000, 0, -260000, -50000, 20000) if below else fall
        steps = [Step(label, D(value)) for label, value in zip(labels[1:], values[1:], strict=False)]
        first = Step(labels[0], D(values[0]))
        return waterfall(head(language), first, steps, end=labels[-1], unit="USD", words=catalog(language))

    return draw


def _activity(count: int) -> Draw:
    def draw(language: Language) -> Picture:
        names = [NAMES[language][n % 4] if n < 4 else f"{NAMES[language][n % 4]} {n}" for n in range(count)]
        rows = [Active(name, ((n * 7) % 11, (n * 5) % 13, n % 3, (n * 3) % 5, 2)) for n, name in enumerate(names)]
        return activity(head(language), CHANNELS[language], rows, words=catalog(language))

    return draw


def _trend(values: tuple[int | None, ...]) -> Draw:
    def draw(language: Language) -> Picture:
        line = Line({"zh": "赢单", "en": "Won"}[language], tuple(None if v is None else D(v) for v in values))
        return trend(head(language), MONTHS[language][: len(values)], [line], unit="CNY", words=catalog(language))

    return draw


def _forecast(language: Language) -> Picture:
    words = catalog(language)
    known = tuple(D(900000 + 37000 * n * (n % 3)) for n in range(9))
    names = {"zh": ("已成交", "预测", "80% 区间"), "en": ("Won", "Forecast", "80% interval")}[language]
    ahead = (*(None for _n in range(8)), known[-1], D(1300000), D(1420000), D(1500000))
    spread = (0, 200000, 320000, 450000)
    none = (None,) * 8
    low = (*none, *(D(ahead[8 + n] or 0) - s for n, s in enumerate(spread)))
    high = (*none, *(D(ahead[8 + n] or 0) + s for n, s in enumerate(spread)))
    lines = [Line(names[0], (*known, None, None, None)), Line(names[1], ahead)]
    return trend(head(language), MONTHS[language], lines, unit="CNY", words=words, band=Band(names[2], low, high))


SAMPLES: dict[str, Draw] = {
    "funnel": _funnel((820000, 1350000, 2960000, 1200000)),
    "funnel_one": _funnel((0, 0, 123456789, 0)),
    "funnel_empty": _funnel((0, 0, 0, 0)),
    "attainment": _attainment,
    "waterfall": _waterfall(False),
    "waterfall_below": _waterfall(True),
    "activity": _activity(4),
    "activity_many": _activity(30),
    "activity_none": _activity(0),
    "trend": _trend((120000, 340000, None, 560000, 480000, 910000, 1260000)),
    "trend_one": _trend((340000,)),
    "trend_below": _trend((-40000, 30000, -90000)),
    "trend_zero": _trend((0, 0, 0)),
    "forecast": _forecast,
}
