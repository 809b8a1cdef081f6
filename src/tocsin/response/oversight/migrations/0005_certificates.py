"""Certificates of exercises, which only grow; which version of its chain an exercise played and when it asks."""

from django.db import migrations, models

from tocsin.response import append_only

TABLES = [
    "oversight_certificate",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0004_exercise_reference'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(help_text='SHA-256 of the statement, hex.', max_length=64, unique=True)),
                ('player', models.CharField(help_text='Account name, here and in the exercise.', max_length=150)),
                ('post', models.CharField(max_length=60)),
                ('statement', models.JSONField()),
                ('proof', models.TextField(blank=True, help_text='One line of the log with its path; here: only where taken.')),
                ('log', models.CharField(help_text='Name of the log it stands in.', max_length=120)),
                ('key', models.CharField(help_text='The key that log is verified with.', max_length=200)),
                ('issued_at', models.DateTimeField()),
                ('valid_until', models.DateField()),
                ('taken', models.BooleanField(help_text="Taken from an exercise's folder; else made here.")),
                ('ledger_seq', models.BigIntegerField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='exercise',
            name='asks',
            field=models.JSONField(default=list, help_text='[{position, days}]: with which inject a forecast is asked for.'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='chain_sha256',
            field=models.CharField(blank=True, help_text='Over the chain and its items: its version.', max_length=64),
        ),
        migrations.RunPython(install, remove),
    ]
