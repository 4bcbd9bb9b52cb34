"""The kinds of records that people keep, in the order of an export, each with its fields beyond the common ones.

Rights are given on each (`config.roles`), and each can be exported, imported and read by programs.
"""

from collections.abc import Mapping

COMMON = ("id", "created_at", "updated_at", "created_by", "owner", "custom")
MONEY = ("amount", "unit_price")  # fields that are two columns: minor units and a currency
FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "name", "customer_type", "aliases", "phones", "emails", "im", "address", "industry", "size", "preferences",
        "needs", "interests", "source",
    ),
    "contact": (
        "name", "customer", "title", "phones", "emails", "im", "position", "department", "decision_role", "preferences",
        "interests",
    ),
    "opportunity": (
        "name", "customer", "contact", "stage", "amount", "expected_close", "product", "next_step", "competitor",
        "lost_reason", "closed_on",
    ),
    "follow_up": (
        "customer", "contact", "opportunity", "channel", "occurred_at", "content", "feedback", "next_follow_up_at",
    ),
    "quote": (
        "number", "customer", "opportunity", "lines", "amount", "valid_until", "status", "tax_included", "tax_rate",
    ),
    "contract": (
        "number", "customer", "opportunity", "lines", "amount", "payment_terms", "signed_on", "status", "tax_included",
        "tax_rate",
    ),
    "order": ("number", "customer", "contract", "lines", "amount", "status", "tax_included", "tax_rate"),
    "invoice": ("number", "customer", "contract", "order", "amount", "issued_on", "tax_included", "tax_rate"),
    "payment": ("customer", "contract", "invoice", "amount", "received_on"),
    "service_request": (
        "number", "customer", "contact", "order", "description", "requested_at", "status", "handler", "steps",
        "resolved_at",
    ),
    "survey": (
        "service_request", "customer", "contact", "sent_at", "expires_at", "status", "satisfaction", "comment",
        "answered_at",
    ),
    "reminder": ("user", "subject", "remind_at", "about", "status"),
    "sales_target": ("team", "metric", "period", "value", "currency", "market_size", "market_source"),
    "forecast_commit": ("period", "amount"),
    "team": ("name", "parent", "manager"),
    "user": ("name", "role", "team", "language", "timezone", "active"),
    "identity": ("user", "contact", "platform", "external_id"),
    "exchange_rate": ("currency", "base", "rate", "valid_on"),
    "product": ("name", "unit", "unit_price"),
    "feedback": ("text", "status"),
}  # fmt: skip
KINDS = tuple(FIELDS)
