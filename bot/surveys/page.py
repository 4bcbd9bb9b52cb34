"""The survey as a web page, for people whom no chat reaches: `/survey/{token}`.

The page works without scripts and on a phone. Looking at it (a person, a scanner, a preview) changes nothing; a token
is good for one answer; what is unknown, expired or used shows the same page.
"""

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.app import Bot
from bot.house import House
from bot.landing import landed
from bot.people.codes import digest_of
from bot.people.identity import language_of
from bot.rules import surveys
from bot.surveys.duty import question_of
from config.catalog import Catalog, catalog
from config.service import SERVICE
from config.types import LANGUAGES, Language
from nlu.folding import clean
from storage.author import Author
from storage.database import Tx
from storage.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from jinja2 import Template

    from storage import records

FOLDER = Path(__file__).parent / "pages"
MAX_BODY = 64 * 1024
MAX_WORDS = 2000
GONE = 404


@dataclass(frozen=True, slots=True)
class Answer:
    """A filled-in page. ``score`` None: none was chosen; ``stop``: they do not want to be asked again."""

    score: int | None
    comment: str
    stop: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What an open page shows, in whose language."""

    language: Language
    question: str
    about: str


def routes(bot: Bot) -> list[Route]:
    async def survey(request: Request) -> Response:
        key, fallback = digest_of(request.path_params["token"]), _wanted(request, bot.settings.language)
        try:
            if request.method != "POST":
                return await _show(bot, key, fallback)
            answer = _read(await _body(request))
            if answer is None or (answer.score is None and not answer.stop):
                return await _show(bot, key, fallback, answer or Answer(None, "", stop=False))
            return await _take(bot, key, fallback, answer)
        except DatabaseUnavailable:
            return _told(bot, fallback, "later", status=503)

    return [Route("/survey/{token}", survey, methods=["GET", "POST"])]


async def _show(bot: Bot, key: str, fallback: Language, given: Answer | None = None) -> Response:
    """The page to be filled in; ``given``: what stood in it when the score was missing."""

    def look() -> Shown | None:
        with bot.database.read() as tx:
            found = _open(tx, bot, key)
            return _shown(bot.house, found, fallback) if found is not None else None

    shown = await asyncio.to_thread(look)
    if shown is None:
        return _told(bot, fallback, "gone", status=GONE)
    words = catalog(shown.language)
    facts = {"is_open": True, "question": shown.question, "about": shown.about}
    given_facts = {"is_missing": True, "comment": given.comment, "stop": given.stop} if given is not None else {}
    return _page(bot, words, status=422 if given is not None else 200, **facts, **given_facts)


async def _take(bot: Bot, key: str, fallback: Language, answer: Answer) -> Response:
    """Store an answer, if the token is still good for one."""

    def job(tx: Tx) -> Language | None:
        found = _open(tx, bot, key, is_locked=True)
        if found is None:
            return None
        tx.author = Author(user_id=None, at=bot.clock(), chat_key="survey", what={"survey": found.id})
        if answer.score is not None:
            surveys.answer(tx, bot.house, found, answer.score, answer.comment)
        else:
            found.status = "withheld"
        if answer.stop:
            surveys.opt_out(tx, found.contact_id)
        tx.flush()
        return _language(found, fallback)

    language = await landed(bot.database.submit(job, key=f"survey/{key}"))
    if language is None:
        return _told(bot, fallback, "gone", status=GONE)
    return _told(bot, language, "stopped" if answer.score is None else "done", is_done=True)


def _open(tx: Tx, bot: Bot, key: str, *, is_locked: bool = False) -> "records.Survey | None":
    """The survey that a token is good for now."""
    from storage import records

    cls = records.Survey
    query = select(cls).where(
        cls.token_sha256 == key, cls.status == "sent", cls.expires_at > bot.clock(), cls.deleted_at.is_(None)
    )
    return tx.session.scalars(query.with_for_update() if is_locked else query).one_or_none()


def _shown(house: House, survey: "records.Survey", fallback: Language) -> Shown:
    language = _language(survey, fallback)
    words = catalog(language)
    request = survey.service_request
    if survey.occasion != SERVICE or request is None:
        return Shown(language, question_of(house, survey, words), "")
    return Shown(
        language, words.say("survey.page.question"), words.say("survey.page.about", subject=request.description)
    )


def _language(survey: "records.Survey", fallback: Language) -> Language:
    """The one that the person writes in, as far as they ever did; else the one their browser asks for."""
    return language_of(survey.contact.language if survey.contact else None, fallback)


def _wanted(request: Request, default: Language) -> Language:
    """The first language of the browser's that the bot speaks."""
    for part in request.headers.get("accept-language", "").split(","):
        short = part.split(";")[0].strip().split("-")[0].lower()
        for language in LANGUAGES:
            if language == short:
                return language
    return default


async def _body(request: Request) -> bytes | None:
    """What was sent, None where it is more than such a page can send."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            return None
    return body


def _read(body: bytes | None) -> Answer | None:
    """A filled-in form; None for what is none."""
    try:
        fields = parse_qs((body or b"").decode("utf-8"), max_num_fields=10)
    except ValueError:
        return None
    score = fields.get("score", [""])[0]
    comment = clean(fields.get("comment", [""])[0]).strip()[:MAX_WORDS]
    return Answer(int(score) if score in ("1", "2", "3", "4", "5") else None, comment, "stop" in fields)


def _told(bot: Bot, language: Language, key: str, *, status: int = 200, is_done: bool = False) -> Response:
    """A page that only says something."""
    words = catalog(language)
    head = words.say("survey.page.done_head" if is_done else f"survey.page.{key}_head")
    return _page(bot, words, status=status, is_done=is_done, head=head, text=words.say(f"survey.page.{key}"))


def _page(bot: Bot, words: Catalog, *, status: int, **facts: Any) -> Response:
    template, style = _loaded()
    html = template.render(
        lang="zh-CN" if words.language == "zh" else words.language,
        company=bot.crm.company[words.language],
        say=words.symbols("survey.page"),
        style=style,
        **facts,
    )
    return HTMLResponse(html, status_code=status, headers=_headers(style))


@cache
def _loaded() -> "tuple[Template, Any]":
    """The template and its style, read when the first page is asked for."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    return environment.get_template("page.html"), Markup((FOLDER / "page.css").read_text("utf-8"))  # noqa: S704


def _headers(style: str) -> dict[str, str]:
    """Nothing is loaded, kept, framed or told to others."""
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{allowed}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
