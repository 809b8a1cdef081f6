"""Packages of options: drafts, submitted versions with their lines, sign-offs, and what decisions said of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["docket_package", "docket_line", "docket_signoff", "docket_packagepick"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('docket', '0011_questions_and_stand_ins'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('place_id', models.CharField(db_index=True, max_length=3)),
                ('version', models.PositiveIntegerField()),
                ('rapid', models.BooleanField(help_text='A minimum package, made in one sitting.')),
                ('words', models.JSONField(help_text='Everything it says, as ``packages.words.Words`` has it.')),
                ('flags', models.JSONField(default=list, help_text='What was flagged when it was submitted, each with its answer.')),
                ('sha256', models.CharField(help_text='Of its words, in canonical JSON.', max_length=64)),
                ('complete_by', models.DateField(help_text='Rapid: the day by which a whole one is asked for.', null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('option_id', models.CharField(blank=True, help_text='Of the catalogue; empty: an idea of its own.', max_length=20)),
                ('what', models.TextField()),
                ('leads', models.JSONField(default=list, help_text='Posts of the directive, or organisations in words.')),
                ('support', models.JSONField(default=list)),
                ('abstain', models.JSONField(default=list)),
                ('authority', models.TextField()),
                ('procedure_id', models.CharField(blank=True, max_length=20)),
                ('starts', models.DateField()),
                ('ends', models.DateField(null=True)),
                ('lead_days_min', models.PositiveIntegerField()),
                ('lead_days_max', models.PositiveIntegerField()),
                ('cost_band', models.CharField(blank=True, max_length=20)),
                ('risks', models.TextField(blank=True)),
                ('measure', models.TextField()),
                ('baseline', models.TextField(blank=True)),
                ('measure_on', models.DateField(null=True)),
                ('legal_basis', models.TextField(blank=True)),
                ('force', models.BooleanField(help_text='It uses force.')),
                ('alone', models.BooleanField(help_text='One state does it by itself.')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='docket.package')),
            ],
            options={
                'ordering': ['package_id', 'position'],
            },
        ),
        migrations.CreateModel(
            name='PackageDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('words', models.JSONField(help_text='As ``packages.words.Words`` has it.')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='package_drafts', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['item_id', 'post'],
            },
        ),
        migrations.CreateModel(
            name='PackagePick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chosen', models.BooleanField()),
                ('why', models.TextField(blank=True, help_text='Not chosen: why not.')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='picks', to='docket.decision')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='picks', to='docket.package')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='docket.package')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.UniqueConstraint(fields=('item', 'version'), name='one_package_a_version'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(fields=('package', 'position'), name='one_line_a_position'),
        ),
        migrations.AddConstraint(
            model_name='packagedraft',
            constraint=models.UniqueConstraint(fields=('item', 'post'), name='one_package_draft_an_office'),
        ),
        migrations.AddConstraint(
            model_name='packagepick',
            constraint=models.UniqueConstraint(fields=('decision', 'package'), name='one_word_a_package'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(fields=('package', 'post'), name='one_sign_off_a_post'),
        ),
        migrations.RunPython(install, remove),
    ]
