"""The six-turn dialog as python-telegram-bot's own ConversationHandler keeps it: in memory, nothing stored."""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters

QUESTIONS = ("跟进哪个客户？", "怎么联系的？", "聊了什么？", "下次什么时候？", "要这样记吗？", "已保存。")


async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    answers = context.user_data.setdefault("answers", [])
    answers.append(update.message.text)
    said = QUESTIONS[len(answers) - 1]
    if len(answers) == 5:
        said = "\n".join([said, *answers[1:]])
    await update.message.reply_text(said)
    if len(answers) < len(QUESTIONS):
        return len(answers)
    answers.clear()
    return ConversationHandler.END


def main() -> None:
    base = os.environ["RIVAL_URL"]
    app = Application.builder().token(os.environ["RIVAL_TOKEN"]).base_url(f"{base}/bot").build()
    any_text = MessageHandler(filters.TEXT, step)
    states = {state: [any_text] for state in range(1, len(QUESTIONS))}
    app.add_handler(ConversationHandler(entry_points=[any_text], states=states, fallbacks=[]))
    app.run_polling(bootstrap_retries=5)


if __name__ == "__main__":
    main()
