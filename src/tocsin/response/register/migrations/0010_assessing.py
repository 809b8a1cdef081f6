"""Rounds, sheets and what belongs to them; an answer learns of them. Rebuilding its table drops its triggers."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

ANSWERS = ["register_answer"]
TABLES = ["register_twice", "register_twicesettled", "register_suggestionword"]


def take_off(apps, schema_editor):
    append_only.remove(schema_editor, ANSWERS)


def put_back(apps, schema_editor):
    append_only.install(schema_editor, ANSWERS)


def install(apps, schema_editor):
    append_only.install(schema_editor, ANSWERS + TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, ANSWERS + TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0009_opening_hand'),
    ]

    operations = [
        migrations.RunPython(take_off, put_back),
        migrations.AddField(
            model_name='answer',
            name='beside',
            field=models.ForeignKey(blank=True, help_text='Dissent with oneself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.answer'),
        ),
        migrations.AddField(
            model_name='answer',
            name='grades',
            field=models.JSONField(default=list, help_text='[{grade, dated}], one for each line of the evidence.'),
        ),
        migrations.AddField(
            model_name='answer',
            name='seal',
            field=models.CharField(blank=True, help_text='Salt of what the ledger was given before the reveal.', max_length=64),
        ),
        migrations.AddField(
            model_name='answer',
            name='suggestion',
            field=models.CharField(blank=True, help_text='The suggestion it was accepted from.', max_length=160),
        ),
        migrations.AddField(
            model_name='answer',
            name='why',
            field=models.TextField(blank=True, help_text='After the reveal: why it was revised.'),
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(max_length=3)),
                ('number', models.PositiveIntegerField(help_text='1, 2, 3 … within the place.')),
                ('framework', models.CharField(max_length=40)),
                ('question', models.TextField(help_text='The question of policy that the answers are to serve.')),
                ('options', models.JSONField(default=list, help_text='Ids of the options under discussion.')),
                ('codes', models.JSONField(default=list, help_text='The questions asked; empty: the whole framework.')),
                ('item', models.BigIntegerField(blank=True, help_text='Number of the docket item.', null=True)),
                ('invited', models.JSONField(default=list, help_text='[{post, person}]; person empty: whoever holds the post.')),
                ('opened_at', models.DateTimeField()),
                ('opened_post', models.CharField(max_length=60)),
                ('closes_at', models.DateTimeField()),
                ('revealed_at', models.DateTimeField(blank=True, null=True)),
                ('revealed_because', models.CharField(blank=True, choices=[('all_submitted', 'all had submitted'), ('closed', 'the round closed')], max_length=20)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry of its opening.')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['place_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(max_length=150)),
                ('seat', models.PositiveSmallIntegerField(help_text='Which of the invited it answers for, from 0.')),
                ('opened_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='register.round')),
            ],
            options={
                'ordering': ['round', 'seat'],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='sheet',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='register.sheet'),
        ),
        migrations.CreateModel(
            name='SuggestionWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(max_length=3)),
                ('code', models.CharField(max_length=20)),
                ('suggestion', models.CharField(help_text='What was suggested and from what, as one id.', max_length=160)),
                ('why', models.TextField(blank=True, help_text='Rejected: the word why.')),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.answer')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='words', to='register.sheet')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Twice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(max_length=3)),
                ('framework', models.CharField(max_length=40)),
                ('post', models.CharField(max_length=60)),
                ('code', models.CharField(max_length=20)),
                ('words', models.JSONField(help_text='The answer as it came, field by field.')),
                ('made_from', models.BigIntegerField(help_text='The answer the form was made from; 0: none.')),
                ('at', models.DateTimeField()),
                ('via', models.CharField(max_length=10)),
                ('against', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.answer')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='twice', to='register.sheet')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TwiceSettled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chose', models.CharField(choices=[('first', 'First'), ('second', 'Second'), ('both', 'Both')], max_length=10)),
                ('at', models.DateTimeField()),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.answer')),
                ('twice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settled', to='register.twice')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(fields=('place_id', 'number'), name='one_round_a_number'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.UniqueConstraint(fields=('round', 'hand'), name='one_sheet_a_hand'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.UniqueConstraint(fields=('round', 'seat'), name='one_sheet_a_seat'),
        ),
        migrations.RunPython(install, remove),
    ]
