"""Words that steer a dialog, and talk that means nothing to it."""

from typing import cast

from nlu.folding import fold
from nlu.intents import Decision
from nlu.lexicon import Lexicon
from nlu.message import Message
from nlu.patterns import pattern
from nlu.types import Control

__all__ = ["is_small_talk", "read_control"]


# Words that mean a greeting or thanks only where nothing else is said.
_GREETING = pattern(
    r"(?:(?:早[上安]?|早晨|晚好|完事了?|完工|拜拜?了?|搞定收工|(?:上午|中午|下午|晚上|早上|大家|同志们)好|不早了|天不早了|先?走了|先下了|先撤了?|"
    r"(?<=[，,])撤了|巴适|安逸|得闲再倾|(?:(?:好的?|嗯+|行了?|哦+|ok)[\s，,。]+)?(?:收到|知道|明白|了解|noted|got it|"
    r"gotcha|roger(?: that)?)|"
    r"明天见|明儿见|听日见|后天见|周一见|下周见|回见|回头见|改天见|3q|撤了哈|收工|下班)[啊呀哈啦咯了]?"
    r"[\s，,。.!！~～]*)+"
)


_THANKS, _NO_MORE = r"(?:多?谢+|感谢)[了啦您你]*", r"没(?:什么|啥|有)?(?:别的|其他)?(?:问题|事|疑问)[了啦]"
# 好的谢谢，没问题了: who thanks and has no more questions takes leave, and has not said yes to what is shown.
_LEAVE = pattern(
    rf"(?:(?:好[的了]?|嗯+|行|ok|那)[\s，,。]*)?(?:{_THANKS}[\s，,。!！]*{_NO_MORE}|{_NO_MORE}[\s，,。!！]*{_THANKS})[\s，,。!！~～]*"
)


def read_control(text: str, lexicon: Lexicon) -> Control | None:
    """The control a **whole** message stands for (「好的」, "never mind, forget it"); None when it says more."""
    if len(text) > 60 or _LEAVE.fullmatch(fold(text)):
        return None
    return cast("Control | None", lexicon.control(text))


def is_small_talk(m: Message, decision: Decision) -> bool:
    """Greetings, laughter, thanks, weather, jokes: nothing that may fill a field."""
    asks_of_them = bool(m.kinds & {"question.what", "func.is"}) and ("object.customer" in m.kinds or bool(m.names))
    is_talk = decision.intent == "other" and "talk" in decision.marks and not asks_of_them
    return is_talk or any(one.fullmatch(m.low) for one in (_GREETING, _LEAVE))
