"""Whether Telegram takes our token."""

from adapters.asked import Asked, Unreached, ask
from config.settings import Settings

NO_SUCH_BOT = (401, 403, 404)


async def asked(settings: Settings) -> Asked | None:
    """What Telegram says to it. Raises `Unreached`."""
    root = f"{settings.telegram_base_url.rstrip('/')}/bot{settings.telegram_token.reveal()}"
    said = await ask("POST", f"{root}/getMe")
    code = said.body.get("error_code") or said.status
    if code in NO_SUCH_BOT:
        return Asked(
            refused="CRMBOT_TELEGRAM_TOKEN", code=str(said.body.get("description") or code), ahead_s=said.ahead_s
        )
    me = said.body.get("result")
    if not isinstance(me, dict):
        raise Unreached(f"HTTP {code}")
    return Asked(who=f"@{me.get('username', '')}", ahead_s=said.ahead_s)
