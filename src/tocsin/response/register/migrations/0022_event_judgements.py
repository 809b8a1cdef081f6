"""What people judged of reports of events: a table that only grows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_eventjudgement"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0021_iati_money'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(choices=[('same', 'one event'), ('apart', 'not one event'), ('back', 'an earlier judgement taken back')], max_length=8)),
                ('place_id', models.CharField(blank=True, max_length=3)),
                ('pairs', models.JSONField(default=list, help_text='[[ref, ref]]: reports by their identity in the event store.')),
                ('why', models.TextField()),
                ('seen', models.JSONField(default=dict, help_text='What the rule said of the pairs then: version, points, sentences.')),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('of', models.OneToOneField(help_text='The judgement that is taken back.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='back', to='register.eventjudgement')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['place_id'], name='event_judgement_by_place')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
