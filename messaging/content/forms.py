"""The base of every form in which an officer writes words that are sent."""

from collections.abc import Callable

from design.forms import WayOutForm
from messaging.content.validation import Faults


class WrittenForm(WayOutForm):
    """A subject and a text that an officer writes, and looks at before anything comes of it."""

    submit, submit_step = "Preview", "look"

    def fits(self, faults_of: Callable[[str, str], Faults]) -> bool:
        """Whether the words may be sent; what is wrong with them stands on the form."""
        if not self.is_valid():
            return False
        faults = faults_of(self.cleaned_data.get("subject", ""), self.cleaned_data["text"])
        for field, sentences in faults.items():
            for sentence in sentences:
                self.add_error(field, sentence)
        return not faults
