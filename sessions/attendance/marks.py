"""The marks of a register and people's answers, in words short enough for a column, and what each means."""

from core.dates import clock
from sessions.models import Attendance

Code, Answer = Attendance.Code, Attendance.Answer

SHORT = {
    Code.ON_TIME: "✓",
    Code.LATE: "Late",
    Code.TOO_LATE: "Too late",
    Code.CANCELLED_BY_PERSON: "Away",
    Code.DID_NOT_ATTEND: "Absent",
    Code.CANCELLED_BY_US: "Off",
}
ANSWERED = {Answer.YES: "Coming", Answer.NO: "Not coming"}
NOT_THEIRS = "–"

LEGEND = [
    *((short, code.label) for code, short in SHORT.items()),
    (ANSWERED[Answer.YES], "answered “I’ll be there”"),
    (ANSWERED[Answer.NO], "answered “I can’t come”"),
    (NOT_THEIRS, "not this person’s session"),
]


def cell(attendance: Attendance | None) -> dict[str, str]:
    """One person in one session: what the register says, else what they answered."""
    if attendance is None or not attendance.expected:
        return {"short": NOT_THEIRS, "words": "not theirs", "look": ""}
    if attendance.code:
        code = Code(attendance.code)
        adapted = ", adapted" if attendance.adapted else ""
        look = "green" if code in Attendance.ATTENDED else "amber"
        return {"short": SHORT[code], "words": f"{code.label}{adapted}", "look": look}
    if attendance.answer:
        answer = Answer(attendance.answer)
        late = ", in the last hour" if attendance.answered_late else ""
        words = f"Answered: {answer.label}{late}, {clock(attendance.answered_at)}"
        return {"short": ANSWERED[answer], "words": words, "look": "teal"}
    return {"short": "", "words": "no answer yet", "look": ""}
