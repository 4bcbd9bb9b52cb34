"""People whom a message names in passing: colleagues, who was not there, whom another has followed."""

from nlu.message import Message
from nlu.patterns import REACH, pattern

__all__ = ["is_above", "is_away", "is_colleague", "is_introduced", "is_owner"]

_COLLEAGUE_BEFORE = pattern(
    r"(?:同事|售前(?:经理|工程师)?|我方[\u4e00-\u9fff]{0,4}|我们?这[边里]的?(?:[\u4e00-\u9fff]{1,4}[部组的])?|我司|(?:带[着上了]?|陪[着了]?|陪同)"
    r"(?:技术|售前|售后|研发|产品|实施|工程)?部?的?|我们的|我们家|和我们|跟我们|my colleague|colleague|our \w+|"
    r"teammate|together with|along with|alongside|took|brought)\s*$"
)
_COLLEAGUE_AFTER = pattern(
    r"^(?: (?:out|over|round|in) (?=\w+day|tomorrow|tmrw|next|this|on )|"
    r"一起|一同|一块|陪同|陪我|带队|跟我|和我|与我|我们?(?:一起|俩))"
)
# needs sign-off from |Dr Patel|: somebody above
_ABOVE = pattern(r"\b(?:sign-?off|approval|ok|okay|go-?ahead|blessing) (?:from|by) $|(?:汇报给|上报给?|请示)$")
_AWAY = pattern(
    r"(?:已经?|人)?(?:不在|没在|没见|没空|没出现|(?:今天|昨天|刚才)?(?:带|领)我们?去?见|"
    r"(?:介绍|推荐|引荐|牵线|搭桥)(?:过来)?的|调[去到往]|"
    r"出差|没来|离职|休假|调走|走了|退休|不干了|跳槽)| (?:(?:has )?left\b|is out|was out)"
)
# 吴总的助理|小周, Rob's deputy| Claire: who is named only to say whose somebody is
_OWNS = pattern(
    r"(?:的|手下的?|家的?)?(?:领导|上司|上级|同事|下属|助理|秘书|徒弟|手下|副手|搭档|司机|爱人|太太|老婆|老公|儿子|女儿|弟弟|哥哥|"
    r"妹妹|姐姐|侄子|外甥|亲戚)(?![的也])|(?:手下|底下)的?(?=[\u4e00-\u9fff])|"
    r"['’]s (?:[\w-]+ ){0,2}(?:assistant|deputy|pa|secretary|boss|colleague|brother|sister|wife|husband|son|"
    r"daughter|nephew|niece|cousin|uncle|aunt|mum|dad|partner|successor|replacement|number two|"
    r"right hand|guy|lad|lady|woman|man)\b"
)
_FORMER = pattern(
    r"(?:(?:原来|之前|以前|原先|先前|前任|原|老)的?(?:对接人|联系人|接口人|负责人|窗口)?是?|"
    r"previously |formerly |used to be |"
    r"\b(?:friend|colleague|cousin|brother|sister|wife|husband|neighbou?r|mate|partner) of "
    r"|\b(?:recommended|referred|introduced|passed on) (?:to (?:me|us) )?by )$"
)
# 刘总介绍了他们采购的|小陈: the one who is introduced, not who introduces
_INTRODUCED = pattern(
    r"(?:(?:换|改)成了?|(?:现在|接手|接待|见|对接|来|聊|负责|出面|对接人|联系人)的?是)(?:他们?|她们?|对方)?(?:公司)?[\u4e00-\u9fff]{0,6}?的?$|"
    r"(?:介绍|引荐|推荐)(?:了|给我们?)?(?:一个|一位)?(?:他们?|她们?|对方|公司)?[\u4e00-\u9fff]{0,5}的?$"
    r"|(?:introduced (?:me|us) to|put (?:me|us) in touch with)(?: their| his| her)?(?: [\w-]+){0,2} $"
)


def is_colleague(m: Message, start: int, end: int) -> bool:
    """Is it one of us: 「和同事小林一起」, "with my colleague Ann"?"""
    before, after = m.low[max(0, start - 16) : start], m.low[end : end + 8]
    return _COLLEAGUE_BEFORE.search(before) is not None or _COLLEAGUE_AFTER.match(after) is not None


def is_away(m: Message, start: int, end: int) -> bool:
    """Is it somebody who was not there, or who is it no longer?"""
    return (
        is_owner(m, end)
        or _AWAY.match(m.low, end) is not None
        or _FORMER.search(m.low[max(0, start - REACH) : start]) is not None
    )


def is_owner(m: Message, end: int) -> bool:
    """Is somebody named only to say whose another is: 「吴总的助理小周」, "Anita's assistant"?"""
    return _OWNS.match(m.low, end) is not None


def is_above(m: Message, start: int) -> bool:
    """Is it somebody who is only reported to?"""
    return _ABOVE.search(m.low, max(0, start - REACH), start) is not None


def is_introduced(m: Message, start: int) -> bool:
    """Is it who was introduced, or has taken over?"""
    return _INTRODUCED.search(m.low, max(0, start - 24), start) is not None
