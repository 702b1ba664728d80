"""Settings of who carries our messages besides a mail server, and of how they tell what became of them."""

from itsyourmove.environment import env, env_list, env_numbers

# GOV.UK Notify, for email (EMAIL_CHANNEL=notify_email) and text messages; docs/deploy.md says what its templates hold.
NOTIFY_API_KEY = env("NOTIFY_API_KEY", "")
NOTIFY_URL = env("NOTIFY_URL", "https://api.notifications.service.gov.uk")
NOTIFY_EMAIL_TEMPLATE = env("NOTIFY_EMAIL_TEMPLATE", "")
NOTIFY_SMS_TEMPLATE = env("NOTIFY_SMS_TEMPLATE", "")
NOTIFY_REPLY_TO = env("NOTIFY_REPLY_TO", "")  # the number of a reply-to address there
NOTIFY_CALLBACK_TOKEN = env(
    "NOTIFY_CALLBACK_TOKEN", ""
)  # it tells what became of messages at /messages/notify/
DELIVERY_WEBHOOK_KEY = env(
    "DELIVERY_WEBHOOK_KEY", ""
)  # and a mail provider at /messages/delivery/, signed with this
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
# Tries of the codes in letters, per browser or internet address, and of everybody together (adr/0017).
LETTER_CODE_LIMITS = {"letter_code": "10/10m/key", "letter_code_of_all": "300/1h/key"}
