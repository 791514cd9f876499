"""Rows of DuckDB and Spark are checked and computed where they are, to the values that Polars gives.

Tables have no order: rows are compared by their key, and a finding names the column and what stands there.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import narwhals
import polars
import pytest
from exact import value_in_row, value_of_whole
from test_agreement import Maker, agrees, catalogue_of, data, expected, frames_of, world_of
from test_features import FAMILIES, family, given, repeated, same, whole
from test_features import catalogue_of as catalogue_of_family

import engine
from engine.problems import IkuError, InvalidData, InvalidRequest
from engine.sources.backends import ENGINES, Spark, backend_for

ROOT = Path(__file__).parent.parent
Table = Callable[[polars.DataFrame], Any]
PEOPLE = [
    {"id": f"p{number}", "unit_kerja": "AB"[number % 2], "status": "PNS", "diukur": True, "pendidikan": "S1",
     "jabatan": "pelaksana", "skp": None, "predikat": "baik", "hukuman": "tidak_ada"}
    for number in range(4)
]  # fmt: skip


@pytest.fixture(scope="session")
def spark() -> Spark:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java 17: install openjdk-17-jre-headless")
    found = backend_for("spark", [])
    assert isinstance(found, Spark)
    return found


@pytest.fixture(params=["duckdb", "spark"])
def table(request: pytest.FixtureRequest) -> Table:
    """What makes a table of one of the two libraries of a Polars frame."""
    if request.param == "spark":
        session = request.getfixturevalue("spark").session
        return lambda frame: session.createDataFrame(frame.to_arrow())
    connection = duckdb.connect()
    return lambda frame: connection.from_arrow(frame.to_arrow())


def shown(rows: Any) -> polars.DataFrame:
    """Return a table of any library as a Polars frame."""
    found = narwhals.from_native(rows)
    return found.collect(backend="polars").to_native() if isinstance(found, narwhals.LazyFrame) else rows


def by_key(rows: Any, key: str, order: list[Any]) -> polars.DataFrame:
    """Return the rows of a table in the order that their keys have in *order*."""
    places = {value: place for place, value in enumerate(order)}
    return shown(rows).sort(polars.col(key).replace_strict(places, return_dtype=polars.Int64))


def said(act: Callable[[], Any]) -> str:
    with pytest.raises(IkuError) as caught:
        act()
    return "\n".join(str(problem) for problem in caught.value.problems)


# ── the language ──


@pytest.mark.parametrize("times", [1, 50], ids=["short", "long"])
@pytest.mark.parametrize("name", ["duckdb", "spark"])
@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_a_family_of_features(path, name, times, request, tmp_path):
    if name == "spark" and times > 1:
        pytest.skip("each formula takes Spark's planner a tenth of a second; short rows have them all")
    if name == "spark":
        request.getfixturevalue("spark")
    case = family(path)
    catalogue = catalogue_of_family(case)
    frames = given(catalogue, repeated(case, times), "polars", tmp_path)
    results = catalogue.evaluate("2021", frames, engine=name)
    wrong = []
    for number, entry in enumerate(whole(case)):
        if times > 1 and entry in case.get("short_only", ()):
            continue
        found = results["uji"].steps[f"w{number}"]
        value = entry["gives"] * times if times > 1 and entry.get("grows") else entry["gives"]
        if not same(found, value):
            wrong.append((entry["formula"], value, str(found)))
    key = catalogue.definitions.sources[case["each"]].key.id
    rows = by_key(results.rows(case["each"]), key, frames[case["each"]][key].to_list())
    for number, entry in enumerate(case.get("rows_give", ())):
        found = rows[f"uji.r{number}"].to_list()
        if not all(same(one, other) for one, other in zip(found, entry["gives"] * times, strict=True)):
            wrong.append((entry["formula"], entry["gives"], found[: len(entry["gives"])]))
    assert not wrong


def disagreements(seed: int, name: str) -> list[str]:
    """Return where random formulas over random rows give another value than exact arithmetic."""
    dice = random.Random(seed)
    catalogue, of_rows, of_whole = catalogue_of(Maker(dice), dice)
    rows = data(dice)
    results = catalogue.evaluate("2021", frames_of(rows), engine=name)
    people = by_key(results.rows("p"), "id", [row["id"] for row in rows["p"]])
    world = world_of(rows, of_rows)
    wrong = []
    for step, formula in of_rows.items():
        for row, found in zip(rows["p"], people[f"uji.{step}"].to_list(), strict=True):
            exact = expected(lambda f=formula, r=row: value_in_row(world, f, r))
            if not agrees(found, exact):
                wrong.append(f"{seed} {name} {step}: {formula}\n  {row}\n  gives {found!r}, not {exact}")
    groups = catalogue.evaluate("2021", frames_of(rows), engine=name, by="k")
    for result in (results["uji"], *groups):
        people_of = [row for row in rows["p"] if result.group is None or row["k"] == result.group]
        known = {row["id"] for row in people_of}
        children = [row for row in rows["c"] if result.group is None or row["p"] in known]
        world = world_of({**rows, "p": people_of, "c": children}, of_rows)
        for step, formula in of_whole.items():
            exact = expected(lambda f=formula, w=world: value_of_whole(w, f))
            if not agrees(result.steps[step], exact):
                gives = f"gives {result.steps[step]!s}, not {exact}"
                wrong.append(f"{seed} {name} {result.group} {step}: {formula}\n  {gives}")
    return wrong


@pytest.mark.parametrize("seed", range(6))
def test_random_formulas_agree_with_exact_arithmetic_in_duckdb(seed):
    assert not disagreements(seed, "duckdb")


@pytest.mark.parametrize("period", ["2021", "2024"])
@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_the_shipped_catalogue_has_the_same_results_everywhere(period, name, request):
    if name == "spark":
        request.getfixturevalue("spark")
    catalogue = engine.load()
    expected_results = catalogue.evaluate(period).to_json()
    assert catalogue.evaluate(period, engine=name).to_json() == expected_results
    split = catalogue.evaluate(period, by="unit_kerja", only=["ip_asn"])
    assert (
        catalogue.evaluate(period, by="unit_kerja", only=["ip_asn"], engine=name).to_json() == split.to_json()
    )


# ── what comes in and goes out ──


def people(table: Table, rows: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the two sources of the index: employees as a table, trainings as records."""
    catalogue = engine.load().definitions
    types = {
        "text": polars.String,
        "category": polars.String,
        "number": polars.Float64,
        "boolean": polars.Boolean,
    }
    columns = catalogue.sources["pegawai"].columns
    schema = {name: types[column.type] for name, column in columns.items()}
    listed = [{name: row.get(name) for name in schema} for row in (PEOPLE if rows is None else rows)]
    trainings = [{"pegawai": "p1", "jenis": "seminar", "jp": 20, "tahun": 2024}]
    return {"pegawai": table(polars.DataFrame(listed, schema=schema)), "pelatihan": trainings}


def index(data: Mapping[str, Any], **options: Any) -> Any:
    return engine.load().evaluate("2024", data, only=["ip_asn"], **options)


def test_results_come_as_the_kind_of_table_that_came_in(table):
    """A result, its groups and the rows behind it, by hand: of four employees p1 has 20 hours of seminars."""
    given_people = people(table)
    results = index(given_people, by="unit_kerja", keep_rows=["pegawai"])
    assert [(result.group, result.value) for result in results] == [("A", 65.0), ("B", 73.75)]
    rows = results.rows("pegawai")
    assert type(rows) is type(given_people["pegawai"])
    found = by_key(rows, "id", ["p0", "p1", "p2", "p3"])
    assert found["ip_asn.nilai"].to_list() == [65.0, 82.5, 65.0, 65.0]
    assert not [name for name in found.columns if name[0] in "#=_" or ">" in name or ":" in name]
    assert type(results.to_frame()) is type(rows)
    types = narwhals.from_native(results.to_frame()).collect_schema()
    assert {types[name] for name in ("reason", "category", "value")} == {narwhals.String, narwhals.Float64}
    assert shown(results.to_frame())["value"].to_list() == [65.0, 73.75]


def test_findings_of_a_table_name_the_column_and_what_stands_there(table):
    wrong = [
        {**PEOPLE[0], "pendidikan": "Sarjana"},
        {**PEOPLE[1], "pendidikan": "Sarjana"},
        {**PEOPLE[2], "skp": 120.0},
        {**PEOPLE[3], "unit_kerja": None},
    ]
    assert said(lambda: index(people(table, wrong))).split("\n") == [
        "the table given, column unit_kerja: blank-cell: the cell is blank",
        "the table given: more-findings: 1 more finding is not listed",
        "the table given, column skp: out-of-range: `120` is outside the range 0 to 100",
        "the table given, column pendidikan: unknown-category: `Sarjana` is not a value of `pendidikan`",
    ]


def test_rows_with_findings_are_left_out_if_asked_and_the_result_says_so(table):
    wrong = [{**PEOPLE[0], "pendidikan": "Sarjana"}, PEOPLE[1]]
    (result,) = index(people(table, wrong), keep_going=True)
    assert (result.value, result.rows_read["pegawai"]) == (82.5, 1)
    assert [str(note) for note in result.notes] == ["1 row of `pegawai` was left out because of findings"]


def test_a_key_that_stands_twice_refuses_a_table_and_personal_values_stay_where_they_are(table):
    twice = [PEOPLE[0], PEOPLE[0], {**PEOPLE[1], "id": None}]
    expected_words = (
        "the table given, column id: duplicate-key: the value (personal, not shown) stands in 2 rows\n"
        "the table given, column id: total-row: the row has no `id`, by which rows are told apart"
    )
    assert said(lambda: index(people(table, twice))) == expected_words
    assert said(lambda: index(people(table, twice), keep_going=True)) == expected_words


def test_a_reference_to_nothing_is_found_in_either_place(table):
    lost = {"pegawai": "zz", "jenis": "seminar", "sesuai_jabatan": None, "jp": 20.0, "tahun": 2024}
    found = {**lost, "pegawai": "p1"}
    listed = {**people(table), "pelatihan": [lost, found]}
    words = "column pegawai: orphan: the value (personal, not shown) is not among the rows of `pegawai`"
    assert said(lambda: index(listed)) == f"pelatihan, {words}"
    frame = polars.DataFrame([lost, found], schema_overrides={"sesuai_jabatan": polars.Boolean})
    assert said(lambda: index({**listed, "pelatihan": table(frame)})) == f"the table given, {words}"
    (result,) = index(listed, keep_going=True)
    assert result.rows_read["pelatihan"] == 1
    assert [str(note) for note in result.notes] == ["1 row of `pelatihan` was left out because of findings"]


def test_a_column_of_another_type_and_columns_that_lack(table):
    numbers = table(polars.DataFrame([{**row, "unit_kerja": 1, "skp": 1.0} for row in PEOPLE]))
    assert said(lambda: index({**people(table), "pegawai": numbers})) == (
        "the table given, column unit_kerja: wrong-type: the column holds whole numbers; texts are declared"
    )
    few = table(polars.DataFrame(PEOPLE).drop("skp", "predikat", "hukuman"))
    assert said(lambda: index({**people(table), "pegawai": few})) == (
        "the table given, column hukuman: missing-column: there is no column `hukuman`\n"
        "the table given, column predikat: missing-column: there is no column `predikat`\n"
        "the table given, column skp: missing-column: there is no column `skp`"
    )


def test_a_table_without_rows_and_one_whose_rows_are_all_left_out_have_no_value(table):
    (result,) = index(people(table, []))
    assert str(result.reason) == "the table given has no rows"
    (result,) = index(people(table, [{**PEOPLE[0], "jabatan": "x"}]), keep_going=True)
    assert str(result.reason) == "all 1 rows of the table given were left out because of findings"


@pytest.mark.parametrize(
    ("declared", "cells", "words"),
    [
        ("number", [1.5, float("nan")], ["wrong-number"]),
        ("number", [1.5, float("inf")], ["wrong-number"]),
        ("integer", [1.0, 1.5], ["wrong-number"]),
        ("integer", [1, 2**60], ["long-number"]),
        ("date", [datetime(2021, 1, 1), datetime(2021, 1, 1, 12)], ["wrong-date"]),
        ("date", [date(2021, 1, 1), None], ["blank-cell"]),
        ("text", ["a", ""], ["blank-cell"]),
        ("boolean", [True, None], ["blank-cell"]),
    ],
)
def test_a_wrong_cell_of_each_type_is_found(declared, cells, words, tmp_path):
    """In DuckDB, by the same rules as in Polars."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "indicators").mkdir()
    columns = {"id": {"type": "text", "unique": True}, "x": {"type": declared}}
    source = {"source": "p", "title": "p", "division": "d", "file": "p.csv", "key": "id", "columns": columns}
    version = {"from": "2000-01-01", "result": "count(p, where=not p.x == p.x)"}
    version["result"] = "count(p)" if declared != "boolean" else "count(p, where=p.x)"
    indicator = {"indicator": "uji", "title": "Uji", "objective": "o", "division": "d", "sources": ["p"]}
    head = {"organization": "uji", "name": "Uji", "language": "id"}
    head |= {"objectives": {"o": {"title": "O"}}, "divisions": {"d": {"title": "D"}}}
    for name, content in {
        "organization.yaml": head,
        "regulations.yaml": {"regulations": {}},
        "sources/p.yaml": source,
        "indicators/uji.yaml": {**indicator, "versions": [version]},
    }.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    catalogue = engine.load(tmp_path)
    frame = polars.DataFrame({"id": ["a", "b"], "x": cells}, strict=False)
    codes = []
    for rows in (frame, duckdb.connect().from_arrow(frame.to_arrow())):
        with pytest.raises(InvalidData) as caught:
            catalogue.evaluate("2021", {"p": rows})
        codes.append([problem.code for problem in caught.value.problems])
    assert codes == [words, words]


# ── where ──


def test_parquet_files_are_read_where_they_lie(tmp_path):
    """A folder of files in DuckDB, with fingerprints in the provenance as everywhere."""
    catalogue = engine.load()
    results = {name: catalogue.evaluate("2024", engine=name) for name in ("polars", "duckdb")}
    assert results["duckdb"].provenance == results["polars"].provenance
    frame = polars.read_parquet(catalogue.definitions.root / "data/2024/pelatihan.parquet")
    folder = tmp_path / "it's"
    folder.mkdir()
    frame.head(100).write_parquet(folder / "a.parquet")
    frame.tail(-100).write_parquet(folder / "b.parquet")
    parts = {"pelatihan": str(folder), "pegawai": str(catalogue.definitions.root / "data/2024/pegawai.csv")}
    whole_file = catalogue.evaluate("2024", only=["ip_asn"])
    split_files = catalogue.evaluate("2024", parts, only=["ip_asn"], engine="duckdb")
    assert split_files["ip_asn"].unrounded == whole_file["ip_asn"].unrounded


def test_tables_that_can_not_meet_are_refused_before_anything_is_read():
    first = people(lambda frame: duckdb.connect().from_arrow(frame.to_arrow()))
    other = duckdb.connect().sql("select 'p1' as pegawai")
    assert said(lambda: index({**first, "pelatihan": other})) == (
        "wrong-type: the frames given belong to two connections of DuckDB"
    )
    assert said(lambda: index(first, engine="spark")) == (
        "wrong-type: the frames given live in DuckDB; `spark` is asked for"
    )


def test_tables_of_two_libraries_are_refused(spark):
    first = people(lambda frame: duckdb.connect().from_arrow(frame.to_arrow()))
    other = spark.session.createDataFrame([("p1",)], ["pegawai"])
    assert said(lambda: index({**first, "pelatihan": other})) == (
        "wrong-type: the frames given live in DuckDB, the others in Spark"
    )


def test_an_unknown_engine_is_refused_with_the_nearest_name():
    with pytest.raises(InvalidRequest) as caught:
        engine.load().evaluate("2024", engine="duckbd")
    (problem,) = caught.value.problems
    assert (str(problem.message), str(problem.hint)) == (
        "there is no engine `duckbd`",
        "did you mean `duckdb`?",
    )


@pytest.mark.parametrize(
    ("name", "library"), [("duckdb", "duckdb"), ("spark", "pyspark"), ("duckdb", "pyarrow")]
)
def test_without_the_library_the_message_says_what_to_install(name, library):
    code = (
        f"import sys; sys.modules[{library!r}] = None; import engine\n"
        "try: engine.load().evaluate('2024', engine=sys.argv[1])\n"
        "except engine.InvalidRequest as refused:\n"
        "    print(refused.problems[0].message, refused.problems[0].hint)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, name], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.strip() == (
        f"the engine `{name}` is not installed install it with: pip install 'iku[{name}]'"
    )


def test_the_command_line_computes_where_it_is_told(capsys):
    from cli import main

    assert main(["evaluate", "--period", "2024", "--format", "csv"]) == 0
    here = capsys.readouterr().out
    assert main(["evaluate", "--period", "2024", "--format", "csv", "--engine", "duckdb"]) == 0
    assert capsys.readouterr().out == here
    assert main(["evaluate", "--period", "2024", "--engine", "duckdb", "--plan"]) == 2
    assert capsys.readouterr().err.endswith(
        "Error: --engine computes the results themselves: leave out --save, --scenario and --plan\n"
    )


def test_every_engine_is_known_to_the_command_line():
    from engine.commands.evaluate import command

    (option,) = [one for one in command.params if one.name == "engine"]
    assert tuple(option.type.choices) == ENGINES
