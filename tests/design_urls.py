"""URLs that exist only under test: every component of the design, blank, filled and with errors."""

from pathlib import Path

from crispy_forms.layout import Layout
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import path

from design import fields
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup, Fieldset, Hint, Inset, Link, Question

YES_NO = [("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")]
LANGUAGES = [("", "Choose a language"), ("cy", "Welsh"), ("pl", "Polish"), ("gu", "Gujarati")]
WAYS = [("phone", "Telephone"), ("email", "Email"), ("letter", "Letter")]
SIGNS = [("fever", "A fever today"), ("chest", "Chest pain when moving"), ("none", "None of these")]
PRACTICES = [
    {"code": "A99901", "name": "Brook Lane Surgery"},
    {"code": "A99902", "name": "Brookfield Health Centre"},
    {"code": "A99903", "name": "O’Neill & Partners, Broom Street"},
]


class EveryComponent(DesignedForm):
    """One question of each kind."""

    given_name = fields.LineField(label="Given name", max_length=40)
    nhs_number = fields.LineField(
        label="Do you know the NHS number?",
        noun="NHS number",
        max_length=20,
        required=False,
        help_text="10 digits, for example 999 000 0018. Leave it empty if you are not sure.",
    )
    practice = fields.LineField(
        label="Registered practice",
        max_length=100,
        help_text="Type its code or part of its name",
        widget=forms.TextInput(attrs={"data-practice-lookup": "/design/practices/"}),
    )
    email = fields.EmailField(label="Email address", required=False)
    date_of_birth = fields.PartsDateField(
        label="Date of birth", help_text="For example, 14 3 1958", latest=2030
    )
    language = fields.SelectField(label="Language", choices=LANGUAGES, noun="a language")
    interpreter = fields.RadioField(
        label="Is an interpreter needed?", choices=YES_NO, noun="yes if an interpreter is needed"
    )
    spoken = fields.LineField(label="Which language?", max_length=40, required=False)
    ways = fields.ChecksField(label="How may we get in touch?", choices=WAYS, noun="a way to get in touch")
    signs = fields.ChecksField(
        label="Does the person have any of these?", choices=SIGNS, noun="any that apply, or none of these"
    )
    weight = fields.LineField(label="Weekly walking", max_length=4, required=False)
    note = fields.LongTextField(
        label="Anything else we should know?", noun="note", max_length=200, required=False
    )
    agreed = fields.ConfirmField(
        label="The person has agreed to this",
        missing="Confirm that the person has agreed",
        help_text="Without it we cannot go on.",
    )
    version = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)

    def layout(self):
        return Layout(
            Fieldset(
                "About the person",
                "given_name",
                Question("nhs_number", width=10),
                Question("practice", size="s"),
                "email",
                Question("date_of_birth", size="s"),
                hint="As they are known to the practice",
            ),
            Fieldset(
                "What they need",
                "language",
                Question(
                    "interpreter",
                    reveals={"yes": ["spoken"]},
                    hints={"unsure": "We will ask the person"},
                    divider="unsure",
                ),
                Question("ways", inline=True),
                Question("signs", size="s", exclusive="none"),
                Question("weight", width=3, suffix="minutes"),
                Hint("Only what helps us look after them."),
                "note",
            ),
            Inset("Ring 999 if someone is in danger now."),
            "agreed",
            ButtonGroup(
                Button("Save and continue"),
                Button("Save for later", name="later", value="1", kind="secondary"),
                Button("Throw away", name="drop", value="1", kind="warning"),
                Link("Cancel", "/design/"),
            ),
        )

    def clean(self):
        if self.cleaned_data.get("given_name") == "Nobody":
            raise ValidationError("This person cannot be referred")


class OneQuestion(DesignedForm):
    """A page whose question is its heading."""

    coming = fields.RadioField(
        label="Are you coming on Tuesday?", choices=YES_NO, noun="yes if you are coming"
    )

    def layout(self):
        return Layout(Question("coming", heading=True, caption="Session 3 of 10"), Button("Send my answer"))


FILLED = {
    "given_name": "Aoife O’Neill",
    "date_of_birth": "1958-03-14",
    "interpreter": "yes",
    "spoken": "Irish",
    "ways": ["phone", "letter"],
    "signs": ["none"],
    "note": "Lives alone.\nHas a dog.",
}


def show(request, name, context):
    """Draw one of the templates beside this file."""
    source = (Path(__file__).parent / "design_pages" / f"{name}.html").read_text(encoding="utf-8")
    return HttpResponse(engines["django"].from_string(source).render(context, request))


def components(request, state):
    """Show the big form: blank, filled, or what was posted."""
    initial = FILLED | {"date_of_birth": fields.datetime.date(1958, 3, 14)} if state == "filled" else {}
    form = EveryComponent(request.POST) if request.method == "POST" else EveryComponent(initial=initial)
    if form.is_bound and form.is_valid():
        return show(request, "done", {"cleaned": form.cleaned_data})
    return show(request, "form", {"form": form, "back_url": "/design/blank/"})


def question(request):
    """Show the one-question page."""
    form = OneQuestion(request.POST or None)
    form.is_valid()
    return show(request, "question", {"form": form})


class Person(str):
    """Somebody who has signed in, as far as a template can tell."""

    is_authenticated = True


def signed_in(request):
    """Show the page of somebody who has signed in, with a menu, without needing an account."""
    person = Person("Sam O’Brien")
    menu = [{"label": "Referrals", "url": "/design/blank/", "current": True}]
    menu.append({"label": "New referral", "url": "/design/filled/", "current": False})
    source = (Path(__file__).parent / "design_pages" / "parts.html").read_text(encoding="utf-8")
    context = {"request": {"user": person}, "navigation": menu, "back_url": "/design/blank/"}
    return HttpResponse(engines["django"].from_string(source).render(context))


def page(request, name):
    """Show a page that has no form, or an error page by its number."""
    if name.isdecimal():
        return HttpResponse(render_to_string(f"{name}.html"), status=int(name))
    if name == "parts":
        messages.success(request, "Referral sent. A receipt is on its way to your practice.")
        messages.warning(request, "One session falls on a bank holiday.")
    return show(request, name, {})


def practices(request):
    """Answer the practice look-up as the real address does."""
    asked = request.GET.get("q", "").lower()
    return JsonResponse({"practices": [p for p in PRACTICES if asked in f"{p['code']} {p['name']}".lower()]})


urlpatterns = [
    path("design/signed-in/", signed_in),
    path("sign-out/", page, {"name": "done"}, name="sign_out"),
    path("second-step/", page, {"name": "done"}, name="second_step"),
    path("design/practices/", practices),
    path("design/question/", question),
    path("design/page/<slug:name>/", page),
    path("design/<slug:state>/", components),
]
