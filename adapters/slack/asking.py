"""Whether Slack takes our tokens, and what it lets them do."""

from adapters.asked import Asked, Said, Unreached, ask
from config.settings import Secret, Settings

NEEDED = (
    "app_mentions:read", "chat:write", "commands", "files:read", "files:write", "im:history", "im:write", "users:read",
)  # fmt: skip
USEFUL = ("channels:history", "groups:history", "mpim:history", "users:read.email")  # the rest of the manifest's
PASSING = frozenset({"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"})


async def asked(settings: Settings) -> Asked | None:
    """What Slack says to them. Raises `Unreached`."""
    said = await _ask(settings, "auth.test", settings.slack_bot_token)
    if not said.body.get("ok"):
        return Asked(refused="CRMBOT_SLACK_BOT_TOKEN", code=_code(said), ahead_s=said.ahead_s)
    if settings.slack_app_token:
        opened = await _ask(settings, "apps.connections.open", settings.slack_app_token)
        if not opened.body.get("ok"):
            return Asked(refused="CRMBOT_SLACK_APP_TOKEN", code=_code(opened), ahead_s=said.ahead_s)
    has = {scope.strip() for scope in said.headers.get("x-oauth-scopes", "").split(",")} - {""}
    lacks = tuple(scope for scope in NEEDED if scope not in has) if has else ()
    who = " · ".join(str(said.body[key]) for key in ("team", "user") if said.body.get(key))
    return Asked(who=who, lacks=lacks, ahead_s=said.ahead_s)


async def _ask(settings: Settings, method: str, token: Secret) -> Said:
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    said = await ask("POST", f"{settings.slack_base_url.rstrip('/')}/{method}", headers=headers)
    if not said.body.get("ok") and (said.status == 429 or _code(said) in PASSING):
        raise Unreached(_code(said))
    return said


def _code(said: Said) -> str:
    return str(said.body.get("error") or f"HTTP {said.status}")
