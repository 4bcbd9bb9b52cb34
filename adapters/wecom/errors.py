"""What WeCom's error codes mean for a message (document path 90313). Judged by the code, never by its text."""

from adapters.base import RetryLater, Undeliverable


class ApiError(Exception):
    """WeCom refused a call for a reason that may pass, or that nobody foresaw. The message is tried again."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(Exception):
    """The request never got there, or WeCom was busy or answered with a server error: nothing has happened."""


BUSY = -1


# 40001 is the code of a wrong secret, and by some of WeCom's servers of a token that was withdrawn.
TOKEN_ENDED = frozenset({40001, 40014, 42001})

# Wrong settings: nothing can be sent until somebody mends them, and nothing is to be lost meanwhile.
MISCONFIGURED = {
    40001: "CRMBOT_WECOM_SECRET",
    40013: "CRMBOT_WECOM_CORP_ID",
    40056: "CRMBOT_WECOM_AGENT_ID",
    60020: "企业可信IP",
}
# Seconds to wait, and whether the whole account has to. What is wrong with the app is no reason for the robot to be
# silent, which has credentials of its own.
_WAIT: dict[int, tuple[float, bool]] = {
    45009: (60.0, True),
    45033: (1.0, True),
    45047: (60.0, True),
    **dict.fromkeys(MISCONFIGURED, (30.0, False)),
}
_NEVER = frozenset(
    {
        40003,  # no such userid
        40031,  # none of the userids is valid
        40032,
        48002,  # no right to call this
        60011,  # no right for this member
        60103,
        60111,  # no such member
        81013,  # nobody of them may receive it
        86003,  # no such group
        86004,
        86008,
        93006,  # no such group of this robot
        95001,  # more than five messages to a customer
        95002,  # more than 48 hours after the customer's last one
        95003,
        95004,
        95007,
        95013,  # the session has ended
        95016,
        95018,
    }
)


def error_of(code: int) -> Exception:
    """The error to raise for a code other than 0."""
    if code in _WAIT:
        after_s, everywhere = _WAIT[code]
        return RetryLater(after_s, everywhere=everywhere)
    if code in _NEVER:
        return Undeliverable(str(code))
    return Unreachable(str(code)) if code == BUSY else ApiError(code)
