"""Asking the HTTP interface without a network."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import select

from bot.exchange.tokens import make_token
from storage import records
from storage.author import Author

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def token_of(talk, name, purpose="api"):
    def work(tx):
        tx.session.author = Author(None, NOW)
        user = tx.session.scalars(select(records.User).where(records.User.name == name)).one()
        return make_token(tx.session, user, purpose)

    return talk.bot.database.write(work)


class Client:
    """Asks the application without a network."""

    def __init__(self, app, headers):
        self.app, self.headers = app, headers

    def request(self, method, url, headers=None, **options):
        async def ask():
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://crm") as client:
                return await client.request(method, url, headers={**self.headers, **(headers or {})}, **options)

        return asyncio.run(ask())

    def get(self, url, **options):
        return self.request("GET", url, **options)

    def post(self, url, **options):
        return self.request("POST", url, **options)

    def patch(self, url, **options):
        return self.request("PATCH", url, **options)

    def delete(self, url, **options):
        return self.request("DELETE", url, **options)
