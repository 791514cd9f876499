"""The documents as pages in a real browser: for everyone, and asking for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import browser
import pytest

import engine
from engine.documents.decree import decree
from engine.documents.figures import figures
from engine.documents.lkjip import report
from engine.documents.summary import summary
from engine.documents.writing import written
from engine.report.account import account
from engine.report.account_pages import account_html
from engine.report.moved import Moved, moved_html
from engine.report.wording import Wording

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
if browser.chromium() is None:
    pytest.skip("Chromium is not installed (Debian: apt-get install chromium)", allow_module_level=True)

NAMES = ("decree", "lkjip", "summary")
ACCOUNTS = ("explained", "moved")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """The three documents of the shipped catalogue as pages."""
    folder = tmp_path_factory.mktemp("pages")
    catalogue = engine.load()
    found, wording, day = (
        figures(catalogue, "2020", catalogue.definitions.root),
        Wording("id"),
        date(2026, 11, 25),
    )
    contents = (
        decree(catalogue.definitions, wording, "a4", day),
        report(found, wording, "a4", day),
        summary(found, wording, "a4", day),
    )
    for name, content in zip(NAMES, contents, strict=True):
        (folder / f"{name}.html").write_bytes(written(name, content, "html").data)
    told = account_html(account(catalogue.explain("ip_asn", "2021"), "id"))
    (folder / "explained.html").write_text(told, encoding="utf-8")
    told = moved_html(Moved(catalogue.difference("sistem_merit", "2023", "2024"), "id"))
    (folder / "moved.html").write_text(told, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=browser.chromium(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(chromium, pages) -> Iterator[Any]:
    """A page that may be sent to a document; what it asks of others, or complains of, is a failure."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1000, "height": 900}, bypass_csp=True)
    opened = context.new_page()
    opened.on("console", lambda told: complaints.append(told.text) if told.type != "log" else None)
    opened.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((f"{pages.as_uri()}/", "data:")) else complaints.append(asked.url)
        ),
    )
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("name", [*NAMES, *ACCOUNTS])
def test_axe_finds_nothing_to_complain_of(page, pages, name):
    """In light all rules, in dark those of contrast."""
    missing = browser.axe()
    if missing is not None:
        pytest.skip(missing)
    page.goto(f"{pages.as_uri()}/{name}.html")
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


@pytest.mark.parametrize("name", [*NAMES, *ACCOUNTS])
def test_on_a_phone_nothing_has_to_be_moved_sideways(page, pages, name):
    """Wide tables move by themselves, in a frame of their own."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{pages.as_uri()}/{name}.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
