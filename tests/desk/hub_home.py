"""A home into which forecasts were handed in: a hindcast and a forecast in time, by people too, scored and pooled."""

from __future__ import annotations

from pathlib import Path

from tests.evidence.hub.handed import ONSET, hand_in, row

from tocsin.core.context import Context
from tocsin.evidence.hub import ensemble, place_words, score


def fill(ctx: Context, folder: Path) -> None:
    """Hand in, score and pool, by the rooms that the commands call."""
    hindcast = {"data_until": "origin", "retrospective": "true", "model": "<b>Hindcast</b> & co"}
    newest = str(ctx.now().year - 1)
    rows = [row(p, 0.012 + 0.001 * (i % 7), origin=str(y)) for y in range(2010, 2013) for i, p in enumerate(IDS)]
    assert hand_in(ctx, folder / "a", rows, model_abbr="hindcast", **hindcast).accepted
    now = [row(p, 0.02, origin=newest) for p in IDS]
    assert hand_in(ctx, folder / "b", now, data_until=f"{newest}-12-31").accepted
    people = [
        {
            "forecaster": who, "place_id": p, "target": ONSET, "origin": newest, "horizon": 2, "probability": 0.1,
            "made_at": f"{ctx.now():%Y-%m-%d}",
        }
        for who in ("wren", "heron") for p in IDS[:5]
    ]  # fmt: skip
    assert hand_in(ctx, folder / "c", people, "human", kind="human", model_abbr="desks", data_until=None).accepted
    ensemble.ensemble(ctx, ONSET)
    score.score(ctx, ONSET, draws=20)


IDS = place_words.listed("2012")
