import pytest

from messaging.content import links, secrets


def test_a_secret_is_sealed_and_opened_again():
    sealed = secrets.seal("KLM-42Z é")
    assert b"KLM" not in sealed
    assert secrets.open(sealed) == secrets.open(memoryview(sealed)) == "KLM-42Z é"
    assert secrets.seal("KLM-42Z é") != sealed


def test_a_secret_of_another_key_or_none_cannot_be_opened(settings):
    sealed = secrets.seal("KLM-42Z")
    settings.MESSAGE_KEY = "another key"
    for wrong in (sealed, sealed[:-1] + b"x", b"", None):
        with pytest.raises(secrets.CannotBeOpened):
            secrets.open(wrong)


def test_a_link_has_three_faces(settings):
    settings.SITE_ORIGIN = "https://iym.example/"
    text = f"Answer here:\n{links.personal_link('/s/abc/')}\nor ring us."
    assert links.whole(text) == "Answer here:\nhttps://iym.example/s/abc/\nor ring us."
    assert links.hidden(text) == "Answer here:\n[personal link]\nor ring us."
    assert links.left_out(text) == "Answer here:\nor ring us."


@pytest.mark.parametrize("name", ["\ue0f0", "\ue0f1", "\ue0f0\ue0f1", "\ue0f1\ue0f0"])
def test_no_name_can_uncover_a_link(name):
    text = f"{name} {links.personal_link('/s/abc/')} {name} {links.personal_link('/s/def/')} {name}"
    assert "abc" not in links.hidden(text)
    assert "def" not in links.hidden(text)
