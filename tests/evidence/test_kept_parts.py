"""What one model says is made once for what it is made from; a new month of another's figures does not make it anew."""

from __future__ import annotations

import polars as pl
import pytest

from tocsin.core.context import Context
from tocsin.evidence import kept
from tocsin.evidence.forecast import one_pass
from tocsin.evidence.forecast.one_pass import _Said


def said(value: float) -> kept.Evidence:
    return kept.Evidence({"forecasts": pl.DataFrame({"value": [value, 0.1 + 0.2]})}, {"base_rate": value})


def never() -> kept.Evidence:
    raise AssertionError("it is kept")


def test_it_is_made_once_for_the_same_grounds_and_again_for_others(ctx: Context) -> None:
    first = kept.part(ctx, "onset_v1", {"panel": "a"}, lambda: said(0.25))
    again = kept.part(ctx, "onset_v1", {"panel": "a"}, never)
    assert again.tables["forecasts"].equals(first.tables["forecasts"])
    assert again.about == first.about
    for name, grounds in (("onset_v1", {"panel": "b"}), ("onset_v2", {"panel": "a"})):
        assert kept.part(ctx, name, grounds, lambda: said(0.5)).about == {"base_rate": 0.5}


def test_one_that_is_not_whole_is_made_anew(ctx: Context) -> None:
    kept.part(ctx, "onset_v1", {}, lambda: said(0.25))
    (file,) = (ctx.settings.store / "forecasts" / "parts").glob("*/forecasts.parquet")
    file.write_bytes(file.read_bytes()[:-4])
    assert kept.part(ctx, "onset_v1", {}, lambda: said(0.5)).about == {"base_rate": 0.5}


def test_what_a_model_failed_to_say_is_not_kept(ctx: Context) -> None:
    def fails() -> kept.Evidence:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.part(ctx, "onset_v1", {}, fails)
    assert kept.part(ctx, "onset_v1", {}, lambda: said(1.0)).about == {"base_rate": 1.0}


def test_a_model_that_is_recalled_says_what_it_said(ctx: Context) -> None:
    table = pl.DataFrame({"value": [0.1]})
    whole = _Said([table, table * 2], {"kind": "shift", "log_odds": 0.1 + 0.2}, base_rate=1 / 3)
    first = one_pass._kept(ctx, "m", {}, lambda: whole)
    again = one_pass._kept(ctx, "m", {}, lambda: pytest.fail("it is kept"))
    assert pl.concat(again.forecasts).equals(pl.concat(first.forecasts))
    assert pl.concat(first.forecasts)["value"].to_list() == [0.1, 0.2]
    assert (again.about, again.base_rate) == (whole.about, whole.base_rate)
    assert again.drivers.schema == whole.drivers.schema
