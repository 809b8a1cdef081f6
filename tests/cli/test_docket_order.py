"""What comes first, cancelling and surge mode, by command line: each does its work, bad words get one sentence."""

from __future__ import annotations

import pytest

from cli.test_docket import Tell, tell
from tocsin.catalog import directive
from tocsin.core.clock import SystemClock
from tocsin.response.docket import priorities

__all__ = ["tell"]
pytestmark = pytest.mark.django_db(transaction=True)

WHY = ["--reasons", "The mission was evacuated this morning"]
SENIOR = directive.current().upstream.tell


def test_the_order_is_printed_with_the_weights_it_rests_on(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    number = tell("bell", "SDN", "--because", "Convoys with lists at dawn")["id"]
    rules = directive.current()
    shown = tell("docket", "priorities")
    assert shown["weights"] == {str(k): v for k, v in rules.priorities.weights.items()}
    [line] = shown["items"]
    assert (line["rank"], line["number"]) == (1, number)
    assert line["by_criterion"]["level"] == rules.priorities.weights["level"] * directive.RANK[line["level"]]
    said = tell("docket", "priorities", text=True)
    assert [name for name, value in rules.priorities.weights.items() if f"{name} {value}" not in said] == []
    assert tell("docket", "priorities", "--csv", text=True).startswith(f"# directive {rules.name} {rules.version};")
    heavier = {**rules.priorities.weights, "level": rules.priorities.weights["level"] * 7}
    changed = rules.model_copy(update={"priorities": rules.priorities.model_copy(update={"weights": heavier})})
    monkeypatch.setattr(directive, "current", lambda: changed)
    monkeypatch.setattr(directive, "version", lambda _: changed)
    after = tell("docket", "priorities")
    assert after["weights"]["level"] == heavier["level"]
    assert after["items"][0]["by_criterion"]["level"] == 7 * line["by_criterion"]["level"]
    assert set(after["items"][0]["by_criterion"]) == set(priorities.CRITERIA)


def acted(tell: Tell) -> tuple[str, str, str]:
    """An item with a commitment for prevention (D06) and one in the crisis (D08)."""
    number = str(tell("bell", "SDN", "--because", "Convoys with lists at dawn")["id"])
    words = ["--act", "--option", "D06", "--option", "D08", "--reject", "NOTHING: It would leave the town alone"]
    words += ["--answer", "The envoy flies tonight", "--reasons", "W1: two readers confirm it"]
    words += ["--review", str(SystemClock().now().date())]
    done = tell("docket", "decide", number, *words, "--by", "principal")
    of = {c["option_id"]: str(c["id"]) for c in done["commitments"]}
    return number, of["D06"], of["D08"]


def test_a_commitment_is_cancelled_and_in_a_surge_prevention_waits(tell: Tell) -> None:
    _, upstream, crisis = acted(tell)
    assert tell("docket", "surge", "show")["surge"] is None
    assert "declared and ended by" in tell("docket", "surge", "declare", *WHY, "--by", "analyst", exits=1)["what"]
    tell("docket", "surge", "declare", *WHY, "--days", "3", "--by", "principal")
    assert tell("docket", "surge", "show")["surge"]["declared_by"] == "principal"
    assert tell("docket", "cancel", crisis, *WHY, "--by", "principal")["cancelled"] is True
    other = next(p for p in ("principal", "deputies") if p != SENIOR)
    asked = tell("docket", "cancel", upstream, *WHY, "--by", other)
    assert (asked["cancelled"], asked["needs"]) == (None, SENIOR)
    refused = tell("docket", "agree", upstream, "--yes", *WHY, "--by", "analyst", exits=1)
    assert f"waits for {SENIOR}" in refused["what"]
    assert tell("docket", "agree", upstream, "--no", *WHY, "--by", str(SENIOR))["cancelled"] is False
    assert (
        f"by {SENIOR} alone" in tell("docket", "close-track", "SDN", "prevention", *WHY, "--by", other, exits=1)["what"]
    )
    closed = tell("docket", "close-track", "SDN", "prevention", *WHY, "--by", str(SENIOR))
    assert [t["state"] for t in closed["tracks"]] == ["closed", "open"]
    assert tell("docket", "surge", "end", *WHY, "--by", "principal") == {"ended": True}
    assert tell("docket", "cancel", upstream, *WHY, "--by", other)["cancelled"] is True


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["cancel", "9", *WHY], 2, "--by POST"),
        (["cancel", "9", *WHY, "--by", "principal"], 1, "no commitment 9"),
        (["agree", "9", *WHY, "--by", "principal"], 2, "--yes or --no"),
        (["agree", "9", "--yes", *WHY, "--by", "principal"], 1, "Nobody asks to cancel commitment 9"),
        (["surge", "declare", "--reasons", "no", "--by", "principal"], 1, "with reasons"),
        (["surge", "declare", *WHY, "--days", "4000", "--by", "principal"], 1, "lasts 1 to"),
        (["surge", "end", *WHY, "--by", "principal"], 1, "No surge is in force"),
        (["close-track", "SDN", "aftermath", *WHY, "--by", "principal"], 2, "is not a track"),
        (["override", "9", "--rank", "1", *WHY, "--by", "principal"], 1, "no docket item 9"),
    ],
)
def test_bad_words_are_told_in_one_sentence(tell: Tell, words: list[str], code: int, said: str) -> None:
    assert said in tell("docket", *words, exits=code, text=True)
