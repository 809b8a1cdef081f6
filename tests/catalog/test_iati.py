"""An activity file is read element by element, exactly, and nothing hidden in it is followed."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iati_files import HEAD, TAIL, WHAT, WHERE, activity, whole
from tocsin.catalog import iati
from tocsin.catalog.iati import xml
from tocsin.core.errors import Refused


def read(*texts: str, head: str = HEAD) -> list[tuple[iati.Activity, iati.Line]]:
    found = list(iati.activities(io.BytesIO((head + "".join(texts) + TAIL).encode())))
    return [(one, iati.read(one.cells)) for one in found]


def one(inner: str, **more: str) -> tuple[iati.Activity, iati.Line]:
    ((found, line),) = read(activity("XM-1", inner, **more))
    return found, line


def test_an_activity_is_read_with_its_shares_days_and_money_by_kind_and_currency() -> None:
    ((found, line),) = read(whole(3))
    assert found.faults == line.reasons == []
    assert line.values["iati_identifier"] == "XM-TEST-3"
    assert line.values["reporting_org"] == "Invented donor"
    assert [(s["vocabulary"], s["code"], s["percent"]) for s in line.values["sectors"]] == [
        ("1", "31120", "60"),
        ("1", "21020", "40"),
        ("99", "own-12", "100"),
    ]
    assert line.values["recipients"] == [
        {"place_id": "MLI", "percent": "70"},
        {"place_id": "NGA", "percent": "30"},
    ]
    assert (str(line.values["starts"]), str(line.values["ends"])) == ("2024-02-15", "2027-12-31")
    assert line.values["money"] == [
        {"kind": "2", "currency": "USD", "amount": "3.50", "count": 1},
        {"kind": "3", "currency": "EUR", "amount": "43.50", "count": 1},
        {"kind": "3", "currency": "USD", "amount": "70.50", "count": 3},
        {"kind": "budget-1", "currency": "USD", "amount": "3500.25", "count": 1},
    ]
    assert (line.values["budget"], line.values["currency"]) == (Decimal("3500.25"), "USD")


def test_version_one_files_say_the_same_in_their_own_words() -> None:
    old = (
        '<iati-activity default-currency="USD"><iati-identifier>X</iati-identifier><reporting-org ref="R"/>'
        "<title>Old words</title><recipient-country code='SD'>Sudan</recipient-country>"
        '<sector vocabulary="DAC" code="15130"/><sector vocabulary="RO" code="7"/>'
        '<activity-date type="start-planned" iso-date="2012-01-01"/>'
        '<activity-date type="end-planned">2013-01-01</activity-date>'
        '<transaction><transaction-type code="D"/><value>5</value></transaction></iati-activity>'
    )
    ((found, line),) = read(old)
    assert found.faults == line.reasons == []
    assert [(s["vocabulary"], s["code"]) for s in line.values["sectors"]] == [("1", "15130"), ("99", "7")]
    assert (str(line.values["starts"]), str(line.values["ends"])) == ("2012-01-01", "2013-01-01")
    assert line.values["money"] == [{"kind": "3", "currency": "USD", "amount": "5", "count": 1}]
    assert (line.values["reporting_org"], line.values["title"]) == ("R", "Old words")


def test_what_only_transactions_name_counts_and_a_region_alone_is_no_place() -> None:
    paid = f'<transaction><transaction-type code="3"/>{WHAT}{WHERE}<value currency="EUR">1</value></transaction>'
    assert one(paid)[1].places == ["SDN"]
    found, line = one(WHAT + '<recipient-region code="289" vocabulary="1"/>')
    assert found.cells["recipient_region"] == "289"
    assert line.reasons[0]["rule"] == "names no country"


@pytest.mark.parametrize(
    ("inner", "column", "rule"),
    [
        (WHAT + WHERE + "<budget><value>1,000</value></budget>", "value", "is no amount"),
        (WHAT + WHERE + "<budget><value>1e9</value></budget>", "value", "is no amount"),
        (WHAT + WHERE + "<budget/>", "value", "is no amount"),
        (WHAT + WHERE + '<budget><value currency="euro">5</value></budget>', "currency", "needs its currency"),
        (WHAT + WHERE + '<transaction><value currency="EUR">5</value></transaction>', "transaction-type", "no kind"),
        (WHERE + '<sector code="15130" percentage="70"/><sector code="72040" percentage="70"/>', "sector_code", "140"),
        (WHERE + '<sector code="15130"/><sector code="15130"/>', "sector_code", "twice"),
        (WHERE + '<sector vocabulary="1"/>', "sector_code", "is no sector code"),
        (WHERE + '<sector code="1;2"/>', "sector_code", "is no sector code"),
        (WHAT + '<recipient-country code="SD" percentage="all"/>', "recipient_country", "no percentage"),
        (WHAT + '<recipient-country code="QQ"/>', "recipient_country", "no state or territory"),
        (WHAT + WHERE + '<activity-date type="1" iso-date="soon"/>', "start", "is no day"),
    ],
)
def test_what_does_not_fit_is_said_and_holds_up_no_other(inner: str, column: str, rule: str) -> None:
    (first, _), (found, line), (last, good) = read(whole(1), activity("XM-BAD", inner), whole(2))
    assert any(r["column"] == column and rule in r["rule"] for r in [*found.faults, *line.reasons])
    assert (first.number, found.number, last.number) == (1, 2, 3)
    assert good.reasons == []
    assert first.near_line < found.near_line < last.near_line


def test_an_amount_without_any_currency_is_not_given_one() -> None:
    found, _ = one(WHAT + WHERE + "<budget><value>5</value></budget>", currency="")
    assert found.faults[0]["rule"] == "an amount needs its currency"


def test_budgets_of_two_kinds_or_currencies_are_shown_apart_and_none_is_chosen() -> None:
    two = '<budget type="1"><value>5</value></budget><budget type="2"><value>7</value></budget>'
    _, line = one(WHAT + WHERE + two)
    assert line.values["budget"] is None
    assert [(m["kind"], m["amount"]) for m in line.values["money"]] == [("budget-1", "5"), ("budget-2", "7")]


LONG, OFTEN = "x" * 1000, "&a;" * 1000
BOMB = f'<!DOCTYPE iati-activities [<!ENTITY a "{LONG}"><!ENTITY b "{OFTEN}">]>\n'


@pytest.mark.parametrize(
    "head",
    [
        BOMB + "<iati-activities>",
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">\n<iati-activities>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>\n<iati-activities>',
        f'<!DOCTYPE x [<!ENTITY a "{"x" * 50}">]>\n<iati-activities note="{"&a;" * 20}">',
        "<!-- " + "x" * 70_000 + " -->" + BOMB + "<iati-activities>",
    ],
)
def test_a_document_type_entities_and_what_is_fetched_are_refused(head: str) -> None:
    with pytest.raises(Refused, match=r"document type|no whole XML"):
        read(activity("X", "<description>&b;&f;</description>"), head=head)


def test_a_broken_file_is_refused_whole_and_one_activity_cannot_fill_the_memory(monkeypatch) -> None:
    text = HEAD + whole(1) + whole(2)
    for cut in (len(text), len(text) - 30, len(text) // 2):
        with pytest.raises(Refused, match="no whole XML"):
            iati.count(io.BytesIO(text[:cut].encode()))
    assert iati.count(io.BytesIO((text + TAIL).encode())) == 2
    assert iati.count(io.BytesIO(b"<html><body>Not found</body></html>")) == 0
    for hostile in (b"\0\0\0\0", b"<a>" * 300, b"<iati-activities>\0</iati-activities>", b"<a", b"plain"):
        with pytest.raises(Refused):
            iati.count(io.BytesIO(hostile))
    monkeypatch.setattr(xml, "ONE_AT_MOST", 100_000)
    endless = HEAD + "<iati-activity>" + "<sector code='1'/>" * 20_000
    with pytest.raises(Refused, match="between two activities"):
        iati.count(io.BytesIO(endless.encode()))
    crowded = activity("X", WHERE + "<sector code='1'/>" * (xml.MOST_OF_A_KIND + 1))
    monkeypatch.undo()
    assert "times" in read(crowded)[0][0].faults[0]["rule"]


def test_other_encodings_and_scripts_are_read_as_they_declare_themselves() -> None:
    for title in ("بناء السلام في دارفور", "建设和平", "Прокуратура"):
        (_, line) = one(WHAT + WHERE, title=title)
        assert line.values["title"] == title
    head = '<?xml version="1.0" encoding="UTF-16"?>\n<iati-activities>'
    text = head + activity("X", WHAT + WHERE, title="été") + TAIL
    (found,) = iati.activities(io.BytesIO(text.encode("utf-16")))
    assert iati.read(found.cells).values["title"] == "été"


amounts = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4"]),
        st.sampled_from(["USD", "EUR", "SDG"]),
        st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(amounts)
def test_no_cent_is_lost_or_moved_between_currencies(rows: list[tuple[str, str, Decimal]]) -> None:
    inner = "".join(
        f'<transaction><transaction-type code="{k}"/><value currency="{c}">{a:f}</value></transaction>'
        for k, c, a in rows
    )
    found, line = one(WHAT + WHERE + inner)
    assert found.faults == line.reasons == []
    want: dict[tuple[str, str], Decimal] = {}
    for kind, currency, amount in rows:
        want[kind, currency] = want.get((kind, currency), Decimal(0)) + amount
    got = {(m["kind"], m["currency"]): Decimal(m["amount"]) for m in line.values["money"] or []}
    assert got == want
    assert sum(m["count"] for m in line.values["money"] or []) == len(rows)


def test_the_standard_s_own_table_reads_as_the_same_activity() -> None:
    cells = {
        "iati_identifier": "X", "reporting_org": "R", "title": "T", "sector_code": "31120;15130",
        "sector_percentage": "60;40", "recipient_country": "ML;NG", "recipient_country_percentage": "70;30",
        "start_planned": "2024-01-01",
    }  # fmt: skip
    line = iati.read(cells)
    assert line.reasons == []
    assert [(s["code"], s["percent"]) for s in line.values["sectors"]] == [("31120", "60"), ("15130", "40")]
    assert [(r["place_id"], r["percent"]) for r in line.values["recipients"]] == [("MLI", "70"), ("NGA", "30")]
    assert str(line.values["starts"]) == "2024-01-01"
    odd = iati.read({**cells, "sector_percentage": "60"})
    assert odd.reasons[0]["column"] == "sector_code_percentage"
