"""What a sentence wants of the organisation's lists: 「商机阶段加一个 法务审核，在合同谈判之前，概率 80%」.

The ways to say it are patterns in ``section.toml``, filled with what the lists are called and what stands in them now.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from config.catalog import Catalog
from config.changed import NEEDS, STAGES
from config.crm import Crm, load_crm
from nlu.names import normalise

Act: TypeAlias = Literal["add", "drop", "rename", "chance", "move", "show", "need", "unneed", "needs"]
CHANGEABLE = (
    STAGES, "order_statuses", "lost_reasons", "channels", "industries", "sizes", "decision_roles", "sources"
)  # fmt: skip
MAX_CHARS = 200
_OF_STAGES = frozenset({"chance", "need", "unneed", "needs"})
_OTHERWISE = ("lost_reasons", "show")  # 「输单原因有哪些」 asks for figures
_PATTERNS: tuple[tuple[str, Act], ...] = (
    ("chances", "chance"), ("move", "move"), ("rename", "rename"), ("drop", "drop"), ("unneed", "unneed"),
    ("needs_asked", "needs"),
    ("need", "need"), ("add", "add"), ("show", "show"), ("show_list", "show"),
)  # fmt: skip
_TOKEN = re.compile("LIST|ITEM|PLACE2|PLACE|TO|NEW|FACTS|MOVED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``item``, ``to``, ``before`` and ``after`` are codes; ``new`` are the words of new entries, or of facts."""

    act: Act
    listed: str
    item: str = ""
    new: tuple[str, ...] = ()
    chance: int | None = None
    before: str = ""
    after: str = ""
    to: str = ""


def read_wish(words: Catalog, crm: Crm, text: str) -> Wish | None:
    """The wish that the message is, or ends with after a reason; None where it is something else."""
    plain = _unwrapped(words, text)
    if len(plain) > MAX_CHARS or _gate(words).search(plain) is None:
        return None
    wish = _wish_in(words, crm, plain)
    order = words.pattern("section.order").search(plain) if wish is None else None
    return _wish_in(words, crm, order["order"]) if order is not None else wish


def _wish_in(words: Catalog, crm: Crm, plain: str) -> Wish | None:
    for listed in CHANGEABLE:
        labels, spelt = _labels(crm, listed)
        if _mentioned(words, listed, spelt).search(plain) is None:
            continue  # the sentences of a list are many: they are made when it is first spoken of
        for act, pattern in _patterns(words, listed, spelt):
            if act == "add":
                clauses = _clauses(words, spelt) if listed in (STAGES, "order_statuses") else ()
                wish = _added(words, listed, _Adding(pattern, clauses, labels), plain)
            else:
                found = pattern.fullmatch(plain)
                wish = _wish(words, act, listed, found, labels) if found else None
                wish = _behind(crm, wish) if wish is not None and found and found.groupdict().get("past") else wish
            if wish is not None:
                return wish
    return None


def _unwrapped(words: Catalog, text: str) -> str:
    for pattern in words.words("section.around"):
        text = re.sub(pattern, "", text.strip(), flags=re.I)
    return text.strip()


def _wish(words: Catalog, act: Act, listed: str, found: re.Match[str], labels: Mapping[str, str]) -> Wish | None:
    groups = found.groupdict()
    if (groups.get("item") or "").strip() in words.words("common.pronoun.customer"):
        return None  # "it" is a pronoun, IT an industry
    codes = {name: labels.get(normalise(groups.get(name) or ""), "") for name in ("item", "place", "to")}
    side = normalise(groups.get("side") or "")
    is_before = bool(side) and any(normalise(word) in side for word in words.words("section.ahead"))
    listed = NEEDS if act in ("need", "unneed") else listed
    return Wish(
        act=act,
        listed=listed,
        item=codes["item"],
        new=_parts(words, groups.get("new") or groups.get("facts") or ""),
        chance=int(groups["percent"]) if groups.get("percent") else None,
        before=codes["place"] if is_before else "",
        after="" if is_before else codes["place"],
        to=codes["to"],
    )


def _behind(crm: Crm, wish: Wish) -> Wish:
    """What nobody gets past a stage without is needed at the next one."""
    codes = list(crm.codes(STAGES))
    return replace(wish, item=codes[min(codes.index(wish.item) + 1, len(codes) - 1)])


@dataclass(frozen=True, slots=True)
class _Adding:
    """How a list is added to: the pattern of the whole, the clauses that tell a place or a probability, the labels."""

    whole: re.Pattern[str]
    clauses: tuple[tuple[str, re.Pattern[str]], ...]
    labels: Mapping[str, str]


def _added(words: Catalog, listed: str, how: _Adding, text: str) -> Wish | None:
    """A new entry: where it goes and how likely it is may be said anywhere; what is left is what it is called."""
    told: dict[str, str] = {}
    rest = text
    for name, clause in how.clauses:
        found = clause.search(rest)
        is_told = name in told or (name != "chance" and {"before", "after"} & told.keys())
        if found is None or is_told:
            continue
        told[name] = found["chance"] if name == "chance" else how.labels[normalise(found["place"])]
        rest = f"{rest[: found.start()]} {rest[found.end() :]}".strip(" ，,")
    whole = how.whole.fullmatch(rest)
    new = _parts(words, whole["new"]) if whole else ()
    if not new:
        return None
    chance = int(told.pop("chance")) if "chance" in told else None
    return Wish(act="add", listed=listed, new=new, chance=chance, **told)


def _parts(words: Catalog, said: str) -> tuple[str, ...]:
    """The names in an enumeration, without quotes."""
    marks = "".join(words.words("section.quotes")) + " :：，,。."
    parts = (part.strip(marks) for part in re.split(words.say("section.separator"), said, flags=re.I))
    return tuple(dict.fromkeys(part for part in parts if part))


def _labels(crm: Crm, listed: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The codes by what the entries are called, in any language, were called when shipped, or by the code itself; and
    how these are spelt."""
    codes = crm.codes(listed)
    items = (*(item for item in load_crm().items(listed) if item.code in codes), *crm.items(listed))
    pairs = [(name, item.code) for item in items for name in (item.code, *item.labels.values())]
    spelt = tuple(sorted({name for name, _code in pairs}, key=len, reverse=True))
    return {normalise(name): code for name, code in pairs}, spelt


@lru_cache
def _gate(words: Catalog) -> re.Pattern[str]:
    """What no such sentence is without."""
    return re.compile("|".join((*words.words("section.signs"), *_names(words))), re.I)


def _names(words: Catalog) -> Iterator[str]:
    return (pattern for listed in CHANGEABLE for pattern in words.words(f"section.list.{listed}"))


@lru_cache(maxsize=100)
def _mentioned(words: Catalog, listed: str, spelt: tuple[str, ...]) -> re.Pattern[str]:
    """The list or an entry of it: every sentence about a list names one."""
    return re.compile("|".join((*words.words(f"section.list.{listed}"), _named(spelt))), re.I)


@lru_cache(maxsize=100)
def _patterns(words: Catalog, listed: str, spelt: tuple[str, ...]) -> tuple[tuple[Act, re.Pattern[str]], ...]:
    tokens = {
        "LIST": f"(?:{'|'.join(words.words(f'section.list.{listed}'))})",
        "NEW": "(?P<new>.+?)",
        "FACTS": "(?P<facts>.+?)",
        **_entries(words, spelt),
    }
    tokens["MOVED"] = _filled(words.say("section.moved"), tokens)
    return tuple(
        (act, re.compile(_filled(pattern, tokens), re.I | re.S))
        for key, act in _PATTERNS
        for pattern in words.words(f"section.{key}")
        if (listed == STAGES or act not in _OF_STAGES) and (listed, key) != _OTHERWISE
    )


@lru_cache(maxsize=100)
def _clauses(words: Catalog, spelt: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The clauses that tell place and probability, by what they tell."""
    tokens = _entries(words, spelt)
    keys = (("between", "after"), ("before", "before"), ("after", "after"), ("chance", "chance"))
    return tuple(
        (side, re.compile(_filled(pattern, tokens), re.I))
        for key, side in keys
        for pattern in words.words(f"section.{key}")
    )


def _entries(words: Catalog, spelt: tuple[str, ...]) -> dict[str, str]:
    """The patterns of an entry by their tokens: quoted or not, spaces left out or not."""
    open_mark, close_mark = words.words("section.quotes")
    tokens = {"ITEM": "item", "PLACE": "place", "PLACE2": "place2", "TO": "to"}
    return {
        token: rf"[{open_mark}]?\s*(?P<{group}>{_named(spelt)})\s*[{close_mark}]?{words.say('section.entry_word')}"
        for token, group in tokens.items()
    }


def _named(spelt: tuple[str, ...]) -> str:
    """One of the names, spaces left out or not."""
    return "|".join(re.sub(r"(?:\\ )+", r"\\s*", re.escape(name)) for name in spelt)


def _filled(pattern: str, tokens: Mapping[str, str]) -> str:
    return _TOKEN.sub(lambda found: tokens.get(found.group(), found.group()), pattern)
