"""What may be looked at: pictures, PDF, text and video, in a sandbox, by what the bytes are; markup never."""

import struct
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from accounts.models import User
from attachments.models import Attachment
from attachments.previews import shown_as
from tests.attachments.hostile import flood, scans
from tests.attachments.sent import attached, body, fetch
from tests.factories import TicketFactory, acting
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
MARKUP = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita)


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (900, 600)) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P") else None).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "declared", "content", "shown"),
    [
        ("a.png", "image/png", picture("PNG"), "image/png"),
        ("a.png", "image/png", picture("JPEG"), "image/jpeg"),  # by its bytes, not by its name
        ("a.gif", "image/gif", picture("GIF", "P"), "image/gif"),
        ("a.webp", "image/webp", picture("WEBP"), "image/webp"),
        ("a.pdf", "application/pdf", PDF, "application/pdf"),
        ("a.mp4", "video/mp4", MP4, "video/mp4"),
        ("a.txt", "text/plain", b"<b>only words</b>", "text/plain; charset=utf-8"),
        ("a.csv", "text/csv", b"a,b", "text/plain; charset=utf-8"),
        ("a.json", "application/json", b"{}", "text/plain; charset=utf-8"),
    ],
)
def test_looked_at_in_a_sandbox(
    name: str, declared: str, content: bytes, shown: str, ticket: Ticket, rita: User
) -> None:
    file = attached(ticket, name, content, declared, by=acting(rita))
    answer = fetch(file, "preview")
    assert (answer.status_code, body(answer)) == (200, content)
    assert answer.headers["Content-Type"] == shown
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:2] == ["sandbox", "default-src 'none'"]
    assert "frame-ancestors 'self'" in policy
    assert not [rule for rule in policy if rule.startswith(("script-src", "sandbox "))]
    assert fetch(file, "preview", Range="bytes=0-0").status_code == 206


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("a.html", "text/html", b"<script>alert(1)</script>"),
        ("a.svg", "image/svg+xml", MARKUP),
        ("a.xml", "text/xml", MARKUP),
        ("a.xhtml", "application/xhtml+xml", MARKUP),
        ("a.js", "text/javascript", b"alert(1)"),
        ("a.mht", "multipart/related", b"MIME-Version: 1.0"),
        ("a.png", "image/png", b"<not a picture"),
        ("a.bmp", "image/bmp", picture("BMP")),
        ("a.tiff", "image/tiff", picture("TIFF")),
        ("a.pdf", "application/pdf", b"later %PDF-1.7"),
        ("a.mp4", "video/mp4", b"who knows"),
        ("a.txt", "text/plain", b"\x00\x01\x02 binary"),
        ("a.bin", "application/octet-stream", b"x"),
        ("flood.png", "image/png", flood(60_000, 60_000)),
    ],
)
def test_everything_else_is_only_saved(name: str, declared: str, content: bytes, ticket: Ticket, rita: User) -> None:
    file = attached(ticket, name, content, declared, by=acting(rita))
    for variant in ("preview", "thumbnail"):
        assert fetch(file, variant).status_code == 404
    assert fetch(file).status_code in (200, 302)


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("GIF", "P"), ("WEBP", "RGBA")]
)
def test_a_small_picture(form: str, mode: str, ticket: Ticket, rita: User) -> None:
    content = picture(form, mode)
    file = attached(ticket, f"a.{form.lower()}", content, f"image/{form.lower()}", by=acting(rita))
    first, again = fetch(file, "thumbnail"), fetch(file, "thumbnail")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/webp")
    assert first.headers["Content-Security-Policy"].startswith("sandbox")
    assert body(first) == body(again)
    with Image.open(BytesIO(body(first))) as small:
        assert max(small.size) == 320


def test_a_small_picture_is_upright_and_says_nothing_about_its_taker(ticket: Ticket, rita: User) -> None:
    out, exif = BytesIO(), Image.Exif()
    exif[274], exif[271] = 6, "A camera"
    Image.new("RGB", (800, 400)).save(out, "JPEG", exif=exif)
    file = attached(ticket, "a.jpg", out.getvalue(), "image/jpeg", by=acting(rita))
    with Image.open(BytesIO(body(fetch(file, "thumbnail")))) as small:
        assert small.width < small.height
        assert not small.getexif()


@pytest.mark.parametrize("content", [picture("PNG")[:60], picture("JPEG")[:700], flood(4_000, 4_000)])
def test_a_broken_picture_has_a_sign_instead(content: bytes, ticket: Ticket, rita: User) -> None:
    file = attached(ticket, "a.png", content, "image/png", by=acting(rita))
    for _ in range(2):
        answer = fetch(file, "thumbnail")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/static/icons/no-picture.svg")


def jpeg(**options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "JPEG", **options)
    return out.getvalue()


def test_scans_without_end_are_not_decoded(ticket: Ticket, rita: User) -> None:
    file = attached(ticket, "a.jpg", scans(100), "image/jpeg", by=acting(rita))
    assert fetch(file, "thumbnail").status_code == fetch(file, "preview").status_code == 404
    few = attached(ticket, "b.jpg", scans(9), "image/jpeg", by=acting(rita))
    assert fetch(few, "thumbnail").status_code == 200


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\x00\x00"}], ids=["VP8", "VP8L", "VP8X"])
def test_the_size_of_a_webp_is_read_from_its_head(options: dict[str, Any]) -> None:
    for size, shown in [((5_999, 4_000), "image/webp"), ((6_001, 4_000), "")]:
        out = BytesIO()
        Image.new("RGB", size).save(out, "WEBP", method=0, quality=1, **options)
        head = BytesIO(out.getvalue()[:100])
        assert shown_as("image/webp", head.getvalue(), head) == shown


def test_what_a_camera_says_may_be_broken(ticket: Ticket, rita: User) -> None:
    exif = Image.Exif()
    exif[274], exif[271] = 6, "A camera of somebody"
    content = jpeg(exif=exif)
    maker, width = struct.pack(">HH", 271, 2), struct.pack(">HH", 256, 2)  # a width in words
    assert maker in content
    broken = content.replace(maker, width)
    file = attached(ticket, "a.jpg", broken, "image/jpeg", by=acting(rita))
    assert fetch(file, "thumbnail").status_code == 200


def test_a_picture_with_another_behind_it_is_a_picture(ticket: Ticket, rita: User) -> None:
    out = BytesIO()
    first = Image.new("RGB", (400, 300))
    first.save(out, "MPO", save_all=True, append_images=[first.copy()])  # as phones do
    file = attached(ticket, "a.jpg", out.getvalue(), "image/jpeg", by=acting(rita))
    assert fetch(file, "preview").headers["Content-Type"] == "image/jpeg"
    assert fetch(file, "thumbnail").headers["Content-Type"] == "image/webp"


def test_greys_of_sixteen_bits_keep_their_shades(ticket: Ticket, rita: User) -> None:
    out = BytesIO()
    Image.new("I;16", (40, 30), 128 * 256).save(out, "PNG")
    file = attached(ticket, "x-ray.png", out.getvalue(), "image/png", by=acting(rita))
    with Image.open(BytesIO(body(fetch(file, "thumbnail")))) as small:
        assert small.convert("L").getpixel((20, 15)) == pytest.approx(128, abs=3)


def test_a_lost_picture_has_a_sign_instead(ticket: Ticket, rita: User, png: bytes) -> None:
    file = attached(ticket, "a.png", png, "image/png", by=acting(rita))
    default_storage.delete(file.stored_as)
    assert fetch(file, "thumbnail").status_code == 302
    assert Attachment.objects.filter(pk=file.pk).exists()
