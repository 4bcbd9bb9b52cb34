"""Every road by which a word that somebody wrote could come into a log: errors nobody caught, libraries that tell."""

import asyncio
import gc
import logging
import sqlite3
import sys
import threading
import warnings
from typing import NoReturn

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError


async def stumble(words: list[str]) -> None:
    """Take all the roads with each of the words."""
    for word in words:
        _as_an_error(word)
        _in_other_threads(word)
        _by_libraries(word)
        await _in_the_loop(word)


def _fail(word: str) -> NoReturn:
    """An error with a word in it, caused by one with the word in it, while one with the word in it was handled."""
    try:
        try:
            {}[word]
        except KeyError as error:
            raise ValueError(f"no {word}") from error
    except ValueError:
        raise RuntimeError("cannot do", word)  # noqa: B904 — chained by context on purpose


def _as_an_error(word: str) -> None:
    log = logging.getLogger("bot.worker")
    try:
        _fail(word)
    except RuntimeError as error:
        log.exception("a turn failed")
        log.error("a turn failed: %s", error)
        log.error(error)
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT :word FROM nowhere"), {"word": word})
    except DBAPIError:
        log.exception("a statement failed")
    engine.dispose()
    try:
        with sqlite3.connect(":memory:") as plain:
            plain.execute(f"SELECT '{word}' FROM nowhere")
    except sqlite3.Error:
        log.exception("a statement failed")
    plain.close()


def _in_other_threads(word: str) -> None:
    thread = threading.Thread(target=_fail, args=(word,), name="helper")
    thread.start()
    thread.join()

    class Untidy:
        def __del__(self) -> None:
            _fail(word)

    Untidy()
    gc.collect()
    try:
        _fail(word)
    except RuntimeError:
        sys.excepthook(*sys.exc_info())


def _by_libraries(word: str) -> None:
    client = logging.getLogger("httpx")
    for level in (logging.DEBUG, logging.INFO, logging.WARNING):
        client.log(level, "HTTP Request: %s %s", "POST", f"https://api.example/bot{word}/sendMessage?text={word}")
        client.log(level, f"sent {word}")
        logging.getLogger("sqlalchemy.engine.Engine").log(level, "[generated in 1 s] %r", {"word": word})
    try:
        _fail(word)
    except RuntimeError:
        client.exception("failed with %s", word)
    warnings.warn(f"deprecated: {word}", UserWarning, stacklevel=1)


async def _in_the_loop(word: str) -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(_fail, word)

    async def fail() -> None:
        _fail(word)

    task = asyncio.create_task(fail(), name=word)
    await asyncio.wait([task])
    del task
    gc.collect()
    loop.call_exception_handler({"message": f"could not send {word}", "exception": RuntimeError(word)})
