"""``tocsin options`` and ``tocsin assess``: the contract of the command line, text and JSON."""

from __future__ import annotations

import json

import pytest

from tocsin.cli.main import main
from tocsin.response.docket.acts.bell import ring_bell
from tocsin.response.register import people
from tocsin.response.register.models import Answer

pytestmark = pytest.mark.django_db
ASK = ("options", "match", "--place", "SDN", "--factors", "RF7,rf8", "--phase", "imminent", "--days", "30")
KEYS = {"id", "name", "rank", "reasons", "authority", "lead_days", "evidence", "harms", "lost_by"}
ANSWER = ("assess", "SDN", "7.5", "--state", "present", "--confidence", "low", "--by", "analyst")


def run(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_match_prints_the_contract(capsys):
    code, out, _ = run(capsys, *ASK, "--json")
    told = json.loads(out)
    assert code == 0
    assert len(told["options"]) > 10
    for option in told["options"]:
        assert option.keys() >= KEYS
        assert option["reasons"]
        assert isinstance(option["rank"], int)
        assert len(option["lost_by"]) == 10
    assert told["options"][-1]["id"] == "NOTHING"
    assert told["lost"]
    assert told["rule"][0] == {"name": "factors", "weight": "1", "for": told["rule"][0]["for"]}
    assert "The smallest change" in told["sensitivity"]
    assert told["question"]["window"]["quantiles"]
    assert told["question"]["factors"] == ["RF7", "RF8"]


def test_chances_by_day_make_the_window_and_a_name_stands_for_its_kind(capsys):
    code, out, _ = run(capsys, *ASK[:8], "--chances", "14=0.3,90=0.4", "--actors", "Secretary-General", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["question"]["days_left"] == 90
    assert told["question"]["window"]["knots"][1] == [15, 0.25], "three quarters of what comes, comes by day 14"
    assert told["question"]["actors"] == ["un"]
    slow = next(o for o in told["options"] if o["lead_days"]["min"] > 14)
    assert 0 < slow["in_time"] <= 0.25


def test_match_in_text_says_marks_lost_and_doing_nothing(capsys):
    code, out, _ = run(capsys, *ASK)
    assert code == 0
    for words in (
        "from memory, unverified",
        "Do nothing now, on the record",
        "Lost:",
        "had to be started by",
        "Authority:",
    ):
        assert words in out
    assert "add --all" in out
    assert "add --all" not in run(capsys, *ASK, "--all")[1]


def test_match_for_an_item_says_how_it_was_asked(capsys, ctx):
    item = ring_bell(ctx, "KEN", "Roadblocks and lists of names", people.Actor("analyst", None, "cli", "tester"))
    code, out, _ = run(capsys, "options", "match", "--item", str(item.pk), "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["item"], told["place_id"]) == (item.pk, "KEN")
    assert told["question"]["factors"] == ["RF7", "RF8"]
    assert len(told["said"]) == 3
    narrower = json.loads(run(capsys, "options", "match", "--item", str(item.pk), "--non-coercive", "--json")[1])
    assert {o["coercive"] for o in narrower["options"]} == {"no"}
    assert narrower["set_aside"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("options", "match"), "--item N"),
        ((*ASK, "--item", "1"), "--item N"),
        (("options", "match", "--place", "SDN", "--days", "3"), "--factors, --phase"),
        ((*ASK[:3], "Atlantis", *ASK[4:]), "three letters"),
        ((*ASK[:5], "RF77", *ASK[6:]), "RF14"),
        ((*ASK[:7], "soon", *ASK[8:]), "upstream"),
        ((*ASK[:9], "-4"), "0 to"),
        ((*ASK, "--instrument", "magic"), "diplomatic"),
        ((*ASK, "--actors", "Martians"), "states"),
        ((*ASK, "--chances", "14=0.1"), "Leave --days and --onset out"),
        ((*ASK[:8], "--chances", "soon"), "14=0.1"),
        ((*ASK[:8], "--chances", "14=0.5,90=0.2"), "Begin at day 0 with 1"),
        ((*ASK[:8], "--chances", "14=nan"), "at most 1"),
        (("assess", "Atlantis"), "three letters"),
        (
            (
                "assess",
                "SDN",
                "99.9",
                "--state",
                "present",
                "--confidence",
                "low",
                "--by",
                "analyst",
                "--evidence",
                "x",
            ),
            "RF1 to",
        ),
        (("assess", "SDN", "7.5", "--state", "present", "--confidence", "low"), "--by POST"),
        (("assess", "SDN", "7.5", "--evidence", "https://example.org"), "--state"),
        ((*ANSWER[:-1], "janitor", "--evidence", "x"), "janitor"),
    ],
)
def test_misuse_ends_with_two_and_says_what_to_write(capsys, words, hint):
    code, _, err = run(capsys, *words)
    assert code == 2
    assert hint in err
    assert not Answer.objects.exists()


def test_an_item_that_is_not_there_is_refused_as_everywhere(capsys):
    code, _, err = run(capsys, "options", "match", "--item", "999")
    assert code == 1
    assert "docket list" in err


def test_assess_refuses_an_answer_without_evidence(capsys):
    code, _, err = run(capsys, *ANSWER)
    assert code == 1
    assert "evidence" in err
    assert not Answer.objects.exists()


def test_assess_appends_shows_and_keeps_history(capsys):
    code, out, _ = run(capsys, *ANSWER, "--trend", "worse", "--evidence", "https://example.org/a", "--json")
    assert code == 0
    first = json.loads(out)["answer"]
    assert first["citation"] == f"assessment:{first['id']}"
    assert run(capsys, *ANSWER, "--no-evidence", "the page is gone")[0] == 0

    grid = json.loads(run(capsys, "assess", "Sudan", "--json")[1])
    sign = next(s for f in grid["factors"] for s in f["indicators"] if s["code"] == "7.5")
    assert [a["no_evidence_reason"] for a in sign["answers"]] == ["the page is gone"]
    assert "official text" in grid["framework"]["wording"]

    text = run(capsys, "assess", "SDN")[1]
    assert "nobody has looked" in text
    assert "Nothing is added up" in text
    told = run(capsys, "assess", "SDN", "7.5")[1]
    assert "evidence: https://example.org/a -> none" in told
    assert run(capsys, "assess", "TCD", "--history")[1].strip() == "TCD: nobody has looked."


def test_who_is_at_hand_is_said_under_a_post_and_shown(capsys):
    said = ("options", "at-hand", "KEN", "--actors", "states,leaders", "--why", "Told on 2 January.")
    code, _, err = run(capsys, *said)
    assert code == 2
    assert "Add --by POST" in err
    code, out, _ = run(capsys, *said, "--by", "analyst", "--json")
    assert code == 0
    assert json.loads(out)["at_hand"] == ["states", "leaders"]
    assert run(capsys, "options", "at-hand", "Kenya")[1].count("Told on 2 January.") == 1
