"""Officers' pages about what a programme's ten sessions are about."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.admin import AdminPages
from design.fields import LineField, LongTextField
from participants.record_form import RecordForm, said
from sessions.models import Programme
from sessions.programmes import session_content as contents_services
from sessions.programmes.session_content import WRITTEN, Topic, contents_of, resource_address


class ContentForm(RecordForm):
    title = LineField(
        label="What it is about",
        noun="what it is about",
        max_length=100,
        help_text="People in the session see this on their own page.",
    )
    plan = LongTextField(
        label="Plan for the instructor (optional)",
        noun="the plan",
        max_length=2000,
        rows=8,
        required=False,
        help_text="Only officers and instructors see this.",
    )
    resource_name = LineField(
        label="Name of the material (optional)",
        noun="the name of the material",
        max_length=100,
        required=False,
        help_text="A handout or a film, for example. People see the name as a link.",
    )
    resource_url = LineField(
        label="Web address of the material (optional)",
        noun="the web address",
        max_length=500,
        required=False,
        help_text="It must begin with https://",
    )

    def clean_resource_url(self) -> str:
        address = self.cleaned_data["resource_url"]
        return address and said(resource_address, address)

    def clean(self) -> dict:
        name, address = (self.cleaned_data.get(each) for each in ("resource_name", "resource_url"))
        if name and address == "":
            self.add_error("resource_url", "Enter the web address of the material, or delete its name")
        if address and name == "":
            self.add_error("resource_name", "Enter the name of the material, or delete its web address")
        return self.cleaned_data


class ContentPages(AdminPages[Programme]):
    def contents(self, request: HttpRequest, pk: int) -> HttpResponse:
        programme = self.find(request, pk)
        title, ten = f"Session topics: {programme}", contents_of(programme).values()
        return self.show(request, "programme/contents", title, programme=programme, ten=ten)

    def content(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        programme = self.find(request, pk)
        topic = contents_of(programme).get(number)
        if topic is None:
            raise Http404
        way_out = reverse("admin:cohort_sessions_programme_contents", args=[programme.pk])
        if request.method != "POST":
            return self._content(request, programme, topic, _form_of(topic, way_out))
        form = ContentForm(request.POST, way_out=way_out)
        if form.is_valid():
            told = {name: form.cleaned_data[name] for name in form.changed()}
            with form.refusals():
                contents_services.write_content(programme=programme, number=number, changes=told)
                self.message_user(request, f"Saved for session {number}.")
                return redirect(way_out)
        return self._content(request, programme, topic, form)

    def _content(
        self, request: HttpRequest, programme: Programme, topic: Topic, form: ContentForm
    ) -> HttpResponse:
        title = f"Session {topic.number} of {programme}"
        return self.show(
            request,
            "programme/content",
            title,
            programme=programme,
            topic=topic,
            form=form,
        )


def _form_of(topic: Topic, way_out: str) -> ContentForm:
    known = {name: getattr(topic, name) for name in WRITTEN} | {"title": topic.heading}
    return ContentForm.of(known, way_out=way_out)
