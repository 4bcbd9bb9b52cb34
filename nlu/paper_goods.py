"""What is said of goods in a paper that is there already: so many more of them, another price, a line besides."""

from nlu.patterns import pattern

__all__ = ["GOODS_CUE", "OF_GOODS", "PRICE_IS", "QUANTITY_IS", "TOTAL_IS"]

# Of goods: so many of them, at another price. They have a word for that and a number.
OF_GOODS = tuple(
    pattern(source)
    for source in (
        # 散茶再便宜点，单价 240
        r"(?P<left>.*?)再?(?:便宜|优惠|降)(?:一?[点些])?(?:到|成)?[，,]?\s*(?P<new>(?:单价|价格)\D{0,3}\d[\d,.]*)(?:元|块)?(?:吧|了)?",
        # 底料打个九五折 / knock 5% off the trays
        r"(?P<left>.*?)(?:都|再)?(?P<new>打个?\s*[\d.一二三四五六七八九]+\s*折)(?:吧|了)?",
        r"(?:please )?(?:give (?:them|him|her|it)|knock|take|put|do) (?P<new>\d+(?:\.\d+)?% (?:off|discount))"
        r"(?: (?:on|off|for))? ?(?P<left>[a-z' -]*)",
        r"(?P<new>\d+(?:\.\d+)?% (?:off|discount))(?: (?:on|off|for))?"
        r"(?P<left> (?:the )?(?:lot|all|everything|whole (?:lot|quote|order)))",
        # 椅子要再加 20 把 / add 20 chairs to the order
        r"(?:他们|客户|对方|那边)?(?:说|讲)?(?:还?要|想)?(?P<left>.*?)(?:还?要|想)?(?P<new>(?:再|多)(?:加上?|要|订|来|买)\s*\d[\d,.]*\s*\S?)了?",
        r"(?:他们|客户|对方|那边)?(?:说|讲)?(?:还?要|想)?(?P<new>(?:再|追)?(?:加上?|多[要订来买])\s*\d[\d,.]*\s*\S?)\s*(?P<left>\S*?)了?",
        r"(?:(?:they|he|she|the customer|the client)(?:'d|'ll| will| would)? (?:like|wants?|needs?) )?(?:please )?"
        r"(?P<new>(?:add )?(?:another )?\d[\d,.]* (?:more|extra)|add another \d[\d,.]*)(?P<left>)",
        r"(?:(?:they|he|she|the customer|the client)(?:'d|'ll| will| would)? (?:like|wants?|needs?) )?(?:please )?"
        r"(?P<new>(?:add )?(?:another )?\d[\d,.]*(?: more| extra)?) (?P<left>[a-z' -]*?)(?<=[a-z])"
        r"(?: (?:to|on) (?:the|that|this) (?:order|quote|contract))?",
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
    r"[只再加多]\D{0,4}\d|加(?:上|一行).*\d|折|(?:便宜|优惠|降|砍|压|还价|谈|讲|让).*\d"
    r"|\d.*\b(?:off|discount|more|extra)\b|\b(?:add|plus|another|only|just|like|wants?|needs?)\b.*\d"
)
QUANTITY_IS, PRICE_IS = "quantity", "unit price"  # as a correction says what its number is
TOTAL_IS = pattern(
    r"[，,]?\s*(?:(?:总共|一共|共|合计|加起来|总数)(?:是|要|就是)?"
    r"|,? ?(?:so|making(?: it)?|which makes|for a total of|that makes)(?= \d))"
    r"\s*(?P<total>\d[\d,.]*)[^，,]*$"
)
