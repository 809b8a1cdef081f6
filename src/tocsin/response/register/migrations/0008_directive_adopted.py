"""What was adopted and what took effect; both tables only grow."""

import django.db.models.deletion
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_adoption", "register_inforce"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0007_tiles'),
    ]

    operations = [
        migrations.CreateModel(
            name='Adoption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=32)),
                ('sha256', models.CharField(max_length=64)),
                ('text', models.TextField()),
                ('from_at', models.DateTimeField(help_text='It takes effect at this moment, and not before.')),
                ('successors', models.JSONField(default=dict, help_text='{post that is no more: post that takes its duties over}.')),
                ('reasons', models.TextField(blank=True)),
                ('adopted_at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='InForce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('adoption', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='in_force', to='register.adoption')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RunPython(install, remove),
    ]
