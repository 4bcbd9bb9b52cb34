"""What was said: a note's content, and within it the customer's feedback.

Clause by clause. Feedback is what the customer says, wants, thinks or objects to; the next step belongs to neither;
who, when and how alone is no content. Both are the note's own words.
"""

from nlu.patterns import pattern
from nlu.posts_en import LEADS_TO_POST
from nlu.roles import Timed
from nlu.scene import Scene

__all__ = ["fill_notes"]

_OURS = pattern(
    r"^\s*(?:我们?(?!公司)|咱们?|我方|我司|i\b|we\b|our\b|i'll|we'll|下一步|下步|next step|next:|action|todo|后续|下次)"
)
_NEXT_HEAD = pattern(
    r"^\s*(?:[-*•]\s*)?(?:下一步|下步|下次|下回|再约|约(?:了|好|在|定)|改约|另约|计划|后续|待跟进|"
    r"跟进计划|next steps?|next[: ]|follow[- ]?up|f/u|ping\b|send|call (?:him|her|them|back)|chase\b|will "
    r"|i'll|i will|let's|lets|we'll|we will|"
    r"(?:told|promised) (?:him|her|them) (?:i|we)(?:'ll|'d| will| would)\b|need to|rescheduled|reschedule|remind|"
    r"meeting again|action)"
)
_ASKED = pattern(r"能不能|可不可以|能否|行不行")  # 我们那18万|能不能|拖到月底
_QUOTE = pattern(r"[\"'“「『‘]([^\"”」』]{4,}?)[\"'”」』’](?=$|[\s，。,.;；—-])")
_SUBJECT = pattern(
    r"^\s*(?:他们?|她们?|对方|客户|人家|那边|业主|甲方|he\b|she\b|they\b|customer\b|client\b|pain "
    r"points?|concerns?|痛点|顾虑|反馈|意见|诉求|需求|异议|feedback)"
)
_OPINION = pattern(
    r"嫌|太(?:贵|高|低|长|慢|久|复杂|麻烦)|偏(?:高|贵|长|慢|低|大|小|重|软|硬|紧|晚)|贵了|不(?:满|放心|同意|接受|认可|需要|"
    r"考虑|想|愿意)|感兴趣|[有没]兴趣|认可|满意|希望|想要|要求|担心|顾虑|觉得|认为|expensive|pricey|"
    r"interested|keen|loves?\b|likes?\b|liked|hates?\b|wants?\b|worried|concerned|happy|unhappy|"
    r"impressed|prefers?\b|asked|complain|would like|hesitant|looks good|need[s]?\b"
)


# What they do on that day is told nowhere else: she's leaving end of month.
_THEIR_DOING = pattern(
    r"\s*(?:他们?|她们?|对方|客户)(?!.{0,4}[再约见])|\s*(?:he|she|they)(?:'|\b)"
    r"|.*(?:\bon (?:hols?|holidays?|leave|vacation)\b|休假|出差|出国)"
)
# What we do about it; any other English clause with a time ahead says what there is: 88 rooms, live in October.
_STEP = pattern(
    r"\b(?:call|ring|phone|e?-?mail|text|ping|chase|visit|meet\w*|mtg|demo|send|see|talk|speak|catch|follow\w*|f/u|back|again|"
    r"next|due|by|book\w*|rebook\w*|schedul\w*|reschedul\w*|review|present\w*|quote|proposal|draft|plan|action|try|check|"
    r"touch|regroup|revisit|i|i'll|we|we'll|us|me|my|our|let's|to|return\w*|set|zoom|teams|lunch|coffee|dinner|deliver\w*|"
    r"submit\w*|answer|reply|decision|worth|going (?:over|up|down|in|there|to)|seeing|popping|swinging|dropping|"
    r"calling|ringing|visiting|sending)\b"
)
_THEY_WILL = pattern(r"\b(?:he|she|they)(?:'ll|'d| will| would) (?:then |also )?\w+")  # and |she'll send| the docs
_CAME_FROM = pattern(r"\s*刚?(?:刚|才)?从[^，。,;；]{2,20}(?:出来|回来|离开|过来)了?")
# 记一下：|李总嫌交期太长
_LEAD = pattern(
    r"(?:hi|hiya|hello|hey|g'day|morning|good morning|afternoon|arvo|evening)(?: (?:all|team|mate|there))?[,.!]+|"
    r"(?:帮我|请)?(?:记一下|记个|记录一下|记一笔|备注(?:一下)?|补充(?:一下)?|note(?: to self)?|fyi|"
    r"(?:please |pls |can you )?(?:add|log|make|put|leave|write|drop)(?: in)? (?:an?|this|the following) (?:quick )?"
    r"(?:note|comment))(?![a-z])"
    r"(?:\s*[,，]|[^,，。:：;；]{0,24}[:：](?!\d))\s*"
)


_LETTER = pattern(r"\bfrom:? [^\n<]{2,40}<[^\n>]*@[^\n>]*>")
_WAITS = pattern(r"\s*还?(?:需要?|要|得)等")  # 要等到12月中
_OVER_THERE = pattern(r"^(?:那边|这边|那头|那里|的?人)")
_ANSWERS = pattern(r"(?:回复|答复|告诉|反馈)(?:给?[他她]们?|对方|客户)?[，,。;；\s]*$")  # 下周一|回复他


def fill_notes(s: Scene, timed: list[Timed]) -> None:
    """Fills ``content`` and ``feedback``."""
    content: list[tuple[int, int]] = []
    feedback: list[tuple[int, int]] = []
    plans = [t.value for t in timed if t.role == "next"]
    speaking = False
    lead = _LEAD.match(s.m.low)
    letter = _LETTER.search(s.m.low) if "@" in s.m.low else None
    for start, end in s.m.clauses:
        start = max(start, lead.end()) if lead and start < lead.end() <= end else start
        text = s.m.low[start:end]
        if letter and start >= letter.end() and _OURS.match(text) and not _NEXT_HEAD.match(text):
            kind, speaking = "feedback", True  # "we" are those who wrote it
        else:
            kind, speaking = _kind(s, start, end, text, speaking, any(start <= v.start < end for v in plans))
        if kind == "feedback":
            feedback.append((start, end))
        elif kind == "content":
            content.append((start, end))
    _put(s, "feedback", feedback)
    _put(s, "content", content)


def _kind(s: Scene, start: int, end: int, text: str, speaking: bool, is_plan: bool) -> tuple[str, bool]:
    """The kind of a clause (content, feedback, plan, frame), and whether the customer goes on speaking."""
    says = s.m.cues_in(start, end, ("person.say",))
    answers = _ANSWERS.search(text) if is_plan else None
    if answers and says and says[0].start >= start + answers.start():
        says = []
    wanted = says or (_SUBJECT.match(text) and _OPINION.search(text))
    if _ASKED.search(text) and speaking and s.m.lang == "zh":
        return "feedback", True
    if is_plan and (not wanted or _NEXT_HEAD.match(text) or _OURS.match(text)):
        step = _STEP.search(_THEY_WILL.sub("", text))
        told = _THEIR_DOING.match(text) or (s.m.lang == "en" and not (step or _is_frame(s, start, end)))
        return ("content" if told else "plan"), False
    if _NEXT_HEAD.match(text) and not (says and s.m.lang == "zh"):
        return "plan", False
    if _OURS.match(text):
        return ("content", False)
    if says or _OPINION.search(text) or _QUOTE.search(s.m.text[start:end]):
        return "feedback", True
    if _WAITS.match(text) or _SUBJECT.match(text) or _SUBJECT.match(_behind_customer(s, start, end)):
        return "feedback", True
    if _is_frame(s, start, end):
        return "frame", False
    if speaking and not s.m.cues_in(start, end, ("log.met", "log.heading")):
        return "feedback", True
    return "content", False


_SUBSTANCE = (
    "object.opportunity",
    "object.contract",
    "object.order",
    "object.invoice",
    "object.request",
    "service.",
    "stage.",
    "order_status.",
    "request_status.",
    "field.amount",
    "field.payment_terms",
    "field.product",
    "log.missed",
    "log.topic",
    "known.opportunity",
)
_DONE = pattern(r"送|寄|递|报|发了|演示|试用|测试|sent|demo|pitch|present|showed")
_LEADS_TO_POST = pattern(rf"\b{LEADS_TO_POST}$")  # she's the new| buyer
_NAMED = ("customer", "contact", "position", "department", "occurred_at", "channel")


def _behind_customer(s: Scene, start: int, end: int) -> str:
    """What a clause that begins with the customer goes on with: 顺达那边|他们要等下周."""
    one = s.slots.get("customer")
    is_first = one is not None and start <= one.start and one.end <= end and not s.m.low[start : one.start].strip()
    return _OVER_THERE.sub("", s.m.low[one.end : end]) if one is not None and is_first else ""


def _is_frame(s: Scene, start: int, end: int) -> bool:
    """Nothing but who, when, where and how?"""
    if _CAME_FROM.fullmatch(s.m.low, start, end):
        return True
    if s.m.cues_in(start, end, ("person.rival",)) or _is_with_more(s, start, end):
        return False
    spans = [(a.start, a.end) for name, a in s.slots.items() if name in _NAMED]
    if "position" in s.slots:
        spans += [lead.span() for lead in _LEADS_TO_POST.finditer(s.m.low, start, s.slots["position"].start)]
    if any(start <= v.start < end and v.kind in ("money", "percent", "number", "duration") for v in s.m.values):
        return False
    if any(_DONE.search(s.m.low[c.start : c.end]) for c in s.m.cues_in(start, end, ("log.met", "log.topic"))):
        return False
    inside = [t for t in s.tokens_in(start, end) if (t.start, t.end) not in spans]
    if any(kind.startswith(_SUBSTANCE) and not kind.startswith("log.topic") for t in inside for kind in t.kinds):
        return False
    # Words that only look like cues say what was talked about.
    covered = [(t.start, t.end) for t in inside if not t.kinds[0].startswith("noise")] + spans
    left = _uncovered(s.m.low, start, end, covered)
    return left < (2 if s.m.lang == "zh" else 3)


def _is_with_more(s: Scene, start: int, end: int) -> bool:
    """Does somebody stand there besides the contact: met Dr Shinde |and Ms Rane|? Only the words keep them."""
    one = s.slots.get("contact")
    people = [p for p in s.m.people if start <= p.start < end]
    return one is not None and any(p.end <= one.start or one.end <= p.start for p in people)


def _uncovered(low: str, start: int, end: int, covered: list[tuple[int, int]]) -> int:
    """How many letters of a stretch nothing explains."""
    explained = bytearray(len(low))
    for a, b in covered:
        explained[a:b] = b"\x01" * (b - a)
    return sum(low[i].isalnum() for i in range(start, end) if not explained[i])


def _put(s: Scene, name: str, spans: list[tuple[int, int]]) -> None:
    """Neighbours are kept as one stretch of the text; the rest is joined with the language's own comma."""
    if not spans or name in s.slots:
        return
    joined = [spans[0]]
    for start, end in spans[1:]:
        if start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    pieces = [piece for a, b in joined if (piece := s.m.text[a:b].strip(" \t\n,，.。;；:：-—、!！|"))]
    text = ("；" if s.m.lang == "zh" else "; ").join(pieces)
    s.put(name, text, joined[0][0], joined[-1][1], sure=0.7, why="the note's own words")
