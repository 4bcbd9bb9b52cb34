"""Under what a record is found is kept as one row, in the place of two indexes by the record.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FORMS = {
    "sqlite": "json_group_array(json_array(form, key))",
    "postgresql": "json_agg(json_build_array(form, key))",
}
_GRAMS = {"sqlite": "group_concat(gram, ' ')", "postgresql": "string_agg(gram, ' ')"}


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    op.create_table(
        "filed",
        sa.Column("record_id", KEY, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("grams", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    empty = "'[]'" if dialect == "sqlite" else "'[]'::json"
    op.execute(f"""
        INSERT INTO filed (record_id, kind, forms, grams)
        SELECT record_id, kind, coalesce(k.forms, {empty}), coalesce(g.grams, '')
        FROM (SELECT record_id, kind FROM name_keys UNION SELECT record_id, kind FROM grams) AS found
        LEFT JOIN (SELECT record_id, kind, {_FORMS[dialect]} AS forms FROM name_keys GROUP BY record_id, kind) AS k
            USING (record_id, kind)
        LEFT JOIN (SELECT record_id, kind, {_GRAMS[dialect]} AS grams FROM grams GROUP BY record_id, kind) AS g
            USING (record_id, kind)
    """)  # noqa: S608 — our own words
    op.drop_index("ix_name_keys_record", "name_keys")
    op.drop_index("ix_grams_record", "grams")
