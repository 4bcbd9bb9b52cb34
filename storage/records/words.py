"""What an organisation taught the bot in chat: words, and sections of its configuration."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Record, unique_alive


class TaughtWord(Record):
    """``word`` stands for ``meaning``, which is ``code`` of a section of the lexicon; of a product ``code`` is the
    nickname, folded. In the bin means unlearned."""

    __tablename__ = "taught_words"
    kind, prefix = "taught_word", "W"

    word: Mapped[str] = mapped_column(String(60))
    meaning: Mapped[str] = mapped_column(String(200))
    section: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))

    @property
    def name(self) -> str:
        return self.word


class ConfigSection(Record):
    """A section of ``crm.toml`` as an administrator changed it: ``setting`` replaces what stands there under
    ``section``. ``label``: what it was called when it was changed. In the bin means that the file counts again."""

    __tablename__ = "config_sections"
    __table_args__ = (unique_alive("config_sections", "section"),)
    kind, prefix = "config_section", "CS"

    section: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(60))
    setting: Mapped[Any] = mapped_column(JSON)

    @property
    def name(self) -> str:
        return self.label
