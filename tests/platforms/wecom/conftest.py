"""A WeCom on loopback for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_socket import FakeRobotServer
from tests.platforms.wecom.house import House, house_with, settings


@pytest_asyncio.fixture
async def wecom() -> AsyncIterator[FakeWeCom]:
    fake = await FakeWeCom().start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture
async def robot_server(wecom: FakeWeCom) -> AsyncIterator[FakeRobotServer]:
    server = await FakeRobotServer(wecom).start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def house(wecom: FakeWeCom) -> AsyncIterator[House]:
    async with house_with(settings(wecom)) as opened:
        yield opened
