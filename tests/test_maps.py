"""Maps: every use is there, boxes never overlap, lines lead to the right, equal graphs give equal bytes."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from golden import CASES, same_as
from hypothesis import given, settings
from hypothesis import strategies as st

import cli
import engine
from engine.definition import Label
from engine.pictures import drawn, needs_map
from engine.pictures.layering import columns_of, layout
from engine.pictures.map import MOST, Map, _Drawing
from engine.pictures.page import page
from engine.report.graph_text import graph_at
from engine.report.wording import Wording

ROOT = Path(__file__).parent.parent
ID, EN = Wording("id"), Wording("en")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def definitions():
    return engine.load().definitions


@pytest.fixture(scope="module")
def graph(definitions):
    return graph_at(definitions)


@pytest.fixture
def explained(monkeypatch):
    """A catalogue with indicators that need each other, and the value of an earlier period."""
    monkeypatch.chdir(CASES / "explanation")
    return engine.load(Path("definitions")).definitions


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def apart(found: Map) -> None:
    """Assert that no two boxes overlap and all stand within the picture."""
    drawing = _Drawing(found, ID, None)
    whole = drawing.drawing()
    columns: dict[int, list[tuple[float, float]]] = {}
    for name, height in drawing.heights.items():
        assert 0 <= drawing.left(name) <= whole.width - 164
        assert 0 <= drawing.top(name) <= whole.height - height
        columns.setdefault(drawing.columns[name], []).append((drawing.top(name), height))
    for boxes in columns.values():
        boxes.sort()
        for (top, height), (below, _) in pairwise(boxes):
            assert top + height + 11.9 <= below


# ── what is shown ──


@pytest.mark.parametrize("wording", [ID, EN], ids=["id", "en"])
@pytest.mark.parametrize(
    "chosen", [None, ["ip_asn"], ["sistem_merit"], ["skm"]], ids=lambda c: (c or ["all"])[0]
)
def test_the_maps_of_the_shipped_catalogue(graph, definitions, wording, chosen, request):
    found = needs_map(graph, definitions, wording, chosen)
    apart(found)
    name = chosen[0] if chosen else "catalogue"
    same_as(request, f"pictures/{name}-map-{wording.language}.svg", drawn(found, wording).svg)


def test_an_indicator_is_shown_with_its_steps_and_many_without(graph, definitions):
    """All three have 47 boxes with their steps: more than can be taken in."""
    kinds = {box.thing[0] for box in needs_map(graph, definitions, ID).boxes.values()}
    assert kinds == {"source", "indicator", "objective"}
    one = needs_map(graph, definitions, ID, ["ip_asn"])
    assert {box.thing[0] for box in one.boxes.values()} == {"source", "step", "indicator", "objective"}
    assert "step" not in {
        b.thing[0] for b in needs_map(graph, definitions, ID, ["ip_asn"], steps=False).boxes.values()
    }


def test_every_use_of_the_graph_is_in_the_map(graph, definitions):
    found = needs_map(graph, definitions, ID, ["ip_asn"])
    uses = {
        (f"{edge.used.kind} {edge.used}", f"{edge.user.kind} {edge.user}")
        for edge in graph.edges
        if edge.user.id == "ip_asn" and edge.used.kind != "parameter"
    }
    assert found.uses == uses | {("indicator ip_asn", "objective asn_profesional")}
    told = {box.title: {other.title for other in used} for box, used in found.rows()}
    assert told["Kompetensi"] >= {
        "Nilai dasar Kompetensi",
        "Diklat teknis",
        "Laporan kegiatan bidang Pengembangan ASN",
    }


def test_sources_stand_to_the_left_and_objectives_to_the_right(explained):
    found = needs_map(graph_at(explained), explained, EN)
    columns = _Drawing(found, EN, None).columns
    last = max(columns.values())
    for name, box in found.boxes.items():
        assert (columns[name] == 0) is (box.thing[0] == "source")
        assert (columns[name] == last) is (box.thing[0] == "objective")
    for used, user in found.uses:
        assert columns[used] < columns[user]


def test_the_value_of_an_earlier_period_is_dashed_and_said(explained):
    found = needs_map(graph_at(explained), explained, EN)
    assert found.earlier
    svg = drawn(found, EN).svg
    assert svg.count('class="iku-earlier"') == len(found.earlier) + 1
    assert "uses the value of an earlier period" in svg


def test_what_uses_its_own_earlier_value_leads_back_below_all_boxes(explained):
    found = needs_map(graph_at(explained), explained, EN)
    name = "indicator overall"
    looped = Map(found.boxes, found.uses, {(name, name), ("indicator overall", "indicator response")})
    apart(looped)
    svg = drawn(looped, EN).svg
    assert svg.count('class="iku-earlier"') == 3
    assert " V -" not in svg


def test_many_indicators_are_shown_by_division(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    importlib.import_module("catalogue").invent(tmp_path / "definitions", 60)
    catalogue = engine.load(tmp_path / "definitions").definitions
    found = needs_map(graph_at(catalogue), catalogue, ID)
    assert len(found.boxes) <= MOST
    apart(found)
    counts = [int(box.told.split()[0]) for box in found.boxes.values() if box.thing[0] == "indicators"]
    assert sum(counts) == 60
    assert needs_map(graph_at(catalogue), catalogue, ID, list(catalogue.indicators)[:1]).boxes


def test_what_is_too_much_for_one_picture_is_no_map(graph, definitions, monkeypatch):
    monkeypatch.setattr("engine.pictures.map.MOST", 3)
    assert needs_map(graph, definitions, ID) is None


def test_boxes_lead_where_they_are_told_to(graph, definitions):
    found = needs_map(graph, definitions, ID)
    svg = drawn(found, ID, lambda thing: f"{thing[0]}/{thing[1]}.html?a&b").svg
    assert set(re.findall(r'<a href="([^"]+)">', svg)) == {
        f"{box.thing[0]}/{box.thing[1]}.html?a&amp;b" for box in found.boxes.values()
    }
    assert 'role="group"' in svg
    assert "<a " not in drawn(found, ID).svg


def test_no_title_is_markup(graph, definitions):
    evil = "</title><script>alert(1)</script>\"'&lt;\u202e" + "x" * 200
    sources = {name: replace(source, title=Label(evil)) for name, source in definitions.sources.items()}
    indicators = {name: replace(one, title=Label(evil)) for name, one in definitions.indicators.items()}
    hostile = replace(definitions, sources=sources, indicators=indicators)
    found = needs_map(graph, hostile, ID)
    for text in (drawn(found, ID).themed, page(found, ID)):
        assert "<script" not in text
        assert "\u202e" not in text
    root = ElementTree.fromstring(drawn(found, ID).svg)
    titles = [node.text or "" for node in root.iter(f"{SVG}title")]
    assert sum("</title><script>alert(1)</script>" in title and "x" * 200 in title for title in titles) == 8


# ── where boxes stand ──

GRAPHS = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.just(count), st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=40)
    )
)


@settings(max_examples=150, deadline=None)
@given(GRAPHS)
def test_of_any_graph_no_boxes_overlap_and_the_order_of_input_is_nothing(drawn_graph):
    count, pairs = drawn_graph
    names = [f"n{number:02}" for number in range(count)]
    lines = {(names[min(pair)], names[max(pair)]) for pair in pairs if pair[0] != pair[1]}
    needs = {name: {used for used, user in lines if user == name} for name in names}
    columns = columns_of(needs)
    heights = {name: 30.0 + 15 * (number % 3) for number, name in enumerate(names)}
    placed = layout(columns, heights, lines, 12)
    for one in names:
        assert heights[one] / 2 - 1e-6 <= placed.middles[one] <= placed.tall - heights[one] / 2 + 1e-6
        for other in names:
            if one < other and columns[one] == columns[other]:
                distance = abs(placed.middles[one] - placed.middles[other])
                assert distance >= (heights[one] + heights[other]) / 2 + 12 - 1e-6
    for used, user in lines:
        assert columns[used] < columns[user]
        assert len(placed.passing[used, user]) == columns[user] - columns[used] - 1
    turned = dict(reversed(columns.items()))
    assert layout(turned, heights, sorted(lines, reverse=True), 12) == placed


def test_things_that_need_each_other_in_a_circle_have_columns_too():
    assert columns_of({"a": {"b"}, "b": {"a"}, "c": {"b"}, "d": {"d"}}) == {"a": 0, "b": 1, "c": 2, "d": 0}


def test_a_line_that_leads_back_is_refused():
    with pytest.raises(ValueError, match="does not lead to the right"):
        layout({"a": 0, "b": 0}, {"a": 1, "b": 1}, [("a", "b")], 1)


def test_lines_that_need_not_cross_do_not():
    """The order by name alone would cross each with each."""
    columns = {**{f"a{n}": 0 for n in range(6)}, **{f"b{n}": 1 for n in range(6)}}
    lines = [(f"a{n}", f"b{5 - n}") for n in range(6)]
    assert layout(columns, dict.fromkeys(columns, 10.0), lines, 5).crossings == 0


# ── on the command line ──


def test_the_graph_as_a_picture_and_as_a_page(iku, tmp_path):
    code, svg, _ = iku("graph", "ip_asn", "--format", "svg")
    assert code == 0
    assert ElementTree.fromstring(svg).tag == f"{SVG}svg"
    assert "prefers-color-scheme" in svg
    target = tmp_path / "peta.html"
    assert iku("graph", "--format", "html", "-o", str(target))[0] == 0
    html = target.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "Merit System Score" in html
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert iku("graph", "--format", "html", "-o", str(target))[0] == 2, "it stays without --force"


def test_the_graph_as_png(iku, tmp_path):
    pytest.importorskip("typst", reason="the extra `documents` is not installed")
    target = tmp_path / "peta.png"
    assert iku("graph", "--format", "png", "-o", str(target))[0] == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    code, _, told = iku("graph", "--format", "png")
    assert code == 2
    assert "a picture is no text for a screen: say where to write it with --output" in told


def test_a_day_without_rules_has_no_picture(iku):
    code, _, told = iku("graph", "--at", "1990", "--format", "svg")
    assert code == 2
    assert "no rule is in force on that day" in told
