"""Who is at hand in a place, as somebody said: a table that only grows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_athand"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0018_registry'),
    ]

    operations = [
        migrations.CreateModel(
            name='AtHand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(max_length=3)),
                ('kinds', models.JSONField(help_text='Kinds of options/actors.yml; empty: nobody is said to be at hand any more.')),
                ('why', models.TextField(help_text='Who they are and how that is known, in words.')),
                ('until', models.DateField(help_text='The last day it is taken as true.')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['place_id'], name='at_hand_by_place')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
