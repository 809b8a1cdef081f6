"""Adoptions of a directive that were taken back before their day: a table that only grows."""

import django.db.models.deletion
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_withdrawal"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0012_catalogue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('reasons', models.TextField()),
                ('ledger_seq', models.BigIntegerField()),
                ('adoption', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn', to='register.adoption')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RunPython(install, remove),
    ]
