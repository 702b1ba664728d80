"""One settings file; what differs between places comes from the environment (.env.example)."""

import ssl
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from itsyourmove import clone, logs, openid_settings
from itsyourmove.environment import (
    PLACES,
    SECRETS,
    database_from_url,
    env,
    env_bool,
    env_fact,
    env_list,
    env_numbers,
    kept_secret,
    place,
    web_threads,
)

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

# --- Which kind of place this is -------------------------------------------------------------------------------
# A demonstration (DEMO) shows every mail at /dev/mail/ and has made-up people only; TESTING is for tests and checks.
here = place()
PRODUCTION, DEMO, TESTING = (name == here for name in PLACES)
DEBUG = env_bool("DEBUG")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("PRODUCTION refuses DEBUG: unset it.")

STATUS_TOKEN = env("STATUS_TOKEN", "")  # without one there is no /statusz
if PRODUCTION:
    SECRET_KEY = env("SECRET_KEY")
    LINK_KEY = env("LINK_KEY")
    MESSAGE_KEY = env("MESSAGE_KEY")
    if min(len(SECRET_KEY), len(LINK_KEY), len(MESSAGE_KEY), len(STATUS_TOKEN) or 40) < 40:
        raise ImproperlyConfigured("SECRET_KEY, LINK_KEY, MESSAGE_KEY, STATUS_TOKEN: 40 characters or more.")
    DATABASE_URL, REDIS_URL = env("DATABASE_URL"), env("REDIS_URL")
else:
    if DEMO:  # keys of this clone, made once by `make run`
        SECRET_KEY, LINK_KEY, MESSAGE_KEY = (kept_secret(name, LOCAL_DIR) for name in SECRETS)
    else:
        SECRET_KEY, LINK_KEY, MESSAGE_KEY = (env(name, "not-secret-testing-only") for name in SECRETS)
    own_database, own_redis = clone.urls()
    DATABASE_URL, REDIS_URL = env("DATABASE_URL", own_database), env("REDIS_URL", own_redis)

# Old keys that still open what they sealed or signed, and links that they made: docs/deploy.md, "Changing a key".
OLD_KEYS = ("SECRET_KEY_FALLBACKS", "LINK_KEY_FALLBACKS", "MESSAGE_KEY_FALLBACKS")
SECRET_KEY_FALLBACKS, LINK_KEY_FALLBACKS, MESSAGE_KEY_FALLBACKS = map(env_list, OLD_KEYS)
if PRODUCTION and any(len(key) < 40 for name in OLD_KEYS for key in env_list(name)):
    raise ImproperlyConfigured(f"{', '.join(OLD_KEYS)}: 40 characters or more each.")

# --- The people who run the programme --------------------------------------------------------------------------
ORG_NAME = env("ORG_NAME", "Active County Partnership")
SERVICE_NAME = env("SERVICE_NAME", "It’s Your Move")
SERVICE_PHONE = env("SERVICE_PHONE", "01632 960 123")  # reserved for fiction, until the deployer sets one
SERVICE_EMAIL = env("SERVICE_EMAIL", "hello@itsyourmove.example")  # as people read it on pages
REPLY_TO_EMAIL = env("REPLY_TO_EMAIL", SERVICE_EMAIL)  # a watched mailbox: answers to every mail go there
# What the notices say of this deployment. Made up in a demonstration and in tests; `check --deploy` asks for each.
ORG_ADDRESS = env_fact("ORG_ADDRESS", "1 Market Street, Exampleton EX1 1AA")
DATA_CONTROLLER = env_fact("DATA_CONTROLLER", ORG_NAME)
DATA_PROTECTION_EMAIL = env_fact("DATA_PROTECTION_EMAIL", "data.protection@itsyourmove.example")
ICO_NUMBER = env_fact("ICO_NUMBER", "ZA000000")  # in the register of data protection fee payers
LAWFUL_BASIS = env_fact(
    "LAWFUL_BASIS", "public_task"
)  # or legitimate_interests: the data protection officer decides
DATA_LOCATION = env_fact("DATA_LOCATION", "in the UK")  # completes "We keep your information ..."
COMMISSIONER_NAME = env_fact("COMMISSIONER_NAME", "Exampleshire Integrated Care Board")
COMMISSIONER_PHONE = env_fact("COMMISSIONER_PHONE", "01632 960 456")
COMMISSIONER_EMAIL = env_fact("COMMISSIONER_EMAIL", "feedback@exampleshire.example")
COMPLAINTS_EMAIL = env_fact("COMPLAINTS_EMAIL", "feedback@itsyourmove.example")
NOTICES_APPROVED_ON = env_fact(
    "NOTICES_APPROVED_ON", "2026-03-02"
)  # when all this was last read and found true
SITE_ORIGIN = env("SITE_ORIGIN", "http://localhost:8000")  # links in mails; never taken from the Host header
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", SITE_ORIGIN)

# --- Rules that do not differ by programme; docs/domain.md says which of them nobody has confirmed --------------
MINIMUM_AGE = int(env("MINIMUM_AGE", "18"))  # NG193 1.2.1 says 16; 18 until guardians' wording exists
LONG_WAIT_DAYS = int(env("LONG_WAIT_DAYS", "126"))  # 18 weeks: docs/domain.md 4.1
SMALL_NUMBER = int(env("SMALL_NUMBER", "5"))  # a group of fewer people is not shown: to be confirmed
# When a person counts as "could not be reached", and how long the referral can be opened again: docs/domain.md 3.4.
UNREACHABLE_ATTEMPTS = int(env("UNREACHABLE_ATTEMPTS", "3"))
UNREACHABLE_CHANNELS = int(env("UNREACHABLE_CHANNELS", "2"))
UNREACHABLE_WORKING_DAYS = int(env("UNREACHABLE_WORKING_DAYS", "10"))
NEEDS_REVIEW_DAYS = int(env("NEEDS_REVIEW_DAYS", "365"))  # access needs are asked again: docs/domain.md 1.4
CLEARANCE_DAYS = int(env("CLEARANCE_DAYS", "365"))  # how long "may take part" lasts: docs/domain.md 2.5
CLINICIAN_CONTACT_DAYS = int(env("CLINICIAN_CONTACT_DAYS", "2"))  # working days; unconfirmed
# How long the link of a clinician without an account lives, and how many codes it sends in an hour; unconfirmed.
CLINICIAN_LINK_DAYS = int(env("CLINICIAN_LINK_DAYS", "21"))
CLINICIAN_CODES_AN_HOUR = int(env("CLINICIAN_CODES_AN_HOUR", "5"))
SAFETY_LINK_DAYS = int(env("SAFETY_LINK_DAYS", "30"))  # how long a person's link to their questions lives
SAFETY_NUDGE_DAYS = [int(days) for days in env_list("SAFETY_NUDGE_DAYS", "3,7")]
# Hours that the date of birth at a personal link stays shut after five wrong ones: the first time, the second, from
# then on; unconfirmed.
BIRTH_DATE_LOCK_HOURS = [max(1, int(hours)) for hours in env_list("BIRTH_DATE_LOCK_HOURS", "1,4,24")] or [1]
MEMBERS_REVIEW_DAYS = int(env("MEMBERS_REVIEW_DAYS", "183"))  # a lead confirms: docs/domain.md 1.2
MEMBERS_REVIEW_OVERDUE_DAYS = int(env("MEMBERS_REVIEW_OVERDUE_DAYS", "14"))  # then officers see it
UNUSED_ASK_DAYS = int(env("UNUSED_ASK_DAYS", "90"))  # a member who has not come is asked
UNUSED_OFF_DAYS = int(env("UNUSED_OFF_DAYS", "120"))  # and then the membership ends
INTERESTS_A_DAY = int(env("INTERESTS_A_DAY", "50"))  # from the public page, of everybody together
INVITATIONS_A_DAY = int(env("INVITATIONS_A_DAY", "20"))  # by the leads of one organisation together
REOPEN_DAYS = int(env("REOPEN_DAYS", "92"))
DEATH_UNDO_DAYS = int(env("DEATH_UNDO_DAYS", "30"))  # officers may undo a recorded death; unconfirmed
# The hours of morning, afternoon and evening when people are asked when they can join; London, on the 24-hour clock.
PARTS_OF_DAY = {
    part: tuple(int(hour) for hour in hours.split("-"))
    for part, hours in zip(
        ("morning", "afternoon", "evening"), env_list("PARTS_OF_DAY", "9-12,12-17,17-21"), strict=True
    )
}
# The weekly summary to organisations goes from this London hour of this day (1: Monday to 7: Sunday).
DIGEST_WEEKDAY = int(env("DIGEST_WEEKDAY", "1"))
DIGEST_HOUR = int(env("DIGEST_HOUR", "8"))
# Where video rooms may be: these hosts and those below them. The address is never fetched.
VIDEO_HOSTS = env_list(
    "VIDEO_HOSTS", "zoom.us,teams.microsoft.com,teams.live.com,meet.google.com,whereby.com"
)
# London hours from and until which nothing but codes, safety alerts and last-hour reminders is sent; days as dd-mm.
QUIET_HOURS = (int(env("QUIET_FROM", "20")), int(env("QUIET_UNTIL", "8")))
QUIET_DAYS = env_list("QUIET_DAYS", "25-12")
REFUSE_TEST_NHS_NUMBERS = PRODUCTION  # 999 xxx xxxx is the test range

# --- Django ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "itsyourmove.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_admin_action_forms",
    "pgtrigger",
    "pghistory",
    "design",
    "accounts",
    "participants",
    "messaging",
    "referrals",
    "sessions.apps.SessionsConfig",
    "outcomes",
    "itsyourmove.apps.ItsYourMoveConfig",
    *([] if PRODUCTION else ["devtools"]),
]

MIDDLEWARE = [
    "itsyourmove.middleware.RouteMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "itsyourmove.middleware.RefuseBrokenInputMiddleware",  # its answer carries the headers of the three above
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.sign_in.middleware.OneCodeAtATimeMiddleware",  # before anything that needs the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sign_in.middleware.IdleTimeoutMiddleware",
    "accounts.sign_in.middleware.SecondFactorMiddleware",
    "accounts.sign_in.middleware.TermsMiddleware",
    "accounts.sign_in.last_used.LastUsedMiddleware",
    "itsyourmove.middleware.ActingUserMiddleware",
    "itsyourmove.middleware.HealthTextsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if DEMO:  # before anything reads a row
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"),
        "itsyourmove.middleware.MadeUpPeopleOnlyMiddleware",
    )

ROOT_URLCONF = "itsyourmove.urls"
WSGI_APPLICATION = "itsyourmove.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "itsyourmove.context_processors.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that our templates may mend Django's own boxes
CRISPY_TEMPLATE_PACK = "nhsuk"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["nhsuk"]
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": database_from_url(DATABASE_URL)}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": env("TEST_DATABASE_NAME", "test_itsyourmove")},
}
# A server whose machine is gone is noticed within some twenty seconds; none of these means anything on a Unix socket.
LOST_SERVER = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,  # milliseconds
}
DATABASES["default"]["OPTIONS"] = LOST_SERVER | DATABASES["default"]["OPTIONS"]
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 3,
    "options": f"-c statement_timeout={env('STATEMENT_TIMEOUT', '0')} -c lock_timeout={env('LOCK_TIMEOUT', '3s')}",
}

# Lock-outs and rate limits must survive Redis and be shared by all processes.
# MAX_ENTRIES: at its default of 300, anybody could wash a limit away by asking for codes to 300 addresses.
CACHES = {
    "default": {
        "BACKEND": "accounts.throttle_cache.SharedCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
FORMAT_MODULE_PATH = ["itsyourmove.formats"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = LOCAL_DIR / "static" if not PRODUCTION else Path(env("STATIC_ROOT"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Hashed names need `collectstatic`, which only the two running set-ups do.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION or DEMO
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Who may come in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/signed-out/"
ACCOUNT_ADAPTER = "itsyourmove.allauth_adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3  # per code; a new code is always accepted
# No limit counts by internet address alone: a whole practice shares one, and must not be shut out. What keeps
# guessing hopeless is the code itself: 8 of 20 letters, 3 tries each.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": None,
    "code_to_address": "10/10m/key",  # per browser (or internet address) and e-mail address: accounts.sign_in.known_browser
    "tries_of_code": f"{ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS}/{ACCOUNT_LOGIN_BY_CODE_TIMEOUT}s/key",
    # Tries of the codes in letters, per browser or internet address, and of everybody together (adr/0017).
    "letter_code": "10/10m/key",
    "letter_code_of_all": "300/1h/key",
    "interest": "10/1h/key",  # expressions of interest, per internet address
    "login_failed": "5/5m/key",  # second codes, per person; reached only by who can read their e-mail
}
# Half of a process's threads at most wait to ask for a code, each no longer than this: accounts.sign_in.middleware.
WEB_THREADS = web_threads()
CODE_TURN_SECONDS = float(env("CODE_TURN_SECONDS", "10"))
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXIES", "1" if PRODUCTION else "0"))
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # officers open accounts; the code itself proves the address
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a finger, face or PIN each time: both factors in one (ADR 10)
MFA_RATE_LIMITS = {"webauthn_login": None}  # nothing to guess, and a whole practice shares one address
MFA_ADAPTER = "accounts.sign_in.second_factor.MFAAdapter"
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 1  # phones' clocks differ; forms.py spends a code for longer than that
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_REAUTHENTICATION_REQUIRED = False  # our own views ask for a fresh sign-in or a code where it matters
# How long things are kept, in days (itsyourmove.retention.services, docs/deploy.md): unconfirmed, docs/domain.md 7. The
# first two count from the last contact with a person; the others from the end of what they are about.
RECORD_KEPT_DAYS = int(env("RECORD_KEPT_DAYS", "2922"))  # 8 years
NOT_ACCEPTED_KEPT_DAYS = int(env("NOT_ACCEPTED_KEPT_DAYS", "731"))  # 2 years
LOG_KEPT_DAYS = int(env("LOG_KEPT_DAYS", "365"))  # 12 months
TOKEN_KEPT_DAYS = int(env("TOKEN_KEPT_DAYS", "30"))
SESSION_KEPT_DAYS = int(env("SESSION_KEPT_DAYS", "0"))
CODE_KEPT_DAYS = int(env("CODE_KEPT_DAYS", "0"))
CACHE_KEPT_DAYS = int(env("CACHE_KEPT_DAYS", "0"))
TECHNICAL_EVENT_KEPT_DAYS = int(env("TECHNICAL_EVENT_KEPT_DAYS", "30"))
DRAFT_DAYS = int(env("DRAFT_DAYS", "14"))  # an unfinished referral, since its last change
SPREADSHEET_KEPT_DAYS = int(env("SPREADSHEET_KEPT_DAYS", "1"))  # the rows of a spreadsheet that nobody added
IDLE_SECONDS = int(env("IDLE_SECONDS", str(30 * 60)))  # shared PCs in a practice

# A trust's own sign-in, or NHS CIS2 (untested), beside the code: not even installed unless configured (ADR 11).
OIDC_ISSUER = env("OIDC_ISSUER", "")
OIDC_IS_SECOND_FACTOR = env_bool("OIDC_IS_SECOND_FACTOR") and bool(OIDC_ISSUER)
if OIDC_ISSUER:
    OIDC_NAME = env("OIDC_NAME", "your organisation’s sign-in")
    INSTALLED_APPS[:0] = openid_settings.APPS
    SOCIALACCOUNT_ADAPTER = "accounts.sign_in.openid_views.SocialAdapter"
    SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds for each answer of the provider
    SOCIALACCOUNT_PROVIDERS = openid_settings.providers(OIDC_ISSUER, OIDC_NAME, https=PRODUCTION)

SESSION_ENGINE = "accounts.login_sessions.store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
# Browsers take such a name only from this very host, over https, for the whole site (design.signed_cookies).
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
# What a page says once may name people.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "itsyourmove.error_pages.csrf_failure"

SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer browsers post Origin: null, and Django answers 403
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
if env_bool("BEHIND_PROXY", default=True) and PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Files come on one page only, the officers' spreadsheets. They are read in memory and never written to the disk: the one
# handler lets anything larger go by unread.
SPREADSHEET_MAX_BYTES = int(env("SPREADSHEET_MAX_BYTES", str(5 * 1024 * 1024)))
SPREADSHEET_MAX_ROWS = int(env("SPREADSHEET_MAX_ROWS", "5000"))
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = SPREADSHEET_MAX_BYTES + 64 * 1024  # of the whole post

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Messages --------------------------------------------------------------------------------------------------
# "smtp" sends; "file" keeps the mail in the database only, for /dev/mail/.
EMAIL_CHANNEL = env("EMAIL_CHANNEL", "file" if not PRODUCTION else "smtp")
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=PRODUCTION)
EMAIL_TIMEOUT = int(env("EMAIL_TIMEOUT", "20"))  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", f"{SERVICE_NAME} <{SERVICE_EMAIL}>")
# Nothing may be sent around the outbox: Django's own mail goes nowhere but to tests.
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# GOV.UK Notify, for email (EMAIL_CHANNEL=notify_email) and text messages; docs/deploy.md says what its templates hold.
NOTIFY_API_KEY = env("NOTIFY_API_KEY", "")
NOTIFY_URL = env("NOTIFY_URL", "https://api.notifications.service.gov.uk")
NOTIFY_EMAIL_TEMPLATE = env("NOTIFY_EMAIL_TEMPLATE", "")
NOTIFY_SMS_TEMPLATE = env("NOTIFY_SMS_TEMPLATE", "")
NOTIFY_REPLY_TO = env("NOTIFY_REPLY_TO", "")  # the number of a reply-to address there
# Notify tells what became of messages at /messages/notify/,
NOTIFY_CALLBACK_TOKEN = env("NOTIFY_CALLBACK_TOKEN", "")
# and a mail provider at /messages/delivery/, signed with this.
DELIVERY_WEBHOOK_KEY = env("DELIVERY_WEBHOOK_KEY", "")
# Text messages by a plain gateway, for whoever may not use Notify.
SMS_GATEWAY_URL = env("SMS_GATEWAY_URL", "")
SMS_GATEWAY_KEY = env("SMS_GATEWAY_KEY", "")
SMS_GATEWAY_SENDER = env("SMS_GATEWAY_SENDER", "")
# How much each takes, by channel; these are Notify's own limits.
MESSAGES_PER_MINUTE = env_numbers("MESSAGES_PER_MINUTE", "notify_email=3000,notify_sms=3000")
MESSAGE_LEASE_SECONDS = int(env("MESSAGE_LEASE_SECONDS", "120"))  # then a killed worker's messages are free
# When a channel stops by itself: after so many different addresses in a row were refused or got no clear answer. Then
# one message tries it, after rests that double up to so many minutes; the second number where each try may make a
# message arrive twice. Starting points of ours that nobody has confirmed.
CHANNEL_STOPS_AFTER = int(env("CHANNEL_STOPS_AFTER", "5"))
CHANNEL_REST_MINUTES = int(env("CHANNEL_REST_MINUTES", "5"))
CHANNEL_REST_MINUTES_IN_DOUBT = int(env("CHANNEL_REST_MINUTES_IN_DOUBT", "60"))
# Letters: how many working days the post may take, and where the address begins on the sheet, in mm from its left and
# top edges, so that it shows in the window of an envelope. Both are starting points of ours that nobody has confirmed.
LETTER_WORKING_DAYS = int(env("LETTER_WORKING_DAYS", "3"))
LETTER_WINDOW = tuple(int(edge) for edge in env_list("LETTER_WINDOW", "20,52"))

# --- Alerts to whoever runs the servers: `manage.py watch`, docs/deploy.md ----------------------------------------
ALERT_EMAIL = env_list("ALERT_EMAIL")  # none: alerts are only logged, as in a demonstration
# Better not the server that may have failed.
ALERT_EMAIL_HOST = env("ALERT_EMAIL_HOST", EMAIL_HOST)
ALERT_EMAIL_PORT = int(env("ALERT_EMAIL_PORT", str(EMAIL_PORT)))
ALERT_EMAIL_HOST_USER = env("ALERT_EMAIL_HOST_USER", EMAIL_HOST_USER)
ALERT_EMAIL_HOST_PASSWORD = env("ALERT_EMAIL_HOST_PASSWORD", EMAIL_HOST_PASSWORD)
ALERT_EMAIL_USE_TLS = env_bool("ALERT_EMAIL_USE_TLS", default=EMAIL_USE_TLS)
ALERT_STATE = Path(env("ALERT_STATE", str(LOCAL_DIR / "watch.json")))  # what the watch has sent already
# When something counts as wrong: unconfirmed. The first two leave time for an alert within five minutes.
ALERT_NO_DRAIN_SECONDS = int(env("ALERT_NO_DRAIN_SECONDS", "180"))
ALERT_OLDEST_DUE_SECONDS = int(env("ALERT_OLDEST_DUE_SECONDS", "180"))
ALERT_UNCERTAIN = int(env("ALERT_UNCERTAIN", "1"))  # messages that may not have been sent
ALERT_DISK_FREE_MB = int(env("ALERT_DISK_FREE_MB", "500"))
ALERT_DISKS = [
    Path(folder)
    for folder in env_list("ALERT_DISKS", f"{LOCAL_DIR},{BASE_DIR if PRODUCTION else clone.HERE.data}")
]
ALERT_REMINDER_HOURS = int(env("ALERT_REMINDER_HOURS", "4"))

# --- Celery: the bell, never the truth; the rest of it is in itsyourmove/celery.py ----------------------------------
CELERY_BROKER_URL = REDIS_URL
# Celery itself would take any certificate; what REDIS_URL says goes before this.
if REDIS_URL.startswith("rediss:"):
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}

# --- Why a connection is not encrypted: `check --deploy` requires TLS, or a reason in words ------------------------
DATABASE_PLAIN_BECAUSE, REDIS_PLAIN_BECAUSE, EMAIL_PLAIN_BECAUSE, ALERT_EMAIL_PLAIN_BECAUSE = (
    env(f"{line}_PLAIN_BECAUSE", "").strip() for line in ("DATABASE", "REDIS", "EMAIL", "ALERT_EMAIL")
)

# --- Safety facts outside the database, for when a backup is restored: docs/deploy.md ------------------------------
# On another disk or machine than the database. `check --deploy` asks for it.
SAFETY_LOG = Path(env("SAFETY_LOG", "" if PRODUCTION else str(LOCAL_DIR / "safety.jsonl")))
# How long a fact may wait to be written there.
ALERT_SAFETY_LOG_SECONDS = int(env("ALERT_SAFETY_LOG_SECONDS", "180"))
if Path() != SAFETY_LOG:
    ALERT_DISKS.append(SAFETY_LOG.parent)

# --- Logs: one JSON object a line, a closed list of keys -------------------------------------------------------
LOGGING = logs.configuration(env("LOG_LEVEL", "INFO"))
