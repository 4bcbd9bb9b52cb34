"""The ids that people speak of: "C-7", "SR-12"."""

from functools import cache

from storage import records


@cache
def number_of(public_id: str) -> tuple[str, int] | None:
    """What a spoken id names: "C-7" → ("customer", 7); None where it is none."""
    prefix, _dash, digits = public_id.rpartition("-")
    kinds = {cls.prefix: cls.kind for cls in records.all_records()}
    if prefix not in kinds or not (digits.isascii() and digits.isdigit() and len(digits) < 18):
        return None
    return kinds[prefix], int(digits)
