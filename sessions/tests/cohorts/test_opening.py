"""Opening a cohort: what the page of the ten dates offers and keeps."""

import pytest

from sessions.models import Cohort
from sessions.tests import factories as make
from sessions.tests.pages import text_of

pytestmark = pytest.mark.django_db

ADD = "/admin/cohort_sessions/cohort/add/"
EASTER, MAY = "2026-04-06", "2026-05-04"


@pytest.fixture
def typed(db):
    """Mondays from 23 March: Easter Monday and May Day are among them."""
    return {
        "programme": str(make.programme().pk),
        "name": "Mondays",
        "starts_on_day": "23",
        "starts_on_month": "3",
        "starts_on_year": "2026",
        "start_time": "6pm",
        "often": "once",
        "join_url": make.ROOM,
        "takes_people": "now",
    }


def dates():
    return [each.isoformat() for each in Cohort.objects.get().sessions.values_list("local_date", flat=True)]


def test_bank_holidays_among_the_dates_are_offered_by_name_and_stay_unless_chosen(office, typed):
    text = text_of(office.post(ADD, typed))
    assert "Leave out Monday 6 April 2026: Easter Monday" in text
    assert "Leave out Monday 4 May 2026: May Day" in text
    assert "Leave out Monday 25 May 2026: Spring Bank Holiday" in text
    assert " checked" not in text
    office.post(ADD, typed | {"step": "confirm", "looked_at": ""})
    assert EASTER in dates()
    assert len(dates()) == 10


def test_what_is_left_out_is_looked_at_before_it_is_opened(office, typed):
    ticked = typed | {"leave_out": [EASTER, MAY], "looked_at": ""}
    text = text_of(office.post(ADD, ticked | {"step": "confirm"}))
    assert "You changed the bank holidays to leave out" in text
    assert not Cohort.objects.exists()
    assert "No session on Monday 6 April 2026, as you asked." in text
    assert f'value="{EASTER}" checked' in text
    assert f'name="looked_at" value="{EASTER} {MAY}"' in text
    # The dates moved on, to no further holiday.
    assert "Monday 8 June 2026, 6pm" in text

    # And one that is taken back is looked at again too.
    text = text_of(
        office.post(ADD, typed | {"step": "confirm", "looked_at": f"{EASTER} {MAY}", "leave_out": EASTER})
    )
    assert "You changed the bank holidays to leave out" in text

    office.post(ADD, ticked | {"step": "confirm", "looked_at": f"{EASTER} {MAY}"})
    assert EASTER not in dates()
    assert MAY not in dates()
    assert dates()[-1] == "2026-06-08"


def test_what_was_left_out_is_kept_when_something_is_changed(office, typed):
    text = text_of(office.post(ADD, typed | {"step": "change", "leave_out": [EASTER, MAY]}))
    for each in (EASTER, MAY):
        assert f'<input type="hidden" name="leave_out" value="{each}"' in text
    # On Tuesdays neither is one of its days: they are forgotten without a word.
    text = text_of(office.post(ADD, typed | {"starts_on_day": "24", "leave_out": [EASTER, MAY]}))
    assert "No bank holidays in England on these dates." in text
    assert "changes nothing" not in text
    assert 'name="looked_at" value=""' in text


def test_a_holiday_that_was_typed_is_not_offered_again(office, typed):
    text = text_of(office.post(ADD, typed | {"skip_dates": "6/4/2026"}))
    assert "No session on Monday 6 April 2026, as you asked." in text
    assert "Easter Monday" not in text
    assert "May Day" in text


@pytest.mark.parametrize("nonsense", ["Easter", "2026-02-31", "2026-04-13", "9999-99-99", "٢٠٢٦-٠٤-٠٦", ""])
def test_what_is_no_bank_holiday_cannot_be_ticked(office, typed, nonsense):
    office.post(ADD, typed | {"step": "confirm", "leave_out": [nonsense]})
    assert dates()[:4] == ["2026-03-23", "2026-03-30", "2026-04-06", "2026-04-13"]
