"""/docs: every contract can be read and tried, without a word to the outside."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("contract", "route"),
    [("platform", "/tickets"), ("toptickets", "/customers"), ("taas", "/instance"), ("support", "/priorities")],
)
def test_each_contract_is_drawn_from_our_own_files(
    contract: str, route: str, page: Page, live_server: LiveServer
) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/docs?contract={contract}")
    expect(page.locator(f'.opblock-summary-path[data-path="{route}"]').first).to_be_visible()
    assert not errors
    assert all(url.startswith((live_server.url, "data:", "blob:")) for url in asked)


def test_a_call_can_be_tried_from_the_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/docs?contract=support")
    page.locator('.opblock-summary-path[data-path="/priorities"]').click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator("tr.response td.response-col_status").first).to_contain_text("401")
