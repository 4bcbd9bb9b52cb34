"""Forms as Slack's modals. Pure functions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.base import Button, Field, Form
from adapters.slack.text import ELLIPSIS, shorten

View: TypeAlias = dict[str, Any]

MAX_TITLE = 24  # and the two buttons of a modal
MAX_FIELDS = 100
MAX_LABEL, MAX_OPTION, MAX_OPTIONS = 150, 75, 100
MAX_VALUE = 3000
ELEMENT = "value"


@dataclass(frozen=True, slots=True)
class Place:
    """The conversation in which a form was opened; the form carries it."""

    chat_id: str
    thread_id: str
    form_id: str


def to_view(form: Form, *, chat_id: str, thread_id: str) -> View:
    """A form as the modal to be opened."""
    return {
        "type": "modal",
        "callback_id": "form",
        "private_metadata": json.dumps([chat_id, thread_id, form.id]),
        "title": plain(form.title, MAX_TITLE),
        "submit": plain(form.submit, MAX_TITLE),
        "close": plain(form.cancel, MAX_TITLE),
        "blocks": [_input(field) for field in form.fields[:MAX_FIELDS]],
    }


def read_place(metadata: str) -> Place | None:
    """Where a form belongs; None: it is none of ours."""
    try:
        chat_id, thread_id, form_id = json.loads(metadata)
    except ValueError:
        return None
    return Place(str(chat_id), str(thread_id), str(form_id))


def answers(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field; "" where a field was left empty."""
    found = {}
    for field, elements in ((view.get("state") or {}).get("values") or {}).items():
        element = elements.get(ELEMENT) or {}
        chosen = element.get("selected_option") or {}
        found[str(field)] = str(chosen.get("value") or element.get("value") or "")
    return found


def still_open(view: Mapping[str, Any], problems: Mapping[str, str]) -> View:
    """The answer that keeps a form open: at each of its fields what does not fit there, or where no field of it is
    meant, at the first."""
    fields = [block["block_id"] for block in view.get("blocks") or () if block.get("type") == "input"]
    told = {field: problems[field] for field in fields if field in problems}
    told = told or dict.fromkeys(fields[:1], "\n".join(problems.values()))
    return {"response_action": "errors", "errors": told}


def plain(text: str, limit: int) -> View:
    """A short text that Slack takes only without formatting, and not empty."""
    return {"type": "plain_text", "text": shorten(" ".join(text.split()) or ELLIPSIS, limit), "emoji": True}


def _input(field: Field) -> View:
    drawn: View = {
        "type": "input",
        "block_id": field.id,
        "optional": not field.is_required,
        "label": plain(field.label, MAX_LABEL),
        "element": _select(field) if field.options else _line(field),
    }
    return {**drawn, "hint": plain(field.hint, MAX_LABEL)} if field.hint else drawn


def _line(field: Field) -> View:
    element: View = {"type": "plain_text_input", "action_id": ELEMENT, "multiline": field.is_long}
    return {**element, "initial_value": shorten(field.value, MAX_VALUE)} if field.value else element


def _select(field: Field) -> View:
    options = [_option(button) for button in field.options[:MAX_OPTIONS]]
    element: View = {"type": "static_select", "action_id": ELEMENT, "options": options}
    chosen = [option for option in options if option["value"] == field.value]
    return {**element, "initial_option": chosen[0]} if chosen else element


def _option(button: Button) -> View:
    return {"text": plain(button.label, MAX_OPTION), "value": button.id}
