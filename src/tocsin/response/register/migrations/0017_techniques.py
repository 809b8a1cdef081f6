"""Structured techniques, ideas and the tripwires a home added; all only grow."""
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = [
    "register_technique",
    "register_techniqueseat",
    "register_techniquehandin",
    "register_techniquereveal",
    "register_techniquepart",
    "register_idea",
    "register_ideaword",
    "register_hometripwire",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0016_drilled'),
    ]

    operations = [
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(blank=True, help_text='Empty: of no one place.', max_length=3)),
                ('item', models.BigIntegerField(db_index=True, null=True)),
                ('title', models.CharField(max_length=200)),
                ('what', models.TextField(help_text='What would be done, by whom.')),
                ('options', models.JSONField(default=list, help_text='Ids of the options it combines; empty: none.')),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='IdeaWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(choices=[('rejected', 'Rejected'), ('taken_up', 'taken up'), ('open_again', 'open again')], max_length=10)),
                ('why', models.TextField()),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='said', to='register.idea')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Technique',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='An id of ``techniques.kinds``.', max_length=20)),
                ('place_id', models.CharField(max_length=3)),
                ('number', models.PositiveIntegerField(help_text='1, 2, 3 … within the place.')),
                ('question', models.TextField(help_text='What it is asked about.')),
                ('item', models.BigIntegerField(db_index=True, help_text='Number of the docket item.', null=True)),
                ('blind', models.BooleanField(help_text='What a seat says of its own is sealed until the reveal.')),
                ('invited', models.JSONField(default=list, help_text='[{post, person}]; person empty: whoever holds the post.')),
                ('closes_at', models.DateTimeField(help_text='Blind: when it is revealed, whoever is still missing.', null=True)),
                ('opened_at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry of its opening.')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='techniques', to='register.round')),
            ],
            options={
                'ordering': ['place_id', 'number'],
            },
        ),
        migrations.AddField(
            model_name='idea',
            name='technique',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='register.technique'),
        ),
        migrations.CreateModel(
            name='HomeTripwire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tripwire_id', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('row', models.JSONField(help_text='The tripwire, as a file of the catalogue would have it.')),
                ('threshold', models.CharField(help_text='The mark it was first armed with.', max_length=40)),
                ('key', models.CharField(help_text='The indicator.', max_length=40)),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('technique', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tripwires', to='register.technique')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TechniqueReveal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(choices=[('all_handed_in', 'all had handed in'), ('closed', 'its time was over')], max_length=20)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('technique', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reveal', to='register.technique')),
            ],
        ),
        migrations.CreateModel(
            name='TechniqueSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='Which of the invited, from 0; uninvited: as they came.')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('technique', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='register.technique')),
            ],
            options={
                'ordering': ['technique', 'number'],
            },
        ),
        migrations.CreateModel(
            name='TechniquePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(help_text='An id of the parts of its kind.', max_length=20)),
                ('key', models.CharField(help_text='H1, E3, R2.1 …: what other parts and people call it by.', max_length=40)),
                ('version', models.PositiveIntegerField()),
                ('words', models.JSONField(help_text='What it says, by field.')),
                ('withdrawn', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('seal', models.CharField(blank=True, help_text='Salt of what the ledger was given before the reveal.', max_length=64)),
                ('ledger_seq', models.BigIntegerField()),
                ('technique', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='register.technique')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='register.techniqueseat')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TechniqueHandIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handed_in', to='register.techniqueseat')),
            ],
        ),
        migrations.AddConstraint(
            model_name='technique',
            constraint=models.UniqueConstraint(fields=('place_id', 'number'), name='one_technique_a_number'),
        ),
        migrations.AddConstraint(
            model_name='hometripwire',
            constraint=models.UniqueConstraint(fields=('tripwire_id', 'version'), name='one_version_of_a_home_tripwire'),
        ),
        migrations.AddConstraint(
            model_name='techniqueseat',
            constraint=models.UniqueConstraint(fields=('technique', 'hand', 'post'), name='one_technique_seat_a_hand'),
        ),
        migrations.AddConstraint(
            model_name='techniqueseat',
            constraint=models.UniqueConstraint(fields=('technique', 'number'), name='one_technique_seat_a_number'),
        ),
        migrations.AddConstraint(
            model_name='techniquepart',
            constraint=models.UniqueConstraint(fields=('technique', 'key', 'version'), name='one_version_of_a_technique_part'),
        ),
        migrations.RunPython(install, remove),
    ]
