"""The house keeps its shape: which way keys point, who is history-kept, what no file may hold."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session as LoginSession
from django.db import connection

LAYERS = ["accounts", "participants", "messaging", "referrals", "cohort_sessions", "outcomes"]  # lowest first
ROOT = Path(settings.BASE_DIR)
OURS = [
    ROOT / name for name in ("accounts", "participants", "messaging", "referrals", "sessions", "outcomes")
]


def foreign_keys():
    for label in LAYERS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.remote_field:
                    yield model, field


def test_no_foreign_key_points_up():
    for model, field in foreign_keys():
        target = field.related_model._meta.app_label
        if target in LAYERS:
            assert LAYERS.index(target) <= LAYERS.index(model._meta.app_label), (
                f"{model.__name__}.{field.name}"
            )


def test_no_key_of_ours_points_at_djangos_log_in_sessions():
    assert all(field.related_model is not LoginSession for _, field in foreign_keys())


def test_cross_app_foreign_keys_name_the_class_never_a_string():
    for folder in OURS:
        own = {"sessions": "cohort_sessions"}.get(folder.name, folder.name)
        text = re.compile(rf"""(ForeignKey|OneToOneField)\(\s*["'](?!{own}\.|self\b)""")
        for path in [*folder.glob("models*.py"), *folder.glob("models/*.py")]:
            assert not text.search(path.read_text()), path


def test_no_model_orders_itself_or_overrides_save():
    for label in LAYERS:
        for model in apps.get_app_config(label).get_models():
            assert not model._meta.ordering, model
            assert "save" not in vars(model), model


# Providers' machines post there and have no cookie of ours; a token or a signature proves who they are.
ALLOWED = {
    ("csrf_" + "exempt", "messaging/delivery_reports/webhooks.py"),
    ("csrf_" + "exempt", "messaging/opt_outs/views.py"),  # a mail program's one press (RFC 8058)
}


@pytest.mark.parametrize("word", ["mark_" + "safe", "csrf_" + "exempt", "auto_" + "now"])
def test_no_file_of_ours_uses(word):
    for folder in [*OURS, ROOT / "itsyourmove", ROOT / "design", ROOT / "core", ROOT / "devtools"]:
        for path in folder.rglob("*.py"):
            if "migrations" in path.parts:
                continue  # what libraries' own fields wrote there
            place = str(path.relative_to(ROOT))
            assert word not in path.read_text() or (word, place) in ALLOWED, f"{word} in {place}"


def test_no_module_grows_past_five_hundred_lines():
    """Length follows meaning; beyond this it is time to ask whether one module is two."""
    for folder in [*OURS, ROOT / "itsyourmove", ROOT / "design", ROOT / "core", ROOT / "devtools"]:
        for path in folder.rglob("*.py"):
            if "migrations" not in path.parts and "tests" not in path.parts:
                assert len(path.read_text().splitlines()) <= 500, path.relative_to(ROOT)


def test_core_stays_small():
    """Ground for every room, and nobody's own: a thirteenth concept probably belongs to a room."""
    beside = {"__init__.py", "__pycache__", "tests"}
    concepts = [path.name for path in (ROOT / "core").iterdir() if path.name not in beside]
    assert len(concepts) <= 12, concepts


def test_templates_hold_no_inline_script_style_or_handler():
    inline = re.compile(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|\|safe\b|javascript:", re.IGNORECASE
    )
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        # Mail readers know no style sheet of ours, and no page of ours shows a mail.
        if path.parent.name == "emails":
            text = text.replace("<style", "")
        found = inline.search(text)
        assert not found, f"{found.group()} in {path.relative_to(ROOT)}"


def test_history_leaves_identity_out():
    """Erasing a person's row must erase the person: no event table may hold what identifies them."""
    identity = {
        "given_name",
        "family_name",
        "preferred_name",
        "date_of_birth",
        "nhs_number",
        "email",
        "phone",
        "name",
    }
    kept = {"Organisation", "Cohort", "Programme", "Phase"}  # their names are not a person's
    tracked = 0
    for label in LAYERS:
        for model in apps.get_app_config(label).get_models():
            if model.__name__.endswith("Event"):
                tracked += 1
                fields = {field.name for field in model._meta.get_fields()}
                found = fields & identity
                assert not found or model.__name__.removesuffix("Event") in kept, f"{model.__name__}: {found}"
    assert tracked >= 6


@pytest.mark.django_db
def test_every_rule_of_a_status_is_in_the_database():
    """Named constraints that the rules rest on; dropping one from a migration turns this red."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        present = {row[0] for row in cursor.fetchall()}
    assert {
        "cohort_not_overfull",
        "place_one_open",
        "referral_in_programme_once",
        "attendance_no_overlap",
        "session_number_one_to_ten",
        "session_number_once",
        "message_sending_means_leased",
        "message_one_recipient",
        "message_secret_wiped",
    } <= present


@pytest.mark.django_db
def test_the_application_is_not_a_database_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_only_one_database_driver_is_installed():
    """With psycopg 3 beside it Django would take that one without a word."""
    from importlib.metadata import distributions

    names = {distribution.metadata["Name"].lower() for distribution in distributions()}
    assert "psycopg2-binary" in names
    assert not names & {"psycopg", "psycopg-binary", "psycopg2"}


def test_mypy_passes_over_no_module():
    """Who is signed in is said by accounts.requests; a form's own arguments are named. Neither needs an exception."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert not [each["module"] for each in told.get("overrides", []) if each.get("ignore_errors")]
