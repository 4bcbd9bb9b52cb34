"""Words that an organisation taught the bot."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Record


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
