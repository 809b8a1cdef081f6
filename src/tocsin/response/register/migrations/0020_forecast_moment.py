"""When a forecast came true, to the moment, where the chain of an exercise tells it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0019_at_hand'),
    ]

    operations = [
        migrations.AddField(
            model_name='forecastend',
            name='happened_at',
            field=models.DateTimeField(help_text='The moment, where a chain tells it.', null=True),
        ),
    ]
