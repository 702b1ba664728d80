"""The markup of each component: names, descriptions and errors tied to their boxes."""

import re

import pytest
from crispy_forms.layout import Layout
from crispy_forms.utils import render_crispy_form
from django.template.loader import render_to_string
from django.test import RequestFactory

from design.fields import RadioField
from design.forms import DesignedForm
from design.layout import Question
from design.templatetags.design import dialled
from tests.design_urls import EveryComponent, OneQuestion, signed_in

pytestmark = pytest.mark.urls("tests.design_urls")


def tag(html: str, identity: str) -> str:
    found = re.search(rf'<[a-z]+\s[^>]*\bid="{identity}"[^>]*>', html)
    assert found, f"nothing has the id {identity}"
    return found[0]


def fieldset_of(html: str, words: str) -> str:
    """The opening tag of the fieldset whose legend holds these words."""
    return re.findall(r"<fieldset[^>]*>", html[: html.index(words)])[-1]


@pytest.fixture
def blank() -> str:
    return render_crispy_form(EveryComponent())


@pytest.fixture
def wrong() -> str:
    form = EveryComponent(
        {"date_of_birth_day": "14", "date_of_birth_month": "3", "note": "<script>", "email": "no"}
    )
    form.is_valid()
    return render_crispy_form(form)


def test_the_browser_does_not_check_the_form_itself(blank):
    assert '<form method="post" novalidate>' in blank
    assert "required" not in blank


def test_every_id_is_used_once_and_every_description_exists(blank, wrong):
    for html in (blank, wrong):
        ids = re.findall(r'\bid="([^"]*)"', html)
        assert len(ids) == len(set(ids))
        for described in re.findall(r'aria-describedby="([^"]*)"', html):
            assert set(described.split()) <= set(ids)
        for wanted in re.findall(r'<label[^>]* for="([^"]*)"', html):
            assert wanted in ids


def test_a_box_is_described_by_its_hint_and_then_its_error(wrong):
    box = tag(wrong, "id_practice")
    assert 'aria-describedby="id_practice_helptext id_practice_error"' in box
    assert 'aria-invalid="true"' in box
    assert "nhsuk-input--error" in box
    assert "Enter the registered practice" in wrong


def test_a_box_without_hint_or_error_is_described_by_nothing(blank):
    assert "aria-" not in tag(blank, "id_given_name")


def test_an_answer_of_nothing_is_no_divider_and_clears_nothing():
    class Open(DesignedForm):
        known = RadioField(label="Known?", choices=[("yes", "Yes"), ("", "Not known yet")], required=False)

        def layout(self):
            return Layout(Question("known", inline=True))

    html = render_crispy_form(Open())
    assert "Not known yet" in html
    assert "__divider" not in html
    assert "data-exclusive" not in html


def test_a_group_carries_the_description_on_its_fieldset(wrong):
    assert 'aria-describedby="id_ways_error"' in fieldset_of(wrong, "How may we get in touch?")
    date = fieldset_of(wrong, "Date of birth")
    assert 'role="group"' in date
    assert 'aria-describedby="id_date_of_birth_helptext id_date_of_birth_error"' in date
    assert "aria-describedby" not in tag(wrong, "id_ways_0")


def test_only_the_wrong_part_of_a_date_is_marked_and_the_rest_is_kept(wrong):
    assert "nhsuk-input--error" in tag(wrong, "id_date_of_birth_year")
    assert "nhsuk-input--error" not in tag(wrong, "id_date_of_birth_day")
    assert 'value="14"' in tag(wrong, "id_date_of_birth_day")
    assert 'inputmode="numeric"' in tag(wrong, "id_date_of_birth_day")


def test_what_was_typed_comes_back_and_cannot_become_markup(wrong):
    assert "&lt;script&gt;" in wrong
    assert "<script" not in wrong


def test_an_answer_can_carry_a_hint_and_a_follow_up_question(blank):
    assert 'data-reveals="id_interpreter_0_reveal"' in tag(blank, "id_interpreter_0")
    follow_up = blank[blank.index('id="id_interpreter_0_reveal"') :]
    assert 'id="id_spoken"' in follow_up[: follow_up.index("id_interpreter_1")]
    assert 'aria-describedby="id_interpreter_2_hint"' in tag(blank, "id_interpreter_2")
    assert "data-exclusive" in tag(blank, "id_signs_2")
    assert "data-exclusive" not in tag(blank, "id_signs_0")


def test_nothing_is_styled_or_scripted_in_the_markup(blank, wrong):
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script", blank + wrong)


def test_a_hidden_field_is_drawn_once(blank):
    assert blank.count('name="version"') == 1


def test_a_question_can_be_the_heading_of_its_page():
    html = render_crispy_form(OneQuestion())
    assert html.count("<h1") == 1
    assert re.search(
        r"<legend[^>]*><h1[^>]*><span[^>]*>Session 3 of 10 </span>Are you coming on Tuesday\?</h1>", html
    )


def test_the_error_summary_leads_to_the_first_thing_to_mend():
    form = EveryComponent({"date_of_birth_day": "14", "given_name": "Nobody"})
    html = render_to_string("base.html", {"form": form, "request": RequestFactory().get("/")})
    assert "<title>Error: " in html
    summary = html[html.index("nhsuk-error-summary") :]
    assert 'role="alert"' in summary
    assert "There is a problem" in summary
    assert '<a href="#id_date_of_birth_month">Date of birth must include a month and year</a>' in summary
    assert '<a href="#id_interpreter_0">Select yes if an interpreter is needed</a>' in summary
    assert '<a href="#id_practice">Enter the registered practice</a>' in summary
    assert "<li>This person cannot be referred</li>" in summary


def test_a_page_without_errors_has_no_summary():
    html = render_to_string("base.html", {"form": EveryComponent(), "request": RequestFactory().get("/")})
    assert "<title>Welcome – " in html
    assert "nhsuk-error-summary" not in html


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503, "503_crowd"])
def test_an_error_page_stands_alone_and_says_whom_to_ring(status, settings):
    html = render_to_string(f"{status}.html")
    assert html.count("<h1") == 1
    assert f'href="{dialled(settings.SERVICE_PHONE)}"' in html
    assert settings.ORG_NAME in html


def test_a_link_page_has_no_menu_and_is_not_indexed(rf):
    html = render_to_string("base_link.html", {}, request=rf.get("/"))
    assert "noindex" in html
    assert "app-nav" not in html


def test_signing_out_is_a_button_that_posts(rf):
    html = signed_in(rf.get("/design/signed-in/")).content.decode()
    assert re.search(r'<form method="post" action="/sign-out/">.*?<button[^>]*>Sign out</button>', html, re.S)
    assert 'href="/design/blank/" aria-current="page">Referrals</a>' in html
    assert re.search(
        r'<nav aria-label="Back"><a class="nhsuk-back-link" href="/design/blank/">Back</a></nav>', html
    )
