"""What browser tests look for on every page: accessibility, silence in the console, nothing cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURES = Path(__file__).parents[2] / "screenshots"
WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1440}
PATIENCE = 60_000
"""Milliseconds that anything may take on a busy machine; what is there already costs nothing."""
expect.set_options(timeout=PATIENCE)
_RUN_AXE = """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
    violation => violation.id + ': ' + violation.nodes.map(node => node.html).join(' | ')))"""

_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_TOO_WIDE_WITH_LARGE_LETTERS = f"""() => {{
    document.documentElement.style.fontSize = "200%";
    const width = {_TOO_WIDE};
    document.documentElement.style.fontSize = "";
    return width;
}}"""


class Watcher:
    """A page that remembers what its console complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def problems(self, address: str) -> list[str]:
        """Opens the address and says everything that is wrong with what is shown."""
        self.complaints.clear()
        self.page.goto(address)
        return [*self.complaints, *self.problems_here()]

    def problems_with_large_letters(self) -> list[str]:
        """Whether the page is wider than its window when a reader has letters twice as large."""
        width = self.page.evaluate(_TOO_WIDE_WITH_LARGE_LETTERS)
        return [f"{width} px too wide with large letters"] if width > 0 else []

    def photograph(self, name: str) -> None:
        """Keeps a picture of the whole page in screenshots/, for people to look at."""
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def problems_here(self) -> list[str]:
        """What is wrong with the page as it stands: accessibility, and a page wider than its window."""
        self.page.wait_for_load_state("load")  # a click returns as soon as the next page begins
        self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(_RUN_AXE, RULES)
        width = self.page.evaluate(_TOO_WIDE)
        return [*found, *([f"{width} px too wide"] if width > 0 else [])]


def window(browser: Browser, width: str = "desktop", **options: Any) -> BrowserContext:
    """A window of that width; the site's own content security policy stays in force."""
    context = browser.new_context(viewport={"width": WIDTHS[width], "height": 800}, **options)
    context.set_default_timeout(PATIENCE)
    return context


def log_in(page: Page, site: str, email: str, password: str) -> None:
    """Logs in by the form."""
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/login/" not in address)
