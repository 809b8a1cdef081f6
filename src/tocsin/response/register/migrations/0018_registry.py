"""Who does what where, who is told of it, and what others offer; when an activity changed is a table that only grows."""

import django.db.models.deletion
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["register_activitychange"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0017_techniques'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(help_text='As in the directive: government, un, ngo, company, …', max_length=12)),
                ('added_at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restricted', models.BooleanField(default=True)),
                ('seen_by', models.JSONField(default=list, help_text='Posts that see it while it is restricted.')),
                ('because', models.TextField(blank=True, help_text='Why it is shown or hidden as it is.')),
                ('organisation', models.CharField(db_index=True, help_text='Key of directive, catalogue or register.', max_length=60)),
                ('ref', models.CharField(help_text="The organisation's own reference; a second import finds it by it.", max_length=80)),
                ('what', models.TextField()),
                ('sectors', models.JSONField(default=list, help_text='Codes of the catalogue.')),
                ('options', models.JSONField(default=list, help_text='Options of the catalogue.')),
                ('instruments', models.JSONField(default=list)),
                ('factors', models.JSONField(default=list, help_text='RF1 to RF14.')),
                ('area', models.CharField(blank=True, help_text='Where inside the place, in words.', max_length=200)),
                ('starts', models.DateField(blank=True, null=True)),
                ('ends', models.DateField(blank=True, null=True)),
                ('status', models.CharField(max_length=12)),
                ('source', models.CharField(max_length=400)),
                ('source_on', models.DateField(help_text='The day the source speaks of.')),
                ('contact_office', models.CharField(blank=True, help_text='The office that keeps touch with it.', max_length=60)),
                ('post', models.CharField(help_text='Who entered it last.', max_length=60)),
                ('added_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'ordering': ['organisation', 'ref'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'ref'), name='one_activity_a_reference')],
            },
        ),
        migrations.CreateModel(
            name='ActivityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='new | changed', max_length=8)),
                ('fields', models.JSONField(default=list)),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField(db_index=True)),
                ('ledger_seq', models.BigIntegerField()),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='register.activity')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restricted', models.BooleanField(default=True)),
                ('seen_by', models.JSONField(default=list, help_text='Posts that see it while it is restricted.')),
                ('because', models.TextField(blank=True, help_text='Why it is shown or hidden as it is.')),
                ('organisation', models.CharField(db_index=True, help_text='Key of directive, catalogue or register.', max_length=60)),
                ('capability', models.CharField(help_text="Id of the catalogue's list of capabilities.", max_length=40)),
                ('what', models.TextField()),
                ('places', models.JSONField(default=list, help_text='Place ids; empty: anywhere.')),
                ('lead_days', models.PositiveIntegerField(help_text='Days from the ask to its first use.')),
                ('conditions', models.TextField(blank=True)),
                ('valid_until', models.DateField(blank=True, help_text='None: no end was said.', null=True)),
                ('verified_on', models.DateField(help_text='The last day somebody made sure that it holds.')),
                ('contact_office', models.CharField(help_text='The office that puts the ask.', max_length=60)),
                ('post', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('ledger_seq', models.BigIntegerField()),
                ('tool', models.ForeignKey(blank=True, help_text='The tool on record that it is.', null=True, on_delete=django.db.models.deletion.PROTECT, to='register.tool')),
            ],
            options={
                'ordering': ['capability', 'organisation', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(db_index=True, max_length=60)),
                ('place_id', models.CharField(blank=True, max_length=3)),
                ('topic', models.CharField(blank=True, help_text='A sector code or an instrument.', max_length=40)),
                ('factor', models.CharField(blank=True, max_length=4)),
                ('since', models.DateTimeField()),
                ('told_to', models.DateTimeField(help_text='Changes up to this moment were told.')),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['post', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('post', 'place_id', 'topic', 'factor'), name='one_open_subscription')],
            },
        ),
        migrations.CreateModel(
            name='ActivityPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(db_index=True, max_length=3)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='at', to='register.activity')),
            ],
            options={
                'ordering': ['place_id'],
                'unique_together': {('activity', 'place_id')},
            },
        ),
        migrations.RunPython(install, remove),
    ]
