"""An OpenID Connect provider is off unless configured; configured, a process of its own shows what it does."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from tests.plugins.database import BEGUN_FROM


def environment(**names: str) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "OIDC_ISSUER": f"http://127.0.0.1:{port}",
        "OIDC_CLIENT_ID": "move",
        "OIDC_CLIENT_SECRET": "s3cret",
        "OIDC_NAME": "Trust sign-in",
        "SITE_ORIGIN": "http://localhost:8000",
        "TEST_DATABASE_NAME": f"test_itsyourmove_openid_{port}",
        BEGUN_FROM: settings.DATABASES["default"]["TEST"]["TEMPLATE"],
        **names,
    }


def run(*command: str, **names: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=environment(**names),
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.django_db
def test_without_configuration_there_is_no_provider_no_button_and_no_table(client):
    assert not [app for app in settings.INSTALLED_APPS if "socialaccount" in app]
    assert client.get("/sign-in/provider/").status_code == 404
    assert client.get("/sign-in/provider/back/").status_code == 404
    assert "Sign in with your organisation" not in client.get("/sign-in/").content.decode()
    for name in ("openid_begin", "socialaccount_signup", "openid_connect_login"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.processes
def test_with_a_provider_configured_it_signs_in_who_has_an_account_and_nobody_else():
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "accounts/tests/sign_in/with_openid.py")
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


@pytest.mark.processes
@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_half_a_configuration_says_what_is_missing(missing):
    names = environment()
    del names[missing]
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=names,
        capture_output=True,
        text=True,
    )
    assert ran.returncode != 0
    assert f"Set {missing}" in ran.stderr


@pytest.mark.processes
def test_a_provider_without_https_is_refused_where_patients_are_served():
    secrets = dict.fromkeys(("SECRET_KEY", "LINK_KEY", "MESSAGE_KEY"), "x" * 40)
    places = {"DATABASE_URL": "postgresql://u@h/d", "REDIS_URL": "redis://h/0", "STATIC_ROOT": "static"}
    ran = run("manage.py", "check", PRODUCTION="1", TESTING="0", **secrets, **places)
    assert "OIDC_ISSUER must begin with https://" in ran.stderr
