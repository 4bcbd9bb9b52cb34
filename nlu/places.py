"""What the place of an unknown word tells: the subject, or what a preposition points at, is a company."""

from nlu.chunks import Chunk, given_names
from nlu.message import Message
from nlu.patterns import pattern
from nlu.wordlists import words

__all__ = ["is_subject", "is_thing"]

_SUBJECT_ZH = pattern(
    r"(?:的(?!话)|对|那边|这边|那里|那个|这个|那单|那批|那家|那笔|有(?:几|没|多少|啥|什么|个|一个|笔|一笔|新)|最近|上次|上回|今天|昨天|刚|还[在没是]|已经|又|反映|反馈|报修|来电|"
    r"打电话|回复|说|要|想|嫌|催|同意|[再追]?加?订|下单|签|付|采购|现在|目前|黄了|丢)"
)
_SIDE = pattern("[那这]边")
_SUBJECT_EN = pattern(
    r": | [-–—] | (?:[a-z-]+ ){0,2}[a-z-]+: |"
    r"'s [a-z]| (?:[a-z-]+ ){1,2}(?:deal|opp|opportunity|project|order|contract|ticket|quote)\b|"
    r"(?:'s|s')? (?:said|says?|reports?|reported|told|wants?|needs?|asked|asks|likes?|agreed|"
    r"confirmed|replied|thinks?|is|are|"
    r"was|has|have|had|isn't|hasn't|haven't|closing|closes|value|expects?|won't|will|paid|signed|ordered|bought|moved|slipped|called|emailed|just|still|"
    r"finally|gone|to (?:negotiation|proposal|won|lost|discovery)|deal|"
    r"order|contract|project|opp|opportunity|invoice|ticket|account|phone|close|stage|went|got|came|cancelled|"
    r"gave|now|rated|canceled|rejected|accepted|placed|takes?|took|loves?|loved|prefers?|complains?|complained|\d)\b"
)
_THINGS_ZH = pattern(
    r".*(?:机器|设备|系统|打印|电脑|服务器|屏幕|软件|价格|报价|方案|合同|订单|发票|工单|商机|项目|样品|货|客户|对方|他们|我们|"
    r"你们|我|你|他|她|今天|明天|昨天|现在|本|这|那|谁|什么|哪|几|多少|机$|器$|仪$|灯|门|空调|电梯|仓库|车间|前台|老板|经理|"
    r"领导|团队|业绩|目标|任务|提醒|会议|电话|资料|名单|功能|时间|预算|货款|尾款|款项|单子|刚|才|上面|上|下|最近|全部|所有|一|"
    r"二|三|钱|提到|关于|说|付款|发货|物流单|快递|产品|数量|金额|阶段|天气|心情|股票|师傅|工程师|技术|采购|财务|销售|系统|网络|"
    r"密码|账号|.*闸|页面|手机|屏|线|泵|阀|锅炉|电机|传感器|摄像头|收银|刷卡|扫码|叉车|冰箱|冷库).*"
)


def is_subject(m: Message, chunk: Chunk, start: int, end: int) -> bool:
    """Does an unknown word open its clause as the one who does, says, has or owns something?"""
    if "edge" not in chunk.left or m.low[max(0, start - 2) : start].endswith("'s"):
        return False
    piece = m.low[start:end]
    if m.lang == "zh":
        shape = _SUBJECT_ZH if chunk.number == 0 else _SIDE
        return _is_name_zh(piece) and shape.match(m.low, end) is not None
    return _is_name_en(m, start, end) and _SUBJECT_EN.match(m.low, end) is not None


def is_thing(word: str) -> bool:
    """A plain English noun (lower case) that is nobody's name."""
    return word in words("things_en") or word in words("not_owners")


def _is_name_zh(piece: str) -> bool:
    if piece.isascii():
        return 2 <= len(piece) <= 24 and piece.replace(" ", "").isalpha()
    plain = 2 <= len(piece) <= 6 and piece.isalpha() and piece not in words("everyday")
    return plain and not _THINGS_ZH.fullmatch(piece)


def _is_name_en(m: Message, start: int, end: int) -> bool:
    text = m.text[start:end]
    parts = text.split()
    if not 1 <= len(parts) <= 4 or not all(part.isalpha() and part[0].isupper() for part in parts):
        return False
    head = parts[0].lower()
    if len(parts) == 1 and (len(text) < 3 or (text.isupper() and len(text) <= 4) or is_thing(head)):
        return False
    if len(parts) == 2 and not words("pinyin_surnames").isdisjoint((head, parts[1].lower())):
        return False
    return head not in given_names() and not all(is_thing(part.lower()) for part in parts)
