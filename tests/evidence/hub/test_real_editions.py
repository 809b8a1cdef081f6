"""On the real files: EWP's rolling edition beside onset_v1, and a ViEWS window of 2.3 million draws."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.evidence.hub.handed import ONSET, says

from tocsin.core.context import Context
from tocsin.evidence.hub import score, shelf
from tocsin.evidence.hub.submit import submit

pytestmark = [pytest.mark.shared, pytest.mark.slow]
HINDCAST = {"data_until": "origin", "retrospective": "true"}


def test_ewp_handed_in_is_scored_beside_onset_v1_on_the_rows_of_the_head_to_head(
    ctx: Context, tmp_path: Path, shared: Path
) -> None:
    file = shared / "data/peers/ewp_2025/FOOSforecasts_3Sep2025.csv"
    found = submit(ctx, file, says(tmp_path / "ewp.yml", team_abbr="ewp", model_abbr="sra2025", **HINDCAST), "ewp")
    assert found.outcome == "accepted", found.rules
    assert found.about
    assert found.about["questions"] == 5032
    assert found.about["standing"] == {"after the fact": 5032}
    [told] = score.score(ctx, ONSET, draws=20)["targets"]
    [table] = told["tables"]
    assert (table["rows"], table["cases"], table["origins"]) == (4864, 72, ["1993", "2022"])
    theirs, ours = table["models"]["ewp-sra2025"], table["models"]["onset_v1"]
    assert theirs["auc"] == pytest.approx(0.832, abs=5e-4)
    assert theirs["log_loss"] == pytest.approx(0.0693, abs=5e-5)
    assert ours["auc"] == pytest.approx(0.847, abs=5e-4), "the bundled record's published score"
    assert ours["log_loss"] == pytest.approx(0.0663, abs=5e-5)
    assert "after the fact" in table["mark"]


def test_the_list_of_the_edition_is_read_whole(ctx: Context, tmp_path: Path, shared: Path) -> None:
    file = shared / "data/peers/ewp_2025/forecasts3Sep2025.csv"
    meta = says(tmp_path / "ewp.yml", origin="2024", data_until="2024-12-31")
    found = submit(ctx, file, meta, "ewp")
    assert found.outcome == "accepted", found.rules
    assert found.about
    assert found.about["places"] == 168


MEASURED = """
import resource, sys
from pathlib import Path
from tocsin.core.context import Context
from tocsin.core.settings import Settings
import tocsin.evidence.hub.submit as desk
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = desk.submit(Context(settings=Settings(home=Path(sys.argv[1]))), Path(sys.argv[2]), Path(sys.argv[3]), "views")
print(found.outcome, found.about["values"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
MOST_KILOBYTES = 600_000
"""A window of draws is 73 MB as numbers; as rows of text it would be well over a gigabyte."""


def test_a_window_of_draws_streams_within_bounded_memory(ctx: Context, tmp_path: Path, shared: Path) -> None:
    folder = shared / "data/peers/views_2023/bm_last_historical_poisson/cm/window=Y2018"
    meta = says(tmp_path / "views.yml", origin="2017-10", data_until="2017-10-31", retrospective="true")
    command = [sys.executable, "-c", MEASURED, str(ctx.settings.home), str(next(folder.glob("*.parquet"))), str(meta)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    outcome, values, grown = done.stdout.split()
    assert outcome == "accepted"
    assert int(values) == 2_292_000
    assert int(grown) < MOST_KILOBYTES
    samples = shelf.everything(ctx)[0].samples()
    assert samples is not None
    assert len(samples) == 2292
    assert set(samples["samples"].list.len()) == {1000}
    assert sorted(samples["horizon"].unique()) == list(range(3, 15)), "November and December 2017 were not asked for"
