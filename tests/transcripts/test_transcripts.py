"""Conversations as files: each ``tests/transcripts/{zh,en}/*.txt`` is a test.

```text
# what it shows; any other comment
@ 2026-11-23T14:30+08:00             the clock; later lines set it anew, "@ +90s" (or m, h, d) moves it, and what is
                                     due by then is done. "@ restart" ends the process and starts again
+ user name=李雷 role=rep team=华东   a record that is there; the first user speaks where nobody is named
! hand 华为 韩梅梅                     the customer is the colleague's from now on; "! leave 李雷": one has left
> 华为的情况                          what is typed; "> [保存]" presses a button, "> [^保存]" the oldest such;
韩梅梅> 你好                          "\\n" is a new line
< 🏢 华为技术有限公司（C-1）           the whole reply, line by line; "…" stands for any text, alone for any lines;
< [写跟进] [全部跟进]                 the buttons, where they matter
<< ⏰ 现在：给李总回电话              the next message that came unasked since the clock was set, to the first user;
韩梅梅<< …                           to somebody else (or a group, by its id); "<<" alone: no more has come
<+ 张伟                              a piece the reply must hold
<- 韩梅梅                            a piece it must not hold
= 2 customer address=深圳             so many records have these values (1 where no number stands)
```
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import schema
from storage.database import Database
from tests.transcripts.talk import Answer, Talk

HERE = Path(__file__).parent
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FILES = sorted(HERE.glob("*/*.txt"))
ON_BOTH = [
    *(HERE / "zh" / f"{name}.txt" for name in ("one_message", "guided_follow_up", "undo_refused", "rights", "lists")),
    *(HERE / "zh" / f"{name}.txt" for name in ("same_customer_at_once", "duplicates", "reminder", "service")),
    *(HERE / "zh" / f"{name}.txt" for name in ("customer_kindly", "survey")),
    *(HERE / "zh" / f"{name}.txt" for name in ("queue_questions", "receivables", "looked_after")),
    *(HERE / "zh" / f"{name}.txt" for name in ("targets", "forecast", "alarms", "cleanup")),
    *(HERE / "zh" / f"{name}.txt" for name in ("tags", "goods_back", "service_called", "service_rated_asked")),
    *(HERE / "en" / f"{name}.txt" for name in ("one_message", "ambiguous", "card", "customer_reports")),
]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database: copying it is faster than making one for each transcript."""
    path = tmp_path_factory.mktemp("template") / "crm.db"
    database = Database(f"sqlite:///{path}")
    schema.ensure(database)
    database.close()
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_transcript(path: Path, tmp_path: Path, template: Path) -> None:
    shutil.copy(template, tmp_path / "crm.db")
    play(path, tmp_path, f"sqlite:///{tmp_path / 'crm.db'}")


@pytest.mark.parametrize("path", ON_BOTH, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_transcript_on_each_engine(path: Path, tmp_path: Path, database_url: str) -> None:
    play(path, tmp_path, database_url)


def play(path: Path, folder: Path, url: str | None = None) -> None:
    """Play a transcript; fails with file, line and the real reply."""
    steps = list(_steps(path))
    talk = Talk(folder, datetime.fromisoformat(steps[0][2]), url=url)
    try:
        _Play(path, talk).run(steps[1:])
    finally:
        talk.close()


def _steps(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line number, sign, rest) of every line that says something; the lines of one reply are one step."""
    expected: tuple[int, str, list[str]] | None = None
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], 1):
        if expected is not None and (line.startswith("< ") or line == "<"):
            expected[2].append(line[2:])
            continue
        if expected is not None:
            yield expected[0], expected[1], "\n".join(expected[2])
            expected = None
        opens = re.match(r"([^\s<>#]*<<|<)(?: (.*))?$", line)
        if opens:
            expected = number, opens.group(1), [opens.group(2) or ""]
            continue
        match = re.match(r"(@|!|\+|<\+|<-|=|[^\s>#]*>) (.*)$", line)
        if match:
            yield number, match.group(1), match.group(2)
        elif line.strip() and not line.startswith("#"):
            raise AssertionError(f"{path.name}:{number}: what is this? {line}")


class _Play:
    """A transcript being played: who speaks by default, the owner of what is added, the last reply."""

    def __init__(self, path: Path, talk: Talk) -> None:
        self.path, self.talk = path, talk
        self.first = ""
        self.last: Answer | None = None
        self._do = {
            "@": self._at,
            "!": self._happens,
            "+": self._add,
            "<": self._replied,
            "<+": self._holds,
            "<-": self._lacks,
        }

    def run(self, steps: list[tuple[int, str, str]]) -> None:
        for number, sign, rest in steps:
            try:
                if sign.endswith("<<"):
                    self._came(sign[:-2] or self.first, rest)
                elif sign.endswith(">"):
                    self._say(sign[:-1] or self.first, rest)
                else:
                    (self._count if sign == "=" else self._do[sign])(rest)
            except AssertionError as error:
                reply = f"{self.last.text}\n{_buttons(self.last)}" if self.last else ""
                pytest.fail(f"{self.path}:{number}: {sign} {rest}\n{error}\n── the reply ──\n{reply}", pytrace=False)

    def _say(self, who: str, text: str) -> None:
        if text.startswith("[") and text.endswith("]"):
            self.last = self.talk.press(who, text.strip("[]^"), is_old=text.startswith("[^"))
        else:
            self.last = self.talk.say(who, text.replace("\\n", "\n"))

    def _at(self, rest: str) -> None:
        if rest == "restart":
            self.talk.restart()
        elif rest.startswith("+"):
            self.talk.pass_time(self.talk.now + timedelta(**{_UNITS[rest[-1]]: float(rest[1:-1])}))
        else:
            self.talk.pass_time(datetime.fromisoformat(rest))

    def _came(self, who: str, wanted: str) -> None:
        self.last = self.talk.unasked(who)
        if wanted:
            assert self.last is not None, f"nothing came to {who}"
            self._replied(wanted)
        else:
            assert self.last is None, "nothing was to come"

    def _add(self, rest: str) -> None:
        kind, values = _values(rest)
        if kind == "user" and not self.first:
            self.first = values["name"]
        owner = values.pop("owner", self.first) if kind not in ("user", "team") else None
        self.talk.add(kind, values, owner)

    def _happens(self, rest: str) -> None:
        what, *names = shlex.split(rest)
        (self.talk.hand if what == "hand" else self.talk.leave)(*names)

    def _replied(self, wanted: str) -> None:
        assert self.last is not None
        real = self.last.text
        if wanted.splitlines()[-1].startswith("["):
            real = f"{real}\n{_buttons(self.last)}"
        pattern = re.escape(wanted).replace("…", ".*").replace("\\\n.*\\\n", "\n(?:.*\n)*").replace("\\\n", "\n")
        assert re.fullmatch(pattern, real), "the reply is another one"

    def _holds(self, piece: str) -> None:
        assert self.last is not None
        assert piece in f"{self.last.text}\n{_buttons(self.last)}", "the reply lacks this"

    def _lacks(self, piece: str) -> None:
        assert self.last is not None
        assert piece not in f"{self.last.text}\n{_buttons(self.last)}", "the reply must not hold this"

    def _count(self, rest: str) -> None:
        number, rest = rest.split(maxsplit=1) if rest[0].isdigit() and " " in rest else ("1", rest)
        kind, values = _values(rest)
        found = self.talk.find(kind, values)
        assert len(found) == int(number), f"{len(found)} of {self.talk.seen(kind, tuple(values))}"


def _values(rest: str) -> tuple[str, dict[str, str]]:
    kind, *pairs = shlex.split(rest)
    return kind, dict(pair.split("=", 1) for pair in pairs)


def _buttons(answer: Answer) -> str:
    return " ".join(f"[{label}]" for label in answer.buttons)
