"""Every mail there is, rendered from its own samples: what holds for all of them."""

import re

import pytest

from messaging.content import gsm, links, rendering
from messaging.content import html as html_content
from messaging.kinds import registry as kinds

KINDS = [pytest.param(kind, id=kind.name) for kind in kinds.registered()]
HEALTH = re.compile(r"\bpain|\bhealth|\bill|diagnos|medic|patient|exercis", re.IGNORECASE)
RELATIVE = re.compile(
    r"\b(today|tomorrow|yesterday|tonight|this (morning|afternoon|evening|week))\b", re.IGNORECASE
)


def rendered(kind: kinds.MessageKind) -> list[rendering.Mail]:
    return [rendering.render(kind, sample) for sample in kind.samples()]


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
        "programme_finished",
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
def test_a_button_says_what_it_does(kind):
    for mail in rendered(kind):
        for generic in (html_content.PERSONAL, html_content.OTHER):
            assert f">{generic}<" not in mail.html
        assert 'class="button"' in mail.html or not kind.button


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_ends_with_where_privacy_and_complaints_are_explained(kind, settings):
    for mail in rendered(kind):
        assert mail.text.endswith(
            f"\n\nPrivacy, accessibility and complaints: {settings.SITE_ORIGIN}/notices/\n"
        )
        assert ">Privacy, accessibility and complaints</a>" in mail.html


@pytest.mark.parametrize("kind", KINDS)
def test_no_subject_speaks_of_health(kind):
    for mail in rendered(kind):
        assert not HEALTH.search(mail.subject), mail.subject


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_says_a_day_that_depends_on_when_it_is_read(kind):
    for mail in rendered(kind):
        assert not RELATIVE.search(mail.subject + mail.text)


@pytest.mark.parametrize("kind", [each for each in KINDS if each.values[0].text])
def test_a_text_is_short_in_cheap_letters_and_speaks_of_no_illness(kind, settings):
    for sample in kind.samples():
        if "link" in sample:  # as long as real ones are
            sample["link"] = links.marked(f"https://its-your-move.partnership.example/s/{'x' * 43}/")
        words = rendering.text_words(kind, sample)
        assert gsm.length(words.text) <= 306, words.text
        assert settings.SERVICE_PHONE in words.text
        assert not HEALTH.search(words.text.replace(settings.SERVICE_NAME, ""))
        assert not RELATIVE.search(words.text)
        assert sample["first_name"] not in words.text, "others may read what lies on a telephone"
        assert "xxx" not in words.copy


def test_the_kinds_that_may_go_by_text_are_those_that_cannot_wait():
    assert {kind.name for kind in kinds.registered() if kind.text} == {
        "reminder_day",
        "reminder_hour",
        "offer",
        "offer_nudge",
        "session_moved",
        "session_cancelled",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_gives_a_telephone_number(kind, settings):
    for mail in rendered(kind):
        assert settings.SERVICE_PHONE in mail.text
