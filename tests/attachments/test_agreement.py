"""Declared type, name and content must speak of one kind of file; what nobody knows is believed."""

import io
import tarfile
import zipfile
from typing import Any

import pytest

from attachments.sniffing import disagree

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("trace.txt", "text/plain", b"hello"),
        ("trace.log", "application/octet-stream", b"hello"),
        ("shot.png", "image/png", b"made up by a test"),  # nobody knows these bytes
        ("shot.png", "image/png", PNG),
        ("IMG_1.png", "image/png", JPEG),  # phones do this
        ("shot.png", "", PNG),
        ("report.pdf", "application/pdf", PDF),
        ("letter.docx", WORD, zipped("[Content_Types].xml", "word/document.xml")),
        ("secret.docx", WORD, OLE),  # encrypted
        ("old.doc", "application/msword", b"{\\rtf1\\ansi"),
        ("old.doc", "application/msword", HTML),
        ("table.csv", "application/vnd.ms-excel", b"a,b\n1,2\n"),  # Windows says so
        ("a.zip", "application/x-zip-compressed", zipped("a")),
        ("a.jar", "application/java-archive", zipped("META-INF/MANIFEST.MF")),
        ("a.tar.gz", "application/gzip", b"\x1f\x8b\x08\x00" + b"\x00" * 20),
        ("a.log.gz", "application/x-gzip", b"\x1f\x8b\x08\x00" + b"\x00" * 20),
        ("a.tar", "application/x-tar", tarred()),
        ("talk.wav", "audio/wav", WAV),
        ("mail.eml", "message/rfc822", b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nhi"),
        ("page.html", "text/html", HTML),
        ("page.txt", "text/plain", HTML),
        ("drawing.svg", "image/svg+xml", SVG),
        ("setup.exe", "application/x-msdownload", EXE),
        ("setup.exe", "application/octet-stream", EXE),
        ("main.js", "application/x-javascript", b"alert(1)"),
        ("app.ts", "video/mp2t", b"export const a = 1"),
        ("capture.pcap", "application/vnd.tcpdump.pcap", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00"),
        ("notes", "", b""),
        ("BM.txt", "text/plain", b"BM stands for benchmark"),
        ("notes.txt", "text/plain", "UTF-16".encode("utf-16")),
    ],
)
def test_honest_files(name: str, declared: str, content: bytes) -> None:
    assert not disagree(content, declared, name)


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("shot.png", "image/png", EXE),
        ("shot.png", "image/png", HTML),
        ("shot.png", "image/png", SVG),
        ("shot.png", "application/octet-stream", EXE),
        ("shot.png", "", HTML),
        ("shot.png", "text/html", b"hello"),
        ("shot.svg", "image/png", b"hello"),
        ("page.html", "image/png", PNG),
        ("report.pdf", "application/pdf", zipped("a")),
        ("report.pdf", "application/pdf", HTML),
        ("report.pdf", "image/png", b"hello"),
        ("trace.txt", "text/plain", PNG),
        ("trace.txt", "text/plain", EXE),
        ("trace.txt", "text/plain", PDF),
        ("trace.js", "text/javascript", b"GIF89a/*<script>alert(1)</script>*/"),
        ("a.zip", "application/zip", EXE),
        ("film.mp4", "video/mp4", EXE),
        ("film.mp4", "video/mp4", PDF),
        ("a.docx", WORD, PNG),
    ],
)
def test_lies(name: str, declared: str, content: Any) -> None:
    assert disagree(content, declared, name)
