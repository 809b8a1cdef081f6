"""What a home says of the catalogue: sources withdrawn, options proposed, reviewed, published; all only grow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = [
    "register_sourceword",
    "register_optionproposal",
    "register_optionreview",
    "register_optionpublication",
    "register_optiontakenback",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0011_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='SourceWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='As it was given: a DOI or an address.', max_length=400)),
                ('key', models.CharField(db_index=True, help_text='Its one name, however it is written.', max_length=400)),
                ('kind', models.CharField(help_text='retracted | withdrawn | expired | restored', max_length=10)),
                ('why', models.TextField()),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='OptionProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('option_id', models.CharField(blank=True, help_text='The option it changes; empty: a new one.', max_length=10)),
                ('content', models.JSONField(help_text='The option as proposed, by field.')),
                ('why', models.TextField(help_text='Why the catalogue needs it.')),
                ('post', models.CharField(blank=True, help_text='Empty: an account without a post.', max_length=60)),
                ('hand', models.CharField(help_text='Whose hand it came by: an account, or one of a machine.', max_length=160)),
                ('contributor', models.CharField(blank=True, help_text='On whose behalf, where it was brought in.', max_length=200)),
                ('credit', models.CharField(blank=True, help_text='The name to be credited, as they wish it.', max_length=200)),
                ('may_credit', models.BooleanField(default=False, help_text='They consented to being named.')),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='register.optionproposal')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='OptionPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('option_id', models.CharField(max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('row', models.JSONField(help_text='The option as published.')),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='register.optionproposal')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='OptionReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(max_length=160)),
                ('verdict', models.CharField(help_text='accept | reject', max_length=6)),
                ('grade', models.CharField(blank=True, help_text='The grade of its evidence; empty when rejected.', max_length=12)),
                ('reasons', models.TextField()),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='register.optionproposal')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='OptionTakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.TextField()),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('publication', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='register.optionpublication')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='optionpublication',
            constraint=models.UniqueConstraint(fields=('option_id', 'version'), name='one_version_of_an_option'),
        ),
        migrations.AddConstraint(
            model_name='optionreview',
            constraint=models.UniqueConstraint(fields=('proposal', 'post'), name='one_review_a_post'),
        ),
        migrations.AddConstraint(
            model_name='optionreview',
            constraint=models.UniqueConstraint(fields=('proposal', 'hand'), name='one_review_a_hand'),
        ),
        migrations.RunPython(install, remove),
    ]
