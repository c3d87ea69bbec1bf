"""Names and types that strangers chose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attachments.names import clean_name, clean_type


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\u200bb\u202ec.txt", "abc.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("a\r\nb", "ab"),
        ("  two   words .txt ", "two words .txt"),
        ("...", "file"),
        ("", "file"),
        ("über.txt", "über.txt"),
    ],
)
def test_display_names(name: str, expected: str) -> None:
    assert clean_name(name) == expected


@given(st.text(max_size=600))
def test_any_name_becomes_a_harmless_one(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert len(cleaned.encode()) <= 255
    assert not set(cleaned) & set("/\\\x00\r\n\u202e\u200b")
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("declared", "name", "expected"),
    [
        ("text/plain; charset=utf-8", "x", "text/plain"),
        ("IMAGE/PNG", "x", "image/png"),
        ("", "x.pdf", "application/pdf"),
        ("nonsense", "x.zip", "application/zip"),
        ("text/html\r\nX: y", "x", "application/octet-stream"),
        ("", "x", "application/octet-stream"),
    ],
)
def test_types(declared: str, name: str, expected: str) -> None:
    assert clean_type(declared, name) == expected
