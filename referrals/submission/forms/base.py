"""One page of a referral: some of its questions, filled from what was typed into the draft so far."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from crispy_forms.layout import Layout
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from core.dates import LONDON
from design.forms import DesignedForm
from design.layout import Button, ButtonGroup
from referrals import safety
from referrals.models.draft import Typed

YES_OR_NO = [("yes", "Yes"), ("no", "No")]


class Page(DesignedForm):
    """One of the pages. `name` stands in its address."""

    name = ""
    title = ""
    submit = "Continue"

    def __init__(self, *args: Any, user: User, now: datetime, typed: Typed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.typed = typed  # everything that was typed into the draft so far, also on the other pages
        self.today = now.astimezone(LONDON).date()
        self.arrange()

    def arrange(self) -> None:
        """What depends on who asks, when, and on what was typed on the other pages."""

    def questions(self) -> list:
        """The questions in their order and look."""
        return list(self.fields)

    def stops(self) -> list[safety.Stop]:
        """The safety lists that stop the referral by what this page says; for any page without such a question none."""
        return []

    def layout(self) -> Layout:
        later = Button("Save and finish later", name="save", value="1", kind="secondary")
        return Layout(*self.questions(), ButtonGroup(Button(self.submit), later))

    @classmethod
    def judged(cls, typed: Typed, *, user: User, now: datetime) -> Self:
        """The page with what was typed, to be validated."""
        return cls(cls.own(typed), user=user, now=now, typed=typed)

    @classmethod
    def refilled(cls, typed: Typed, *, user: User, now: datetime) -> Self:
        """The page with what was typed, not yet judged."""
        data = cls.own(typed)
        who: dict[str, Any] = {"user": user, "now": now, "typed": typed}
        if not data:
            return cls(**who)
        asked = cls(**who).fields
        # A question of which nothing was typed keeps what the page itself would fill in.
        typed_of = {
            name: field
            for name, field in asked.items()
            if any(box == name or box.startswith(f"{name}_") for box in data)
        }
        initial = {name: field.widget.value_from_datadict(data, {}, name) for name, field in typed_of.items()}
        return cls(initial=initial, **who)

    @classmethod
    def own(cls, typed: Typed) -> MultiValueDict:
        """Of everything that was typed, the answers to this page's questions."""
        return MultiValueDict({box: list(values) for box, values in typed.items() if cls.asks(box)})

    @classmethod
    def asks(cls, box: str) -> bool:
        """Whether the box of this name belongs to this page; a date has three boxes."""
        fields: Iterable[str] = cls.base_fields
        return any(box == field or box.startswith(f"{field}_") for field in fields)

    def facts(self) -> dict[str, object]:
        """What `services.submit` wants to know from this page, once it is valid."""
        return dict(self.cleaned_data)
