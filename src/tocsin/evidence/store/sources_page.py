"""SOURCES.md of the snapshot: source, release, licence, citation and what each column is made from."""

from __future__ import annotations

from tocsin.evidence.sources import spec


def sources_page(index: dict[str, object]) -> str:
    """Return the page as Markdown, from the same declarations that the readers use."""
    lines = [
        "# Sources of the bundled figures",
        "",
        "Written by `tocsin snapshot build`; do not edit. The tables are this project's own arrangement of figures,",
        "apart by licence. No publisher's own file is here. What has no open source is absent: ethnic",
        "fractionalisation, ethnic power relations.",
        "",
    ]
    for source_id, entry in index.items():
        declared = spec(source_id)
        lines += [
            f"## {declared.title}",
            "",
            f"* Publisher: {declared.publisher}",
            f"* From: <{declared.url}>",
            f"* Release: {entry['release']}",  # type: ignore[index]
            f"* Licence: [{declared.licence}]({declared.licence_url})",
            f"* Citation: {declared.citation.strip()}",
            f"* Coverage: {declared.coverage.strip()}",
        ]
        if declared.licence_note:
            lines.append(f"* Note: {declared.licence_note}")
        for name, table in entry["tables"].items():  # type: ignore[index]
            lines.append(
                f"* Table `{name}`: `{table['path']}`, {table['rows']:,} rows, SHA-256 `{table['sha256'][:16]}…`"
            )
        lines += ["", "| column here | made from |", "|---|---|"]
        lines += [f"| `{ours}` | {theirs.strip()} |" for ours, theirs in declared.columns_used.items()]
        lines.append("")
    lines += [
        "## World shapes",
        "",
        "* Publisher: Natural Earth, public domain; served as TopoJSON by world-atlas (ISC licence)",
        "* Table: `geography/world.json`: outlines by place, decoded, projected (Equal Earth) and rounded by this",
        "  project. Borders are de facto and imply no endorsement.",
        "",
        "## Forecasts of earlier years",
        "",
        "* Made by this project (`tocsin score record`) from all of the above. V-Dem's figures are among them:",
        "  it is under CC BY-SA 4.0, as they are.",
        "* Tables: `forecasts/onset_v1_history.parquet`, `forecasts/onset_v2_history.parquet`: what each model would",
        "  have said each year.",
        "* Table: `forecasts/conflict_v1_history.parquet` (`tocsin score conflict-record`): the same of `conflict_v1`.",
        "* Table: `forecasts/violence_v1_months.parquet`: what `violence_v1` says from these months.",
        "",
    ]
    return "\n".join(lines)
