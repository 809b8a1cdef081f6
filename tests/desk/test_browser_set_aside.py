"""The page of rows set aside, with rows in every state, in a real browser: wide and narrow, light and dark."""

from __future__ import annotations

import pytest

from desk.clean import check
from desk.set_aside import set_aside
from tocsin.core.context import Context
from tocsin.core.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def aside(on_air, tmp_path_factory) -> dict[str, int]:
    """A file with rows set aside in the home that is served: the number of one in each state, and one taken back."""
    return set_aside(Context(settings=Settings(home=on_air.home)), tmp_path_factory.mktemp("aside"))


@pytest.mark.parametrize(
    ("width", "dark", "state"),
    [(1400, False, "quarantined"), (360, False, "quarantined"), (1400, True, "mended"), (360, True, "released")],
)
def test_rows_set_aside_are_clean(page_at, on_air, aside, width: int, dark: bool, state: str) -> None:
    page = page_at(width, dark=dark)
    check(page, f"{on_air.url}/sources/gdelt/quarantine?row={aside[state]}")
    assert page.locator(f"h2:has-text('Row {aside[state]}: {state}')").count() == 1
    assert page.locator("b:has-text('taken back')").count() == 1
