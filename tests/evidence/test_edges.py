"""Two-edged checks of every source: below the lower edge a load stops, above the upper one it is marked."""

from __future__ import annotations

import polars as pl
import pytest
from pydantic import ValidationError

from tocsin.core.context import Context
from tocsin.evidence.sources import Part, Reading, live_ids, loadable, spec
from tocsin.evidence.sources.spec import Edge
from tocsin.evidence.store.edges import checks
from tocsin.evidence.store.load import take

COUNTED = ("rows", "places")
WHOLE = {"gdelt", "hdx_hapi", "inform_risk", "inform_severity", "ipc", "ucdp_brd", "ucdp_prio", "unhcr", "vdem",
         "views", "worldbank", "ewp"}  # fmt: skip
"""Live sources of which a fetched file is whole: it has a lower edge worth the name."""
PIECEMEAL = {"acled", "iati", "reliefweb", "ucdp_ged"}
"""Live sources that send what is new: one row is enough."""


def edges_of(source_id: str) -> list[tuple[str, str, Edge]]:
    """Return every check of every form of a source: form, what it counts, its edges."""
    source = spec(source_id)
    return [
        (shape_id, name, edge)
        for shape_id, shape in source.shapes.items()
        for name, edge in {**source.checks, **shape.checks}.items()
        if name in COUNTED
    ]


EDGES = [(source_id, *line) for source_id in loadable() for line in edges_of(source_id)]


def said(source_id: str, shape_id: str, name: str, value: int) -> list[tuple[str, str]]:
    """Return what one check says of a file in which so many are counted, all other counts being in between."""
    inside = {n: int(e.min or 0) + 1 for s, n, e in edges_of(source_id) if s == shape_id}
    counts = {"rows": 1, "places": 1, **inside, name: value}
    table = pl.DataFrame({"place_id": [f"P{n}" for n in range(counts["places"])]}, schema={"place_id": pl.String})
    reading = Reading({"t": table}, rows_in=counts["rows"], shape_id=shape_id)
    return [(i.rule, i.weight) for i in checks(spec(source_id), reading)]


@pytest.mark.parametrize(
    ("source_id", "shape_id", "name", "edge"), EDGES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_both_edges_of_every_check(source_id: str, shape_id: str, name: str, edge: Edge) -> None:
    assert edge.min is not None and edge.max is not None, "a check has two edges"
    low, high = int(edge.min), int(edge.max)
    assert 1 <= low < high
    assert said(source_id, shape_id, name, low - 1) == [(f"{name}-min", "file")]
    assert said(source_id, shape_id, name, low) == []
    assert said(source_id, shape_id, name, high) == []
    assert said(source_id, shape_id, name, high + 1) == [(f"{name}-max", "warn")]


def test_rows_set_aside_and_zeros_do_not_count() -> None:
    table = pl.DataFrame({"place_id": [f"P{n}" for n in range(191)], "value": [0.0] * 100 + [1.0] * 91})
    reading = Reading({"t": table}, rows_in=1001, bad={1, 2}, shape_id="trends")
    assert [i.rule for i in checks(spec("inform_risk"), reading)] == ["rows-min", "places-min"]


def test_a_live_source_sends_whole_files_with_a_lower_edge_or_says_why_one_row_is_enough() -> None:
    assert set(live_ids()) == WHOLE | PIECEMEAL
    for source_id in PIECEMEAL:
        assert "one is enough" in spec(source_id).checks["rows"].why
    for source_id in WHOLE:
        assert any((edge.min or 0) >= 10 for _, _, edge in edges_of(source_id)), source_id


def test_a_whole_file_that_has_shrunk_is_refused(ctx: Context) -> None:
    columns = ",".join(spec("inform_risk").shapes["trends"].columns)
    rows = "".join(f"Sudan,SDN,{year},INFORM,INFORM Risk Index,{year % 10}\n" for year in range(2016, 2026))
    done = take(ctx, "inform_risk", [Part("t.csv", f"{columns}\n{rows}".encode())], "analyst", origin="test")
    assert done.outcome == "refused"
    assert {i["rule"] for i in done.issues if i["weight"] == "file"} == {"rows-min", "places-min"}


def test_a_check_of_what_nobody_counts_is_no_check() -> None:
    declared = spec("ewp").model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="rowz is no check"):
        type(spec("ewp")).model_validate({**declared, "checks": {"rowz": {"min": 1}}})
