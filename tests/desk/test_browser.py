"""The desk in a real browser: clean under axe, wide and narrow, by keyboard, and without JavaScript."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from desk.chained import in_chain
from desk.clean import check
from desk.conftest import PASSPHRASE
from desk.hub_home import fill
from desk.seeding import tocsin
from desk.thought import think
from desk.with_others import PAGES, wanted
from developed import prepare
from packaged import line, package
from tocsin.core.context import Context
from tocsin.core.settings import Settings

pytestmark = pytest.mark.browser

WIDE = [
    *PAGES,
    "/",
    "/forecasts",
    "/forecasts/record",
    "/places/SDN/forecasts/new",
    "/places/SDN",
    "/places/SDN/assess",
    "/places/SDN/rounds",
    "/places/SDN/techniques",
    "/places/SDN/figures",
    "/ideas?item=1",
    "/places/SDN/why/onset",
    "/places/SDN/apart",
    "/places/SDN/comparators",
    "/docket",
    "/people",
    "/docket/1",
    "/docket/1/decide",
    "/docket/1/options",
    "/docket/1/together",
    "/docket/1/package",
    "/docket/1/packages",
    "/bodies/deputies",
    "/portfolio",
    "/places/SDN/portfolio",
    "/places/SDN/capacities",
    "/places/SDN/incentives",
    "/places/SDN/labels",
    "/places/SDN/events",
    "/events/queue",
    "/docket/1/trace",
    "/trace/source/vdem",
    "/sources/vdem/quarantine",
    "/sources/vdem/vintages",
    "/options",
    "/options/coverage",
    "/options/propose",
    "/options/proposals",
    "/options/sources",
    "/options/D05",
    "/cases/C01",
    "/brief",
    "/track-record",
    "/hub",
    "/tripwires",
    "/tripwires/forecast_level",
    "/accountability",
    "/legislature",
    "/legislature/SDN",
    "/undertakings",
    "/documents",
    "/tools",
    "/places/SDN/summary",
    "/words",
    "/agendas?options=D05",
    "/frameworks",
    "/frameworks/us_araf",
    "/routes",
    "/routes?goal=force&place=SDN&by=2030-12-31",
    "/routes/plan?goal=D15&place=SDN&by=2030-12-31&asker=ngo",
    "/routes/forums?place=SDN",
    "/process?q1=1&q2=3",
    "/places/SDN/advisory",
    "/procedures/U10",
    "/sources",
    "/directive",
    "/directive/effects",
    "/directive/2",
    "/messages",
    "/messages/1",
    "/trace/warning/1",
    "/reports",
    "/reports/new",
    "/reports/mine",
    "/procedures/U01",
    "/ledger",
    "/welcome",
    "/sharing",
]
NARROW = [
    *PAGES,
    "/",
    "/forecasts",
    "/forecasts/record",
    "/places/SDN/forecasts/new",
    "/docket/1",
    "/docket/1/decide",
    "/docket/1/options",
    "/docket/1/together",
    "/docket/1/package",
    "/docket/1/packages",
    "/bodies/deputies",
    "/portfolio",
    "/places/SDN/portfolio",
    "/places/SDN/capacities",
    "/places/SDN/incentives",
    "/places/SDN/labels",
    "/places/SDN/events",
    "/events/queue",
    "/places/SDN",
    "/places/SDN/techniques",
    "/places/SDN/figures",
    "/ideas?item=1",
    "/places/SDN/why/onset",
    "/places/SDN/apart",
    "/places/SDN/comparators",
    "/docket",
    "/options",
    "/options/coverage",
    "/options/propose",
    "/options/S01",
    "/people",
    "/words",
    "/agendas?options=D05",
    "/frameworks",
    "/frameworks/us_araf",
    "/routes?goal=force&place=SDN&by=2030-12-31",
    "/routes/plan?goal=D15&place=SDN&by=2030-12-31&asker=ngo",
    "/routes/forums?place=SDN",
    "/process?q1=1&q2=3",
    "/hub",
    "/tripwires",
    "/tripwires/event_one_sided",
    "/directive",
    "/messages",
    "/reports",
    "/reports/new",
    "/sources/ucdp_prio/quarantine",
    "/undertakings",
    "/documents",
    "/tools",
    "/sharing",
]
OF_A_REPORT = ["/reports/1", "/reports/1/send"]
PREPARED = [
    "/needs/1",
    "/options/proposals/1",
    "/docket/1/packages/1",
    "/places/SDN/rounds/1",
    "/forecasts/1",
    "/documents/1",
    "/undertakings/gaps/1",
    "/portfolio/projects/1",
    "/portfolio/lists/1",
    "/places/SDN/incentives/1",
    "/places/SDN/techniques/1",
    "/places/SDN/techniques/2",
]
SEEN_APART = [*OF_A_REPORT, *PREPARED]
"""Looked at below, once there is something to show."""


@pytest.mark.parametrize("path", WIDE)
def test_wide_pages_are_clean(page_at, on_air, path: str) -> None:
    check(page_at(), on_air.url + path)


@pytest.mark.parametrize("path", NARROW)
def test_pages_on_a_phone_are_clean(page_at, on_air, path: str) -> None:
    check(page_at(360), on_air.url + path)


@pytest.mark.parametrize("width", [1400, 360])
def test_a_report_read_and_about_to_be_sent_on_is_clean(page_at, on_air, width: int) -> None:
    if not json.loads(tocsin(on_air.home, "reports", "list", "--by", "analyst", "--json").stdout)["reports"]:
        for words in (
            ["new", "SDN", "--text", "Forty men were taken from the market of Tawila on Friday."],
            ["show", "1", "--by", "analyst"],
            ["read", "1", "--severity", "2", "--grade", "B2", "--factors", "RF7", "--by", "analyst"],
        ):
            # The account that wrote may not read: nobody grades what is their own.
            done = tocsin(on_air.home, "reports", *words, user="nuru" if words[0] == "new" else "reader")
            assert done.returncode == 0, done.stderr
    page = page_at(width)
    for path in OF_A_REPORT:
        check(page, on_air.url + path)


@pytest.fixture(scope="module")
def prepared(on_air, tmp_path_factory) -> None:
    """An option proposed, a package submitted, a round opened and a forecast asked for in the home that is served."""
    folder, today = tmp_path_factory.mktemp("prepared"), datetime.now(UTC).date()

    def put(*words: str, user: str = "") -> str:
        done = tocsin(on_air.home, *words, user=user)
        assert done.returncode == 0, done.stderr
        return done.stdout

    fields = json.loads(put("options", "propose", "--template", "--option", "D05"))
    (folder / "option.json").write_text(json.dumps(fields | {"name": "Mediation by two who are trusted"}))
    put("options", "propose", str(folder / "option.json"), "--why", "It is done and not listed.", "--by", "analyst")
    (folder / "package.json").write_text(json.dumps(package(line(today=today))))
    put("package", "submit", "1", str(folder / "package.json"), "--by", "desk_officer")
    until = (datetime.now(UTC) + timedelta(days=7)).strftime("%Y-%m-%dT%H:%MZ")
    prepare(put, folder)
    asked = ("--question", "Is Tawila next?", "--until", until, "--ask", "RF7", "--by", "analyst")
    in_chain(folder, put)
    put("assess", "open", "SDN", "--invite", "analyst", "--invite", "second_reader", *asked)
    wanted(put)
    put("forecast", "ask", "SDN", "--onset", "--with", "round:1", "--until", until, "--by", "analyst")
    for who, p in (("amal", "0.2"), ("berta", "0.04"), ("operator", "0.1")):
        # The browser's person is the operator: who has given a number sees those of others.
        put("forecast", "give", "1", p, "--why", "The road west is closed.", "--by", "analyst", user=who)
    think(put)


@pytest.mark.parametrize("width", [1400, 360])
@pytest.mark.parametrize("path", PREPARED)
def test_what_was_prepared_is_clean(page_at, on_air, prepared, path: str, width: int) -> None:
    check(page_at(width), on_air.url + path)


@pytest.mark.parametrize("width", [1400, 360])
def test_the_hub_with_forecasts_in_it_is_clean(page_at, on_air, tmp_path, width: int) -> None:
    if not (on_air.home / "hub").exists():
        fill(Context(settings=Settings(home=on_air.home)), tmp_path)
    page = page_at(width)
    check(page, on_air.url + "/hub")
    assert page.locator("caption").count() >= 1


@pytest.mark.parametrize("path", ["/", "/docket/1/decide"])
def test_dark_pages_are_clean(page_at, on_air, path: str) -> None:
    check(page_at(dark=True), on_air.url + path)


def test_text_at_twice_its_size_fits(page_at, on_air) -> None:
    page = page_at(1280)
    for path in ("/", "/docket/1/decide"):
        page.goto(on_air.url + path)
        # 200% zoom of a 1280 px window is a 640 px window.
        page.set_viewport_size({"width": 640, "height": 450})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_right_to_left_nothing_falls_off(page_at, on_air) -> None:
    page = page_at()
    for path in ("/", "/places/SDN", "/docket/1"):
        page.goto(on_air.url + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_keyboard_reaches_board_docket_search_rows_and_help(page_at, on_air) -> None:
    page = page_at()
    page.goto(on_air.url + "/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/docket")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('tr').matches('.on')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docket/*")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(on_air.url + "/")
    page.keyboard.press("/")
    page.keyboard.type("chad")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/TCD")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.goto(on_air.url + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_filters_work_with_htmx_and_live_in_the_address(page_at, on_air) -> None:
    page = page_at()
    page.goto(on_air.url + "/")
    page.select_option("[name=region]", "Europe")
    page.wait_for_url("**region=Europe**")
    page.wait_for_selector("h2:has-text('of')")
    assert page.locator("tr[data-row] a[href='/places/UKR']").count() == 1
    assert page.locator("tr[data-row] a[href='/places/SDN']").count() == 0, (
        "out of the table, not out of the band above"
    )
    assert page.locator(".way-band a[href='/places/SDN']").count() == 1
    page.go_back()


def test_moving_the_slider_moves_the_past_and_without_script_the_button_does(page_at, on_air) -> None:
    page = page_at()
    page.goto(on_air.url + "/tripwires/event_one_sided")
    before = page.locator("#results .standfirst").inner_text()
    page.locator("input[type=range]").fill("400")
    page.wait_for_url("**threshold=400**")
    page.wait_for_selector("h2:has-text('At 400 deaths')")
    after = page.locator("#results .standfirst").inner_text()
    assert page.input_value("#threshold") == "400"
    assert after != before
    plain = page_at(script=False)
    plain.goto(on_air.url + "/tripwires/event_one_sided")
    assert not plain.locator("input[type=range]").is_visible()
    plain.fill("#threshold", "400")
    plain.get_by_role("button", name="Move the past").click()
    assert plain.locator("#results .standfirst").inner_text() == after


def test_everything_works_without_javascript(page_at, on_air) -> None:
    page = page_at(script=False)
    page.goto(on_air.url + "/")
    page.select_option("[name=region]", "Europe")
    page.click("form.filters button")
    assert "region=Europe" in page.url
    page.goto(on_air.url + "/places/NZL")
    page.fill("[name=because]", "A notice orders one group to register, seen today.")
    page.get_by_role("button", name="Ring the bell").click()
    page.wait_for_url("**/docket/*")
    number = page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="Acknowledge").click()
    assert page.locator("text=The delivery clock has stopped").count() == 1
    page.goto(f"{on_air.url}/docket/{number}/decide")
    page.check("[name=kind][value=decline]")
    page.fill("[name=reasons]", "W1 is one sighting, and the register is an old one.")
    page.fill("[name=would_change]", "A second sighting from another place.")
    page.fill("[name=answer-bell]", "Nothing before the second sighting.")
    page.locator("[name^=why-]:not([name=why-NOTHING])").first.fill("It would put the witnesses at risk.")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.get_by_role("button", name="Sign the decision").click()
    page.wait_for_url(f"**/docket/{number}")
    assert page.locator("text=Signed. The decision is in the ledger").count() == 1


def test_a_draft_survives_a_timeout_and_never_holds_the_passphrase(page_at, on_air) -> None:
    page = page_at()
    page.goto(on_air.url + "/docket/1/decide")
    page.fill("[name=reasons]", "Half a thought that must not be lost")
    page.fill("[name=passphrase]", PASSPHRASE)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert PASSPHRASE not in kept
    page.context.clear_cookies()
    page.goto(on_air.url + "/docket/1/decide")
    assert "/sign-in" in page.url
    page.fill("[name=name]", "Ada Example")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.click("main button")
    page.wait_for_url("**/decide")
    assert page.input_value("[name=reasons]") == "Half a thought that must not be lost"
    assert page.input_value("[name=passphrase]") == ""


def test_the_decision_prints_on_one_page_with_its_package(page_at, on_air, prepared) -> None:
    import io

    from pypdf import PdfReader

    page = page_at()
    page.goto(on_air.url + "/docket/1/decide")
    printed = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    text = printed.pages[0].extract_text()
    for words in ("Three things we know", "What we do not know", "Package 1", "Do nothing now", "Dissent"):
        assert words in text
