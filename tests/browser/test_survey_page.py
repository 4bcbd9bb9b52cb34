"""The survey page as a customer sees it: on a phone, in their language, with a keyboard, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.surveys.desk import Desk, PageServer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path, public_url="https://crm.example", company={"zh": "星河科技", "en": "Galaxy Tech"})
    yield opened
    opened.close()


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    with PageServer(desk.bot) as server:
        yield server.url


def send(browser: Chrome, key: str = "") -> None:
    """Press the button, and wait for the page that follows."""
    old = browser.find_element(By.TAG_NAME, "main")
    button = browser.find_element(By.TAG_NAME, "button")
    button.send_keys(key) if key else button.click()
    WebDriverWait(browser, 10).until(lambda _browser: browser.find_element(By.TAG_NAME, "main") != old)


@pytest.mark.parametrize(
    ("language", "title", "thanks"),
    [("zh", "满意度调查 · 星河科技", "谢谢您"), ("en", "Customer survey · Galaxy Tech", "Thank you")],
)
def test_one_answer_on_a_phone(
    browser: Chrome, desk: Desk, url: str, tmp_path: Path, language: str, title: str, thanks: str
) -> None:
    token = desk.link(language, "冷柜报警，温度降不下来" if language == "zh" else "The freezer alarm keeps going off")
    browser.get(f"{url}/survey/{token}")
    assert browser.title == title
    assert browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["width"] <= 390
    (tmp_path / "form.png").write_bytes(browser.get_screenshot_as_png())
    send(browser)
    assert browser.find_element(By.CSS_SELECTOR, "[role=alert]").text
    assert desk.surveys()[0].satisfaction is None
    browser.find_elements(By.NAME, "score")[3].click()
    (tmp_path / "again.png").write_bytes(browser.get_screenshot_as_png())
    browser.find_element(By.NAME, "comment").send_keys("来得很快 <b>&")
    send(browser)
    assert browser.find_element(By.TAG_NAME, "h1").text == thanks
    (tmp_path / "done.png").write_bytes(browser.get_screenshot_as_png())
    survey = desk.surveys()[0]
    assert (survey.status, survey.satisfaction, survey.comment) == ("answered", 4, "来得很快 <b>&")
    browser.get(f"{url}/survey/{token}")
    assert not browser.find_elements(By.TAG_NAME, "form")
    (tmp_path / "gone.png").write_bytes(browser.get_screenshot_as_png())


def test_with_the_keyboard_alone(browser: Chrome, desk: Desk, url: str) -> None:
    token = desk.link("en")
    browser.get(f"{url}/survey/{token}")
    browser.switch_to.active_element.send_keys(Keys.TAB, Keys.SPACE, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys("fine")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.tag_name == "button"
    send(browser, Keys.ENTER)
    survey = desk.surveys()[0]
    assert (survey.satisfaction, survey.comment) == (3, "fine")


def test_every_control_has_a_name(browser: Chrome, desk: Desk, url: str) -> None:
    """As the browser tells it to a screen reader."""
    browser.get(f"{url}/survey/{desk.link('en')}")
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named: dict[str, list[str]] = {}
    for node in nodes:
        if not node.get("ignored"):
            named.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    assert named["radio"] == [
        "1 out of 5, Very unhappy", "2 out of 5, Unhappy", "3 out of 5, Neither", "4 out of 5, Happy",
        "5 out of 5, Very happy",
    ]  # fmt: skip
    assert named["textbox"] == ["Anything to add? (optional)"]
    assert named["checkbox"] == ["Please don't ask me again"]
    assert named["button"] == ["Send"]
