"""What beat asks for (itsyourmove/celery.py): each task is one service call with the database's clock."""

from celery import shared_task

from core import clock
from referrals.clinician_link import services as clinician_link
from referrals.screening import clinician_requests
from referrals.screening import services as screening
from referrals.self_assessment import services as self_assessment
from referrals.spreadsheets import services as spreadsheets
from referrals.weekly_digest import services as weekly_digest


@shared_task
def ask_clinicians(**kwargs: object) -> None:
    clinician_requests.request_clinicians(now=clock.database_now())
    clinician_link.write_to_clinicians(now=clock.database_now())


@shared_task
def lapse_clearances(**kwargs: object) -> None:
    screening.lapse_clearances(now=clock.database_now())


@shared_task
def ask_after_a_year(**kwargs: object) -> None:
    self_assessment.ask_after_a_year(now=clock.database_now())


@shared_task
def queue_digests(**kwargs: object) -> None:
    weekly_digest.queue_due(now=clock.database_now())


@shared_task
def add_from_spreadsheets(**kwargs: object) -> None:
    spreadsheets.carry_out_pressed(now=clock.database_now())
