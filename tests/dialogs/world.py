"""A small world for the engine: names it knows, real understanding, no store."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.dialogs.model import Found, Match, Values
from config.catalog import Catalog, catalog
from config.crm import Crm, load_crm
from nlu.lexicon import Lexicon, default_lexicon
from nlu.types import Understanding, Value
from nlu.understand import understand, values_in

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


@dataclass
class SmallWorld:
    words: Catalog = field(default_factory=lambda: catalog("zh"))
    crm: Crm = field(default_factory=load_crm)
    now: datetime = NOW
    currency: str = "CNY"
    lexicon: Lexicon = field(default_factory=default_lexicon)
    names: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "customer": ("华为技术有限公司", "中兴通讯", "中兴装饰"),
            "contact": ("张总", "李工"),
        }
    )

    def find(self, kind: str, said: str, values: Values) -> Found:
        if not said:
            return Found()
        names = [(n, name) for n, name in enumerate(self.names.get(kind, ()), 1) if said in name]
        return Found(tuple(Match(n, name, f"#{n}") for n, name in names))

    def understand(self, text: str) -> Understanding:
        return understand(text, now=self.now, lang=self.words.language)

    def values_in(self, text: str) -> tuple[Value, ...]:
        return values_in(text, now=self.now, lang=self.words.language, lexicon=self.lexicon)

    def hear(self, text: str) -> Any:
        return understand(text, now=self.now)
