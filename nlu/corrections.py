"""Corrections in plain words: 「不对，是80万」, 「不是三个月，是半年」, "not 50k but 80k", 「金额改成80万」."""

import re
from dataclasses import replace

from nlu.message import Message
from nlu.patterns import pattern
from nlu.types import Correction, Value

__all__ = ["read_correction"]

_PARTICLE = pattern(r"[吧啊呀了]$")
# Oakmere Dental Clinic, |sorry|
_REGRET = pattern(
    r"(?<=\S)[,.\s]+(?:sorry|oops|my (?:bad|mistake)|apologies|please|pls|thanks|thx|ta|cheers|mate|though|"
    r"actually)[\s.!]*$|[，,、\s]+(?:刚才?)?我?(?:打|写|说|记|输|弄|搞|听)错了?[。!！\s]*$"
)

# 刚那个是|微信不是电话
_POINTING = pattern(r"^(?:刚才?|刚刚|上面|上一?)(?:那|这)?一?[个条次]?(?:其实)?(?:应该)?是(?=.)")

_FIELDS = {
    "customer": "客户名称|客户名|客户|公司|customer name|customer|company|account|client",
    "contact": "联系人|对接人|contact person|contact",
    "phone": "手机号码?|电话号码|手机|电话|phone number|phone|mobile|cell",
    "email": "邮箱|邮件地址|电子邮件|e-mail|email address|email",
    "address": "地址|address",
    "amount": "合同金额|商机金额|总金额|金额|预算|总价|价格|总额|(?:(?:contract|deal|order) )?(?:amount|value)|budget|"
    "price|total",
    "expected_close": "预计成交(?:日期|时间|日)?|预计签约(?:日期|时间)?|成交(?:日期|时间)|关单日期|签约时间|expected "
    "close(?: date)?|close date|closing date",
    "next_follow_up_at": "下次跟进(?:时间|日期)?|下次拜访(?:时间)?|下次联系(?:时间)?|跟进时间|提醒时间|next "
    "follow[- ]?up(?: date)?|follow[- ]?up(?: date| time)?|next step",
    "occurred_at": "拜访(?:时间|日期)|跟进日期|沟通时间|日期|时间|date|time",
    "remind_at": "提醒时间|reminder(?: time)?",
    "stage": "阶段|stage",
    "channel": "跟进方式|沟通方式|联系方式|方式|渠道|channel",
    "content": "内容|content|note",
    "feedback": "反馈|feedback",
    "opportunity": "商机名称|项目名称|商机|项目|opportunity|opp|deal|project",
    "product": "产品|品名|product|item",
    "quantity": "数量|quantity|qty",
    "unit_price": "单价|unit price",
    "position": "职位|职务|position|title",
    "department": "部门|department|dept",
    "industry": "行业|industry",
    "size": "规模|人数|size",
    "contract_number": "合同编?号|contract (?:number|no)",
    "order_number": "订单编?号|order (?:number|no)",
    "invoice_number": "发票号码?|invoice (?:number|no)",
    "payment_terms": "付款方式|付款条件|payment terms",
    "subject": "主题|事项|subject",
    "handler": "处理人|handler|engineer",
    "name": "名称|名字|名|name",
}
_ANY_FIELD = "|".join(f"(?P<{slot}>{words})" for slot, words in _FIELDS.items())
_NO = (
    r"(?:不对|不是的?|我?(?:[记说写打搞弄看填报听录]|发现)?(?:错了|岔了)|有误|哦不|噢不|啊不|更正|纠正|no|nope|nah|wrong|"
    r"sorry|oops|correction|actually|wait|i mean|i meant|scratch that)"
)
# What is said on the way to it: 「哦，刚才那个……」.
_SIGH = (
    r"(?:(?:哦豁|哎呀|糟糕|坏了|[哦噢啊呃嗯哎唉诶喔]+|不好意思|抱歉|对不起|sorry|"
    r"(?:o+h+|a+h+|whoops|ugh|u+m+|u+h+|er+m*|hang on|hold on|wait)\b)[,，、。\s]*)*"
)
_THAT = (
    r"(?:(?:刚才|刚刚|上述|以上|上面|前面|那天|那次|当时|那个|那条|这个|这条|方才|实际上|其实)"
    r"(?:保存|记|说|存|填|录|写)?的?)*"
)
# 改后天吧，|还是那个点
_AS_IT_WAS = (
    r"(?:[，,\s]*(?:还是|还|时间|地[点方]|几点|其[它他])(?:都|还)?"
    r"(?:不变|照旧|一样|没变|不动|(?:那个|原来的?|同一个?)(?:点儿?|钟点|时间|地方)))?"
)
_NEW_END = r"(?P<new>[^。；;!！\n]+?)\s*[。.!！]?\s*$"
_PATTERNS = tuple(
    pattern(source)
    for source in (
        # 地址错了，是28号 / 上述提醒时间有误，应为12月2日
        rf"^\s*{_SIGH}{_THAT}(?:[^，,。;；]{{1,10}}?[那这][条次笔])?(?:提醒|跟进|拜访|记录)?的?[,，\s]*"
        rf"(?:{_ANY_FIELD})(?:被?我?[记说写打搞弄看填报给录定])?(?:错了|有误|不对)"
        rf"[,，、。\s]*(?:不是(?P<old1>[^，,。是]{{1,15}}?)[,，\s]*)?(?:应该|应)?(?:是|为|改成|改为|改到)\s*{_NEW_END}",
        # 刚才那条记错公司了，是宏业锻造
        rf"^\s*{_SIGH}{_THAT}(?:提醒|跟进|拜访|记录)?的?[，,\s]*我?[记说写打搞弄看填存]错(?:{_ANY_FIELD})了"
        rf"[,，、。\s]*(?:不是(?P<old1>[^，,。是]{{1,15}}?)[,，\s]*)?(?:应该|应)?(?:是|为|改成|改为)\s*{_NEW_END}",
        # 刚才12万不对，是15万
        rf"^\s*{_SIGH}{_THAT}(?P<old1>(?!不[对是]|[记说写打搞弄看填存听]错)(?=[^，,。]{{0,12}}[0-9一二两三四五六七八九十百千万周月号天底])[^，,。;；是]{{1,15}}?)(?:不对|有误|我?[记说写打填录]?错了)"
        rf"[,，、。\s]*(?:应该|应)?(?:是|改成|改为|为)\s*{_NEW_END}",
        # 刚存的那条，石斑鱼写错了，是龙趸
        rf"^\s*{_SIGH}(?:{_THAT}[^，,。]{{0,6}}?[那这][条次个笔](?:跟进|记录|拜访)?)里?的?[,，\s]*(?P<old1>[^，,。;；是]{{2,12}}?)我?[记说写打填录]错了"
        rf"[,，、。\s]*(?:应该|应)?(?:是|改成|改为|为)\s*{_NEW_END}",
        # 方案里八台改成十台
        rf"^\s*{_SIGH}把?(?:{_THAT})?[^，,。;；的里]{{1,6}}里面?的?(?P<old1>[^，,。;；的里]{{2,12}}?)(?:改成|改为|换成|应该是)\s*{_NEW_END}",
        # 刚存的那条内容里六台改成八台
        rf"^\s*{_SIGH}把?(?:{_THAT}(?:[^，,。]{{0,6}}?(?:那[条个次笔]|内容|反馈|备注|跟进|记录))(?:里面?|上面?|中)?的?)+"
        rf"(?P<old1>[^，,。;；的里]{{1,12}}?)(?:改成|改为|换成|应该是|应为)\s*{_NEW_END}",
        # 刚才那个不是电话，是发的微信
        rf"^\s*{_SIGH}(?:也|{_THAT})(?:不是|并非)\s*(?P<old1>[^，,。;；是]{{1,15}}?)[，,;；]?\s*(?:而?应?该?是|用的是?)"
        rf"(?:发的?|打的?|用的?|通过)?\s*{_NEW_END}",
        # 协议那个改到周三
        r"^\s*[^，,。]{1,14}?(?:那个|那条|那件|的提醒|提醒)的?(?:改到|改成|换到|挪到)\s*(?P<new>(?=[^，,]*[0-9一二三四五六日天周月号点"
        r"早晚午明后]).{1,30}?)\s*[。.!！]?\s*$",
        # 刘总说改成大后天了，时间不变
        rf"^\s*{_SIGH}[^，,。\s]{{1,8}}?(?:说|讲|通知|来电话?|发微信)了?(?:说|要|想|得|要求)?"
        r"(?:改成|改为|改到|改在|换成|换到|挪到|推迟到|推到|延到|延期到|提前到)(?P<new>(?=[^，,]*[0-9一二三四五六日天周月号点早晚午明后])[^，,。]{1,20}?)"
        rf"[了吧]?{_AS_IT_WAS}\s*[。.!！]?\s*$",
        # 汇川的跟进改成电话
        rf"^\s*{_SIGH}把?(?:{_THAT}|[^，,。]{{1,12}}?)的?(?:那条|那个)?(?:跟进|拜访|记录)(?:方式)?(?:改成|改为|换成)"
        r"(?P<new>电话|拜访|微信|邮件|会议|视频会议?|上门|面谈)\s*[。.!！]?\s*$",
        # 其实那天是视频会议
        rf"^\s*{_SIGH}(?=.{{0,12}}(?:其实|实际上))(?:我?(?:是不是)?[记说写]错了[,，\s]*)?{_THAT}(?:应该)?是(?:发的?|打的?|用的?|通过|上门)?"
        r"(?P<new>[^，,。;；!！?？\n不]{1,10}?)\s*[。.!！]?\s*$",
        # it was actually a call
        r"^\s*(?:(?:oh|sorry|no|actually|wait|oops|my mistake)[,.\s]+)*(?:it|that|this|the last one)(?: one)? was"
        r"(?: actually| really| in fact| just)* (?:an? |by |on (?:the )?|over (?:the )?)?(?P<new>(?:(?:phone|video|"
        r"zoom|teams|site|skype) )?(?:call|visit|e-?mail|mail|meeting|phone|chat|text|whatsapp|wechat|slack))"
        r"(?:[, ]+(?:actually|though|in fact|not an? (?P<old1>[a-z -]{3,12})))?\s*[.!]?\s*$",
        # 客户是中兴不是华为
        rf"^\s*(?:{_NO}[,，\s]*)?(?:(?:{_ANY_FIELD})\s*)?(?:应该)?(?:是|it's|"
        rf"is)\s*(?P<new>[^，,。不]+?)[,，\s]*(?:不是|而不是|not)\s*(?P<old1>[^。，,]+?)\s*[。.]?\s*$",
        # 金额改成80万 / 把金额从50万改成80万 / change the amount (from 50k) to 80k
        rf"^\s*(?:{_NO}[,，\s]*)?(?:请|麻烦|帮我)?把?(?:{_THAT}(?:跟进|拜访|记录)?的?)?(?:the "
        rf")?(?:{_ANY_FIELD})(?:的)?(?:从(?P<old1>[^，,]+?))?(?:应该)?(?:改成|改为|改到|改(?!名|个名)|换成|变成|"
        rf"调到|调整为|更新为|设为|是|为|应为|to|is|should be|:|：)\s*{_NEW_END}",
        rf"^\s*(?:{_NO}[,，\s]*)?(?:please |pls )?(?:change|set|update|make|correct|fix|edit) (?:the |"
        rf"it's |its )?(?:{_ANY_FIELD})(?: from (?P<old1>.+?))?(?: to| =|:)? {_NEW_END}",
        # 把付款改成回款 / change payment to invoicing
        rf"^\s*(?:{_NO}[,，\s]*)?(?:请|麻烦|帮我)?把(?P<old1>[^，,。]{{1,15}}?)(?:改成|改为|换成){_NEW_END}",
        rf"^\s*(?:{_NO}[,，\s]*)?(?:please |pls )?(?:change|replace) (?!(?:it|that|this|them) )"
        rf"(?P<old1>[^,.]{{2,25}}?) (?:to|with|by) {_NEW_END}",
        # 不是三个月，是半年 / not 50k but 80k
        rf"^\s*(?:{_NO}[,，\s]+)?(?:(?:{_ANY_FIELD})\s*)?(?:不是|并非|it's not|its not|not|isn't|"
        rf"wasn't)\s*(?P<old1>[^，,。;；]+?)(?:[，,;；]\s*|\s+)?(?:而?应?该?是|(?:but|it's|its|it is|"
        rf"make it|rather)\s)\s*{_NEW_END}",
        # hang on, that wasn't Osprey, that was Marlowe
        rf"^\s*{_SIGH}(?:{_NO}[,\s]+)*(?:it|that|this|the (?:last )?(?:one|note|visit|call|meeting))"
        r"(?:(?: was| is)(?:n['’]t| not)|['’]s not) (?:an? |at |with )?(?P<old1>[^,.;]{2,40}?)(?:[,.;]\s*|\s+)(?:but )?"
        rf"(?:(?:it|that|this)(?: was|['’]s| is)|rather) (?:an? |at |with )?{_NEW_END}",
        # not tomorrow, Friday; not her, I meant Jean
        rf"^\s*(?:{_NO}[,\s]+)*not (?P<old1>[a-z0-9$€£ ]{{1,20}}?),\s*(?:(?:i meant?|but|make it|it['’]s|it was) )?"
        r"(?P<new>[a-z0-9$€£ :]{1,25}?)\s*[.!]?\s*$",
        # the beds would be 10 not 8
        rf"^\s*(?:{_NO}[,\s]+)*(?:the |their |it['’]s |that['’]s )?(?:[a-z]+ ){{0,3}}?"
        r"(?:would be|should be|will be|is|are|was|were|makes?) (?P<new>\d[\d.,]*k?),? not (?P<old1>\d[\d.,]*k?)"
        r"\s*[.!]?\s*$",
        # it was 3 freezers
        r"^\s*(?:(?:it|that) (?:was|is|should be|should have been)|it['’]?s|that['’]?s)(?: actually| really)?"
        r" (?P<new>\d[\w ,.%£€$]{0,25}?)"
        r"(?: actually| though)?\s*[.!]?\s*$",
        # 80万，不是50万 / 80k not 50k
        rf"^\s*(?:{_NO}[,，\s]+)*"
        r"(?:(?:(?:it )?should be|it was|it's|its|it is|that was|that's|make it|i meant|i mean)\s+)?"
        r"(?P<new>[^，,。]{1,30}?)[，,]?\s*(?:不是|而不是|\bnot\b|\binstead of\b)\s*"
        r"(?P<old1>[^。，,]{1,30}?)\s*[。.]?\s*$",
        # 等等，是85万
        rf"^\s*(?:等等|等下|等一下|慢着|且慢)[,，\s]*(?:应该|应)?(?:是|改成|改为)\s*{_NEW_END}",
        # 不对，是80万 / no, 80k / make it Thursday 10am / 改成周四
        rf"^\s*{_SIGH}(?:{_NO}(?:[吧啊呀的,，、…。.!！\s]+|(?=应?该?是|改[成为]|叫|不对|不是)))+"
        r"(?:应该|应|it should be|should be|it's|its|it is|i meant|i mean|"
        rf"make it|make that|that's)?\s*(?:是|改成|为|叫|to)?\s*{_NEW_END}",
        # 改名叫晨光文化, 他们公司改名了，现在叫晨光 / rename it to Sunshine
        r"^\s*(?:请|麻烦|帮我|给我|(?:他们|她们|对方|那家|这家|客户)?的?(?:公司|客户|家|单位)?)?(?:已经|刚刚?|最近)?"
        r"(?:[改更换](?P<name2>名|个名)[字称]?(?:了[，,]?(?:现在)?(?:改)?(?=[叫为成到]))?[叫为成到]?|"
        rf"rename (?P<name3>it|that|this)(?: one)? (?:to|as)) ?{_NEW_END}",
        # 推迟到后天下午三点 / push it to Sunday 3pm
        r"^\s*(?:[^，,。]{1,14}?(?:那个|那条|这条|那件|的提醒|提醒)的?)?(?:(?:给我|帮我|再)?(?:推迟|延后|延迟|延期|往后推|推后|提前|提早|挪|推|延|改期|改约)到?|"
        r"(?:push|move|postpone|delay|reschedule|shift|bring|put) (?:it|that|this)(?: back| off| forward| out)?"
        r"(?: to| until| till| for| on)?)\s*(?P<new>(?=[^，,]*[0-9一二三四五六日天周月号点早晚午明后]|"
        r".*(?:day|week|month|morning|noon|evening|[ap]m)).{1,30}?)\s*[。.!！]?\s*$",
        rf"^\s*{_SIGH}(?:请|麻烦)?(?:改成|改为|改到|换成|改做|改作|改|应该是|应为|make it|make that|change (?:it |that "
        rf")?to|should be|it should be|set it to|switch (?:it )?to|i meant|i mean)\s*{_NEW_END}",
    )
)
# What is said before one changes one's mind, …
_SEPARATED = r"[吧啊呀的,，、…。.!！\s]*"
_SECOND_THOUGHT = (
    r"(?:(?:(?:还是)?算了|还是|其实应?该?是|其实|不行|要不|要么|不如|不对|不是|哦不|换[成到]?|改[成到]?|等等)|不+(?=[,，、…。.!！\s])"
    r"|(?:no|nope|wait|sorry|actually|hang on|hm+|(?:scratch|scrap|forget|strike) (?:that|it)|on second thoughts?)\b)"
    + _SEPARATED
)
# … of what is given up: 「别周六了」, 「周五太赶」, "forget Thursday", "Thursday doesn't work"; …
_GIVEN_UP = (
    r"(?:(?:先?别|不要|不用|取消|先?不)(?:是|约|选)?(?P<old2>[^，,。不别]{1,12}?)了?"
    r"|(?P<old3>[^，,。]{1,12}?)(?:太[\u4e00-\u9fff]{1,3}|来不及|不行|不方便|没空|没时间|不合适|赶不上|去不了|不在|算了)了?"
    r"|(?:forget|never mind|skip|drop|scrap|scratch|cancel|not|no) (?:about )?(?P<old4>[a-z0-9$€£ ]{2,20}?)"
    r"|(?P<old5>[a-z0-9$€£ ]{2,20}?) (?:doesn't work|won't work|isn't good|is no good|is out|is off|doesn't suit|"
    r"is too (?:early|late|soon|tight))(?: (?:for|with) \w+)?)"
)
# … and before what takes its place: 「改周五」, "let's do Friday".
_RATHER = (
    r"(?:那?就|还是|应?该?是|叫|改[成为到]?|换[成到]?|约|要|[定排]在|it's |(?:it )?should be |i meant? |"
    r"(?:it|that) was |make (?:it|that) |let's (?:do|say|make it|go (?:for|with)) |"
    r"do |say |rather |better |go with |how about |what about |maybe )*"
)
_INSTEAD = r"(?P<new>[^，,。;；\n]{1,25}?)(?: instead| then)?"
# A value takes the place of another: these hold only where what is new is a time or an amount.
_OF_A_VALUE = tuple(
    pattern(rf"^\s*{rest}\s*[。.!！]?\s*$")
    for rest in (
        # 算了，周五太赶，周一吧
        rf"(?:{_SECOND_THOUGHT})*{_GIVEN_UP}[,，;；.。…\s]+(?:{_SECOND_THOUGHT})*{_RATHER}{_INSTEAD}",
        # 于会计刚才说|明天不行改后天吧
        rf"[^，,。\s]{{1,6}}?(?:刚才?|刚刚)?(?:说|讲)(?P<old6>[^，,。]{{1,8}}?)(?:不行|不方便|没空|没时间|来不及|去不了|不在)了?[,，\s]*"
        rf"(?:改[成为到]?|换[成到]?|约|推到)(?P<new>[^，,。\s]{{1,12}}?)[吧了]?{_AS_IT_WAS}",
        # make it Friday instead, forget Thursday
        rf"(?:{_SECOND_THOUGHT})*{_RATHER}{_INSTEAD}[,，;；.。\s]+{_GIVEN_UP}",
        rf"(?:{_SECOND_THOUGHT})+{_RATHER}{_INSTEAD}",  # 算了，后天吧
        rf"{_RATHER}(?P<new>[^，,。;；\n]{{1,25}}?) instead",  # let's do Friday instead
    )
)
# One of these is said wherever a value takes the place of another.
_OTHERWISE = pattern(
    "算|还是|其实|不|要么|换|改|等|别|取消|太|来不及|没|赶|去不了|no|wait|sorry|actually|hang on|hm|"
    "scratch|scrap|forget|strike|second|never|skip|drop|cancel|n't|is out|is off|is too|instead"
)
_BESIDE = 4  # letters that such a value may have beside it
_CUE = pattern(
    r"不对|不是|错了|[记说写打搞弄看填存]错|有误|其实|实际上|改|换成|更正|纠正|应该是|应为|而是|哦不|\b(?:not|no|wrong|make|change|set|"
    r"(?:it|that) (?:was|should)|(?:it|that)['’]?s (?:actually )?\d|"
    r"actually|sorry|oops|correction|i mean|i meant|should be|update|correct|fix|edit|"
    r"instead|switch|rename|push|move|postpone|delay|reschedule|shift|bring|put)\b|推|延|提前|提早|挪|叫"
)
_TOO_LONG = 80


def read_correction(m: Message) -> Correction | None:
    """The correction a short message makes, in its own words; None for anything else."""
    if len(m.low) > _TOO_LONG:
        return None
    found = next(filter(None, (rule.match(m.low) for rule in _PATTERNS)), None) if _CUE.search(m.low) else None
    if found is None or not (found.groupdict().get("old1") or _is_value(m, found)):
        instead = _value_instead(m)
        if instead is not None:
            return instead
    return _correction(m, found) if found else None


def _value_instead(m: Message) -> Correction | None:
    """The correction of a message that puts a value in the place of another."""
    if not any(v.is_time or v.money for v in m.values) or not _OTHERWISE.search(m.low):
        return None
    matches = [match for rule in _OF_A_VALUE if (match := rule.match(m.low))]
    found = next((match for match in matches if _is_value(m, match)), None)
    return replace(_correction(m, found), old=_given_up(m, found)) if found else None


def _is_value(m: Message, match: re.Match[str]) -> bool:
    """Is what takes the place a time or an amount, and next to nothing else?"""
    start, end = match.span("new")
    inside = sum(v.end - v.start for v in _values_in(m, start, end))
    return inside > 0 and end - start - inside <= _BESIDE


def _given_up(m: Message, match: re.Match[str]) -> str | None:
    """The value that is given up, without what is said of it."""
    spans = (match.span(name) for name, said in match.groupdict().items() if name.startswith("old") and said)
    return next((v.text for span in spans for v in _values_in(m, *span)), None)


def _values_in(m: Message, start: int, end: int) -> list[Value]:
    return [v for v in m.values if (v.is_time or v.money) and start <= v.start and v.end <= end]


def _correction(m: Message, match: re.Match[str]) -> Correction:
    groups = match.groupdict()
    field = next((slot for slot in _FIELDS if groups.get(slot)), None)
    if groups.get("name2") or groups.get("name3"):
        field = "name"
    old = m.text[slice(*match.span("old1"))].strip() if groups.get("old1") else None
    new = m.text[slice(*match.span("new"))].strip(" ,，。.!！")
    new = _POINTING.sub("", new) if old else new
    return Correction(old or None, _REGRET.sub("", _PARTICLE.sub("", new)), field)
