"""The commands of operators: people who may sign in, keys for programs."""

import os
import pty
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone

from accounts.keys import READ_ONLY_LIFE, find_key
from accounts.models import ApiKey, Role, User, UserEvent
from accounts.signin import sign_in
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

GOOD = "a-fine-long-password-9"


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_PASSWORD", GOOD)


@pytest.fixture
def issue(capsys: pytest.CaptureFixture[str]) -> Any:
    """Issues a key and returns what stdout held, but for the last line end."""

    def issued(*arguments: str) -> str:
        call_command("issue_api_key", *arguments)
        return capsys.readouterr().out.removesuffix("\n")

    return issued


def create(*arguments: str, email: str = "bo@example.test", name: str = "Bo", role: str = "agent") -> None:
    call_command("create_user", "--email", email, "--name", name, "--role", role, *arguments)


@pytest.mark.parametrize("role", Role.values)
def test_who_was_created_may_sign_in(role: str, password: None, rf: RequestFactory) -> None:
    create("--tier", "premium", "--read-only", role=role)
    user = sign_in(rf.post("/"), email="bo@example.test", password=GOOD)
    assert (user.full_name, user.role, user.tier, user.read_only) == ("Bo", role, "premium", True)
    assert UserEvent.objects.get().user == user


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "RITA@example.test"}, "exists already"),
        ({"email": "nobody"}, "valid e-mail"),
        ({"name": " "}, "blank"),
        ({"name": "x" * 201}, "at most 200"),
    ],
)
def test_a_wrong_person_is_one_sentence(rita: User, password: None, values: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        create(**values)
    assert User.objects.get() == rita


def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_PASSWORD", "12345")
    with pytest.raises(CommandError, match="too short"):
        create()
    assert not User.objects.exists()


def test_without_password_and_terminal_one_sentence_says_what_to_set() -> None:
    arguments = [sys.executable, "manage.py", "create_user", "--email", "a@b.test", "--name", "A", "--role", "agent"]
    environment = {**os.environ, "DATABASE_URL": "sqlite://:memory:"}
    environment.pop("USER_PASSWORD", None)
    ended = subprocess.run(
        arguments, cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == "CommandError: There is no terminal to ask for the password: set USER_PASSWORD."


def test_the_prompt_asks_twice() -> None:
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "manage.py", "create_user", "--email", "a@b.test", "--name", "A", "--role", "agent"]
    environment = {name: value for name, value in os.environ.items() if name != "USER_PASSWORD"}
    with subprocess.Popen(
        arguments, cwd=settings.BASE_DIR, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    ) as asking:  # fmt: skip
        os.close(theirs)
        said = ""
        for prompt, answer in (("Password: ", "one-fine-password"), ("Again: ", "another-password")):
            while prompt not in said:
                said += os.read(ours, 1000).decode()
            os.write(ours, f"{answer}\n".encode())
        try:
            while part := os.read(ours, 1000).decode():
                said += part
        except OSError:  # the other side has closed
            pass
    os.close(ours)
    assert asking.returncode == 1
    assert "The two passwords differ." in said
    assert "one-fine-password" not in said


@pytest.mark.parametrize(("kind", "start"), [("admin", "tt_admin_"), ("ro", "tt_ro_"), ("agent", "tt_agent_")])
def test_a_toptickets_key_is_printed_alone(issue: Any, ada: User, kind: str, start: str) -> None:
    text = issue("--contract", "toptickets", "--kind", kind, "--owner", "ADA@example.test", "--name", "Nightly")
    assert text.startswith(start)
    assert text.split() == [text]
    key = find_key("toptickets", text)
    assert key is not None
    assert (key.owner, key.name, key.is_live) == (ada, "Nightly", True)


def test_scopes_addresses_and_end_are_kept(issue: Any, ada: User) -> None:
    text = issue(
        "--contract", "toptickets", "--kind", "admin", "--owner", "ada@example.test", "--expires-in", "90s",
        "--scopes", "tickets:read, comments:write", "--allow-ip", "192.0.2.0/24", "--allow-ip", "::1",
    )  # fmt: skip
    key = find_key("toptickets", text)
    assert key is not None
    assert (key.scopes, key.allowed_addresses) == (["tickets:read", "comments:write"], ["192.0.2.0/24", "::1/128"])
    assert key.expires_at is not None
    assert timedelta(seconds=80) < key.expires_at - timezone.now() <= timedelta(seconds=90)


@pytest.mark.parametrize(
    ("span", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("72h", timedelta(hours=72)),
        ("7d", timedelta(7)),
    ],
)
def test_spans(issue: Any, span: str, length: timedelta) -> None:
    key = find_key("support", issue("--contract", "support", "--expires-in", span))
    assert key is not None
    assert key.expires_at is not None
    assert abs(key.expires_at - timezone.now() - length) < timedelta(seconds=20)


def test_a_read_only_owners_key_lives_72_hours(issue: Any) -> None:
    UserFactory(email="lois@example.test", role=Role.ADMIN, read_only=True)
    key = find_key(
        "toptickets",
        issue("--contract", "toptickets", "--kind", "ro", "--owner", "lois@example.test", "--expires-in", "7d"),
    )
    assert key is not None
    assert key.expires_at is not None
    assert abs(key.expires_at - timezone.now() - READ_ONLY_LIFE) < timedelta(seconds=20)


def test_a_taas_key_replaces_that_slots_key(issue: Any) -> None:
    team = TeamFactory(name="Desk")
    first = issue("--contract", "taas", "--kind", "primary", "--team", "desk")
    other = issue("--contract", "taas", "--kind", "secondary", "--team", "desk")
    second = issue("--contract", "taas", "--kind", "primary", "--team", "desk")
    live = [key is not None and key.is_live for key in (find_key("taas", text) for text in (first, other, second))]
    assert live == [False, True, True]
    assert set(ApiKey.objects.values_list("team", flat=True)) == {team.pk}


def test_a_support_key_needs_no_owner(issue: Any, agnes: User) -> None:
    assert issue("--contract", "support").startswith("sk_")
    owned = find_key("support", issue("--contract", "support", "--owner", "agnes@example.test"))
    assert owned is not None
    assert owned.owner == agnes


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--contract toptickets --owner ada@example.test", "--kind is needed"),
        ("--contract toptickets --kind primary --owner ada@example.test", "these kinds of key"),
        ("--contract toptickets --kind admin", "needs an owner"),
        ("--contract toptickets --kind admin --owner who@example.test", "Nobody has"),
        ("--contract toptickets --kind admin --owner agnes@example.test", "needs an administrator"),
        ("--contract toptickets --kind agent --owner rita@example.test", "active staff"),
        ("--contract toptickets --kind agent --owner agnes@example.test --scopes teams:delete", "cannot hold"),
        ("--contract toptickets --kind agent --owner agnes@example.test --expires-in 3w", "number with a unit"),
        ("--contract toptickets --kind agent --owner agnes@example.test --expires-in 0s", "number with a unit"),
        ("--contract toptickets --kind agent --owner agnes@example.test --expires-in 999999999d", "too far"),
        ("--contract toptickets --kind agent --owner agnes@example.test --allow-ip home", "Not an address"),
        ("--contract taas --kind primary", "needs a team"),
        ("--contract taas --kind primary --team Nowhere", "no team called"),
        ("--contract support --owner rita@example.test", "must be staff"),
    ],
)
def test_a_wrong_key_is_one_sentence(ada: User, agnes: User, rita: User, arguments: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("issue_api_key", *arguments.split())
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("whole", [True, False])
def test_revoking_by_key_or_prefix(issue: Any, whole: bool, capsys: pytest.CaptureFixture[str]) -> None:
    text = issue("--contract", "support", "--name", "Chat")
    key = ApiKey.objects.get()
    call_command("revoke_api_key", text if whole else key.prefix)
    key.refresh_from_db()
    assert not key.is_live
    said = capsys.readouterr().out
    assert "Chat" in said
    assert text not in said
    call_command("revoke_api_key", text if whole else key.prefix)
    assert "already" in capsys.readouterr().out


@pytest.mark.parametrize("named", ["sk_", "nonsense", " ", "sk_" + "x" * 5000])
def test_an_unknown_key_is_one_sentence(issue: Any, named: str) -> None:
    issue("--contract", "support")
    with pytest.raises(CommandError, match="no such key"):
        call_command("revoke_api_key", named)
    assert ApiKey.objects.get().is_live
