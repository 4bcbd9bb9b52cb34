"""What Slack refuses in Block Kit, as far as the limits are published."""

from typing import Any

Json = dict[str, Any]

ACTIONS = {"button", "static_select", "overflow", "datepicker", "checkboxes", "radio_buttons"}


def problems(blocks: Any, most: int = 50) -> list[str]:
    """What is wrong with the blocks of a message, each with its json-pointer; empty where Slack takes them."""
    if not isinstance(blocks, list) or len(blocks) > most:
        return ["/blocks"]
    found: list[str] = []
    ids: set[str] = set()
    for n, block in enumerate(blocks):
        at = f"/blocks/{n}"
        block_id = block.get("block_id")
        if block_id is not None:
            _need(found, 0 < len(block_id) <= 255 and block_id not in ids, f"{at}/block_id")
            ids.add(block_id)
        check = _BLOCKS.get(block.get("type"))
        if check is None:
            found.append(f"{at}/type")
        else:
            check(found, at, block)
    return found


def view_problems(view: Json) -> list[str]:
    """What is wrong with a modal or a home page."""
    found: list[str] = []
    if view.get("type") == "modal":
        keys = ("type", "callback_id", "private_metadata", "title", "submit", "close", "blocks")
        for key in ("title", "submit", "close"):
            if key in view or key == "title":
                _text(found, f"/{key}", view.get(key), 24, plain=True)
        inputs = any(block.get("type") == "input" for block in view.get("blocks", ()))
        _need(found, "submit" in view or not inputs, "/submit")
        _need(found, len(view.get("private_metadata", "")) <= 3000, "/private_metadata")
    else:
        keys = ("type", "callback_id", "private_metadata", "blocks")
        _need(found, view.get("type") == "home", "/type")
    _known(found, "", view, *keys)
    return [*found, *problems(view.get("blocks"), most=100)]


def text_size(blocks: list[Json]) -> int:
    """Characters of all texts in the blocks together."""
    return sum(len(text) for text in _texts(blocks))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []


def _need(found: list[str], is_right: object, at: str) -> None:
    if not is_right:
        found.append(at)


def _known(found: list[str], at: str, item: Json, *keys: str) -> None:
    for key in item.keys() - set(keys):
        found.append(f"{at}/{key}")


def _text(found: list[str], at: str, text: Any, most: int, *, plain: bool = False) -> None:
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        found.append(at)
        return
    kind = text.get("type")
    _need(found, kind == "plain_text" or (kind == "mrkdwn" and not plain), f"{at}/type")
    _known(found, at, text, "type", "text", "emoji" if kind == "plain_text" else "verbatim")
    _need(found, 1 <= len(text["text"]) <= most, f"{at}/text")


def _section(found: list[str], at: str, block: Json) -> None:
    _known(found, at, block, "type", "block_id", "text", "fields", "accessory", "expand")
    _need(found, "text" in block or "fields" in block, at)
    if "text" in block:
        _text(found, f"{at}/text", block["text"], 3000)
    fields = block.get("fields", [None])
    _need(found, 1 <= len(fields) <= 10, f"{at}/fields")
    for n, item in enumerate(fields if "fields" in block else ()):
        _text(found, f"{at}/fields/{n}", item, 2000)


def _actions(found: list[str], at: str, block: Json) -> None:
    _known(found, at, block, "type", "block_id", "elements")
    elements = block.get("elements") or []
    _need(found, 1 <= len(elements) <= 25, f"{at}/elements")
    ids = [element.get("action_id") for element in elements]
    _need(found, len(set(ids)) == len(ids), f"{at}/elements")
    for n, element in enumerate(elements):
        place = f"{at}/elements/{n}"
        _need(found, element.get("type") in ACTIONS, f"{place}/type")
        _need(found, 1 <= len(element.get("action_id") or "x") <= 255, f"{place}/action_id")
        if element.get("type") == "button":
            _button(found, place, element)
        elif element.get("type") == "static_select":
            _select(found, place, element)


def _button(found: list[str], at: str, button: Json) -> None:
    _known(found, at, button, "type", "action_id", "text", "value", "url", "style", "confirm", "accessibility_label")
    _text(found, f"{at}/text", button.get("text"), 75, plain=True)
    _need(found, 1 <= len(button.get("value", "x")) <= 2000, f"{at}/value")
    _need(found, button.get("style", "primary") in ("primary", "danger"), f"{at}/style")


def _select(found: list[str], at: str, select: Json) -> None:
    _known(
        found, at, select, "type", "action_id", "placeholder", "options", "option_groups", "initial_option", "confirm"
    )
    if "placeholder" in select:
        _text(found, f"{at}/placeholder", select["placeholder"], 150, plain=True)
    options = select.get("options") or []
    _need(found, 1 <= len(options) <= 100, f"{at}/options")
    for n, option in enumerate(options):
        _text(found, f"{at}/options/{n}/text", option.get("text"), 75, plain=True)
        _need(found, 1 <= len(option.get("value") or "") <= 150, f"{at}/options/{n}/value")


def _header(found: list[str], at: str, block: Json) -> None:
    _text(found, f"{at}/text", block.get("text"), 150, plain=True)


def _context(found: list[str], at: str, block: Json) -> None:
    elements = block.get("elements") or []
    _need(found, 1 <= len(elements) <= 10, f"{at}/elements")


def _input(found: list[str], at: str, block: Json) -> None:
    _known(found, at, block, "type", "block_id", "label", "element", "optional", "hint", "dispatch_action")
    _text(found, f"{at}/label", block.get("label"), 2000, plain=True)
    if "hint" in block:
        _text(found, f"{at}/hint", block["hint"], 2000, plain=True)
    element = block.get("element") or {}
    if element.get("type") == "static_select":
        _select(found, f"{at}/element", element)
        first = element.get("initial_option")
        _need(found, first is None or first in element["options"], f"{at}/element/initial_option")
    else:
        _need(found, element.get("type") == "plain_text_input", f"{at}/element/type")
        _known(found, f"{at}/element", element, "type", "action_id", "initial_value", "multiline", "placeholder")
        _need(found, 1 <= len(element.get("initial_value", "x")) <= 3000, f"{at}/element/initial_value")


def _any(found: list[str], at: str, block: Json) -> None:
    """Blocks without a rule of their own."""


_BLOCKS = {
    "section": _section,
    "actions": _actions,
    "header": _header,
    "context": _context,
    "input": _input,
    "divider": _any,
    "image": _any,
}
