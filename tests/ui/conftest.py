"""A real JupyterLab and a real browser: `lab` (one a module), `page` (one a test), `picture`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.ui.chrome import find
from tests.ui.lab import Lab
from tests.ui.live import Study

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

PICTURES = Path(__file__).parents[2] / "test-results"
_QUIET = (
    "--no-sandbox",  # root, as in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chrome = find()
    if chrome is None:
        pytest.fail("No Chrome or Chromium: `make chrome` looks for one and may install it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def start_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Lab]]:
    """Return a function that starts a Lab with more options; all end with the module."""
    started: list[Lab] = []

    def start(*options: str) -> Lab:
        started.append(Lab(tmp_path_factory.mktemp("lab"), options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="module")
def lab(start_lab: Callable[..., Lab]) -> Lab:
    return start_lab()


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Study]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        yield Study(lab, browser.new_page(viewport={"width": 1280, "height": 800}))
    finally:
        lab.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a page that fails its test when a script on it raised something."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    yield page
    assert not [error for error in errors if "nbtrack" in error]


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return a function that keeps a screenshot in test-results/, named after the test."""

    def take(page: Page, name: str = "") -> None:
        PICTURES.mkdir(exist_ok=True)
        test = str(request.node.name).removeprefix("test_")
        page.screenshot(path=PICTURES / f"{test}{'-' if name else ''}{name}.png")

    return take
