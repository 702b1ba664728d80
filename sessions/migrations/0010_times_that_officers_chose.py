"""What officers had changed from the handbook's starting points becomes a line of the programme's timetable."""

from datetime import time

from django.db import migrations
from django.db.models.functions import Now

WAYS = ["email", "sms", "phone"]


def carry_over(apps, schema_editor):
    programmes = apps.get_model("cohort_sessions", "Programme").objects
    lines = apps.get_model("cohort_sessions", "MessageTime").objects
    for programme in programmes.exclude(reminder_day_time=time(10)):
        lines.create(
            programme=programme,
            kind="reminder_day",
            anchor="session_day",
            days=1,
            at=programme.reminder_day_time,
            until="next",
            ways=WAYS,
            repeats=[],
            changed_at=Now(),
        )
    for programme in programmes.exclude(first_nudge_hours=24, second_nudge_hours=60):
        lines.create(
            programme=programme,
            kind="offer_nudge",
            anchor="offered",
            until="answer",
            ways=WAYS,
            repeats=[programme.first_nudge_hours, programme.second_nudge_hours],
            changed_at=Now(),
        )


def carry_back(apps, schema_editor):
    for line in apps.get_model("cohort_sessions", "MessageTime").objects.filter(programme__isnull=False):
        programme = line.programme
        if line.kind == "reminder_day":
            programme.reminder_day_time = line.at
        elif line.kind == "offer_nudge" and len(line.repeats) > 1:
            programme.first_nudge_hours, programme.second_nudge_hours = line.repeats[:2]
        programme.save()


class Migration(migrations.Migration):

    dependencies = [
        ("cohort_sessions", "0009_message_times"),
    ]

    operations = [migrations.RunPython(carry_over, carry_back)]
