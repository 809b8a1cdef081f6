"""A page in a real browser is clean: nothing under axe, on the console, from elsewhere, or sideways."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Of what is in order axe would send every element back, with its HTML.
    "resultTypes": ["violations"],
}


def check(page, url: str) -> None:
    """Open a page and look."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("requestfailed", lambda r: complaints.append(f"failed: {r.url}"))
    foreign: list[str] = []
    page.on(
        "request", lambda r: foreign.append(r.url) if not r.url.startswith((url.split("/", 3)[0], "data:")) else None
    )
    assert page.goto(url).ok
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    assert complaints == []
    assert foreign == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
