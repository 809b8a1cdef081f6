"""The country-year panel as known on a date: declared predictors, labels, what is missing and what is carried.

Takes in ``Tables``, gives out one frame a call. Missing stays null; nothing here looks at a later year.
"""

from tocsin.evidence.panel.build import FEWEST_PERSONS, State, country_year, state_of
from tocsin.evidence.panel.columns import PanelColumn, columns, groups, regions_as_fitted

__all__ = [
    "FEWEST_PERSONS",
    "PanelColumn",
    "State",
    "columns",
    "country_year",
    "groups",
    "regions_as_fitted",
    "state_of",
]
