"""Environment variables mean what they say, or the start ends with one sentence that says what to set."""

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import env


@pytest.mark.parametrize(
    ("read", "written", "meant"),
    [
        (lambda: env.flag("X", False), "true", True),
        (lambda: env.flag("X", True), "0", False),
        (lambda: env.flag("X", True), "", True),
        (lambda: env.integer("X", 7), "", 7),
        (lambda: env.integer("X", 7), " 42 ", 42),
        (lambda: env.size("X", 1), "64MiB", 64 << 20),
        (lambda: env.size("X", 1), "1000", 1000),
        (lambda: env.seconds("X", 1), "2m", 120.0),
        (lambda: env.seconds("X", 1), "0.5", 0.5),
        (lambda: env.spans("X", ()), "1,1,2", (1.0, 1.0, 2.0)),
        (lambda: env.spans("X", (5.0,)), "", (5.0,)),
        (lambda: env.words("X"), "a, b,,c", ["a", "b", "c"]),
        (lambda: env.choice("X", "files", ("files", "s3")), "S3", "s3"),
        (
            lambda: env.networks("X"),
            "10.0.0.0/8, ::1",
            [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1")],
        ),
        (lambda: env.base_url("X", ""), "https://help.example.com/", "https://help.example.com"),
        (lambda: env.base_url("X", ""), "http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_value_is_read(monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], written: str, meant: Any) -> None:
    monkeypatch.setenv("X", written)
    assert read() == meant


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (lambda: env.flag("X", False), "maybe"),
        (lambda: env.integer("X", 1), "many"),
        (lambda: env.integer("X", 1, least=1), "0"),
        (lambda: env.integer("X", 1, most=65535), "65536"),
        (lambda: env.size("X", 1), "64 parrots"),
        (lambda: env.size("X", 1), "0"),
        (lambda: env.size("X", 1), "-1"),
        (lambda: env.seconds("X", 1), "soon"),
        (lambda: env.seconds("X", 1), "0"),
        (lambda: env.seconds("X", 1), "nan"),
        (lambda: env.spans("X", ()), "1,later"),
        (lambda: env.choice("X", "files", ("files", "s3")), "floppy"),
        (lambda: env.networks("X"), "10.0.0.0/33"),
        (lambda: env.networks("X"), "10.0.0.1/8"),
        (lambda: env.base_url("X", ""), "help.example.com"),
        (lambda: env.base_url("X", ""), "https://help.example.com/desk"),
        (lambda: env.base_url("X", ""), "https://a:b@help.example.com"),
        (lambda: env.base_url("X", ""), "http://localhost:notaport"),
        (lambda: env.base_url("X", ""), "ftp://help.example.com"),
    ],
)
def test_a_value_that_cannot_be_meant_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], written: str
) -> None:
    monkeypatch.setenv("X", written)
    with pytest.raises(SystemExit) as stopped:
        read()
    sentence = str(stopped.value)
    assert sentence.startswith("Polydesk cannot start: X ")
    assert "set it to" in sentence
    assert "\n" not in sentence


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    assert env.secret("X") == "s3cret"


def test_a_secret_in_two_places_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X", "one")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    with pytest.raises(SystemExit, match="either X or X_FILE"):
        env.secret("X")


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SystemExit, match="nowhere"):
        env.secret("X")


def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("X", str(tmp_path / "file" / "below"))
    with pytest.raises(SystemExit, match="set it to a folder"):
        env.directory("X", tmp_path)
