"""Do the platforms take our credentials, and can they reach us? One sentence each; no secret is named."""

import asyncio
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from adapters.asked import Asked, Unreached
from config.catalog import Catalog
from config.settings import Settings

Finding: TypeAlias = tuple[str, str]
Answer: TypeAlias = "Asked | Unreached | None"
CLOCK_S = 60.0  # Slack and WeCom refuse at five minutes; a clock that runs wrong gets there


def ask_all(settings: Settings, platforms: list[str]) -> Mapping[str, Answer]:
    """What each platform says, asked at once."""

    async def ask(platform: str) -> Answer:
        try:
            return await import_module(f"adapters.{platform}.asking").asked(settings)  # type: ignore[no-any-return]
        except Unreached as error:
            return error

    async def gather() -> list[Answer]:
        return await asyncio.gather(*map(ask, platforms))

    return dict(zip(platforms, asyncio.run(gather()), strict=True))


def of_platforms(answers: Mapping[str, Answer], words: Catalog) -> dict[str, Finding]:
    """The line of each platform that was asked."""
    return {platform: _of_answer(platform, answer, words) for platform, answer in answers.items()}


def _of_answer(platform: str, answer: Answer, words: Catalog) -> Finding:

    def say(key: str, **facts: Any) -> str:
        return words.say(f"cli.check.{key}", platform=platform, **facts)

    if isinstance(answer, Unreached):
        return "off", say("platform_unreached", reason=answer)
    if answer is None:
        return "ok", say("platform")
    if answer.refused:
        return "bad", say("platform_refused", name=answer.refused, code=answer.code)
    if answer.lacks:
        return "bad", say("platform_may_not", names=", ".join(answer.lacks))
    return "ok", say("platform_takes", who=answer.who) if answer.who else say("platform")


def of_clock(answers: Mapping[str, Answer], words: Catalog) -> Iterator[Finding]:
    """Whether our clock goes with theirs; nothing is said where it does."""
    off = [answer.ahead_s for answer in answers.values() if isinstance(answer, Asked)]
    worst = max(off, key=abs, default=0.0)
    if abs(worst) > CLOCK_S:
        key = "clock_ahead" if worst > 0 else "clock_behind"
        yield "bad", words.say(f"cli.check.{key}", seconds=round(abs(worst)))


def of_port(settings: Settings, words: Catalog) -> Iterator[Finding]:
    """Whether the place where platforms call us is free, or ours already; nothing is said where it is."""
    from bot.serve import listening_socket

    try:
        listening_socket(settings).close()
    except OSError as error:
        if not _is_ours(settings):
            place = f"{settings.http_host}:{settings.http_port}"
            yield "bad", words.say("cli.check.port", place=place, reason=error.strerror or type(error).__name__)


def _is_ours(settings: Settings) -> bool:
    import httpx

    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.http_host, settings.http_host)  # noqa: S104
    try:
        answer = httpx.get(f"http://{host}:{settings.http_port}/healthz", timeout=2, trust_env=False)
        return bool(answer.json() == {"status": "ok"})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False
