"""What the tests of imports read and write."""

import csv

from sqlalchemy import select


def names(database, cls):
    with database.read() as tx:
        return sorted(tx.session.scalars(select(cls.name).where(cls.deleted_at.is_(None))))


def refused(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def written(path, text):
    path.write_text(text, "utf-8")
    return path
