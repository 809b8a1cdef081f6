"""The page on which moving a threshold moves the past: open, exact, and silent about today."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tocsin.catalog.tripwires import all_tripwires, shipped_backtest

MOST = 150_000


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    assert len(answer.content) <= MOST, f"{url}: {len(answer.content)} bytes"
    return unescape(answer.content.decode())


def fired(text: str) -> tuple[int, ...]:
    """The figures of the sentence at the head: firings, hits, to nothing, undecided, misses, onsets."""
    said = re.search(
        r"it would have fired (\d+) times?: (\d+) came true, (\d+) came to nothing, (\d+) cannot be told yet; "
        r"(\d+) of (\d+) onsets were missed",
        text,
    )
    assert said, text[:2000]
    return tuple(int(n) for n in said.groups())


def shapes(text: str) -> int:
    drawing = text[text.index("Past firings of") :]
    return len(re.findall(r'class="label end"', drawing[: drawing.index("</svg>")]))


def test_an_analyst_moves_the_threshold_and_the_past_moves(desk, client) -> None:
    """M39: nobody signed in; the shipped figures first, then a stricter and a looser mark."""
    shipped = shipped_backtest(all_tripwires()["event_one_sided"])
    assert shipped
    now = page(client, "/tripwires/event_one_sided")
    figures = tuple(shipped[k] for k in ("firings", "hits", "false_alarms", "undecided", "misses", "onsets"))
    assert fired(now) == figures
    assert shapes(now) == shipped["firings"]
    strict = page(client, "/tripwires/event_one_sided?threshold=400")
    loose = page(client, "/tripwires/event_one_sided?threshold=60")
    assert fired(strict)[0] < figures[0] < fired(loose)[0]
    assert fired(strict)[4] > figures[4]
    assert shapes(strict) == fired(strict)[0]
    assert "At 400 deaths in a month" in strict
    assert "The threshold was given." in strict
    assert "The lowest mark of the grid that keeps within 4 firings a year" in now
    assert "Côte d" in loose or "Ivory Coast" in loose


def test_counts_stand_with_their_intervals_misses_with_place_and_year(desk, client) -> None:
    text = page(client, "/tripwires/event_one_sided")
    shipped = shipped_backtest(all_tripwires()["event_one_sided"])
    assert shipped
    low, high = shipped["firings_per_year_interval"]
    assert f"{shipped['firings_per_year']} (95% interval {low:g} to {high:g}); budget 4" in text
    missed = text[text.index("What it missed") : text.index("Every firing")]
    assert missed.count("<dt>") <= shipped["misses"]
    assert sum(len(re.findall(r"\d{4}-\d\d", dd)) for dd in re.findall(r"<dd>(.*?)</dd>", missed)) == shipped["misses"]
    assert "Ready 11 days after a firing, help begins 30 days later: 12 of 12 hits left that long" in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("by=budget&value=8", "keeps within 8 firings a year"),
        ("by=miss-rate&value=0.4", "conformal risk control"),
        ("by=costs&value=1:20", "1 / (1 + 20) = 4.8%"),
        (
            "by=miss-rate&value=0.1",
            "cannot be promised for forecast_level with 6 onsets; the lowest they can promise is 14%",
        ),
        ("by=wishing&value=1", "“wishing 1” is not a choice of this page"),
        ("threshold=high", "“high” is no threshold"),
        ("threshold=nan", "“nan” is no threshold"),
        ("threshold=-5", "At risk 1 in 200 (0.5%)"),
        ("threshold=1e300", "At risk 5 in 10 (50%)"),
    ],
)
def test_three_ways_to_choose_and_an_answer_to_whatever_is_asked(desk, client, query: str, says: str) -> None:
    text = page(client, f"/tripwires/forecast_level?{query}")
    assert says in text
    fired(text)


def test_no_current_firing_is_named_to_the_open_and_a_reader_sees_it(desk, client, reader) -> None:
    from django.test import Client

    stranger = Client()
    open_page = page(stranger, "/tripwires/forecast_level")
    shipped = shipped_backtest(all_tripwires()["forecast_level"])
    assert shipped
    undecided = [f for f in shipped["fired"] if f["outcome"] == "undecided"]
    assert undecided
    assert open_page.count("withheld until what followed is known") == len(undecided)
    assert "/places/" not in open_page.split("<main", 1)[1].split("</main>", 1)[0]
    assert "withheld" not in page(reader, "/tripwires/forecast_level")


def test_the_list_says_what_all_of_them_cost_together(desk, client) -> None:
    text = page(client, "/tripwires")
    rows = re.findall(r'<a href="/tripwires/([a-z_]+)">', text)
    assert rows == list(all_tripwires())
    said = re.search(
        r"would have opened ([\d.]+) items a year.*Added up they fire ([\d.]+) times a year", text, re.DOTALL
    )
    assert said
    assert float(said[1]) < float(said[2])
    assert text.count("too early to judge") == sum(t.back_tested for t in all_tripwires().values())
    assert 'href="/track-record" aria-current="true"' in text
    assert 'href="/tripwires"' in page(client, "/track-record")


@pytest.mark.parametrize("kind", ["bell", "silence_source", "broken_promise"])
def test_what_has_no_threshold_says_so(desk, client, kind: str) -> None:
    assert "It has no threshold" in page(client, f"/tripwires/{kind}")


def test_the_seal_stands_on_the_page(desk, client) -> None:
    from tocsin.response.register import seals

    text = page(client, "/tripwires/forecast_level")
    [sealed] = [s for s in seals.seals() if s.tripwire_id == "forecast_level"]
    assert sealed.seal_sha256[:16] in text
    assert "2.75 firings a year" in text
    assert "0 firings in 0.0 years of data: too early to judge" in text


def test_action_taken_is_told_of_closed_questions_alone(desk, reader, client) -> None:
    from tocsin.response.docket.models import Decision, Item, ItemWarning, Warning
    from tocsin.response.oversight.answered import with_actions
    from tocsin.response.register.models import Person

    warning = Warning.objects.filter(tripwire_id="event_one_sided").first() or Warning.objects.first()
    item = warning.items.first()
    place, period = warning.warning_id.split(".")[2:4]
    rows = [
        {"place_id": place, "fired": period, "action": "not known"},
        {"place_id": "XXX", "fired": "1990-01", "action": "not known"},
    ]

    def ask(open_to_all: bool) -> list[str]:
        told = with_actions(rows, warning.tripwire_id, warning.version, open_to_all=open_to_all)
        return [row["action"] for row in told]

    assert ask(False) == ["no action decided", "not known"]
    assert ask(True) == ["not known", "not known"]
    Decision.objects.create(
        item=item, kind="act", at=item.opened_at, tier=3, post="desk_officer", person=Person.objects.first(),
        via="desk", reasons="r", evidence_vintage="v",
    )  # fmt: skip
    assert ask(False) == ["action taken", "not known"]
    Item.objects.filter(pk=item.pk).update(state="closed")
    assert ask(True) == ["action taken", "not known"]
    assert ItemWarning.objects.filter(item=item).exists()


def test_the_loosest_mark_is_drawn_in_part_and_says_so(desk, client) -> None:
    text = page(client, "/tripwires/forecast_level?threshold=0.005")
    assert fired(text)[0] > 120
    assert "The newest 120 of" in text


def test_a_report_tripwire_shows_its_chains_and_what_is_missing(desk, client) -> None:
    text = page(client, "/tripwires/report_alert")
    for words in (
        "What it did on dated chains",
        "R1 1993-12-03",
        "What is missing, and why it is armed",
        "No rate a year",
    ):
        assert words in text, words
    assert "on dated chains: 2 of 3 chains in time" in page(client, "/tripwires")
    assert "Or:" in page(client, "/tripwires/report_disputed")
