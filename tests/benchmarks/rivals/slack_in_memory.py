"""The six-turn dialog in slack-bolt with a dictionary for the state: in memory, nothing stored."""

import asyncio
import os
from collections import defaultdict
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

QUESTIONS = ("跟进哪个客户？", "怎么联系的？", "聊了什么？", "下次什么时候？", "要这样记吗？", "已保存。")
BUTTONS = ("保存", "修改", "取消")


async def main() -> None:
    client = AsyncWebClient(token=os.environ["RIVAL_TOKEN"], base_url=os.environ["RIVAL_URL"])
    app = AsyncApp(client=client, signing_secret="unused")
    answers: dict[str, list[str]] = defaultdict(list)

    @app.event("message")
    async def hear(event: dict[str, Any], say: Any) -> None:
        mine = answers[event["user"]]
        mine.append(event["text"])
        said = QUESTIONS[len(mine) - 1]
        if len(mine) == 5:
            said = "\n".join([said, *mine[1:]])
        buttons = [{"type": "button", "action_id": b, "text": {"type": "plain_text", "text": b}} for b in BUTTONS]
        text = {"type": "section", "text": {"type": "mrkdwn", "text": said}}
        await say(text=said, blocks=[text, {"type": "actions", "elements": buttons}])
        if len(mine) == len(QUESTIONS):
            mine.clear()

    handler = AsyncSocketModeHandler(app, os.environ["RIVAL_APP_TOKEN"])
    handler.client.web_client = AsyncWebClient(base_url=os.environ["RIVAL_URL"])
    await handler.start_async()


if __name__ == "__main__":
    asyncio.run(main())
