"""Citations of undertakings and readings of shares only grow: no row of them is changed or deleted."""

from django.db import migrations

from tocsin.response import append_only

TABLES = ["oversight_citation", "oversight_shareread"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_registers")]

    operations = [migrations.RunPython(install, remove)]
