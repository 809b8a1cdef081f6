"""What a person does about a file that was refused."""

from __future__ import annotations

from tocsin.evidence.sources import Issue, SourceSpec

THIN = {"thinner", "fallen", "truncated", "empty", "nothing", "rows-min", "places-min"}
FORM = {"columns", "shape"}


def todo(declared: SourceSpec, issues: list[Issue]) -> str:
    """Return what to do about a refused file, from the rules that refused it."""
    rules = {i.rule for i in issues if i.weight == "file"}
    again = f"and run: tocsin load {declared.id} FILE"
    if rules & FORM:
        return (
            f"Check that this is the file of {declared.title}; if the publisher changed its columns, declare the new "
            f"ones (docs/how-to/add-a-source.md) {again}"
        )
    if rules & THIN:
        return (
            f"The file may be cut, or of another release: fetch the whole file from {declared.publisher} {again}; "
            'if it is whole and the figures in force are wrong, add --replacing "WHY"'
        )
    return f"Mend or fetch again what the findings name, as the publisher ({declared.publisher}) has it, {again}"
