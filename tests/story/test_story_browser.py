"""The same story in a real browser: the question is read, nobody answers, the principal decides and signs (M8, M26)."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from story import publisher
from story.conftest import T0, Begun
from story.stranger import verify
from teller import Teller

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PASSPHRASE = "harbour lantern eleven meadow"
NAME = "Ada Principal"
REASONS = "W1 shows 900 civilians killed in one month. We act before it spreads."


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def _served(tell: Teller) -> Iterator[str]:
    """Serve the desk at the teller's moment and yield the link it prints."""
    process = replace(tell, port=_free_port()).start("serve")
    try:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://\S+/sign-in/\S+", line):
                yield found.group()
                return
        raise AssertionError(said + (process.stderr.read() if process.stderr else ""))
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own that reports every script error and every failure of the desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("response", lambda r: errors.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    yield opened
    context.close()
    assert errors == []


def test_the_story_in_a_browser(page: Page, begun: Begun, tmp_path: Path) -> None:
    tell = begun.tell
    tell("ledger", "checkpoint", "--to", str(tmp_path / "outside"))

    with _served(tell) as link:
        # The first visit: a link that opens once, then a name and a passphrase.
        page.goto(link)
        page.get_by_label("Your name").fill(NAME)
        page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        page.get_by_label("The same passphrase again").fill(PASSPHRASE)
        page.get_by_role("button", name="Keep both").click()
        page.get_by_text("figures to 2024").first.wait_for()  # the snapshot is said once, plainly
        page.goto(link)
        page.get_by_text("does not open").or_(page.get_by_text(NAME)).first.wait_for()

        # The question stands on the docket with its owner.
        page.get_by_role("link", name="Docket").first.click()
        page.get_by_role("link", name=re.compile(publisher.COUNTRY)).first.click()
        assert "Togo" in page.get_by_role("heading", level=1).inner_text()
        item = page.url.rstrip("/").rsplit("/", 1)[-1]
        page.get_by_text("Two clocks").wait_for()
        page.get_by_text("910 civilians").or_(page.get_by_text("900 civilians")).first.wait_for()

    # Nobody answers. Two clocks run out.
    tell("tick", "--now", (T0 + timedelta(hours=73)).isoformat())
    tell("tick", "--now", (T0 + timedelta(hours=193)).isoformat())

    with _served(tell.at(T0 + timedelta(hours=200))) as link:
        page.context.clear_cookies()
        page.goto(link.rsplit("/", 1)[0])
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
        page.goto(f"{link.split('/sign-in')[0]}/docket/{item}")
        assert page.get_by_text("No answer by").count() == 2, "two lapses on the ladder"

        page.get_by_role("link", name="Decide", exact=True).click()
        boxes = page.locator("input[name=option]")
        chosen = [boxes.nth(n).get_attribute("value") for n in range(2)]
        for n in range(2):
            boxes.nth(n).check()
        page.locator("input[name=kind][value=act]").check()
        page.locator("[name=why-NOTHING]").fill("The two reports agree, and waiting costs lives.")
        for box in page.locator("textarea[name^=answer-]").all():
            box.fill("The mission goes there this week, and the two ministers are called together.")
        page.locator("textarea[name=reasons]").fill(REASONS)
        page.get_by_label("Look at it again on").fill("2026-12-20")
        page.get_by_label("Your passphrase").fill("not this one at all")
        page.get_by_role("button", name="Sign the decision").click()
        page.get_by_text("Nothing was signed").first.wait_for()
        assert page.locator("textarea[name=reasons]").input_value() == REASONS, "what was typed stays"
        page.get_by_label("Your passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Sign the decision").click()
        page.wait_for_url(re.compile(rf"/docket/{item}$"))
        page.get_by_text("signed with a passphrase").first.wait_for()
        page.get_by_text(REASONS).first.wait_for()
        for option in chosen:
            page.get_by_role("link", name=str(option), exact=True).first.wait_for()

        # Without signing in, anybody may see that it was answered, and when; never what it was about.
        page.context.clear_cookies()
        page.goto(f"{link.split('/sign-in')[0]}/accountability")
        page.get_by_role("heading", level=1).wait_for()
        page.goto(f"{link.split('/sign-in')[0]}/docket/{item}")
        assert "/sign-in" in page.url

    shown = tell("docket", "show", item)
    assert [c["option_id"] for c in shown["commitments"]] == chosen
    export = tmp_path / "ledger.txt"
    tell("ledger", "export", str(export))
    key = tell.text("ledger", "key").strip().splitlines()[-1]
    (held,) = (tmp_path / "outside").glob("*.note")
    proved = verify(tmp_path / "stranger", export, key, held)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert '"method":"passphrase"' in export.read_text(encoding="utf-8").replace("\\", "")
