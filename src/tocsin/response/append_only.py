"""Tables that only grow: triggers by which the database itself refuses to change or delete a row.

They stop mistakes, a careless query and an injected one. They do not stop whoever owns the database, who can
drop a trigger; for that there are checkpoints held outside (see docs/explain/ledger.md).

Migrations call this module, so what it makes is part of their history: add to it, do not change it. SQLite
drops a table's triggers when a later migration rebuilds the table; ``missing`` finds that, and ``tocsin
doctor`` and the tests ask it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

PREFIX = "append_only_"
PROTECTED = {
    "register_athand": "id",
    "register_ledgerentry": "seq",
    "register_ledgerbody": "entry_id",
    "register_ledgercheckpoint": "id",
    "register_ledgertile": "id",
    "register_answer": "id",
    "docket_decision": "id",
    "docket_lapse": "id",
    "oversight_citation": "id",
    "oversight_shareread": "id",
    "docket_proposal": "id",
    "docket_concurrence": "id",
    "docket_recusal": "id",
    "docket_review": "id",
    "docket_minutes": "id",
    "docket_barrier": "id",
    "docket_position": "id",
    "docket_label": "id",
    "docket_outcome": "id",
    "register_report": "id",
    "register_original": "report_id",
    "register_opening": "id",
    "register_reading": "id",
    "register_hop": "id",
    "register_reportlapse": "id",
    "register_credit": "id",
    "register_quarantined": "id",
    "register_adoption": "id",
    "register_inforce": "id",
    "docket_package": "id",
    "docket_line": "id",
    "docket_signoff": "id",
    "docket_packagepick": "id",
    "register_twice": "id",
    "register_twicesettled": "id",
    "register_suggestionword": "id",
    "register_sourceword": "id",
    "register_optionproposal": "id",
    "register_optionreview": "id",
    "register_optionpublication": "id",
    "register_optiontakenback": "id",
    "register_technique": "id",
    "register_techniqueseat": "id",
    "register_techniquehandin": "id",
    "register_techniquereveal": "id",
    "register_techniquepart": "id",
    "register_idea": "id",
    "register_ideaword": "id",
    "register_hometripwire": "id",
    "docket_decidedwithout": "id",
    "docket_actedfor": "id",
    "register_withdrawal": "id",
    "register_forecastquestion": "id",
    "register_forecast": "id",
    "register_forecastend": "id",
    "register_forecastshown": "id",
    "oversight_certificate": "id",
    "register_projectfile": "id",
    "register_project": "id",
    "register_projectplace": "id",
    "register_projectquarantined": "id",
    "register_projectsread": "id",
    "register_flagreview": "id",
    "register_incentivemodel": "id",
    "register_programmetried": "id",
    "register_institutionword": "id",
    "oversight_document": "id",
    "oversight_documentfile": "document_id",
    "oversight_finding": "id",
    "oversight_owed": "id",
    "oversight_findingmove": "id",
    "oversight_carried": "id",
    "oversight_provisionstep": "id",
    "register_activitychange": "id",
    "oversight_askword": "id",
    "oversight_delivery": "id",
    "register_eventjudgement": "id",
}
"""Every table that only grows, with its primary key."""

ERASURE_KIND = "ledger.erased"
"""Kind of the entry that names, in its body as ``seq``, the entry whose body is erased."""


def install(schema_editor: Any, tables: Iterable[str]) -> None:
    """Make the triggers of these tables. For a migration's RunPython."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_PG_FUNCTION, params=None)
    for name, statement in _statements(schema_editor.connection.vendor, tables):
        assert name.startswith(PREFIX)
        schema_editor.execute(statement, params=None)


def remove(schema_editor: Any, tables: Iterable[str]) -> None:
    """Drop the triggers of these tables: the way back of a migration, which only its operator can go."""
    for table in tables:
        for name, _ in _statements(schema_editor.connection.vendor, [table]):
            on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: Any) -> list[str]:
    """Return the names of triggers that should stand in this database and do not, sorted."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted({name for name, _ in _statements(connection.vendor, PROTECTED)} - present)


def restore(connection: Any) -> list[str]:
    """Make again the triggers that are missing; return their names."""
    gone = missing(connection)
    wanted = dict(_statements(connection.vendor, PROTECTED))
    with connection.cursor() as cursor:
        if gone and connection.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
        for name in gone:
            cursor.execute(wanted[name])
    return gone


def _statements(vendor: str, tables: Iterable[str]) -> list[tuple[str, str]]:
    """Return (name, CREATE TRIGGER) for each guard of each table."""
    make = _pg if vendor == "postgresql" else _sqlite
    found = []
    for table in tables:
        noun = table.partition("_")[2]
        found.append((f"{PREFIX}{table}_update", make(table, "update", "", f"a row of {noun} is never changed")))
        unless = _ERASURE_ENTERED[vendor] if table == "register_ledgerbody" else ""
        why = (
            "a ledger body is deleted only after its erasure is entered"
            if unless
            else f"a row of {noun} is never deleted"
        )
        found.append((f"{PREFIX}{table}_delete", make(table, "delete", unless, why)))
        found.extend(_insert_guards(vendor, table))
    return found


def _insert_guards(vendor: str, table: str) -> list[tuple[str, str]]:
    """Return what an insertion must satisfy: sequence without a gap, checkpoints that grow, no replacement."""
    key = PROTECTED[table]
    make = _pg if vendor == "postgresql" else _sqlite
    name = f"{PREFIX}{table}_insert"
    # TRUNCATE passes row triggers by.
    truncate = [(f"{PREFIX}{table}_truncate", _pg(table, "truncate", "", "this table only grows"))]
    if vendor != "postgresql":
        truncate = []
    if table == "register_ledgerentry":
        next_seq = "NEW.seq = (SELECT COALESCE(MAX(seq) + 1, 0) FROM register_ledgerentry)"
        return [(name, make(table, "insert", next_seq, "ledger entries are numbered without a gap")), *truncate]
    if table == "register_ledgercheckpoint":
        grows = "NEW.size > (SELECT COALESCE(MAX(size), -1) FROM register_ledgercheckpoint)"
        return [(name, make(table, "insert", grows, "a checkpoint is larger than the one before")), *truncate]
    if vendor == "postgresql":
        return truncate
    # INSERT OR REPLACE deletes the row in the way without firing its delete trigger.
    fresh = f"NOT EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - names from the list above
    return [(name, make(table, "insert", fresh, "a row of this table is never replaced"))]


def _sqlite(table: str, operation: str, unless: str, why: str) -> str:
    when = f" WHEN NOT ({unless})" if unless else ""
    return (
        f"CREATE TRIGGER {PREFIX}{table}_{operation} BEFORE {operation.upper()} ON {table}{when} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {why}'); END"
    )


def _pg(table: str, operation: str, unless: str, why: str) -> str:
    each = "STATEMENT" if operation == "truncate" else "ROW"
    # A condition that asks another row cannot stand in WHEN; it is asked in a function of its own.
    function = "tocsin_append_only"
    before = ""
    if unless:
        function = f"tocsin_append_only_{table}_{operation}"
        result = "OLD" if operation == "delete" else "NEW"
        before = (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"IF {unless} THEN RETURN {result}; END IF; {_PG_RAISE} END $body$; "
        )
    return (
        f"{before}CREATE TRIGGER {PREFIX}{table}_{operation} BEFORE {operation.upper()} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION {function}('{why}')"
    )


_PG_RAISE = "RAISE EXCEPTION 'append-only: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';"
_PG_FUNCTION = (
    "CREATE OR REPLACE FUNCTION tocsin_append_only() RETURNS trigger LANGUAGE plpgsql "
    f"AS $body$ BEGIN {_PG_RAISE} END $body$"
)
_ENTERED = (
    "EXISTS (SELECT 1 FROM register_ledgerentry e JOIN register_ledgerbody b ON b.entry_id = e.seq "  # noqa: S608
    "WHERE e.kind = '" + ERASURE_KIND + "' AND e.seq > OLD.entry_id AND {seq} = OLD.entry_id)"
)
_ERASURE_ENTERED = {
    "sqlite": _ENTERED.format(seq="json_extract(b.body, '$.seq')"),
    "postgresql": _ENTERED.format(seq="(b.body::jsonb ->> 'seq')::bigint"),
}
