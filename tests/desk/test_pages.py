"""Every page answers, is small, asks nobody else for anything, and says what it must."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tocsin.core.numbers import percent, risk
from tocsin.response.register import runs

MOST = 150_000
STATIC = Path(__file__).parents[2] / "src" / "tocsin" / "desk" / "static" / "desk"
PAGES = [
    "/",
    "/?page=3",
    "/?region=Sub-Saharan Africa",
    "/?mine=1&level=alert",
    "/places/SDN",
    "/places/SDN/assess?factor=RF7",
    "/places/SDN/assess?factor=RF13&q=protected",
    "/places/SDN/assess?framework=discriminators",
    "/places/SDN/rounds",
    "/places/SDN/why/onset",
    "/places/SDN/why/conflict",
    "/places/SDN/apart",
    "/docket",
    "/docket/1",
    "/docket?level=alert&mine=1&q=sudan",
    "/people",
    "/people?place=SDN&topic=options",
    "/docket/1/decide",
    "/docket/1/options",
    "/docket/1/options?w-factors=3&at-hand=leaders",
    "/places/SDN/comparators",
    "/places/SDN/comparators?setting=civil_war&factor=RF1",
    "/docket/1/trace",
    "/docket/1/together",
    "/docket/1/package",
    "/docket/1/package?rapid=1",
    "/docket/1/packages",
    "/bodies/deputies",
    "/portfolio",
    "/places/SDN/portfolio?effect=may_feed",
    "/places/SDN/capacities",
    "/places/SDN/incentives",
    "/places/SDN/labels",
    "/places/SDN/events?kind=one_sided&from=2024-01-01&deaths=5&q=x",
    "/events/queue?place=SDN",
    "/trace/source/vdem",
    "/trace/warning/1",
    "/options",
    "/options?phase=upstream&coercive=no&q=mediation",
    "/options/coverage",
    "/options/propose",
    "/options/propose?option=D05",
    "/options/proposals",
    "/options/sources",
    "/options/D05",
    "/cases/C01",
    "/procedures/U01",
    "/routes",
    "/routes?goal=raised-with-council&place=SDN&by=2030-12-31",
    "/routes/plan?goal=D15&place=SDN&by=2030-12-31&asker=ngo",
    "/routes/forums?place=SDN",
    "/process",
    "/process?q1=1&q2=3",
    "/places/SDN/advisory",
    "/brief",
    "/track-record",
    "/hub",
    "/reports",
    "/reports/new",
    "/reports/mine",
    "/tripwires",
    "/tripwires/event_one_sided",
    "/tripwires/broken_promise",
    "/accountability",
    "/legislature",
    "/legislature/SDN",
    "/undertakings",
    "/undertakings?state=unmet&gaps=all&q=genocide",
    "/places/SDN/summary",
    "/sources",
    "/words",
    "/agendas",
    "/agendas?options=D05 L03&serves=peacebuilding&harms=atrocity_prevention",
    "/r2p",
    "/activities",
    "/pledges",
    "/pledges?state=overdue",
    "/capabilities",
    "/capabilities?kind=airlift&place=SDN",
    "/needs",
    "/needs?item=1",
    "/activities?place=SDN&status=live&q=x",
    "/r2p?crime=war_crimes&pillar=2",
    "/frameworks",
    "/frameworks/un_framework",
    "/frameworks/us_araf?language=fr&words=us",
    "/words?words=us",
    "/ledger",
    "/exercise",
    "/exercise/debrief",
]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_answers_is_small_and_asks_nobody_else(url: str, reader, item) -> None:
    url = url.replace("/docket/1", f"/docket/{item.pk}").replace("/warning/1", f"/warning/{item.warnings.first().pk}")
    answer = reader.get(url)
    assert answer.status_code == 200
    body = answer.content
    assert len(body) <= MOST, f"{len(body)} bytes"
    text = body.decode()
    assert not re.search(r'(?:src|action|data)="(?:https?:)?//', text)
    assert not re.search(r'<link[^>]+href="(?:https?:)?//', text)
    assert "url(http" not in text
    # Nothing that the content security policy would refuse.
    assert not re.search(r"\son[a-z]+=", text)
    assert ' style="' not in text
    assert "<script>" not in text
    assert "None" not in re.sub(r"<[^>]+>", " ", text).replace("None known", "").replace("None.", "").replace(
        "None yet", ""
    ).replace("None in", "").replace("None cited", "")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "<h1" in text


@pytest.mark.parametrize("url", ["/", "/places/SDN", "/docket/1/decide"])
def test_a_page_with_its_style_and_script_is_within_the_budget_as_sent(url: str, reader, item) -> None:
    answer = reader.get(url.replace("/docket/1", f"/docket/{item.pk}"), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assets = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in ("desk.css", "desk.js"))
    assert len(answer.content) + assets + 20_000 <= MOST  # htmx adds under 20 kB, compressed


def test_the_board_puts_under_way_first_and_says_once_that_the_figures_are_a_snapshot(reader, desk) -> None:
    text = reader.get("/").content.decode()
    run = runs.latest(desk)
    assert run is not None
    first = text.index('id="way"')
    assert first < text.index("Where the risk of a new mass killing is")
    assert text.count(run.info["snapshot_note"]) == 1
    for row in run.board():
        if row["state"] == "under way":
            assert f'href="/places/{row["place_id"]}"' in text[first : text.index("</section>", first)]


def test_the_numbers_of_the_board_are_those_of_the_run(reader, desk) -> None:
    text = "".join(reader.get(f"/?page={n}").content.decode() for n in range(1, 5))
    run = runs.latest(desk)
    assert run is not None
    for row in run.board():
        cells = re.search(rf'<tr data-row>(?:(?!</tr>).)*?/places/{row["place_id"]}".*?</tr>', text, re.DOTALL)
        assert cells, row["name"]
        if row["p_onset"] is not None:
            assert risk(row["p_onset"]).replace("<", "&lt;") in cells[0]
            assert percent(row["p_conflict"]).replace("<", "&lt;") in cells[0]


def test_filters_live_in_the_address(reader, desk) -> None:
    run = runs.latest(desk)
    assert run is not None
    rows = [r for r in run.board() if r["region"] == "Europe"]
    text = reader.get("/?region=Europe").content.decode()
    assert 0 < len(rows) <= 45
    assert text.count("<tr data-row>") == len(rows)
    assert "No place passes these filters" in reader.get("/?region=Europe&q=zzz").content.decode()
    assert reader.get("/?q=Sudan&region=").status_code == 200
    assert reader.get("/?q=chad")["Location"] == "/places/TCD"


def test_since_you_last_looked_starts_when_the_reader_says_so(reader) -> None:
    assert "You have not marked a run as read" in reader.get("/").content.decode()
    assert reader.post("/read").status_code == 302
    assert "Nothing: you have read this run" in reader.get("/").content.decode()


def test_a_missing_month_is_a_gap_and_never_zero(reader, desk) -> None:
    text = reader.get("/places/SDN").content.decode()
    chart = text[text.index("Civilians killed in one-sided violence") :]
    drawing = chart[chart.index("<svg") : chart.index("</svg>")]
    assert 'class="gap"' in drawing
    assert drawing.count('class="line"') >= 2
    assert "2021-07 to 2024-12" in chart[: chart.index("</table>")]
    assert "these months are missing, not zero" in text


def test_every_chart_has_a_name_a_description_and_a_table(reader) -> None:
    pages = ("/", "/places/SDN", "/places/SDN/why/onset", "/places/SDN/apart", "/tripwires/forecast_rise")
    for url in pages:
        text = reader.get(url).content.decode()
        for figure in re.findall(r"<figure.*?</figure>", text, re.DOTALL):
            assert "<title" in figure
            assert "<desc" in figure
            assert re.search(r"<figcaption>[^<]{20,}", figure)
            assert "<table" in figure or 'class="chart world"' in figure


def test_unverified_wording_is_marked(reader) -> None:
    assert "from memory, unverified" in reader.get("/options/D03").content.decode()
    assert "unverified" in reader.get("/places/SDN/assess?factor=RF3").content.decode()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/places/XQX", "There is no place with the letters XQX"),
        ("/docket/9999", "There is no docket item 9999"),
        ("/options/ZZZ", "There is no option ZZZ"),
        ("/nothing/here", "There is nothing at this address"),
    ],
)
def test_an_error_says_what_where_and_what_to_do(url: str, says: str, reader) -> None:
    answer = reader.get(url)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert says in text
    assert "What to do" in text


def test_a_damaged_run_stops_the_page_with_one_sentence_and_changes_nothing(reader, desk) -> None:
    run = runs.latest(desk)
    assert run is not None
    victim = run.folder / "warnings.json"
    data = victim.read_bytes()
    victim.write_bytes(data.replace(b"warnings", b"warningz", 1))
    answer = reader.get("/")
    assert answer.status_code == 503
    assert "is damaged" in answer.content.decode()
    assert victim.read_bytes() != data


def test_without_a_run_the_board_says_what_would_fill_it(reader, desk, settings, tmp_path) -> None:
    from tocsin.core.settings import Settings

    settings.TOCSIN = Settings(home=tmp_path / "empty")
    text = reader.get("/").content.decode()
    assert "There is no run yet" in text
    assert "tocsin refresh" in text


def test_every_figure_of_a_row_opens_what_stands_behind_it(reader, item) -> None:
    text = reader.get("/").content.decode()
    row = next(r for r in text.split("<tr data-row>")[1:] if f'href="/places/{item.place_id}"' in r)
    for part in ("", "#record", "#base", "#read"):
        assert f'href="/places/{item.place_id}/why/onset{part}"' in row
    why = reader.get(f"/places/{item.place_id}/why/onset").content.decode()
    for part in ("record", "base", "read"):
        assert f'id="{part}"' in why
    assert re.search(r'data-label="interval">.*?[0-9.]+–[0-9.]+%', row)


def test_the_columns_without_a_figure_are_named(reader, desk) -> None:
    run = runs.latest(desk)
    assert run is not None
    row = next(r for r in run.board() if 0 < r["coverage"]["total"] - r["coverage"]["present"] < 6)
    absent = row["coverage"]["total"] - row["coverage"]["present"]
    year = str(run.info["base_year"])
    signals = run.place(row["place_id"])["signals"]
    labels = {s["label"] for s in signals if s["period"] == year and s["value"] is None}
    assert len(labels) == absent
    text = reader.get(f"/places/{row['place_id']}/why/onset").content.decode()
    assert all(label.replace("'", "&#x27;") in text for label in labels)


def test_quarantined_rows_are_listed_with_row_column_value_and_rule() -> None:
    from django.template.loader import render_to_string

    from tocsin.desk.pages.oversight import set_aside

    bad = {"row": 7, "column": "year", "value": "20x4", "rule": "a_year", "message": "not a year", "weight": "row"}
    fine = {"row": None, "column": None, "value": None, "rule": "note", "message": "fewer rows", "weight": "warn"}
    source = {"id": "x", "title": "A source", "quarantined": 1, "issues": [bad, fine]}
    told = set_aside([source, {**source, "quarantined": 0}])
    assert [(s["title"], rows) for s, rows in told] == [("A source", [bad])]
    pic = {"info": {"as_of": "2026-11-23"}}
    text = render_to_string("desk/sources.html", {"pic": pic, "set_aside": told, "freshness": {}, "sources": []})
    listed = text.split('id="quarantined"', 1)[1].split("</section>", 1)[0]
    for word in ("row 7", "year", "20x4", "a year", "not a year"):
        assert word in listed
    assert "fewer rows" not in listed


def test_an_outsider_gets_what_checks_the_ledger(desk, client) -> None:
    from tocsin.desk.context import context
    from tocsin.response.register import record

    key = record.verifier_key(context())
    page = client.get("/ledger").content.decode()
    assert key in page.replace("&#x2B;", "+")
    assert client.get("/ledger/key").content.decode() == key + "\n"
    file = client.get("/ledger/verify.py")
    assert file.content.startswith(b"#!/usr/bin/env python3")
    compile(file.content, "verify.py", "exec")


def test_the_track_record_shows_where_a_sum_of_four_columns_is_ahead(desk, client) -> None:
    from tocsin.desk.pages.track_record import behind, published

    told = published()
    assert told is not None
    text = client.get("/track-record").content.decode()
    ahead = behind(told, "zsum4")
    assert ahead
    assert all(words in text for words in ahead)
    models = told["models"]
    assert any(w.startswith("average precision ") for w in ahead) is (
        round(models["zsum4"]["two_year"]["ap"], 3) > round(models["onset_v1"]["two_year"]["ap"], 3)
    )
    assert f"{models['climatology']['ewp_rule']['two_lists_recall30']:.3f}" in text


def test_the_track_record_lists_every_onset_misses_first_and_what_months_add(desk, client) -> None:
    from tocsin.desk.pages import track_monthly

    told = track_monthly.published()
    answer = client.get("/track-record")
    text = answer.content.decode()
    assert len(answer.content) <= 150_000
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td class="n">(\d{4})</td><td>\d{4}-\d\d', text)
    assert [(name.replace("&#x27;", "'"), int(year)) for name, year in rows] == [
        (o["name"], o["year"]) for o in told["onsets"]
    ]
    assert text.index("Missed</caption>") < text.index("Listed</caption>")
    est = told["periods"]["test"]["seen"]["6"]["models"]["onset_monthly_v1"]["auc"]["est"]
    assert f"{est:.2f} (" in text and "refreshed by month (onset_monthly_v1)" in text


def test_the_page_of_a_place_shows_the_refreshed_figure_beside_the_yearly_one(reader, desk) -> None:
    from tocsin.response.register import refreshed, runs

    run = runs.latest(desk)
    said = refreshed.of(run, "TZA")
    assert said["months_to"] == "2025-12" and said["low"] < said["p"] < said["high"]
    text = reader.get("/places/TZA").content.decode()
    assert "Refreshed by month" in text and refreshed.words(said, further=False) in text
    assert all(note in text for note in said["notes"])
    board = reader.get("/").content.decode()
    assert "2025-12" not in board, "the board is ordered and labelled by the yearly figure"
