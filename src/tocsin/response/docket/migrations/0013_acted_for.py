"""Acts that somebody did for a post they deputise for: a table that only grows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["docket_actedfor"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('docket', '0012_packages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActedFor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('act', models.CharField(max_length=20)),
                ('acted_for', models.CharField(help_text='The post whose duty it was.', max_length=60)),
                ('why', models.CharField(help_text='Why a deputy acted: nobody of the post was there, or the rule.', max_length=200)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acted_for', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.RunPython(install, remove),
    ]
