"""Deciding together and what became of it: proposals, concurrences, recusals, reviews, labels, outcomes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.response import append_only

TABLES = [
    "docket_proposal",
    "docket_concurrence",
    "docket_recusal",
    "docket_review",
    "docket_minutes",
    "docket_barrier",
    "docket_position",
    "docket_label",
    "docket_outcome",
]


def install(apps, schema_editor):
    append_only.install(schema_editor, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor, TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('docket', '0005_one_undecided_item'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('recused_post', models.CharField(max_length=60)),
                ('to_post', models.CharField(blank=True, help_text='Empty: nobody was left, the item went up.', max_length=60)),
                ('reasons', models.TextField()),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('found', models.CharField(blank=True, choices=[('done', 'Done'), ('partly', 'Partly'), ('not_done', 'not done')], help_text='Empty: nothing was to do.', max_length=10)),
                ('reasons', models.TextField()),
                ('next_on', models.DateField(null=True)),
                ('closes', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='answers',
            field=models.JSONField(help_text='{tripwire: its answer}; None: not asked when it was signed.', null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='why_rejected',
            field=models.JSONField(help_text='{option: why not}; None: not asked when it was signed.', null=True),
        ),
        migrations.CreateModel(
            name='Barrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('option_id', models.CharField(blank=True, max_length=20)),
                ('type', models.CharField(choices=[('cannot', 'Cannot'), ('will_not', 'will not'), ('may_not', 'may not')], max_length=10)),
                ('sphere', models.CharField(choices=[('political', 'Political'), ('institutional', 'Institutional'), ('operational', 'Operational')], max_length=15)),
                ('actor', models.CharField(help_text='The office, body or state where it lies; never a person.', max_length=120)),
                ('why', models.TextField()),
                ('evidence', models.TextField()),
                ('workaround', models.TextField()),
                ('lifted', models.BooleanField(default=False)),
                ('commitment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='barriers', to='docket.commitment')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='barriers', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='docket.barrier')),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('place_id', models.CharField(db_index=True, max_length=3)),
                ('term', models.CharField(help_text='A label of catalog/terms/labels.yml.', max_length=60)),
                ('use', models.CharField(choices=[('applied', 'Applied'), ('avoided', 'Avoided')], max_length=10)),
                ('actor', models.CharField(help_text='The office, body or state that spoke; never a person.', max_length=120)),
                ('said_on', models.DateField()),
                ('document', models.TextField()),
                ('words', models.TextField(blank=True, help_text='The words used instead, where the label was avoided.')),
                ('effects', models.JSONField(default=list, help_text='[{does: opened|closed, kind, what, procedure}]')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('body', models.CharField(max_length=60)),
                ('held_on', models.DateField()),
                ('text', models.TextField()),
                ('agenda', models.JSONField(default=list, help_text='Numbers of the items that awaited the body.')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('came', models.CharField(choices=[('onset', 'Onset'), ('no_onset', 'no onset'), ('no_onset_acted', 'no onset, action taken')], max_length=20)),
                ('evidence', models.TextField()),
                ('claimed_cause', models.TextField(blank=True, help_text='Was it prevented, and by what: a claim.')),
                ('confidence', models.CharField(blank=True, help_text='high | moderate | low, in that claim.', max_length=10)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('option_id', models.CharField(blank=True, max_length=20)),
                ('actor', models.CharField(max_length=120)),
                ('stance', models.CharField(choices=[('for', 'For'), ('against', 'Against'), ('conditional', 'Conditional')], max_length=12)),
                ('statement', models.TextField()),
                ('source', models.TextField()),
                ('said_on', models.DateField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('body', models.CharField(help_text='The post that is a body.', max_length=60)),
                ('kind', models.CharField(max_length=10)),
                ('words', models.JSONField(help_text='Everything the decision says, as the members sign it.')),
                ('minutes', models.TextField(blank=True)),
                ('until', models.DateTimeField(help_text='The clock it ends with; putting something to a body stops no clock.')),
                ('after', models.PositiveIntegerField(help_text='The last decision that was read, 0 for none.')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Concurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('post', models.CharField(max_length=60)),
                ('via', models.CharField(help_text='desk | cli (no personal signature)', max_length=10)),
                ('os_user', models.CharField(blank=True, max_length=60)),
                ('ledger_seq', models.BigIntegerField(help_text='The entry that records it.')),
                ('stand', models.CharField(choices=[('assent', 'Assent'), ('dissent', 'Dissent')], max_length=10)),
                ('signed', models.BooleanField(help_text='With a passphrase entered again for this one act.')),
                ('reasons', models.TextField(blank=True)),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dissents', to='docket.decision')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concurrences', to='docket.item')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='concurrences', to='docket.proposal')),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='proposal',
            field=models.ForeignKey(help_text='The proposal that a body assented to.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='docket.proposal'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('proposal__isnull', False)), fields=('proposal',), name='a_proposal_decides_once'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='docket.item'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recusal',
            name='recused_person',
            field=models.ForeignKey(help_text='None: whoever holds the post.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='decision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='docket.decision'),
        ),
        migrations.AddField(
            model_name='review',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='docket.item'),
        ),
        migrations.AddField(
            model_name='review',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(install, remove),
    ]
