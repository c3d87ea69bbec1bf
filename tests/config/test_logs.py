"""One line a request, and no line ever carries a credential."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.logs import RequestLog, logging_config


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[str], list[dict[str, Any]]]:
    """The lines that say a request is finished, as the handlers get them."""

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def lines(path: str) -> list[dict[str, Any]]:
        with caplog.at_level(logging.INFO):
            RequestLog(answer)(RequestFactory().get(path, HTTP_USER_AGENT="browser"))
        said = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
        return [line for line in said if line["event"] == "request_finished"]

    return lines


def test_a_request_is_one_line(logged: Callable[[str], list[dict[str, Any]]]) -> None:
    (line,) = logged("/tickets/")
    assert (line["request"], line["code"]) == ("GET /tickets/", 200)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/ticketing/v1/tickets?key=s3cret", "GET /ticketing/v1/tickets"),
        ("/track/s3cret/", "GET /track/…/"),
        ("/files/s3cret/report.pdf", "GET /files/…/report.pdf"),
        ("/account/password/reset/key/s3cret/", "GET /account/password/reset/key/…/"),
    ],
)
def test_credentials_are_left_out(path: str, shown: str, logged: Callable[[str], list[dict[str, Any]]]) -> None:
    (line,) = logged(path)
    assert line["request"] == shown
    assert "s3cret" not in str(line)


def test_a_refused_host_does_not_log_the_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert client.get("/healthz?key=s3cret", HTTP_HOST="evil.example").status_code == 400
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("form", ["json", "text"])
def test_lines_are_written_in_either_form(form: str) -> None:
    formatter = logging_config(form, "info")["formatters"]["line"]
    make = formatter.pop("()")
    record = logging.LogRecord("polydesk", logging.INFO, __file__, 1, "hello %s", ("there",), None)
    assert "hello there" in make(**formatter).format(record)
