"""How such systems usually send: a Celery task for each mail. It is here to be seen losing them."""

import os
import smtplib
from email.message import EmailMessage

from celery import Celery

# Never the current app: in the tests' own process, whatever rings a bell would ring this one's.
app = Celery("naive", broker=os.environ.get("REDIS_URL"), set_as_current=False)
app.conf.task_ignore_result = True
app.conf.task_default_queue = "naive"


@app.task
def send(number: int) -> None:
    """Send one mail; Celery has forgotten the task by now, as it does unless told otherwise."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "us@service.example", f"person{number}@practice.example"
    mail["Subject"], mail["Message-ID"] = "A reminder", f"<{number}@service.example>"
    mail.set_content(os.environ.get("MAIL_TEXT", "Your session starts soon."))
    with smtplib.SMTP(
        os.environ["EMAIL_HOST"], int(os.environ["EMAIL_PORT"]), local_hostname="naive"
    ) as server:
        server.send_message(mail)
