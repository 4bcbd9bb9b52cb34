"""Whether WeCom takes the app's credentials. The robot's are not tried: a second connection would end the first."""

from adapters.asked import Asked, Unreached, ask
from adapters.wecom.errors import MISCONFIGURED
from config.settings import Settings

WRONG = {**MISCONFIGURED, 301002: "CRMBOT_WECOM_AGENT_ID"}  # no right for this app: it is another's number


async def asked(settings: Settings) -> Asked | None:
    """What WeCom says to them; None where there is no app. Raises `Unreached`."""
    if not (settings.wecom_corp_id and settings.wecom_secret):
        return None
    root = settings.wecom_base_url.rstrip("/") + "/cgi-bin"
    credentials = {"corpid": settings.wecom_corp_id, "corpsecret": settings.wecom_secret.reveal()}
    said = await ask("GET", f"{root}/gettoken", params=credentials)
    code = said.body.get("errcode", 0)
    if code in WRONG:
        return Asked(refused=WRONG[code], code=f"errcode {code}", ahead_s=said.ahead_s)
    if code or not said.body.get("access_token"):
        raise Unreached(f"errcode {code}")
    about = {"access_token": said.body["access_token"], "agentid": settings.wecom_agent_id}
    try:
        app = (await ask("GET", f"{root}/agent/get", params=about)).body
    except Unreached:
        app = {}  # the token is good, and that is what counts
    if app.get("errcode") in WRONG:
        return Asked(refused=WRONG[app["errcode"]], code=f"errcode {app['errcode']}", ahead_s=said.ahead_s)
    return Asked(who=str(app.get("name") or ""), ahead_s=said.ahead_s)
