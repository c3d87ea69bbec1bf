"""Makes the pictures of the README: ``.venv/bin/python docs/screenshots.py`` (needs the development environment).

Serves a throw-away installation with demo data and looks at it with Chromium.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
AGENT, CUSTOMER = "agent@example.com", "customer@example.com"
COLORS = 256  # of a picture; text stays sharp and the file small
STARTS_WITHIN = 120  # seconds


def main() -> None:
    """Serve, look, stop."""
    PICTURES.mkdir(exist_ok=True)
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "DEMO": "1", "LOG_LEVEL": "error"}
        server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=HERE.parent, env=environment)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz")
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                _look(chromium, f"http://127.0.0.1:{port}")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _look(chromium: Browser, site: str) -> None:
    _take(chromium, site, "list", AGENT, "/", WIDE, "light")
    ticket = "/tickets/{busiest}/"
    _take(chromium, site, "ticket", AGENT, ticket, WIDE, "light")
    _take(chromium, site, "ticket-dark", AGENT, ticket, WIDE, "dark")
    _take(chromium, site, "phone", AGENT, "/", PHONE, "light")
    _take(chromium, site, "portal", CUSTOMER, "/", WIDE, "light")


def _take(chromium: Browser, site: str, name: str, who: str, path: str, window: dict[str, int], scheme: str) -> None:
    page = chromium.new_page(base_url=site, viewport=window, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(who)
    page.get_by_label("Password").fill("polydesk-demo")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    if "{busiest}" in path:
        path = _busiest(page)
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
