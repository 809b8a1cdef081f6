"""Needs, asks and answers; pledges to institutions and their deliveries. Answers and deliveries only grow."""

import django.db.models.deletion
from django.db import migrations, models

from tocsin.response import append_only

TABLES = ["oversight_askword", "oversight_delivery"]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('docket', '0014_decided_without'),
        ('oversight', '0006_documents'),
        ('register', '0018_registry'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pledge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('undertaking', models.CharField(db_index=True, help_text='Key of the catalogue or of the register.', max_length=60)),
                ('organisation', models.CharField(max_length=60)),
                ('what', models.TextField()),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('unit', models.CharField(blank=True, help_text='Empty: in kind.', max_length=20)),
                ('due', models.DateField()),
                ('owner_post', models.CharField(help_text='Who sees to it that it comes.', max_length=60)),
                ('source', models.CharField(help_text='Where the promise can be read or who heard it.', max_length=400)),
                ('added_at', models.DateTimeField()),
                ('overdue_at', models.DateTimeField(blank=True, help_text='When it was recorded as overdue.', null=True)),
                ('ledger_seq', models.BigIntegerField()),
            ],
            options={
                'ordering': ['due', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReformNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('undertaking', models.CharField(db_index=True, help_text='Key of the catalogue or of the register.', max_length=60)),
                ('what', models.TextField()),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('unit', models.CharField(blank=True, help_text='USD, posts, …; empty: in kind.', max_length=20)),
                ('added_at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
            ],
            options={
                'ordering': ['undertaking', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Ask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('post', models.CharField(max_length=60)),
                ('to_post', models.CharField(help_text='The post that puts it to the organisation.', max_length=60)),
                ('at', models.DateTimeField()),
                ('answer_due', models.DateTimeField()),
                ('silent_at', models.DateTimeField(blank=True, help_text='When its silence was recorded.', null=True)),
                ('ledger_seq', models.BigIntegerField()),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='register.offer')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AskWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='offered | refused | accepted | used', max_length=8)),
                ('words', models.TextField(blank=True)),
                ('used_on', models.DateField(blank=True, null=True)),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='said', to='oversight.ask')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restricted', models.BooleanField(default=True)),
                ('seen_by', models.JSONField(default=list, help_text='Posts that see it while it is restricted.')),
                ('because', models.TextField(blank=True, help_text='Why it is shown or hidden as it is.')),
                ('capability', models.CharField(max_length=40)),
                ('what', models.TextField()),
                ('place_id', models.CharField(blank=True, help_text='Empty: not tied to a place.', max_length=3)),
                ('needed_by', models.DateField()),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_why', models.TextField(blank=True)),
                ('ledger_seq', models.BigIntegerField()),
                ('gap', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='oversight.gap')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='docket.item')),
                ('package', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='docket.package')),
            ],
            options={
                'ordering': ['needed_by', 'id'],
            },
        ),
        migrations.AddField(
            model_name='ask',
            name='need',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='oversight.need'),
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came_on', models.DateField()),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('what', models.TextField(blank=True)),
                ('completes', models.BooleanField(default=False, help_text='In kind: nothing is left to come.')),
                ('evidence', models.TextField()),
                ('post', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('ledger_seq', models.BigIntegerField()),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='oversight.pledge')),
            ],
            options={
                'ordering': ['came_on', 'id'],
            },
        ),
        migrations.AddField(
            model_name='pledge',
            name='need',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pledges', to='oversight.reformneed'),
        ),
        migrations.RunPython(install, remove),
    ]
