"""Names in messengers as people pass them on: 「微信 zhang_huawei」, 「微信同号」, "her Skype is anna.reed"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nlu.patterns import pattern

_SERVICES = {
    "wechat": r"微信|威信|(?:weixin|we\s?chat|wx)(?![a-z])",
    "whatsapp": r"whats\s?app(?![a-z])",
    "telegram": r"电报|(?:telegram|tg)(?![a-z])",
    "qq": r"qq(?![a-z])",
    "line": r"line(?=\s*(?:id|:|：))",
    "skype": r"skype(?![a-z])",
}
# A name has a letter or is a number; who asks 「微信是多少」 or "WeChat is down" gives none.
_NAME = (
    r"@[a-z][a-z0-9_.-]{2,30}|[a-z][a-z0-9_.-]{4,30}[a-z0-9_]|[a-z][a-z0-9]*[0-9_][a-z0-9_-]*|"
    r"\+?[0-9][0-9 -]{4,16}[0-9]"
)
_SAME = (
    r"同(?:手机|电话)?号|就是(?:手机|电话)号?|"
    r"(?:is )?(?:the )?same(?: as (?:the )?(?:phone|mobile|number))?(?: number)?"
)
_ANY = pattern("微信|威信|wechat|we chat|weixin|wx|whatsapp|whats app|telegram|tg|电报|qq|line|skype")
_HANDLE = pattern(
    rf"(?<![a-z])(?P<service>{'|'.join(f'(?:{words})' for words in _SERVICES.values())})"
    rf"(?:\s*(?:号码?|账号|帐号|ids?\b|number|handle|account|name))?"
    rf"\s*(?P<joint>也?(?:是|为|叫)|改成了?|换成了?|[:：=]|\b(?:is(?: now)?|was)\b)?\s*"
    rf"(?:(?P<same>{_SAME})|(?P<name>{_NAME})(?![a-z0-9@]))",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Handle:
    """``name`` at ``service``, and where it stands in the text; "" is the number that was given beside it."""

    service: str
    name: str
    start: int
    end: int

    @property
    def value(self) -> str:
        return f"{self.service}:{self.name}"


def read_handles(text: str) -> list[Handle]:
    """The handles in a text, in order."""
    found: list[Handle] = []
    if _ANY.search(text.lower()) is None:
        return found
    for match in _HANDLE.finditer(text):
        name = (match["name"] or "").strip()
        is_told = match["joint"] or match["same"] or re.search(r"[0-9_@]", name)  # "WeChat yesterday" is none
        if is_told:
            service = _service(match["service"])
            found.append(Handle(service, name if service != "wechat" else name.lstrip("@"), *match.span()))
    return found


def _service(said: str) -> str:
    patterns: Mapping[str, str] = _SERVICES
    return next(code for code, words in patterns.items() if re.match(words, f"{said}:", re.IGNORECASE))
