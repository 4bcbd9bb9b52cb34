"""Everything that falls due by itself. A new duty is a function of `bot.duty`'s kind and one line here.

`crmbot chat` looks once at each before its first answer: a duty that has nothing to do must not load the records.
"""

from datetime import datetime

from bot.alarms import duty as alarms
from bot.digests import due as digests
from bot.duty import Done, Duty
from bot.exchange.forgetting import forget_tokens
from bot.incoming import waiting
from bot.messages import inbox
from bot.papers import duty as sales_duty
from bot.reminders.due import fire
from bot.reminders.zone_rules import work_out_anew
from bot.surveys import duty as survey_duty
from bot.surveys.plans import plan as plan_surveys
from bot.surveys.undelivered import turn_to_link
from bot.turn import House
from bot.upkeep import retention, watch
from storage import seals
from storage.database import Tx

__all__ = ["DUTIES", "UPKEEP", "Done", "Duty"]


def _forget(_house: House, tx: Tx, now: datetime) -> Done:
    """Drop the messages by whose keys nobody can be recognised any more."""
    return Done(has_more=inbox.forget(tx.connection, now - inbox.KEEP_FOR))


def _forget_files(_house: House, tx: Tx, now: datetime) -> Done:
    """Put aside tables that were sent and that nobody gave a word for."""
    waiting.forget(tx, now)
    return Done()


def _seal(_house: House, tx: Tx, now: datetime) -> Done:
    """Seal the trails of changes and accesses."""
    return Done(has_more=seals.seal(tx.connection, now))


# Name → (how often to look, in seconds; the duty).
DUTIES: dict[str, tuple[float, Duty]] = {
    "reminders": (0.5, fire),
    "reminders/zones": (3600.0, work_out_anew),
    "digests": (5.0, digests.write),
    "digests/planned": (60.0, digests.plan),
    "alarms": (20.0, alarms.look),
    "surveys": (1.0, survey_duty.ask),
    "surveys/plan": (600.0, plan_surveys),
    "surveys/links": (60.0, survey_duty.forget_links),
    "surveys/undelivered": (30.0, turn_to_link),
    "surveys/expire": (60.0, survey_duty.expire),
    "quotes/expire": (60.0, sales_duty.expire_quotes),
    "instalments": (60.0, sales_duty.tell_overdue),
}

# What nobody waits for: looked after while the bot runs, not before the first answer in a terminal.
UPKEEP: dict[str, tuple[float, Duty]] = {
    "inbox/forget": (3600.0, _forget),
    "seals": (10.0, _seal),
    "tokens/forget": (10.0, forget_tokens),
    "incoming/forget": (3600.0, _forget_files),
    "watch": (60.0, watch.look),
    "retention": (3600.0, retention.keep),
}
