"""Which conditions of a question a look-up goes by: what it would drop, it does not answer."""

from dataclasses import fields

from bot.dialogs.model import Json
from bot.questions.question import Question

# Of the look-ups whose words a question may hold, too: by which parts of it each goes.
_GOES_BY: dict[str, frozenset[str]] = {
    "find": frozenset({"kind", "customers", "contacts", "asks"}),
    "alarms": frozenset({"states", "idle", "asks", "first", "owners", "team", "is_mine", "least", "most", "currency"}),
    "overcome": frozenset(),  # "who signed the most contracts" is about no objection
    "notes_with": frozenset({"kind", "words", "asks", "since", "until", "is_mine", "owners"}),
}
_NO_CONDITIONS = frozenset({"dated", "field", "unused"})


def may_be_outdone(action: Json) -> bool:
    """May the words that led to a look-up be a question that says more? The words of those that are not named above
    mean nothing else."""
    return _look_up(action) in _GOES_BY


def is_outdone(action: Json, asked: Question) -> bool:
    """Does the question say more than the look-up goes by which its words led to?"""
    look_up = _look_up(action)
    if look_up not in _GOES_BY:
        return False
    if look_up == "find" and not (asked.contacts or asked.customers):
        return True  # 「姓董的联系人是哪家的」: nobody's name
    usual = Question("opportunity")
    said = {item.name for item in fields(Question) if getattr(asked, item.name) != getattr(usual, item.name)}
    return bool(said - _NO_CONDITIONS - _GOES_BY[look_up]) or look_up == "overcome"


def _look_up(action: Json) -> str:
    return "notes_with" if action["do"] == "list" and "words" in action else str(action["do"])
