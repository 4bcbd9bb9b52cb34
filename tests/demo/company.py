"""The invented company as the tests ask about it: to talk to, and to read with SQL that knows nothing of the bot."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.fill import fill
from config.crm import load_crm
from config.settings import Settings
from config.types import Language
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T16:20:00+08:00")
SYMBOLS = {"zh": {"CNY": "¥", "USD": "US$", "EUR": "€"}, "en": {"CNY": "¥", "USD": "$", "EUR": "€"}}
PEOPLE = {
    "zh": {"boss": "陈静", "rep": "张伟", "other": "李雷", "team": "华东"},
    "en": {"boss": "Helen Ashdown", "rep": "Maria Delacourt", "other": "Alex Thornby", "team": "North"},
}
STAGES = {
    "zh": ("初步接触", "需求分析", "方案制定", "合同谈判"),
    "en": ("Initial contact", "Needs analysis", "Proposal", "Negotiation"),
}
OPEN = {"initial_contact": 10, "needs_analysis": 30, "proposal": 60, "negotiation": 80}
IS_OPEN = "stage NOT IN ('won', 'lost')"
QUARTER, MONTH, LAST_MONTH = ("2026-10-01", "2026-12-31"), ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")
YEAR, YEAR_AGO, WEEK = ("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-11-26"), ("2026-11-23", "2026-11-29")


def fill_company(folder: Path, language: Language) -> Path:
    """Make the company's database in the folder; its file."""
    talk = Talk(folder, NOW)
    settings = Settings(data_dir=folder, language=language)
    begun = NOW.replace(hour=10)
    talk.bot.database.write(lambda tx: fill(tx, settings, load_crm(), seed=7, size="small", now=begun))
    talk.close()
    return folder / "crm.db"


class Company:
    """The invented company in one language, whose database is in the folder: to talk to, and to read with plain SQL."""

    def __init__(self, folder: Path, language: Language) -> None:
        self.language, self.names = language, PEOPLE[language]
        self.talk = Talk(folder, NOW, url=f"sqlite:///{folder / 'crm.db'}")
        self.connection = sqlite3.connect(folder / "crm.db")
        self.ours = (
            "SELECT id FROM teams WHERE name = '{team}' OR parent_id = (SELECT id FROM teams WHERE name = '{team}')"
        ).format(team=self.names["team"])

    def ask(self, zh: str, en: str) -> list[str]:
        """The lines of the answer to the question in the company's language, asked anew."""
        self.talk.say(self.names["boss"], {"zh": "帮助", "en": "help"}[self.language])
        return self.talk.say(self.names["boss"], {"zh": zh, "en": en}[self.language]).text.split("\n")

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement.replace("OURS", self.ours), values).fetchall()

    def deals(self, what: str, where: str, *values: Any) -> list[tuple[Any, ...]]:
        """A statement over the team's deals; ``closes`` is the day on which a deal counts."""
        source = "(SELECT *, coalesce(closed_on, expected_close) AS closes FROM opportunities) AS o"
        alive = "o.deleted_at IS NULL AND o.team_id IN (OURS)"
        return self.rows(f"SELECT {what} FROM {source} WHERE {alive} AND {where}", *values)

    def shown(self, minor: int, code: str) -> str:
        text = f"{minor / 100:,.2f}".removesuffix(".00")
        return f"{SYMBOLS[self.language][code]}{text}"

    def amounts(self, rows: Sequence[tuple[str, int]]) -> str:
        """[(currency, minor units)] as one text, the organisation's currency first."""
        total: dict[str, int] = {}
        for code, minor in rows:
            total[code] = total.get(code, 0) + minor
        order = sorted(total, key=lambda code: (code != "CNY", code))
        return " + ".join(self.shown(total[code], code) for code in order if total[code]) or self.shown(0, "CNY")

    def total(self, where: str, *values: Any) -> tuple[int, str]:
        found = self.deals("amount_currency, amount_minor", where, *values)
        return len(found), self.amounts(found)

    def in_base(self, where: str, *values: Any) -> float:
        """What closed deals are worth: each at the newest rate on the day it closed, known then or not."""
        rate = (
            "(SELECT CAST(rate AS REAL) FROM exchange_rates r WHERE r.currency = o.amount_currency "
            "AND r.valid_on <= o.closed_on ORDER BY r.valid_on DESC LIMIT 1)"
        )
        worth = f"sum(amount_minor * CASE amount_currency WHEN 'CNY' THEN 1.0 ELSE {rate} END)"
        return float(self.deals(worth, where, *values)[0][0] or 0.0)


def row_of(company: Company, label: str, count: int, amount: str) -> str:
    return {"zh": f"{label}　{count}　{amount}", "en": f"{label}: {count}, {amount}"}[company.language]


def total_of(company: Company, count: int, amount: str) -> str:
    return {"zh": f"合计 {count} 单 {amount}", "en": f"Total: {count} for {amount}"}[company.language]


def holds(lines: list[str], start: str) -> None:
    assert any(line.startswith(start) for line in lines), (start, lines)


def split_by(company: Company, lines: list[str], key: str, where: str, *values: Any) -> None:
    """Every group of the deals has its line, and they are all there are."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for label, code, minor in company.deals(f"{key}, amount_currency, amount_minor", where, *values):
        groups.setdefault(label, []).append((code, minor))
    assert groups
    for label, rows in groups.items():
        holds(lines, row_of(company, label, len(rows), company.amounts(rows)))
    holds(lines, total_of(company, *company.total(where, *values)))


# The newest rate of each currency comes last.
RATES = "SELECT currency, CAST(rate AS REAL) FROM exchange_rates WHERE valid_on <= '2026-11-26' ORDER BY valid_on"
OWNER = "(SELECT u.name FROM users u WHERE u.id = o.owner_id)"
# A team with others below it is told without them: they have lines of their own.
_BELOW = "(SELECT s.name FROM teams s WHERE s.parent_id = t.id)"
_WITHOUT = f"CASE WHEN {_BELOW} < 'a' THEN ' (without ' || {_BELOW} || ')' ELSE '（不含 ' || {_BELOW} || '）' END"
TEAM = f"(SELECT t.name || coalesce({_WITHOUT}, '') FROM teams t WHERE t.id = o.team_id)"
