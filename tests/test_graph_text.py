"""The graph of uses as a tree, as Mermaid, as DOT and as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from golden import CASES, same_as

import engine
from engine.definition import Label
from engine.report.graph_text import graph_at, graph_text


@pytest.fixture
def definitions(monkeypatch):
    monkeypatch.chdir(CASES / "explanation")
    return engine.load(Path("definitions")).definitions


@pytest.mark.parametrize(
    ("form", "ending"), [("text", "txt"), ("mermaid", "mmd"), ("dot", "dot"), ("json", "json")]
)
def test_the_whole_graph(definitions, form, ending, request):
    graph = graph_at(definitions, date(2021, 1, 1))
    same_as(
        request, f"explanation/expected/graph.{ending}", graph_text(graph, definitions, form, language="en")
    )


def test_what_was_opened_before_is_not_opened_again(definitions):
    told = graph_text(graph_at(definitions, date(2021, 1, 1)), definitions, language="en").splitlines()
    assert [line.lstrip("│├└─ ") for line in told if "(response)" in line] == [
        "Backlog of answers (response), an earlier period",
        "Backlog of answers (response)",
    ]
    assert sum("Points of one person (points)" in line for line in told) == 1


def test_a_selection_shows_what_it_needs_and_nothing_else(definitions):
    told = json.loads(graph_text(graph_at(definitions), definitions, "json", ["response"]))
    assert [node["id"] for node in told["nodes"]] == [
        "indicator:response", "source:form", "step:response.open_share"
    ]  # fmt: skip


def test_the_graph_is_that_of_a_day(definitions):
    """From 2022 on least_hours is removed; from 2024 on quality has no rule."""
    for day, there in ((date(2021, 1, 1), True), (date(2022, 1, 1), False)):
        told = graph_text(graph_at(definitions, day), definitions, "json")
        assert ('"parameter:quality.least_hours"' in told) is there
    assert '"step:quality.points"' not in graph_text(
        graph_at(definitions, date(2024, 1, 1)), definitions, "json"
    )


def test_titles_cannot_become_code_of_a_drawing(definitions):
    """Quotes, brackets, arrows, scripts and line breaks of a title stay text."""
    evil = 'x"]; click n1 "javascript:alert(1)"\n<script>--> n2\\" %% `#quot;'
    quality = replace(definitions.indicators["quality"], title=Label(evil))
    hostile = replace(definitions, indicators={**definitions.indicators, "quality": quality})
    graph = graph_at(hostile)
    label = r'"([\w .,:+\-()/]|#\d+;)*"'
    node = rf"n\d+(\(\[{label}\]\)|\[\({label}\)\]|\{{\{{{label}\}}\}}|\[{label}\])"
    for line in graph_text(graph, hostile, "mermaid").splitlines()[1:]:
        assert re.fullmatch(rf"    ({node}|n\d+ (-->|-\.->) n\d+)", line), line
    for line in graph_text(graph, hostile, "dot").splitlines():
        assert re.sub(r'"(\\.|[^"\\])*"', "Q", line).strip() in {
            "digraph iku {", "rankdir=LR;", "}", "Q -> Q;", "Q -> Q [style=dashed];",
            *(f"Q [shape={shape}, label=Q];" for shape in ("ellipse", "box", "hexagon", "cylinder")),
        }, line  # fmt: skip
    assert len(graph_text(graph, hostile).splitlines()) == len(
        graph_text(graph_at(definitions), definitions).splitlines()
    )


def test_the_graph_of_the_shipped_catalogue_is_the_same_whatever_the_order_of_files():
    definitions = engine.load().definitions
    turned = replace(definitions, indicators=dict(reversed(definitions.indicators.items())))
    for form in ("mermaid", "dot", "json"):
        assert graph_text(graph_at(turned), turned, form) == graph_text(
            graph_at(definitions), definitions, form
        )
