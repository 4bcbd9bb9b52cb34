"""The tags that are in use, kept so that they are understood wherever they are said."""

from collections.abc import Iterable

from sqlalchemy import select

from bot.custom.fields import fields_in
from config.crm import Crm
from config.custom import TAGS
from storage import records
from storage.database import Tx

MAX_TAGS = 500


def learn(tx: Tx, crm: Crm, tags: Iterable[str]) -> None:
    """Keep those that nobody has used before."""
    listed = list(tags)
    known = next((item.choices for item in fields_in(tx, crm) if item.key == TAGS), ()) if listed else ()
    new = [tag for tag in listed if tag not in known]
    if not new:
        return
    cls = records.CustomField
    field = tx.session.scalar(select(cls).where(cls.label == TAGS, cls.deleted_at.is_(None)))
    if field is None:
        tx.create(cls(for_kind="customer", label=TAGS, field_type="tags", choices=new[:MAX_TAGS]))
    elif len(field.choices) < MAX_TAGS:
        field.choices = [*field.choices, *new]
    tx.session.flush()
