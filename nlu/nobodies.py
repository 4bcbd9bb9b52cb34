"""Words that are never a company by themselves: a department, a place, a plain noun."""

from functools import cache, lru_cache

from nlu.name_forms import company_words
from nlu.patterns import pattern

__all__ = ["is_nobody"]

_DEPARTMENT = pattern(
    r"(?:(?:负责人|联系人|对接人|经办人|接待人|老板|厂长|采购)[是系为叫]|[一二三四首两上下本]?[期批][\u4e00-\u9fff]*|设计院|总包方?|业主|[一二]网|[\u4e00-\u9fff]{1,4}办|韩国厂|国外厂家|[上这那本下]一?批[\u4e00-\u9fff]*|售前|售后|[\u4e00-\u9fff]{1,4}中心|[\u4e00-\u9fff]{1,6}(?:科|部|处|室|课|部门|车间|办公室|事业部)|采购|技术|设备|销售|财务|老板[\u4e00-\u9fff]|"
    r"生产|仓储|总部|老板|现场|前台|客户|对方|负责|[升任调到]?(?:集团|公司|总部)|验收|安装|培训|调试|收货|开票|对账|方案|价格|产品|合同|报价|那边|这边|数量|项目|预算|"
    r"[一二两三四五\d][星分]|[寒暑]假[\u4e00-\u9fff]*|是?哪家[\u4e00-\u9fff]*|哪个[\u4e00-\u9fff]*|[做搞][\u4e00-\u9fff]{2,7}的?|大家|助理|秘书|徒弟|手下|副手|司机|爱人|太太|老婆|老公|儿子|女儿|弟弟|哥哥|妹妹|姐姐|领导|上司|[贵我本敝你该](?:公司|司|方|单位|校|院|厂|店)|个人|私人|散客|家里[\u4e00-\u9fff]*|自己[\u4e00-\u9fff]*|[钱款货票][\u4e00-\u9fff]?|同事|顾客|首批|尾款|代表|列表|清单|情况|记录|资料|信息|数据库|名单|样品|尺寸|一面|两面|一次|"
    r"顺丰|德邦|中通|圆通|韵达|申通|京东物流|跨越速运|新来|dhl|fedex|ups|tnt|一条记录|[\u4e00-\u9fff]{0,6}(?:经理|总监|主管|主任|[部处科院校所厂局店站行场矿班组队馆]长|"
    r"专员|代表|工程师|员)(?:[\u4e00-\u9fff]{2,3}人)?|人[a-z]*|spanish|"
    r"english|french|german|chinese|japanese|italian|portuguese|korean|arabic|russian|dutch|hindi|"
    r"quick|wifi|crm|nda|sso|ok|i|po|rfq|rfp|ceo|cfo|cto|coo|vp|gm|hr|it|q[1-4]|h[12]|eod|asap|fyi|"
    r"tbd|usd|eur|gbp|rmb|cny|(?:老板|负责人|联系人|经理|对接人)?(?:姓|叫)[\u4e00-\u9fff]{1,3})"
)
_PLACE_END = pattern(r"[\u4e00-\u9fff]{2,4}(?:省|市|县|区|镇|路)?")


@lru_cache(maxsize=2048)  # a message asks this of each of its pieces several times
def is_nobody(low: str) -> bool:
    """A department, a place or a plain noun, which is never the customer by itself."""
    if _DEPARTMENT.fullmatch(low):
        return True
    place = _PLACE_END.fullmatch(low)
    return place is not None and low.rstrip("省市县区镇") in _places()


@cache
def _places() -> frozenset[str]:
    return frozenset(company_words()["places"])
