"""An exercise: the bell is rung, and within one sitting a minimum package stands, by the rapid form of the real desk.

M73: from trigger to a complete minimum package in one working session in an exercise. Labelled, with caveats and a
confidence; it asks to be made whole by a day, and from the decision on that is a clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from desk.seeding import Served, served
from desk.test_packages import fields
from packaged import line, rapid
from teller import Teller
from tocsin.catalog import replays
from tocsin.core.clock import parse_date, parse_time

# An exercise is held in a copy of a home, and what is copied is a register that is a file.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

MADE_UP = Path(replays.__file__).parent
SITTING_HOURS = 4
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Reader:
    """A signed-in person without a script: pages are read and forms are sent as a browser sends them."""

    def __init__(self, desk: Served) -> None:
        self.desk = desk
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.get(desk.login_link().removeprefix(desk.url))

    def get(self, path: str) -> str:
        with self.opener.open(self.desk.url + path) as answer:
            self.page = answer.read().decode()
        return self.page

    def send(self, path: str, said: dict[str, str]) -> tuple[int, str]:
        found = TOKEN.search(self.page)
        assert found, "every form carries a token"
        data = urlencode({"csrfmiddlewaretoken": found[1], **said}).encode()
        request = Request(self.desk.url + path, data=data, headers={"Referer": self.desk.url + path})
        try:
            with self.opener.open(request) as answer:
                status, self.page = answer.status, answer.read().decode()
        except HTTPError as error:
            status, self.page = error.code, error.read().decode()
        return status, self.page


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory, laid: Callable[[Path], Path]) -> Iterator[tuple[Teller, Reader]]:
    """An exercise that has begun, on the air, with the bell rung in it."""
    folder = tmp_path_factory.mktemp("rapid")
    Teller(laid(folder / "home"))("docket", "list")
    Teller(folder / "home")("drill", str(folder / "exercise"))
    tell = Teller(folder / "exercise")
    chain = ["--items", str(MADE_UP / "synthetic_items.csv"), "--timelines", str(MADE_UP / "synthetic_timelines.csv")]
    tell("exercise", "start", "S1", *chain, "--players", "amina:analyst", "--place", "ZMB")
    tell("bell", "ZMB", "--because", "A column left the garrison this morning with lists of one community")
    with served(folder / "exercise") as desk:
        yield tell, Reader(desk)


def test_m73_from_trigger_to_a_minimum_package_in_one_sitting(exercise: tuple[Teller, Reader]) -> None:
    tell, reader = exercise
    (item,) = tell("docket", "list")["items"]
    form = reader.get(f"/docket/{item['id']}/package?rapid=1")
    assert "EXERCISE" in form
    assert "RAPID: a minimum package" in form
    assert form.count("can wait") >= 2, "what is left out is said, and why"
    today = parse_time(tell("docket", "show", str(item["id"]))["opened_at"]).date()
    said = rapid(line(today=today, days=(0, 10)), line("H06", leads="mission_head", today=today), today=today)

    status, page = reader.send(f"/docket/{item['id']}/package", fields(said | {"rapid": {}}, act="submit"))
    assert status == 422
    assert "caveats is missing" in page, "haste is said to be haste"
    assert "confidence is missing" in page

    reader.get(f"/docket/{item['id']}/package")
    status, page = reader.send(f"/docket/{item['id']}/package", fields(said, act="submit", revision="1"))
    assert status == 200
    assert "RAPID" in page
    assert "Confidence: low" in page
    assert "one source" in page
    (version,) = tell("package", "list", str(item["id"]))["versions"]
    made = version["package"]
    assert made["label"].startswith("RAPID")
    shown = tell("docket", "show", str(item["id"]))
    took = parse_time(made["submitted_at"]) - parse_time(shown["opened_at"])
    assert took.total_seconds() <= SITTING_HOURS * 3600
    assert [one["option"] for one in made["lines"]] == ["D05", "H06"]


def test_m73_the_rapid_package_asks_to_be_made_whole_and_a_clock_runs(exercise: tuple[Teller, Reader]) -> None:
    tell, _ = exercise
    words = ["--act", "--package", "1", "--reasons", "W1: the column is on the road", "--review", "2027-01-10"]
    words += ["--reject", "NOTHING: the lists name one community", "--answer", "The mission stays and talks begin"]
    tell("docket", "decide", "1", *words, "--by", "principal")
    whole = [c for c in tell("docket", "show", "1")["commitments"] if c["what"] == "Make package version 1 whole"]
    by = parse_date(tell("package", "show", "1")["package"]["complete_by"])
    assert [c["post"] for c in whole] == ["desk_officer"]
    late = parse_time(whole[0]["due"])
    assert (late.date() - by).days == 1, "until that day is over"
    tell("tick", "--now", late.replace(hour=12).isoformat())
    assert "commitment" in {lapse["clock"] for lapse in tell("docket", "show", "1")["lapses"]}
