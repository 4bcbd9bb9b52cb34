"""What a running bot has in memory before anybody has saved anything."""

import subprocess
import sys

from tests.platforms.process import environment, free_port

# Runs `crmbot run` until all duties have had their first look, then says what is loaded.
RUN = """
import os, sys, threading, time
def tell():
    while "apscheduler.schedulers.asyncio" not in sys.modules:
        time.sleep(0.1)
    time.sleep(2)
    print(*(name for name in {names!r} if sys.modules.get(name)), flush=True)
    os._exit(0)
threading.Thread(target=tell, daemon=True).start()
sys.argv = ["crmbot", "run"]
from bot.cli import main
main()
"""
NEEDED = ["bot.serve", "telegram.request._baserequest"]
NOT_NEEDED = ["sqlalchemy.orm", "click", "uvicorn.main", "telegram._bot", "telegram._message", "httpx._main"]
NOT_NEEDED += ["httpx", "openpyxl", "jieba", "alembic"]


def test_a_bot_that_nobody_spoke_to_has_neither_the_records_nor_what_libraries_bring_unasked(tmp_path):
    settings = {"telegram_token": "1:t", "telegram_base_url": "http://127.0.0.1:9", "http_port": str(free_port())}
    code = RUN.format(names=NEEDED + NOT_NEEDED)
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, env=environment(tmp_path, **settings), capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == NEEDED, done.stderr
