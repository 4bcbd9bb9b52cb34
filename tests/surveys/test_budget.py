"""Whatever happens in whatever order, surveys do not annoy, and nobody but the one who was asked can answer."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from config.crm import load_crm
from storage import records
from storage.tables import outbox
from tests.transcripts.talk import Talk

RULES = load_crm().surveys
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PROBLEMS = ("冷柜报警，温度降不下来", "门禁刷不开，员工进不来", "电梯停在三楼不动了", "空调漏水，地板都湿了")
HOURS = st.sampled_from([0.1, 1, 2, 3, 23, 25, 24 * 7, 24 * 15, 24 * 29, 24 * 31])


class SurveyLife(RuleBasedStateMachine):
    """A customer, a handler and a clock. ``sent``: what was asked when; ``scores``: the answers as they must stand."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.talk = Talk(self.folder, START)
        self.sent: dict[int, datetime] = {}
        self.scores: dict[int, tuple[int, datetime]] = {}
        self.is_out = False
        self.reports = 0
        self.talk.add("user", {"name": "王芳", "role": "service"})
        self.talk.add("customer", {"name": "蓝海物流有限公司"}, "王芳")
        self.talk.add("contact", {"name": "张总", "customer": "蓝海物流有限公司"}, "王芳")
        for platform in ("console", "telegram"):
            self.talk.add("identity", {"contact": "张总", "platform": platform, "external_id": "张总"}, "王芳")

    def teardown(self) -> None:
        if hasattr(self, "talk"):
            self.talk.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _all(self, cls: Any) -> list[Any]:
        with self.talk.bot.database.read() as tx:
            return list(tx.session.scalars(select(cls).order_by(cls.id)))

    def _button(self, survey: Any, score: int) -> str:
        key = f"survey:{survey.id}:{survey.wave}"
        with self.talk.bot.database.read() as tx:
            row = tx.connection.execute(select(outbox.c.id).where(outbox.c.dedupe_key == key)).scalar_one()
        return f"{row}.{score - 1}"

    def _customer(self, text: str, platform: str) -> None:
        self.talk.say("张总", text, platform=platform)

    @rule(
        what=st.sampled_from(
            ["report", "resolve", "resolve", "wait", "wait", "wait", "rate", "reopen", "mind", "staff"]
        ),
        hours=HOURS,
        score=st.integers(1, 5),
        platform=st.sampled_from(["console", "telegram"]),
    )
    def something_happens(self, what: str, hours: float, score: int, platform: str) -> None:
        """One rule for all: some are never left out of a whole life, as Hypothesis does with rules."""
        if what == "report" and self.reports < len(PROBLEMS):
            self.report(platform)
        elif what == "resolve":
            self.resolve()
        elif what == "wait":
            self.wait(hours)
        elif what == "reopen":
            self.reopen(platform)
        elif self.sent and what == "rate":
            self.rate(score)
        elif self.sent and what == "staff":
            self.staff_try(score)
        elif self.sent and what == "mind":
            self.change_their_mind()

    def report(self, platform: str) -> None:
        answer = self.talk.say("张总", PROBLEMS[self.reports], platform=platform)
        self.reports += 1
        if answer.buttons[:1] == ("新问题",):
            self.talk.say("张总", "", action=f"{answer.row}.0", platform=platform)

    def resolve(self) -> None:
        for request in self._all(records.ServiceRequest):
            if request.status in ("open", "in_progress"):
                self.talk.say("王芳", f"{request.number}已解决")
                self.talk.say("王芳", "保存")
                return

    def reopen(self, platform: str) -> None:
        done = [request for request in self._all(records.ServiceRequest) if request.status == "resolved"]
        if done:
            self._customer(f"{done[0].number} 还是不行", platform)

    def change_their_mind(self) -> None:
        self.is_out = not self.is_out
        self._customer("别再发了" if self.is_out else "可以发调查", "console")

    def wait(self, hours: float) -> None:
        before = {survey.id for survey in self._all(records.Survey) if survey.sent_at is not None}
        self.talk.pass_time(self.talk.now + timedelta(hours=hours))
        requests = {request.id: request for request in self._all(records.ServiceRequest)}
        for survey in self._all(records.Survey):
            if survey.sent_at is not None and survey.id not in before:
                assert not self.is_out, "they said stop"
                assert requests[survey.service_request_id].status == "resolved", "it is open again"
                self.sent[survey.id] = survey.sent_at
                event("a survey was sent")

    def rate(self, score: int) -> None:
        survey = next(survey for survey in self._all(records.Survey)[::-1] if survey.id in self.sent)
        platform = survey.asked_in.split("|")[0]
        self.talk.say("张总", "", action=self._button(survey, score), platform=platform)
        first = self.scores.get(survey.id)
        if first is None and survey.status == "sent" and self.talk.now < survey.expires_at:
            self.scores[survey.id] = score, self.talk.now
            event("a survey was answered")
        elif first is not None and self.talk.now < first[1] + RULES.change:
            self.scores[survey.id] = score, first[1]
            event("an answer was changed")

    def staff_try(self, score: int) -> None:
        """The handler presses the customer's button, and types a score."""
        for survey in self._all(records.Survey):
            if survey.id in self.sent:
                self.talk.say("王芳", "", action=self._button(survey, score))
        self.talk.say("王芳", f"{score}分")

    @invariant()
    def at_most_one_in_a_while(self) -> None:
        times = sorted(getattr(self, "sent", {}).values())
        assert all(later - earlier >= RULES.every for earlier, later in pairwise(times))

    @invariant()
    def the_answers_stand(self) -> None:
        if hasattr(self, "talk"):
            found = {survey.id: survey.satisfaction for survey in self._all(records.Survey) if survey.satisfaction}
            assert found == {survey_id: score for survey_id, (score, _at) in self.scores.items()}


SurveyLife.TestCase.settings = settings(
    max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSurveyLife = SurveyLife.TestCase
