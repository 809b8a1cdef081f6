"""Lays the tables of a register that has none at once, as its migrations would leave them.

Migrations are the road of a register that holds something. An empty one would walk it for nothing: each of some fifty
steps rebuilds tables without a row in them, which takes ten times as long as making the last state. What comes of both
roads is the same, and ``tests/response/test_migrations.py`` compares them, table by table. So a migration that puts
rows of its own into a register is wrong here: what a new register holds is written by the program when it opens it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tocsin.response import append_only


def is_empty(connection: Any) -> bool:
    """Tell whether the database holds no table at all."""
    return not connection.introspection.table_names()


def lay(connection: Any) -> None:
    """Make every table, index, constraint and guard in one transaction and note every migration as done."""
    loader = MigrationLoader(connection)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        append_only.install(editor, append_only.PROTECTED)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in sorted(loader.disk_migrations):
            recorder.record_applied(app, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
