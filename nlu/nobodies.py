"""Words that are never a company by themselves: a department, a place, a plain noun."""

from functools import cache, lru_cache

from nlu.name_forms import company_words
from nlu.patterns import pattern
from nlu.wordlists import words

__all__ = ["is_nobody"]

_DEPARTMENT = pattern(
    r"(?:负责人|联系人|对接人|经办人|接待人|老板|厂长|采购)[是系为叫]|[一二三四首两上下本]?[期批][\u4e00-\u9fff]*|总包方?|[一二]网|"
    r"[\u4e00-\u9fff]{1,4}办|[上这那本下]一?批[\u4e00-\u9fff]*|[\u4e00-\u9fff]{1,4}中心|"
    r"[\u4e00-\u9fff]{1,6}(?:科|部|处|室|课|部门|车间|办公室|事业部)|老板[\u4e00-\u9fff]|[升任调到]?(?:集团|公司|总部)|"
    r"[一二两三四五\d][星分]|[寒暑]假[\u4e00-\u9fff]*|是?哪家[\u4e00-\u9fff]*|哪个[\u4e00-\u9fff]*|"
    r"[做搞][\u4e00-\u9fff]{2,7}的?|[贵我本敝你该](?:公司|司|方|单位|校|院|厂|店)|家里[\u4e00-\u9fff]*|"
    r"自己[\u4e00-\u9fff]*|[钱款货票][\u4e00-\u9fff]?|"
    r"[\u4e00-\u9fff]{0,6}(?:经理|总监|主管|主任|[部处科院校所厂局店站行场矿班组队馆]长|专员|代表|工程师|员)(?:[\u4e00-\u9fff]{2,3}人)?|"
    r"人[a-z]*|(?:老板|负责人|联系人|经理|对接人)?(?:姓|叫)[\u4e00-\u9fff]{1,3}"
)
_PLACE_END = pattern(r"[\u4e00-\u9fff]{2,4}(?:省|市|县|区|镇|路)?")


@lru_cache(maxsize=2048)  # a message asks this of each of its pieces several times
def is_nobody(low: str) -> bool:
    """A department, a place or a plain noun, which is never the customer by itself."""
    is_listed = low in words("nobodies")
    if is_listed or low.isascii():
        return is_listed
    if _DEPARTMENT.fullmatch(low):
        return True
    return low.rstrip("省市县区镇") in _places() and _PLACE_END.fullmatch(low) is not None


@cache
def _places() -> frozenset[str]:
    return frozenset(company_words()["places"])
