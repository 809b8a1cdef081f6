"""Amounts of an activity by kind and currency; the last line of a list is found without reading all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0020_forecast_moment'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='money',
            field=models.JSONField(help_text='[{kind, currency, amount, count}]: sums, never converted; null: not said.', null=True),
        ),
        migrations.AlterField(
            model_name='project',
            name='line',
            field=models.PositiveIntegerField(help_text='Of the file, the header being line 1; of XML, which activity it is.'),
        ),
        migrations.AlterField(
            model_name='projectfile',
            name='form',
            field=models.CharField(help_text='csv | xlsx | xml', max_length=4),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['file', 'line'], name='register_pr_file_id_e71164_idx'),
        ),
        migrations.AddIndex(
            model_name='projectquarantined',
            index=models.Index(fields=['file', 'line'], name='register_pr_file_id_bdc2ea_idx'),
        ),
    ]
