"""What officers may name when they reword the messages of this app."""

from messaging.kinds.placeholders import FIRST_NAME, LINK, Placeholder

PARTS = "sessions/emails/{}.part.txt"


def part(name: str, file: str, means: str, *, required: bool = False) -> Placeholder:
    """Words that depend on the facts, from a file of their own."""
    return Placeholder(name, means, required=required, template=PARTS.format(file))


DAY = Placeholder("day", "the day of the session")
WHEN = Placeholder("when", "the day and time of the session", required=True)
FIRST_DAY = Placeholder("first_day", "the day of the first session")
UNTIL = Placeholder("until", "how long we keep the place", required=True)
NUMBER = Placeholder("number", "the session’s number, from 1")
OUT_OF = Placeholder("out_of", "how many sessions there are")
OPENS = Placeholder("opens", "when the button to join appears")
DATES = part("dates", "dates", "the dates of the sessions, one a line", required=True)

SESSION = (FIRST_NAME, LINK, WHEN, DAY, NUMBER, OUT_OF, OPENS)
PLACED = (
    FIRST_NAME,
    LINK,
    DATES,
    FIRST_DAY,
    part("intro", "placed_intro", "a sentence before the dates: how many there are"),
    Placeholder("opens_minutes", "how many minutes before the start the button to join appears"),
)
REMINDER_DAY = (
    *SESSION,
    Placeholder("closes", "when they can change their answer until"),
    part(
        "answer_so_far", "reminder_day_answer", "what they have answered, or the question whether they come"
    ),
)
REMINDER_HOUR = (
    *SESSION,
    Placeholder("starts", "the time at which the session starts"),
    part(
        "answer_so_far",
        "reminder_hour_answer",
        "a sentence where they said that they cannot come, else nothing",
    ),
)
TECH_CHECK = (FIRST_NAME, WHEN, DAY)
COMPLETION = (FIRST_NAME, Placeholder("attended", "how many sessions they came to"), OUT_OF)
OFFER = (
    FIRST_NAME,
    LINK,
    DATES,
    FIRST_DAY,
    UNTIL,
    part("intro", "offer_intro", "a sentence before the dates: how many there are"),
)
OFFER_NUDGE = (FIRST_NAME, LINK, FIRST_DAY, UNTIL)
OFFER_ENDED = (
    FIRST_NAME,
    FIRST_DAY,
    Placeholder("until", "how long we kept the place"),
    part("what_next", "offer_declined_next", "what happens next, by what they answered"),
)
OFFER_CHANGED = (
    FIRST_NAME,
    LINK,
    DATES,
    Placeholder("held_until", "how long we keep the place", required=True),
)
MOVED = (
    FIRST_NAME,
    LINK,
    DATES,
    FIRST_DAY,
    part("intro", "moved_intro", "a sentence before the dates: how many there are"),
    part("attended_so_far", "moved_attended", "a sentence about the sessions they came to, or nothing"),
)
COHORT_CANCELLED = (
    FIRST_NAME,
    FIRST_DAY,
    part("which_group", "cohort_cancelled_group", "which group, and whether it had begun", required=True),
    part(
        "attended_so_far",
        "cohort_cancelled_attended",
        "a sentence about the sessions they came to, or nothing",
    ),
)
SESSION_MOVED = (
    FIRST_NAME,
    LINK,
    part("what_moved", "session_moved_subject", "what has moved, and to when: for the subject"),
    part("how_many", "session_moved_count", "how many sessions have moved, as a word or a number"),
    part("new_times", "session_moved_times", "the new and the old times", required=True),
    part("answer_again", "session_moved_answer", "the request to answer again, before the link"),
)
SESSION_CANCELLED = (
    FIRST_NAME,
    DAY,
    Placeholder("was", "the day and time that were cancelled", required=True),
    Placeholder("added", "the day and time of the session that was added", required=True),
    part("next_session", "session_cancelled_next", "a sentence about their next session"),
)
STILL_ON_LIST = (FIRST_NAME, LINK, Placeholder("since", "the day since which they are on the list"))

# What they may name in the text messages: never who it is, for others may read what lies on a telephone.
OWN_PAGE = Placeholder("link", "the person’s own page", required=True)
SESSION_TEXT = (OWN_PAGE, WHEN, NUMBER, OUT_OF, OPENS)
REMINDER_DAY_TEXT = (
    *SESSION_TEXT,
    part(
        "answer_so_far", "reminder_day_texted", "what they have answered, or the question whether they come"
    ),
)
REMINDER_HOUR_TEXT = (
    *SESSION_TEXT,
    part(
        "answer_so_far",
        "reminder_hour_texted",
        "a sentence where they said that they cannot come, else nothing",
    ),
)
OFFER_TEXT = (OWN_PAGE, FIRST_DAY, UNTIL, Placeholder("count", "how many sessions there are"))
SESSION_MOVED_TEXT = (
    OWN_PAGE,
    part(
        "what_moved",
        "session_moved_texted",
        "which sessions have moved, to when, and the question",
        required=True,
    ),
)
SESSION_CANCELLED_TEXT = (
    DAY,
    Placeholder("added", "the day and time of the session that was added", required=True),
    part("next_session", "session_cancelled_texted", "a sentence about their next session, or nothing"),
)
