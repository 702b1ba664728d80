"""How to talk with a person about the programme, and the leaflet for them: versioned words, signed off by a clinician.

A change of wording is a new version, and `earlier` has what each sentence said before. Names, numbers and the age limit
are settings: `{name}`, `{phone}`, `{email}` and `{minimum_age}` stand for them. Sources: NICE guideline NG193, the
programme's own announcement, and the safety lists of `referrals.safety`; the ways of saying it are our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

TALK_VERSION, LEAFLET_VERSION = 2, 2
TALK_KEY, LEAFLET_KEY = "guidance_talk", "guidance_leaflet"  # among the health texts


@dataclass(frozen=True)
class Saying:
    """Words that a professional may use, and why they help."""

    when: str
    words: str
    why: str


@dataclass(frozen=True)
class Section:
    """A heading with its sentences: paragraphs, or a list where `listed`."""

    title: str
    lines: tuple[str, ...]
    listed: bool = False
    urgent: bool = False


@dataclass(frozen=True)
class Picture:
    """One idea of the Easy Read leaflet: a picture (static/leaflet/) with what it shows, and a short sentence."""

    file: str
    shows: str
    words: str


@dataclass(frozen=True)
class Page:
    """A page of the Easy Read leaflet."""

    title: str
    pictures: tuple[Picture, ...]


ABOUT = Section(
    "What it is",
    (
        (
            "{name} is 10 supervised movement sessions for a small group of people who live with "
            "persistent pain. Everyone joins by video call, from home."
        ),
        (
            "An instructor leads every session, and there is time to talk to the others. People "
            "can sit down, keep their camera off and go at their own pace. They need no "
            "equipment."
        ),
        (
            "NICE recommends offering a supervised group exercise programme to people who have chronic primary "
            "pain, and "
            "taking their needs, preferences and abilities into account (NG193, 1.2.1)."
        ),
    ),
)
SUITS = Section(
    "Who it suits",
    (
        "People aged {minimum_age} or over who have had pain for three months or more.",
        "People who want to try it, after you have talked about it together.",
        "People who are out of practice, wary of moving, or not comfortable in a gym or a hospital.",
        "People who have never used a video call: we try one with them first. Say so on the form.",
    ),
    listed=True,
)
NOT_NOW = Section(
    "When to wait",
    (
        (
            "The form has 4 short safety lists. Some answers stop a referral and say what to "
            "do instead. Some ask whether a clinician has looked at it. Some mean that we speak "
            "to the patient first."
        ),
        (
            "If you are not a clinician, you can ask one to answer the lists. You name them, and they "
            "answer on a page of their own."
        ),
    ),
)
TALK = (
    Saying(
        "Start with what matters to them",
        "“What would you like to be able to do again, or do more easily?”",
        "Seeing friends, managing alone, feeling brighter, getting up the stairs: their own "
        "reason counts for more than ours. We ask them the same question.",
    ),
    Saying(
        "Ask before you suggest",
        "“Would it be all right if we talked about moving a little more?”",
        "Someone who has been told to exercise many times may expect to be told off. A question "
        "leaves the choice with them.",
    ),
    Saying(
        "Say that you believe their pain",
        "“Your pain is real, and it is not your fault.”",
        "Talking about activity can sound as if you doubt their pain. Say this first.",
    ),
    Saying(
        "Let them talk about their fear of moving",
        "“Many people are wary of moving when it hurts. That makes sense. What worries you most about it?”",
        "Fear is a sensible answer to pain, not a lack of will. Listen first. Then say what is "
        "safe for this patient.",
    ),
    Saying(
        "Be honest about soreness",
        "“Some people feel sore for a while after moving in a new way. That does not have to mean harm. You "
        "start small, "
        "and the instructor helps you to find what suits you.”",
        "A flare-up is less worrying if they expect it. Ask them to tell you or us about anything "
        "new or severe.",
    ),
    Saying(
        "Recommend it, and leave the choice to them",
        "“I can recommend this. It is up to you. Shall I refer you, so that someone can call you?”",
        "This is a recommendation and not a prescription. We ask them again whether they want to "
        "take part before anything starts.",
    ),
    Saying(
        "Say what makes it easy",
        (
            "“You stay at home. You can sit down, keep your camera off, and stop whenever you like. You need no "
            "equipment.”"
        ),
        "People who do not feel comfortable in a gym or a hospital need to hear this first.",
    ),
    Saying(
        "Accept it if they say no",
        "“That is fine. If you change your mind, tell me.”",
        "If you do not press them, they can still say yes later.",
    ),
)
INSTEAD = (
    ("move more, be active", "exercise, workout"),
    ("sore for a while, a flare-up", "damage, wear and tear"),
    ("at your own pace", "push through it, no pain no gain"),
    ("it did not suit you this time", "you failed, you dropped out"),
)
AFTER = Section(
    "What happens after a referral",
    (
        "You get a reference straight away, and text to copy into the patient’s record.",
        (
            "A project officer reads the referral, usually within 2 working days, and writes to tell "
            "you whether it is accepted."
        ),
        (
            "We contact the patient and ask whether they would like to take part, and what would help them take "
            "part. If we cannot reach them, we ask you for another number."
        ),
        "They wait for a place in a group. Then we tell them their 10 dates.",
        "We tell you when they start, and how it went.",
    ),
    listed=True,
)

LEAFLET_TITLE = "10 friendly movement sessions, from home"
LEAFLET = (
    Section(
        "What is {name}?",
        (
            (
                "10 sessions of gentle movement, once a week, with a small group of people who "
                "also live with pain that does not go away. You join by video call, from home. An "
                "instructor leads each session."
            ),
        ),
    ),
    Section(
        "Will it suit me?",
        (
            "You can sit down or stand.",
            "You can keep your camera off.",
            "You go at your own pace, and stop or rest whenever you like.",
            "You need no equipment and no special clothes.",
            "Never used a video call? We try one with you first.",
        ),
        listed=True,
    ),
    Section(
        "What if it hurts?",
        (
            (
                "Your pain is real, and it is not your fault. Many people are wary of moving when "
                "it hurts, and that makes sense. You start small, and the instructor helps you to "
                "find what suits you."
            ),
            (
                "Some people feel sore for a while after moving in a new way. We’ll ask you how it was after each "
                "session."
            ),
        ),
    ),
    Section(
        "What happens next?",
        (
            "Someone from our team contacts you.",
            ("We ask what matters to you, what helps you to take part, and some questions to keep you safe."),
            "You choose. It is fine to say no, now or later.",
            "When there is a place in a group, we send you your 10 dates.",
        ),
        listed=True,
    ),
    Section(
        "Get help straight away",
        (
            (
                "Do you have new numbness between your legs, new trouble with your bladder or bowel, or new weakness "
                "in your "
                "legs? Call 999 or go to A&E now."
            ),
            "If anything else about your health worries you, ask your GP practice or call 111.",
        ),
        urgent=True,
    ),
)

EASY_READ = (
    Page(
        "What is it?",
        (
            Picture("pain", "A person with a sore back", "Do you have pain that does not go away?"),
            Picture("moving", "A person with arms up, moving", "It is about moving more."),
            Picture("ten", "A calendar that says 10", "There are 10 sessions."),
            Picture("home", "A house", "You stay at home."),
            Picture("video-call", "A person on a laptop screen", "You join by video call."),
            Picture("group", "Three people together", "You meet a small group of people."),
            Picture("instructor", "A person pointing at a board", "An instructor shows you how to move."),
        ),
    ),
    Page(
        "You can do it your way",
        (
            Picture("chair", "A person on a chair", "You can sit down."),
            Picture("camera-off", "A camera, crossed out", "You can turn your camera off."),
            Picture("no-kit", "A dumb-bell, crossed out", "You do not need any equipment."),
            Picture("pace", "A stopwatch", "You can go slowly."),
            Picture("stop", "A pause sign", "You can stop at any time."),
        ),
    ),
    Page(
        "What happens next",
        (
            Picture("phone", "A phone", "We will contact you."),
            Picture("questions", "A speech bubble with a question mark", "We will ask you some questions."),
            Picture("choice", "A path that divides in two", "You choose. It is OK to say no."),
            Picture("dates", "A calendar with a tick", "If you say yes, we send you the dates."),
        ),
    ),
    Page(
        "Get help now",
        (
            Picture(
                "numb", "A body with a ring around the hips", "Do you have new numbness between your legs?"
            ),
            Picture("toilet", "A toilet", "Do you have new trouble with going to the toilet?"),
            Picture("weak-legs", "A body with weak legs", "Do you have new weakness in your legs?"),
            Picture("emergency", "An ambulance", "If yes, call 999 or go to A&E now."),
        ),
    ),
)

# The forms of the leaflet: its place in the address, and what it is called.
FORMS = {"standard": "Standard", "large-print": "Large print", "easy-read": "Easy Read"}


def filled(parts: Sequence[Section], facts: dict[str, object]) -> list[Section]:
    """The parts with the place's own name, numbers and age limit in them."""
    return [
        replace(
            part,
            title=part.title.format(**facts),
            lines=tuple(line.format(**facts) for line in part.lines),
        )
        for part in parts
    ]
