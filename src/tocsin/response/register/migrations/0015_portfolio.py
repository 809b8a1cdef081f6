"""Development portfolios, incentive models and words on institutions: nine tables that only grow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = [
    "register_projectfile",
    "register_project",
    "register_projectplace",
    "register_projectquarantined",
    "register_projectsread",
    "register_flagreview",
    "register_incentivemodel",
    "register_programmetried",
    "register_institutionword",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0014_forecasts'),
    ]

    operations = [
        migrations.CreateModel(
            name='IncentiveModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('place_id', models.CharField(max_length=3)),
                ('version', models.PositiveIntegerField()),
                ('content', models.JSONField(help_text='As ``options.incentives.Model`` has it.')),
                ('sha256', models.CharField(help_text='Of its content, in canonical JSON.', max_length=64)),
                ('why', models.TextField(help_text='What this version changes, and why.')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InstitutionWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('place_id', models.CharField(db_index=True, max_length=3)),
                ('kind', models.CharField(help_text='courts | oversight | early_warning', max_length=20)),
                ('body', models.CharField(help_text="The institution's name.", max_length=200)),
                ('as_of', models.DateField(help_text='The day the judgement is about.')),
                ('state', models.CharField(help_text='working | partly | not_working | absent | unknown', max_length=12)),
                ('trend', models.CharField(help_text='better | same | worse | unknown', max_length=10)),
                ('source', models.TextField(help_text='A link or citation.')),
                ('vintage', models.DateField(help_text='The day the source is of.')),
                ('note', models.TextField(blank=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(help_text='Of the file, the header being line 1.')),
                ('portfolio', models.CharField(max_length=120)),
                ('iati_identifier', models.CharField(max_length=200)),
                ('reporting_org', models.CharField(max_length=300)),
                ('title', models.TextField()),
                ('description', models.TextField(blank=True)),
                ('sectors', models.JSONField(default=list, help_text='[{vocabulary, code, percent}], percent as text or empty.')),
                ('recipients', models.JSONField(default=list, help_text='[{place_id, percent}].')),
                ('location', models.TextField(blank=True, help_text="Where in the country, in the list's own words.")),
                ('starts', models.DateField(null=True)),
                ('ends', models.DateField(null=True)),
                ('status', models.CharField(blank=True, help_text='IATI ActivityStatus 1-6; empty: not said.', max_length=1)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='register.project')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeTried',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('content', models.JSONField(help_text='As ``options.incentives.Programme`` has it.')),
                ('sha256', models.CharField(max_length=64)),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='register.incentivemodel')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tried', to='register.project')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FlagReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('place_id', models.CharField(max_length=3)),
                ('rule', models.CharField(help_text='The rule of the catalogue that raised the flag.', max_length=40)),
                ('factor', models.CharField(max_length=4)),
                ('verdict', models.CharField(help_text='accept | reject | adjust', max_length=6)),
                ('effect', models.CharField(help_text='What the rule said: restrains | may_feed | unclear.', max_length=10)),
                ('adjusted', models.CharField(blank=True, help_text='The effect the reviewer sees, when adjusted.', max_length=10)),
                ('reasons', models.TextField()),
                ('change', models.TextField(blank=True, help_text="What will be changed in the project, in the reviewer's words.")),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='register.project')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProjectFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('portfolio', models.CharField(db_index=True, help_text="What the list is called: a donor's, a fund's.", max_length=120)),
                ('name', models.CharField(help_text="The file's name as it came.", max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size_bytes', models.BigIntegerField()),
                ('form', models.CharField(help_text='csv | xlsx', max_length=4)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='project',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='register.projectfile'),
        ),
        migrations.CreateModel(
            name='ProjectPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(db_index=True, max_length=3)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='register.project')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ProjectQuarantined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('cells', models.JSONField(help_text="The line as it stood, by the header's names.")),
                ('reasons', models.JSONField(help_text='[{column, value, rule, todo}].')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarantined', to='register.projectfile')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ProjectsRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('lines', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField()),
                ('quarantined', models.PositiveIntegerField()),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='read', to='register.projectfile')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='incentivemodel',
            constraint=models.UniqueConstraint(fields=('place_id', 'version'), name='one_incentive_model_a_version'),
        ),
        migrations.AddIndex(
            model_name='flagreview',
            index=models.Index(fields=['project', 'place_id'], name='register_fl_project_4ba751_idx'),
        ),
        migrations.AddConstraint(
            model_name='projectfile',
            constraint=models.UniqueConstraint(fields=('portfolio', 'sha256'), name='one_reading_of_a_list'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['portfolio', 'iati_identifier'], name='register_pr_portfol_11591f_idx'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.UniqueConstraint(fields=('file', 'iati_identifier'), name='one_line_a_project'),
        ),
        migrations.RunPython(install, remove),
    ]
