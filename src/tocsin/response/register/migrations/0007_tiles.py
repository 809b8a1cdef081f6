"""Tiles of the ledger's tree. They only grow, like the leaves they are derived from."""

from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_ledgertile"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("register", "0006_original_columns")]

    operations = [
        migrations.CreateModel(
            name="LedgerTile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("position", models.BigIntegerField(help_text="0, 1, 2 … along its level.")),
                ("root", models.BinaryField(help_text="32 bytes.")),
                ("hashes", models.BinaryField(help_text="256 times 32 bytes.")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("level", "position"), name="one_tile_a_place")],
            },
        ),
        migrations.RunPython(install, remove),
    ]
