"""Everything that falls due by itself and that somebody waits for; the rest is in `bot.upkeep.duties`. A new duty is a
function of `bot.duty`'s kind and one line here.

`crmbot chat` looks once at each before its first answer: a duty that has nothing to do must not load the records.
"""

from bot.alarms import duty as alarms
from bot.digests import due as digests
from bot.duty import Duty
from bot.papers import duty as sales_duty
from bot.reminders.due import fire
from bot.reminders.zone_rules import work_out_anew
from bot.surveys import duty as survey_duty
from bot.surveys.plans import plan as plan_surveys
from bot.surveys.undelivered import turn_to_link

__all__ = ["DUTIES"]


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
