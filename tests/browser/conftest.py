"""A served site, and Chromium with somebody signed in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.pages import signed_in

Open = Callable[..., Page]


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer) -> "Open":
    """`open_as(user, **options)` is a new window where `user` (None: nobody) is signed in; options as Playwright's.

    What the console says as an error, a broken script or a resource refused by the security policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def window(user: User | None, **options: object) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        if user is not None:
            cookie = signed_in(user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _is_bad(message) else None)
        return page

    yield window
    for context in contexts:
        context.close()
    assert not complaints


def _is_bad(message: object) -> bool:
    text = getattr(message, "text", "")
    expected = "the server responded with a status of 4"  # tests provoke refusals
    return getattr(message, "type", "") == "error" and expected not in text
