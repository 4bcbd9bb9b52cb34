"""The app manifest and the page that explains it say the same."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
MANIFEST = (DOCS / "slack-manifest.yaml").read_text("utf-8")
PAGE = (DOCS / "slack.md").read_text("utf-8")


def _listed(key: str) -> list[str]:
    """The items of a list in the manifest."""
    lines = MANIFEST.split(f"{key}:\n", 1)[1].splitlines()
    items = []
    for line in lines:
        if not line.strip().startswith("- "):
            break
        items.append(line.strip().removeprefix("- "))
    return items


def test_every_scope_is_explained() -> None:
    table = PAGE.split("| Scope | For |")[1].split("\n\n")[0]
    explained = [scope for row in table.splitlines()[2:] for scope in re.findall(r"`([a-z_.:]+)`", row.split("|")[1])]
    assert sorted(explained) == sorted(_listed("bot"))


def test_every_event_is_named() -> None:
    named = PAGE.split("\nEvents: ")[1].split(". ")[0]
    assert sorted(re.findall(r"`([a-z_.]+)`", named)) == sorted(_listed("bot_events"))


def test_ten_steps() -> None:
    assert re.findall(r"^(\d+)\. \*\*", PAGE, re.MULTILINE) == [str(n) for n in range(1, 11)] * 2  # in both languages
