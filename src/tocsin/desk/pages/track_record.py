"""The track record: why believe the forecasts. Misses first, losses included. Open to all."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


def published() -> dict[str, Any] | None:
    """Return the figures measured for the track record; None when none were published."""
    file = files("tocsin") / "data" / "snapshot" / "forecasts" / "track_record.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


@login_not_required
@require_GET
def track_record(request: HttpRequest) -> HttpResponse:
    """Show misses, reliability, scores by era against rivals, alarms that came to nothing, and looks counted."""
    return render(request, "desk/track_record.html", {"t": published()})
