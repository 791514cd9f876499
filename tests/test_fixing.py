"""`validate --fix` makes what can only be meant of a mistake, and leaves every other byte alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mistakes import BASE, FOLDER, made, read

import engine
from engine.document import ScalarNode
from engine.document import read as read_document
from engine.fixing import applied, fix, safe_fix
from engine.formula.grammar import FormulaRefused, parse
from engine.problems import errors_in
from engine.text import Text

MUTU = "indicators/mutu.yaml"
LOKET = "sources/loket.yaml"

SAFE = [
    # file, what stood there, the mistake, what is written instead
    (MUTU, "keliling: 0.5", "keliling: 0,5", "keliling: 0.5"),
    (MUTU, "{value: 15, unit: menit}", "{value: 1.500.000, unit: menit}", "{value: 1500000, unit: menit}"),
    (MUTU, "decimals: 2\n", "decimals:2\n", "decimals: 2\n"),
    (MUTU, "decimals: 2\n", "decimals:\t2\n", "decimals: 2\n"),
    (MUTU, "decimals: 2\n", "decimals: 2\u00a0\n", "decimals: 2\n"),
    (MUTU, "decimals: 2\n", 'decimals: "2"\n', "decimals: 2\n"),
    (MUTU, "decimals: 2\n", "decimals: “2”\n", "decimals: 2\n"),
    (MUTU, "decimals: 2\n", "decimals: 02\n", "decimals: 2\n"),
    (MUTU, "title: Mutu layanan loket", "title: Mutu: layanan loket", 'title: "Mutu: layanan loket"'),
    (MUTU, "title: Mutu layanan loket", 'title: Mutu: "loket"', "title: 'Mutu: \"loket\"'"),
    (MUTU, "title: Mutu layanan loket", "title: 2021", 'title: "2021"'),
    (MUTU, "title: Mutu layanan loket", "title: 007", 'title: "007"'),
    (MUTU, "title: Mutu layanan loket", "title: 12:30", 'title: "12:30"'),
    (MUTU, "title: Mutu layanan loket", "title: on", 'title: "on"'),
    (MUTU, "title: Mutu layanan loket", "title: 199001012015031001", 'title: "199001012015031001"'),
    (MUTU, "title: Mutu layanan loket", "title: @loket", 'title: "@loket"'),
    (MUTU, "  - from: 2022-01-01\n", "\t- from: 2022-01-01\n", "  - from: 2022-01-01\n"),
    (MUTU, "from: 2022-01-01", "from: 31/01/2022", "from: 2022-01-31"),
    (MUTU, "targets: {2021: 80,", "targets: {2021: 80,5,", "targets: {2021: 80.5,"),
    (MUTU, "result: mean(", "result: =mean(", "result: mean("),
    (MUTU, "result: mean(", "result: = mean(", "result: mean("),
    (MUTU, "result: mean(", "result: AVERAGE(", "result: mean("),
    (MUTU, "result: mean(", "result: rata_rata(", "result: mean("),
    (MUTU, "result: mean(", "result: MEAN(", "result: mean("),
    (MUTU, "in dihitung and", "in dihitung dan", "in dihitung and"),
    (MUTU, "in dihitung and", "in dihitung AND", "in dihitung and"),
    (MUTU, "in dihitung and", "in dihitung&&", "in dihitung and"),
    (MUTU, "loket.jenis in dihitung", "loket.jenis <> “tetap”", 'loket.jenis != "tetap"'),
    (MUTU, "loket.jenis in dihitung", 'loket.jenis = "tetap"', 'loket.jenis == "tetap"'),
    (MUTU, ") * 100", ") × 0,5", ") * 0.5"),
    (MUTU, ") * 100", ") × 1.250.000", ") * 1250000"),
    (MUTU, ") * 100", ") ÷ .5", ") / 0.5"),
    (MUTU, "coalesce(nilai, band(cepat, poin_cepat))", "coalesce(nilai; 2)", "coalesce(nilai, 2)"),
    (MUTU, "coalesce(nilai, band(cepat, poin_cepat))", "coalesce(nilai, 2)^2", "coalesce(nilai, 2)**2"),
    (MUTU, "cepat, poin_cepat)) *", "cepat, poin_cepat))\u00a0*", "cepat, poin_cepat)) *"),
    (LOKET, "values: [tetap, keliling]", "values: [tetap, keliling, No]", 'values: [tetap, keliling, "No"]'),
    (LOKET, "{Mobil: keliling}", "{No: keliling}", '{"No": keliling}'),
    (LOKET, "unique: true", "unique: true, personal: yes", "unique: true, personal: true"),
]  # fmt: skip

TO_BE_ASKED = [
    # what may mean two things, or is not certain
    (MUTU, "keliling: 0.5", "keliling: 1,250", ["1.25", "1250"]),
    (MUTU, "{value: 15, unit: menit}", "{value: 1.250, unit: menit}", ["1.25", "1250"]),
    (MUTU, "{value: 15, unit: menit}", "{value: no, unit: menit}", ["false", '"no"']),
    (MUTU, "{value: 15, unit: menit}", "{value: 015, unit: menit}", ["15", '"015"']),
    (MUTU, "{value: 15, unit: menit}", "{value: 85%, unit: menit}", ["85"]),
    (MUTU, "from: 2022-01-01", "from: 02/01/2022", ["2022-01-02", "2022-02-01"]),
    (MUTU, "locator: Pasal 4}", "locator: Pasal 4} #x\nunit: a #b", None),
    (MUTU, "unit: poin", "unit: poin #x", ['"poin #x"', " "]),
    (MUTU, ") * 100", ") * 85%", ["0.85", "85"]),
    (MUTU, ") * 100", ") * 1,250", ["1.250", "1250"]),
    (MUTU, ") * 100", ") * -2^2", ["**"]),
    (MUTU, "<= batas_menit", "<= batas menit", ["batas_menit"]),
    (MUTU, "result: mean(", "result: LOG(", ["log"]),
    (MUTU, "bobot[jenis]", "bobott[jenis]", ["bobot"]),
    (MUTU, "antrean.menit <=", "antrean.menitt <=", ["antrean.menit"]),
    (MUTU, "division: layanan_publik", "division: layanan_umum", ["layanan_publik"]),
    (MUTU, "better: higher", "better: highr", ["higher"]),
    (MUTU, "decimals: 2\n", "desimal: 2\n", ["decimals"]),
    (MUTU, "range: [0, 100]\nbetter", "range: [100, 0]\nbetter", ["0", "100"]),
    (MUTU, "indicator: mutu\n", "indicator: mutu_loket\n", ["mutu"]),
    (MUTU, "sources: [loket, antrean]", "sources: [loket]", [", antrean"]),
    (MUTU, "sources: [loket, antrean]", "sources:\n  - loket", ["\n  - antrean"]),
    (LOKET, "title: Daftar loket", "title: *loket", ['"*loket"']),
]  # fmt: skip


def base(folder: Path) -> Path:
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    return folder


def changed(folder: Path, file: str, was: str, became: str) -> None:
    path = folder / file
    text = path.read_bytes().decode()
    assert text.count(was) == 1, was
    path.write_bytes(text.replace(was, became).encode())


@pytest.mark.parametrize(("file", "was", "became", "mended"), SAFE)
def test_what_can_only_mean_one_thing_is_written_so(file, was, became, mended, tmp_path):
    folder = base(tmp_path)
    changed(folder, file, was, became)
    before = (folder / file).read_bytes()
    fixed = fix(folder)
    assert (folder / file).read_bytes() == before.replace(became.encode(), mended.encode())
    assert fixed.made
    assert not fixed.unmade
    assert not fixed.unwritten


@pytest.mark.parametrize(("file", "was", "became", "texts"), TO_BE_ASKED)
def test_what_may_mean_two_things_is_left_for_a_person(file, was, became, texts, tmp_path):
    folder = base(tmp_path)
    changed(folder, file, was, became)
    before = (folder / file).read_bytes()
    problems = [problem for problem in engine.validate(folder) if problem.fixes]
    if texts is not None:
        assert [edit.text for fix_ in problems[0].fixes for edit in fix_.edits] == texts
    assert all(safe_fix(problem) is None for problem in problems)
    fix(folder)
    assert (folder / file).read_bytes() == before


@given(
    chosen=st.lists(st.sampled_from(SAFE), min_size=1, max_size=8),
    line_break=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
    last=st.sampled_from(["", "\n", "\n\n# akhir Ж 😀\n", "   \n"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fixes_change_nothing_else_and_leave_nothing_to_fix(chosen, line_break, mark, last, tmp_path_factory):
    """Several mistakes at once, in files with either line break, with or without a mark of their encoding."""
    folder = base(tmp_path_factory.mktemp("fixes"))
    texts = {file: (folder / file).read_text(encoding="utf-8") for file in (MUTU, LOKET)}
    wanted = dict(texts)
    taken: set[str] = set()
    for file, was, became, mended in chosen:
        area = was.split("\n")[0]
        if area in taken or texts[file].count(was) != 1 or wanted[file].count(was) != 1:
            continue
        taken.add(area)
        texts[file], wanted[file] = texts[file].replace(was, became), wanted[file].replace(was, mended)

    def as_bytes(text: str) -> bytes:
        return (b"\xef\xbb\xbf" if mark else b"") + (text.rstrip("\n") + last).replace(
            "\n", line_break
        ).encode()

    for file, text in texts.items():
        (folder / file).write_bytes(as_bytes(text))
    fixed = fix(folder)
    assert not fixed.unwritten
    found = {file: (folder / file).read_bytes() for file in texts}
    if not fixed.unmade:
        assert found == {file: as_bytes(text) for file, text in wanted.items()}
    assert not fix(folder).made
    assert {file: (folder / file).read_bytes() for file in texts} == found


STYLES = ["plain", "single", "double", "literal", "folded"]
PARTS = [
    ("2 ^ b", "2 ** b"),
    ("a × 0,5", "a * 0.5"),
    ("a <> b", "a != b"),
    ("1.250,5", "1250.5"),
    ("SUM(a.b)", "sum(a.b)"),
    ("max(a; b)", "max(a, b)"),
    ("a dan b", "a and b"),
    ("007", "7"),
    ("a\u00a0+ b", "a + b"),
    ("(a = b)", "(a == b)"),
    ("a&&b", "a and b"),
    ('(a == "x")', '(a == "x")'),
    ("(a == 'it')", "(a == 'it')"),
]
CURLY = ("(a == “x”)", '(a == "x")')


@given(
    parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=4) | st.just([CURLY]),
    style=st.sampled_from(STYLES),
    equals=st.booleans(),
    flow=st.booleans(),
    line_break=st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None)
def test_a_fix_of_a_formula_is_right_in_every_style_of_yaml(parts, style, equals, flow, line_break):
    """After all safe fixes the value reads as the mended formula, and what is around it as before."""
    flow = flow and style in ("single", "double", "plain")
    parts = [part for part in parts if not (flow and style == "plain" and set(",;") & set(part[0]))] or [
        PARTS[0]
    ]
    formula = ("=" if equals else "") + " + ".join(part for part, _ in parts)
    text = _written(formula, style, flow, line_break)
    for _ in range(12):
        document, problems = read_document(Text("a.yaml", text))
        if document is None or problems:
            return  # Plain text that YAML reads differently.
        holder = document.root.entries[1].node
        node = holder.entries[0].node if flow else holder
        assert isinstance(node, ScalarNode)
        assert document.root.entries[0].node.written == "x" == document.root.entries[2].node.written
        try:
            parse(node.written)
            faults = ()
        except FormulaRefused as refused:
            faults = refused.faults
        fixes = [safe for fault in faults if (safe := safe_fix(node.passage.problem(fault))) is not None]
        if not fixes:
            break
        text = applied(text, fixes[0].edits)
    mended = " + ".join(good for _, good in parts)
    certain = formula.count("^") < 2 and not (";" in formula and "," in formula)
    if certain:
        assert " ".join(node.written.split()) == mended


def _written(formula: str, style: str, flow: bool, line_break: str) -> str:
    if style == "single":
        value = "'" + formula.replace("'", "''") + "'"
    elif style == "double":
        value = '"' + formula.replace("\\", "\\\\").replace('"', '\\"').replace("×", "\\u00d7") + '"'
    elif style in ("literal", "folded"):
        value = ("|\n    " if style == "literal" else ">-\n    ") + formula.replace(" + ", "\n    + ")
    else:
        value = formula.replace(" + ", "\n    + ")
    held = f"{{c: {value}}}" if flow else value
    return f"a: x\nb: {held}\nc: x\n".replace("\n", line_break)


@pytest.mark.parametrize(
    ("sources", "left"),
    [
        ("[loket, antrean]", "[loket]"),
        ("[antrean, loket]", "[loket]"),
        ("\n  - antrean\n  - loket", "\n  - loket"),
        ("\n  - loket\n  - antrean # x", "\n  - loket"),
    ],
)
def test_a_source_that_nothing_uses_is_taken_out_of_the_list(sources, left, tmp_path):
    folder = base(tmp_path)
    changed(folder, MUTU, "[loket, antrean]", sources)
    text = (folder / MUTU).read_text(encoding="utf-8")
    formula = text[text.index(">-") : text.index("      poin:\n")]
    (folder / MUTU).write_text(text.replace(formula, "petugas\n"), encoding="utf-8")
    (problem,) = [found for found in engine.validate(folder) if found.code == "unused-source"]
    after = applied((folder / MUTU).read_text(encoding="utf-8"), problem.fixes[0].edits)
    assert after == text.replace(formula, "petugas\n").replace(sources, left)


def test_a_fix_that_makes_an_error_is_not_made_and_told(tmp_path):
    folder = base(tmp_path)
    changed(folder, MUTU, "from: 2022-01-01", "from: 31/01/2019")
    before = (folder / MUTU).read_bytes()
    fixed = fix(folder)
    assert (folder / MUTU).read_bytes() == before
    assert [str(change.against) for change in fixed.unmade] == [
        "this version begins on 2019-01-31, not after the one before it"
    ]


def test_links_are_left_alone(tmp_path):
    """Neither the link nor what it points to is changed, inside the folder or outside."""
    folder = base(tmp_path / "definitions")
    changed(folder, MUTU, "decimals: 2\n", "decimals:2\n")
    outside = tmp_path / "outside.yaml"
    shutil.move(folder / MUTU, outside)
    (folder / MUTU).symlink_to(outside)
    before = outside.read_bytes()
    assert not fix(folder).made
    assert outside.read_bytes() == before
    inside = folder / "milik.txt"
    shutil.copy(outside, inside)
    (folder / MUTU).unlink()
    (folder / MUTU).symlink_to(inside)
    assert [str(why) for why in fix(folder).unwritten.values()] == ["the file is a link"]
    assert inside.read_bytes() == before
    assert (folder / MUTU).is_symlink()


def test_permissions_stay_and_nothing_is_left_behind(tmp_path):
    folder = base(tmp_path)
    changed(folder, MUTU, "decimals: 2\n", "decimals:2\n")
    os.chmod(folder / MUTU, 0o640)
    names = sorted(path.name for path in folder.rglob("*"))
    assert fix(folder).made
    assert (folder / MUTU).stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.rglob("*")) == names


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path, monkeypatch):
    from engine import fixing

    folder = base(tmp_path)
    changed(folder, MUTU, "decimals: 2\n", "decimals:2\n")
    run = fixing._Trial.run

    def slowly(trial):
        changed(folder, MUTU, "unit: poin", "unit: angka")
        return run(trial)

    monkeypatch.setattr(fixing._Trial, "run", slowly)
    before = (folder / MUTU).read_bytes().replace(b"unit: poin", b"unit: angka")
    assert [str(why) for why in fix(folder).unwritten.values()] == [
        "the file was changed by somebody else meanwhile"
    ]
    assert (folder / MUTU).read_bytes() == before


CASES = [case for case in map(read, sorted(FOLDER.glob("*.txt"))) if not case.file.startswith("data/")]


@pytest.mark.parametrize("mistake", CASES, ids=lambda mistake: mistake.name)
def test_a_safe_fix_of_a_known_mistake_leaves_no_error_or_changes_nothing(mistake, tmp_path):
    folder = made(mistake, tmp_path)
    offered = [problem for problem in engine.validate(folder) if safe_fix(problem) is not None]
    fixed = fix(folder)
    assert bool(fixed.made) == bool(offered)
    assert not fixed.unmade
    if fixed.made:
        left = errors_in(engine.validate(folder))
        assert all(problem.code not in {problem.code for problem in offered} for problem in left)
