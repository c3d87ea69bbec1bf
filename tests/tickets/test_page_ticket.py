"""The page of one ticket: who sees what of it, replying, and what it costs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from attachments.actions import linked
from attachments.models import Attachment
from tests.factories import TicketFactory, acting
from tests.pages import signed_in, text_of
from tickets import actions
from tickets.models import Comment, Ticket
from tickets.words import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita, subject="Paper jam", description="Tray **two** is stuck.")


def test_a_stranger_gets_404(ticket: Ticket, sam: User) -> None:
    for path in ("", "edit/"):
        assert signed_in(sam).get(f"/tickets/{ticket.pk}/{path}").status_code == 404
    for path in ("reply/", "properties/", "status/", "delete/"):
        assert signed_in(sam).post(f"/tickets/{ticket.pk}/{path}", {"body": "Hi"}).status_code == 404
    assert not Comment.objects.exists()


def test_a_number_that_is_too_long_is_404(agnes: User) -> None:
    assert signed_in(agnes).get(f"/tickets/{'9' * 40}/").status_code == 404


def test_the_requester_never_sees_notes_their_files_or_the_work_inside(ticket: Ticket, agnes: User, rita: User) -> None:
    note = {"kind": "note", "body": "He is rude", "files": SimpleUploadedFile("secret.txt", b"x")}
    signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", note)
    actions.change(ticket, by=acting(agnes), tags=["difficult"], assignee=agnes)
    staff, own = signed_in(agnes).get(f"/tickets/{ticket.pk}/"), signed_in(rita).get(f"/tickets/{ticket.pk}/")
    for words in ("He is rude", "secret.txt", "difficult", "Internal note"):
        assert words in text_of(staff) or words in staff.content.decode()
        assert words not in own.content.decode()
    assert "Paper jam" in text_of(own)


def test_a_reply_reaches_the_requester(ticket: Ticket, agnes: User, rita: User) -> None:
    answer = signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", {"kind": "reply", "body": "Open\r\ntray two"})
    comment = Comment.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/tickets/{ticket.pk}/#message-{comment.pk}"
    assert comment.content == "Open\ntray two"
    assert not comment.is_internal
    assert "Open tray two" in text_of(signed_in(rita).get(f"/tickets/{ticket.pk}/"))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_a_customer_cannot_write_a_note(ticket: Ticket, rita: User) -> None:
    answer = signed_in(rita).post(f"/tickets/{ticket.pk}/reply/", {"kind": "note", "body": "psst"})
    assert answer.status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.usefixtures("store")
def test_files_come_along_and_can_be_fetched(ticket: Ticket, rita: User) -> None:
    files = [SimpleUploadedFile("a.log", b"one"), SimpleUploadedFile("b.log", b"two")]
    signed_in(rita).post(f"/tickets/{ticket.pk}/reply/", {"body": "Both logs", "files": files})
    page = signed_in(rita).get(f"/tickets/{ticket.pk}/").content.decode()
    links = [part.split('"')[0].replace("&amp;", "&") for part in page.split('class="file" href="')[1:]]
    assert len(links) == 2
    assert b"".join(signed_in(rita).get(links[0]).streaming_content) == b"one"  # type: ignore[attr-defined]


def test_an_empty_reply_comes_back_with_words_and_saves_nothing(ticket: Ticket, agnes: User) -> None:
    answer = signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", {"kind": "note", "body": "  \r\n "})
    assert answer.status_code == 422
    assert "Write something first" in text_of(answer)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("body", ["a" * 100_001, "with\x00nul"])
def test_a_reply_that_cannot_be_stored_keeps_what_was_typed(ticket: Ticket, agnes: User, body: str) -> None:
    answer = signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", {"kind": "note", "body": body})
    assert answer.status_code == 422
    assert body[:50].replace("\x00", "") in answer.content.decode().replace("\x00", "")
    assert not Comment.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.usefixtures("store")
def test_eleven_files_are_too_many_and_none_is_kept(ticket: Ticket, agnes: User) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]
    answer = signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", {"body": "All of them", "files": files})
    assert answer.status_code == 422
    assert "At most 10 files" in text_of(answer)
    assert not Comment.objects.exists()


def test_sending_can_set_the_status(ticket: Ticket, agnes: User) -> None:
    signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", {"body": "Is it gone?", "status": "pending"})
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING


def test_nobody_sets_a_status_over_one_they_have_not_seen(ticket: Ticket, agnes: User) -> None:
    actions.change(ticket, by=acting(agnes), status=Status.RESOLVED)
    answer = signed_in(agnes).post(
        f"/tickets/{ticket.pk}/reply/", {"body": "Is it gone?", "status": "pending", "seen_status": "new"}
    )
    assert answer.status_code == 422
    assert "Meanwhile the status became Resolved" in text_of(answer)
    assert "Is it gone?" in answer.content.decode()
    assert not Comment.objects.exists()


def test_markdown_is_drawn_and_html_is_not(ticket: Ticket, rita: User) -> None:
    hostile = "*hi* <script>alert(1)</script> [x](javascript:alert(1)) ![p](http://spy.test/p.png)"
    actions.reply(ticket, by=acting(rita), content=hostile, html="<p onclick=x>Hi<img src=x><iframe></iframe></p>")
    actions.reply(ticket, by=acting(rita), content=hostile)
    page = signed_in(rita).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "<strong>two</strong>" in page
    assert "<em>hi</em>" in page
    for evil in ("<script>alert", 'href="javascript', "<img", "onclick", "<iframe"):
        assert evil not in page


def test_the_requester_closes_and_reopens(ticket: Ticket, rita: User) -> None:
    browser = signed_in(rita)
    assert browser.post(f"/tickets/{ticket.pk}/status/", {"status": "closed"}, follow=True).status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    browser.post(f"/tickets/{ticket.pk}/status/", {"status": "reopened"})
    ticket.refresh_from_db()
    assert ticket.status == Status.REOPENED


@pytest.mark.parametrize("status", ["resolved", "new", "nonsense", "", "reopened"])
def test_the_requester_sets_nothing_else(ticket: Ticket, rita: User, status: str) -> None:
    answer = signed_in(rita).post(f"/tickets/{ticket.pk}/status/", {"status": status})
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_those_who_may_only_look_see_no_form(ticket: Ticket, agnes: User) -> None:
    agnes.read_only = True
    agnes.save(update_fields=["read_only"])
    page = signed_in(agnes).get(f"/tickets/{ticket.pk}/").content.decode()
    assert 'id="composer"' not in page
    assert "delete-dialog" not in page
    assert signed_in(agnes).post(f"/tickets/{ticket.pk}/reply/", {"body": "Hi"}).status_code == 403


def test_long_conversations_begin_with_the_newest(ticket: Ticket, rita: User, agnes: User) -> None:
    for number in range(103):
        actions.reply(ticket, by=acting(rita), content=f"Message number {number}.")
    browser = signed_in(agnes)
    page = text_of(browser.get(f"/tickets/{ticket.pk}/"))
    assert "Message number 102." in page
    assert "Message number 2." not in page
    assert "Show earlier messages" in page
    assert "Message number 0." in text_of(browser.get(f"/tickets/{ticket.pk}/?messages=200"))
    assert browser.get(f"/tickets/{ticket.pk}/?messages=-1").status_code == 200


@pytest.mark.parametrize("who", ["agnes", "rita"])
def test_the_ticket_costs_eight_queries_however_long(ticket: Ticket, agnes: User, rita: User, who: str) -> None:
    browser = signed_in({"agnes": agnes, "rita": rita}[who])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/tickets/{ticket.pk}/").status_code == 200
        return len(queries)

    few = cost()
    for number in range(15):
        actions.reply(ticket, by=acting(rita if number % 2 else agnes), content="Hello", internal=number % 4 == 0)
        actions.change(ticket, by=acting(agnes), tags=[f"tag{number}"])
        TicketFactory(requester=rita)
    assert cost() == few <= 8


def test_deleting_asks_for_the_ticket_that_was_seen(ticket: Ticket, agnes: User, rita: User) -> None:
    browser = signed_in(agnes)
    version = ticket.version
    actions.change(ticket, by=acting(rita), subject="It burns now")
    answer = browser.post(f"/tickets/{ticket.pk}/delete/", {"version": version}, follow=True)
    assert "Not deleted" in text_of(answer)
    browser.post(f"/tickets/{ticket.pk}/delete/", {"version": version + 1})
    assert browser.get(f"/tickets/{ticket.pk}/").status_code == 404
    assert signed_in(rita).get(f"/tickets/{ticket.pk}/").status_code == 404


def test_a_customer_cannot_delete(ticket: Ticket, rita: User) -> None:
    assert signed_in(rita).post(f"/tickets/{ticket.pk}/delete/", {"version": ticket.version}).status_code == 404
    assert Ticket.objects.filter(pk=ticket.pk).exists()


def test_the_requester_edits_their_own_words(ticket: Ticket, rita: User) -> None:
    said = {"subject": "Paper jam again", "description": "Tray three", "version": ticket.version}
    assert signed_in(rita).post(f"/tickets/{ticket.pk}/edit/", said).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.description) == ("Paper jam again", "Tray three")


def test_an_edit_of_an_older_version_shows_both_and_saves_nothing(ticket: Ticket, agnes: User, rita: User) -> None:
    said = {"subject": "Mine", "description": "My words", "version": ticket.version}
    actions.change(ticket, by=acting(agnes), subject="Theirs")
    answer = signed_in(rita).post(f"/tickets/{ticket.pk}/edit/", said)
    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert "My words" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.subject == "Theirs"
    again = signed_in(rita).post(f"/tickets/{ticket.pk}/edit/", {**said, "version": ticket.version})
    assert again.status_code == 302


def test_forms_need_their_token(ticket: Ticket, agnes: User) -> None:
    careful = signed_in(agnes, enforce_csrf_checks=True)
    assert careful.post(f"/tickets/{ticket.pk}/reply/", {"body": "Hi"}).status_code == 403


@pytest.mark.parametrize("address", ["https://example.test/a", "HTTPS://EXAMPLE.test/a"])
def test_links_lead_where_they_say(address: str, rita: User) -> None:
    ticket = TicketFactory(requester=rita)
    actions.reply(ticket, by=acting(rita), content="see", files=[linked(address, "The manual")])
    page = signed_in(rita).get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'<a class="file" href="{address}" rel="noopener noreferrer">' in page
