"""A table that goes out as CSV: no cell of it is computed by a spreadsheet."""

from __future__ import annotations

import polars as pl

from tocsin.core.words import in_cell


def in_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table for a file that people open: texts as ``core.words.in_cell`` has them, all else as it is.

    Tables that are hashed or read in again by the program go without it.
    """
    text = pl.col(pl.String).map_elements(in_cell, return_dtype=pl.String)
    return frame.with_columns(text) if frame.height else frame
