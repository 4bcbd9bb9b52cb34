"""A visit that is told line by line, as a form: 「客户：瑞祥纺织 / 联系人：何明（设备科长） / 结果：……」."""

import re

from config.catalog import Catalog, catalog
from config.phrasing import phrasing
from nlu.folding import has_han

LINES = ("when", "customer", "contact", "phone", "email", "subject", "what", "outcome", "amount", "next")
TELLING = frozenset({"subject", "what", "outcome", "next"})  # without any of these it is no visit, but a card
MIN_LINES = 3
_LINE = re.compile(r"\s*(?:[-·*•]|\d+[.、)])?\s*([^:：\d]{1,20}?)\s*[:：]\s*(\S.*)")
_LINES_IN_ONE = re.compile(r"[;；]\s*(?=[^;；:：]{1,20}[:：])")  # 「拜访单位：……；接待人：……」
_POST = re.compile(r"(.+?)\s*[(（]([^()（）]{1,30})[)）]\s*")


def as_told(text: str) -> str | None:
    """The visit as somebody would tell it; None where the message is no such form."""
    text = _LINES_IN_ONE.sub("\n", text) if "\n" not in text.strip() else text
    if text.count("\n") < MIN_LINES - 1:
        return None
    said = _filled_in(text)
    if "customer" not in said or TELLING.isdisjoint(said):
        return None
    words = catalog("zh" if has_han(text) else "en")
    if "contact" in said:
        said["customer"] = words.say("follow_up.told.at", customer=said["customer"], contact=said.pop("contact"))
    how = "by" if "channel" in said else "visited"
    channel = said.pop("channel", "")
    said["customer"] = words.say(f"follow_up.told.{how}", channel=channel, customer=said["customer"])
    parts = [words.say(f"follow_up.told.{name}", said=said[name]) for name in LINES if name in said]
    return words.say("follow_up.told.mark").join(part for part in parts if part) if parts else None


def _filled_in(text: str) -> dict[str, str]:
    """What stands behind each label; a line without one goes on with the line before."""
    said: dict[str, str] = {}
    last = ""
    for line in filter(str.strip, text.splitlines()):
        found = _LINE.fullmatch(line)
        name = _name_of(found[1]) if found else None
        if found and name:
            said[name] = found[2].strip()
            last = name
        elif last and not found:
            said[last] += f"，{line.strip()}" if has_han(line) else f", {line.strip()}"
    if "contact" in said and (post := _POST.fullmatch(said["contact"])):
        said["contact"] = _with_post(post, catalog("zh" if has_han(text) else "en"))
    return said


def _name_of(label: str) -> str | None:
    return next(
        (name for name in (*LINES, "channel") if phrasing(f"line_of_visit.{name}").fullmatch(label.strip())), None
    )


def _with_post(found: re.Match[str], words: Catalog) -> str:
    return words.say("follow_up.told.post", name=found[1], post=found[2])
