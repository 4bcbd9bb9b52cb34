"""Finding the record that a name means, for one actor: first the exact forms, then the near ones."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, false, select

from bot.dialogs.model import Found, Match, Values
from bot.people.naming import MAX_DROP
from bot.rules.access import Actor, names_of, note_refused, visible
from bot.rules.alike import KEYS, forms_of, is_another, is_near
from bot.rules.fields import unsearchable
from bot.rules.meant import words_of
from config.crm import Crm
from config.phrasing import phrasing
from nlu.names import normalise
from nlu.people import bare_name, is_familiar, is_way_of_address, surname_of
from storage import records, search
from storage.database import Tx

MANY = 5  # options that fit a question; more are cut, and the person types a longer name

# Forms in the order in which they are trusted: the first that leads anywhere decides.
_SURE = (("name", "alias"), ("short",), ("phone", "email"), ("tail",), ("initials",))
DOCUMENTS = ("quote", "contract", "order", "invoice", "payment")
_PAYMENT = re.compile(r"PAY[-\s]?(\d{1,17})", re.IGNORECASE)
OPEN_REQUEST = ("open", "in_progress")
_NUMBER = re.compile(r"SR[-\s]?(\d{1,17})", re.IGNORECASE)
_JUNIOR = "小阿"  # 小包 may well be somebody else than 包国平
_NEAR = (("pinyin", "name", "alias", "short"), ("drop",))  # what sounds so may be written in letters


def find(tx: Tx, actor: Actor, crm: Crm, kind: str, said: str, values: Values) -> Found:
    """The records of a kind that ``said`` may mean, given what a draft already holds.

    A contact or an opportunity is looked for at the draft's customer, where it has one; "" lists what there is.
    """
    customer = values.get("customer")
    if kind == "customer":
        return find_named(tx, actor, crm, kind, said) if said else Found()
    if isinstance(customer, dict) and "id" not in customer:
        return Found()  # a customer that is yet to be created has nobody and nothing
    only = (lambda cls: cls.customer_id == customer["id"]) if isinstance(customer, dict) else None
    if kind == "contact":
        return _person(tx, actor, crm, said, only) if said else Found()
    if kind == "user":
        return _user(tx, actor, crm, said)
    if kind in DOCUMENTS:
        return _document(tx, actor, crm, kind, said, only)
    return _open_work(tx, actor, crm, kind, said, only)


def _person(tx: Tx, actor: Actor, crm: Crm, said: str, only: "Callable[[Any], ColumnElement[bool]] | None") -> Found:
    """Contacts by name; "Mrs. Ingleby" is whoever is called so."""
    found = find_named(tx, actor, crm, "contact", said, only=only)
    bare = phrasing("courtesy").sub("", said).strip()
    if found.matches or not bare or bare == said:
        return found
    called = find_named(tx, actor, crm, "contact", bare, only=only).matches
    return Found(tuple(one for one in called if bare.casefold() in one.name.casefold().split()))


def _document(
    tx: Tx, actor: Actor, crm: Crm, kind: str, said: str, only: "Callable[[Any], ColumnElement[bool]] | None"
) -> Found:
    """Documents by their number or a part of it, the newest first."""
    cls: Any = records.record_class(kind)
    query = select(cls).where(visible(actor, crm, cls))
    if only is not None:
        query = query.where(only(cls))
    if said and kind == "payment":  # these have no number but their id
        number = _PAYMENT.fullmatch(said.strip())
        query = query.where(cls.id == int(number.group(1)) if number else false())
    elif said:
        query = query.where(cls.number.icontains(said.strip(), autoescape=True))
    found = [
        Match(item.id, getattr(item, "number", item.public_id))
        for item in tx.session.scalars(query.order_by(cls.id.desc()).limit(MANY))
    ]
    exact = [match for match in found if match.name.casefold() == said.strip().casefold()]
    return Found(tuple(exact or found))


def _open_work(
    tx: Tx, actor: Actor, crm: Crm, kind: str, said: str, only: "Callable[[Any], ColumnElement[bool]] | None"
) -> Found:
    """Opportunities and service requests by a part of the name; all that are not closed where "" is said."""
    cls: Any = records.record_class(kind)
    is_open = (
        cls.stage.in_([stage.code for stage in crm.stages_of("open")])
        if kind == "opportunity"
        else cls.status.in_(OPEN_REQUEST)
    )
    number = _NUMBER.fullmatch(said.strip()) if kind == "service_request" else None
    if number is not None:
        found = tx.session.scalars(select(cls).where(visible(actor, crm, cls), cls.id == int(number.group(1)))).all()
        return Found(tuple(Match(item.id, f"{item.number} {_title(item)}") for item in found))
    whole = normalise(said)
    condition = _written(tx, cls, said, whole) if whole else is_open
    if condition is None:
        return Found()
    query = select(cls).where(visible(actor, crm, cls), condition)
    if only is not None:
        query = query.where(only(cls))
    items = list(tx.session.scalars(query.order_by(is_open.desc(), cls.updated_at.desc(), cls.id).limit(50)))
    if whole:
        items = _likeliest(crm, actor, [item for item in items if whole in normalise(_title(item))], whole)
    return Found(tuple(Match(item.id, _title(item)) for item in items[:MANY]))


def _likeliest(crm: Crm, actor: Actor, items: list[Any], whole: str) -> list[Any]:
    """Of several that a name fits, those that are open, are the person's own, are called just so: each where any is."""
    stages = {stage.code for stage in crm.stages_of("open")} | set(OPEN_REQUEST)
    for is_likely in (
        lambda item: (item.stage if isinstance(item, records.Opportunity) else item.status) in stages,
        lambda item: item.owner_id == actor.user_id,
        lambda item: normalise(_title(item)) == whole,
    ):
        items = [item for item in items if is_likely(item)] or items
    return items


def _written(tx: Tx, cls: Any, said: str, whole: str) -> "ColumnElement[bool] | None":
    """The condition that a record holds the words, as they were written or in simplified characters; None where none
    does."""
    as_said = _among(tx, cls, said)
    simplified = _among(tx, cls, whole) if whole != said.casefold() else None
    if as_said is None or simplified is None:
        return simplified if as_said is None else as_said
    return as_said | simplified


def _title(item: Any) -> str:
    return str(item.name if isinstance(item, records.Opportunity) else item.description)


def _user(tx: Tx, actor: Actor, crm: Crm, said: str) -> Found:
    """Colleagues by name; "me" in either language is the actor."""
    if not said:
        return Found()
    query = select(records.User).where(
        records.User.active, records.User.deleted_at.is_(None), records.User.name.icontains(said, autoescape=True)
    )
    items = [Match(item.id, item.name) for item in tx.session.scalars(query.order_by(records.User.name).limit(MANY))]
    exact = [match for match in items if normalise(match.name) == normalise(said)]
    return Found(tuple(exact or items))


def find_named(
    tx: Tx, actor: Actor, crm: Crm, kind: str, said: str, *, only: "Callable[[Any], ColumnElement[bool]] | None" = None
) -> Found:
    """The customers or contacts that ``said`` may mean; ``only`` narrows them, e.g. to one customer's people.

    Sure: full name, alias, short name, phone, e-mail, last four digits of a phone, pinyin initials. Near: the same
    sound, one wrong character, a part of the name.
    """
    cls: Any = records.record_class(kind)
    condition = visible(actor, crm, cls) if only is None else visible(actor, crm, cls) & only(cls)
    hidden: list[int] = []
    unseen = unsearchable(tx, actor, crm, kind)
    for forms in (*_SURE, *_NEAR):
        asked = tuple(form for form in forms if form not in unseen)
        wanted = set().union(*(KEYS[form](said) for form in asked))
        ids = search.by_key(tx.connection, kind, wanted, asked)
        matches = _matches(tx, actor, crm, cls, ids, only) if ids else []
        if forms in _NEAR:
            matches = [match for match in matches if not is_another(said, match.name)]
        if matches:
            return Found(tuple(matches), is_sure=forms in _SURE)
        if only is None and forms in _SURE:
            hidden += ids
    parts = _by_parts(tx, cls, said, condition)
    if kind == "contact" and only is not None and not parts:
        parts = _called_otherwise(tx, cls, said, condition)
    if hidden and not parts:
        note_refused(tx, actor, kind, hidden)
    return Found(tuple(parts), is_sure=False)


def _called_otherwise(tx: Tx, cls: Any, said: str, condition: "ColumnElement[bool]") -> list[Match]:
    """齐哥 may be 老齐, or 齐国平: the one of that surname at the customer, where either name is a familiar one."""
    one = normalise(said)
    if not is_way_of_address(one):
        return []

    def fits(name: str) -> bool:
        is_called = is_way_of_address(name) or (one[:1] not in _JUNIOR and is_familiar(one) and bare_name(name))
        return is_called and surname_of(name) == surname_of(one)

    names = _fitting(tx, cls, condition, fits)
    return names if len(names) == 1 and (is_familiar(one) or is_familiar(normalise(names[0].name))) else []


def _by_parts(tx: Tx, cls: Any, said: str, condition: "ColumnElement[bool]") -> list[Match]:
    """Names that contain what was said, or, for longer names, either half of it and differ in one character."""
    whole = normalise(said)
    if len(whole) < 2:
        return []
    among = _among(tx, cls, whole)
    found = _fitting(tx, cls, condition & among, lambda name: whole in name) if among is not None else []
    found = found or _by_words(tx, cls, said, condition)
    if found or len(whole) <= MAX_DROP:
        return found
    for ids in _near_ids(tx, cls.kind, whole):
        near = condition & cls.id.in_(ids)
        found = _fitting(tx, cls, near, lambda name: is_near(whole, name), search.COMMON) if ids else []
        if found:
            return found
    return []


def _by_words(tx: Tx, cls: Any, said: str, condition: "ColumnElement[bool]") -> list[Match]:
    """Names in which all of the words stand, others between them: "Elmstead Systems"."""
    words = said.casefold().split()
    among = _among(tx, cls, said.casefold()) if len(words) > 1 else None
    if among is None:
        return []
    rows = tx.connection.execute(select(cls.id, cls.name).where(condition & among).limit(search.COMMON))
    return [Match(row.id, row.name) for row in rows if set(words) <= set(words_of(row.name))][:MANY]


def _near_ids(tx: Tx, kind: str, whole: str) -> Iterator[list[int]]:
    """Where one character is wrong, one half of the name is right, and of the other half one half: the second is asked
    for as well where the first is common. A thousand records at most are looked at for each."""
    half = len(whole) // 2
    for part, other in ((whole[:half], whole[half:]), (whole[half:], whole[:half])):
        ids = search.containing(tx.connection, kind, part) or []
        if len(ids) < search.COMMON:
            yield ids
            continue
        quarter = len(other) // 2
        for more in (other[:quarter], other[quarter:]):
            yield search.containing(tx.connection, kind, f"{part} {more}") or []


def _fitting(
    tx: Tx, cls: Any, condition: "ColumnElement[bool]", fits: Callable[[str], bool], at_most: int = 200
) -> list[Match]:
    """The records that meet the condition and have a form of their name that fits."""
    aliases = [cls.aliases] if hasattr(cls, "aliases") else []
    rows = tx.connection.execute(select(cls.id, cls.name, *aliases).where(condition).limit(at_most))
    return [Match(row.id, row.name) for row in rows if any(fits(form) for form in forms_of(row))][:MANY]


def _among(tx: Tx, cls: Any, words: str) -> "ColumnElement[bool] | None":
    """The condition that a record holds the words, None where none does. The ids are named where they are few: left to
    choose, SQLite would rather read all that the actor owns."""
    ids = search.containing(tx.connection, cls.kind, words)
    if not ids:
        return None
    is_all = len(ids) < search.COMMON
    condition: ColumnElement[bool] = cls.id.in_(ids) if is_all else search.holds(cls.kind, cls.id, words)
    return condition


def _matches(
    tx: Tx, actor: Actor, crm: Crm, cls: Any, ids: list[int], only: "Callable[[Any], ColumnElement[bool]] | None"
) -> list[Match]:
    named = names_of(tx, actor, crm, cls, ids)
    if only is not None and named:
        query = select(cls.id).where(cls.id.in_([item.id for item in named]), only(cls))
        kept = set(tx.connection.execute(query).scalars())
        named = [item for item in named if item.id in kept]
    return [Match(item.id, item.name) for item in named[:MANY]]
