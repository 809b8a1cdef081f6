"""Decisions and lapses only grow: no row of them is changed or deleted."""

from django.db import migrations

from tocsin.response import append_only

TABLES = ["docket_decision", "docket_lapse"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("docket", "0002_initial")]

    operations = [migrations.RunPython(install, remove)]
