"""The ledger and the answers only grow: triggers, and the frontier by which a checkpoint is grown from the last."""

from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_ledgerentry", "register_ledgerbody", "register_ledgercheckpoint", "register_answer"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="ledgercheckpoint",
            name="frontier",
            field=models.TextField(default="", help_text="Roots of the complete subtrees, hex, largest first."),
        ),
        migrations.RunPython(install, remove),
    ]
