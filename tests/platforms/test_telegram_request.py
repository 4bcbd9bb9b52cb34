"""How far a request came, as its errors tell it; and that nothing of it is left open."""

import asyncio
from contextlib import suppress

import pytest
from telegram.error import NetworkError, TelegramError

from adapters.base import OutcomeUnknown, Upload
from adapters.telegram.client import Client, translate
from adapters.telegram.request import Request
from config.settings import Secret
from tests.platforms.process import free_port

HELLO = {"chat_id": 1, "text": "你好 & a+b=c"}


class Server:
    """Takes requests and gives one answer to each, or none and hangs up."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.taken: list[bytes] = []
        self.open = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        with suppress(asyncio.IncompleteReadError):  # they hang up
            while not self.taken or self._answer:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split()[0])
                self.taken.append(head + await reader.readexactly(length))
                writer.write(self._answer)
        writer.close()


async def failure(port: int) -> TelegramError:
    request = Request()
    with pytest.raises(NetworkError) as caught:
        await Client(Secret("1:t"), f"http://127.0.0.1:{port}", request=request).call("sendMessage", HELLO)
    await request.shutdown()
    return caught.value


async def test_what_was_never_sent_may_be_sent_again_and_what_was_cut_off_is_unknown():
    refused = await failure(free_port())
    assert translate(refused) is refused
    server = Server(b"")
    async with await asyncio.start_server(server, "127.0.0.1", 0) as running:
        cut = await failure(running.sockets[0].getsockname()[1])
    assert isinstance(translate(cut), OutcomeUnknown)
    assert "1:t" not in f"{refused!r}{cut!r}"
    assert len(server.taken) == 1


async def test_words_go_as_a_form_and_files_in_parts_over_one_connection():
    server = Server(b'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"ok":true,"result":1}')
    request = Request()
    async with await asyncio.start_server(server, "127.0.0.1", 0) as running:
        client = Client(Secret("1:t"), f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}", request=request)
        assert await client.call("sendMessage", HELLO) == 1
        file = Upload("file", "q.pdf", b"%PDF")
        assert await client.call("sendDocument", {"chat_id": 1}, upload=file) == 1
        await request.shutdown()
    said, sent = server.taken
    assert said.endswith(b"chat_id=1&text=%E4%BD%A0%E5%A5%BD+%26+a%2Bb%3Dc")
    assert b'filename="q.pdf"' in sent
    assert b"%PDF" in sent
    assert server.open == 1
