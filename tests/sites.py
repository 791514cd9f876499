"""Read a built site as a visitor would: what pages hold, where their links lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {
    "meta",
    "link",
    "input",
    "br",
    "hr",
    "img",
    "path",
    "line",
    "rect",
    "circle",
    "polyline",
    "polygon",
    "use",
}


@dataclass
class Page:
    """A page taken apart: links, ids, elements, text, and what is not closed as it should be."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    broken: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page, self.open = Page(), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.page.elements.append((tag, found))
        self.page.ids += [found["id"] or ""] if "id" in found else []
        for name in ("href", "xlink:href"):
            if found.get(name) is not None:
                kept = (
                    self.page.loaded
                    if tag == "link" and found.get("rel") == "stylesheet"
                    else self.page.links
                )
                kept.append(found[name] or "")
        for name in ("src", "data", "poster", "srcset", "action", "formaction"):
            if name in found:
                self.page.loaded.append(found[name] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.page.broken.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.page.text += data


def read_page(path: Path) -> Page:
    """Return the page in *path*."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    reader.page.broken += [f"<{tag}> is not closed" for tag in reader.open]
    return reader.page


def read_site(folder: Path) -> dict[str, Page]:
    """Return all pages of a site by their path in it."""
    return {path.relative_to(folder).as_posix(): read_page(path) for path in sorted(folder.rglob("*.html"))}


def dead_links(folder: Path, pages: dict[str, Page]) -> list[str]:
    """Return every link or resource of any page that leads nowhere, or out of the site."""
    found: list[str] = []
    for name, page in pages.items():
        for link in page.links + page.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in page.loaded or parts.scheme not in ("http", "https"):
                    found.append(f"{name}: {link}")
                continue
            target = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            inside = Path(*target.parts).resolve()
            if (
                not inside.is_file()
                or folder.resolve() not in inside.parents
                or (
                    parts.fragment
                    and parts.fragment not in pages[inside.relative_to(folder.resolve()).as_posix()].ids
                )
            ):
                found.append(f"{name}: {link}")
    return found
