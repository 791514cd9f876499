"""The site in a real browser: by keyboard, on a phone, without JavaScript, on paper, for everyone."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import pytest
from golden import CASES

import engine
from engine.site import site, write

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
if browser.chromium() is None:
    pytest.skip("Chromium is not installed (Debian: apt-get install chromium)", allow_module_level=True)

KINDS = {
    "home": "index.html",
    "indicator": "indicators/sistem_merit.html",
    "division": "divisions/sekretariat.html",
    "source": "sources/pegawai.html",
    "regulation": "regulations/bkn_8_2019.html",
    "list": "regulations.html",
    "map": "map.html",
    "findings": "problems.html",
}
"""A page of each kind."""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    """The site of the shipped catalogue."""
    folder = tmp_path_factory.mktemp("site")
    write(folder, site(engine.load()), force=False)
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser."""
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=browser.chromium(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def visit(chromium, shipped) -> Iterator[Any]:
    """Open a page as by double-click; what the browser complains of, or asks of others, is a failure."""
    contexts, complaints = [], []

    def opened(path: str, root: str | None = None, **settings: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1200, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        start = root or f"{shipped.as_uri()}/"
        page.on("console", lambda told: complaints.append(told.text) if told.type != "log" else None)
        page.on("pageerror", lambda failure: complaints.append(str(failure)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on(
            "request", lambda asked: None if asked.url.startswith(start) else complaints.append(asked.url)
        )
        page.goto(start + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


# ── for everyone ──


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_to_complain_of(visit, kind):
    """In light all rules, in dark those of contrast, with everything unfolded."""
    missing = browser.axe()
    if missing is not None:
        pytest.skip(missing)
    page = visit(KINDS[kind])
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(browser.SCRIPT.read_text(encoding="utf-8"))
    asked = {"resultTypes": ["violations"], "preload": False}
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("asked => axe.run(asked)", {**asked, **rules})
        assert found["passes"], "axe looked at something"
        told = [
            f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]
        ]
        assert told == [], scheme


def test_light_and_dark_are_two_looks(visit):
    grounds = {
        scheme: visit("index.html", color_scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert grounds == {"light": "rgb(247, 246, 242)", "dark": "rgb(19, 23, 26)"}


def test_on_a_phone_nothing_has_to_be_moved_sideways(visit):
    for path in [*KINDS.values(), "indicators/ip_asn.html", "en/indicators/skm.html"]:
        page = visit(path, viewport={"width": 360, "height": 740})
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_on_paper_there_is_no_menu_and_nothing_is_folded_away(visit):
    page = visit("indicators/sistem_merit.html")
    page.emulate_media(media="print")
    assert not page.locator("header nav").is_visible()
    assert not page.locator("#search").is_visible()
    assert page.locator("details.example table").first.is_visible()


# ── without a script ──


def test_without_javascript_everything_is_there_but_the_search(visit):
    page = visit("index.html", java_script_enabled=False)
    assert not page.locator("#search").is_visible()
    assert page.get_by_text("Pencarian memerlukan JavaScript").is_visible()
    page.get_by_role("link", name="Indeks Profesionalitas ASN").click()
    assert page.locator("h1").inner_text().startswith("Indeks Profesionalitas ASN")
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text().startswith("ASN Professionalism Index")
    page.locator("summary").first.click()


# ── the search and the keyboard ──


def test_all_can_be_reached_with_the_keyboard(visit):
    page = visit("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0, "it can be seen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators/sistem_merit.html")


def test_the_search_is_led_by_the_keyboard(visit):
    page = visit("regulations/bkn_8_2019.html")
    page.get_by_label("Cari dalam katalog").focus()
    page.keyboard.type("profesional asn")
    status = page.get_by_role("status")
    playwright.expect(status).to_contain_text("cocok")
    assert page.locator("#search li a").first.inner_text() == "Indeks Profesionalitas ASN\nIndikator"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Indeks Profesionalitas ASNIndikator"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "query"
    assert page.locator("#search li").count() == 0
    page.keyboard.type("skm")
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators/skm.html")


def test_the_search_says_that_nothing_matches(visit):
    page = visit("en/index.html")
    page.get_by_label("Search the catalogue").fill("zzz")
    playwright.expect(page.get_by_role("status")).to_have_text("Nothing matches.")


def test_the_search_finds_by_either_language_and_by_id(visit):
    page = visit("index.html")
    field = page.get_by_label("Cari dalam katalog")
    for asked in ("professionalism index", "ip_asn", "INDEKS prof"):
        field.fill(asked)
        playwright.expect(page.locator("#search li a").first).to_contain_text("Indeks Profesionalitas ASN")


def test_a_web_server_may_serve_it_just_as_well(visit, shipped):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *told: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=shipped))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = visit("indicators/skm.html", root=f"http://127.0.0.1:{server.server_port}/")
        page.get_by_label("Cari dalam katalog").fill("merit")
        page.locator("#search li a").first.click()
        page.wait_for_url("**/indicators/sistem_merit.html")
    finally:
        server.shutdown()
        server.server_close()


def test_a_hostile_catalogue_runs_nothing(visit, tmp_path):
    """No dialog, no request, no complaint of the browser's about something that wanted to run."""
    definitions = tmp_path / "definitions"
    shutil.copytree(CASES / "codes" / "base", definitions)
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>"
    for path in definitions.glob("*/*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        lines = [f"title: '{hostile}'" if line.startswith("title:") else line for line in lines]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write(tmp_path / "out", site(engine.load(definitions)), force=False)
    for path in ("index.html", "indicators/mutu.html", "map.html"):
        page = visit(path, root=f"{(tmp_path / 'out').as_uri()}/")
        page.get_by_label("Cari dalam katalog").fill("onerror")
        playwright.expect(page.locator("#search li a").first).to_contain_text(hostile)
