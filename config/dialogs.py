"""How an organisation, or one of its teams, wants a dialog: which questions, and in which order."""

from dataclasses import dataclass

from config.reading import Table


@dataclass(frozen=True, slots=True)
class Steps:
    """``team``: its name, "" for everybody. ``skip``: optional questions that are not asked, ``ask``: that are asked
    whenever the answer is missing, ``order``: fields in the order in which they are asked."""

    flow: str
    team: str
    skip: tuple[str, ...]
    ask: tuple[str, ...]
    order: tuple[str, ...]


def read_steps(table: Table) -> tuple[Steps, ...]:
    """The ``dialogs`` list. Raises `ConfigError`. Whether the fields are there, the bot sees when it starts."""
    found = []
    for row in table.rows("dialogs"):
        lists = {name: row.texts(name) if row.has(name) else () for name in ("skip", "ask", "order")}
        found.append(Steps(flow=row.text("flow"), team=row.text("team", ""), **lists))
        row.finish()
    return tuple(found)
