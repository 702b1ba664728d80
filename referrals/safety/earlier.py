"""Earlier versions of the safety lists and own questions: for the signer, and for answers already given.

Each version says what was different from the one after it: on the left its sentence now, on the right as it was.
"""

from dataclasses import replace

from accounts.clinical_sign_off.health_texts import as_before
from referrals.safety.question_sets import (
    ABSOLUTE,
    BY_CODE,
    CONVERSATION,
    EMERGENCY,
    NOT_CLINICIAN_WORDS,
    RED_FLAGS,
    QuestionSet,
)
from referrals.safety.self_assessment_questions import OWN

_EMERGENCY_2 = {
    "Does the patient have any of these emergency signs?": "Does the person have any of these emergency signs?",
    "Tick any sign that is new or getting worse.": "Each one that is new or getting worse counts.",
    "Stop: this patient needs emergency care now": "Stop: this person needs emergency care now",
    "Call 999, or send the patient to A&E straight away.": "Call 999, or send the person to A&E straight away.",
}
_ABSOLUTE_2 = {
    "Does the patient have any of these conditions?": "Does the person have any of these conditions?",
    "A clinician who knows the patient should answer. If you are not that clinician, say so in your answer.": (
        "A clinician who knows the person should answer. If you are not that clinician, say so in your answer."
    ),
    "You cannot refer this patient now": "This person cannot be referred at the moment",
}
_RED_FLAGS_1 = {
    "Does the patient have any of these red flags?": "Does the person have any of these red flags?",
    "Tick every red flag, even if it is known and has been looked into.": (
        "Each one counts, also when it is known and has been looked into."
    ),
    "New pain in someone aged over 50 or under 20": "New pain in somebody aged over 50 or under 20",
}
_CONVERSATION_1 = {
    "points to discuss": "points",
    "Do any of these apply? They do not stop the referral": (
        "Does any of these apply? They do not stop the referral"
    ),
    "A project officer will speak to the patient first, so that the sessions suit them.": (
        "A project officer speaks with the person first, so that the sessions suit them."
    ),
    "Pregnant, or gave birth recently": "Pregnant, or gave birth lately",
    "No one else at home during the sessions": "Nobody else at home during the sessions",
}
# What could be said to a whole list beside these versions.
ANSWERS = {NOT_CLINICIAN_WORDS: "I am not the clinician: somebody else must answer this"}

# By code: the versions before the one of now, the nearest first.
LISTS: dict[str, tuple[QuestionSet, ...]] = {
    EMERGENCY.code: (replace(as_before(EMERGENCY, _EMERGENCY_2), version=2),),
    ABSOLUTE.code: (replace(as_before(ABSOLUTE, _ABSOLUTE_2), version=2),),
    RED_FLAGS.code: (replace(as_before(RED_FLAGS, _RED_FLAGS_1), version=1),),
    CONVERSATION.code: (replace(as_before(CONVERSATION, _CONVERSATION_1), version=1),),
}

_OWN_2 = {
    (
        "They help us to look after you in the sessions. There are no wrong answers, and this page does not "
        "turn anyone "
        "away. If you are not sure, choose “Not sure”."
    ): (
        "They help us to look after you in the sessions. There are no wrong answers, and nobody is turned away by this "
        "page. If you are not sure, choose “Not sure”."
    ),
    (
        "Do you get pain or tightness in your chest, or a very fast or uneven heartbeat? It may be when you "
        "rest or when you move about."
    ): (
        "Do you get pain or tightness in your chest, or a very fast or uneven heartbeat, when you rest or "
        "when you move "
        "about?"
    ),
    (
        "Do you have new numbness between your legs, new trouble with your bladder or bowels, or new weakness "
        "in your legs?"
    ): (
        "Do you have any of these, and is it new: numbness between your legs, trouble with your bladder or bowels, or "
        "weakness in your legs?"
    ),
    "Has a health professional told you not to exercise, or to do it only with someone watching over you?": (
        "Has a health professional told you not to exercise, or to do it only with somebody watching over you?"
    ),
    "Call 999, or ask someone to take you to A&E straight away. Do not drive yourself.": (
        "Call 999, or have somebody take you to A&E straight away. Do not drive yourself."
    ),
    "Do not wait for an appointment, and do not wait for us to call.": (
        "Do not wait for an appointment, and do not wait for us to ring."
    ),
    "Someone from our team will call you": "Somebody from our team will ring you",
    "A project officer will call you on the same working day. If we are closed, they will call on the next working day.": (
        "A project officer rings you on the same working day or, after hours, on the next."
    ),
    "Do not join a session before we have spoken to you.": (
        "Please do not join a session before we have spoken with you."
    ),
    "Call 999 if you have chest pain now that does not go away, if you faint, or if you cannot get your breath.": (
        "Call 999 if you have chest pain now that does not go away, faint, or cannot get your breath."
    ),
    "A project officer will read what you wrote. They may call you about it.": (
        "A project officer reads what you wrote, and may ring you about it."
    ),
    "We have saved your answers.": "We have kept your answers.",
    "You told us that you are ill with a high temperature. Rest, and do not join a session until it is gone.": (
        "You told us that you are ill with a high temperature. Please rest, and do not join a session until it is gone."
    ),
    "If your health changes, answer these questions again or call us. In an emergency, call 999.": (
        "If your health changes, answer these questions again or ring us. In an emergency, call 999."
    ),
}
OWN_LISTS = (replace(as_before(OWN, _OWN_2), version=2),)


def as_asked(code: str, version: int) -> QuestionSet | None:
    """The list as that version said it, or as it is now if that version is not kept. None for a list of before."""
    kept = {each.version: each for each in LISTS.get(code, ())}
    return kept.get(version, BY_CODE.get(code))
