"""What is said of goods in a paper that is there already: so many more of them, another price, a line besides."""

from nlu.patterns import pattern

__all__ = ["GOODS_CUE", "OF_GOODS", "PRICE_IS", "QUANTITY_IS", "TOTAL_IS"]

_PRICE_ZH = r"(?P<price>\d[\d,.]*[万千k]?)(?:元|块)?"
_BARE_ZH = r"(?P<new>\d[\d,.]*[万千k]?)(?:元|块)?"
_ONE_ZH = r"(?:[一每]个?[^\d，,]{1,3}?)"
_DONE_ZH = r"(?:行不行|可不可以|可以吗|行吗|就?(?:行|可以|成交?|定|签|要)了?|吧|了|的话)*"
_THEY = r"(?:they|he|she|(?:the )?(?:customer|client|board|boss|director|owner|manager|committee))"
_SUM = r"[£$€¥]?\d[\d,.]*(?:k| ?lakhs?| ?crores?)?"
_WANT = rf"{_THEY}(?:'d|'ll| will| would)? (?:like|wants?|wanted|needs?|(?:asked|asks) for)"
_OFFER = r"(?:offer(?:s|ed)?|counter(?:s|ed)?(?: with| at)?|can (?:do|pay|go to)|pays?|said|go to)"
_OK = r"(?:(?:ok(?:ay)?|fine|agreed|right|sure|alright|deal|yes|yep|done)\b[,. ]*)"
_GO_WITH = r"(?:let's |we'll |we can )?(?:do|make it|say|go with|at|for|agreed? on|settled? on)"
_EACH = r"(?: (?:each|apiece)|(?: (?:a|an|per) |/)[a-z]+)"
# Of goods: so many of them, at another price. They have a word for that and a number.
OF_GOODS = tuple(
    pattern(source)
    for source in (
        # 散茶再便宜点，单价 240
        r"(?P<left>.*?)再?(?:便宜|优惠|降)(?:一?[点些])?(?:到|成)?[，,]?\s*(?P<new>(?:单价|价格)\D{0,3}\d[\d,.]*)(?:元|块)?(?:吧|了)?",
        # 再让点，一个库 4.4 万行不行 / 椅子 95 一把就定
        rf"[^\d，,]{{0,4}}?(?:再?(?:便宜|优惠|让|少|降|低)(?:一?[点些])?)?[，,]?(?P<left>\D*?){_ONE_ZH}{_PRICE_ZH}{_DONE_ZH}",
        rf"(?P<left>\D*?){_PRICE_ZH}(?:[/／]|[一每])个?[^\d，,]{{1,2}}?{_DONE_ZH}",
        rf"[^\d，,]{{0,4}}?再?(?:便宜|优惠|让|少|降|低)(?:一?[点些])[，,]?(?P<left>){_BARE_ZH}{_DONE_ZH}",
        # 他嫌贵，3 块 / 他们要 2.15 万
        rf"[^\d，,]{{0,8}}?(?:嫌|太|有点|觉得)(?:贵|高)了?[，,]\s*(?:[只最]多?)?(?:要|给|出|想)?(?P<left>){_BARE_ZH}{_DONE_ZH}",
        rf"(?:他们|客户|对方|那边)(?:就|只|最多)?(?:要|给|出|想)(?P<left>){_BARE_ZH}{_DONE_ZH}",
        # 好，25000 个，3 块 / ok 160 at 65
        rf"(?:(?:行|好的?|可以|嗯|成|ok)[，,]?)?\s*(?P<left>)(?P<new>\d[\d,.]*\s*[^\d，,\s]{{1,2}}[，,]\s*\d[\d,.]*[万千]?(?:元|块)?){_DONE_ZH}",
        rf"{_OK}*(?:{_GO_WITH} )?(?P<left>)(?P<new>\d[\d,]* (?:at|@|for) {_SUM}){_EACH}?",
        # 行，就按 4.4万报 / fine, 13.80 / go with 13.80 a kilo
        rf"(?:行|好的?|可以|嗯|成|ok)*[，,]?\s*那?就?(?:按|照|以|报)(?P<left>){_BARE_ZH}(?:报|来|走|算|做|给)?{_DONE_ZH}",
        rf"(?:行|好的?|可以|嗯|成|ok)[，,]?\s*(?P<left>){_BARE_ZH}{_DONE_ZH}",
        rf"{_OK}+(?:{_GO_WITH} )?(?P<left>)(?P<new>{_SUM}){_EACH}?(?: then)?",
        rf"{_GO_WITH} (?P<left>)(?P<new>{_SUM}){_EACH}?(?: then)?",
        # they want 13.80 / she offered 95 each / the board will only go to 850 on the beds
        rf"(?:{_WANT}|{_THEY} {_OFFER}) (?P<left>)(?P<new>{_SUM}){_EACH}?(?: max| tops| instead)?",
        rf"(?:{_WANT}|{_THEY}(?: will| can)?(?: only)? {_OFFER}) (?P<price>{_SUM}){_EACH}?"
        r" (?:for|on) (?P<left>[a-z' -]+)",
        # 底料打个九五折 / knock 5% off the trays
        r"(?P<left>.*?)(?:都|再)?(?P<new>打个?\s*[\d.一二三四五六七八九]+\s*折)(?:吧|了)?",
        r"(?:please )?(?:give (?:them|him|her|it)|knock|take|put|do) (?P<new>\d+(?:\.\d+)?% (?:off|discount))"
        r"(?: (?:on|off|for))? ?(?P<left>[a-z' -]*)",
        rf"(?:{_WANT} |and )?(?:an? )?(?P<new>\d+(?:\.\d+)?% (?:off|discount))"
        r"(?: (?:on|off|for))?(?P<left>(?: (?:the )?(?:lot|all|everything|whole (?:lot|quote|order)))?)",
        # 椅子要再加 20 把 / add 20 chairs to the order
        r"(?:他们|客户|对方|那边)?(?:说|讲)?(?:还?要|想)?(?P<left>.*?)(?:还?要|想)?(?P<new>(?:再|多)(?:加上?|要|订|来|买)\s*\d[\d,.]*\s*\S?)了?",
        r"(?:他们|客户|对方|那边)?(?:说|讲)?(?:还?要|想)?(?P<new>(?:再|追)?(?:加上?|多[要订来买])\s*\d[\d,.]*\s*\S?)\s*(?P<left>\S*?)了?",
        r"(?:(?:they|he|she|the customer|the client)(?:'d|'ll| will| would)? (?:like|wants?|needs?) )?(?:please )?"
        r"(?P<new>(?:add )?(?:another )?\d[\d,.]* (?:more|extra)|add another \d[\d,.]*)(?P<left>)",
        r"(?:(?:they|he|she|the customer|the client)(?:'d|'ll| will| would)? (?:like|wants?|needs?) )?(?:please )?"
        r"(?P<new>(?:add )?(?:another )?\d[\d,.]*(?: more| extra)?) (?P<left>[a-z' -]*?)(?<=[a-z])"
        r"(?: (?:to|on) (?:the|that|this) (?:order|quote|contract))?",
        # 猫粮少 50 袋 / 20 fewer desks
        r"(?P<left>\D*?)(?P<new>(?:少[要订来拿]?|减少?|去掉)了?\s*\d[\d,.]*\s*\S?)(?:吧|了|就行)*",
        rf"(?:{_WANT} )?(?P<new>\d[\d,.]* (?:fewer|less)) ?(?P<left>[a-z' -]*)",
        # 再加一行 讲台 2 个 单价 900 / add 2 lecterns at £90 to the order
        r"(?:在|给|把)?(?P<left>(?:订单|报价单?|合同)?)(?:里|上|中)?(?P<new>再?加(?:上|一行)[\s:：]*\D+\d.*)",
        r"(?:please )?(?P<new>(?:add|plus) .*\d.*?) (?:to|on|onto) "
        r"(?P<left>(?:the |that |this )?(?:order|quote|contract))",
        # 客户还价，冷柜 9500 / they want the fridges at 950
        r"[^\d，,]{0,8}?(?:还价|砍价|压价|讲价)(?:到|成|了|为)?[，,]?(?P<left>\D*?)(?P<price>\d[\d,.]*[万千k]?)(?:元|块)?(?:一\S)?(?:吧|了)?",
        r"(?:客户|对方|他们|那边)?(?P<left>\D*?)(?:砍|压|谈|讲|降|让)(?:到|成)(?P<price>\d[\d,.]*[万千k]?)(?:元|块)?(?:一\S)?(?:吧|了)?",
        r"(?:(?:they|he|she|the customer|the client|we)(?:'d|'ll| will| would)? (?:like|wants?|needs?|gets?|agreed on"
        r"|asks? for)"
        r"|make|do|let's (?:make|do)) (?P<left>(?:the )?[a-z' -]+?) (?:at|for) "
        r"(?P<price>[£$€¥]?\d[\d,.]*k?)(?: each| apiece| instead)*",
        # 他们说课桌只要 180 张了 / they only want 180 desks
        r"(?:他们|客户|对方|那边)?(?:说|讲)?(?P<left>.*?)只(?:需?要|订|买|留)\s*(?P<new>\d[\d,.]*\s*\S?)(?:了|就行|就够了?)*",
        r"(?P<left>)(?:他们|客户|对方|那边)?(?:说|讲)?只(?:需?要|订|买|留)\s*(?P<new>\d[\d,.]*\s*\S\s*\S+?)(?:了|就行|就够了?)*",
        r"(?:they|he|she|the customer|the client)(?:'d|'ll| will| would)?(?: now)? (?:only|just) "
        r"(?:wants?|needs?|take|order|keep|like)(?:ed)? (?P<new>\d[\d,.]*) ?(?P<left>[a-z' -]*?)(?: now| after all)?",
    )
)
GOODS_CUE = pattern(
    r"\d\s*[万千k]?(?:元|块)?[一每/][\u4e00-\u9fff]|[一每]个?[\u4e00-\u9fff]{1,3}\d|[按照以报好行成嗯贵高要给出想]\D{0,3}\d"
    r"|\d\s*\S{1,2}[，,]\s*\d|^\d[\d,]* (?:at|@|for) "
    r"|^(?:ok|okay|fine|agreed|right|sure|alright|deal|yes|yep|done|go with|do|say|let's|we'll|we can|settled?)\b.*\d"
    r"|\b(?:offer(?:s|ed)?|asks|asked|counter(?:s|ed)?|pays?|can do|said)\b.*\d"
    r"|[只再加多少减]\D{0,4}\d|去掉|加(?:上|一行).*\d|折|(?:便宜|优惠|降|砍|压|还价|谈|讲|让).*\d"
    r"|\d.*\b(?:off|discount|more|extra|fewer|less)\b|\b(?:add|plus|another|only|just|like|wants?|needs?)\b.*\d"
)
QUANTITY_IS, PRICE_IS = "quantity", "unit price"  # as a correction says what its number is
TOTAL_IS = pattern(
    r"[，,]?\s*(?:(?:总共|一共|共|合计|加起来|总数)(?:是|要|就是)?"
    r"|,? ?(?:so|making(?: it)?|which makes|for a total of|that makes)(?= \d))"
    r"\s*(?P<total>\d[\d,.]*)[^，,]*$"
)
