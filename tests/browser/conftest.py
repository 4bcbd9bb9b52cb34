"""A real browser, without a window. Where none is installed these tests are skipped, but never in CI."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

BROWSERS, DRIVERS = ("chromium", "chromium-browser", "google-chrome"), ("chromedriver", "chromium.chromedriver")
PHONE = {"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0}}


def _installed(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name)) is not None), None)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """Chromium at the width of a phone."""
    binary, driver = _installed(BROWSERS), _installed(DRIVERS)
    if binary is None or driver is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have chromium and chromium-driver")
        pytest.skip("no browser here: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-proxy-server"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path / 'profile'}")
    options.add_experimental_option("mobileEmulation", PHONE)
    chrome = webdriver.Chrome(options=options, service=Service(executable_path=driver))
    chrome.set_page_load_timeout(20)
    chrome.command_executor.client_config.timeout = 30
    try:
        yield chrome
    finally:
        chrome.quit()
