"""A service desk with a customer whom no chat reaches, and a server for the survey page alone."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette

from bot.app import Bot
from bot.duties import DUTIES
from bot.people.naming import forms_of
from bot.surveys import page as survey_page
from config.crm import load_crm
from config.settings import Settings
from storage import records, schema
from storage.author import Author
from storage.database import Database, Tx
from storage.tables import outbox

PATIENCE_S = 60.0
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


class Desk:
    """李雷 is the customer's rep, 王芳 handles their requests, 陈总 leads the team; 张总 has no chat."""

    def __init__(
        self,
        folder: Path,
        *,
        url: str | None = None,
        public_url: str = "",
        company: Mapping[str, str] | None = None,
        now: datetime = NOW,
    ) -> None:
        self.now = now
        address = url or f"sqlite:///{folder / 'crm.db'}"
        settings = Settings(data_dir=folder, database_url=address, public_url=public_url)
        crm = load_crm()
        if company is not None:
            crm = replace(crm, company=company)
        database = Database(address, synchronous="NORMAL", namer=forms_of)
        self.bot = Bot(database, settings, crm, clock=lambda: self.now)
        if url is None:
            schema.ensure(database)
        self.bot.database.write(self._people)

    def close(self) -> None:
        self.bot.close()

    def _people(self, tx: Tx) -> None:
        tx.author = Author(user_id=None, at=self.now)
        session = tx.session
        team = records.Team(name="华东")
        session.add(team)
        session.flush()
        for name, role in (("李雷", "rep"), ("王芳", "service"), ("陈总", "manager")):
            user = records.User(name=name, role=role, team=team)
            session.add(user)
            session.add(records.Identity(platform="console", external_id=name, user=user))
            session.flush()
            team.manager_id = user.id if role == "manager" else None
            session.flush()
        customer = records.Customer(name="蓝海物流有限公司", owner_id=1, team_id=team.id)
        session.add(customer)
        session.flush()

    def link(self, language: str = "zh", description: str = "冷柜报警，温度降不下来") -> str:
        """The token of a survey about a request of somebody new that was resolved just now."""

        def resolved(tx: Tx) -> None:
            tx.author = Author(user_id=2, at=self.now)
            contact = records.Contact(name="张总", customer_id=1, language=language)
            tx.session.add(contact)
            tx.session.flush()
            number = f"SR-{contact.id}"
            request = records.ServiceRequest(
                number=number, customer_id=1, contact_id=contact.id, description=description, requested_at=self.now,
                status="resolved", resolved_at=self.now, handler_id=2, owner_id=1, team_id=1,
            )  # fmt: skip
            tx.session.add(request)
            tx.session.flush()
            tx.session.add(
                records.Survey(
                    service_request_id=request.id,
                    customer_id=1,
                    contact_id=contact.id,
                    handler_id=2,
                    status="planned",
                    due_at=self.now,
                    owner_id=1,
                    team_id=1,
                )
            )
            tx.session.flush()

        before = set(self._links())
        self.bot.database.write(resolved)
        self.tick()
        end = time.monotonic() + PATIENCE_S
        while not (new := [link for link in self._links() if link not in before]) and time.monotonic() < end:
            time.sleep(0.05)  # a bot that runs beside this one may have taken it
        return new[-1]

    def _links(self) -> list[str]:
        return [token for text in self.told("李雷") for token in re.findall(r"/survey/([\w-]+)", text)]

    def tick(self, after: timedelta = timedelta()) -> None:
        """Do what is due."""
        self.now += after
        for name, (_seconds, duty) in DUTIES.items():
            while self.bot.attend(duty, name).result(timeout=20).has_more:
                pass

    def surveys(self) -> "list[records.Survey]":
        with self.bot.database.read() as tx:
            return list(tx.session.scalars(select(records.Survey).order_by(records.Survey.id)))

    def told(self, name: str) -> list[str]:
        """All that was said to somebody in the terminal."""
        query = select(outbox.c.payload).where(outbox.c.chat_key == f"console||{name}").order_by(outbox.c.id)
        with self.bot.database.read() as tx:
            return [row.payload["text"] for row in tx.connection.execute(query)]


class PageServer:
    """The survey page behind a real HTTP server, in a thread of its own."""

    def __init__(self, bot: Bot) -> None:
        self._place = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._place.getsockname()[1]}"
        config = uvicorn.Config(Starlette(routes=survey_page.routes(bot)), log_level="critical", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[self._place])))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._place.close()
