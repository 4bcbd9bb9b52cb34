"""The HTTP interface: every kind of the record contract under /api, with a user's token and that user's rights."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import Bot
from bot.errors import CrmError, InvalidValue, NotAllowed, NotFound, Unavailable
from bot.landing import landed
from bot.lists.sections import crm_in
from bot.people.identity import actor_of
from config.catalog import Catalog, catalog
from config.crm import Crm
from config.kinds import KINDS
from storage.database import Tx
from storage.errors import DatabaseUnavailable
from storage.tables import access_log

if TYPE_CHECKING:
    from bot.world import World

MAX_BODY = 1_000_000
RATE_S, BURST = 20.0, 100  # requests a second of one token, and how many at once
MAX_KNOWN = 10_000
Answer: TypeAlias = tuple[int, Any, dict[str, str]]
Work: TypeAlias = "Callable[[World], Answer]"

_STATUS: Mapping[str, int] = {
    "api.unauthorized": 401, "api.not_found": 404, "api.changed_since": 412, "entry.taken": 409, "api.too_big": 413,
    "api.too_many": 429, "api.not_json": 400, "api.bad_parameter": 400,
}  # fmt: skip


class Stopped(CrmError):
    """The request goes no further. The key of the sentence decides the status."""


class Pace:
    """How fast each token may ask: a bucket that fills as time goes by."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, token: str) -> bool:
        now = time.monotonic()
        left, since = self._buckets.pop(token, (float(BURST), now))
        left = min(float(BURST), left + (now - since) * RATE_S)
        self._buckets[token] = (left - 1 if left >= 1 else left, now)
        if len(self._buckets) > MAX_KNOWN:
            self._buckets.popitem(last=False)
        return left >= 1


def routes(bot: Bot) -> list[Route]:
    """The routes of the interface, and of the calendars."""
    desk = _Desk(bot)
    return [
        Route("/api/openapi.json", desk.described, methods=["GET"]),
        Route("/api/{kind}", desk.many, methods=["GET", "POST"]),
        Route("/api/{kind}/{id}", desk.single, methods=["GET", "PATCH", "DELETE"]),
        Route("/calendar/{token}.ics", desk.calendar, methods=["GET"]),
    ]


class _Desk:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._pace = Pace()

    async def described(self, _request: Request) -> Response:
        """The description, with the lists and roles as they are now."""
        from bot.exchange.openapi import description

        def lists() -> Crm:
            with self._bot.database.read() as tx:
                return crm_in(tx, self._bot.crm)

        return JSONResponse(description(await asyncio.to_thread(lists)))

    async def many(self, request: Request) -> Response:
        """GET: a page of a kind. POST: a new record."""
        from bot.exchange import work

        kind = request.path_params["kind"]

        def listed(world: "World") -> Answer:
            found = work.page(world, kind, dict(request.query_params))
            row = {"user_id": world.actor.user_id, "chat_key": "api", "action": "api_list", "at": world.now}
            what = {"kind": kind, "count": len(found["items"])}
            world.tx.connection.execute(access_log.insert(), row | {"what": what})
            return 200, found, {}

        async def created() -> Work:
            data = await _body(request)
            return lambda world: _with_version(201, *work.create(world, kind, data))

        return await self._answer(request, kind, created if request.method == "POST" else _soon(listed))

    async def single(self, request: Request) -> Response:
        """GET, PATCH, DELETE of one record; If-Match holds the version that was read."""
        from bot.exchange import work

        kind, public_id = request.path_params["kind"], request.path_params["id"]
        if request.method == "GET":
            return await self._answer(
                request, kind, _soon(lambda world: _with_version(200, *work.one(world, kind, public_id)))
            )
        if request.method == "DELETE":

            def away(world: "World") -> Answer:
                work.put_away(world, kind, public_id)
                return 204, None, {}

            return await self._answer(request, kind, _soon(away))

        async def changed() -> Work:
            data, version = await _body(request), _version(request)
            return lambda world: _with_version(200, *work.change(world, kind, public_id, data, version))

        return await self._answer(request, kind, changed)

    async def calendar(self, request: Request) -> Response:
        """One's plans as an iCalendar feed; the secret in the address is the right to read it."""
        from bot.exchange.calendar import feed
        from bot.exchange.tokens import holder

        token = request.path_params["token"]

        def read(tx: Tx) -> bytes | None:
            today = self._bot.clock().astimezone(UTC).date()
            user_id = holder(tx, token, "calendar", today) if self._pace.take(token[:80]) else None
            world = self._world(tx, user_id) if user_id is not None else None
            return feed(world) if world is not None else None

        try:
            found = await landed(self._bot.database.submit(read))
        except DatabaseUnavailable:
            return Response(status_code=503)
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"})

    def _world(self, tx: Tx, user_id: int) -> "World | None":
        from bot.world import World  # with all that understands words, which programs do not need before they come

        actor = actor_of(tx, user_id, self._bot.settings)
        if actor is None:
            return None
        now = self._bot.clock().astimezone(actor.zone)
        crm = crm_in(tx, self._bot.crm)
        return World(tx, actor, crm, self._bot.settings, catalog(actor.language), now, chat_key="api")

    async def _answer(self, request: Request, kind: str, prepare: Callable[[], Awaitable[Work]]) -> Response:
        """Do the work for whom the token stands for, in one transaction; what is wrong is told in their language."""
        from bot.exchange.tokens import holder

        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        words = [catalog(self._bot.settings.language)]

        def act(tx: Tx) -> Answer:
            user_id = holder(tx, token, "api", self._bot.clock().astimezone(UTC).date())
            world = self._world(tx, user_id) if user_id is not None else None
            if world is None:
                raise Stopped("api.unauthorized")
            words[0] = world.words
            if problem is not None:
                raise problem
            world.sign()
            return job(world)

        problem: CrmError | None = None
        job: Work = lambda _world: (500, None, {})  # noqa: E731 — never called: there is a problem then
        try:
            if not self._pace.take(token[:80]):
                raise Stopped("api.too_many")
            try:
                if kind not in KINDS:
                    raise Stopped("api.not_found")
                job = await prepare()
            except CrmError as error:
                problem = error  # told only to somebody who is known
            status, data, headers = await landed(self._bot.database.submit(act))
        except CrmError as error:
            return _problem(error, words[0])
        except DatabaseUnavailable:
            return _problem(Unavailable("api.away"), words[0])
        if data is None:
            return Response(status_code=status, headers=headers)
        return JSONResponse(data, status_code=status, headers=headers)


def _soon(work: Work) -> Callable[[], Awaitable[Work]]:
    async def ready() -> Work:
        return work

    return ready


def _with_version(status: int, data: Any, version: int) -> Answer:
    return status, data, {"ETag": f'"{version}"'}


def _version(request: Request) -> int | None:
    said = request.headers.get("if-match", "*").strip().removeprefix("W/").strip('"')
    if said == "*":
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise InvalidValue("api.bad_parameter", name="If-Match")
    return int(said)


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises Stopped."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise Stopped("api.too_big")
    try:
        data = json.loads(bytes(body), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Stopped("api.not_json") from error
    if not isinstance(data, dict):
        raise Stopped("api.not_json")
    return data


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _problem(error: CrmError, words: Catalog) -> Response:
    """application/problem+json (RFC 9457), in the words of the catalogs."""
    params = dict(error.params)
    if words.has(f"common.kind.{params.get('kind')}"):
        params["kind"] = words.say(f"common.kind.{params['kind']}")
    status = _STATUS.get(error.sentence) or _status(error)
    data: dict[str, Any] = {"type": "about:blank", "status": status, "title": error.sentence}
    data["detail"] = words.say(error.sentence, **params)
    if "field" in params:
        data["field"] = params["field"]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": "5"} if status in (429, 503) else {}
    return JSONResponse(data, status_code=status, media_type="application/problem+json", headers=headers)


def _status(error: CrmError) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, NotAllowed):
        return 403
    return 503 if isinstance(error, Unavailable) else 422
