"""Custom fields in the declared forms: each form of a kind has the kind's fields, and keeps what was said of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from bot.custom.fields import customs, of_kind
from bot.custom.learning import learn
from bot.custom.types import Custom
from bot.custom.wording import patterns
from bot.dialogs.model import Field, Flow, Line, Values
from bot.dialogs.reply import Press, Saved
from bot.flows.stage_needs import wanted
from bot.world import World
from config.catalog import Catalog
from config.custom import TAGS, Clause, CustomField
from config.phrasing import any_way
from nlu.types import Understanding
from storage import records


def extended(flow: Flow, world: World) -> Flow:
    """The form with the custom fields of its kind. A field goes by its label, in the person's language."""
    if flow.needs is None:
        return flow
    kind, action = flow.needs
    fields = [_field(item, world, is_new=action == "create") for item in of_kind(world, kind)]
    fields += [_field_along(item, world) for other in flow.along for item in of_kind(world, other)]
    fields = [field for field in fields if field.name not in flow.by_name]
    if not fields:
        return flow
    names = tuple(field.name for field in fields)
    # Why something was skipped is asked after all that could be.
    others = [replace(field, after_skip=(*field.after_skip, *names)) for field in flow.fields if field.after_skip]
    return replace(
        flow,
        fields=(*(field for field in flow.fields if not field.after_skip), *fields, *others),
        card=(*flow.card, *(Line("custom.card", (name,)) for name in names)),
        needs_any=(*flow.needs_any, *names) if flow.needs_any else (),
    )


def _field(item: CustomField, world: World, *, is_new: bool) -> Field:
    label = item.label(world.words.language)
    if is_new:
        return Field(label, Custom(item, label), required=False, ask="never" if item.stage else item.ask)
    is_wanted = wanted(item.key) if item.kind == "opportunity" else None
    return Field(label, Custom(item, label), required=False, ask="never", wanted=is_wanted)


def _field_along(item: CustomField, world: World) -> Field:
    """The field of another record that a form changes along: as its own change has it, once there is such a record."""
    return replace(_field(item, world, is_new=False), applies=partial(_has, item.kind), within=(item.kind,))


def _has(kind: str, values: Values) -> bool:
    return kind in values


def keep(world: World, flow: Flow, values: Values, saved: Saved) -> Saved:
    """Write what a confirmed form says of custom fields into the records that it was about, in the same step."""
    for kind in (*((flow.needs[0],) if flow.needs else ()), *flow.along):
        saved = _keep(world, kind, values, saved)
    return saved


def _keep(world: World, kind: str, values: Values, saved: Saved) -> Saved:
    language = world.words.language
    given = {
        item.key: kept(item, values[item.label(language)])
        for item in of_kind(world, kind)
        if item.label(language) in values
    }
    if not given or kind not in saved.about:
        return saved
    world.tx.flush()
    record = world.session.get(records.record_class(kind), saved.about[kind])
    author = world.tx.author
    if record is None or author is None:
        return saved
    is_first = author.step_id is None
    record.custom = {**record.custom, **given}
    learn(world.tx, world.crm, given.get(TAGS, ()))
    world.session.flush()
    # Where nothing else was changed, it is only now that there is a step to take back.
    return (
        replace(saved, reply=replace(saved.reply, buttons=(*saved.reply.buttons, *undo(world)))) if is_first else saved
    )


def undo(world: World) -> tuple[Press, ...]:
    """The button that takes back what has just been written."""
    step = world.tx.author.step_id if world.tx.author else None
    return (Press(world.words.say("dialog.undo"), {"do": "undo", "step": step}, is_open=True),) if step else ()


def kept(item: CustomField, value: Any) -> Any:
    """A value as the record holds it: people by the id that is exported, amounts without how they were read."""
    if item.type == "person":
        return {"id": f"U-{value['id']}", "name": value["name"]}
    return {"value": value["value"], "currency": value["currency"]} if item.type == "money" else value


def shown_of(world: World, record: Any) -> Iterator[tuple[str, str]]:
    """The custom fields of a record that have a value, as people read them."""
    for item in of_kind(world, record.kind):
        value = record.custom.get(item.key)
        if value not in (None, "", []):
            label = item.label(world.words.language)
            yield label, Custom(item, label).show(value, world)


def set_aside(world: World, heard: Understanding) -> Understanding:
    """The message without what it says of custom fields by their names: that stands in ``world.clauses`` then."""
    fields = customs(world)
    labels = {item.label(world.words.language) for item in fields}
    said = heard.text.casefold()
    if not any(label.casefold() in said for label in labels):
        return heard
    found, whose = _added(world, heard.text, labels)
    if found:
        world.clauses = found
        return replace(world.understand(whose), intent="other", sure=0.0)
    rest = heard.text
    choices = frozenset(choice for item in fields for choice in item.choices)
    if any(item.type == "person" for item in fields):
        choices |= {match.name.name for match in heard.names if match.name.kind == "user"}
    for clause in _clauses(world.words, tuple(sorted(labels, key=len, reverse=True)), choices).finditer(heard.text):
        label = next(label for label in labels if label.casefold() == clause["label"].casefold())
        adds, by = clause["adds"] is not None, (clause["set"] or clause["by"] or "").strip().casefold()
        found[label] = Clause(clause["value"].strip(), adds, adds or by in world.words.words("custom.changes"))
        whose = clause["whose"] or whose
        rest = rest.replace(clause.group(), f" {clause['whose'] or ''} ", 1)
    world.clauses = found
    rest = rest.strip(" ,，。.;；、")
    if not found or len(rest) <= 1:
        return heard
    is_whose = (bool(whose) and rest == whose.strip()) or any(
        pattern.fullmatch(rest) for pattern in patterns(world.words, "custom.this_record")
    )
    # Nothing but whose field it is opens no form of its own: "the urgency of that reminder is high".
    return replace(world.understand(rest), intent="other", sure=0.0) if is_whose else world.understand(rest)


def _added(world: World, text: str, labels: Iterable[str]) -> tuple[dict[str, Clause], str]:
    """ "add ISO27001 to Aldgate's certifications": what is added to a field, and whose it is."""
    for pattern in patterns(world.words, "custom.added_to", tuple(labels)):
        found = pattern.fullmatch(text.strip(" ,，。.;；、"))
        if found is not None:
            label = next(label for label in labels if label.casefold() == found["label"].casefold())
            return {label: Clause(found["value"].strip(), adds=True, changes=True)}, found["who"]
    return {}, ""


@lru_cache(maxsize=200)
def _clauses(words: Catalog, labels: tuple[str, ...], choices: frozenset[str]) -> re.Pattern[str]:
    """A label, a word that equates, and a value up to the end of the clause: 「渠道来源是展会」, 「认证 ISO9001」."""
    equates = "|".join(map(re.escape, words.words("custom.is")))
    sets = "|".join(re.escape(word) for word in words.words("custom.is") if word.strip())
    whose = "|".join(words.words("custom.whose")) or "(?!)"
    adds = "|".join(map(re.escape, words.words("custom.adds")))
    named = "|".join(map(re.escape, labels))
    chosen = "".join(f"|{re.escape(choice)}" for choice in sorted(choices))
    plain = rf"(?=[\d¥￥$€£]|{any_way('plain_value')}{chosen})"  # it needs no word before it: 「年采购额500万」
    return re.compile(
        rf"[,，;；]?\s*(?:{'|'.join(words.words('custom.before'))})?\s*(?P<label>{named})"
        rf"(?:(?P<whose>{whose})(?P<set>{sets})|\s*(?:(?P<adds>{adds})|(?P<by>{equates})|{plain})\s*|\s+)"
        rf"(?P<value>[^,，;；。\n]+?)(?=[,，;；。\n]|\.?\s*$)",
        re.I,
    )
