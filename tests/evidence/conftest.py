"""A refresh over the small world: real rooms, hand-made inputs, thresholds armed for the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.evidence import small

from tocsin.catalog.tripwires import get
from tocsin.core.context import Context
from tocsin.evidence import armed, refresh


@pytest.fixture
def arm(ctx: Context) -> Callable[..., None]:
    """Arm tripwires with thresholds chosen by the test."""

    def _arm(**thresholds: float) -> None:
        for name, threshold in thresholds.items():
            armed.arm(ctx, get(name), {"threshold": threshold}, "analyst")

    return _arm


@pytest.fixture
def run(ctx: Context, arm: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Callable[..., refresh.Refreshed]:
    """Refresh the small world; what the test gives replaces its tables or its forecasts."""
    arm(event_one_sided=100, forecast_level=0.05, forecast_level_further=0.05, forecast_rise=3.0)

    def _run(
        day: str = "2026-11-23", tables: Any = None, evidence: Any = None, by: Context | None = None
    ) -> refresh.Refreshed:
        monkeypatch.setattr(refresh, "tables_known", lambda *_, **__: tables or small.tables())
        monkeypatch.setattr(refresh, "_make", lambda *_: evidence or small.evidence())
        # What was kept for the same sources must not answer for other hand-made forecasts.
        monkeypatch.setattr(refresh.kept, "recall", lambda _ctx, _key, make: make())
        return refresh.refresh(by or ctx, date.fromisoformat(day))

    return _run
