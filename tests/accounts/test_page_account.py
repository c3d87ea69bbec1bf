"""Signing in and out, new passwords, and one's own account, as pages."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD
from tests.pages import signed_in, text_of

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def test_logging_in_and_out(client: Client, rita: User) -> None:
    answer = client.post(LOGIN, {"login": "RITA@example.test", "password": PASSWORD, "next": "/account/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert rita.full_name in text_of(client.get("/account/"))
    client.post("/accounts/logout/")
    assert client.get("/account/").status_code == 302


def test_the_way_back_never_leaves_the_house(client: Client, rita: User) -> None:
    answer = client.post(LOGIN, {"login": rita.email, "password": PASSWORD, "next": "https://evil.test/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("said", [{"login": "nobody@example.test"}, {"password": "wrong"}, {"login": "\x00"}, {}])
def test_wrong_credentials_are_one_answer(client: Client, rita: User, said: dict[str, str]) -> None:
    right = {"login": rita.email, "password": PASSWORD} if said else {}
    answer = client.post(LOGIN, right | said)
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_somebody_switched_off_cannot_log_in(client: Client, rita: User) -> None:
    User.objects.filter(pk=rita.pk).update(is_active=False)
    client.post(LOGIN, {"login": rita.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("_standing_clock")
def test_the_eleventh_try_in_a_minute_is_braked(client: Client, rita: User) -> None:
    for _ in range(10):
        client.post(LOGIN, {"login": rita.email, "password": "wrong"})
    answer = client.post(LOGIN, {"login": rita.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many tries" in text_of(answer)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    said = {"email": "new@example.test", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/accounts/signup/", said)
    assert "Accounts are made by the helpdesk" in text_of(answer)
    assert not User.objects.exists()


def test_a_forgotten_password_is_replaced_by_mail(client: Client, rita: User) -> None:
    client.post("/accounts/password/reset/", {"email": rita.email}, headers={"host": "localhost"})
    (letter,) = mail.outbox
    assert letter.to == [rita.email]
    assert letter.subject == "Choose a new password"
    assert "<" not in letter.body
    (link,) = re.findall(r"http://localhost:\d+(/accounts/password/reset/key/\S+)", letter.body)
    form = client.get(link, follow=True)
    new = "another-fine-password-8"
    answer = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "Your new password is set" in text_of(answer)
    assert Client().post(LOGIN, {"login": rita.email, "password": new}).status_code == 302
    assert "no longer works" in text_of(Client().get(link, follow=True))


def test_asking_for_an_unknown_address_tells_nothing(client: Client, rita: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": rita.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [letter.to for letter in mail.outbox] == [[rita.email]]


@pytest.mark.usefixtures("mail_server_away")
def test_while_the_mail_server_is_away_the_answer_is_the_same(client: Client, rita: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": rita.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert known.status_code == 302


def test_changing_the_password_ends_other_sessions(rita: User) -> None:
    here, elsewhere = signed_in(rita), signed_in(rita)
    new = "another-fine-password-8"
    said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", said).status_code == 302
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_wrong_old_password_changes_nothing(rita: User) -> None:
    said = {"oldpassword": "wrong", "password1": "another-fine-password-8", "password2": "another-fine-password-8"}
    assert "errorlist" in signed_in(rita).post("/accounts/password/change/", said).content.decode()
    rita.refresh_from_db()
    assert rita.check_password(PASSWORD)


def test_everybody_changes_their_own_name_and_zone(rita: User) -> None:
    browser = signed_in(rita)
    assert browser.post("/account/", {"full_name": "Rita Moss", "timezone": "Europe/Berlin"}).status_code == 302
    rita.refresh_from_db()
    assert (rita.full_name, rita.timezone) == ("Rita Moss", "Europe/Berlin")


@pytest.mark.parametrize(
    "wrong", [{"full_name": " "}, {"full_name": "a" * 201}, {"full_name": "\x00"}, {"timezone": "Mars/Base"}]
)
def test_a_wrong_name_or_zone_is_refused(rita: User, wrong: dict[str, str]) -> None:
    answer = signed_in(rita).post("/account/", {"full_name": "Rita Moss", "timezone": ""} | wrong)
    assert answer.status_code == 422
    rita.refresh_from_db()
    assert rita.full_name == "Rita"


def test_a_zone_that_no_longer_exists_does_not_lock_anybody_out(rita: User) -> None:
    User.objects.filter(pk=rita.pk).update(timezone="Mars/Base")
    assert signed_in(rita).get("/").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/tickets/999/", "/accounts/email/"])
def test_unknown_addresses_answer_in_our_words(rita: User, path: str) -> None:
    answer = signed_in(rita).get(path, follow=True)
    assert answer.status_code == 404
    assert "There is nothing at this address" in text_of(answer)


@pytest.mark.parametrize(
    "path", ["inactive/", "signup/", "password/reset/done/", "password/reset/key/done/", "logout/"]
)
def test_the_smaller_pages_are_ours_too(rita: User, path: str) -> None:
    answer = signed_in(rita).get(f"/accounts/{path}", follow=True)
    assert answer.status_code == 200
    assert "Skip to content" in text_of(answer)


def test_an_old_form_is_explained(rita: User) -> None:
    answer = signed_in(rita, enforce_csrf_checks=True).post("/account/", {"full_name": "Rita Moss"})
    assert answer.status_code == 403
    assert "This form was too old" in text_of(answer)


@pytest.mark.usefixtures("_standing_clock")
def test_one_password_cannot_be_tried_on_everybody(client: Client, rita: User) -> None:
    for number in range(100):
        said = {"login": f"person{number}@example.test", "password": "Summer2026!"}
        assert client.post(LOGIN, said).status_code == 200
    assert client.post(LOGIN, {"login": rita.email, "password": PASSWORD}).status_code == 429
