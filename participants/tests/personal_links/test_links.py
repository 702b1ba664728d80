import re

from participants.personal_links.links import digest_of, token_for


def test_a_token_is_256_bits_that_fit_an_address():
    token = token_for(purpose="answer", link_id=1, version=1)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert token_for(purpose="answer", link_id=1, version=1) == token  # a re-send carries the same address


def test_every_link_purpose_version_and_key_has_a_token_of_its_own(settings):
    tokens = {
        token_for(purpose=purpose, link_id=link, version=version)
        for purpose in ("answer", "feedback")
        for link in range(50)
        for version in (1, 2)
    }
    assert len(tokens) == 200
    settings.LINK_KEY = "another key"
    assert token_for(purpose="answer", link_id=1, version=1) not in tokens


def test_what_is_stored_does_not_open_the_link():
    token = token_for(purpose="answer", link_id=1, version=1)
    assert token not in digest_of(token)
    assert re.fullmatch(r"[0-9a-f]{64}", digest_of(token))
