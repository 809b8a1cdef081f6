"""Reports, their originals and all that was done with them only grow. The table of writers may be erased."""

from django.db import migrations

from tocsin.response import append_only

TABLES = [
    "register_report",
    "register_original",
    "register_opening",
    "register_reading",
    "register_hop",
    "register_reportlapse",
    "register_credit",
    "register_quarantined",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("register", "0004_reports")]

    operations = [migrations.RunPython(install, remove)]
