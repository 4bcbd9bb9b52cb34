"""The tables of the bot's own works: what came in, what goes out, where each conversation stands, who changed what.

They are plain Core tables, since every message touches them and nobody wants them as objects.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    event,
    text,
)

from storage.types import BigKey, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def some_rows(name: str, *columns: Any, where: str, unique: bool = False, include: tuple[str, ...] = ()) -> Index:
    """An index of the rows that meet a condition; with what PostgreSQL keeps beside them. This is told to an engine
    when the tables are made: SQLAlchemy takes it under the engine's name and loads that engine's dialect, which no
    message has time for."""
    return Index(name, *columns, unique=unique, info={"where": where, "include": include})


@event.listens_for(metadata, "before_create")
def _tell_conditions(target: MetaData, connection: Connection, **_options: Any) -> None:
    for index in (index for declared in target.tables.values() for index in declared.indexes):
        if "where" in index.info:
            index.dialect_kwargs[f"{connection.dialect.name}_where"] = text(index.info["where"])
            if index.info["include"] and connection.dialect.name == "postgresql":
                index.dialect_kwargs["postgresql_include"] = list(index.info["include"])


def _id() -> Column[int]:
    return Column("id", BigKey, primary_key=True, autoincrement=True)


# A conversation is platform + account + chat + thread + person. `state` is the open dialog as versioned JSON; `waiting`
# counts its messages whose turn failed and is to be tried again; `last_outbox_id` is the message with the live buttons.
# `user_id` or `contact_id` says whose private chat it is: there the bot writes to them on its own.
conversations = Table(
    "conversations",
    metadata,
    _id(),
    Column("key", String(500), nullable=False, unique=True),
    Column("state", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("last_outbox_id", BigKey),
    Column("waiting", Integer, nullable=False, server_default=text("0")),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("user_id", BigKey, index=True),
    Column("contact_id", BigKey, index=True),
)

# Who was seen in a group and is, as far as the platform can tell, none of the company's people.
outsiders = Table(
    "outsiders",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("chat_id", String(200), primary_key=True),
    Column("sender_id", String(200), primary_key=True),
    Column("account", String(200), nullable=False),
)

# Every accepted message, once (`event_key`: platform, account and the platform's own name of the message).
# status: waiting, done, dead.
inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("event_key", String(500), nullable=False, unique=True),
    Column("conversation_key", String(500), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("error", Text),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    some_rows("ix_inbox_waiting", "conversation_key", "id", where="status = 'waiting'"),
)

# Every message to be sent, once (`dedupe_key`). `address` says where: platform, account, chat, thread, person.
# status: waiting, sending, sent, unsure, dead, held. lane: reply, reminder, survey, digest. `claimed_by`: the process
# that is sending it. `picture`: a PNG that goes with it. `file`: a document that does, named in the payload.
outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("chat_key", String(500), nullable=False),
    Column("conversation_key", String(500)),
    Column("lane", String(10), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("platform_message_id", String(200)),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_by", String(200)),
    Column("picture", LargeBinary),
    Column("file", LargeBinary),
    some_rows("ix_outbox_open", "chat_key", "id", where="status IN ('waiting', 'sending')"),
)

# One row for each save that a person made: what undo takes back as one.
steps = Table(
    "steps",
    metadata,
    _id(),
    Column("user_id", ForeignKey("users.id"), index=True),
    Column("inbox_id", BigKey),
    Column("chat_key", String(500)),
    Column("what", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undoes_step_id", ForeignKey("steps.id")),
    Column("undone_by_step_id", ForeignKey("steps.id")),
)

# Every change of every record, in the order in which they happened. Rows are only ever added.
# action: create, update, delete, restore. `changes` is {column: [old, new]}.
audit = Table(
    "audit",
    metadata,
    _id(),
    Column("step_id", ForeignKey("steps.id"), nullable=False, index=True),
    Column("user_id", BigKey),
    Column("kind", String(40), nullable=False),
    Column("record_id", BigKey, nullable=False),
    Column("action", String(10), nullable=False),
    Column("changes", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_audit_record", "kind", "record_id", "id"),
)

# Reads of personal data (one card, in bulk, an export) and those that were refused: who, what, from which chat.
access_log = Table(
    "access_log",
    metadata,
    _id(),
    Column("user_id", BigKey),
    Column("chat_key", String(500)),
    Column("action", String(40), nullable=False),
    Column("what", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# Every form under which a record can be named exactly: name, short, alias, pinyin, initials, phone, tail, email.
name_keys = Table(
    "name_keys",
    metadata,
    Column("key", String(500), primary_key=True),
    Column("form", String(10), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("record_id", BigKey, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# For the names that stand in running text: by their first two characters, which lengths occur (bit n: n characters).
name_prefixes = Table(
    "name_prefixes",
    metadata,
    Column("prefix", String(8), primary_key=True),
    Column("lengths", BigKey, nullable=False),
    sqlite_with_rowid=False,
)

# Two-character pieces of names and notes: the index behind every search for a part of a text. An FTS5 trigram or
# pg_trgm index finds nothing for two-character Chinese names.
grams = Table(
    "grams",
    metadata,
    Column("gram", String(8), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("record_id", BigKey, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Under what a record stands in ``name_keys`` ([form, key] each) and in ``grams`` (apart by spaces), so that it can be
# taken out again.
filed = Table(
    "filed",
    metadata,
    Column("record_id", BigKey, primary_key=True, autoincrement=False),
    Column("kind", String(20), primary_key=True),
    Column("forms", JSON, nullable=False),
    Column("grams", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Who holds what only one process may hold: a platform's connection, and (named after itself) each running process.
# `expires_ms` is a moment of the database's own clock, in milliseconds since 1970.
leases = Table(
    "leases",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("fence", BigKey, nullable=False),
    Column("expires_ms", BigKey, nullable=False),
)

# How far each run of numbers has come: "contract HT-2026-#" → 117. Counted up in the transaction that uses the number.
counters = Table(
    "counters",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", BigKey, nullable=False),
)

# How each opportunity stood from `since` until `until` (NULL: still), as far as reports go by it.
HISTORY_FACTS = (
    "id", "opportunity_id", "since", "owner_id", "team_id", "customer_id", "product", "stage", "amount_minor",
    "amount_currency", "expected_close", "closed_on", "deleted_at",
)  # fmt: skip
opportunity_history = Table(
    "opportunity_history",
    metadata,
    _id(),
    Column("opportunity_id", BigKey, nullable=False),
    Column("since", UtcDateTime, nullable=False, index=True),
    Column("until", UtcDateTime),
    Column("owner_id", BigKey),
    Column("team_id", BigKey),
    Column("customer_id", BigKey),
    Column("product", String(500)),
    Column("stage", String(40), nullable=False),
    Column("amount_minor", BigInteger),
    Column("amount_currency", String(3)),
    Column("expected_close", Date),
    Column("closed_on", Date),
    Column("deleted_at", UtcDateTime),
    Index("ix_opportunity_history_one", "opportunity_id", "since"),
    # Whose deals changed in a time: read from the index alone.
    Index("ix_opportunity_history_team", "team_id", "since", "until", "opportunity_id"),
    Index("ix_opportunity_history_owner", "owner_id", "since", "until", "opportunity_id"),
    # How the deals stood that have changed since: on PostgreSQL read from the index, without the pages they are on.
    some_rows("ix_opportunity_history_until", "until", where="until IS NOT NULL", include=HISTORY_FACTS),
)

# Sums over the opportunities that are not in the bin, by the month in which they close or closed. Several shards hold
# parts of one sum, so that transactions side by side need not wait. team 0: none; currency "": no amount.
pipeline_totals = Table(
    "pipeline_totals",
    metadata,
    Column("month", Date, primary_key=True),
    Column("team_id", BigKey, primary_key=True, autoincrement=False),
    Column("stage", String(40), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The probability of each stage in per cent, from when on: what was weighted then stays as it was.
stage_probabilities = Table(
    "stage_probabilities",
    metadata,
    _id(),
    Column("since", UtcDateTime, nullable=False),
    Column("stage", String(40), nullable=False),
    Column("probability", SmallInteger, nullable=False),
)

# What is to be told to whom, once each (`webhook_id`, `audit_id`). status: waiting, sent, dead.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    _id(),
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False),
    Column("audit_id", BigKey, nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("error", Text),
    Index("uq_webhook_deliveries_webhook_id_audit_id", "webhook_id", "audit_id", unique=True),
    some_rows("ix_webhook_deliveries_open", "try_at", where="status = 'waiting'"),
)

# What each person was told of deals that need a look, once for each occasion; and when they were last looked after.
alarms_told = Table(
    "alarms_told",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("told_at", UtcDateTime, nullable=False),
)
alarm_rounds = Table(
    "alarm_rounds",
    metadata,
    Column("user_id", BigKey, ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("looked_at", UtcDateTime, nullable=False),
)

# How often a dialog was left, by the day, the flow and the question at which; and what was not understood (flow "").
# Counts only: nobody's words, and not who.
usage_counts = Table(
    "usage_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("flow", String(40), primary_key=True),
    Column("field", String(60), primary_key=True),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The chain over a trail ("audit", "access_log"): each seal covers the rows after the last one's up to `last_id`;
# `content` is SHA-256 over those rows, `digest` over the digest before it and that. See storage/seals.py.
trail_seals = Table(
    "trail_seals",
    metadata,
    _id(),
    Column("trail", String(20), nullable=False),
    Column("last_id", BigKey, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("content", String(64), nullable=False),
    Index("uq_trail_seals_trail_last_id", "trail", "last_id", unique=True),
)

# Tables that people send in a chat to be imported. status: wanted (to be fetched), here (to be looked at), shown (waits
# for a word), agreed (is being brought in), done, failed, cancelled. `content` is there only meanwhile; `wish` says how
# it is to be read, `seen` what was found in it, `done` how many rows are through; all its pieces are one step.
incoming_files = Table(
    "incoming_files",
    metadata,
    _id(),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("address", JSON, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("name", String(500), nullable=False),
    Column("status", String(10), nullable=False),
    Column("wish", JSON, nullable=False),
    Column("seen", JSON, nullable=False),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("counts", JSON, nullable=False),
    Column("step_id", BigKey),
    Column("content", LargeBinary),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("try_at", UtcDateTime, nullable=False),
    Column("claimed_by", String(200)),
    Column("created_at", UtcDateTime, nullable=False),
    some_rows("ix_incoming_files_open", "try_at", where="status IN ('wanted', 'here', 'agreed')"),
)

# The rows of such a file that were refused: which, why (in the words of who sent it), and as they came.
refused_rows = Table(
    "refused_rows",
    metadata,
    _id(),
    Column("file_id", ForeignKey("incoming_files.id"), nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("cells", JSON, nullable=False),
)

# Small facts about the installation.
settings = Table("settings", metadata, Column("key", String(100), primary_key=True), Column("value", JSON))
