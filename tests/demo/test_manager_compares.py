"""Differences a manager asks for, how long requests take, commits beside the forecast: each against plain SQL."""

from statistics import mean

from tests.demo.company import (
    LAST_MONTH,
    MONTH,
    OWNER,
    QUARTER,
    TEAM,
    YEAR,
    Company,
    holds,
    row_of,
    split_by,
)

WON = "stage = 'won' AND closed_on BETWEEN ? AND ?"


def _gap(company: Company, unit: str, gap: int, shown: str, then: float) -> str:
    """「多 3 单（50%）」, "deals up 3 (50%)"."""
    share = f"{abs(gap) * 100 / then:.0f}" if then > 0 else ""
    if company.language == "zh":
        way = "多" if gap > 0 else "少"
        said = {"deals": f"{way} {shown} 单", "amount": f"金额{way} {shown}"}[unit]
        return f"{said}（{share}%）" if share else said
    way = "up" if gap > 0 else "down"
    return f"{unit} {way} {shown} ({share}%)" if share else f"{unit} {way} {shown}"


def test_up_or_down_on_last_month(company: Company) -> None:
    now, then = (company.total(WON, *period)[0] for period in (MONTH, LAST_MONTH))
    worth, before = (company.in_base(WON, *period) for period in (MONTH, LAST_MONTH))
    minor = round(worth) - round(before)
    lines = company.ask("跟上个月比新签涨了还是跌了", "are new wins up or down on last month")
    assert now != then
    assert _gap(company, "deals", now - then, str(abs(now - then)), then) in lines[1]
    assert _gap(company, "amount", minor, company.shown(abs(minor), "CNY"), before) in lines[1]


def test_a_full_question_brings_its_own_conditions(company: Company) -> None:
    company.ask("上个月医疗行业成交", "healthcare deals won last month")
    industry = "(SELECT c.industry FROM customers c WHERE c.id = o.customer_id)"
    lines = company.talk.say(
        company.names["boss"],
        {"zh": "哪个行业做得最好", "en": "which industry do we do best in"}[company.language],
    ).text.split("\n")
    for _code, count in company.deals(f"{industry}, count(*)", f"{WON} GROUP BY 1", *YEAR):
        assert any(f"{count}" in line for line in lines)
    total = company.total(WON, *YEAR)
    holds(lines, {"zh": f"合计 {total[0]} 单 {total[1]}", "en": f"Total: {total[0]} for {total[1]}"}[company.language])


def test_what_closes_this_month(company: Company) -> None:
    where = "stage NOT IN ('won', 'lost') AND closes BETWEEN ? AND ?"
    count, amount = company.total(where, *MONTH)
    lines = company.ask("这个月要成的单子有哪些", "whats closing this month")
    assert lines[1] == {"zh": f"合计 {count} 单 {amount}", "en": f"Total: {count} for {amount}"}[company.language]


def test_one_against_another(company: Company) -> None:
    names = (company.names["rep"], company.names["other"])
    lines = company.ask("张伟和李雷今年谁签得多", "did Maria outsell Alex this year")
    for name in names:
        holds(lines, row_of(company, name, *company.total(f"{WON} AND {OWNER} = ?", *YEAR, name)))


def test_a_ranking_cut_short(company: Company) -> None:
    split_by(company, company.ask("今年成交按团队", "won this year by team"), TEAM, WON, *YEAR)
    lines = company.talk.say(
        company.names["boss"], {"zh": "前1个就行", "en": "top 1 only"}[company.language]
    ).text.split("\n")
    holds(lines, {"zh": "其余 1 项", "en": "1 other"}[company.language])


def test_how_long_requests_take(company: Company) -> None:
    took = "(julianday(resolved_at) - julianday(requested_at)) * 24"
    year = "resolved_at >= '2025-12-31 16:00' AND resolved_at < '2026-12-31 16:00'"
    alive = f"deleted_at IS NULL AND team_id IN (OURS) AND {year}"
    hours = [row[0] for row in company.rows(f"SELECT {took} FROM service_requests WHERE {alive}")]
    days, rest = divmod(int(mean(hours) + 1e-6), 24)
    lines = company.ask("平均多久解决", "average time to resolve a request")
    said = {"zh": f"解决了 {len(hours)} 个，平均 {days} 天", "en": f"Resolved: {len(hours)}; {days} day"}
    holds(lines, said[company.language])
    assert not rest or str(rest) in lines[1]


def test_commits_beside_the_forecast(company: Company) -> None:
    """The lines of the people add up to the whole, and each is what they have committed to."""
    latest = (
        "SELECT (SELECT name FROM users u WHERE u.id = f.owner_id), amount_minor FROM forecast_commits f WHERE f.id IN "
        "(SELECT max(id) FROM forecast_commits WHERE deleted_at IS NULL AND team_id IN (OURS) AND period_start = ? "
        "AND period_end = ? GROUP BY owner_id)"
    )
    made = company.rows(latest, *QUARTER)
    total = company.shown(sum(minor for _name, minor in made), "CNY")
    for lines in (
        company.ask("大家的承诺各是多少", "what has everyone committed?"),
        company.ask("大家报的和系统算的差多少", "commit vs forecast by rep"),
    ):
        assert total in lines[1]
        for name, minor in made:
            assert any(line.startswith(name) and company.shown(minor, "CNY") in line for line in lines), (name, lines)
