"""Words with placeholders: how they are filled, and which may not be sent."""

import pytest

from messaging.content import rendering, validation
from messaging.kinds import registry as kinds
from messaging.kinds.placeholders import FIRST_NAME, LINK, SERVICE, Placeholder, fill
from messaging.wording_editor import services as wording_editor

KNOWN = (FIRST_NAME, LINK, Placeholder("day", "the day"), *SERVICE)
VALUES = {"first_name": "Sam", "link": "https://x", "day": "Tuesday 3 March 2026", "phone": "01234"}
GOOD = "Hello {first_name},\n\n{link}\n\n{phone}"
REWORDABLE = [pytest.param(kind, id=kind.name) for kind in kinds.registered() if kind.placeholders]
TEXTED = [pytest.param(kind, id=kind.name) for kind in kinds.registered() if kind.text]


def faults(subject: str = "Your session on {day}", text: str = GOOD) -> validation.Faults:
    return validation.faults_in(subject, text, KNOWN, [VALUES])


def test_good_words_have_no_faults():
    assert faults() == {}


@pytest.mark.parametrize("kind", REWORDABLE)
def test_the_words_that_came_with_the_service_could_be_kept_as_they_are(kind):
    filed = wording_editor.filed(kind)
    assert wording_editor.faults(kind, filed.subject, filed.text) == {}


@pytest.mark.parametrize("kind", TEXTED)
def test_so_could_the_texts_and_nothing_in_their_files_is_decided_elsewhere(kind):
    filed = wording_editor.filed(kind, "text")
    assert wording_editor.faults(kind, "", filed.text, variant="text") == {}
    assert wording_editor.paid_for_as(kind, filed) <= 2
    for sample in kind.samples():
        mail = rendering.text_words(kind, sample, filed)
        assert mail.text == rendering.text_words(kind, sample).text
        assert "{" not in mail.text


@pytest.mark.parametrize("kind", REWORDABLE)
def test_nothing_in_the_files_is_decided_where_an_officer_could_not(kind):
    """Whatever differs from message to message is a placeholder: the file and the words are one."""
    for sample in kind.samples():
        shown = {each.name: each.value(sample) for each in kind.placeholders}
        assert all("{" not in value for value in shown.values())
        mail = rendering.render(kind, sample, words=wording_editor.filed(kind))
        assert mail.text == rendering.render(kind, sample).text
        assert "{" not in mail.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{first_nmae} " + GOOD, "This message has no {first_nmae}. Did you mean {first_name}"),
        ("{pain_score} " + GOOD, "This message has no {pain_score}"),
        ("{first_name.__class__} " + GOOD, "Check line 1"),
        ("{first_name!r} " + GOOD, "Check line 1"),
        ("{0} {} " + GOOD, "Check line 1"),
        (GOOD + "\n{{ first_name }}", "Check line 6"),
        (GOOD + "\n{% now %} }", "Check line 6"),
        (GOOD.replace("{link}", ""), "Include {link}"),
        (GOOD.replace("{phone}", "01632 960000"), "Include {phone}"),
        (GOOD + " See you tomorrow!", "Give the day instead of “tomorrow”"),
        (GOOD + " This evening we meet.", "Give the day instead of “This evening”"),
        (GOOD + "\u202e", "hidden characters"),
        (GOOD + "\x00", "hidden characters"),
        (GOOD + "\ue0f0https://elsewhere.example\ue0f1", "hidden characters"),
        ("  ", "Enter the message"),
    ],
)
def test_a_text_that_may_not_be_sent_says_what_to_do(text, told):
    assert any(told in sentence for sentence in faults(text=text)["text"]), faults(text=text)


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("About your pain, {first_name}", "Take “pain” out"),
        ("Your Healthy day", "Take “Health” out"),
        ("Your session tomorrow", "Give the day"),
        ("Two\nlines", "must be one line"),
        ("{dya}", "Did you mean {day}"),
        ("x" * 81, "It can be 81 characters"),
        ("y" * 70 + "{day}", "It can be 90 characters"),
        ("", "Enter the subject"),
    ],
)
def test_a_subject_that_may_not_be_sent_says_what_to_do(subject, told):
    assert any(told in sentence for sentence in faults(subject)["subject"]), faults(subject)


def test_words_of_other_languages_and_faces_are_no_fault():
    assert faults("Zapraszamy {day} 🌻", GOOD + "\nرسالة شما می‌رسد 👩‍👩‍👧") == {}


def test_values_are_put_in_once():
    assert fill("Hello {a}, {b}", {"a": "{b}", "b": "{a}{c}"}) == "Hello {b}, {a}{c}"


def test_an_empty_value_takes_the_space_beside_it_along():
    values = {"none": "", "name": "Sam "}
    assert (
        fill("{none} From here, {name}.{none}\nWe {none} know. {none}", values)
        == "From here, Sam .\nWe know."
    )
