"""The WeCom adapter behind a real HTTP server, with something to receive for it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from adapters.base import Button, Inbound, NotStored, Outbound
from adapters.wecom import create
from adapters.wecom.adapter import WeCom
from adapters.wecom.store import MemoryStore
from config.settings import Secret, Settings
from tests.fakes.wecom import AGENT, CORP, KEY, SECRET, TOKEN, FakeWeCom

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3000  # more than one chunk of an upload


@dataclass
class House:
    """The adapter with something to receive for it."""

    adapter: WeCom
    url: str
    store: MemoryStore
    heard: list[Inbound] = field(default_factory=list)
    refusals: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbound: Inbound) -> None:
        if self.refusals:
            self.refusals -= 1
            raise NotStored
        self.heard.append(inbound)
        self.news.set()

    async def until_heard(self, count: int) -> Inbound:
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()
        return self.heard[-1]


def settings(wecom: FakeWeCom, **more: Any) -> Settings:
    given: dict[str, Any] = {
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_secret": Secret(SECRET),
        "wecom_token": Secret(TOKEN),
        "wecom_aes_key": Secret(KEY),
        "wecom_base_url": wecom.base_url,
    }
    return Settings(data_dir=Path("unused"), **(given | more))


@asynccontextmanager
async def house_with(wanted: Settings, *, runs: bool = False) -> AsyncIterator[House]:
    """The adapter behind a real HTTP server."""
    store = MemoryStore()
    (adapter,) = create(wanted, store=store)
    assert isinstance(adapter, WeCom)
    listening = socket.create_server(("127.0.0.1", 0))
    house = House(adapter, f"http://127.0.0.1:{listening.getsockname()[1]}", store)
    app = Starlette(routes=list(adapter.routes(house.receive)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    running = asyncio.create_task(adapter.run(house.receive)) if runs else None
    try:
        yield house
    finally:
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
        server.should_exit = True
        await serving
        await adapter.aclose()


def out(text: str, *labels: str, **more: Any) -> Outbound:
    buttons = tuple(Button(f"7.{number}", label) for number, label in enumerate(labels))
    return Outbound(**{"platform": "wecom", "chat_id": "lilei", "text": text, "buttons": buttons} | more)
