"""Files that people share: by their id, with the app's token, and never more of one than is wanted."""

from typing import Any

from aiohttp import ClientError, ClientTimeout

from adapters.base import OutcomeUnknown, RetryLater, TooBig, Undeliverable
from adapters.slack.api import WAIT_S, SlackError, Web, call

TIMEOUT = ClientTimeout(total=120, sock_connect=5, sock_read=20)
PIECE = 1 << 16
_GONE = frozenset({"file_not_found", "file_deleted", "file_not_yet_ready_for_access"})


async def fetch(web: Web, file_id: str, *, most: int) -> bytes:
    """The content of a file. Raises TooBig, Undeliverable, RetryLater, `SlackError`."""
    try:
        file: Any = (await call(web.client.files_info(file=file_id))).get("file") or {}
    except SlackError as error:
        if error.code in _GONE:
            raise Undeliverable(error.code) from None
        raise
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    if not address or file.get("is_external"):
        raise Undeliverable("no_content")
    if int(file.get("size") or 0) > most:
        raise TooBig
    try:
        return await _content(web, address, str(file.get("mimetype") or ""), most)
    except (ClientError, TimeoutError, OSError) as error:
        raise OutcomeUnknown(type(error).__name__) from None  # never the address


async def _content(web: Web, address: str, mimetype: str, most: int) -> bytes:
    headers = {"Authorization": f"Bearer {web.client.token}"}
    async with web.session.get(address, headers=headers, timeout=TIMEOUT) as answer:
        if answer.status == 429:
            raise RetryLater(float(answer.headers.get("Retry-After") or WAIT_S))
        if answer.status in (403, 404, 410):
            raise Undeliverable(f"http_{answer.status}")
        if answer.status != 200:
            raise SlackError(f"http_{answer.status}")
        if answer.content_type == "text/html" and mimetype != "text/html":
            raise Undeliverable("sign_in_page")  # how Slack answers where the scope files:read is missing
        content = bytearray()
        async for piece in answer.content.iter_chunked(PIECE):
            content += piece
            if len(content) > most:
                raise TooBig
        return bytes(content)
