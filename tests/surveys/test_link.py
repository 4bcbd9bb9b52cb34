"""A survey link is good for one answer, whatever is done with it: a real process, on both engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from storage import records
from storage.author import Author
from storage.database import Tx
from tests.fakes.telegram import TOKEN, telegram
from tests.platforms.process import Running, environment
from tests.surveys.desk import Desk

PUBLIC_URL = "https://crm.example"


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    opened = Desk(tmp_path, url=database_url, public_url=PUBLIC_URL, now=datetime.now(UTC))
    yield opened
    opened.close()


@pytest.fixture
def bot(tmp_path: Path, database_url: str, desk: Desk) -> Iterator[Running]:
    with telegram() as fake:
        telegram_only = {"telegram_token": TOKEN, "telegram_base_url": fake.url}
        # The bot may send what falls due as well as the desk, so it has to know where the page is, too.
        env = environment(tmp_path, **telegram_only, database_url=database_url, public_url=PUBLIC_URL)
        running = Running(env, tmp_path / "log.txt")
        try:
            yield running.until_ready()
        finally:
            running.kill()


def test_one_answer_and_one_page_for_all_else(bot: Running, desk: Desk) -> None:
    token, late = desk.link(), desk.link()
    expire(desk, 2)
    with httpx.Client(base_url=f"{bot.url}/survey/", trust_env=False, timeout=20) as web:
        neutral = web.get("A" * 43)
        assert neutral.status_code == 404
        altered = token[:-1] + ("A" if token[-1] != "A" else "B")
        for wrong in ("x", altered, late, token.swapcase(), "%00" * 20, "é" * 43, "A" * 5000, f"{token}%20"):
            for found in (web.get(wrong), web.post(wrong, data={"score": "1"})):
                assert (found.status_code, found.content) == (404, neutral.content), wrong
        for _preview in range(3):  # scanners and previews
            assert web.get(token).status_code == 200
            assert web.head(token).status_code == 200
        for junk in ({}, {"score": "6"}, {"score": "５"}, {"score": ""}, {"comment": "x" * 100_000}):
            assert web.post(token, data=junk).status_code == 422
        assert web.post(token, content=b"\xff\xfe score=1").status_code == 422
        assert web.put(token).status_code == web.delete(token).status_code == 405
        assert all(survey.satisfaction is None for survey in desk.surveys())

        def post(number: int) -> httpx.Response:
            return httpx.post(
                f"{bot.url}/survey/{token}", data={"score": str(number % 5 + 1)}, trust_env=False, timeout=30
            )

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(post, range(50)))
        thanked = [n for n, answer in enumerate(answers) if answer.status_code == 200]
        assert len(thanked) == 1
        assert {answer.content for answer in answers if answer.status_code != 200} == {neutral.content}
        assert web.get(token).content == neutral.content
    answered = desk.surveys()[0]
    assert (answered.status, answered.satisfaction) == ("answered", thanked[0] % 5 + 1)
    assert token not in bot.log


def test_the_page_is_kept_by_nobody(bot: Running, desk: Desk) -> None:
    found = httpx.get(f"{bot.url}/survey/{desk.link(description='<script>alert(1)</script>')}", trust_env=False)
    assert "<script" not in found.text
    assert "&lt;script&gt;" in found.text
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in found.headers["content-security-policy"]


def expire(desk: Desk, survey_id: int) -> None:
    def job(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=desk.now)
        survey = tx.session.get(records.Survey, survey_id)
        assert survey is not None
        survey.expires_at = desk.now - timedelta(seconds=1)
        tx.flush()

    desk.bot.database.write(job)
