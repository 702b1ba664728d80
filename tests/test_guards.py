"""Bad cookies, bad bytes and a missing database: a clear page each time, never a 500."""

import json
import logging
import runpy

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from gunicorn.config import Config

from itsyourmove import error_pages
from itsyourmove.logs import JsonFormatter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "cookie",
    ['sessionid="\\000aaaaaaaa"', 'csrftoken="\\000"', 'other="a\\000b"'],
)
def test_a_cookie_with_a_nul_byte_is_a_bad_request(client, cookie):
    assert client.get("/", headers={"cookie": cookie}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/?q=%00", "/?%00=1", "/sign-in/?next=%00", "/referrals/?q=a%00b", "/admin/?q=%00"]
)
def test_a_query_with_a_nul_byte_is_a_bad_request(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "cookie",
    ["sessionid=", "sessionid=;;;", "sessionid=\xff\xfe", "=", "sessionid=" + "a" * 4000, "csrftoken=x"],
)
def test_a_broken_cookie_is_no_fault_of_ours(client, cookie):
    assert client.get("/", headers={"cookie": cookie}).status_code in {200, 400}


def test_a_post_without_its_token_is_told_kindly():
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "a@b.example"})
    assert answer.status_code == 403
    assert b"<h1>" in answer.content


def test_a_missing_database_is_a_503_that_says_when_to_come_back():
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        answer = error_pages.server_error(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"


def test_a_fault_of_ours_shows_the_500_page_and_no_detail():
    try:
        raise ValueError("Maggie O'Neill, 999 000 0018")
    except ValueError:
        answer = error_pages.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"Maggie" not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=%00",
        "/nowhere/",
        "/livez",
        "/readyz",
        "/statusz",
        "/sign-in/",
        "/admin/",
        "/s/x/",
        "/f/x/",
        "/referrals/practices/",
    ],
)
def test_every_page_carries_a_strict_policy(client, path):
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == ("nosniff", "same-origin")


def test_a_refused_form_carries_the_policy_too():
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "a@b.example"})
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_log_line_holds_only_the_closed_list_of_keys():
    record = logging.LogRecord(
        "x", logging.ERROR, __file__, 1, "could not send %s", ("maggie@example.org",), None
    )
    record.message_id, record.email = 7, "maggie@example.org"
    line = json.loads(JsonFormatter().format(record))
    assert line["message_id"] == 7
    assert line["event"] == "could not send ..."
    assert "maggie" not in json.dumps(line)


def test_a_logged_exception_keeps_its_place_and_loses_its_words():
    try:
        raise ValueError("Key (nhs_number)=(9990000018) already exists")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "failed", (), (type(error), error, error.__traceback__)
        )
    line = JsonFormatter().format(record)
    assert "9990000018" not in line
    assert json.loads(line)["exception"] == "ValueError"


def test_the_web_servers_own_lines_keep_no_address_of_a_request(capsys):
    logger = runpy.run_path("gunicorn.conf.py")["logger_class"](Config())
    logger.error("Error handling request %s", "/s/a-personal-link/")
    logger.error_log.handlers.clear()
    line = capsys.readouterr().err
    assert json.loads(line)["event"] == "Error handling request ..."
    assert "a-personal-link" not in line
