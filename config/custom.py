"""Fields that an organisation adds to the records: declared in ``crm.toml``, or by an administrator in chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

from config.reading import Table
from config.types import LANGUAGES, Language

FieldType: TypeAlias = Literal["text", "number", "money", "date", "choice", "choices", "tags", "person"]
Ask: TypeAlias = Literal["always", "guided", "never"]
SEVERAL: tuple[FieldType, ...] = ("choices", "tags")  # of tags, whatever is said is one
TAGS = "tags"  # the key of the field that customers have from the beginning
TYPES: tuple[FieldType, ...] = get_args(FieldType)
KINDS = (
    "customer", "contact", "opportunity", "follow_up", "quote", "contract", "order", "invoice", "payment",
    "service_request", "reminder", "product",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A field of a kind, under ``key`` in the record's ``custom``. ``stage``: of a deal, from which on it is asked."""

    kind: str
    key: str
    labels: Mapping[Language, str]
    type: FieldType = "text"
    choices: tuple[str, ...] = ()
    ask: Ask = "guided"
    stage: str = ""

    def label(self, language: Language) -> str:
        return self.labels[language]


class Clause(NamedTuple):
    """What a message says of a custom field. ``adds``: beside what stands there (「认证再加 CMMI」); ``changes``: by a
    word that only changes something (「改成」)."""

    said: str
    adds: bool = False
    changes: bool = False


def read_customs(table: Table, stages: tuple[str, ...]) -> tuple[CustomField, ...]:
    """The fields that the file declares, and the tags of customers."""
    found: list[CustomField] = []
    for row in table.rows("custom_fields") if table.has("custom_fields") else ():
        field = _field(row, stages)
        row.finish()
        if any((field.kind, field.key) == (other.kind, other.key) for other in found):
            raise row.error("key", "duplicate", value=field.key)
        found.append(field)
    tags = table.table("tags")
    labels = {language: tags.text(language, "") or tags.text("en") for language in LANGUAGES}
    tags.finish()
    return (*found, CustomField(kind="customer", key=TAGS, labels=labels, type="tags", ask="never"))


def _field(row: Table, stages: tuple[str, ...]) -> CustomField:
    key = row.text("key")
    field_type = row.one_of("type", TYPES, "text")
    choices = row.texts("choices") if row.has("choices") else ()
    if field_type != "tags" and bool(choices) != field_type.startswith("choice"):
        raise row.error("choices", "missing" if not choices else "not_allowed", value=choices, expected="type = choice")
    return CustomField(
        kind=row.one_of("kind", KINDS, ""),
        key=key,
        labels={language: row.text(language, "") or key for language in LANGUAGES},
        type=field_type,
        choices=choices,
        ask=row.one_of("ask", get_args(Ask), "guided"),
        stage=row.one_of("stage", ("", *stages), ""),
    )
