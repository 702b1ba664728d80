"""The table of the person's own answers (docs/domain.md 2.4): every combination, not a sample."""

from itertools import product

import pytest

from accounts.tests.factories import sign_in
from referrals import safety
from referrals.safety import Effect, self_assessment_questions

CODES = [asked.code for asked in safety.OWN.questions]
ALL_NO = dict.fromkeys(CODES, self_assessment_questions.NO)
EXPECTED = {
    "chest": Effect.HOLD,
    "faint": Effect.HOLD,
    "breath": Effect.HOLD,
    "told": Effect.RING,
    "numb": Effect.EMERGENCY,
    "fever": Effect.NOT_TODAY,
    "since": Effect.RING,
    "birth": Effect.RING,
}


def strictness(led: safety.OwnRoute) -> int:
    order = [None, *reversed(safety.STRICTEST_FIRST)]
    return order.index(led.strictest)


def consequences(led: safety.OwnRoute) -> set[str]:
    found = {name for name in ("is_emergency", "holds", "wants_clearance") if getattr(led, name)}
    return found | {f"{effect}:{code}" for effect, codes in led.raised.items() for code in codes}


def test_all_no_and_no_words_raises_nothing():
    led = safety.route_own(ALL_NO)
    assert (led.strictest, led.holds, led.wants_clearance) == (None, False, False)


@pytest.mark.parametrize("reply", [self_assessment_questions.YES, self_assessment_questions.UNSURE])
@pytest.mark.parametrize(("code", "effect"), EXPECTED.items())
def test_each_question_leads_where_the_table_says_and_not_sure_counts_as_yes(code, effect, reply):
    led = safety.route_own(ALL_NO | {code: reply})
    assert led.strictest == effect
    assert led.raised == {effect: (code,)}
    assert led.holds is (effect in (Effect.EMERGENCY, Effect.HOLD))
    assert led.wants_clearance is (effect != Effect.NOT_TODAY)


def test_words_are_read_by_an_officer_and_blank_ones_are_none():
    assert safety.route_own(ALL_NO, words="I use a stick").strictest == Effect.READ
    assert safety.route_own(ALL_NO, words=" \n").strictest is None


def test_no_combination_is_less_strict_than_any_of_its_answers():
    """All 13,122 ways to answer: what one answer leads to, every combination with it leads to as well."""
    replies = [self_assessment_questions.YES, self_assessment_questions.NO, self_assessment_questions.UNSURE]
    alone = {
        (code, reply): safety.route_own(ALL_NO | {code: reply}) for code in CODES for reply in replies
    } | {
        (self_assessment_questions.WORDS, words): safety.route_own(ALL_NO, words=words)
        for words in ("", "a word")
    }
    strict_alone = {key: (strictness(led), consequences(led)) for key, led in alone.items()}
    for words in ("", "a word"):
        for said in product(replies, repeat=len(CODES)):
            led = safety.route_own(dict(zip(CODES, said, strict=True)), words=words)
            strict, follows = strictness(led), consequences(led)
            for key in [*zip(CODES, said, strict=True), (self_assessment_questions.WORDS, words)]:
                assert strict >= strict_alone[key][0]
                assert follows >= strict_alone[key][1]


def test_leaving_answers_out_never_hides_an_emergency():
    led = safety.route_own({"numb": self_assessment_questions.YES})
    assert led.is_emergency
    assert led.holds


def test_nothing_routes_to_a_decline_and_every_effect_has_a_rule_and_words():
    assert set(EXPECTED.values()) | {Effect.READ} == set(safety.STRICTEST_FIRST)
    for effect in safety.STRICTEST_FIRST:
        rule = safety.TABLE[effect]
        assert "declin" not in f"{rule.answer} {rule.does}".lower()
    assert set(safety.OWN.said_after) == {*safety.STRICTEST_FIRST, None} - {Effect.NOT_TODAY}


def test_the_words_are_our_own_plain_and_clear_nobody():
    said = " ".join(
        [safety.OWN.title, safety.OWN.intro, safety.OWN.always, safety.OWN.fever]
        + [part for advice in safety.OWN.said_after.values() for part in (advice.title, *advice.steps)]
        + [asked.words for asked in safety.OWN.questions]
    ).lower()
    for never in (
        "cleared",
        "clearance",
        "fit to",
        "safe to",
        "passed",
        "par-q",
        "ready to become",
        "eligible",
    ):
        assert never not in said


@pytest.mark.django_db
def test_the_one_page_table_has_every_question_and_what_it_does(cast, client):
    sign_in(client, cast.officer)
    page = client.get("/admin/referrals/safetystop/routing/").content.decode()
    for asked in (*safety.OWN.questions, safety.OWN.anything_else):
        assert f"{asked.number}. {asked.words[:30]}" in page
    assert "call 999 or go to A&amp;E now" in page
