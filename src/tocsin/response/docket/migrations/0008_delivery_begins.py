"""Messages delivered before ways were kept are not sent again; every clock is looked at by the next tick."""

from django.db import migrations
from django.db.models import F


def begin(apps, schema_editor):
    apps.get_model("docket", "Message").objects.exclude(delivered_at=None).update(spread_at=F("delivered_at"))
    apps.get_model("docket", "Item").objects.exclude(state="closed").update(next_due=F("opened_at"))


class Migration(migrations.Migration):
    dependencies = [("docket", "0007_delivery")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
