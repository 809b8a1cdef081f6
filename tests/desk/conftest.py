"""What tests of the desk may ask for: a seeded home, a signed-in client on it, a desk on the air, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desk.opened import lay, opened
from desk.seeding import Served, copied, served, start
from once import once, shared_folder

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, Page

    from tocsin.response.docket.models import Item

PASSPHRASE = "four unrelated words here"


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A home as ``make run SERVE=0`` leaves it; read it, do not write to it."""
    if given := os.environ.get("TOCSIN_SEEDED_HOME"):
        # Saves the refresh while working on pages; the suite never sets it.
        return Path(given)
    return once(shared_folder(tmp_path_factory, worker_id), "seeded-home", start)


@pytest.fixture
def desk(
    db: None, seeded_home: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, settings: object
) -> Iterator[Path]:
    """The desk inside this process, on a copy of the seeded runs and a register of its own with its items opened.

    Its clock stands still: two readings of one page a minute apart would differ in the hours left.
    """
    from tocsin.core.clock import FixedClock, SystemClock
    from tocsin.core.settings import Settings
    from tocsin.desk import throttle
    from tocsin.desk.context import use_clock

    made = opened(seeded_home, tmp_path_factory)
    home = tmp_path / "home"
    lay(made, home)
    settings.TOCSIN = Settings(home=home)
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
    throttle.forget()
    use_clock(FixedClock(made.at))  # a test may move its own
    yield home
    use_clock(SystemClock())


@cache
def hashed() -> str:
    """Return the passphrase as the desk keeps it; hashing is slow on purpose, so it is done once a process."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSPHRASE)


@pytest.fixture
def reader(desk: Path, client: Client) -> Client:
    """A signed-in person who has chosen a name and a passphrase and holds every post."""
    from tocsin.response.register.models import Person

    person = Person.objects.get(username="operator")
    person.display_name, person.may_sign, person.password = "Ada Example", True, hashed()
    person.save()
    client.force_login(person)
    return client


@pytest.fixture
def item(desk: Path) -> Item:
    """An open item about a place."""
    from tocsin.response.docket.models import Item

    return Item.objects.exclude(place_id="").filter(state="open").order_by("id")[0]


@pytest.fixture(scope="session")
def on_air(seeded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk served by ``tocsin serve`` on a copy of the seeded home."""
    with served(copied(seeded_home, tmp_path_factory.mktemp("served") / "home")) as desk:
        yield desk


@pytest.fixture(scope="session")
def session_state(on_air: Served, browser: Browser) -> dict[str, object]:
    """The cookies of a person who came by the one-time link and chose a name and a passphrase."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(on_air.login_link())
    page.fill("[name=name]", "Ada Example")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.fill("[name=again]", PASSPHRASE)
    page.click("main button")
    page.wait_for_url(f"{on_air.url}/")
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def page_at(browser: Browser, session_state: dict[str, object]) -> Iterator[object]:
    """A function that opens a page for the signed-in person: at a width, light or dark, with or without script."""
    contexts = []

    def open_page(width: int = 1400, *, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            storage_state=session_state,
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
