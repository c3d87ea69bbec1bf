"""The examples of contract toptickets about files: sent and fetched as its samples do, by `requests` and by curl."""

import json
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from tests.live.comparing import LINK, LIST, MOMENT, NUMBER, TEXT, UUID, Every, or_none
from tests.live.run import PATIENCE, Run

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
# The least content that is of each type.
FILES = {
    "text/plain": b"hello",
    "text/html": b"<!doctype html><p>hello",
    "application/pdf": b"%PDF-1.7\n%%EOF",
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    "image/gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "image/webp": b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00",
    "video/mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
    "video/ogg": b"OggS\x00\x02\x00\x00\x00\x00",
    "video/quicktime": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ",
    "application/zip": b"PK\x05\x06" + b"\x00" * 18,
    "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "application/gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00",
}
MOST = 30 * 1024 * 1024  # bytes of one file
ATTACHMENT = {
    "id": UUID,
    "ticket_id": UUID,
    "filename": TEXT,
    "content_type": TEXT,
    "size_bytes": NUMBER,
    "uploaded_by_user_id": or_none(UUID),
    "created_at": MOMENT,
}
SIGNED = {"signed_url": LINK, "expires_at": MOMENT}
TOO_LARGE = {"detail": "File too large. Maximum size is 30 MB."}
INVALID = {"detail": Every({"loc": LIST, "msg": TEXT, "type": TEXT})}


def examples(run: Run, auth: dict[str, str], ticket_id: str, owner_id: str) -> None:
    path = f"/v1/tickets/{ticket_id}/attachments"
    _attachments(run, auth, path, ticket_id, owner_id)
    for content_type in FILES:
        _one_of_each(run, auth, path, content_type)
    _refusals(run, auth, path)


def _attachments(run: Run, auth: dict[str, str], path: str, ticket_id: str, owner_id: str) -> None:
    run.send("GET", path, headers=auth, status=200, expect=[])
    shape = {
        **ATTACHMENT,
        "ticket_id": ticket_id,
        "filename": "screenshot.png",
        "content_type": "image/png",
        "size_bytes": len(PNG),
        "uploaded_by_user_id": owner_id,
    }
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "screenshot.png")
        picture.write_bytes(PNG)
        with picture.open("rb") as file:
            files = {"file": ("screenshot.png", file, "image/png")}
            made = run.send("POST", path, headers=auth, files=files, status=201, expect=shape)
    run.send("GET", path, headers=auth, status=200, expect=[made])
    one = f"{path}/{made['id']}"
    run.send("GET", one, headers=auth, status=200, expect=made)
    signed = run.send("GET", f"{one}/download", headers=auth, status=200, expect=SIGNED)
    left = datetime.strptime(signed["expires_at"], "%Y-%m-%dT%H:%M:%S%z") - datetime.now(UTC)
    run.hold("  valid for one hour", timedelta(minutes=59) < left <= timedelta(hours=1), True)
    _download(run, auth, one)
    run.send("DELETE", one, headers=auth, status=204)
    for gone in (one, f"{one}/download"):
        run.send("GET", gone, headers=auth, status=404, expect={"detail": "Attachment not found"})
    run.hold("  the link died with the file", requests.get(signed["signed_url"], timeout=PATIENCE).status_code, 404)


def _download(run: Run, auth: dict[str, str], path: str) -> None:
    """By both samples: the link from an answer, then the file itself, without a key."""
    address = f"{run.access.base}{path}/download"
    response = requests.get(address, headers=auth, timeout=PATIENCE)
    signed_url = response.json()["signed_url"]
    file_response = requests.get(signed_url, timeout=PATIENCE)
    run.judge("GET", "the signed link", file_response, status=200, expect=PNG, said={"Content-Type": "image/png"})
    with tempfile.TemporaryDirectory() as folder:
        answer, target = Path(folder, "answer.json"), Path(folder, "screenshot.png")
        bearer = f"Authorization: {auth['Authorization']}"
        _must("curl", "-sSf", "-X", "GET", address, "-H", bearer, "-o", str(answer))
        signed_url = json.loads(answer.read_text())["signed_url"]
        _must("curl", "-sSf", "-o", str(target), signed_url)
        run.hold("  fetched by curl", target.read_bytes(), PNG)


def _must(*command: str) -> None:
    subprocess.run(command, check=True, timeout=PATIENCE)


def _one_of_each(run: Run, auth: dict[str, str], path: str, content_type: str) -> None:
    content = FILES[content_type]
    files = {"file": (f"sample.{content_type.rpartition('/')[2]}", content, content_type)}
    shape = {**ATTACHMENT, "content_type": content_type, "size_bytes": len(content)}
    made = run.send("POST", path, headers=auth, files=files, status=201, expect=shape)
    run.send("DELETE", f"{path}/{made['id']}", headers=auth, status=204)


def _refusals(run: Run, auth: dict[str, str], path: str) -> None:
    large = {"file": ("large.txt", b"x" * (MOST + 1), "text/plain")}
    run.send("POST", path, headers=auth, files=large, status=400, expect=TOO_LARGE)
    strange = {"file": ("tool.exe", b"MZ", "application/x-msdownload")}
    refused = {"detail": "File type not allowed: application/x-msdownload"}
    run.send("POST", path, headers=auth, files=strange, status=400, expect=refused)
    run.send("POST", path, headers=auth, files={"other": ("a.txt", b"a", "text/plain")}, status=422, expect=INVALID)
    run.send("GET", path, headers=auth, status=200, expect=[])
