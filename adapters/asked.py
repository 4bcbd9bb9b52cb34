"""What a platform says to our credentials, asked before the bot runs. Nothing is sent by that, and nothing changed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``who``: the name by which the platform knows us. ``refused``: the setting that it does not take, ``code``: in
    its own words. ``lacks``: permissions. ``ahead_s``: by how much our clock is ahead of its."""

    who: str = ""
    refused: str = ""
    code: str = ""
    lacks: tuple[str, ...] = ()
    ahead_s: float = 0.0


class Unreached(Exception):
    """The platform could not be asked; the message says why, and never where."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: JSON, and what stands around it."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def ahead_s(self) -> float:
        """By how much our clock is ahead of the platform's, which dates its answers."""
        try:
            there = parsedate_to_datetime(self.headers.get("date", ""))
        except ValueError:
            return 0.0
        return (datetime.now(UTC) - there).total_seconds() if there.tzinfo else 0.0


async def ask(method: str, address: str, **request: Any) -> Said:
    """The answer to a request. Raises `Unreached`. Addresses may hold secrets: neither they nor answers are logged."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S) as http:
            response = await http.request(method, address, **request)
        body = response.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreached(type(error).__name__) from None
    except ValueError:
        raise Unreached(f"HTTP {response.status_code}") from None
    if response.status_code >= 500 or not isinstance(body, dict):
        raise Unreached(f"HTTP {response.status_code}")
    return Said(response.status_code, body, response.headers)
