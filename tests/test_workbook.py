"""The working paper: a spreadsheet engine that shares nothing with iku computes it again and agrees."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import formualizer
import pytest
from catalogues import read_texts
from formulas import PARAMETERS, SOURCES, Maker, data
from golden import same_as
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recomputed import computed, formulas, names, sheet_of, sheets

import cli
import engine
from engine.api import Catalogue
from engine.checking import prove, rules_at
from engine.problems import errors_in
from engine.versions import Period

YEAR = Period.parse("2021")
ORGANIZATION = """
organization: uji
name: "=Uji & Coba"
language: id
objectives: {o: {title: O}}
divisions: {d: {title: "@Divisi"}}
achievement: {cap: 120, floor: 0, scale: [{from: 91, label: Sangat Tinggi}, {above: 60, label: "-"}]}
"""
RECORD = {
    name: {key: value for key, value in column.items() if key != "unique"}
    for name, column in SOURCES["p"]["columns"].items()
    if column["type"] != "reference" and name != "id"
}
"""The columns of `formulas.SOURCES` as those of one row, so that random formulas speak of the whole."""


def catalogue(
    steps: Mapping[str, Any],
    *,
    head: Mapping[str, Any] = {},
    version: Mapping[str, Any] = {},
    columns: Mapping[str, Any] = RECORD,
    parameters: Mapping[str, Any] = PARAMETERS,
    more: Mapping[str, str] = {},
) -> Catalogue:
    """Return a catalogue of one indicator, `uji`, over the one-row source `p`."""
    definitions, problems = read_texts(Path(), texts(steps, head, version, columns, parameters, more))
    assert definitions is not None, problems
    return Catalogue(definitions)


def texts(
    steps: Mapping[str, Any],
    head: Mapping[str, Any] = {},
    version: Mapping[str, Any] = {},
    columns: Mapping[str, Any] = RECORD,
    parameters: Mapping[str, Any] = PARAMETERS,
    more: Mapping[str, str] = {},
) -> dict[str, str]:
    source = {"source": "p", "title": "+Sumber", "division": "d", "file": "p.csv", "shape": "record"}
    written = ",\n".join(f"{json.dumps(name)}: {json.dumps(step)}" for name, step in steps.items())
    settings = json.dumps(parameters).replace('"1/9"', "1/9")
    top = {"indicator": "uji", "title": "=1+1", "objective": "o", "division": "d", "sources": ["p"], **head}
    rule = {"from": "2000-01-01", "result": "p.s * 2", **version}
    members = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in top.items()]
    inside = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in rule.items())
    rest = f"parameters: {settings}, steps: {{\n{written}\n}}"
    inside = inside.replace('"2000-01-01"', "2000-01-01")
    return {
        "organization.yaml": ORGANIZATION,
        "regulations.yaml": "regulations: {}\n",
        "sources/p.yaml": json.dumps({**source, "columns": columns}),
        f"indicators/{top['indicator']}.yaml": f"{{{', '.join(members)}, versions: [{{{inside}, {rest}}}]}}",
        **more,
    }


def valid(steps: dict[str, Any]) -> dict[str, Any]:
    """Return the steps that the engine accepts."""
    while True:
        found = texts(steps)
        definitions, problems = read_texts(Path(), found)
        if definitions is not None:
            problems = prove(definitions, rules_at(definitions, YEAR)).problems
        listed = list(steps)
        lines = {getattr(problem.place, "line", 0) for problem in errors_in(problems)}
        refused = [name for line, name in enumerate(listed, start=2) if line in lines]
        if not refused:
            return steps
        for name in refused:
            del steps[name]


def row_of(dice: random.Random) -> dict[str, Any]:
    return {name: value for name, value in data(dice)["p"][0].items() if name in RECORD}


def verdicts(content: bytes, sheet: str, *, named: bool = False) -> list[tuple[str, Any]]:
    """Return what the sheet's own checks say when they are computed anew, with the step's rule."""
    table = sheet_of(content, sheet)
    return [
        (table[int(cell.place[1:]) - 1][4], cell.live)
        for cell in computed(content, named=named)
        if cell.sheet == sheet and cell.place.startswith("H")
    ]


def live(content: bytes, name: str, *, named: bool = False) -> Any:
    """Return what the cell called *name* is when computed anew."""
    sheet, _, place = names(content)[name].replace("$", "").rpartition("!")
    row, column = int(place[1:]), ord(place[0]) - 64
    for cell in computed(content, named=named):
        if cell.sheet == sheet.strip("'") and cell.place == place:
            return cell.live
    return sheet_of(content, sheet.strip("'"))[row - 1][column - 1]


# ── agreement ──


@pytest.mark.parametrize("period", ["2019", "2020", "2021", "2022", "2023", "2024", "2021-TW2"])
def test_another_spreadsheet_engine_finds_every_value_of_the_shipped_catalogue(period):
    """Every formula gives what stood in the file, which is what iku computed; every check says so."""
    shipped = engine.load()
    wanted = shipped.indicators if "-" not in period else ["skm"]
    content = shipped.workbook(period, only=wanted)
    cells = computed(content)
    assert len(cells) > 20
    for cell in cells:
        if cell.kept == "" and cell.formula:
            continue  # a part of a formula, which waits to be computed
        assert cell.live == (pytest.approx(cell.kept, abs=1e-9) if cell.kept != "#N/A" else "#N/A"), cell
    for result in shipped.evaluate(period, only=wanted):
        assert live(content, f"{result.indicator}.published") == pytest.approx(result.value, abs=1e-12)
        assert {said for _, said in verdicts(content, result.indicator, named=True)} == {"cocok"}


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
@given(st.integers(0, 10**6))
def test_random_formulas_give_in_a_spreadsheet_what_they_give_here(seed):
    """Blanks, failures, ties, words, bands, tables, days; rounded in each way and held to ranges."""
    dice = random.Random(seed)
    maker, steps = Maker(dice), dict[str, Any]()
    for number in range(16):
        kind = dice.choice(["number"] * 4 + ["condition"] * 2 + ["word", "day"])
        step = {"formula": maker.make(kind, "p.", 4, allow_blank=dice.random() < 0.2)}
        if kind == "number" and dice.random() < 0.4:
            step["decimals"] = dice.choice([0, 1, 2, 3, -1])
            step["rounding"] = dice.choice(["half_up", "half_even", "down"])
        if kind == "number" and dice.random() < 0.3:
            step["range"] = [0, 100]
        steps[f"s{number}"] = step
    content = catalogue(valid(steps)).workbook("2021", {"p": row_of(dice)})
    assert [(rule, said) for rule, said in verdicts(content, "uji") if said != "cocok"] == []


def test_a_changed_input_changes_all_that_rests_on_it_as_it_would_here(tmp_path):
    """The sheets are no copies of numbers: Excel's user and iku get the same from another score."""
    shipped = engine.load()
    content = shipped.workbook("2021", only=["sistem_merit"])
    places = names(content)
    book = formualizer.load_workbook_bytes(content)
    sheet, _, place = places["penilaian_merit.pengadaan"].replace("$", "").rpartition("!")
    book.set_value(sheet.strip("'"), int(place[1:]), 3, 39.25)
    row = shipped.evaluate("2021", only=["sistem_merit"]).rows("penilaian_merit")[0]
    kept = {name: value for name, value in row.items() if "." not in name}
    result = shipped.evaluate(
        "2021",
        {"penilaian_merit": [{**_whole_row(shipped), **kept, "pengadaan": 39.25}]},
        only=["sistem_merit"],
    )["sistem_merit"]
    for name, expected in {
        "sistem_merit.total": result.unrounded,
        "sistem_merit.published": result.value,
        "sistem_merit.category": result.category,
        "sistem_merit.achievement": result.achievement.value,
    }.items():
        where, _, cell = places[name].replace("$", "").rpartition("!")
        found = book.evaluate_cell(where.strip("'"), int(cell[1:]), 3)
        assert found == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-9))


def _whole_row(shipped: Catalogue) -> dict[str, Any]:
    columns = shipped.definitions.sources["penilaian_merit"].columns
    return {name: column.values[0] if column.values else 0.0 for name, column in columns.items()}


# ── formulas as they are written ──


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("p.s + p.n * 2 - (p.s - p.n)", "p.s+p.n*2-(p.s-p.n)"),
        ("p.s / limit", "p.s/uji.limit"),
        ("p.s / p.n if p.n > 0 else no_value", "IF(p.n>0,p.s/p.n,NA())"),
        ("p.s / (p.s - 1) if p.s > 1 else 0", "IF(ROUND(p.s,9)>1,p.s/(p.s-1),0)"),
        ("-p.s ** 2", "-POWER(p.s,2)"),
        ("coalesce(p.b, 0)", 'IF(p.b="",0,p.b)'),
        ("p.b if p.ok else 1", 'IF(p.ok,IF(p.b="","",p.b),1)'),
        ("p.b > 1 if not is_missing(p.b) else false",
         'IF(NOT(p.b=""),IF(ABS(p.b)*1E9<2^52,INT(p.b*1E9+0.5),p.b*1E9)>IF(ABS(1)*1E9<2^52,INT(1*1E9+0.5),1*1E9),FALSE)'),
        ("p.ok and p.s >= 60", "IF(p.ok,ROUND(p.s,9)>=60,FALSE)"),
        ("p.ok and 1 / p.n > 1 if p.n > 0 else false", "IF(p.n>0,IF(p.ok,ROUND(1/p.n,9)>1,FALSE),FALSE)"),
        ("0 < p.s <= 60.5", "IF(0<ROUND(p.s,9),ROUND(p.s,9)<=ROUND(60.5,9),FALSE)"),
        ('p.k == "u"', 'p.k="u"'),
        ("p.k in few", "OR(p.k='Masukan'!$C$7,p.k='Masukan'!$C$8)"),
        ("points[p.k]", "INDEX(uji.points.values,MATCH(p.k,uji.points.keys,0))"),
        ("by_number[p.n]", 'INDEX(uji.by_number.values,MATCH(p.n&"",uji.by_number.keys,0))'),
        ("band(p.s, steps_)", "IF(ROUND(p.s,9)>=ROUND('Masukan'!$B$6,9),'Masukan'!$C$6,IF(ROUND(p.s,9)>"
                              "ROUND('Masukan'!$B$7,9),'Masukan'!$C$7,'Masukan'!$C$8))"),
        ("round(p.s, 1)", "ROUND(ROUND(p.s,9),1)"),
        ("floor(p.s)", "INT(ROUND(p.s,9))"),
        ("days_between(p.d, period.end)", "DATE(2021,12,31)-p.d"),
        ("period.year - 1", "2021-1"),
    ],
)  # fmt: skip
def test_a_formula_as_a_spreadsheet_has_it(formula, expected):
    """Short and readable where nothing can go wrong; careful where it can."""
    content = catalogue({"x": formula}).workbook("2021", {"p": row_of(random.Random(3))})
    sheet, _, place = names(content)["uji.x"].replace("$", "").rpartition("!")
    cells = {(name, f"C{row}", column): text for name, row, column, text in formulas(content)}
    assert cells[sheet.strip("'"), place, 3] == expected


def test_words_that_differ_by_capital_letters_alone_are_told_apart():
    """To a spreadsheet "a" is "A"; here it never was."""
    columns = {"k": {"type": "category", "values": ["a", "A", "b*", "bc"]}}
    parameters = {"t": {"table": {"b*": 3, "bc": 4, "a": 1, "x": 2}}, "s": {"set": ["A", "b*"]}}
    steps = {"same": 'p.k == "A"', "looked": 't["a" if p.k == "A" else p.k]', "inside": "p.k in s"}
    made = catalogue(steps, columns=columns, parameters=parameters, version={"result": "1 + 1"})
    expected = {"a": (False, 1, False), "A": (True, 1, True), "b*": (False, 3, True), "bc": (False, 4, False)}
    for word, values in expected.items():
        content = made.workbook("2021", {"p": {"k": word}})
        assert tuple(live(content, f"uji.{name}") for name in steps) == values
        assert {said for _, said in verdicts(content, "uji")} == {"cocok"}


LONG = {
    "sum": " + ".join(["p.s"] * 120),
    "and": " and ".join(["p.s > 1"] * 80),
    "or_lazy": " or ".join(["1 / (p.n + 1) > 5"] * 40),
    "choice": "".join(f"{n} if p.s > {100 - n} else " for n in range(50)) + "0",
    "bands": "band(p.s, many)",
    "members": "p.n in several",
    "nested": "abs(" * 40 + "p.s" + ")" * 40,
    "joined": 'p.k == "' + "u" * 64 + '"',
}


@pytest.mark.parametrize("name", LONG)
def test_a_formula_as_long_as_the_language_allows_stays_within_what_spreadsheets_take(name):
    """Not more than 8,192 characters, 64 levels and 255 characters of a text; the value is the same."""
    parameters = {
        **PARAMETERS,
        "many": {"bands": [*({"from": 200 - n, "value": n} for n in range(99)), {"value": -1}]},
        "several": {"set": list(range(3, 203))},
    }
    columns = {**RECORD, "k": {"type": "category", "values": ["u", "v", "w", "u" * 64]}}
    made = catalogue({"x": LONG[name]}, columns=columns, parameters=parameters)
    content = made.workbook("2021", {"p": {**row_of(random.Random(5)), "n": 4}})
    for _, _, _, formula in formulas(content):
        assert len(formula) <= 8_000
        assert _depth(formula) <= 60
        assert all(len(text) <= 255 for text in re.findall(r'"((?:[^"]|"")*)"', formula))
    assert {said for _, said in verdicts(content, "uji")} == {"cocok"}


def _depth(formula: str) -> int:
    depth = deepest = 0
    for letter in re.sub(r'"(?:[^"]|"")*"', "", formula):
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest


# ── what stands in it ──


def test_the_whole_of_a_small_working_paper(request):
    """Every sheet of a catalogue with a tie, a blank, no value, words like formulas and a capped target."""
    steps = {
        "tie": {"formula": "p.s", "decimals": 2, "title": "-Dibulatkan"},
        "even": {"formula": "p.s", "decimals": 2, "rounding": "half_even"},
        "blank": "p.b if p.ok else 1",
        "nothing": "1 / p.n if p.n > 0 else no_value",
        "grade": "band(p.s, grades)",
        "ninth_of": "p.s * ninth",
    }
    categories = [{"from": 80, "label": "=Baik", "title": "Baik"}, {"label": "Kurang"}]
    head = {"unit": "poin", "decimals": 1, "range": [0, 500], "targets": {"2021": 100}}
    made = catalogue(steps, head=head, version={"categories": categories})
    row = {**row_of(random.Random(4)), "s": 88.305, "b": None, "ok": True, "n": 0}
    for language in ("id", "en"):
        content = made.workbook("2021", {"p": row}, language=language)
        same_as(request, f"workbook/small-{language}.txt", dump(content))
        assert {said for _, said in verdicts(content, "uji")} <= {"cocok", "agrees"}


def dump(content: bytes) -> str:
    """Return every cell of a workbook, formulas as such."""
    written = {(sheet, row, column): formula for sheet, row, column, formula in formulas(content)}
    lines: list[str] = []
    for sheet in sheets(content):
        lines.append(f"── {sheet} ──")
        for row, values in enumerate(sheet_of(content, sheet), start=1):
            cells = []
            for column, value in enumerate(values, start=1):
                formula = written.get((sheet, row, column))
                if formula is not None:
                    cells.append(f"{chr(64 + column)}: ={formula} → {value}")
                elif value != "":
                    cells.append(f"{chr(64 + column)}: {value}")
            lines += [f"{row:>3}  " + "\n     ".join(cells)] if cells else []
    return re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", "\n".join(lines) + "\n")


def test_no_text_of_a_definition_is_a_formula():
    """O4: a text that begins with = + - @ is written as text and marked as such; formulas are ours alone."""
    content = catalogue({"x": {"formula": "p.s", "title": "=cmd|' /C calc'!A0", "note": "+1"}}).workbook(
        "2021", {"p": row_of(random.Random(4))}
    )
    assert not [text for _, _, _, text in formulas(content) if "cmd" in text or text == "1+1"]
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        styles = container.read("xl/styles.xml").decode()
        pages = [container.read(name).decode() for name in container.namelist() if "worksheets/sheet" in name]
        shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", container.read("xl/sharedStrings.xml").decode())
    quoted = {
        n
        for n, found in enumerate(re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2]))
        if "quotePrefix" in found
    }
    dangerous = {n for n, text in enumerate(shared) if text.lstrip(" '\"").startswith(("=", "+", "-", "@"))}
    assert dangerous
    for page in pages:
        for style, index in re.findall(r'<c r="[A-Z0-9]+" s="(\d+)" t="s"><v>(\d+)</v>', page):
            assert (int(index) in dangerous) <= (int(style) in quoted)


def test_personal_values_stay_out():
    """Neither a personal column nor a step that passes its values on, converted or not, is written."""
    columns = {"pay": {"type": "number", "personal": True}, "s": {"type": "number", "range": [0, 100]}}
    steps = {"own": "p.pay", "bigger": "max(p.pay, 5)", "part": "p.s / 100", "used": "p.s + p.pay / 1000"}
    made = catalogue(steps, columns=columns, parameters={})
    content = made.workbook("2021", {"p": {"pay": 7654321.5, "s": 50.0}})
    assert "7654321" not in dump(content)
    assert "p.pay" not in names(content)
    assert [rule for rule, _ in verdicts(content, "uji")][:1] == ["p.s / 100"]
    assert "uji.used" not in names(content)
    assert "7654" not in dump(content)
    assert "7704" not in dump(content)


def test_the_same_results_make_the_same_bytes():
    made, row = catalogue({"x": "p.s + 1"}), row_of(random.Random(9))
    assert made.workbook("2021", {"p": row}) == made.workbook("2021", {"p": row})


def test_pages_are_landscape_numbered_and_begin_with_their_heads():
    """One page wide, on A4 or F4, head rows on each page, page x of y."""
    made, row = catalogue({"x": "p.s + 1"}), row_of(random.Random(9))
    for paper, size in (("a4", 9), ("f4", 14)):
        with zipfile.ZipFile(io.BytesIO(made.workbook("2021", {"p": row}, paper=paper))) as container:
            book = container.read("xl/workbook.xml").decode()
            for number in range(1, 6):
                page = container.read(f"xl/worksheets/sheet{number}.xml").decode()
                assert f'paperSize="{size}" orientation="landscape"' in page.replace('fitToHeight="0" ', "")
                assert "halaman &amp;P dari &amp;N" in page
        assert book.count("_xlnm.Print_Titles") == 4


def test_sheets_keep_their_names_apart():
    """An indicator called as a sheet of ours gets another name; long ids are cut."""
    made = catalogue({"x": "p.s"}, head={"indicator": "ringkasan"})
    content = made.workbook("2021", {"p": row_of(random.Random(9))})
    assert sheets(content)[:3] == ["Ringkasan", "Masukan", "ringkasan~2"]


# ── the command ──


@pytest.fixture
def iku(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(Path(__file__).parent / "cases" / "cli")

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_the_verb_writes_a_file_once(iku, tmp_path):
    file = tmp_path / "kk.xlsx"
    assert iku("report", "workbook", "tunggu", "--period", "2024", "-o", str(file)) == (
        0,
        "",
        f"written: {file}\n",
    )
    before = file.read_bytes()
    code, _, told = iku("report", "workbook", "tunggu", "--period", "2023", "-o", str(file))
    assert (code, "is there already" in told, file.read_bytes()) == (2, True, before)
    assert iku("report", "workbook", "tunggu", "--period", "2023", "-o", str(file), "--force", "-q") == (
        0,
        "",
        "",
    )
    assert file.read_bytes() != before


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--paper", "a3"), "Invalid value for '--paper': 'a3' is not one of 'a4', 'f4'."),
        (("-o", "x.xlsx", "--by", "loket"), "the working paper is one of the whole: leave --by away"),
    ],
)
def test_what_the_verb_refuses(iku, words, expected):
    code, out, told = iku("report", "workbook", *words)
    assert (code, out) == (2, "")
    assert told.splitlines()[-1] == f"Error: {expected}"
