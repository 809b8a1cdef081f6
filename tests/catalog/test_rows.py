"""What the rows may say of themselves: marks are carried, counts without a licence are not."""

import re

import pytest

from tocsin.catalog.basis import basis_label, verified
from tocsin.catalog.development.schema import Sector
from tocsin.catalog.library import ROOT, library
from tocsin.catalog.tables import MOST_BYTES, read_rows


@pytest.mark.parametrize(
    ("basis", "is_verified", "label"),
    [
        ("memory", False, "from memory, unverified"),
        ("memory (confident of gist and number)", False, "from memory, unverified"),
        ("memory, with points marked [read]; lead times are planning estimates", False, "read in part"),
        ("memory, LOW confidence in number-to-text match; verify", False, "low confidence"),
        ("read in part (copy cut off), rest memory", False, "read in part"),
        ("read (definition); memory (indicators)", False, "read in part"),
        ("read: example.org copy (paraphrased)", True, "read from a copy of its source (example.org copy"),
        ("our own mapping", False, "our own mapping, unverified"),
        ("unheard-of", False, "from memory, unverified"),
    ],
)
def test_the_mark_never_says_more_than_the_basis(basis, is_verified, label):
    assert verified(basis) is is_verified
    assert label in basis_label(basis)
    assert ("unverified" in basis_label(basis)) is not is_verified


def test_most_of_the_catalogue_is_marked_unverified():
    whole = library()
    assert not any(o.verified for o in whole.options.values())
    assert not any(p.verified for p in whole.procedures.values())
    verified_signs = [i.code for i in whole.framework.indicators.values() if i.verified]
    assert len(verified_signs) == 37
    assert {code.partition(".")[0] for code in verified_signs} == {"7", "8", "9", "13"}
    doubtful = [i.code for i in whole.framework.indicators.values() if "low confidence" in i.basis_label]
    assert len(doubtful) == 11


def test_no_counts_from_a_data_set_without_a_licence_are_bundled():
    text = (ROOT / "options/options.csv").read_text(encoding="utf-8")
    assert not re.search(r"\d+\s*(down|up|mixed|studies)|\d+/\d+/\d+|rated (strong|moderate)", text)
    assert not list(ROOT.rglob("*tools_evidence*"))


def test_upstream_and_not_coercive_leaves_a_real_choice():
    """M6: at least 25 options, each with actor, lead time, risk and evidence."""
    found = [o for o in library().options.values() if "upstream" in o.phase and o.coercive == "no"]
    assert len(found) >= 25
    for option in found:
        assert option.actors_with_authority
        assert option.known_risks
        assert option.evidence_text
        assert option.lead_days_min <= option.lead_days_max


def test_every_risk_factor_has_at_least_four_options():
    whole = library()
    for factor in whole.framework.factors:
        assert sum(factor in o.risk_factors for o in whole.options.values()) >= 4, factor


def test_nothing_in_the_framework_is_a_weight_or_a_score():
    columns = set(library().framework.indicators["1.1"].model_dump())
    assert columns == {"code", "factor", "text", "basis"}


def test_a_table_larger_than_people_write_is_refused_before_it_is_read(tmp_path):
    table = tmp_path / "sectors.csv"
    table.write_bytes(b'code,"' + b"x\n" * (MOST_BYTES // 2))
    rows, (finding,) = read_rows(table, Sector, "sectors.csv", "code")
    assert not rows
    assert "are read" in finding.rule
    table.write_bytes(b'code,"' + b"x\n" * 100)
    assert "are read" not in read_rows(table, Sector, "sectors.csv", "code")[1][0].rule
