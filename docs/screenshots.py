"""Makes the pictures of the README: ``.venv/bin/python docs/screenshots.py`` (needs the development environment).

Serves a throw-away installation with demo data and looks at it with Chromium. Its webhooks go to a
receiver on this machine.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
ADMIN, AGENT, CUSTOMER = "admin@example.com", "agent@example.com", "customer@example.com"
COLORS = 256  # of a picture; text stays sharp and the file small
STARTS_WITHIN = 120  # seconds
REPLIES = 5  # that make webhooks
TOLD, RETRIED = 2, 8  # seconds after which they were sent, and sent again


def main() -> None:
    """Serve, look, stop."""
    PICTURES.mkdir(exist_ok=True)
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = {"DATA_DIR": folder, "PORT": str(port), "WEBHOOK_ALLOWED_CIDRS": "127.0.0.0/8"}
        environment = {**os.environ, **own, "DEMO": "1", "LOG_LEVEL": "error"}
        server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=HERE.parent, env=environment)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz")
            with _receiver() as hooks, sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                _look(chromium, f"http://127.0.0.1:{port}", hooks)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _look(chromium: Browser, site: str, hooks: str) -> None:
    _take(chromium, site, "list", AGENT, "/", WIDE, "light")
    ticket = "/tickets/{busiest}/"
    _take(chromium, site, "ticket", AGENT, ticket, WIDE, "light")
    _take(chromium, site, "ticket-dark", AGENT, ticket, WIDE, "dark")
    _take(chromium, site, "phone", AGENT, "/", PHONE, "light")
    _take(chromium, site, "portal", CUSTOMER, "/", WIDE, "light")
    endpoint = _subscribe(_signed_in(chromium, site, ADMIN), hooks)
    _work(_signed_in(chromium, site, AGENT))
    _take(chromium, site, "webhooks", ADMIN, endpoint, WIDE, "light")
    _take(chromium, site, "delivery-dark", ADMIN, f"{endpoint}{{retried}}", WIDE, "dark")


def _signed_in(chromium: Browser, site: str, who: str, **window: object) -> Page:
    page = chromium.new_page(base_url=site, **window)  # type: ignore[arg-type]
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(who)
    page.get_by_label("Password").fill("polydesk-demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    return page


def _take(chromium: Browser, site: str, name: str, who: str, path: str, window: dict[str, int], scheme: str) -> None:
    page = _signed_in(chromium, site, who, viewport=window, color_scheme=scheme)
    if "{busiest}" in path:
        path = _busiest(page)
    if "{retried}" in path:
        page.goto(path.replace("{retried}", "?state=pending"))
        path = page.locator(".delivery a").first.get_attribute("href") or "/"
    page.goto(path)
    page.wait_for_load_state("networkidle")
    target = PICTURES / f"{name}.png"
    page.screenshot(path=target)
    few = Image.open(target).convert("RGB").quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    print(f"{target.relative_to(HERE.parent)} {target.stat().st_size // 1024} kB")
    page.close()


def _busiest(page: Page) -> str:
    """The agent's open ticket with the longest conversation that holds a note."""
    page.goto("/?view=mine")
    paths = [link.get_attribute("href") or "/" for link in page.locator(".row .subject a").all()]
    lengths = {}
    for path in paths:
        page.goto(path)
        lengths[path] = (page.locator(".msg.note").count() > 0, page.locator(".msg").count())
    return max(lengths, key=lambda path: lengths[path])


def _subscribe(page: Page, hooks: str) -> str:
    """Makes an endpoint and sees its test arrive; returns its path."""
    page.goto("/settings/webhooks/new/")
    page.get_by_label("Address").fill(hooks)
    page.get_by_label("What is it for?").fill("ERP sync")
    page.get_by_role("button", name="Make it").click()
    page.get_by_text("It arrived").wait_for()
    page.get_by_role("link", name="I have copied it").click()
    page.wait_for_url("**/settings/webhooks/*/")
    return page.url.removeprefix(page.url.split("/settings/")[0])


def _work(page: Page) -> None:
    """Answers some tickets, so that there is something to tell, and the last when retries were made."""
    page.goto("/")
    paths = [link.get_attribute("href") or "/" for link in page.locator(".row .subject a").all()[:REPLIES]]
    for path in paths:
        if path == paths[-1]:
            time.sleep(RETRIED)
        page.goto(path)
        page.get_by_label("Your message").fill("Thank you, we are looking into it.")
        page.get_by_role("button", name="Send to").click()
        page.get_by_text("Reply sent.").wait_for()
    time.sleep(TOLD)


class _Hooks(BaseHTTPRequestHandler):
    """A subscriber that never has time for the second update of a ticket that it hears of."""

    protocol_version = "HTTP/1.1"
    updates: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.headers["webhook-id"]
        if b'"ticket.updated"' in body and name not in self.updates:
            self.updates.append(name)
        busy = self.updates[1:2] == [name]
        said = b'{"error": "maintenance"}' if busy else b'{"received": true}'
        self.send_response(503 if busy else 202)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(said)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""


@contextmanager
def _receiver() -> Iterator[str]:
    """The address of a running subscriber."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hooks) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hooks/polydesk"
        server.shutdown()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"{address} did not answer within {STARTS_WITHIN} seconds")


if __name__ == "__main__":
    main()
