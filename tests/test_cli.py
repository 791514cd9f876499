"""The command line: what each verb prints, where it goes, and with which exit code it ends."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import click
import pytest
from golden import CASES, same_as

import cli
from engine.commands import main
from engine.commands.options import common

ROOT = Path(__file__).parent.parent
HERE = CASES / "cli"
VERBS = (
    "validate",
    "test",
    "evaluate",
    "solve",
    "explain",
    "show",
    "diff",
    "list",
    "graph",
    "report",
    "schema",
    "problem",
)


@pytest.fixture(autouse=True)
def _in_the_folder_of_the_catalogue(monkeypatch):
    monkeypatch.chdir(HERE)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def iku(capsys):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the catalogue that a test may spoil; the current folder is the one above it."""
    shutil.copytree(HERE / "definitions", tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)

    def spoil(file: str, was: str, becomes: str) -> None:
        path = tmp_path / "definitions" / file
        text = path.read_text(encoding="utf-8")
        assert was in text
        path.write_text(text.replace(was, becomes), encoding="utf-8")

    return spoil


# ── whole outputs ──

OUTPUTS = {
    "validate": ("validate",),
    "test": ("test",),
    "test-json": ("test", "--format", "json"),
    "evaluate": ("evaluate",),
    "evaluate-narrow-by-group": ("evaluate", "--by", "loket"),
    "evaluate-range": ("evaluate", "tunggu", "--period", "2023"),
    "evaluate-with-another-parameter": (
        "evaluate",
        "tunggu",
        "--period",
        "2024",
        "--set",
        "terlama=7.5",
    ),
    "evaluate-verbose": ("evaluate", "puas", "-v"),
    "evaluate-english": ("evaluate", "--lang", "en", "--by", "loket"),
    "evaluate-csv": ("evaluate", "--period", "2023", "--by", "loket", "--format", "csv"),
    "explain": ("explain", "puas", "--period", "2024"),
    "show": ("show", "puas", "--at", "2024"),
    "show-history": ("show", "puas", "--history"),
    "list": ("list",),
    "list-indicators-json": ("list", "--format", "json"),
    "list-before-any-rule": ("list", "indicators", "--at", "2019"),
    "list-divisions": ("list", "divisions"),
    "list-objectives": ("list", "objectives"),
    "list-sources": ("list", "sources"),
    "list-regulations": ("list", "regulations"),
    "list-regulations-at": ("list", "regulations", "--at", "2020-02-29"),
    "list-english": ("list", "--lang", "en"),
    "list-functions": ("list", "functions"),
    "list-coverage": ("list", "--coverage"),
    "list-coverage-english": ("list", "--coverage", "--lang", "en"),
    "list-coverage-json": ("list", "--coverage", "--format", "json"),
    "validate-min-coverage": ("validate", "--min-coverage", "80"),
    "validate-min-coverage-reached": ("validate", "--min-coverage", "0"),
    "graph": ("graph", "puas"),
    "schema": ("schema",),
    "problem": ("problem", "total-row"),
    "problem-in-indonesian": ("problem", "total-row", "--lang", "id"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_verb_prints_what_it_printed_before(request, iku, monkeypatch, name):
    """Standard output, standard error and exit code of each verb, as a person sees them 80 columns wide.

    Where --lang says nothing, in the language of the organization, which is Indonesian.
    """
    monkeypatch.delenv("IKU_LANG")
    code, out, err = iku(*OUTPUTS[name])
    same_as(
        request,
        f"cli/expected/{name}.txt",
        f"$ iku {' '.join(OUTPUTS[name])}\n{out}--- stderr\n{err}--- {code}\n",
    )


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_fits_a_terminal_and_shows_an_example(request, iku, verb):
    words = [word for word in (verb, "--help") if word]
    code, out, err = iku(*words)
    assert (code, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 100
    assert f"    iku {verb}" in out
    same_as(request, f"cli/expected/help-{verb or 'iku'}.txt", out)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_results_of_a_year_fit_the_terminal(iku, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (
        ["evaluate", "-C", "../../../definitions"],
        ["evaluate", "--by", "loket"],
        ["list", "regulations"],
    ):
        _, out, _ = iku(*words)
        assert max(len(line) for line in out.splitlines()) <= width


# ── which catalogue ──


def test_definitions_in_a_folder_above_are_found_and_named(iku, monkeypatch):
    monkeypatch.chdir(HERE / "definitions" / "data")
    code, _, err = iku("list")
    assert (code, err) == (0, "definitions: ..\n")


def test_inside_the_definitions_nothing_needs_to_be_said(iku, monkeypatch):
    monkeypatch.chdir(HERE / "definitions")
    assert iku("validate") == (0, "3 indicators, 2 sources, 2 regulations: no problems\n", "")


def test_without_definitions_those_that_ship_are_taken_and_it_says_so(iku, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = iku("list", "--format", "json")
    assert code == 0
    assert [row["indicator"] for row in json.loads(out)] == ["ip_asn", "sistem_merit", "skm"]
    assert err == "definitions: those that ship with iku (no folder definitions/ here or above)\n"
    assert iku("list", "-q")[2] == ""


def test_a_folder_without_definitions_is_wrong_usage(iku, tmp_path):
    code, out, err = iku("list", "-C", str(tmp_path))
    assert (code, out) == (2, "")
    assert err.endswith(f"Error: there are no definitions in {tmp_path}\n")


@pytest.mark.parametrize("words", [("-C", "definitions", "list"), ("list", "-C", "definitions")])
def test_options_of_every_verb_may_stand_before_it_or_after_it(iku, monkeypatch, words):
    monkeypatch.chdir(HERE)
    assert iku(*words) == iku("list")


# ── refusals ──

REFUSED = {
    "mistyped verb": (("evalute",), "Error: No such command 'evalute'."),
    "mistyped option": (("evaluate", "--periode", "2024"), "Error: No such option"),
    "unknown indicator": (
        ("evaluate", "puass"),
        "unknown-name: there is no indicator `puass`\n   hint: did you mean `puas`?\n",
    ),
    "unknown indicator to explain": (
        ("explain", "puass"),
        "unknown-name: there is no indicator `puass`\n   hint: did you mean `puas`?\n",
    ),
    "unknown indicator to show": (
        ("show", "puass"),
        "unknown-name: there is no indicator `puass`\n   hint: did you mean `puas`?\n",
    ),
    "unknown division": (
        ("test", "division:lokett"),
        "unknown-name: no indicator has the division `lokett`\n   hint: did you mean `loket`?\n",
    ),
    "wrong period": (
        ("evaluate", "--period", "TW1-2024"),
        "wrong-period: `TW1-2024` is not a period",
    ),
    "unknown column to split by": (
        ("evaluate", "--by", "lokt"),
        "unknown-name: no indicator can be split by `lokt`\n   hint: did you mean `loket`?\n",
    ),
    "unknown parameter": (
        ("evaluate", "--set", "terlam=3"),
        "unknown-name: no indicator has a parameter `terlam`\n   hint: did you mean `terlama`?\n",
    ),
    "parameter of another kind": (
        ("evaluate", "--period", "2024", "--set", "terlama=lama"),
        "wrong-parameter: `terlama` is 600; lama is of another kind\n",
    ),
    "unknown source": (
        ("evaluate", "--period", "2024", "--data", "kunjungn=definitions/data/2024/kunjungan.csv"),
        "unknown-name: there is no source `kunjungn`\n   hint: did you mean `kunjungan`?\n",
    ),
    "no such data folder": (
        ("evaluate", "--data", "nowhere"),
        "Error: --data nowhere: no such folder; for one source write SOURCE=FILE\n",
    ),
    "no such data file": (
        ("evaluate", "--data", "kunjungan=nowhere.csv"),
        "Error: --data kunjungan=nowhere.csv: there is no file nowhere.csv\n",
    ),
    "files of which period": (
        ("evaluate", "--data", "kunjungan=definitions/data/2024/kunjungan.csv"),
        "Error: say which --period the files are of\n",
    ),
    "folder one too deep": (
        ("evaluate", "--data", "definitions/data"),
        "Error: --data definitions/data: name the folder that holds it, --data definitions\n",
    ),
    "a file for a folder": (
        ("validate", "-C", "definitions/organization.yaml"),
        "Error: definitions/organization.yaml is a file; name the folder of all definitions\n",
    ),
    "no data at all": (
        ("evaluate", "--data", "definitions/sources"),
        "Error: there are no data in definitions/sources; say which --period, and where its --data lie\n",
    ),
    "no such code": (
        ("problem", "tabel-gap"),
        "Error: there is no problem code tabel-gap; did you mean `table-gap` or `date-gap`?\n",
    ),
    "no code near": (
        ("problem", "xyzzy"),
        "Error: there is no problem code xyzzy; `iku problem` lists them all\n",
    ),
    "setting without a value": (("evaluate", "--set", "terlama"), "Error: --set terlama: write NAME=VALUE\n"),
    "setting with a decimal comma": (
        ("evaluate", "--set", "terlama=0,5"),
        "Error: --set terlama=0,5: write the decimals behind a dot: 0.5\n",
    ),
    "Parquet on the screen": (
        ("evaluate", "--format", "parquet"),
        "Error: a Parquet file is no text for a screen: say where to write it with --output\n",
    ),
    "unknown list": (
        ("list", "source"),
        "Error: source can't be listed; did you mean `sources`?\n",
    ),
    "list that has no day": (
        ("list", "divisions", "--at", "2024"),
        "wrong-option: divisions do not depend on a day\n   hint: use --at with indicators or regulations\n",
    ),
    "unknown schema": (
        ("schema", "indikator"),
        "Error: there is no schema indikator; did you mean `indicator`?\n",
    ),
    "not a day": (
        ("show", "puas", "--at", "31-12-2024"),
        "31-12-2024 is not a day: write 2021-12-31, or a period such as 2021 or 2021-TW1\n",
    ),
    "history of a day": (
        ("show", "puas", "--history", "--at", "2024"),
        "Error: --history is of all days; leave --at away\n",
    ),
    "group of which column": (
        ("explain", "puas", "--group", "A"),
        "Error: --group is one group of a column: name the column with --by\n",
    ),
    "word that no example has": (("test", "-k", "xyz"), "Error: no example has xyz in its title\n"),
    "no folder to write to": (
        ("evaluate", "--output", "nowhere/hasil.csv"),
        "output-file: there is no folder `nowhere`\n",
    ),
    "a folder to write over": (
        ("evaluate", "--output", "definitions", "--force"),
        "output-file: `definitions` is not an ordinary file\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_usage_is_told_with_what_was_probably_meant(iku, name):
    words, told = REFUSED[name]
    code, out, err = iku(*words)
    assert (code, out) == (2, "")
    assert told in err


# ── what is wrong in files ──


def test_a_mistake_is_drawn_and_fails(iku, copied):
    copied("indicators/puas.yaml", "mean(kunjungan.nilai)", "mean(kunjungan.nila)")
    code, out, err = iku("validate")
    assert (code, err) == (1, "")
    assert out == (
        "definitions/indicators/puas.yaml:17:18: unknown-name: `kunjungan` has no column or step `nila`\n"
        "   16 |     basis: {regulation: perda_1_2020, locator: Pasal 4}\n"
        "   17 |     result: mean(kunjungan.nila)\n"
        "      |                  ~~~~~~~~~~~~~~\n"
        "   hint: did you mean `nilai`?\n"
        "\n"
        "3 indicators, 2 sources, 2 regulations: 1 error\n"
    )  # fmt: skip


def test_every_other_verb_refuses_a_catalogue_with_mistakes(iku, copied):
    copied("indicators/puas.yaml", "mean(kunjungan.nilai)", "mean(kunjungan.nila)")
    for words in (["evaluate"], ["test"], ["list"], ["graph"], ["show", "tunggu"], ["explain", "tunggu"]):
        code, out, err = iku(*words)
        assert (code, out) == (1, "")
        assert err.startswith("definitions/indicators/puas.yaml:17:18: unknown-name: ")


def test_problems_as_json_carry_places(iku, copied):
    copied("indicators/puas.yaml", "mean(kunjungan.nilai)", "mean(kunjungan.nila)")
    code, out, _ = iku("validate", "--format", "json")
    assert code == 1
    assert json.loads(out)["counts"] == {"error": 1, "warning": 0, "advice": 0}
    assert json.loads(out)["problems"] == [
        {
            "severity": "error",
            "code": "unknown-name",
            "path": "definitions/indicators/puas.yaml",
            "line": 17,
            "column": 18,
            "end_line": 17,
            "end_column": 32,
            "message": "`kunjungan` has no column or step `nila`",
            "hint": "did you mean `nilai`?",
            "related": [],
            "fixes": [
                {
                    "title": "write `kunjungan.nilai`",
                    "safe": False,
                    "edits": [
                        {
                            "path": "definitions/indicators/puas.yaml",
                            "line": 17,
                            "column": 18,
                            "end_line": 17,
                            "end_column": 32,
                            "text": "kunjungan.nilai",
                        }
                    ],
                }
            ],
        }
    ]


def test_advice_fails_only_if_asked_to(iku, copied):
    copied(
        "indicators/tunggu.yaml",
        "min(terlama, mean(kunjungan.menit))",
        "min(terlama, mean(kunjungan.menit) + 3)",
    )
    code, out, _ = iku("validate")
    assert code == 0
    assert out.splitlines()[-1].endswith(": 1 advice")
    assert iku("validate", "--strict")[0] == 1
    assert iku("validate", "--strict", "--format", "json")[0] == 1


def test_an_example_that_differs_is_drawn_where_it_is_written(iku, copied):
    copied(
        "indicators/puas.yaml", "expect: {result: 85, category: Baik}", "expect: {result: 84, category: Baik}"
    )
    code, out, err = iku("test", "puas")
    assert (code, err) == (1, "")
    assert out == (
        "definitions/indicators/puas.yaml:28:22: example: puas 2024, `Dua kunjungan`: "
        "result should be 84 and is 85.0\n"
        "   27 |         - {id: b, loket: A, nilai: 90, menit: 15}\n"
        "   28 |     expect: {result: 84, category: Baik}\n"
        "      |                      ~~\n"
        "\n"
        "puas  1 of 1 example not as expected\n"
    )  # fmt: skip


def test_wrong_data_are_told_by_file_with_code_3(iku, copied):
    copied("data/2024/kunjungan.csv", "a,A,85,5\nb", "a,A,185,x\nb")
    code, out, err = iku("evaluate", "puas", "--period", "2024")
    assert (code, out) == (3, "")
    assert err == (
        "definitions/data/2024/kunjungan.csv\n"
        "   line 2, column nilai: out-of-range: `185` is outside the range 0 to 100\n"
        "   line 2, column menit: wrong-number: `x` is not a number\n"
        "\n"
        "2 errors\n"
    )


def test_rows_that_are_wrong_may_be_left_out_and_the_results_say_so(iku, copied):
    copied("data/2024/kunjungan.csv", "a,A,85,5\nb", "a,A,185,5\nb")
    code, out, _ = iku("evaluate", "puas", "--period", "2024", "--keep-going")
    assert code == 0
    assert "puas: 1 row of `kunjungan` was left out because of findings" in out


def test_a_value_that_can_not_be_computed_ends_with_3_after_the_others_are_printed(iku):
    code, out, _ = iku("evaluate", "--period", "2024")
    assert code == 3
    assert "9.5" in out
    assert "aduan_selesai: there is no file data/2024/aduan.csv" in out


def test_indicators_of_longer_periods_are_left_out_unless_asked_for(iku, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, out, err = iku("evaluate", "--period", "2021-TW1", "--format", "json")
    assert code == 0
    assert [result["indicator"] for result in json.loads(out)["results"]] == ["skm"]
    assert err == "not measured in 2021-TW1, but in a longer period: ip_asn, sistem_merit\n"
    assert iku("evaluate", "ip_asn", "--period", "2021-TW1")[0] == 3


# ── data and parameters of one's own ──


def test_a_file_takes_the_place_of_a_source(iku, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("id,loket,nilai,menit\na,A,50,1\n")
    code, out, err = iku(
        "evaluate", "puas", "--period", "2024", "--data", f"kunjungan={path}", "--format", "json"
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["results"][0]["value"] == 50


def test_a_folder_takes_the_place_of_the_catalogues_own_data(iku, tmp_path):
    (tmp_path / "data" / "2031").mkdir(parents=True)
    (tmp_path / "data" / "2031" / "kunjungan.csv").write_text("id,loket,nilai,menit\na,A,50,1\n")
    code, out, err = iku("evaluate", "puas", "--data", str(tmp_path), "--format", "json")
    assert (code, err) == (0, "period: 2031, the last year that has data\n")
    assert json.loads(out)["results"][0]["value"] == 50


@pytest.mark.parametrize(("written", "value"), [("5", 5), ("4.5", 4.5), ("9/2", 4.5), ("-1", -1)])
def test_a_parameter_is_set_as_a_number_or_a_fraction(iku, written, value):
    words = ("evaluate", "tunggu", "--period", "2024", "--set", f"terlama={written}", "--format", "json")
    code, out, _ = iku(*words)
    assert code in (0, 3)
    assert json.loads(out)["provenance"]["parameters"] == {"terlama": value}


# ── files ──


def test_a_file_is_written_in_the_form_of_its_name(iku, tmp_path):
    import polars

    for name in ("r.csv", "r.json", "r.txt", "r.parquet"):
        code, out, err = iku("evaluate", "puas", "--period", "2024", "-o", str(tmp_path / name))
        assert (code, out, err) == (0, "", f"written: {tmp_path / name}\n")
    assert (tmp_path / "r.csv").read_text().startswith("indicator,title,period,")
    assert json.loads((tmp_path / "r.json").read_text())["period"] == "2024"
    assert (tmp_path / "r.txt").read_text().startswith("Key performance indicators 2024")
    assert polars.read_parquet(tmp_path / "r.parquet")["value"].to_list() == [80.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.json", "r.parquet", "r.txt"]


def test_a_file_is_overwritten_only_if_told_to(iku, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("mine")
    code, _, err = iku("evaluate", "puas", "--period", "2024", "-o", str(path))
    assert code == 2
    assert err.endswith("is there already\n   hint: choose another name, or overwrite it with --force\n")
    assert path.read_text() == "mine"
    assert iku("evaluate", "puas", "--period", "2024", "-o", str(path), "--force")[0] == 0
    assert path.read_text() != "mine"


# ── colours, language ──


def test_colours_are_for_terminals_unless_asked_for(iku, copied, monkeypatch):
    copied("indicators/puas.yaml", "mean(kunjungan.nilai)", "mean(kunjungan.nila)")
    assert "\x1b[" not in iku("validate")[1]
    assert "\x1b[1;31munknown-name\x1b[0m" in iku("validate", "--color", "always")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31munknown-name\x1b[0m" in iku("--color=always", "validate")[1]


def test_the_language_may_stand_in_the_environment(iku, monkeypatch):
    monkeypatch.setenv("IKU_LANG", "en")
    assert iku("evaluate", "puas")[1].startswith("Key performance indicators 2024 — Example Agency\n")
    assert iku("evaluate", "puas", "--lang", "id")[1].startswith(
        "Indikator Kinerja Utama 2024 — Dinas Contoh\n"
    )


def test_every_schema_is_printed_as_it_is(iku):
    for name in iku("schema")[1].split():
        code, out, _ = iku("schema", name)
        assert code == 0
        assert out == (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")


def test_a_mistake_in_iku_is_told_as_such_and_shown_if_asked(iku, monkeypatch):
    @click.command()
    @common
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(main.iku.commands, "broken", broken)
    told = (
        "iku: this is a mistake in iku, not in your files (ZeroDivisionError: division by zero).\n"
        "Please report it together with the command; -v shows where it happened.\n"
    )
    assert iku("broken") == (70, "", told)
    code, out, err = iku("broken", "-v")
    assert (code, out) == (70, "")
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.endswith(told)


def test_a_file_that_can_not_be_written_leaves_nothing_behind(iku, tmp_path):
    name = "x" * 250 + ".csv"
    code, _, err = iku("evaluate", "puas", "--period", "2024", "-o", str(tmp_path / name))
    assert code == 1
    assert err.endswith(": File name too long\n")
    assert list(tmp_path.iterdir()) == []


def test_no_text_of_a_definition_is_an_order_to_the_runner_of_checks(iku, copied):
    """GitHub obeys lines that begin with ``::``, Azure those with ``##``, after blanks too (O1)."""
    copied("indicators/puas.yaml", "Kepuasan [bold]pengunjung[/bold]", "::add-mask::x ##vso[task.x]")
    copied("data/2024/kunjungan.csv", '"=SUM(A1)"', '"::error::x\n::stop-commands::y"')
    for words in (
        ["evaluate", "--by", "loket"],
        ["list"],
        ["show", "puas"],
        ["explain", "puas"],
        ["graph"],
        ["evaluate", "--by", "loket", "--format", "csv"],
        ["evaluate", "--by", "loket", "--format", "json"],
    ):
        for colour in ("always", "never"):
            _, out, err = iku(*words, "--color", colour)
            for line in re.sub("\x1b\\[[0-9;]*m", "", out + err).splitlines():
                assert not line.lstrip().startswith(("::", "##")), (words, line)
    assert "\n\\::add-mask::x" in iku("evaluate", "--lang", "id")[1]


# ── mending ──


def test_fix_shows_what_it_would_do_then_does_it_and_tells(iku, copied):
    """What is to be mended is marked; changes are told on standard error, what is left on standard output."""
    copied("indicators/puas.yaml", "decimals: 2\n", "decimals:2\n")
    copied("indicators/tunggu.yaml", "mean(", "AVERAGE(")
    copied("sources/kunjungan.yaml", "title: {id: Catatan", "titel: {id: Catatan")
    before = Path("definitions/indicators/puas.yaml").read_bytes()
    code, out, err = iku("validate")
    assert code == 1
    assert "   fix: write a space after the colon\n" in out
    assert "   fix: write `mean`\n" in out
    assert out.endswith("3 errors\n`iku validate --fix` mends 2 of them\n")
    assert Path("definitions/indicators/puas.yaml").read_bytes() == before
    code, out, err = iku("validate", "--fix")
    assert (code, out.count("unknown-key"), "fix:" in out) == (1, 1, False)
    assert re.sub(r"\d+:\d+", "L:C", err) == (
        "definitions/indicators/puas.yaml: changed\n"
        "   L:C: yaml-space: write a space after the colon\n"
        "definitions/indicators/tunggu.yaml: changed\n"
        "   L:C: unknown-function: write `mean`\n"
    )
    assert Path("definitions/indicators/puas.yaml").read_bytes() == before.replace(
        b"decimals:2", b"decimals: 2"
    )
    assert iku("validate", "--fix")[2] == ""


def test_fix_never_changes_the_definitions_that_ship(iku, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = iku("validate", "--fix")
    assert code == 2
    assert "--fix changes files; name the folder of the definitions" in err
