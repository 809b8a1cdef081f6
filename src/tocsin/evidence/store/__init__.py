"""Snapshots of publisher bytes, the tables read from them, and which of them is in force.

Takes in files and the bundled snapshot; gives out ``Tables`` and the outcome of a load. Writes only under the data
folder's ``store``, whole or not at all. Must not import the panel or the forecast.
"""

from tocsin.evidence.store.load import LoadOutcome, load
from tocsin.evidence.store.tables import SourceState, Tables, load_tables

__all__ = ["LoadOutcome", "SourceState", "Tables", "load", "load_tables"]
