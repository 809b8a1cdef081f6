"""What pages promise about dates, doubt and whose words they are."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tocsin.core.clock import FixedClock, in_words
from tocsin.desk import facts, knowledge
from tocsin.desk.charts.freshness import freshness
from tocsin.desk.charts.reliability import Bin, added_up
from tocsin.desk.facts import CONFLICT, ONSET
from tocsin.desk.pages import board
from tocsin.response.register import runs


def body(reader, url: str) -> str:
    answer = reader.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def event(desk: Path):
    from tocsin.response.docket.models import Item

    return Item.objects.filter(warnings__kind="event").order_by("id").last()


@pytest.mark.parametrize("url", ["/", "/places/SDN", "/places/SDN/why/conflict", "/brief"])
def test_the_forecast_of_conflict_names_its_year_and_that_it_is_over(reader, desk, url) -> None:
    run = runs.latest(desk)
    window = run.window(target=CONFLICT)
    assert (window.first, window.last) == (run.base_year + 1,) * 2
    text = body(reader, url)
    assert f"in {window.dates}" in text
    assert "next 12 months" not in text.split("Model card")[0]  # a frozen card keeps its title
    assert "its outcome is not in these figures" in text


def test_a_filter_recounts_nothing_and_hatches_nothing_that_is_assessed(reader, desk) -> None:
    pic = facts.of_run(runs.latest(desk))
    some = {r["place_id"] for r in pic.rows if r["region"] == "Europe"}
    drawn, whole = board.draw_map(pic, some), board.draw_map(pic)
    assert drawn.sentence == f"Filter on: {len(some)} of {len(pic.rows)} places shown. {whole.sentence}"
    assert str(drawn.svg).count('class="na"') <= str(whole.svg).count('class="na"')


def test_the_conflict_page_tells_of_its_own_model(reader, desk) -> None:
    pic = facts.of_run(runs.latest(desk))
    ours, theirs = pic.run.place("SDN")["board"]["conflict_interval"], pic.run.place("SDN")["board"]["interval"]
    assert ours["kind"] != theirs["kind"]
    text = body(reader, "/places/SDN/why/conflict")
    assert ours["kind"] in text
    assert "learners" not in text.split("Model card")[0]
    assert "V-Dem" not in text.split("Model card")[0]
    assert "Beside its base rate" in text
    read = knowledge.read_for(pic, pic.run.place("SDN"), CONFLICT)
    assert read.sources == {"ucdp_brd", "ucdp_prio", "worldbank"}
    assert "No drivers are drawn" in text


def test_a_run_made_before_targets_were_told_apart_is_still_read(desk) -> None:
    run = runs.latest(desk)
    about = {k: v for k, v in run.info["about"].items() if k not in ("reads", "groups")}
    span = {k: v for k, v in run.info["interval"].items() if k != "kinds"}
    old = runs.Run(run.folder, {**run.info, "about": about, "interval": span}, run.warnings, run.cut, run.sources)
    place = old.place("SDN")
    assert "card of conflict_v1" in place["board"]["conflict_interval"]["kind"]
    assert place["board"]["interval"]["kind"] == span["kind"]
    pic = facts.of_run(old)
    assert knowledge.read_for(pic, place, CONFLICT) is None
    assert "vdem" in knowledge.read_for(pic, place, ONSET).sources
    assert place["drivers"][0]["label"]


def test_decide_docket_and_brief_say_how_old_the_killing_is(reader, desk) -> None:
    item = event(desk)
    when = facts.killing_age(item, reader_now())
    assert re.search(r"counted in \w+ 20\d\d, \d+ months? ago", when)
    assert when in body(reader, "/brief")
    assert when[:1].upper() + when[1:] in body(reader, "/docket")
    text = body(reader, f"/docket/{item.pk}/decide")
    assert re.search(r"\d+ months? before this run; nothing is counted here after \w+ 20\d\d", text)
    assert "alarm: " in text
    assert not re.search(r"in 20\d\d-\d\d\b", re.sub(r"<[^>]+>", " ", text.split("<svg")[0]))


def reader_now():
    from tocsin.desk.context import context

    return context().now()


def test_factors_that_only_the_kind_of_warning_points_to_are_not_seen(reader, desk) -> None:
    text = body(reader, f"/docket/{event(desk).pk}/decide")
    assert "risk factors seen" not in text
    assert "this kind of warning points to" in text
    assert "in time" in text or "First effect" in text


def test_open_items_stand_first_in_their_band(reader, desk) -> None:
    from tocsin.response.docket.models import Item

    text = body(reader, "/")
    for item in Item.objects.filter(state="open").exclude(place_id=""):
        assert re.search(rf'data-label="item"><a href="/docket/{item.pk}">', text), item.place_id
    table = text.split("<tbody>", 1)[1]
    for band in table.split("</tbody>"):
        cells = re.findall(r'data-label="item">(–|<a)', band)
        assert cells == sorted(cells, key=lambda c: c == "–")


def test_somebody_without_a_passphrase_is_sent_to_choose_one_and_back(reader, desk, item) -> None:
    from tocsin.response.register.models import Person

    Person.objects.update(may_sign=False)
    text = body(reader, f"/docket/{item.pk}/decide")
    assert f"/welcome?next=/docket/{item.pk}/decide" in text
    assert text.index("/welcome?next=") < text.index("Three things we know")
    assert "<button disabled>Sign" in text
    words = "four unrelated words here"
    done = reader.post(
        f"/welcome?next=/docket/{item.pk}/decide", {"name": "Ada Example", "passphrase": words, "again": words}
    )
    assert done["Location"] == f"/docket/{item.pk}/decide"
    Person.objects.update(may_sign=False)
    away = reader.post(
        "/welcome?next=https://elsewhere.example/", {"name": "Bea Example", "passphrase": words, "again": words}
    )
    assert away["Location"] == "/"


def test_a_drill_is_marked_on_every_page_and_its_clock_is_the_later_one(reader, desk, monkeypatch) -> None:
    from datetime import timedelta

    from tocsin.desk import context as handle
    from tocsin.response.register import drill
    from tocsin.response.register.models import LedgerEntry

    assert "DRILL" not in body(reader, "/docket")
    newest = LedgerEntry.objects.order_by("-seq").first().time
    monkeypatch.setattr(drill, "is_drill", lambda settings: True)
    monkeypatch.setattr(handle, "mark_of", lambda settings: "DRILL")
    handle.use_clock(FixedClock(newest - timedelta(days=30)))
    assert handle.context().now() == newest
    for url in ("/", "/docket", "/track-record"):
        assert "<b>DRILL</b>" in body(reader, url)
    handle.use_clock(FixedClock(newest + timedelta(days=1)))
    assert handle.context().now() == newest + timedelta(days=1)


def test_a_clock_that_ran_out_has_nothing_left(reader, desk, item) -> None:
    item.decision_lapsed = True
    item.save()
    row = next(r for r in body(reader, "/docket").split("<tr") if f'href="/docket/{item.pk}"' in r)
    cell = row.split('data-label="decision due">')[1].split("</td>")[0]
    assert "ran out" in cell
    assert "left" not in cell


def test_the_brief_labels_every_figure_on_a_phone_and_links_it(reader, desk) -> None:
    text = body(reader, "/brief")
    tables = re.findall(r"<tbody>.*?</tbody>", text, re.S)
    assert tables
    assert not [c for t in tables for c in re.findall(r"<td[^>]*>", t) if "data-label" not in c]
    assert re.search(r'data-label="risk"><a href="/places/[A-Z]{3}/why/onset">1 in', text)
    assert re.search(r'data-label="conflict"><a href="/places/[A-Z]{3}/why/conflict">', text)


def test_freshness_draws_gaps_and_parts_of_years_as_they_are() -> None:
    source = {"last_good": None, "cadence_days": 30, "grace_days": 30, "status": "snapshot"}
    monthly = {**source, "id": "m", "title": "Months", "newest": "2026-02", "release": "x"}
    half = {**source, "id": "h", "title": "Half", "newest": "2025", "release": "mid-2025"}
    months = {"2021-05", "2021-06", *(f"2025-{m:02}" for m in range(1, 13)), "2026-02"}
    chart = freshness([monthly, half], date(2026, 11, 26), counted={"m": months}, key="f")
    bars = [li.count('class="fresh-ours"') for li in str(chart.svg).split("<li>")[1:]]
    assert bars == [3, 1]
    assert str(chart.svg).count('class="fresh-part"') == 1
    assert chart.rows[0][2] == "July 2021 to December 2024; January 2026 to January 2026"
    assert chart.rows[1][1] == "to mid-2025"
    assert in_words(date(2026, 11, 26)) in chart.sentence


def test_freshness_covers_the_months_that_the_run_counts(desk) -> None:
    run = runs.latest(desk)
    assert {"2021-06", "2025-01"} <= run.counted_months["ucdp_ged"]
    assert not {"2021-07", "2024-12"} & run.counted_months["ucdp_ged"]


def test_how_far_off_the_sum_of_forecasts_is_said() -> None:
    assert (
        added_up([Bin(0.1, 0.05, 100, 5)])
        == "10 onsets were expected and 5 happened: added up, the figures ran 100% too high."
    )
    assert "too low" in added_up([Bin(0.05, 0.1, 100, 10)])
    assert added_up([Bin(0.01, 0.0, 100, 0)]).endswith("0 happened.")


def test_each_forecast_says_how_the_figures_have_run(reader, desk) -> None:
    from tocsin.desk.pages.track_record import ran_high

    assert "onsets were expected" in ran_high()
    assert ran_high() in body(reader, "/places/SDN/why/onset")
    assert "onsets were expected" not in body(reader, "/places/SDN/why/conflict").split("Model card")[0]


def test_principals_read_titles_and_not_identifiers(reader, desk) -> None:
    item = event(desk)
    for url in (f"/docket/{item.pk}/decide", f"/docket/{item.pk}"):
        shown = re.sub(r"<details.*?</details>|<[^>]+>", " ", body(reader, url), flags=re.S)
        for name in ("ucdp_ged", "forecast_level", "params"):
            assert name not in shown, (url, name)


def test_a_midnight_is_the_end_of_the_day_before() -> None:
    from tocsin.desk.templatetags.desk import until

    assert "the end of Mon 7 Dec 2026" in until("2026-12-08T00:00:00Z")
    assert "14:00 UTC" in until("2026-12-07T14:00:00Z")


def test_the_record_says_how_many_hits_it_leaves_out() -> None:
    from tocsin.desk.pages.situation import record_chart

    row = {"rank": 3, "of": 170, "p": 0.1, "onset_within": True}
    many = record_chart({"record": [{**row, "base_year": 2000 + i} for i in range(6)]})
    assert "of six years" in many.sentence
    assert "The last three of the six" in many.sentence
    assert "The last" not in record_chart({"record": [{**row, "base_year": 2000}]}).sentence
    assert "onset within two years" in many.legend
    assert ">10%<" in str(many.svg)


def test_board_and_docket_say_when_nobody_moves_the_clocks(reader) -> None:
    """Calm and in words; nothing is said while a worker runs."""
    from tocsin.desk.context import context
    from tocsin.response.docket import heartbeats

    for path in ("/", "/docket"):
        assert "No worker has ever run here" in reader.get(path).content.decode()
    heartbeats.begin(context(), "worker")
    for path in ("/", "/docket"):
        assert "No worker" not in reader.get(path).content.decode()
    heartbeats.end(context(), "worker")
    for path in ("/", "/docket"):
        assert "No worker runs: the last one stopped at" in reader.get(path).content.decode()
