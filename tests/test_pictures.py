"""Pictures: true to the figures, never markup, readable without colours, the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from golden import same_as

import engine
from engine.definition import Label, Range, Target
from engine.pictures import Element, Piece, bar, dots, elements, pieces, stacked, trend
from engine.pictures.elements import Elements
from engine.pictures.lettering import shortened, width, wrapped
from engine.pictures.shades import COLOURS, SHADES, WRITTEN_ON, dark_style
from engine.report.wording import Wording

ID, EN = Wording("id"), Wording("en")
YEARS = ("2019", "2020", "2021", "2022", "2023", "2024")
HOSTILE = "</title></svg><script>alert(1)</script>\"' onload=x &lt;b&gt; ]]>\u202e\x00"
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    "svg": {"class", "role", "width", "height", "viewBox", "font-family", "font-size"},
    "a": {"href"},
    "g": set(), "title": set(), "desc": set(), "style": set(),
    "rect": {"x", "y", "width", "height", "rx"},
    "path": {"d"},
    "circle": {"cx", "cy", "r"},
    "text": {"x", "y", "font-size", "font-weight", "text-anchor", "stroke-linejoin", "paint-order"},
}  # fmt: skip
LOOK = {"class", "fill", "stroke", "stroke-width", "stroke-dasharray"}


@pytest.fixture(scope="module")
def catalogue():
    return engine.load()


@pytest.fixture(scope="module")
def definitions(catalogue):
    return catalogue.definitions


@pytest.fixture(scope="module")
def by_year(catalogue):
    return {year: catalogue.evaluate(year) for year in YEARS}


@pytest.fixture(scope="module")
def quarter(catalogue):
    return catalogue.evaluate("2024-TW4", only=["skm"])


@pytest.fixture
def index(by_year):
    """The result of an index with a target, to change."""
    return by_year["2024"]["ip_asn"]


def whole(svg: str) -> ElementTree.Element:
    """Return the picture, once it is known to hold nothing but what pictures hold."""
    root = ElementTree.fromstring(svg)
    for node in root.iter():
        tag = node.tag.removeprefix(SVG)
        assert set(node.attrib) <= ALLOWED[tag] | LOOK, tag
    assert [node.tag for node in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.attrib["role"] in ("img", "group")
    return root


def written(svg: str) -> list[str]:
    """Return every text that is drawn."""
    return [node.text or "" for node in whole(svg).iter(f"{SVG}text")]


def inside(svg: str) -> None:
    """Assert that every text stands within the picture."""
    root = whole(svg)
    wide, tall = float(root.attrib["width"]), float(root.attrib["height"])
    for node in root.iter(f"{SVG}text"):
        size, bold = float(node.attrib["font-size"]), "font-weight" in node.attrib
        long = width(node.text or "", size, bold=bold)
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[node.attrib.get("text-anchor", "start")]
        start = float(node.attrib["x"]) - share * long
        assert -0.6 <= start <= start + long <= wide + 0.6, node.text
        assert size * 0.7 <= float(node.attrib["y"]) <= tall, node.text


# ── the shipped catalogue ──


@pytest.mark.parametrize("wording", [ID, EN], ids=["id", "en"])
@pytest.mark.parametrize("name", ["ip_asn", "sistem_merit", "skm"])
def test_the_pictures_of_the_shipped_catalogue(name, wording, by_year, definitions, request):
    found = [by_year[year].of(name) for year in YEARS]
    for kind, picture in (
        ("bar", bar(found[-1], definitions, wording)),
        ("trend", trend(found, definitions, wording)),
    ):
        inside(picture.svg)
        same_as(request, f"pictures/{name}-{kind}-{wording.language}.svg", picture.svg)


@pytest.mark.parametrize("wording", [ID, EN], ids=["id", "en"])
def test_what_is_inside_the_index(wording, index, catalogue, request):
    parts = pieces(index, catalogue.rule("ip_asn", "2024"), wording)
    assert [part.maximum for part in parts] == [25, 40, 30, 5]
    assert round(sum(part.value for part in parts), 9) == round(index.unrounded, 9)
    picture = stacked(index.title, parts, wording)
    inside(picture.svg)
    same_as(request, f"pictures/ip_asn-inside-{wording.language}.svg", picture.svg)


@pytest.mark.parametrize("wording", [ID, EN], ids=["id", "en"])
def test_the_elements_of_the_survey(wording, quarter, definitions, request):
    picture = dots(elements(quarter, "skm", definitions, wording, ()), wording)
    inside(picture.svg)
    lowest = "terendah" if wording is ID else "lowest"
    assert picture.description.startswith(f"{lowest}: Persyaratan, Waktu Penyelesaian, Perilaku Pelaksana; ")
    same_as(request, f"pictures/skm-elements-{wording.language}.svg", picture.svg)


# ── the bar ──


def test_a_bar_ends_at_the_value_and_the_tick_stands_at_the_target(index, definitions):
    """On a scale from 0 to 100 that is 340 wide and begins at 10."""
    svg = bar(index, definitions, ID).svg
    (filled,) = re.findall(r'class="iku-value"[^>]* x="10" y="88" width="([\d.]+)"', svg)
    assert float(filled) == pytest.approx(80.42 * 3.4, abs=0.06)
    (tick,) = re.findall(r'class="iku-goal"[^>]* x="([\d.]+)"', svg)
    assert float(tick) + 2 == pytest.approx(10 + 82 * 3.4, abs=0.06)


@pytest.mark.parametrize(
    ("value", "target", "better", "mark", "word"),
    [
        (82.0, 82, "higher", "good", "reached"),
        (81.99, 82, "higher", "bad", "not reached"),
        (82.0, 82, "lower", "good", "reached"),
        (82.01, 82, "lower", "bad", "not reached"),
        (82.0, (80, 90), "closer", "good", "reached"),
        (79.99, (80, 90), "closer", "bad", "not reached"),
        (90.01, (80, 90), "closer", "bad", "not reached"),
        (90.01, (80, 90), "higher", "good", "reached"),
        (5.0, None, "higher", "unknown", "no target yet"),
        (None, 82, "higher", "unknown", "no data yet"),
        (None, None, "higher", "unknown", "no data yet"),
    ],
)
def test_the_verdict_is_a_mark_and_a_word(index, definitions, value, target, better, mark, word):
    goal = None if target is None else Target("2024", target, definitions.indicators["ip_asn"].place)
    own = replace(definitions.indicators["ip_asn"], better=better)
    changed = replace(definitions, indicators={**definitions.indicators, "ip_asn": own})
    result = replace(index, value=value, target=goal, achievement=None, category=None)
    svg = bar(result, changed, EN).svg
    inside(svg)
    assert word in written(svg)
    shape = "circle" if mark == "unknown" else "path"
    assert f'<{shape} class="iku-{mark}"' in svg
    assert ("target range 80–90" in written(svg)) is isinstance(target, tuple)


def test_beside_its_number_the_bar_stands_alone(index, definitions):
    svg = bar(index, definitions, ID, number=False).svg
    inside(svg)
    assert written(svg) == ["target 82", "realisasi 80,42", "0"]
    assert "belum tercapai" in whole(svg)[1].text


def test_without_a_value_no_bar_is_drawn_and_no_zero_is_written(index, definitions):
    result = replace(index, value=None, unrounded=None, achievement=None, category=None)
    svg = bar(result, definitions, ID).svg
    assert 'class="iku-value"' not in svg
    assert written(svg)[0] == "–"
    assert "belum ada data" in written(svg)
    assert not [text for text in written(svg) if "realisasi" in text]


@pytest.mark.parametrize(
    ("value", "target"),
    [
        (-12.5, 20), (-12.5, -20), (250.0, 82), (0.0, 0), (1.5e300, 82), (-8.9e307, 8.9e307),
        (3.0, 1e9), (1234567890123.45, 5), (1e-12, 1e-12),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ranged", [True, False])
def test_values_beyond_every_range_stay_within_the_picture(index, definitions, value, target, ranged):
    goal = Target("2024", target, definitions.indicators["ip_asn"].place)
    result = replace(index, value=value, target=goal)
    if not ranged:
        own = replace(definitions.indicators["ip_asn"], range=None)
        definitions = replace(definitions, indicators={**definitions.indicators, "ip_asn": own})
    for svg in (bar(result, definitions, ID).svg, trend([result], definitions, ID).svg):
        inside(svg)
        assert "nan" not in svg
        assert "inf" not in svg
        for x, wide in re.findall(r' x="(-?[\d.]+)" y="[\d.]+" width="(-?[\d.]+)"', svg):
            assert 0 <= float(x) <= float(x) + float(wide) <= 360.5


def test_a_negative_value_is_drawn_to_the_left_of_zero(index, definitions):
    place = definitions.indicators["ip_asn"].place
    own = replace(definitions.indicators["ip_asn"], versions=(), range=Range(-100, 100, place))
    changed = replace(definitions, indicators={**definitions.indicators, "ip_asn": own})
    svg = bar(replace(index, value=-50.0), changed, ID).svg
    assert re.search(r'class="iku-value"[^>]* x="95" y="88" width="85"', svg)
    assert "realisasi -50,00" in written(svg)


# ── the trend ──


def test_every_figure_stands_at_its_year_and_a_line_where_the_rule_changed(by_year, definitions):
    svg = trend([by_year[year].of("ip_asn") for year in YEARS], definitions, ID).svg
    told = written(svg)
    assert [text for text in told if text in YEARS][:6] == list(YEARS)
    for year in YEARS:
        assert Wording("id").figure(by_year[year]["ip_asn"].value, "0.00") in told
    assert "60" in told, "the first target"
    assert "82" in told, "the last target"
    assert svg.count('class="iku-change"') == 3, "2022 and 2023, and what it means"
    assert "mulai 2022: Peraturan Menteri PANRB Nomor 6 Tahun 2022" in whole(svg)[1].text


def test_a_year_without_a_value_is_a_gap(by_year, definitions):
    found = [by_year[year].of("ip_asn") for year in YEARS]
    found[2] = replace(found[2], value=None, unrounded=None, achievement=None)
    svg = trend(found, definitions, ID).svg
    (line,) = [
        path
        for path in re.findall(r'class="iku-line"[^>]* d="([^"]+)"', svg)
        if path.count("M") != 1 or "L" in path
    ]
    assert line.count("M") == 2
    assert line.count("L") == 3
    assert "2021: belum ada data, target 68" in whole(svg)[1].text


def test_a_year_without_a_result_is_a_gap_too(by_year, definitions):
    found = [by_year[year].of("ip_asn") for year in YEARS if year != "2021"]
    svg = trend(found, definitions, ID).svg
    assert "2021" in written(svg)
    assert "2021: belum ada data, target 68" in whole(svg)[1].text
    assert re.search(r'class="iku-line"[^>]* d="M [\d. ]+ L [\d. ]+ M ', svg)


def test_one_year_only_is_a_point(by_year, definitions):
    svg = trend([by_year["2024"].of("ip_asn")], definitions, ID).svg
    inside(svg)
    assert "80,42" in written(svg)
    assert "82" in written(svg)


def test_no_value_in_any_year_is_said(by_year, definitions):
    empty = [replace(by_year[year].of("ip_asn"), value=None) for year in YEARS]
    svg = trend(empty, definitions, ID).svg
    inside(svg)
    assert "belum ada data" in written(svg)
    assert "0" not in written(svg)


def test_targets_of_later_years_lead_to_the_end_of_the_plan(by_year, definitions):
    svg = trend([by_year[year].of("ip_asn") for year in YEARS[:3]], definitions, ID).svg
    assert [text for text in written(svg) if text in YEARS] == list(YEARS)
    assert "2024: belum ada data, target 82" in whole(svg)[1].text
    assert svg.count('class="iku-point"') == 4, "three years, and what it means"


def test_a_target_range_is_a_zone(by_year, definitions):
    place = definitions.indicators["ip_asn"].place
    found = [replace(by_year[year].of("ip_asn"), target=Target(year, (70, 90), place)) for year in YEARS]
    svg = trend(found, definitions, ID).svg
    inside(svg)
    assert svg.count('class="iku-goal-zone"') == 6
    assert "70–90" in written(svg)


def test_of_many_periods_the_numbers_that_fit_are_written_and_always_both_ends(by_year, definitions):
    one = by_year["2024"].of("skm")
    found = [
        replace(one, period=f"{year}-{month:02}", value=1000.0 + year + month, target=None)
        for year in (2022, 2023, 2024)
        for month in range(1, 13)
    ]
    svg = trend(found, definitions, ID).svg
    inside(svg)
    assert [text for text in written(svg) if "," in text] == ["3.023,00", "3.036,00"]
    assert written(svg)[-1] == "2024-12"


def test_without_a_target_a_number_stands_where_the_line_is_not(by_year, definitions):
    """At the beginning of a rise below its point, at its end above."""
    one = by_year["2024"].of("skm")
    found = [
        replace(one, period=f"2024-{month:02}", value=10.0 + month, target=None) for month in range(1, 13)
    ]
    svg = trend(found, definitions, ID).svg
    points = [float(y) for y in re.findall(r'<circle class="iku-point"[^>]* cy="([\d.]+)"', svg)]
    numbers = {
        text: float(y)
        for y, text in re.findall(r'<text class="iku-figure"[^>]* y="([\d.]+)"[^>]*>([^<]+)<', svg)
    }
    assert numbers["11,00"] > max(points)
    assert numbers["22,00"] < min(points[1:])


def test_no_result_is_refused(definitions):
    with pytest.raises(ValueError, match="needs a result"):
        trend([], definitions, ID)


def test_many_changes_are_counted(by_year, definitions):
    found = [
        replace(by_year["2024"].of("ip_asn"), period=str(year), version_from=date(year, 1, 1), target=None)
        for year in range(2015, 2025)
    ]
    svg = trend(found, definitions, ID).svg
    inside(svg)
    assert "dan 4 perubahan lagi" in written(svg)


# ── what is inside, and elements ──


def test_parts_that_are_not_surely_the_whole_are_not_drawn(index, catalogue):
    rule = catalogue.rule("ip_asn", "2024")
    assert pieces(replace(index, unrounded=index.unrounded + 0.001), rule, ID) == ()
    assert pieces(replace(index, unrounded=None), rule, ID) == ()
    assert pieces(replace(index, steps={}), rule, ID) == ()
    assert pieces(index, replace(rule, range=None), ID) == ()


def test_a_part_without_a_value_is_empty_and_one_above_its_maximum_says_so():
    parts = [Piece("a", None, 25), Piece("b", 41.5, 40), Piece("c", 0.0, 30), Piece("d", -1.0, 5)]
    svg = stacked("x", parts, ID).svg
    inside(svg)
    assert "belum ada data" in written(svg)
    assert "41,50 dari 40 (di atas maksimum)" in written(svg)
    assert svg.count('class="iku-value"') == 1
    assert svg.count('class="iku-empty"') == 1


@pytest.mark.parametrize("parts", [[], [Piece("a", 1.0, 0)]])
def test_parts_without_a_maximum_are_refused(parts):
    with pytest.raises(ValueError, match="maximum above zero"):
        stacked("x", parts, ID)


@pytest.mark.parametrize(
    ("values", "weakest"),
    [
        ([5, 4, 3, 2, 1], ["1", "2", "3"]),
        ([3, 1, 2, 2, 2, 5], ["1", "2", "2", "2"]),
        ([2, 2, 2], []),
        ([2, 2, 2, 2, 3], ["2", "2", "2", "2"]),
        ([1, 2, 2, 2], ["1"]),
        ([1, None], []),
        ([None], []),
        ([2, None, 1], ["1"]),
    ],
)
def test_the_weakest_three_are_named_with_those_that_equal_the_third(values, weakest):
    items = tuple(Element("–" if value is None else str(value), value) for value in values)
    picture = dots(Elements("x", "y", items, 0, 10), EN)
    inside(picture.svg)
    told = [
        node.text for node in whole(picture.svg).iter(f"{SVG}text")
        if "font-weight" in node.attrib and node.attrib.get("text-anchor") != "end"
    ]  # fmt: skip
    assert told == weakest
    assert written(picture.svg).count("no data yet") == values.count(None)


def test_of_many_elements_the_weakest_are_named():
    items = tuple(Element(f"unsur {number}", number / 10) for number in range(60))
    svg = dots(Elements("x", "y", items, 0, 10), ID).svg
    assert [text for text in written(svg) if text.startswith("unsur")] == ["unsur 0", "unsur 1", "unsur 2"]
    with pytest.raises(ValueError, match="need an element"):
        dots(Elements("x", "y", (), 0, 10), ID)


def test_rows_of_data_are_never_elements(by_year, definitions):
    """Steps for each employee have a range too; employees are no elements."""
    assert elements(by_year["2024"], "ip_asn", definitions, ID, ()) is None
    assert elements(by_year["2024"], "sistem_merit", definitions, ID, ()) is None


def test_nothing_personal_is_an_element(quarter, definitions):
    assert elements(quarter, "skm", definitions, ID, {("skm", "nrr")}) is None
    source = definitions.sources["unsur_2017"]
    columns = {**source.columns, "butir": replace(source.columns["butir"], personal=True)}
    changed = {**definitions.sources, "unsur_2017": replace(source, columns=columns)}
    assert elements(quarter, "skm", replace(definitions, sources=changed), ID, ()) is None


# ── harmless, and for everyone ──


def test_no_title_is_markup_and_every_title_is_there_as_a_whole(by_year, definitions):
    long = HOSTILE + " panjang sekali" * 30
    own = replace(definitions.indicators["ip_asn"], title=Label(long))
    acts = {name: replace(act, citation=long) for name, act in definitions.regulations.items()}
    changed = replace(definitions, indicators={**definitions.indicators, "ip_asn": own}, regulations=acts)
    found = [
        replace(by_year[year].of("ip_asn"), unit=HOSTILE, category=HOSTILE, title=HOSTILE) for year in YEARS
    ]
    shown = "</title></svg><script>alert(1)</script>\"' onload=x &lt;b&gt; ]]>\\u202e\\x00"
    for picture in (
        bar(found[-1], changed, ID),
        trend(found, changed, ID),
        stacked(long, [Piece(long, 1.0, 2), Piece("x" * 300, 2.0, 2)], ID),
        dots(Elements(long, "y", (Element(long, 1.0), Element("y" * 300, 2.0), Element("z", 2.0)), 0, 4), ID),
    ):
        for svg in (picture.svg, picture.themed):
            inside(svg)
            assert "<script" not in svg
            assert "\u202e" not in svg
            assert shown in (whole(svg)[0].text or "")
            assert (whole(svg)[0].text or "").count("panjang sekali") == 30


@pytest.mark.parametrize("theme", [0, 1], ids=["paper", "dark"])
def test_every_text_stands_out_from_what_it_is_written_on(theme):
    """At least 4.5 to 1 (WCAG 1.4.3), and 3 to 1 for the lines and shapes that mean something (1.4.11)."""
    for name, grounds in WRITTEN_ON.items():
        for ground in grounds:
            assert contrast(COLOURS[SHADES[name].fill][theme], COLOURS[ground][theme]) >= 4.5, (name, ground)
    for colour in ("ink", "quiet", "edge", "blue", "good", "bad"):
        assert contrast(COLOURS[colour][theme], COLOURS["paper"][theme]) >= 3, colour
    assert contrast(COLOURS["blue"][theme], COLOURS["soft"][theme]) >= 3, "the bar and the rest of its track"


def test_every_text_that_is_drawn_is_of_a_class_whose_contrast_is_known(by_year, definitions, quarter):
    for picture in (
        bar(by_year["2024"]["ip_asn"], definitions, ID),
        trend([by_year[year].of("ip_asn") for year in YEARS], definitions, ID),
        stacked("x", [Piece("a", 1.0, 2), Piece("b", 1.0, 2)], ID),
        dots(elements(quarter, "skm", definitions, ID, ()), ID),
    ):
        for node in whole(picture.svg).iter(f"{SVG}text"):
            assert node.attrib["class"].removeprefix("iku-") in WRITTEN_ON


def test_reached_and_missed_differ_as_grey_or_by_shape_and_without_red_and_green():
    """As a deuteranope sees them: blue-green and orange keep a distance; the marks differ in any case."""
    for theme in (0, 1):
        one, other = (deuteranope(COLOURS[name][theme]) for name in ("good", "bad"))
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.1


def test_a_file_of_its_own_turns_dark_and_the_picture_in_a_page_holds_no_style(index, definitions):
    picture = bar(index, definitions, ID)
    assert "<style" not in picture.svg
    assert f"<style>{dark_style().strip()}</style>" in picture.themed
    assert picture.themed.replace(f"<style>{dark_style().strip()}</style>", "") == picture.svg
    assert "var(" not in picture.themed
    for name in re.findall(r'class="iku-([a-z-]+)"', picture.svg):
        assert name == "picture" or f".iku-{name}{{" in dark_style()


def test_pictures_need_nothing_from_elsewhere(index, definitions):
    svg = bar(index, definitions, ID).themed
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "@import" not in svg
    assert "url(" not in svg


def test_typst_draws_every_picture_as_it_is(index, definitions, by_year):
    """Word and PDF get the picture through typst, which knows no style sheets."""
    typst = pytest.importorskip("typst", reason="the extra `documents` is not installed")
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    for picture in (
        bar(index, definitions, ID), trend([by_year[year].of("ip_asn") for year in YEARS], definitions, ID)
    ):  # fmt: skip
        drawn = [
            typst.compile(source, sys_inputs={"svg": svg}, format="png", ppi=96)
            for svg in (picture.svg, picture.themed)
        ]
        assert drawn[0].startswith(b"\x89PNG")
        assert len(drawn[0]) > 3_000, "it is not blank"
        assert drawn[0] == drawn[1]


# ── lettering ──


def test_what_is_cut_ends_with_an_ellipsis_and_fits():
    for room in (20, 50, 100, 333):
        for text in ("Tingkat kepuasan " * 20, "W" * 90, "漢字" * 40, "ﷺ" * 9, "á́" * 50):
            assert width(shortened(text, 12, room), 12) <= room
            lines = wrapped(text, 12, room, 3)
            assert len(lines) <= 3
            assert all(width(line, 12) <= room for line in lines)
    assert wrapped("satu dua tiga", 12, 500, 2) == ("satu dua tiga",)
    assert wrapped("", 12, 500, 2) == ("",)


# ── colours ──


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2 between two colours."""
    light = sorted(
        sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    )
    return (light[1] + 0.05) / (light[0] + 0.05)


def deuteranope(colour: str) -> list[float]:
    """Return a colour in linear light as people without green cones see it (Viénot and others, 1999)."""
    red, green, blue = linear(colour)
    return [
        0.29275 * red + 0.70725 * green,
        0.29275 * red + 0.70725 * green,
        -0.02234 * red + 0.02234 * green + blue,
    ]
