"""Findings of studies on tools of prevention: what each found of a tool, or of a feature where the tool was used."""

from __future__ import annotations

import polars as pl

from tocsin.catalog.source_names import key
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields

AVERAGE, FACTOR = "Average", "Contextual or design"
FLAGS = {
    "ma_focus_decrease_average": ("ma", "for"),
    "ma_focus_increase_average": ("ma", "against"),
    "ma_focus_no_mixed_average": ("ma", "mixed"),
    "cro_focus_decrease_average": ("related", "for"),
    "cro_focus_increase_average": ("related", "against"),
    "cro_focus_no_mixed_average": ("related", "mixed"),
    "ma_focus_greater_factor": ("ma", "for"),
    "ma_focus_lesser_factor": ("ma", "against"),
    "ma_focus_no_mixed_factor": ("ma", "mixed"),
    "cro_focus_greater_factor": ("related", "for"),
    "cro_focus_lesser_factor": ("related", "against"),
    "cro_focus_no_mixed_factor": ("related", "mixed"),
}
"""Each column of flags: the outcome it is about, and whether the tool (or the feature) helped, harmed or neither."""


UNREAD = (
    "Empirical", "Factor_effect", "Method", "Outcome", "Publication", "Qual", "Quant", "Year", "_empty0", "count",
    "count_*", "cro_focus_*_count_average", "greater_findings", "lesser_findings", "ma_focus_*_count_average",
    "no_mixed_findings", "overall", "vote_*",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``findings``: tool, factor (empty: the tool as such), outcome (ma | related), finds, study, source, cite.

    ``source`` is the one name of a study's DOI or address, empty when its citation has none. A row on which no flag or
    more than one is set is quarantined: it cannot be counted.
    """
    kind, tool, study = fields.pop("effects_type"), fields.pop("Tool"), fields.pop("Index.Number")
    factor, cite = fields.pop("CD"), fields.pop("full_citation")
    known = fields.spec.lookups["tool"]
    fields.flag(~kind.is_in([AVERAGE, FACTOR]) | kind.is_null(), "effects_type", kind, "unknown-kind", "no known kind")
    fields.flag(~tool.is_in(list(known)) | tool.is_null(), "Tool", tool, "unknown-tool", "is no tool that is declared")
    fields.flag((kind == FACTOR) & factor.is_null(), "CD", factor, "missing", "a feature is required")
    fields.flag(study.is_null(), "Index.Number", study, "missing", "a study is required")
    flags = pl.DataFrame({column: fields.number(column, high=1).fill_null(0) for column in FLAGS})
    total = flags.sum_horizontal()
    fields.flag(total != 1, "effects_type", kind, "one-finding", "exactly one finding must be set on a row")
    fields.skip(*UNREAD)
    which = [next((FLAGS[c] for c, v in row.items() if v == 1), ("", "")) for row in flags.iter_rows(named=True)]
    named = [text.replace("_", " ") if of == FACTOR and text else "" for of, text in zip(kind, factor, strict=True)]
    frame = pl.DataFrame({
        "tool": tool.replace(known),
        "factor": named,
        "outcome": [outcome for outcome, _ in which],
        "finds": [finds for _, finds in which],
        "study": study,
        "source": [key(text or "") for text in cite],
        "cite": cite.fill_null(""),
    })  # fmt: skip
    return Reading({"findings": fields.keep(frame).sort("tool", "factor", "study", "outcome", "finds", "cite")})
