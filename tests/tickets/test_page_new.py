"""New tickets: an agent for somebody, a customer for themselves."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organization, User
from attachments.models import Attachment
from tests.factories import TeamFactory, UserFactory
from tests.pages import signed_in, text_of
from tickets.models import CustomField, Ticket
from tickets.words import Priority, Status

pytestmark = pytest.mark.django_db

WORDS = {"subject": "Paper jam", "description": "Tray two\r\nis stuck.", "priority": "high"}


def test_an_agent_finds_the_requester_by_address(agnes: User, rita: User) -> None:
    answer = signed_in(agnes).post("/tickets/new/", WORDS | {"requester": "RITA@example.test", "tags": "a, b"})
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert (ticket.requester_id, ticket.created_by_id) == (rita.pk, agnes.pk)
    assert ticket.description == "Tray two\nis stuck."
    assert ticket.priority == Priority.HIGH
    assert ticket.tag_texts == ["a", "b"]
    assert ticket.status == Status.NEW


@pytest.mark.parametrize("said", ["Rita", "rita", "Rit"])
def test_an_agent_finds_the_requester_by_name(agnes: User, rita: User, said: str) -> None:
    signed_in(agnes).post("/tickets/new/", WORDS | {"requester": said})
    assert Ticket.objects.get().requester_id == rita.pk


def test_an_unknown_address_makes_a_customer(agnes: User) -> None:
    said = WORDS | {"requester": "new@example.test", "requester_name": "Nora New"}
    signed_in(agnes).post("/tickets/new/", said)
    nora = User.objects.get(email="new@example.test")
    assert (nora.full_name, nora.role) == ("Nora New", "customer")
    assert Ticket.objects.get().requester_id == nora.pk


def test_blanks_describe_nothing(rita: User) -> None:
    answer = signed_in(rita).post("/tickets/new/", WORDS | {"description": " \r\n\t "})
    assert answer.status_code == 422
    assert "Say what happened" in text_of(answer)
    assert not Ticket.objects.exists()


def test_a_new_customer_comes_only_together_with_the_ticket(agnes: User) -> None:
    said = WORDS | {"requester": "new@example.test", "tags": "a" * 200}
    assert signed_in(agnes).post("/tickets/new/", said).status_code == 422
    assert not User.objects.filter(email="new@example.test").exists()
    assert not Ticket.objects.exists()


def test_several_of_a_name_are_offered_and_one_is_chosen(agnes: User) -> None:
    first, second = (UserFactory(full_name="Kim Roe", email=f"kim{number}@example.test") for number in (1, 2))
    browser = signed_in(agnes)
    answer = browser.post("/tickets/new/", WORDS | {"requester": "Kim Roe"})
    assert answer.status_code == 422
    assert "Several people have this name" in text_of(answer)
    assert "kim1@example.test" in text_of(answer)
    assert 'value="Paper jam"' in answer.content.decode()
    browser.post("/tickets/new/", WORDS | {"requester": "Kim Roe", "chosen": second.pk})
    assert Ticket.objects.get().requester_id == second.pk
    assert first.pk != second.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"requester": ""},
        {"requester": "Nobody At All"},
        {"requester": "\x00"},
        {"requester": "%"},
        {"requester": "a@b@c"},
        {"chosen": "x"},
        {"subject": " "},
        {"subject": "a" * 501},
        {"description": ""},
        {"priority": "whatever"},
        {"team": "99999"},
        {"assignee": "99999999999999999999"},
        {"category": "x"},
    ],
)
def test_wrong_input_keeps_everything_typed(agnes: User, rita: User, wrong: dict[str, str]) -> None:
    answer = signed_in(agnes).post("/tickets/new/", WORDS | {"requester": "rita@example.test"} | wrong)
    assert answer.status_code == 422
    assert "is stuck." in answer.content.decode() or "description" in wrong
    assert not Ticket.objects.exists()


def test_suggestions_are_for_staff(agnes: User, rita: User, sam: User) -> None:
    assert "rita@example.test" in signed_in(agnes).get("/tickets/people/?requester=ri").content.decode()
    assert "rita@example.test" not in signed_in(agnes).get("/tickets/people/?requester=r").content.decode()
    assert signed_in(sam).get("/tickets/people/?requester=ri").status_code == 404


def test_the_questions_are_those_of_the_team(agnes: User, rita: User) -> None:
    team = TeamFactory()
    field = CustomField.objects.create(team=team, title="Asset", key="asset", kind="text", is_mandatory=True)
    said = WORDS | {"requester": "rita@example.test", "team": team.pk}
    browser = signed_in(agnes)
    asked = browser.post("/tickets/new/", said | {"refresh": "1"})
    assert asked.status_code == 200
    assert "Asset" in text_of(asked)
    assert "required" not in text_of(asked)
    assert browser.post("/tickets/new/", said).status_code == 422
    browser.post("/tickets/new/", said | {f"custom.{field.uuid}": "LT-1"})
    ticket = Ticket.objects.get()
    assert (ticket.team_id, ticket.fields) == (team.pk, {str(field.uuid): "LT-1"})


def test_a_customer_writes_for_themselves(rita: User, sam: User, agnes: User) -> None:
    said = WORDS | {"requester": "sam@example.test", "assignee": agnes.pk, "status": "closed"}
    file = SimpleUploadedFile("jam.txt", b"squeak")
    signed_in(rita).post("/tickets/new/", said | {"files": file})
    ticket = Ticket.objects.get()
    assert (ticket.requester_id, ticket.assignee_id, ticket.status) == (rita.pk, None, Status.NEW)
    assert Attachment.objects.get(ticket=ticket).name == "jam.txt"


def test_a_customer_is_not_shown_who_works_here(rita: User, agnes: User) -> None:
    team = TeamFactory()
    Organization.current()
    Organization.objects.update(default_team=team)
    CustomField.objects.create(team=team, title="Watchers", key="watchers", kind="people")
    CustomField.objects.create(team=team, title="Hidden", key="hidden", kind="text", is_visible=False)
    CustomField.objects.create(team=team, title="Asset", key="asset", kind="text")
    page = signed_in(rita).get("/tickets/new/").content.decode()
    assert "Asset" in page
    for words in ("Watchers", "Hidden", agnes.full_name):
        assert words not in page


def test_those_who_may_only_look_are_refused(rita: User) -> None:
    rita.read_only = True
    rita.save(update_fields=["read_only"])
    assert signed_in(rita).get("/tickets/new/").status_code == 403
    assert signed_in(rita).post("/tickets/new/", WORDS).status_code == 403
    assert not Ticket.objects.exists()
