"""What the tests across the rooms share, beside the cast."""

import pytest

from sessions.models import Cohort
from sessions.tests import factories as make


@pytest.fixture
def cohort(db) -> Cohort:
    return make.cohort()
