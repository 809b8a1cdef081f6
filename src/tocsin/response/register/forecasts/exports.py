"""What people forecast of an onset, in the form the hub takes forecasts by people in; pseudonyms, never names.

Only questions that have closed, and of each person the number that stood then. A pseudonym is the office and which of
its forecasters in the order of their first number: the same person is the same pseudonym in every export of a home.
"""

from __future__ import annotations

import csv
import io

from tocsin.catalog.outcomes import outcome
from tocsin.core.context import Context
from tocsin.core.words import in_cell
from tocsin.response.register import runs
from tocsin.response.register.forecasts.questions import Rule, ending
from tocsin.response.register.models import Forecast, ForecastEnd, ForecastQuestion

COLUMNS = ("forecaster", "place_id", "target", "origin", "horizon", "probability", "made_at")
METADATA = """\
team: {team}
team_abbr: {short}
model: Forecasts by people
model_abbr: people
kind: human
method: Probabilities given by people at the desk, blind first; of each the number that stood when its question closed.
licence: {licence}
contact: {team}
"""


def as_hub(ctx: Context) -> tuple[str, int]:
    """Return the CSV and how many rows it has. Void and withdrawn questions are left out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    named, rows = pseudonyms(), 0
    horizon = outcome(runs.ONSET).target.horizons[0]
    closed = ForecastQuestion.objects.filter(kind=Rule.ONSET, closes_at__lte=ctx.now()).prefetch_related("ends")
    for one in closed.order_by("id"):
        told = ending(one)
        if told is not None and told.came in (ForecastEnd.Came.VOID, ForecastEnd.Came.WITHDRAWN):
            continue
        last = {f.hand: f for f in one.forecasts.order_by("number")}
        for whose in sorted(last, key=lambda h: named[h]):
            f = last[whose]
            made = f.at.date().isoformat()
            writer.writerow(
                map(in_cell, (named[whose], one.place_id, runs.ONSET, str(one.base_year), str(horizon), str(f.p), made))
            )
            rows += 1
    return out.getvalue(), rows


def pseudonyms() -> dict[str, str]:
    """Return a pseudonym for every forecaster: the office of their first number, and which of its forecasters."""
    found: dict[str, str] = {}
    counted: dict[str, int] = {}
    for whose, office in Forecast.objects.order_by("id").values_list("hand", "office"):
        if whose not in found:
            counted[office] = counted.get(office, 0) + 1
            found[whose] = f"{office or 'no_office'} {counted[office]}"[:40]
    return found
