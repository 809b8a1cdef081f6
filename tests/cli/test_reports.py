"""A report by command line: written, read by both readers, sent up, followed by its writer; bad words one sentence."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from cli.test_docket import Tell, tell
from tocsin.catalog import directive

__all__ = ["tell"]
pytestmark = pytest.mark.django_db(transaction=True)

READERS = directive.current().reports.readers
TEXT = "Forty men were taken from the market of Tawila on Friday. They have not come back."


def test_a_report_goes_in_is_read_and_sent_and_its_writer_sees_it(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = tell("reports", "new", "SDN", "--text", TEXT, "--language", "en")
    number = str(receipt["number"])
    assert len(receipt["sha256"]) == 64
    for post in READERS:
        words = ["--grade", "B2", "--factors", "RF7", "--severity", "2", "--by", post]
        assert "not opened the original" in tell("reports", "read", number, *words, exits=1)["what"]
        assert not tell("reports", "show", number, "--by", post)["readings"], "blind, whoever has read before"
        read = tell("reports", "read", number, *words)
        assert (read["severity"], read["grade"], read["factors"]) == (2, "B2", ["RF7"])
    assert [r["number"] for r in tell("reports", "list", "--by", READERS[0])["reports"]] == [int(number)]
    shorter = "Forty men were taken from the market of Tawila on Friday."
    refused = tell("reports", "send", number, "--text", shorter, "--by", READERS[0], exits=1)
    assert "have no reason" in refused["what"]
    sent = tell("reports", "send", number, "--text", shorter, "--reason", "1=Not known", "--by", READERS[0])
    assert (sent["to_tier"], sent["counts"]["dropped"]) == (2, 1)
    with monkeypatch.context() as reader:
        reader.setattr(getpass, "getuser", lambda: READERS[0])
        assert tell("reports", "mine")["reports"] == [], "a reader wrote none"
    [own] = tell("reports", "mine")["reports"]
    assert (own["number"], own["sha256"]) == (int(number), receipt["sha256"])
    assert [s["what"] for s in own["fate"]["steps"]]
    assert "Report 1" in tell("reports", "mine", text=True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["new", "SDN"], 2, "--text or with --file"),
        (["new", "Atlantis", "--text", TEXT], 2, "not a place"),
        (["new", "SDN", "--file", "/nowhere/at/all"], 2, "cannot be read"),
        (["read", "9", "--grade", "B2", "--by", READERS[0]], 1, "no report 9"),
        (["read", "1", "--grade", "Z9", "--by", READERS[0]], 2, "Z9"),
        (["send", "9", "--by", READERS[0]], 1, "no report 9"),
        (["send", "1", "--reason", "because", "--by", READERS[0]], 2, "is no reason"),
        (["send", "1", "--by", READERS[0]], 1, "has not read report 1"),
    ],
)
def test_bad_words_are_told_in_one_sentence(tell: Tell, words: list[str], code: int, said: str) -> None:
    tell("reports", "new", "SDN", "--text", TEXT)
    assert said in tell("reports", *words, exits=code, text=True)


def test_who_wrote_nothing_is_told_so(tell: Tell, tmp_path: Path) -> None:
    assert "no report from this account" in tell("reports", "mine", text=True)
