"""The table ``documents`` of a reading: one row a document, as its publisher or a library of them lists it."""

from __future__ import annotations

import polars as pl

DOCUMENTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source_id": pl.String,
    "document_id": pl.String,
    "published": pl.Date,
    "places": pl.List(pl.String),
    "title": pl.String,
    "url": pl.String,
    "publisher": pl.String,
    "language": pl.String,
    "kind": pl.String,
}
"""Columns and types. ``places`` are place_id, empty when the document is about none of the list. ``title`` and all else
are the publisher's words: untrusted text, shown as text. ``url`` is on the library's own host."""

KEYS = ["source_id", "document_id"]
REQUIRED = ("source_id", "document_id", "published", "title", "url")


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame in the columns and types of ``DOCUMENTS``, sorted by day and id.

    Raises ValueError when a required value is null: a mistake of the reader, not of the file.
    """
    whole = frame.select(pl.col(c).cast(t) for c, t in DOCUMENTS.items())
    for column in REQUIRED:
        if whole[column].null_count():
            raise ValueError(f"a document without {column}")
    return whole.sort("published", *KEYS, maintain_order=True)
