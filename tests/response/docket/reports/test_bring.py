"""A CSV file of reports: rows sealed as they are, bad rows kept apart, nothing taken in twice; bad input everywhere."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response.docket.reports.people import at, field_officer, write
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import in_cell
from tocsin.response.docket.reports import show
from tocsin.response.docket.reports.bring import bring, rows
from tocsin.response.docket.reports.enter import Entry, submit
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.reports.models import Original, Quarantined, Report
from tocsin.response.register.reports.originals import MOST_BYTES, read

pytestmark = pytest.mark.django_db

GOOD = (
    b"place,source_key,text,dated,kind,language\n"
    b'SDN,S-1,"Convoys went north, 40 trucks.",2026-11-20,event,en\r\n'
    b'Sudan,S-2,"Two lines\r\nin one cell",,,\r'
    b"SDN,S-3,Ruhig,2026-11-21,report,de\n"
)


def file(tmp_path, content: bytes):
    path = tmp_path / "reports.csv"
    path.write_bytes(content)
    return path


def test_each_row_is_sealed_as_its_own_bytes(ctx, tmp_path) -> None:
    done = bring(ctx, file(tmp_path, GOOD), at(ctx, "analyst"))
    assert [r.number for r in done.receipts] == [1, 2, 3]
    reports = list(Report.objects.all())
    assert [(r.source_key, r.kind, r.via) for r in reports] == [
        ("S-1", "event", "csv"),
        ("S-2", "report", "csv"),
        ("S-3", "report", "csv"),
    ]
    assert bytes(reports[1].original.content) == b'Sudan,S-2,"Two lines\r\nin one cell",,,'
    assert hashlib.sha256(bytes(reports[1].original.content)).hexdigest() == reports[1].sha256
    assert [read(r).text for r in reports] == ["Convoys went north, 40 trucks.", "Two lines\nin one cell", "Ruhig"]


def test_again_changes_nothing(ctx, tmp_path) -> None:
    path = file(tmp_path, GOOD + b"Atlantis,S-9,Nowhere to be found,,,\n")
    first = bring(ctx, path, at(ctx, "analyst"))
    before = LedgerEntry.objects.count()
    again = bring(ctx, path, at(ctx, "analyst"))
    assert (len(first.receipts), len(again.receipts), again.known) == (3, 0, 3)
    assert LedgerEntry.objects.count() == before
    assert (Report.objects.count(), Quarantined.objects.count()) == (3, 1)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"Atlantis,S-1,Houses burnt,,,", "not a place"),
        (b"SDN,,Houses burnt,,,", "names no source"),
        (b"SDN,S-1,,,,", "no text"),
        (b"SDN,S-1,Houses burnt,2030-01-01,,", "a day to come"),
        (b"SDN,S-1,Houses burnt,someday,,", "someday"),
        (b"SDN,S-1,Houses burnt,,rumour,", "no kind of report"),
        (b"SDN,S-1,Houses,burnt,down,to,the,ground", "cells"),
        (b"SDN,S-1,\xff\xfe\xfa burnt,,,", "not UTF-8"),
        (b'SDN,S-1,"Houses" burnt,,,', "not CSV"),
        (b"SDN,S-1," + b"x" * (MOST_BYTES + 1) + b",,,", "too long"),
    ],
)
def test_a_bad_row_is_set_aside_with_the_reason_and_the_rest_comes_in(ctx, tmp_path, row: bytes, why: str) -> None:
    done = bring(ctx, file(tmp_path, GOOD + row + b"\n"), at(ctx, "analyst"))
    assert len(done.receipts) == 3
    [bad] = Quarantined.objects.all()
    assert bytes(bad.content) == row
    assert why in bad.why
    assert done.quarantined == [{"row": 6, "why": bad.why}]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "has no column 'place'"),
        (b"place,text\nSDN,x", "has no column 'source_key'"),
        (b"place,source_key,text,name\n", "has a column 'name'"),
        (b"place,source_key,text,text\n", "repeats one"),
        ("place,source_key,text\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(ctx, tmp_path, content: bytes, fault: str) -> None:
    with pytest.raises((Misuse, Refused), match=fault):
        bring(ctx, file(tmp_path, content), at(ctx, "analyst"))
    assert not Report.objects.exists()
    assert not Quarantined.objects.exists()


def test_a_file_that_is_not_there(ctx, tmp_path) -> None:
    with pytest.raises(Misuse, match="cannot be read"):
        bring(ctx, tmp_path / "none.csv", at(ctx, "analyst"))


@given(st.lists(st.binary(min_size=1, max_size=20).filter(lambda b: not set(b) & set(b'"\r\n') and b.strip(b" \t,"))))
def test_records_are_parted_whatever_ends_the_lines(parts: list[bytes]) -> None:
    for end in (b"\n", b"\r\n", b"\r"):
        assert [row for _, row in rows(end.join(parts))] == parts


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(content=st.binary(min_size=0, max_size=300))
def test_the_bytes_of_an_original_never_change(ctx, content: bytes) -> None:
    entry = Entry(place="SDN", content=content + b" seen")
    receipt = submit(ctx, entry, person=field_officer(), via="desk")
    kept = bytes(Original.objects.get(pk=receipt.number).content)
    assert kept == entry.content
    assert receipt.sha256 == hashlib.sha256(kept).hexdigest()
    assert "\x00" not in read(Report.objects.get(pk=receipt.number)).text


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"x" * 10_000_000, "too long"), (b"", "says nothing"), (b" \r\n\x00 ... ", "says nothing")],
)
def test_what_cannot_be_a_report_is_refused(ctx, content: bytes, fault: str) -> None:
    with pytest.raises(Refused, match=fault):
        submit(ctx, Entry(place="SDN", content=content), person=field_officer(), via="desk")
    assert not Report.objects.exists()
    assert not LedgerEntry.objects.filter(kind="report.received").exists()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_no_cell_of_an_export_is_a_formula(cell: str) -> None:
    assert in_cell(cell) == f"'{cell}".replace("\r", "\n")
    assert in_cell("SDN") == "SDN"


def test_the_list_is_exported_without_any_text(ctx, tmp_path) -> None:
    bad = b'place,source_key,text\nSDN,"=HYPERLINK(""http://x"")",Houses burnt\n'
    bring(ctx, file(tmp_path, bad), at(ctx, "analyst"))
    text = show.as_csv(show.listing(["analyst"], at(ctx, "analyst")))
    assert "'=HYPERLINK" in text
    assert "burnt" not in text


def test_somebody_else_s_receipt_is_not_shown(ctx) -> None:
    from tocsin.response.docket.reports import own

    write(ctx)
    write(ctx, "Forty trucks", writer="omar")
    [mine] = own.of(own.by_person(field_officer("omar")))
    assert mine["fate"]["stage"] == "received"
    assert own.by_person(field_officer("nobody")) is None
