"""Files on the pages: dropped, pasted, chosen, removed, sent with progress, cancelled; and looked at in a sandbox."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from attachments.models import Attachment
from tests.attachments.sent import attached
from tests.browser.conftest import Open
from tests.browser.test_everybody_can_use_it import RULES, WINDOWS
from tests.factories import TicketFactory, acting
from tickets.models import Comment, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """([form, names]) => {
  const held = new DataTransfer();
  for (const name of names) held.items.add(new File(["x".repeat(2048)], name, { type: "text/plain" }));
  for (const kind of ["dragover", "drop"]) {
    const dragged = new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true });
    document.querySelector(form).dispatchEvent(dragged);
  }
}"""
PASTE = """async ([area]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
  canvas.getContext("2d").fillRect(0, 0, 30, 20);
  const blob = await new Promise((done) => canvas.toBlob(done));
  const held = new DataTransfer();
  held.items.add(new File([blob], "image.png", { type: "image/png" }));
  const pasted = new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true });
  document.querySelector(area).dispatchEvent(pasted);
}"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " + (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


@pytest.fixture
def ticket(rita: User) -> Ticket:
    return TicketFactory(requester=rita, subject="VPN drops", description="My session ends every hour.")


def photo(width: int = 800, height: int = 500) -> bytes:
    out = BytesIO()
    Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 20).convert("RGB").save(out, "PNG")
    return out.getvalue()


def text_file(name: str, content: bytes = b"one line") -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def picked(page: Page) -> list[str]:
    return page.locator(".picked li .clip").all_inner_texts()


def held_up(page: Page, pattern: str) -> list[Route]:
    """Requests to such addresses wait until somebody lets them go on."""
    waiting: list[Route] = []
    page.route(re.compile(pattern), lambda route: waiting.append(route))
    return waiting


def test_dropped_pasted_and_chosen_files_are_sent_together(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your message").fill("Three files for you.")
    page.evaluate(DROP, ["#composer", ["dropped.log", "second.log"]])
    page.evaluate(PASTE, ["#body"])
    page.get_by_label("Files", exact=True).set_input_files([text_file("chosen.txt")])
    assert picked(page) == ["dropped.log", "second.log", "pasted-1.png", "chosen.txt"]
    expect(page.get_by_role("status").filter(has_text="chosen.txt added. In all 4 files")).to_be_visible()
    page.get_by_role("button", name="Remove second.log").press("Enter")
    assert picked(page) == ["dropped.log", "pasted-1.png", "chosen.txt"]
    expect(page.get_by_role("button", name="Remove pasted-1.png")).to_be_focused()
    page.get_by_role("button", name="Send to Rita").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    comment = Comment.objects.get()
    assert page.url.endswith(f"#message-{comment.pk}")
    files = Attachment.objects.filter(comment=comment).order_by("id")
    assert [file.name for file in files] == ["dropped.log", "pasted-1.png", "chosen.txt"]
    expect(page.get_by_label("Your message")).to_have_value("")  # its draft is gone too


def test_sending_shows_how_far_it_is_and_can_be_cancelled(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your message").fill("A large one.")
    page.get_by_label("Files", exact=True).set_input_files([text_file("large.log", b"x" * 3_000_000)])
    waiting = held_up(page, "/reply/")
    page.get_by_role("button", name="Send to Rita").click()
    cancel = page.get_by_role("button", name="Cancel sending")
    expect(cancel).to_be_focused()
    expect(page.get_by_role("progressbar", name="large.log sent")).to_be_visible()
    expect(page.get_by_role("button", name="Send to Rita")).to_be_disabled()
    cancel.press("Enter")
    expect(page.get_by_text("Cancelled. Nothing was sent.")).to_be_visible()
    assert waiting
    assert not Comment.objects.exists()
    page.unroute_all()
    page.get_by_role("button", name="Send to Rita").click()  # everything is still there
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    assert Attachment.objects.get().size == 3_000_000


def test_a_refusal_keeps_words_and_files(open_as: Open, ticket: Ticket, agnes: User) -> None:
    page = open_as(agnes)
    page.goto(f"/tickets/{ticket.pk}/")
    page.get_by_label("Your message").fill("See the picture.")
    program = {
        "name": "shot.png",
        "mimeType": "image/png",
        "buffer": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(200),
    }
    page.get_by_label("Files", exact=True).set_input_files([text_file("fine.txt"), program])
    page.get_by_role("button", name="Send to Rita").click()
    expect(page.get_by_role("alert")).to_contain_text("“shot.png” is not what its name and type say")
    expect(page.get_by_role("alert")).not_to_contain_text("Choose the files again")
    expect(page.get_by_label("Your message")).to_have_value("See the picture.")
    assert picked(page) == ["fine.txt", "shot.png"]
    page.get_by_role("button", name="Remove shot.png").click()
    page.get_by_role("button", name="Send to Rita").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    assert Attachment.objects.get().name == "fine.txt"


def test_too_much_is_said_before_it_is_sent(open_as: Open, rita: User, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(31_457_281)
    page = open_as(rita)
    page.goto("/tickets/new/")
    page.get_by_label("In a few words").fill("A large one")
    page.get_by_label("What happened?").fill("See there.")
    page.get_by_label("Files").set_input_files([large])
    expect(page.locator(".picked .bad")).to_contain_text("more than 30 MB")
    page.get_by_role("button", name="Send to the helpdesk").click()
    assert "larger than 30 MB" in page.get_by_label("Files").evaluate("(it) => it.validationMessage")
    assert not Ticket.objects.exists()
    page.get_by_role("button", name="Remove large.bin").click()
    page.get_by_label("Files").set_input_files([text_file("small.txt")])
    page.get_by_role("button", name="Send to the helpdesk").click()
    expect(page.get_by_text("is open.")).to_be_visible()
    assert Attachment.objects.get().name == "small.txt"


def test_a_new_ticket_with_errors_keeps_its_files(open_as: Open, agnes: User, rita: User) -> None:
    page = open_as(agnes)
    page.goto("/tickets/new/")
    page.get_by_label("Who needs help?").fill("Nobody known")
    page.get_by_label("Subject").fill("A file")
    page.get_by_label("What happened?").fill("See there.")
    page.get_by_label("Files").set_input_files([text_file("kept.txt")])
    page.get_by_role("button", name="Open ticket").click()
    expect(page.get_by_text("Nobody has this name.")).to_be_visible()
    expect(page.get_by_label("Who needs help?")).to_be_focused()
    assert picked(page) == ["kept.txt"]
    page.get_by_label("Who needs help?").fill(rita.email)
    page.get_by_role("button", name="Open ticket").click()
    expect(page.get_by_text("is open.")).to_be_visible()
    assert Attachment.objects.get().name == "kept.txt"


def test_files_are_looked_at_on_the_page(open_as: Open, ticket: Ticket, rita: User) -> None:
    by = acting(rita)
    attached(ticket, "shot.png", photo(), "image/png", by=by)
    attached(ticket, "notes.txt", b"<script>alert(1)</script> only words", "text/plain", by=by)
    attached(ticket, "report.pdf", PDF, "application/pdf", by=by)
    attached(ticket, "page.html", b"<script>alert(1)</script>", "text/html", by=by)
    page = open_as(rita)
    page.on("dialog", lambda dialog: pytest.fail("a script of a file ran"))
    page.goto(f"/tickets/{ticket.pk}/")
    small = page.get_by_role("img", name="Look at shot.png")
    small.scroll_into_view_if_needed()
    page.wait_for_function("(it) => it.naturalWidth === 320", arg=small.element_handle())
    small.click()
    whole = page.get_by_role("img", name="shot.png", exact=True)
    page.wait_for_function("(it) => it.naturalWidth === 800", arg=whole.element_handle())
    page.get_by_text("Look at notes.txt").press("Enter")
    expect(page.frame_locator("iframe[title='notes.txt']").locator("body")).to_contain_text("alert(1)")
    page.get_by_text("Look at report.pdf").press("Enter")
    expect(page.locator("iframe[title='report.pdf']")).to_be_visible()
    expect(page.get_by_text("Look at page.html")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), WINDOWS)
def test_everybody_can_use_it(open_as: Open, ticket: Ticket, agnes: User, rita: User, scheme: str, width: int) -> None:
    attached(ticket, "shot.png", photo(), "image/png", by=acting(rita))
    attached(ticket, "n" * 120 + ".txt", b"words", "text/plain", by=acting(rita))
    held = attached(ticket, "invoice.txt", b"x", "text/plain", by=acting(rita))
    Attachment.objects.filter(pk=held.pk).update(held="Eicar")
    for user, path in ((agnes, f"/tickets/{ticket.pk}/"), (rita, f"/tickets/{ticket.pk}/"), (rita, "/tickets/new/")):
        page = open_as(user, color_scheme=scheme, viewport={"width": width, "height": 900})
        page.goto(path)
        for summary in page.locator(".look summary").all():
            summary.click()
        large = {"name": "L" * 100 + ".png", "mimeType": "image/png", "buffer": photo(40, 30)}
        page.locator("input[type=file]").set_input_files([large, text_file("b.txt")])
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the window"
        found = Axe().run(page, options={"runOnly": RULES, "preload": False})
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
