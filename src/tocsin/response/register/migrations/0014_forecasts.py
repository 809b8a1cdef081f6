"""Human forecasts: questions that will have an answer, probabilities given, what came of it; all only grow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = [
    "register_forecastquestion",
    "register_forecast",
    "register_forecastend",
    "register_forecastshown",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0013_withdrawal'),
    ]

    operations = [
        migrations.CreateModel(
            name='ForecastQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place_id', models.CharField(max_length=3)),
                ('kind', models.CharField(choices=[('onset', 'the list of mass killings, as the models are judged by it'), ('named', 'a named person, on evidence'), ('chain', 'the chain of an exercise, once it is over')], max_length=10)),
                ('statement', models.TextField(help_text='What will have happened: one sentence that is true or false on the day.')),
                ('horizon', models.DateField(help_text='The last day on which it counts.')),
                ('rule', models.TextField(help_text='How it is told whether it came true.')),
                ('source', models.TextField(help_text='Where that is looked up.')),
                ('resolver', models.CharField(blank=True, help_text='The post that says what came of it.', max_length=60)),
                ('base_rate', models.DecimalField(decimal_places=6, help_text='None: nobody gave one.', max_digits=7, null=True)),
                ('base_rate_source', models.TextField(blank=True)),
                ('base_year', models.PositiveIntegerField(help_text='Onset: the year before its two years.', null=True)),
                ('about', models.CharField(blank=True, help_text='round | technique | inject | …: what it came with.', max_length=20)),
                ('about_id', models.BigIntegerField(blank=True, null=True)),
                ('item', models.BigIntegerField(blank=True, help_text='Number of the docket item.', null=True)),
                ('invited', models.JSONField(default=list, help_text='[{post, person}]; empty: whoever may assess.')),
                ('asked_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField(help_text='From then on nobody gives or changes a probability.')),
                ('post', models.CharField(max_length=60)),
                ('hand', models.CharField(max_length=150)),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ForecastEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('void', 'Void'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('happened_on', models.DateField(help_text='Yes: the day from which it was true.', null=True)),
                ('evidence', models.TextField(help_text='On what; void and withdrawn: why.')),
                ('by_rule', models.CharField(blank=True, help_text='The run or chain that told; empty: a person did.', max_length=80)),
                ('post', models.CharField(blank=True, max_length=60)),
                ('hand', models.CharField(blank=True, max_length=150)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ends', to='register.forecastquestion')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Forecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('p', models.DecimalField(decimal_places=3, help_text='0.001 to 0.999.', max_digits=4)),
                ('why', models.TextField(blank=True)),
                ('saw_model', models.CharField(help_text="yes | no | n/a: had seen the model's number, by own word.", max_length=3)),
                ('post', models.CharField(max_length=60)),
                ('office', models.CharField(blank=True, help_text="The post's office at that time.", max_length=60)),
                ('hand', models.CharField(help_text='Whose it is: one hand is one forecaster.', max_length=150)),
                ('at', models.DateTimeField()),
                ('model_p', models.DecimalField(decimal_places=6, help_text="The model's at that moment.", max_digits=7, null=True)),
                ('model_run', models.CharField(blank=True, max_length=80)),
                ('salt', models.CharField(help_text='Of the seal that the ledger was given.', max_length=64)),
                ('ledger_seq', models.BigIntegerField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forecasts', to='register.forecastquestion')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ForecastShown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='shown', to='register.forecastquestion')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='forecastquestion',
            index=models.Index(fields=['place_id'], name='forecast_by_place'),
        ),
        migrations.AddIndex(
            model_name='forecastquestion',
            index=models.Index(fields=['about', 'about_id'], name='forecast_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='forecast',
            constraint=models.UniqueConstraint(fields=('question', 'hand', 'number'), name='one_forecast_a_number'),
        ),
        migrations.RunPython(install, remove),
    ]
