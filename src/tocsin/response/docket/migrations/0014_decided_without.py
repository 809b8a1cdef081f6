"""What a decision was signed without: a table that only grows."""
import django.db.models.deletion
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["docket_decidedwithout"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('docket', '0013_acted_for'),
    ]

    operations = [
        migrations.CreateModel(
            name='DecidedWithout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('missing', models.JSONField(help_text='Each thing missing, in words.')),
                ('because', models.TextField(blank=True, help_text='Empty: no reason was given.')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='without', to='docket.decision')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RunPython(install, remove),
    ]
