"""Bodies that pages refuse before reading them."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def test_too_large_is_said_without_reading(client: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BODY = 1000
    response = client.post("/tickets/new/", {"title": "x" * 2000})
    assert response.status_code == 413
    assert response["Connection"] == "close"
    assert b"<html" in response.content


def test_an_unannounced_length_is_refused(client: Client) -> None:
    assert client.post("/tickets/new/", HTTP_TRANSFER_ENCODING="chunked").status_code == 411


def test_a_length_that_is_no_number_is_refused(client: Client) -> None:
    assert client.get("/healthz", CONTENT_LENGTH="-5").status_code == 413
