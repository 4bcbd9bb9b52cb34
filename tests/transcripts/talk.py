"""A bot to talk to: over a real SQLite file, with a clock that is set by hand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.base import Attachment, Inbound
from bot.app import Bot
from bot.duties import DUTIES
from bot.people.naming import forms_of
from bot.upkeep.duties import UPKEEP
from config.crm import Crm, load_crm
from config.settings import Settings
from config.types import Money
from nlu.names import normalise
from storage import records, schema
from storage.author import Author
from storage.database import Database, Tx
from storage.tables import outbox

LINKS = {"customer", "contact", "opportunity", "owner", "handler", "user", "team", "created_by"}


@dataclass(frozen=True)
class Answer:
    """What the bot replied: the text, the labels of the buttons, and the row of the outbox that they belong to."""

    text: str
    buttons: tuple[str, ...]
    row: int


class Talk:
    """A bot and the people who talk to it. Each has one private chat; who is not a user is a stranger."""

    def __init__(self, folder: Path, now: datetime, *, url: str | None = None, crm: Crm | None = None) -> None:
        """``url``: of a database with the newest schema; None: a new SQLite file in the folder."""
        self.now = now
        self._crm = crm or load_crm()
        self._folder = folder
        self._url = url or f"sqlite:///{folder / 'crm.db'}"
        self._numbers = count(1)
        self._answers: dict[str, list[Answer]] = {}
        self._unasked: list[tuple[str, Answer]] = []
        self._seen = 0
        self.bot = self._open()
        if url is None:
            schema.ensure(self.bot.database)

    def _open(self) -> Bot:
        settings = Settings(data_dir=self._folder, database_url=self._url)
        database = Database(self._url, synchronous="NORMAL", namer=forms_of)
        return Bot(database, settings, self._crm, clock=lambda: self.now)

    def restart(self) -> None:
        """Close the bot and open it again, as after the end of its process."""
        self.bot.close()
        self.bot = self._open()

    def close(self) -> None:
        self.bot.close()

    def say(
        self,
        who: str,
        text: str,
        *,
        action: str | None = None,
        chat: str | None = None,
        platform: str = "console",
        along: Sequence[Attachment] = (),
        **about: Any,
    ) -> Answer:
        """Send a message, or press the button ``action``; the reply. ``chat``: in a group instead of privately;
        ``along``: what comes with it; ``about``: what else the platform says of it."""
        number = next(self._numbers)
        receipt = self.bot.receive(
            Inbound(
                platform=platform,
                event_id=str(number),
                chat_id=chat or who,
                is_private=chat is None,
                sender_id=who,
                text=text,
                action=action,
                attachments=tuple(along),
                sent_at=self.now,
                **about,
            )
        ).result(timeout=20)
        with self.bot.database.read() as tx:
            payload = tx.connection.execute(
                select(outbox.c.payload).where(outbox.c.id == receipt.outbox_id)
            ).scalar_one()
        labels = tuple(label for label, *_ in payload["buttons"])
        answer = Answer(payload["text"], labels, receipt.outbox_id or 0)
        self._answers.setdefault(who, []).append(answer)
        return answer

    def press(self, who: str, label: str, *, is_old: bool = False) -> Answer:
        """Press a button by its label: of the newest reply that has it, or (``is_old``) of the oldest."""
        self._collect()
        replies = self._answers[who] if is_old else self._answers[who][::-1]
        answer = next((reply for reply in replies if label in reply.buttons), None)
        if answer is None:
            raise AssertionError(f"no reply had a button [{label}]; the last one was:\n{self._answers[who][-1]}")
        return self.say(who, "", action=f"{answer.row}.{answer.buttons.index(label)}")

    def pass_time(self, to: datetime) -> None:
        """Set the clock, and have done what is due then. What came unasked before and was not looked at is gone."""
        self.now = to
        self._collect()
        self._unasked.clear()
        for name, (_seconds, duty) in (DUTIES | UPKEEP).items():
            has_more = True
            while has_more:
                has_more = self.bot.attend(duty, name).result(timeout=20).has_more
        self._collect()

    def _collect(self) -> None:
        """Take what stands in the outbox and answers nobody, as sent."""
        with self.bot.database.read() as tx:
            is_answer = outbox.c.dedupe_key.startswith("turn:")
            fresh = select(outbox).where(~is_answer, outbox.c.id > self._seen).order_by(outbox.c.id)
            rows = tx.connection.execute(fresh).all()
        for row in rows:
            self._seen = row.id
            chat = row.payload["to"][2]
            labels = tuple(label for label, *_ in row.payload["buttons"])
            answer = Answer(row.payload["text"], labels, row.id)
            self._unasked.append((chat, answer))
            self._answers.setdefault(chat, []).append(answer)

    def unasked(self, chat: str) -> Answer | None:
        """The next message that came to a chat by itself, None where no more came."""
        self._collect()
        found = next((pair for pair in self._unasked if pair[0] == chat), None)
        if found is None:
            return None
        self._unasked.remove(found)
        return found[1]

    def add(self, kind: str, values: Mapping[str, str], owner: str | None = None) -> None:
        """Put a record into the store, links given by name; a user gets an account on the console."""
        self.bot.database.write(lambda tx: self._add(tx, kind, dict(values), owner))

    def hand(self, customer: str, to: str) -> None:
        """A customer gets another owner."""

        def job(tx: Tx) -> None:
            tx.author = Author(user_id=None, at=self.now)
            item, user = _by_name(tx, "customer", customer), _by_name(tx, "user", to)
            item.owner_id, item.team_id = user.id, user.team_id

        self.bot.database.write(job)

    def leave(self, name: str) -> None:
        """A colleague leaves."""

        def job(tx: Tx) -> None:
            tx.author = Author(user_id=None, at=self.now)
            _by_name(tx, "user", name).active = False

        self.bot.database.write(job)

    def _add(self, tx: Tx, kind: str, values: dict[str, str], owner: str | None) -> None:
        session: Any = tx.session
        who = _by_name(tx, "user", owner) if owner else None
        tx.author = Author(user_id=None, at=self.now)
        cls = records.record_class(kind)
        item = cls()
        if kind == "user" and values.get("team") and _by_name(tx, "team", values["team"]) is None:
            session.add(records.Team(name=values["team"]))
            session.flush()
        if who is not None:
            item.owner_id, item.team_id = who.id, who.team_id
        if isinstance(item, records.Identity):
            item.contact_id = _by_name(tx, "contact", values.pop("contact")).id
        for key, text in values.items():
            setattr(item, key, self._read(tx, cls, key, text))
        if isinstance(item, records.Customer):
            item.name_key = normalise(item.name)
        session.add(item)
        if isinstance(item, records.User):
            session.add(records.Identity(platform="console", external_id=item.name, user=item))
        session.flush()

    def _read(self, tx: Tx, cls: Any, key: str, text: str) -> Any:
        if key in LINKS:
            return _by_name(tx, "user" if key in ("owner", "handler") else key, text)
        if key == "amount":
            value, currency = text.split()
            return Money.from_json({"value": value, "currency": currency})
        if key in ("phones", "emails", "aliases"):
            return text.split(",")
        if key.endswith("_at"):
            return datetime.fromisoformat(text).replace(tzinfo=self.now.tzinfo)
        return date.fromisoformat(text) if key.endswith(("_on", "_until", "close")) else text

    def find(self, kind: str, wanted: Mapping[str, str]) -> list[str]:
        """The stored records of a kind that have these values, each as a line of what was asked for."""
        with self.bot.database.read() as tx:
            cls: Any = records.record_class(kind)
            items = tx.session.scalars(select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id)).all()
            return [str(item.id) for item in items if all(self._shown(tx, item, k) == v for k, v in wanted.items())]

    def seen(self, kind: str, fields: tuple[str, ...]) -> list[dict[str, str]]:
        """These fields of all records of a kind, as text."""
        with self.bot.database.read() as tx:
            cls: Any = records.record_class(kind)
            items = tx.session.scalars(select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id)).all()
            return [{name: self._shown(tx, item, name) for name in fields} for item in items]

    def _shown(self, tx: Tx, item: Any, name: str) -> str:
        if name in ("owner", "handler") and not hasattr(item, name):
            user = tx.session.get(records.User, getattr(item, f"{name}_id"))
            return user.name if user else ""
        value = getattr(item, name)
        if isinstance(value, Money):
            return f"{value.value.normalize():f} {value.currency}"
        if isinstance(value, datetime):
            return value.astimezone(self.now.tzinfo).isoformat(timespec="minutes")[:16]
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list):
            return ",".join(getattr(entry, "measures", entry) for entry in value)
        return str(getattr(value, "name", getattr(value, "number", value)) if value is not None else "")


def _by_name(tx: Tx, kind: str, name: str) -> Any:
    cls: Any = records.record_class(kind)
    with suppress(AttributeError):
        return tx.session.scalars(select(cls).where(cls.name == name)).first()
    raise AssertionError(f"no {kind} has a name")
