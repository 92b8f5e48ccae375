"""A headless Chromium that opens pages from disk and sees every trouble and every request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
NO_CHROMIUM = "needs chromium: apt-get install chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(
    browser: Browser, report: Path, width: int = 1280, height: int = 900, *, remarks: tuple[str, ...] = ()
) -> Iterator[Page]:
    """The file in a new, offline window; at the end, no error and no request may have been seen.

    ``remarks`` are what a browser may say of its own drawing without anything being wrong.
    """
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_offline(True)
    page = context.new_page()
    troubles: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report.as_uri())
    yield page
    page.wait_for_timeout(50)
    assert [trouble for trouble in troubles if not any(remark in trouble for remark in remarks)] == []
    assert {url.split(":")[0] for url in requests} <= {"file", "data"}
    context.close()
