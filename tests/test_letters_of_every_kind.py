"""Every message that may go to a person can be set as a letter, from its samples, in large print and as PDF/UA."""

from datetime import UTC, datetime

from messaging.content import links
from messaging.kinds import registry as kinds
from messaging.letters import codes
from messaging.letters import content as letters_content
from messaging.letters import pdf as letter_pdf
from messaging.models import Message
from messaging.tests.letters.test_services import read, sizes, words

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_every_kind_is_set_with_its_code_and_without_its_link():
    sheets, told = [], []
    for kind in kinds.registered():
        if kind.urgent:
            continue
        for sample in kind.samples():
            code = codes.code_of(Message(key=f"note:{len(sheets)}"))
            said = letters_content.of_context(kind, sample, code=code, flagged=True)
            assert links.OPEN not in said.text
            assert code not in said.copy
            told.append((kind.name, said))
            sheets.append(
                letter_pdf.Sheet(
                    len(sheets) + 1, ("Zoë O’Neill", "GL1 2AB"), NOW, said.subject, said.text, said.code, 28
                )
            )
    pdf, refused = letter_pdf.made(sheets)
    assert refused == {}
    assert min(sizes(pdf)) == 16
    text = words(pdf)
    for name, said in told:
        assert said.subject.split()[0] in text
        if said.code:
            assert said.code in text, name
    assert sum(bool(said.code) for _, said in told) > 10
    assert "/sample/" not in text
    assert read(pdf).metadata.title == f"{len(sheets)} letters"
