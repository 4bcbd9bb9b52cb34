"""The first schema.

Constraints get their names from the naming convention of ``storage.tables``.

Revision ID: 0001
Revises:
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DECIMAL = sa.String(40)  # exact, as text: SQLite would make it a float


def upgrade() -> None:
    _people()
    _works()
    _customers()
    _sales()
    _documents()
    _service()
    _plans()


def _people() -> None:
    """Teams and users: each refers to the other, so PostgreSQL gets the teams' references afterwards."""
    _record(
        "teams",
        _must("name", sa.String(200)),
        _ref("parent_id", "teams", nullable=True, index=True),
        _ref("manager_id", "users", nullable=True, later=True),
    )
    op.create_index("uq_teams_name", "teams", ["name"], unique=True, **_where("deleted_at IS NULL"))
    _record(
        "users",
        _must("name", sa.String(200), index=True),
        _must("role", sa.String(20)),
        _may("language", sa.String(8)),
        _may("timezone", sa.String(64)),
        _must("active", sa.Boolean()),
    )
    if op.get_context().dialect.supports_alter:
        for column in ("manager_id", "created_by_id", "owner_id"):
            op.create_foreign_key(f"fk_teams_{column}", "teams", "users", [column], ["id"])


def _works() -> None:
    """The bot's own tables."""
    op.create_table(
        "conversations",
        _id(),
        _must("key", sa.String(500), unique=True),
        _must("state", sa.JSON()),
        _must("version", sa.Integer()),
        _may("last_outbox_id", KEY),
        _must("waiting", sa.Integer(), server_default=sa.text("0")),
        _must("updated_at", INSTANT),
    )
    op.create_table(
        "inbox",
        _id(),
        _must("event_key", sa.String(500), unique=True),
        _must("conversation_key", sa.String(500)),
        _must("payload", sa.JSON()),
        _must("status", sa.String(10)),
        _must("attempts", sa.SmallInteger()),
        _may("error", sa.Text()),
        _must("received_at", INSTANT),
        _may("done_at", INSTANT),
    )
    op.create_index("ix_inbox_waiting", "inbox", ["conversation_key", "id"], **_where("status = 'waiting'"))
    op.create_table(
        "outbox",
        _id(),
        _must("dedupe_key", sa.String(200), unique=True),
        _must("chat_key", sa.String(500)),
        _may("conversation_key", sa.String(500)),
        _must("lane", sa.String(10)),
        _must("payload", sa.JSON()),
        _must("status", sa.String(10)),
        _must("attempts", sa.SmallInteger()),
        _must("try_at", INSTANT),
        _may("sent_at", INSTANT),
        _may("platform_message_id", sa.String(200)),
        _may("error", sa.Text()),
        _must("created_at", INSTANT),
    )
    op.create_index("ix_outbox_open", "outbox", ["chat_key", "id"], **_where("status IN ('waiting', 'sending')"))
    op.create_table(
        "steps",
        _id(),
        _ref("user_id", "users", nullable=True, index=True),
        _may("inbox_id", KEY),
        _may("chat_key", sa.String(500)),
        _must("what", sa.JSON()),
        _must("at", INSTANT),
        _ref("undoes_step_id", "steps", nullable=True),
        _ref("undone_by_step_id", "steps", nullable=True),
    )
    op.create_table(
        "audit",
        _id(),
        _ref("step_id", "steps", index=True),
        _may("user_id", KEY),
        _must("kind", sa.String(40)),
        _must("record_id", KEY),
        _must("action", sa.String(10)),
        _must("changes", sa.JSON()),
        _must("at", INSTANT),
    )
    op.create_index("ix_audit_record", "audit", ["kind", "record_id", "id"])
    op.create_table(
        "access_log",
        _id(),
        _may("user_id", KEY),
        _may("chat_key", sa.String(500)),
        _must("action", sa.String(40)),
        _must("what", sa.JSON()),
        _must("at", INSTANT),
    )
    op.create_table(
        "name_keys",
        sa.Column("key", sa.String(500), primary_key=True),
        sa.Column("form", sa.String(10), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("record_id", KEY, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_keys_record", "name_keys", ["record_id", "kind"])
    op.create_table(
        "name_prefixes",
        sa.Column("prefix", sa.String(8), primary_key=True),
        _must("lengths", KEY),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "grams",
        sa.Column("gram", sa.String(8), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("record_id", KEY, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_grams_record", "grams", ["record_id", "kind"])
    op.create_table(
        "settings",
        sa.Column("key", sa.String(100), primary_key=True),
        _may("value", sa.JSON()),
    )


def _customers() -> None:
    """Customers, their people, and the accounts and chats that belong to somebody."""
    _record(
        "customers",
        _must("name", sa.String(500)),
        _must("name_key", sa.String(500)),
        _must("customer_type", sa.String(20)),
        _must("aliases", sa.JSON()),
        _must("phones", sa.JSON()),
        _must("emails", sa.JSON()),
        _may("address", sa.Text()),
        _may("industry", sa.String(200)),
        _may("size", sa.String(100)),
        _may("preferences", sa.Text()),
        _may("needs", sa.Text()),
        _may("interests", sa.Text()),
        _may("source", sa.String(200)),
    )
    op.create_index(
        "uq_customers_name_in_scope",
        "customers",
        [sa.text("coalesce(team_id, -owner_id)"), "name_key"],
        unique=True,
        **_where("deleted_at IS NULL"),
    )
    _record(
        "contacts",
        _must("name", sa.String(500)),
        _ref("customer_id", "customers", nullable=True, index=True),
        _may("title", sa.String(200)),
        _must("phones", sa.JSON()),
        _must("emails", sa.JSON()),
        _may("position", sa.String(200)),
        _may("department", sa.String(200)),
        _may("decision_role", sa.String(40)),
        _may("preferences", sa.Text()),
        _may("interests", sa.Text()),
    )
    _record(
        "identities",
        _must("platform", sa.String(20)),
        _must("account", sa.String(100)),
        _must("external_id", sa.String(200)),
        _ref("user_id", "users", nullable=True, index=True),
        _ref("contact_id", "contacts", nullable=True, index=True),
        sa.CheckConstraint("(user_id IS NULL) <> (contact_id IS NULL)", name="one_person"),
    )
    op.create_index(
        "uq_identities_platform_account_external_id",
        "identities",
        ["platform", "account", "external_id"],
        unique=True,
        **_where("deleted_at IS NULL"),
    )
    _record(
        "channel_bindings",
        _must("platform", sa.String(20)),
        _must("chat_id", sa.String(200)),
    )
    op.create_index(
        "uq_channel_bindings_platform_chat_id",
        "channel_bindings",
        ["platform", "chat_id"],
        unique=True,
        **_where("deleted_at IS NULL"),
    )
    _record(
        "link_codes",
        _must("code_sha256", sa.String(64), unique=True),
        _ref("user_id", "users", nullable=True),
        _ref("contact_id", "contacts", nullable=True),
        _must("expires_at", INSTANT),
        _may("used_at", INSTANT),
        _must("attempts", sa.Integer()),
    )


def _sales() -> None:
    """Opportunities and follow-ups."""
    _record(
        "opportunities",
        _must("name", sa.String(500)),
        _ref("customer_id", "customers", index=True),
        _ref("contact_id", "contacts", nullable=True, index=True),
        _must("stage", sa.String(40), index=True),
        _may("expected_close", sa.Date()),
        _may("product", sa.String(500)),
        _may("next_step", sa.Text()),
        _may("competitor", sa.String(500)),
        _may("lost_reason", sa.Text()),
        _may("closed_on", sa.Date()),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    _record(
        "follow_ups",
        _ref("customer_id", "customers"),
        _ref("contact_id", "contacts", nullable=True, index=True),
        _ref("opportunity_id", "opportunities", nullable=True, index=True),
        _must("channel", sa.String(20)),
        _must("occurred_at", INSTANT, index=True),
        _must("occurred_has_time", sa.Boolean()),
        _must("content", sa.Text()),
        _may("feedback", sa.Text()),
        _may("next_follow_up_at", INSTANT),
        _must("next_has_time", sa.Boolean()),
        _may("verbatim", sa.Text()),
    )
    op.create_index("ix_follow_ups_history", "follow_ups", ["customer_id", "occurred_at", "id"])


def _documents() -> None:
    """The paper of a sale."""
    _record(
        "quotes",
        _ref("customer_id", "customers", index=True),
        _ref("opportunity_id", "opportunities", nullable=True, index=True),
        _may("valid_until", sa.Date()),
        _must("status", sa.String(20)),
        _must("number", sa.String(100)),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    op.create_index("uq_quotes_number", "quotes", ["number"], unique=True, **_where("deleted_at IS NULL"))
    _record(
        "contracts",
        _ref("customer_id", "customers", index=True),
        _ref("opportunity_id", "opportunities", nullable=True, index=True),
        _may("payment_terms", sa.Text()),
        _must("tax_included", sa.Boolean()),
        _may("signed_on", sa.Date()),
        _must("status", sa.String(20)),
        _must("number", sa.String(100)),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    op.create_index("uq_contracts_number", "contracts", ["number"], unique=True, **_where("deleted_at IS NULL"))
    _record(
        "orders",
        _ref("customer_id", "customers", index=True),
        _ref("contract_id", "contracts", nullable=True, index=True),
        _must("status", sa.String(20)),
        _must("number", sa.String(100)),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    op.create_index("uq_orders_number", "orders", ["number"], unique=True, **_where("deleted_at IS NULL"))
    _record(
        "invoices",
        _ref("customer_id", "customers", index=True),
        _ref("contract_id", "contracts", nullable=True, index=True),
        _ref("order_id", "orders", nullable=True, index=True),
        _must("issued_on", sa.Date()),
        _must("number", sa.String(100)),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    op.create_index("uq_invoices_number", "invoices", ["number"], unique=True, **_where("deleted_at IS NULL"))
    _record(
        "payments",
        _ref("customer_id", "customers", index=True),
        _ref("contract_id", "contracts", nullable=True, index=True),
        _ref("invoice_id", "invoices", nullable=True, index=True),
        _must("received_on", sa.Date()),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    _tracked(
        "line_items",
        _ref("quote_id", "quotes", nullable=True, index=True),
        _ref("contract_id", "contracts", nullable=True, index=True),
        _ref("order_id", "orders", nullable=True, index=True),
        _must("position", sa.Integer()),
        _must("product", sa.String(500)),
        _must("quantity", DECIMAL),
        _may("unit", sa.String(40)),
        _may("unit_price_minor", sa.BigInteger()),
        _may("unit_price_currency", sa.String(3)),
        _may("discount", DECIMAL),
        sa.CheckConstraint("coalesce(quote_id, contract_id, order_id) IS NOT NULL", name="has_document"),
    )


def _service() -> None:
    """After the sale."""
    _record(
        "service_requests",
        _ref("customer_id", "customers", index=True),
        _ref("contact_id", "contacts", nullable=True, index=True),
        _ref("order_id", "orders", nullable=True, index=True),
        _must("description", sa.Text()),
        _must("requested_at", INSTANT),
        _must("status", sa.String(20), index=True),
        _ref("handler_id", "users", nullable=True, index=True),
        _may("resolved_at", INSTANT),
        _must("number", sa.String(100)),
    )
    op.create_index(
        "uq_service_requests_number", "service_requests", ["number"], unique=True, **_where("deleted_at IS NULL")
    )
    _tracked(
        "service_steps",
        _ref("service_request_id", "service_requests", index=True),
        _must("at", INSTANT),
        _ref("handler_id", "users", nullable=True),
        _must("measures", sa.Text()),
    )
    _record(
        "surveys",
        _ref("service_request_id", "service_requests", nullable=True, index=True),
        _ref("customer_id", "customers", nullable=True, index=True),
        _ref("contact_id", "contacts", nullable=True, index=True),
        _may("sent_at", INSTANT),
        _may("expires_at", INSTANT),
        _must("status", sa.String(20)),
        _may("satisfaction", sa.Integer()),
        _may("comment", sa.Text()),
        _may("answered_at", INSTANT),
        _may("token_sha256", sa.String(64), unique=True),
    )


def _plans() -> None:
    """Reminders, targets and rates."""
    _record(
        "reminders",
        _ref("user_id", "users", index=True),
        _must("subject", sa.Text()),
        _must("remind_at", INSTANT),
        _must("wall_time", sa.String(32)),
        _must("zone", sa.String(64)),
        _may("repeat", sa.String(200)),
        _may("about_kind", sa.String(40)),
        _may("about_id", KEY),
        _must("status", sa.String(20)),
    )
    op.create_index("ix_reminders_about", "reminders", ["about_id", "about_kind", "remind_at"])
    op.create_index(
        "ix_reminders_due", "reminders", ["remind_at"], **_where("status = 'pending' AND deleted_at IS NULL")
    )
    _record(
        "sales_targets",
        _ref("for_team_id", "teams", nullable=True, index=True),
        _must("metric", sa.String(20)),
        _must("period_start", sa.Date()),
        _must("period_end", sa.Date()),
        _must("value", DECIMAL),
        _may("currency", sa.String(3)),
    )
    _record(
        "forecast_commits",
        _must("period_start", sa.Date()),
        _must("period_end", sa.Date()),
        _may("amount_minor", sa.BigInteger()),
        _may("amount_currency", sa.String(3)),
    )
    _record(
        "exchange_rates",
        _must("currency", sa.String(3)),
        _must("base", sa.String(3)),
        _must("rate", DECIMAL),
        _must("valid_on", sa.Date()),
    )
    op.create_index("ix_exchange_rates_pair", "exchange_rates", ["currency", "base", "valid_on"])


def _id() -> "sa.Column[int]":
    return sa.Column("id", KEY, primary_key=True, autoincrement=True)


def _must(name: str, type_: Any, **options: Any) -> "sa.Column[Any]":
    return sa.Column(name, type_, nullable=False, **options)


def _may(name: str, type_: Any, **options: Any) -> "sa.Column[Any]":
    return sa.Column(name, type_, nullable=True, **options)


def _ref(
    name: str, table: str, *, nullable: bool = False, index: bool = False, later: bool = False
) -> "sa.Column[int]":
    """A reference; ``later``: to a table that is not there yet, which only SQLite takes at once."""
    return sa.Column(name, KEY, sa.ForeignKey(f"{table}.id", use_alter=later), nullable=nullable, index=index)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _tracked(table: str, *own: Any) -> None:
    """A table whose rows have a version and can be put into the bin."""
    op.create_table(table, _id(), *own, _must("version", sa.Integer()), _may("deleted_at", INSTANT))


def _record(table: str, *own: Any) -> None:
    """A table with the columns common to all records."""
    _tracked(
        table,
        *own,
        _must("created_at", INSTANT),
        _must("updated_at", INSTANT),
        _must("custom", sa.JSON()),
        _ref("created_by_id", "users", nullable=True, later=table == "teams"),
        _ref("owner_id", "users", nullable=True, index=True, later=table == "teams"),
        _ref("team_id", "teams", nullable=True, index=True),
    )
