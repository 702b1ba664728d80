"""Every mail there is, rendered from its own samples: what holds for all of them."""

import re

import pytest

from messaging import kinds

KINDS = [pytest.param(kind, id=kind.name) for kind in kinds.registered()]
HEALTH = re.compile(r"\bpain|\bhealth|\bill|diagnos|medic|patient|exercis", re.IGNORECASE)
RELATIVE = re.compile(
    r"\b(today|tomorrow|yesterday|tonight|this (morning|afternoon|evening|week))\b", re.IGNORECASE
)


def rendered(kind: kinds.Kind) -> list[kinds.Mail]:
    return [kinds.render(kind, sample) for sample in kind.samples()]


def test_the_kinds_of_the_main_job_are_all_registered():
    assert {
        "sign_in_code",
        "referral_receipt",
        "welcome",
        "placed",
        "reminder_day",
        "reminder_hour",
        "feedback",
        "completion",
        "practice_accepted",
        "practice_declined",
        "practice_finished",
    } <= {kind.name for kind in kinds.registered()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_samples_that_render_whole(kind):
    mails = rendered(kind)
    assert mails
    for mail in mails:
        assert 5 < len(mail.subject) < 80
        assert "\n" not in mail.subject
        for text in (mail.subject, mail.text):
            assert "{{" not in text
            assert "{%" not in text
            assert "None" not in text
            assert "&#" not in text, "an apostrophe was escaped"
            assert "&amp;" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_subject_speaks_of_health(kind):
    for mail in rendered(kind):
        assert not HEALTH.search(mail.subject), mail.subject


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_says_a_day_that_depends_on_when_it_is_read(kind):
    for mail in rendered(kind):
        assert not RELATIVE.search(mail.subject + mail.text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_gives_a_telephone_number(kind, settings):
    for mail in rendered(kind):
        assert settings.SERVICE_PHONE in mail.text
