"""Everything that people read exists in English and in Indonesian, and each is chosen where it is shown."""

from __future__ import annotations

import gettext
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import messages
import pytest
from golden import CASES

import cli
import engine
from engine import language
from engine.problems import both, either, listed, say, say_many
from engine.text import Cell

CATALOGUE = CASES / "cli"
DO = (
    f"\n\nRun `{messages.COMMAND}`, translate what it lists in {messages.OURS.relative_to(messages.ROOT)}: "
    "fill each empty `msgstr` with formal, short Indonesian that has the same gaps. Then run it again."
)
SENTENCES = [
    pytest.param(messages.OURS, messages.ours, id="iku"),
    pytest.param(messages.CLICKS, messages.clicks, id="click"),
]


def told(lines: list[str], what: str) -> str:
    return f"{len(lines)} {what}:\n  " + "\n  ".join(lines) + DO


# ── the catalogues ──


@pytest.mark.parametrize(("path", "sentences"), SENTENCES)
def test_every_sentence_is_translated(path, sentences):
    known = {entry.id for entry in messages.catalogue(path)}
    lacking = [sentence.one for sentence in sentences() if sentence.key not in known]
    lacking += messages.untranslated(path)
    assert not lacking, told(lacking, "sentences have no translation")


def test_no_sentence_is_translated_that_nobody_says():
    said = {sentence.key for sentence in messages.ours()}
    stale = [
        str(entry.id) for entry in messages.catalogue(messages.OURS) if entry.id and entry.id not in said
    ]
    assert not stale, told(stale, "translated sentences are gone from the source")


@pytest.mark.parametrize(("path", "sentences"), SENTENCES)
def test_a_translation_has_the_gaps_of_its_sentence(path, sentences):
    """A gap that is missing would hide a value, one too many would end the program."""
    wrong = []
    for entry in messages.catalogue(path):
        one, *more = [entry.id] if isinstance(entry.id, str) else entry.id
        said = entry.string if isinstance(entry.string, str) else entry.string[0]
        if one and said and messages.gaps(said) not in [messages.gaps(template) for template in (one, *more)]:
            wrong.append(f"{one} → {said}")
    assert not wrong, told(wrong, "translations have other gaps than their sentence")


def test_every_sentence_is_written_out_where_it_is_said():
    """A sentence put together from parts, or English words put into a gap, can't be translated."""
    found = [line for path in messages.sources() for line in messages.unwritten(path)]
    assert not found, (
        "Give say() a constant template; words of ours that fill a gap are messages too, "
        'what=say("a table"), names=either(names):\n  ' + "\n  ".join(found)
    )


def test_the_catalogues_are_as_the_command_writes_them():
    """So that a change of a sentence is one small change of the file; an older click says fewer sentences."""
    for path, text in messages.texts().items():
        found = path.read_text(encoding="utf-8")
        if path == messages.CLICKS:
            assert set(text.split("\n\n")) <= set(found.split("\n\n")), f"Run `{messages.COMMAND}`."
        else:
            assert found == text, f"Run `{messages.COMMAND}`."


# ── showing ──


def test_words_of_ours_in_a_gap_are_translated_with_the_sentence():
    message = say("`{name}` is {kind}; a number is needed here", name="unit", kind=say("a category"))
    assert str(message) == "`unit` is a category; a number is needed here"
    assert message.text("id") == "`unit` adalah kategori; di sini harus berupa angka"


def test_lists_are_joined_as_the_language_joins_them():
    words = [say("`{name}`", name=name) for name in ("a", "b", "c")]
    message = say("did you mean {names}?", names=either(words))
    assert (str(message), message.text("id")) == (
        "did you mean `a` or `b` or `c`?",
        "maksudnya `a` atau `b` atau `c`?",
    )
    assert both(words).text("id") == "`a` dan `b` dan `c`"
    assert listed(words).text("id") == "`a`, `b`, `c`"


def test_no_list_is_too_long_or_too_short_to_be_shown():
    """A set of thousands of strange values costs no more than what is shown of it."""
    many = either(f'"{number}"' for number in range(100_000))
    assert many.text("id").startswith('"0" atau "1" atau ')
    assert len(many.text("id")) == 60
    assert len(say("{all}", all=listed(say("`{n}`", n=n) for n in range(100_000))).text()) == 300
    assert listed([]).text() == ""


def test_english_counts_one_and_many_and_indonesian_does_not():
    one, two = (say_many("{count} error", "{count} errors", count=count) for count in (1, 2))
    assert (str(one), str(two)) == ("1 error", "2 errors")
    assert (one.text("id"), two.text("id")) == ("1 kesalahan", "2 kesalahan")


def test_numbers_have_a_comma_in_prose_and_a_dot_where_they_are_to_be_typed():
    message = say("`{text}` is read as {value}", text="1.250", value=1.25)
    assert message.text("id") == "`1.250` terbaca 1,25"
    message = say("write the smaller number first: `[{high}, {low}]`", high=0.5, low=1.5)
    assert message.text("id") == "tulis angka yang lebih kecil lebih dahulu: `[0.5, 1.5]`"


def test_what_a_file_holds_stays_guarded_in_every_language():
    """One line, 60 characters, nothing invisible (O1); the path that a caller gave is shown whole."""
    hostile = say("there is no indicator `{name}`", name="\u202e::error::\n" + "x" * 100)
    assert hostile.text("id") == "tidak ada indikator `\\u202e::error::\\x0a" + "x" * 40 + "…`"
    path = Path("/" + "folder/" * 12)
    assert say("written: {path}", path=path).text("id") == f"ditulis: {path}"


def test_places_in_data_are_named_in_the_language():
    cell = Cell("data.xlsx", "Data", 4, "nilai")
    assert str(cell) == "data.xlsx, sheet Data, row 4, column nilai"
    assert cell.text("id") == "data.xlsx, lembar Data, baris 4, kolom nilai"


def test_threads_may_speak_different_languages():
    message = say("the formula is empty")
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(message.text, ["en", "id"] * 500))
    assert said == ["the formula is empty", "rumusnya kosong"] * 500


def test_english_reads_no_catalogue(monkeypatch):
    monkeypatch.setattr(language, "_catalogue", None)
    assert str(say_many("{count} row", "{count} rows", count=2)) == "2 rows"
    assert str(say("the formula is empty")) == "the formula is empty"


# ── choosing ──


@pytest.fixture
def iku(capsys, monkeypatch, tmp_path):
    """Run iku above a copy of a catalogue whose organization speaks Indonesian."""
    shutil.copytree(CATALOGUE / "definitions", tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IKU_LANG", raising=False)

    def run(*words: str) -> str:
        cli.main(list(words))
        said = capsys.readouterr()
        return said.out + said.err

    return run


def test_the_organization_decides_unless_the_environment_or_an_option_does(iku, monkeypatch):
    assert iku("validate") == "3 indikator, 2 sumber data, 2 peraturan: tidak ada masalah\n"
    monkeypatch.setenv("IKU_LANG", "en")
    assert iku("validate") == "3 indicators, 2 sources, 2 regulations: no problems\n"
    assert iku("validate", "--lang", "id") == "3 indikator, 2 sumber data, 2 peraturan: tidak ada masalah\n"
    assert iku("--lang=id", "validate") == "3 indikator, 2 sumber data, 2 peraturan: tidak ada masalah\n"


@pytest.mark.parametrize(
    ("file", "was", "becomes", "says"),
    [
        ("indicators/puas.yaml", "mean(", "meen(", "unknown-function: tidak ada fungsi `meen`"),
        (
            "organization.yaml",
            "divisions:",
            "division:",
            "unknown-key: kunci `division` tidak dikenal di sini",
        ),
        ("organization.yaml", "divisions:", "divisions: [", "yaml-"),
    ],
)
def test_it_decides_when_files_are_broken_too(iku, file, was, becomes, says):
    path = Path("definitions") / file
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes, 1), encoding="utf-8")
    for words in (["validate"], ["list"]):
        answer = iku(*words)
        assert says in answer
        assert "saran: " in answer


def test_an_english_organization_gets_english(iku):
    path = Path("definitions/organization.yaml")
    path.write_text(
        path.read_text(encoding="utf-8").replace("language: id", "language: en"), encoding="utf-8"
    )
    assert iku("validate") == "3 indicators, 2 sources, 2 regulations: no problems\n"


def test_wrong_usage_is_told_in_the_language_too_clicks_words_included(iku):
    assert iku("evaluate", "--periode", "2024") == (
        "Penggunaan: iku evaluate [OPTIONS] [SELECT]...\n"
        "Coba 'iku evaluate --help' untuk bantuan.\n\n"
        "Kesalahan: Tidak ada opsi '--periode'. Maksudnya '--period', '--scenario', '--verbose'?\n"
    )
    assert iku("evaluate", "--set", "terlama=0,5").endswith(
        "Kesalahan: --set terlama=0,5: tulis desimal dengan titik: 0.5\n"
    )
    assert (
        iku("evaluate", "puass") == "unknown-name: tidak ada indikator `puass`\n   saran: maksudnya `puas`?\n"
    )


def test_help_is_english_unless_a_language_is_asked_for(iku, monkeypatch):
    english, indonesian = iku("test", "--help"), iku("--lang", "id", "test", "--help")
    assert english.startswith("Usage: iku test [OPTIONS] [SELECT]...\n\n  Run the worked examples")
    assert indonesian.startswith(
        "Penggunaan: iku test [OPTIONS] [SELECT]...\n\n  Jalankan contoh perhitungan"
    )
    assert "Show this message" in english
    assert "Tampilkan pesan ini" in indonesian
    monkeypatch.setenv("IKU_LANG", "id")
    assert iku("test", "--help") == indonesian


def test_programs_get_the_language_too(iku):
    path = Path("definitions/indicators/puas.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("mean(", "meen("), encoding="utf-8")
    for words, said in (((), "tidak ada fungsi `meen`"), (("--lang", "en"), "there is no function `meen`")):
        report = json.loads(iku("validate", "--format", "json", *words))
        assert report["problems"][0]["message"] == said


def test_reasons_of_results_know_both_languages():
    results = engine.load(CATALOGUE / "definitions").evaluate("2024")
    reason = "there is no file data/2024/aduan.csv"
    said = "tidak ada berkas data/2024/aduan.csv"
    assert [result["reason"] for result in results.to_dicts()] == [None, reason, None]
    assert [result["reason"] for result in results.to_dicts("id")] == [None, said, None]
    assert json.loads(results.to_json(language="id"))["results"][1]["reason"] == said


def test_an_example_may_expect_a_reason_in_either_language(iku):
    path = Path("definitions/indicators/puas.yaml")
    text = path.read_text(encoding="utf-8")
    for reason in ("has no rows to go over", "tidak memiliki baris"):
        example = (
            f"  - title: Tanpa kunjungan\n    period: 2024\n    given: {{kunjungan: []}}\n"
            f"    expect: {{reason: {reason}}}\n"
        )
        path.write_text(text.rstrip("\n") + "\n" + example, encoding="utf-8")
        assert iku("test", "puas") == "puas  2 contoh sesuai\n"


def test_the_process_is_left_as_it_was(iku, monkeypatch):
    """gettext and the environment belong to whoever calls."""
    monkeypatch.setenv("LANGUAGE", "de")
    before = gettext.textdomain()
    iku("validate", "--lang", "id")
    assert (os.environ["LANGUAGE"], gettext.textdomain()) == ("de", before)
