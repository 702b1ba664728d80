"""No officers' page about a person, a group or a session is opened without a line on the record of each it names."""

import pytest
from django.contrib import admin
from django.urls import reverse

from messaging.models import Message
from outcomes.tests import factories as outcomes
from participants.models import Participant, RecordAccess
from sessions.models import Attendance
from tests.test_access import STOCK, World, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db
# Lists of people to choose from, and of what is to be sent: docs/security.md says that they are not recorded.
LISTS = (
    "admin:messaging_plan",
    "admin:cohort_sessions_cohort_best",
    "admin:cohort_sessions_cohort_place",
    "admin:participants_safety_facts",
)


def test_every_page_that_names_a_person_is_a_look(world: World):  # noqa: F811
    people = list(Participant.objects.all())
    for number, person in enumerate(people):
        person.given_name, person.family_name = f"Canary{'abcdefghij'[number]}", "Quelchworthy"
        person.save(update_fields=["given_name", "family_name"])
    message = Message.objects.filter(participant__isnull=False).first()
    Message.objects.filter(pk=message.pk).update(channel="letter")
    said = outcomes.feedback(Attendance.objects.get(pk=world.pks["cohort_sessions.attendance"]))
    pks = {
        **world.pks,
        "messaging.message": message.pk,
        "messaging.lettertopost": message.pk,
        "outcomes.feedback": said.pk,
    }
    client = world.client("officer")
    unseen, named_on = [], 0
    for model, model_admin in admin.site._registry.items():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        pk = pks.get(model._meta.label_lower, 987654321)
        pages = [(f"admin:{label}_change", [pk]), (f"admin:{label}_history", [pk])]
        for pattern in model_admin.get_urls():
            if pattern.name and pattern.name.removeprefix(f"{label}_") not in STOCK:
                pages.append((f"admin:{pattern.name}", [pk] * pattern.pattern.regex.groups))
        for name, args in pages:
            before = RecordAccess.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            answer = client.get(reverse(name, args=args))
            if answer.status_code != 200:
                continue
            if answer.streaming or "html" not in answer["Content-Type"]:
                continue
            words = answer.content.decode()
            named = {person.pk for person in people if person.given_name in words}
            looked = set(
                RecordAccess.objects.filter(action="opened", pk__gt=before).values_list(
                    "participant_id", flat=True
                )
            )
            named_on += bool(named)
            if named - looked and name not in LISTS:
                unseen.append((name, sorted(named - looked)))
    assert named_on > 40, "the walk no longer reaches the pages"
    assert unseen == []
