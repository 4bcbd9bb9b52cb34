"""English words of time, number and money, by kind. Spellings of one meaning are separated by "|"."""

from typing import Final

# kind → {spellings: value}. A phrase of several words is written with spaces.
WORDS: Final[dict[str, dict[str, object]]] = {
    # months of other languages → the language dateparser is given
    "foreign": {
        "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre": ("es",),
        "januar|februar|märz|mai|juni|juli|oktober|dezember": ("de",),
        "janvier|février|fevrier|mars|avril|juin|juillet|août|aout|septembre|octobre|novembre|décembre|"
        "decembre": ("fr",),
        "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre": ("it",),
        "janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro": ("pt",),
    },
    # a score follows, not a date
    "scoreish": {"score|scored|rating|rated|nps|csat": 0},
    # after a weekday or a month: a name
    "company": {
        "corp|inc|ltd|llc|capital|group|technologies|systems|software|labs|bank|partners|holdings|gmbh|plc": 0,
    },
    "month": {
        "january|jan": 1, "february|feb": 2, "march|mar": 3, "april|apr": 4, "may": 5, "june|jun": 6, "july|jul": 7,
        "august|aug": 8, "september|sep|sept": 9, "october|oct": 10, "november|nov": 11, "december|dec": 12,
    },
    "wday": {
        "monday|mondays|mon": 0, "tuesday|tuesdays|tue|tues": 1, "wednesday|wednesdays|wed|weds": 2,
        "thursday|thursdays|thu|thur|thurs": 3, "friday|fridays|fri": 4, "saturday|saturdays|sat": 5,
        "sunday|sundays|sun": 6,
    },
    "unit": {
        "second|seconds|sec|secs": "second", "minute|minutes|min|mins": "minute", "hour|hours|hr|hrs|h": "hour",
        "day|days": "day", "week|weeks|wk|wks": "week", "fortnight|fortnights": "fortnight",
        "month|months|mth|mths|mos": "month", "quarter|quarters|qtr|qtrs": "quarter", "year|years|yr|yrs": "year",
        "weekend|weekends|week-end|week end": "weekend", "decade|decades": "decade", "century|centuries": "century",
        "business day|business days|working day|working days|workday|workdays|weekday|weekdays": "workday",
        "business week|work week|working week|workweek|calendar week": "week", "calendar month": "month",
        "fiscal year|financial year|calendar year": "year", "fiscal quarter|calendar quarter": "quarter",
    },
    "dayrel": {
        "today|todays": 0, "tomorrow|tmrw|tmr|tomoz|tomorow|tommorow|tommorrow|2moro": 1,
        "yesterday|yesty|yday|ystd|yest": -1,
        "day after tomorrow": 2, "day before yesterday": -2,
    },
    "tonight": {"tonight|tonite|tonights": 0},
    "rel": {
        "last|past|previous|prior|rolling|trailing": -1, "this|current": 0,
        "next|following|coming|upcoming|forthcoming": 1, "next next": 2,
    },
    "part": {
        "morning|mornings|early hours|early hours of the morning": "morning",
        "afternoon|afternoons|after lunch|arvo|arvos": "afternoon", "evening|evenings|after work": "evening",
        "night|nights|nite": "night", "lunch|lunchtime|lunch time": "lunch", "dinner time|dinnertime": "evening",
    },
    "noon": {"noon|midday|mid day|noonish": 12, "midnight": 0},
    "ampm": {"am|a m": 0, "pm|p m|p": 12},
    "oclock": {"o'clock|oclock|o clock|o’clock": 0},
    "now": {"now|right now|just now|asap|as soon as possible|at the moment|at this moment|immediately": 0},
    # 1: so much from now
    "morethan": {"more than|over": 0, "in more than|in over": 1},
    "lessthan": {"less than": 0},
    "ago": {"ago|back|earlier|prior|before now": 0},
    "hence": {"later|hence": 0},
    "after": {"after|later than": 0},
    "before": {"before|prior to|earlier than|preceding": 0},
    "by": {"by|on or before|before or on|by or before|not after|no later than|not later than|as late as|due": 0},
    "since": {
        "since|on or after|after or on|as early as|not before|no earlier than|not earlier than|"
        "no sooner than|starting on|starting from|starting|beginning|commencing|beginning on|beginning from|as of|"
        "effective|from as early as": 0,
    },
    "until": {"until|till|til|untill|up to|upto": 0},
    "orlater": {"at the earliest|or later|or after|onwards|onward|and later": 0},
    "orearlier": {"at the latest|or sooner|or earlier|or before|and earlier": 0},
    "to": {"to|through|thru": 0},
    "from": {"from": 0},
    "between": {"between|in between|inbetween": 0},
    "and": {"and": 0},
    "or": {"or": 0},
    "of": {"of": 0},
    "at": {"at": 0},
    "on": {"on": 0},
    "in": {"in": 0},
    "during": {"during|throughout": 0},
    "for": {"for|over": 0},
    "the": {"the": 0},
    "within": {"within|in less than": 0},
    "end": {"end|ends|tail end|close of": 0},
    "begin": {"beginning|start|begining|first part|early part": 0},
    "mid": {"mid|middle": 0},
    "early": {"early|earlier": 0},
    "late": {"late|later|latter part|later part|back end": 0},
    "closest": {"closest|nearest": 0},
    "lasting": {"period|stretch|window": 0},
    "present": {"present|date": 0},
    "thru": {"through|thru": 0},
    "eod": {
        "eod|end of day|end of the day|end of business|close of business|cob|eob|close of play|end of play": "day",
        "eow": "week",
        "month end|month's end|months end": "month",
        "quarter end|quarter's end": "quarter", "year end|year's end|yearend": "year",
        "eom|end of mo": "month", "eoq": "quarter", "eoy": "year",
    },
    "bom": {"bom": "month", "boy": "year"},
    "todate": {
        "year to date|ytd|so far this year|this year so far": "year",
        "month to date|mtd|so far this month|this month so far": "month",
        "quarter to date|qtd|so far this quarter|this quarter so far": "quarter",
        "week to date|wtd|so far this week|this week so far": "week",
    },
    "rest": {"rest|remainder|remaining|balance": 0},
    "half": {"half": 0},
    "my": {"my|our": 0},
    "final": {"final": 0},
    "ending": {"ending": 0},
    "but": {"but": 0},
    "every": {"every|each": 1, "every other|every second|alternate": 2},
    "freq": {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly|annually": "YEARLY"},
    "more": {"more": 0},
    "about": {"about|around|roughly|approximately|approx|circa|some|nearly|almost": 0},
    "decade": {
        "twenties": 2020, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970,
        "eighties": 1980, "nineties": 1990,
    },
    "season": {"spring": 0, "summer": 1, "autumn|fall": 2, "winter": 3},
    "seasonunit": {"season|seasons": 0},
    "ish": {"ish|sharp|on the dot": 0},
    "digit": {
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19,
    },
    "tens": {
        "twenty": 20, "thirty": 30, "forty|fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
        "ninety": 90,
    },
    "hundred": {"hundred|hundreds": 100},
    "scale": {
        "thousand|thousands|k|grand": 1_000, "million|millions|mil|mill|mn|mln|mm|m": 1_000_000,
        "billion|billions|bn|bln|b": 1_000_000_000, "trillion|trillions|tn": 1_000_000_000_000,
        "lakh|lakhs|lac|lacs": 100_000, "crore|crores|cr": 10_000_000, "w": 10_000, "dozen": 12,
    },
    "article": {"a|an": 1},
    "odd": {"odd": 0},
    "couple": {"couple|couple of|couple more": 2, "few|several": 3},
    "ord": {
        "penultimate": -2, "first|1st": 1, "second|latter": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
        "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth|twelveth": 12, "thirteenth": 13,
        "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
        "twentieth": 20, "thirtieth": 30,
    },
    "quarterno": {"q": 0, "h": 1, "fy|cy|fiscal": 2},
    # minutes east of UTC
    "tz": {
        "gmt|utc|z": 0, "et": -300, "pt": -480, "pst": -480, "pdt": -420, "mst": -420, "mdt": -360, "cst": -360,
        "cdt": -300, "est": -300, "edt": -240, "cet": 60, "cest": 120, "bst": 60, "ist": 330, "jst": 540, "sgt": 480,
        "hkt": 480, "eastern time": -300, "central time": -360, "mountain time": -420, "pacific time": -480,
        "ct": -360, "mt": -420, "aest": 600, "aedt": 660,
    },
    "minor": {
        "cent|cents|c|penny|pennies|us cent|us cents": "USD", "pence|p": "GBP", "euro cent|euro cents|eurocents": "EUR",
        "kopek|kopeks|kopeck|kopecks": "RUB", "paise|paisa": "INR"},
    "percent": {"percent|per cent|pct": 0},
    # words that say an amount of money follows or is meant
    "moneyish": {
        "budget|price|priced|amount|quote|quoted|worth|value|valued|cost|costs|deal|revenue|contract|target|"
        "discounted|invoice|invoiced|pay|paid|payment|fee|deposit|spend|offer|offered|pipeline|forecast|"
        "quota|turnover|salary": 0,
    },
    # what is counted, not paid: 200 units, 10k users
    "measure": {
        "unit|units|pc|pcs|piece|pieces|set|sets|licence|licences|license|licenses|seat|seats|user|users|"
        "people|person|persons|employees|employee|staff|headcount|customers|clients|leads|orders|devices|"
        "machines|boxes|box|pallets|pallet|tons|tonnes|ton|kg|kgs|g|km|metres|meters|meter|metre|cm|mm|"
        "litres|liters|items|copies|reams|rolls|bags|bottles|cases|crates|trucks|vehicles|cars|laptops|"
        "servers|rows|records|stores|shops|sites|offices|rooms|pages|words|times|x|nodes|cores|gb|tb|mb|"
        "views|followers|subscribers|visitors|downloads|calls|visits|racks|monitor|monitors|display|displays|"
        "tv|tvs|screen|screens|video|camera|cameras|resolution|kits|panels|sensors|tickets|points": 0,
    },
}  # fmt: skip
# What stands behind a half of the year that is meant as a time: first half sales.
RESULTS: Final = frozenset(
    {"sales", "results", "revenue", "figures", "numbers", "bookings", "performance", "deals", "wins"}
)
