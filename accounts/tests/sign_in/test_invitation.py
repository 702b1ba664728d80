"""The invitation, whole."""

import pytest

from accounts.members import services as members
from accounts.tests import factories
from messaging.content import rendering
from messaging.delivery import worker
from messaging.models import Message

pytestmark = pytest.mark.django_db
NOW = factories.datetime(2026, 3, 2, 10, tzinfo=factories.UTC)


def invitation(**changed) -> Message:
    lead = factories.lead(factories.practice("St Mary's Surgery"))
    facts = {
        "name": "Asha O'Neill",
        "email": "asha@stmarys.example",
        "role": "clinician",
        "profession": "nurse",
    }
    organisation = lead.memberships.get().organisation
    facts |= {"is_lead": False, "organisation": organisation, "by": lead, "now": NOW}
    members.invite(**facts | changed)
    return Message.objects.get(kind="invitation")


def test_the_invitation_says_where_to_go_and_with_which_address():
    mail = rendering.render_message(invitation(), NOW)
    assert mail.subject == "You can now refer to It’s Your Move"
    assert mail.text == (
        "Hello Asha O'Neill,\n\n"
        "Lee Lead has invited you to refer patients to It’s Your Move for St Mary's Surgery. You will see every "
        "referral from St Mary's Surgery, with patients’ names, contact details and progress.\n\n"
        "What you need to do: open this page and enter your email address, asha@stmarys.example. We’ll send you a "
        "code to sign in with. You do not need a password. The first time, we ask you to accept our terms.\n"
        "http://localhost:8000/sign-in/\n\n"
        "If you did not expect this email, you do not need to do anything. If you have a question, call us on "
        "01632 960 123.\n\n"
        "It’s Your Move\nActive County Partnership\n\nPrivacy, accessibility and complaints: http://localhost:8000/notices/\n"
    )


def test_a_lead_reads_what_else_is_theirs_to_do():
    text = rendering.render_message(invitation(is_lead=True), NOW).text
    assert "You also look after your colleagues’ accounts there" in text


@pytest.mark.parametrize("what", ["came already", "ended", "account closed"])
def test_it_is_not_sent_once_it_says_nothing_new(what):
    message = invitation()
    place = message.user.memberships.get()
    if what == "came already":
        place.last_used_on = NOW.date()
    elif what == "ended":
        place.ended_at, place.ended_because = NOW, "lead"
    else:
        type(message.user).objects.filter(pk=message.user_id).update(is_active=False)
    place.save()
    worker.drain(now=NOW)
    message.refresh_from_db()
    assert message.state == "cancelled"
