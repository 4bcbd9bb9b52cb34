"""Names of currencies in English (ISO 4217 codes). An empty code: the word alone does not say which (pesos, rials)."""

from typing import Final

__all__ = ["WORDS"]

# noun spellings → code of the noun alone, and the code by country
_NOUNS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "dollar|dollars": ("USD", {
        "us|american|u s|united states": "USD", "hong kong|hk": "HKD", "taiwan|new taiwan|nt": "TWD",
        "singapore|singaporean": "SGD",
        "australian|aussie": "AUD", "canadian": "CAD", "new zealand|nz": "NZD", "jamaican": "JMD", "bahamian": "BSD",
        "barbados|barbadian": "BBD", "fijian|fiji": "FJD", "namibian": "NAD", "brunei": "BND", "liberian": "LRD",
        "trinidad and tobago": "TTD", "belize": "BZD", "bermudian|bermuda": "BMD",
    }),
    "pound|pounds": ("GBP", {
        "british|uk|sterling": "GBP", "egyptian": "EGP", "lebanese": "LBP", "syrian": "SYP", "sudanese": "SDG",
        "gibraltar": "GIP",
    }),
    "peso|pesos": ("", {
        "mexican": "MXN", "philippine|philippines": "PHP", "argentine|argentinian": "ARS", "chilean": "CLP",
        "colombian": "COP",
        "uruguayan": "UYU", "dominican": "DOP", "cuban": "CUP",
    }),
    "dinar|dinars": ("", {
        "kuwaiti": "KWD", "jordanian": "JOD", "bahraini|bahrain": "BHD", "iraqi": "IQD", "algerian": "DZD",
        "libyan": "LYD",
        "tunisian": "TND", "serbian": "RSD",
    }),
    "rupee|rupees": ("INR", {
        "indian": "INR", "pakistani|pakistan": "PKR", "sri lankan": "LKR", "nepalese": "NPR", "mauritian": "MUR",
    }),
    "rial|rials": ("", {"iranian": "IRR", "omani": "OMR", "yemeni": "YER"}),
    "riyal|riyals": ("", {"saudi|saudi arabian": "SAR", "qatari|qatar": "QAR"}),
    "dirham|dirhams": ("AED", {"emirati|uae|united arab emirates": "AED", "moroccan": "MAD"}),
    "franc|francs": ("CHF", {"swiss": "CHF", "french": "FRF", "belgian": "BEF", "congolese": "CDF",
    "rwandan": "RWF"}),
    "krone|kroner": ("", {"danish": "DKK", "norwegian": "NOK"}),
    "krona|kronor|kronas": ("SEK", {"swedish": "SEK", "icelandic": "ISK"}),
    "ruble|rubles|rouble|roubles": ("RUB", {"russian": "RUB", "belarusian": "BYN"}),
    "lira|liras|lire": ("TRY", {"turkish": "TRY", "italian": "ITL"}),
    "won": ("KRW", {"korean|south korean": "KRW", "north korean": "KPW"}),
    "shilling|shillings": ("", {"kenyan": "KES", "tanzanian": "TZS", "ugandan": "UGX", "somali": "SOS"}),
    "yen": ("JPY", {"japanese": "JPY"}), "yuan|renminbi": ("CNY", {"chinese|cn": "CNY"}),
    "baht|bahts": ("THB", {"thai": "THB"}), "rand": ("ZAR", {"south african": "ZAR"}),
    "ringgit|ringgits": ("MYR", {"malaysia|malaysian": "MYR"}), "rupiah|rupiahs": ("IDR", {"indonesian": "IDR"}),
    "dong": ("VND", {"vietnamese": "VND"}), "real|reais|reals": ("BRL", {"brazilian": "BRL"}),
    "zloty|zlotys": ("PLN", {"polish": "PLN"}), "koruna|korunas": ("CZK", {"czech": "CZK"}),
    "forint|forints": ("HUF", {"hungarian": "HUF"}), "leu|lei": ("RON", {"romanian": "RON", "moldovan": "MDL"}),
    "lev|leva": ("BGN", {"bulgarian": "BGN"}), "hryvnia|hryvnias": ("UAH", {"ukrainian": "UAH"}),
    "shekel|shekels": ("ILS", {"israeli": "ILS"}), "naira|nairas": ("NGN", {"nigerian": "NGN"}),
    "cedi|cedis": ("GHS", {"ghanaian": "GHS"}),
    "kuna|kunas": ("HRK", {"croatian": "HRK"}), "lari|laris": ("GEL", {"georgian": "GEL"}), "geneh|genehs": ("EGP", {}),
    "peseta|pesetas": ("ESP", {}), "drachma|drachmas": ("GRD", {}), "sol|soles": ("PEN", {"peruvian": "PEN"}),
    "tenge": ("KZT", {"kazakhstani": "KZT"}), "taka": ("BDT", {"bangladeshi": "BDT"}), "birr": ("ETB",
    {"ethiopian": "ETB"}),
    "pataca|patacas": ("MOP", {"macau": "MOP"}), "kyat": ("MMK", {}), "tugrik|tugriks": ("MNT", {}),
    "lempira": ("HNL", {}), "quetzal": ("GTQ", {}),
    "euro|euros": ("EUR", {}), "buck|bucks": ("USD", {}),
    "quid|quids|sterling|pound sterling|pounds sterling": ("GBP", {}),
    "boliviano|bolivianos": ("BOB", {"bolivian": "BOB"}), "balboa|balboas": ("PAB", {"panamanian": "PAB"}),
    "guarani|guaranis": ("PYG", {"paraguayan": "PYG"}), "kwanza|kwanzas": ("AOA", {"angolan": "AOA"}),
    "kwacha|kwachas": ("ZMW", {"zambian": "ZMW", "malawian": "MWK"}), "lek|leks": ("ALL", {"albanian": "ALL"}),
    "dram|drams": ("AMD", {"armenian": "AMD"}), "manat|manats": ("AZN", {"azerbaijani": "AZN", "turkmenistan": "TMT"}),
    "afghani|afghanis": ("AFN", {"afghan": "AFN"}), "kip|kips": ("LAK", {"lao|laotian": "LAK"}),
    "riel|riels": ("KHR", {"cambodian": "KHR"}), "rufiyaa|rufiyaas": ("MVR", {"maldivian": "MVR"}),
    "metical|meticals": ("MZN", {"mozambican": "MZN"}), "pula|pulas": ("BWP", {"botswana": "BWP"}),
    "dalasi|dalasis": ("GMD", {"gambian": "GMD"}), "ariary": ("MGA", {"malagasy": "MGA"}),
    "ngultrum|ngultrums": ("BTN", {"bhutanese": "BTN"}), "gourde|gourdes": ("HTG", {"haitian": "HTG"}),
    "cordoba|cordobas": ("NIO", {"nicaraguan": "NIO"}), "denar|denars": ("MKD", {"macedonian": "MKD"}),
    "kina": ("PGK", {"papua new guinean": "PGK"}), "vatu": ("VUV", {"vanuatu": "VUV"}),
    "bolivar|bolivars|bolivares": ("VEF", {"venezuelan": "VEF"}), "somoni": ("TJS", {"tajikistani": "TJS"}),
    "lilangeni": ("SZL", {"swazi": "SZL"}), "nakfa": ("ERN", {"eritrean": "ERN"}),
    "markka": ("FIM", {"finnish": "FIM"}), "escudo|escudos": ("", {"portuguese": "PTE", "cape verdean": "CVE"}),
    "guilder|guilders": ("", {"dutch": "NLG", "antillean": "ANG"}), "florin|florins": ("", {"aruban": "AWG"}),
    "kuai": ("CNY", {}), "bitcoin|bitcoins": ("BTC", {}), "egyptianpound|egyptianpounds": ("EGP", {}),
}  # fmt: skip

# Nouns that mean money only with their country.
_WITH_COUNTRY: Final[dict[str, dict[str, str]]] = {
    "crown|crowns": {
        "danish": "DKK", "norwegian": "NOK", "swedish": "SEK", "czech": "CZK", "icelandic": "ISK",
    },
    "mark|marks": {"german|deutsche": "DEM", "bosnian convertible|convertible": "BAM", "finnish": "FIM"},
    "colon|colones|colons": {"costa rican": "CRC", "salvadoran": "SVC"},
    "som": {"kyrgyz|kyrgyzstani": "KGS", "uzbek|uzbekistani": "UZS"},
    "pound|pounds": {"irish": "IEP", "cypriot": "CYP", "maltese": "MTL", "falkland": "FKP"},
    "dong": {"vietnam": "VND"},
    "franc|francs": {"burundian": "BIF", "djiboutian": "DJF", "guinean": "GNF", "luxembourg": "LUF"},
    "dollar|dollars": {"guyanese": "GYD", "surinamese": "SRD", "cayman islands": "KYD", "zimbabwean": "ZWD"},
}  # fmt: skip

_CODES: Final = (
    "usd cny eur gbp jpy hkd twd inr sgd aud cad nzd chf sek nok dkk krw thb vnd myr idr php mxn brl rub aed sar zar "
    "pln czk huf ils egp kwd qar ngn kes pkr uah btc lbp jod ron bgn clp cop ars mop bhd omr dzd tnd lkr npr bdt kzt "
    "isk hrk gel mnt jmd ttd mad byn iqd ghs pen pab pyg crc aoa zmw amd azn mvr mga mzn bwp gmd bam mkd htg nio szl "
    "lsl etb xof xaf rsd bnd bsd bbd fjd nad uyu dop yer syp sdg tzs ugx khr mmk gtq hnl irr rwf "
    "afn ang awg bif bmd btn bzd cdf cve djf ern fkp gip gnf gyd kgs kmf kpw kyd lrd lyd mdl mru mur mwk pgk sbd scr "
    "shp srd ssp stn tjs tmt uzs ves vuv wst xcd xpf xau xag xpt xpd"
)
_OTHER_CODES: Final = {
    "rmb": "CNY", "cnh": "CNY", "ntd": "TWD", "rs": "INR", "rm": "MYR", "nis": "ILS", "e": "EUR", "try": "TRY",
    "zł": "PLN", "kč": "CZK", "dh": "AED", "dhs": "AED", "rp": "IDR", "kd": "KWD", "le": "EGP", "tl": "TRY",
    "meur": "MEUR", "keur": "KEUR", "musd": "MUSD",
}  # fmt: skip


def _words() -> dict[str, object]:
    words: dict[str, object] = {code: code.upper() for code in _CODES.split()}
    words.update(_OTHER_CODES)
    for spellings, (alone, countries) in _NOUNS.items():
        for noun in spellings.split("|"):
            words[noun] = alone
            for names, code in countries.items():
                words.update({f"{country} {noun}": code for country in names.split("|")})
    for spellings, countries in _WITH_COUNTRY.items():
        for noun in spellings.split("|"):
            for names, code in countries.items():
                words.update({f"{country} {noun}": code for country in names.split("|")})
    return words


WORDS: Final[dict[str, dict[str, object]]] = {"cur": _words()}
