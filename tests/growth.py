"""How much each table may hold, by what it is about: a table that grows for another reason is seen (tests/test_growth.py).

Rows for each referral, session of a cohort, day of work of one person, and so on. A table whose rows go by themselves is
counted by what one day brings, not by how many days there were.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from participants.personal_links import links

TOKENS = "tokens"  # no table: the links that still have one
FLOOR = 768 * 1024  # bytes: the first pages of a table and of twenty indexes
BYTES = 1500  # of a row with its indexes and what updates leave behind, unless its limit says otherwise


@dataclass(frozen=True)
class Units:
    """What there was, in the time in which the tables grew."""

    referral: float = 0
    session: float = 0  # of a cohort
    user_day: float = 0  # one person's day of work
    user_of_a_day: float = 0  # people who sign in on one day, strangers who try among them
    user: float = 0
    organisation: float = 0
    organisation_week: float = 0
    recent_referral: float = 0  # of the last 200 days: ten weeks and what comes before and after
    proposal: float = 0
    fixed: float = 1


@dataclass(frozen=True)
class Limit:
    """Most rows, for each unit; and bytes of a row."""

    rows: Mapping[str, float]
    bytes_each: int = BYTES

    def most(self, units: Units) -> float:
        return sum(number * getattr(units, unit) for unit, number in self.rows.items())


def per(bytes_each: int = BYTES, **rows: float) -> Limit:
    return Limit(rows, bytes_each)


# What a person is told of each session, and what of the whole; a mail is rewritten three times while it leaves.
OF_A_SESSION, OF_A_PERSON = 4, 25
ATTENDANCES = 12  # ten, and what a move to another group adds
LOOKS = 40  # at records, by one person in one day
TRIES = 6  # counts that one person’s sign-ins leave in a day, and those of strangers

LIMITS: dict[str, Limit] = {
    # Django's own, and what a release brings
    "django_migrations": per(fixed=500),
    "django_content_type": per(fixed=200),
    "auth_permission": per(fixed=800),
    "auth_group": per(fixed=0),
    "auth_group_permissions": per(fixed=0),
    "django_admin_log": per(user_day=50),
    # These go by themselves: what one day brings, or two weeks
    "django_session": per(user_of_a_day=3, bytes_each=4000),
    "django_cache": per(user_of_a_day=TRIES, fixed=10),
    "referrals_referraldraft": per(user_of_a_day=16, bytes_each=4000),
    "referrals_spreadsheet": per(user_day=2, bytes_each=6_000_000),
    "referrals_listexport": per(user_day=5),
    "messaging_heartbeat": per(fixed=10),
    TOKENS: per(recent_referral=40, fixed=10),
    # People who sign in, and organisations
    "accounts_user": per(user=1),
    "accounts_userevent": per(user=10),
    "account_emailaddress": per(user=2),
    "account_emailconfirmation": per(fixed=0),
    "mfa_authenticator": per(user=5),
    "accounts_membership": per(user=3),
    "accounts_termsacceptance": per(user=10),
    "accounts_membershipevent": per(user=12),
    "accounts_organisation": per(organisation=1),
    "accounts_organisationevent": per(organisation=10),
    "accounts_interest": per(organisation=5, fixed=100),
    "accounts_textsignoff": per(fixed=300, bytes_each=12_000),  # a dozen texts, each new version once
    "accounts_signoffacceptance": per(fixed=100),
    "accounts_interestevent": per(organisation=15, fixed=300),
    # A person and what is known of them
    "participants_participant": per(referral=1),
    "participants_participantevent": per(referral=10),
    "participants_availability": per(referral=21),
    "participants_availabilityevent": per(referral=63),
    "participants_readiness": per(referral=1),
    "participants_readinessevent": per(referral=6),
    "participants_emergencycontact": per(referral=2),
    "participants_emergencycontactevent": per(referral=6),
    "participants_equality": per(referral=1),
    "participants_equalityevent": per(referral=4),
    "participants_goal": per(referral=2),
    "participants_goalevent": per(referral=6),
    "participants_goalrating": per(referral=6),
    "participants_goalratingevent": per(referral=12),
    "participants_need": per(referral=4),
    "participants_needevent": per(referral=12),
    "participants_proxycontact": per(referral=2),
    "participants_techcheck": per(referral=3),
    "participants_techcheckevent": per(referral=9),
    "participants_contactnote": per(referral=20),
    "participants_birthdatetries": per(referral=2),
    "participants_possibleduplicate": per(referral=2),
    "participants_reporteddifference": per(referral=5),
    "participants_recordeddeath": per(referral=1),
    "participants_recordeddeathevent": per(referral=3),
    "participants_postcodedeprivation": per(fixed=2_000_000, bytes_each=200),  # one row for each postcode, by edition
    "participants_recordaccess": per(user_day=LOOKS, bytes_each=400),
    # A referral
    "referrals_referral": per(referral=1, bytes_each=8000),
    "referrals_referralevent": per(referral=15),
    "referrals_statuschange": per(referral=12),
    "referrals_safetyanswer": per(referral=10, bytes_each=4000),
    "referrals_safetylink": per(referral=4),
    "referrals_safetyhold": per(referral=4),
    "referrals_safetyholdevent": per(referral=12),
    "referrals_safetystop": per(fixed=50),
    "referrals_clearance": per(referral=4),
    "referrals_clearanceevent": per(referral=12),
    "referrals_confirmation": per(referral=4),
    "referrals_confirmationevent": per(referral=12),
    "referrals_clinicianlink": per(referral=4),
    "referrals_registeredclinician": per(organisation=30),
    "referrals_registeredclinicianevent": per(organisation=60),
    "referrals_contactattempt": per(referral=10),
    "referrals_deathcorrection": per(referral=1),
    "referrals_deathcorrectionevent": per(referral=3),
    "referrals_note": per(referral=10),
    "referrals_noteevent": per(referral=20),
    "referrals_importedreferral": per(referral=1),
    "referrals_spreadsheetcolumn": per(fixed=500),
    "referrals_digest": per(organisation_week=1),
    "referrals_digeststop": per(organisation=5),
    # A cohort and its sessions; a place and its attendances
    "cohort_sessions_programme": per(fixed=10),
    "cohort_sessions_programmeevent": per(fixed=200),
    "cohort_sessions_content": per(fixed=200),
    "cohort_sessions_contentevent": per(fixed=1000),
    "cohort_sessions_messagetime": per(fixed=500),
    "cohort_sessions_messagetimeevent": per(fixed=2000),
    "cohort_sessions_instructor": per(fixed=200),
    "cohort_sessions_instructorevent": per(fixed=1000),
    "cohort_sessions_phase": per(fixed=50),
    "cohort_sessions_phaseevent": per(fixed=200),
    "cohort_sessions_cohort": per(session=0.1),
    "cohort_sessions_cohortevent": per(session=4),
    "cohort_sessions_cohortstatuschange": per(session=0.5),
    "cohort_sessions_session": per(session=1),
    "cohort_sessions_sessionevent": per(session=6),
    "cohort_sessions_planchange": per(session=1),
    "cohort_sessions_changedsession": per(session=10),
    "cohort_sessions_place": per(referral=4),
    "cohort_sessions_placeevent": per(referral=16),
    "cohort_sessions_placemove": per(referral=2),
    "cohort_sessions_offerlink": per(referral=4),
    "cohort_sessions_waitinglink": per(referral=1),
    "cohort_sessions_attendance": per(referral=ATTENDANCES),
    "cohort_sessions_attendanceevent": per(referral=6 * ATTENDANCES),
    "cohort_sessions_answerlink": per(referral=ATTENDANCES),
    "cohort_sessions_proposal": per(proposal=1, bytes_each=20_000),
    "cohort_sessions_proposedplace": per(proposal=500),
    "cohort_sessions_proposedplaceevent": per(proposal=2000),
    # What is asked and told afterwards
    "outcomes_feedback": per(referral=ATTENDANCES),
    "outcomes_feedbackevent": per(referral=3 * ATTENDANCES),
    "outcomes_formlink": per(referral=ATTENDANCES),
    "outcomes_letter": per(referral=5),
    # Messages
    "messaging_message": per(
        referral=OF_A_SESSION * ATTENDANCES + OF_A_PERSON, user_day=2, organisation_week=1, bytes_each=6000
    ),
    "messaging_letter": per(referral=OF_A_SESSION * ATTENDANCES + OF_A_PERSON),
    "messaging_letterevent": per(referral=2 * (OF_A_SESSION * ATTENDANCES + OF_A_PERSON)),
    "messaging_optout": per(referral=2),
    "messaging_adhoc": per(user_day=2),
    "messaging_pause": per(user_day=1),
    "messaging_channelstanding": per(fixed=6),
    "messaging_wording": per(fixed=1000),
    "messaging_wordingtest": per(fixed=1000),
    "messaging_uncrashed": per(fixed=1),  # unused: dropped in the release after adr/0026
    "messaging_databaseidentity": per(fixed=1),
    "participants_restore": per(fixed=10),
    "participants_safetyfact": per(referral=10),
    "participants_replayedfact": per(referral=10),
    "participants_restorecall": per(referral=2),
    # History: who acted, for each request that changed something
    "pghistory_context": per(referral=40, user_day=30),
    "itsyourmove_disposal": per(fixed=100),
}  # fmt: skip


def measure() -> dict[str, tuple[int, int]]:
    """Rows and bytes of each table, with its indexes; and of tokens, rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        found = {}
        for (name,) in cursor.fetchall():
            table = connection.ops.quote_name(name)
            cursor.execute(
                f"SELECT count(*), pg_total_relation_size(%s) FROM {table}",  # noqa: S608 - the database's own names
                [table],
            )
            found[name] = cursor.fetchone()
    return found | {TOKENS: (sum(model.objects.exclude(digest=None).count() for model in links.tables()), 0)}


def beyond(grown: Mapping[str, tuple[int, int]], units: Units) -> dict[str, str]:
    """The tables that grew by more than they may, and how."""
    wrong = {}
    for name, (rows, size) in grown.items():
        most = LIMITS[name].most(units)
        bytes_most = most * LIMITS[name].bytes_each + FLOOR
        if rows > most or size > bytes_most:
            wrong[name] = f"{rows} rows of {most:.0f}, {size} bytes of {bytes_most:.0f}"
    return wrong
