"""Files that somebody means ill with, and what each door gives them. `docs/files.md` sums this table up."""

import gzip
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

TAKEN, REFUSED = "taken", "refused"
SCRIPT = b"<script>alert(document.cookie)</script>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'


@dataclass(frozen=True, slots=True)
class Hostile:
    """`listed` is what toptickets does, whose list of types is its own; the other doors do as `fate` says."""

    what: str
    name: str
    declared: str
    content: bytes
    fate: str
    listed: str
    shown: str = ""  # the type it may be looked at as


def flood(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def bomb(layers: int = 2) -> bytes:
    """An archive that would unpack to gigabytes."""
    content = bytes(10_000_000)
    for layer in range(layers):
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{layer}-{copy}", content)
        content = out.getvalue()
    return content


def picture(form: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, form)
    return out.getvalue()


def scans(many: int) -> bytes:
    """A progressive JPEG that paints its pixels over and over, forty bytes for each time."""
    out = BytesIO()
    Image.new("RGB", (64, 64)).save(out, "JPEG", progressive=True)
    content = out.getvalue()
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * many + content[-2:]


def climbing() -> bytes:
    """An archive whose entries climb out of any folder."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("../../../etc/cron.d/x", "* * * * * root id")
    return out.getvalue()


PLAIN = "text/plain; charset=utf-8"
TABLE = [
    # names: taken, under a name of ours and with a clean one to show
    Hostile("climbing name", "../../../etc/passwd.txt", "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("Windows path", "C:\\boot.txt", "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("line break in the name", "a\r\nSet-Cookie: x=1.txt", "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("reversed name", "\u202etxt.exe", "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("invisible letters", "\u200ba\u200b.txt", "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("name of nine hundred letters", "n" * 900 + ".txt", "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("name of a server's settings", ".htaccess", "text/plain", b"AddHandler php .txt", TAKEN, TAKEN, PLAIN),
    Hostile("markup as a name", '"><img src=x onerror=alert(1)>.txt', "text/plain", b"x", TAKEN, TAKEN, PLAIN),
    Hostile("two endings", "shot.png.exe", "image/png", EXE, REFUSED, REFUSED),
    # types
    Hostile("line break in the type", "a.txt", "x\r\nX-Evil: 1", b"x", TAKEN, REFUSED, PLAIN),
    Hostile("type that is none", "a.txt", "../../x", b"x", TAKEN, REFUSED, PLAIN),
    Hostile("program as a picture", "a.png", "image/png", EXE, REFUSED, REFUSED),
    Hostile("program as text", "a.txt", "text/plain", ELF, REFUSED, REFUSED),
    Hostile("program as an archive", "a.zip", "application/zip", EXE, REFUSED, REFUSED),
    Hostile("program as what it is", "a.exe", "application/x-msdownload", EXE, TAKEN, REFUSED),
    Hostile("page as a picture", "a.png", "image/png", b"<!DOCTYPE html>" + SCRIPT, REFUSED, REFUSED),
    Hostile("drawing as a picture", "a.png", "image/png", SVG, REFUSED, REFUSED),
    Hostile("picture as text", "a.txt", "text/plain", picture("PNG"), REFUSED, REFUSED),
    Hostile("script called a picture", "a.png", "text/javascript", b"alert(1)", REFUSED, REFUSED),
    Hostile("archive as PDF", "a.pdf", "application/pdf", climbing(), REFUSED, REFUSED),
    # what could run, as what it is: only ever saved
    Hostile("page", "a.html", "text/html", b"<!DOCTYPE html>" + SCRIPT, TAKEN, TAKEN),
    Hostile("page as text", "a.txt", "text/plain", b"<!DOCTYPE html>" + SCRIPT, TAKEN, TAKEN, PLAIN),
    Hostile("drawing with a script", "a.svg", "image/svg+xml", SVG, TAKEN, REFUSED),
    Hostile("XHTML", "a.xhtml", "application/xhtml+xml", SVG, TAKEN, REFUSED),
    Hostile("PDF with a script", "a.pdf", "application/pdf", PDF, TAKEN, TAKEN, "application/pdf"),
    Hostile("PHP", "a.php", "application/x-httpd-php", b"<?php system($_GET[0]);", TAKEN, REFUSED),
    # two things at once: by the first bytes, and never as markup
    Hostile("GIF and script", "a.js", "text/javascript", b"GIF89a=1;" + SCRIPT, REFUSED, REFUSED),
    Hostile("GIF and page", "a.gif", "image/gif", b"GIF89a" + SCRIPT, TAKEN, TAKEN),
    Hostile("PNG and page", "a.png", "image/png", picture("PNG") + SCRIPT, TAKEN, TAKEN, "image/png"),
    Hostile("JPEG and PHP", "a.jpg", "image/jpeg", picture("JPEG") + b"<?php id();", TAKEN, TAKEN, "image/jpeg"),
    Hostile("PDF and archive", "a.pdf", "application/pdf", PDF + climbing(), TAKEN, TAKEN, "application/pdf"),
    # bombs: never unpacked, and decoded only within bounds
    Hostile("archive of gigabytes", "a.zip", "application/zip", bomb(), TAKEN, TAKEN),
    Hostile("archive that climbs", "a.zip", "application/zip", climbing(), TAKEN, TAKEN),
    Hostile("gzip of 100 MB", "a.gz", "application/gzip", gzip.compress(bytes(100_000_000), 1), TAKEN, TAKEN),
    Hostile("flood of pixels", "a.png", "image/png", flood(60_000, 60_000), TAKEN, TAKEN),
    Hostile("scans without end", "a.jpg", "image/jpeg", scans(5_000), TAKEN, TAKEN),
    Hostile("billion laughs", "a.xml", "application/xml", LAUGHS, TAKEN, REFUSED),
    Hostile("nothing at all", "a.png", "image/png", b"", TAKEN, TAKEN),
]
