"""The company within a stretch of unexplained words, and the words that are never one."""

from functools import cache

from nlu.chunks import Chunk
from nlu.company_like import company_end, head_firm
from nlu.message import Message
from nlu.name_forms import company_words
from nlu.patterns import pattern
from nlu.people import FREQUENT_SURNAMES, bare_name

__all__ = ["company_part", "is_nobody"]

_DASH = pattern(r"([\u4e00-\u9fff]{2,})[-–—][\u4e00-\u9fff]")
_BRACKET_NAME = pattern(r"(.+?[)）])([\u4e00-\u9fff]{2,3})")
_PERSON_BEHIND = pattern(r"(.{2,}(?:厂|店|馆|院|社|所|公司|超市|银行|医院))([\u4e00-\u9fff]{2,3})")
_DEPARTMENT = pattern(
    r"(?:[一二三四首两上下本]?[期批][\u4e00-\u9fff]*|设计院|总包方?|业主|[一二]网|[\u4e00-\u9fff]{1,4}办|韩国厂|国外厂家|[上这那本下]一?批[\u4e00-\u9fff]*|售前|售后|[\u4e00-\u9fff]{1,4}中心|[\u4e00-\u9fff]{1,6}(?:科|部|处|室|课|部门|车间|办公室|事业部)|采购|技术|设备|销售|财务|老板[\u4e00-\u9fff]|"
    r"生产|仓储|总部|老板|现场|前台|客户|对方|负责|[升任调到]?(?:集团|公司|总部)|验收|安装|培训|调试|收货|开票|对账|方案|价格|产品|合同|报价|那边|这边|数量|项目|预算|"
    r"大家|个人|私人|散客|家里[\u4e00-\u9fff]*|自己[\u4e00-\u9fff]*|[钱款货票][\u4e00-\u9fff]?|同事|首批|尾款|代表|列表|清单|情况|记录|资料|信息|数据库|名单|样品|尺寸|一面|两面|一次|"
    r"顺丰|德邦|中通|圆通|韵达|申通|京东物流|跨越速运|新来|dhl|fedex|ups|tnt|一条记录|[\u4e00-\u9fff]{0,6}(?:经理|总监|主管|主任|[部处科院校所厂局店站行场矿班组队馆]长|"
    r"专员|代表|工程师|员)(?:[\u4e00-\u9fff]{2,3}人)?|人[a-z]*|spanish|"
    r"english|french|german|chinese|japanese|italian|portuguese|korean|arabic|russian|dutch|hindi|"
    r"quick|wifi|crm|nda|sso|ok|i|po|rfq|rfp|ceo|cfo|cto|coo|vp|gm|hr|it|q[1-4]|h[12]|eod|asap|fyi|"
    r"tbd|usd|eur|gbp|rmb|cny|(?:老板|负责人|联系人|经理|对接人)?(?:姓|叫)[\u4e00-\u9fff]{1,3})"
)
_PLACE_END = pattern(r"[\u4e00-\u9fff]{2,4}(?:省|市|县|区|镇|路)?")


def is_nobody(low: str) -> bool:
    """A department, a place or a plain noun, which is never the customer by itself."""
    if _DEPARTMENT.fullmatch(low):
        return True
    place = _PLACE_END.fullmatch(low)
    return place is not None and low.rstrip("省市县区镇") in _places()


@cache
def _places() -> frozenset[str]:
    return frozenset(company_words()["places"])


_ASKED_OR_PAID = frozenset({"question.what", "money", "number"})
_COUNT_BEHIND = pattern(r"(?: \d+)?$")
_THAT_ONE = pattern(r"[\u4e00-\u9fff]{2,10}?(?=[那这](?:台|个|套|批|单|条|家|边|笔|份|次|几))")


_INSTITUTION = pattern(
    r"[\u4e00-\u9fff]{4,16}(?:管委会|委员会|研究院|研究所|设计院|事务所|有限公司|分公司|开发区|产业园)"
)

# 从|蓝海|出来
_CAME_FROM = pattern(
    r"(?:那边|那里|那儿|这边)?(?:刚)?(?:出来|回来|离开|过来|回到?[\u4e00-\u9fff]{0,4}|谈完|聊完|开完会)$"
)


def company_part(m: Message, chunk: Chunk) -> tuple[int, int]:
    """The company in a chunk: up to its suffix or bracket (「蓝海超市收银机」 → 「蓝海超市」)."""
    piece = m.low[chunk.start : chunk.end]
    bracket = _BRACKET_NAME.fullmatch(piece)
    if bracket and bare_name(bracket.group(2)):
        return chunk.start, chunk.start + bracket.end(1)
    behind = _PERSON_BEHIND.fullmatch(piece)
    if behind and bare_name(behind.group(2)) and behind.group(2)[0] in FREQUENT_SURNAMES:
        return chunk.start, chunk.start + behind.end(1)
    if m.lang == "en":
        return chunk.start, chunk.end - len(_COUNT_BEHIND.search(piece)[0])  # type: ignore[index]
    if m.low.endswith("从", 0, chunk.start):
        piece = _CAME_FROM.sub("", piece)
    that = _THAT_ONE.match(piece)
    if that:
        return chunk.start, chunk.start + that.end()
    dash = _DASH.match(piece)
    if dash:
        return chunk.start, chunk.start + dash.end(1)
    if chunk.number == 0 and "edge" in chunk.left and (cut := head_firm(m.low, chunk.start, chunk.end)):
        return chunk.start, cut
    if _INSTITUTION.fullmatch(piece):
        return chunk.start, chunk.end
    end = chunk.start + len(piece)
    cut = company_end(m.low, chunk.start, inside=end)
    is_asked = cut == end and cut - chunk.start >= 3 and piece[-1] in "有那开"
    if is_asked and not _ASKED_OR_PAID.isdisjoint(chunk.right):
        cut -= 1  # 博远有几个商机
    return chunk.start, cut if cut > chunk.start + 1 else end
