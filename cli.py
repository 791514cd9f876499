"""The command line: translate arguments to the API, and outcomes to text and exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from datetime import date

    from engine.api import Catalogue
    from engine.problems import IkuError, Problem
    from engine.report.wording import Wording
    from engine.values import Results

FINDINGS, USAGE, DATA, BUG, INTERRUPTED = 1, 2, 3, 70, 130
_STYLES = {
    "error": "red",
    "warning": "yellow",
    "advice": "cyan",
    "place": "bold",
    "hint": "green",
    "mark": "red",
}
_VERBS = ("validate", "test", "evaluate", "explain", "show", "list", "graph", "schema")
F = TypeVar("F", bound=Callable[..., Any])


class Verbs(click.Group):
    """Lists the verbs in the order in which one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs."""
        return [verb for verb in _VERBS if verb in self.commands]


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="iku", prog_name="iku", message="%(prog)s %(version)s")
def iku() -> None:
    """Compute public performance indicators (IKU) from definitions written in YAML.

    \b
    A catalogue is a folder with organization.yaml, regulations.yaml, sources/ and indicators/.
    Without one here, the catalogue that comes with iku is used.

    \b
      iku validate               check every definition
      iku test                   run the worked examples
      iku evaluate --period 2024 compute the year's results
      iku explain skm --period 2024-TW2
                                 see how a value came about

    Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 findings in
    definitions, 2 wrong usage, 3 data missing or wrong, 70 a bug in iku, 130 interrupted.
    """


def common(function: F) -> F:
    """Add the options that every verb has."""
    options = [
        click.option(
            "-C",
            "--catalogue",
            "folder",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help="Folder of the definitions. Default: definitions/ here or above, else the shipped ones.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error but errors."),
        click.option(
            "-v", "--verbose", is_flag=True, help="Say more: notes, and where a bug in iku happened."
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colours; NO_COLOR switches them off too.",
        ),
        click.option(
            "--lang",
            type=click.Choice(["id", "en"]),
            envvar="IKU_LANG",
            help="Language of headings. Default: the organization's.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


class Session:
    """What the common options decide: the catalogue, the language, how much is said, and in which colours."""

    def __init__(self, folder: Path | None, quiet: bool, verbose: bool, color: str, lang: str | None) -> None:
        self.quiet, self.verbose, self.lang = quiet, verbose, lang
        self.folder = folder if folder is not None else _definitions_here()
        self.coloured = {"always": True, "never": False}.get(
            color, sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )

    def say(self, text: str) -> None:
        """Write a line to standard error unless told to be quiet."""
        if not self.quiet:
            click.echo(text, err=True, color=self.coloured)

    def paint(self, text: str, style: str) -> str:
        """Return *text* in the colour of a style, if there are colours."""
        return (
            click.style(text, fg=_STYLES[style])
            if self.coloured and style != "place"
            else (click.style(text, bold=True) if self.coloured else text)
        )

    def load(self) -> Catalogue:
        """Return the checked catalogue; say which one where it is not the one here."""
        import engine

        catalogue = engine.load(self.folder)
        if self.folder is None:
            self.say("No definitions/ here: using the catalogue that comes with iku.")
        return catalogue

    def wording(self, catalogue: Catalogue) -> Wording:
        """Return how values are written: the language asked for, the width of the terminal."""
        from engine.report.wording import Wording

        language = self.lang or catalogue.definitions.organization.language
        return Wording(language, terminal_width())

    def draw(self, problems: Sequence[Problem]) -> None:
        """Write problems to standard error."""
        from engine.report.problems_text import problems_text

        click.echo(problems_text(problems, self.paint), err=True, color=self.coloured)

    @contextmanager
    def busy(self, what: str) -> Iterator[None]:
        """Show on a terminal that something takes its time."""
        if self.quiet or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(what):
            yield


def terminal_width() -> int:
    """Return the columns to write in: those of the terminal, 100 where there is none, at least 60."""
    import shutil

    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))


def _definitions_here() -> Path | None:
    """Return definitions/ of the current folder or of one above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "organization.yaml").is_file() and (folder / "indicators").is_dir():
            return folder
        if (folder / "definitions" / "organization.yaml").is_file():
            return folder / "definitions"
    return None


def shown(path: Path | None) -> str:
    """Return a folder as a person would type it here."""
    return "the shipped catalogue" if path is None else os.path.relpath(path)


# ── validate, test ──


@iku.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings and advice fail too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common
def validate(path: Path | None, strict: bool, form: str, **options: Any) -> int:
    """Check every definition; no data are needed.

    PATH is the folder of a catalogue. All problems are reported at once, each with its place and a way out.

    \b
      iku validate
      iku validate definitions --strict
      iku validate --format json > problems.json
    """
    import json

    import engine
    from engine.report.problems_text import counted, plain

    session = Session(**{**options, "folder": path or options["folder"]})
    problems = engine.validate(session.folder)
    if form == "json":
        click.echo(json.dumps([plain(problem) for problem in problems], ensure_ascii=False, indent=2))
    elif problems:
        session.draw(problems)
    session.say(f"{shown(session.folder)}: {counted(problems)}")
    failing = [problem for problem in problems if strict or problem.severity == "error"]
    return FINDINGS if failing else 0


@iku.command()
@click.argument("select", nargs=-1)
@click.option("-k", "word", help="Only examples whose title contains this word.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@common
def test(select: tuple[str, ...], word: str | None, form: str, **options: Any) -> int:
    """Run the worked examples that definitions carry.

    \b
      iku test
      iku test ip_asn -k seminar
      iku test division:sekretariat
    """
    import json

    from engine.report.problems_text import shown_place

    session = Session(**options)
    catalogue = session.load()
    outcomes = [
        outcome
        for outcome in catalogue.test(catalogue.select(select))
        if word is None or word.casefold() in str(outcome.example.title).casefold()
    ]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if form == "json":
        found = [
            {
                "indicator": outcome.indicator,
                "example": str(outcome.example.title),
                "period": outcome.example.period,
                "passed": outcome.passed,
                "differences": [
                    {"what": d.what, "expected": d.expected, "found": d.found, "place": str(d.place)}
                    for d in outcome.differences
                ],
            }
            for outcome in outcomes
        ]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return FINDINGS if failed else 0
    for outcome in failed:
        click.echo(f"{shown_place(outcome.example.place)}: {outcome.indicator}, {outcome.example.title}")
        for difference in outcome.differences:
            click.echo(
                f"   {difference.what}: expected {difference.expected}, found {difference.found}"
                f"   ({shown_place(difference.place)})"
            )
    for name in dict.fromkeys(outcome.indicator for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.indicator == name]
        click.echo(f"{name}: {sum(outcome.passed for outcome in mine)} of {len(mine)} examples as expected")
    if not outcomes:
        session.say("No example was chosen.")
    return FINDINGS if failed else 0


# ── evaluate, explain ──


def data_options(function: F) -> F:
    """Add the options that say which data are used."""
    options = [
        click.option(
            "--data",
            multiple=True,
            metavar="DIR|SOURCE=FILE",
            help="A folder in place of the catalogue's data, or a file for one source. Repeatable.",
        ),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="NAME=VALUE",
            help="Another value for a parameter: a number, a fraction (1/9), true, false or a word.",
        ),
        click.option("--keep-going", is_flag=True, help="Leave out rows with findings; the results say so."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@iku.command()
@click.argument("select", nargs=-1)
@click.option("--period", help="2021, 2021-S1, 2021-TW1 or 2021-03. Default: the last year that has data.")
@click.option("--by", help="Split by a column, one of the indicator's breakdowns.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "parquet"]),
    default="table",
    show_default=True,
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.option("--force", is_flag=True, help="Overwrite the output file.")
@data_options
@common
def evaluate(
    select: tuple[str, ...],
    period: str | None,
    by: str | None,
    form: str,
    output: Path | None,
    force: bool,
    data: tuple[str, ...],
    settings: tuple[str, ...],
    keep_going: bool,
    **options: Any,
) -> int:
    """Compute the results of a period.

    SELECT chooses indicators: an id, division:ID, objective:ID, +id (with what it needs), id+ (with what
    needs it).

    \b
      iku evaluate --period 2024
      iku evaluate ip_asn --period 2023 --by unit_kerja
      iku evaluate skm --period 2024-TW2 --set penimbang=0.111
      iku evaluate --data pegawai=pegawai-baru.csv --format csv -o hasil.csv
    """
    session = Session(**options)
    catalogue = session.load()
    wanted = catalogue.select(select)
    folder, files = _data(data)
    if period is None:
        period = catalogue.latest_year(folder)
        if period is None:
            raise click.UsageError(
                "no data were found; say which --period to compute, and where its --data lie"
            )
        session.say(f"Period: {period}, the last year that has data.")
    with session.busy("computing"):
        results = catalogue.evaluate(
            period,
            files or folder,
            by=by,
            only=wanted,
            parameters=_settings(settings),
            folder=(folder or catalogue.definitions.root) if files else None,
            keep_going=keep_going,
        )
    content = _formatted(results, form, catalogue, session)
    if output is not None:
        from engine.report.export import write_file

        write_file(output, content, force=force)
        session.say(f"Written: {output}")
    elif isinstance(content, bytes):
        raise click.UsageError("a Parquet file needs --output")
    else:
        click.echo(content, nl=False)
    return 0 if all(result.status == "value" for result in results) else DATA


def _formatted(results: Results, form: str, catalogue: Catalogue, session: Session) -> str | bytes:
    if form == "json":
        return results.to_json() + "\n"
    from engine.report import export

    if form == "csv":
        return export.csv_text(results)
    if form == "parquet":
        return export.parquet_bytes(results)
    from engine.report.table import results_text

    wording = session.wording(catalogue)
    text = results_text(results, catalogue.definitions, wording)
    if session.verbose:
        for name in dict.fromkeys(result.indicator for result in results):
            note = catalogue.indicator(name).remarks.note
            if note is not None:
                session.say("\n".join(wording.wrapped(f"{name}: {wording.label(note)}", 0)))
    return text


def _data(words: Sequence[str]) -> tuple[Path | None, dict[str, str]]:
    """Return the folder and the single files that --data names."""
    folder: Path | None = None
    files: dict[str, str] = {}
    for word in words:
        name, mark, path = word.partition("=")
        if mark and re.fullmatch(r"[a-z][a-z0-9_]*", name):
            files[name] = path
        elif not Path(word).is_dir():
            raise click.UsageError(
                f"--data {word}: there is no such folder (for one source, write SOURCE=FILE)"
            )
        else:
            folder = Path(word)
    return folder, files


def _settings(words: Sequence[str]) -> dict[str, Any]:
    """Return the parameters that --set gives."""
    found: dict[str, Any] = {}
    for word in words:
        name, mark, text = word.partition("=")
        if not mark or not text:
            raise click.UsageError(f"--set {word}: write NAME=VALUE")
        found[name.strip()] = _value(text.strip(), word)
    return found


def _value(text: str, word: str) -> float | bool | str:
    """Return what a person wrote as a value: true, 12, 0.111, 1/9 or a word."""
    if text in ("true", "false"):
        return text == "true"
    fraction = re.fullmatch(r"(-?\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)", text)
    if fraction is not None and float(fraction[2]):
        return float(fraction[1]) / float(fraction[2])
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if re.fullmatch(r"-?\d+,\d+", text):
        raise click.UsageError(f"--set {word}: write decimals with a dot: {text.replace(',', '.')}")
    return text


@iku.command()
@click.argument("indicator")
@click.option("--period", help="2021, 2021-S1, 2021-TW1 or 2021-03. Default: the last year that has data.")
@click.option("--row", metavar="KEY", help="Go down to one row, by its key.")
@click.option("--depth", type=click.IntRange(min=0), help="How many links from the result are followed.")
@click.option("--by", help="Split by a column, as in evaluate.")
@click.option("--group", metavar="VALUE", help="The group to explain, with --by.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@data_options
@common
def explain(
    indicator: str,
    period: str | None,
    row: str | None,
    depth: int | None,
    by: str | None,
    group: str | None,
    form: str,
    data: tuple[str, ...],
    settings: tuple[str, ...],
    keep_going: bool,
    **options: Any,
) -> int:
    """Show how a value came about: formulas with their numbers, parameters with their articles, rows used.

    \b
      iku explain ip_asn --period 2024
      iku explain ip_asn --period 2021 --row P0001
      iku explain skm --period 2024-TW2 --depth 2
    """
    import json

    from engine.report.explanation import explanation_text

    session = Session(**options)
    catalogue = session.load()
    folder, files = _data(data)
    period = period or catalogue.latest_year(folder)
    if period is None:
        raise click.UsageError("no data were found; say which --period to explain")
    with session.busy("explaining"):
        explanation = catalogue.explain(
            indicator,
            period,
            files or folder,
            row=row,
            depth=depth,
            by=by,
            group=group,
            parameters=_settings(settings),
            keep_going=keep_going,
            folder=(folder or catalogue.definitions.root) if files else None,
        )
    wording = session.wording(catalogue)
    if form == "json":
        click.echo(
            json.dumps(explanation.to_dict(wording.language), ensure_ascii=False, allow_nan=False, indent=2)
        )
    else:
        click.echo(explanation_text(explanation, wording.language, wording.width), nl=False)
    return 0


# ── show, list, graph, schema ──


class Day(click.ParamType[Any]):
    """A day, or the last day of a period."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the date that was written."""
        from datetime import date

        from engine.versions import Period

        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            period = Period.read(value)
        if period is None:
            self.fail(f"{value} is no date: write 2021-12-31, or a period such as 2021", param, ctx)
        return period.last


@iku.command()
@click.argument("indicator")
@click.option("--at", type=Day(), help="The day on which the rule is in force. Default: the newest rule.")
@click.option("--history", is_flag=True, help="Which version added, changed or removed each entry.")
@common
def show(indicator: str, at: date | None, history: bool, **options: Any) -> int:
    """Print the definition in force, each entry with the amendment that put it there.

    \b
      iku show ip_asn
      iku show ip_asn --at 2021-12-31
      iku show skm --history
    """
    from engine.report.rule_text import history_text, rule_text

    session = Session(**options)
    catalogue = session.load()
    wording = session.wording(catalogue)
    if history:
        text = history_text(catalogue.definitions, indicator, wording.language, wording.width)
    else:
        text = rule_text(catalogue.definitions, indicator, at, wording.language, wording.width)
    click.echo(text, nl=False)
    return 0


@iku.command("list")
@click.argument(
    "what",
    default="indicators",
    type=click.Choice(["indicators", "divisions", "sources", "regulations", "functions"]),
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@common
def list_(what: str, form: str, **options: Any) -> int:
    """List indicators, divisions, sources, regulations, or the functions of formulas.

    \b
      iku list
      iku list regulations
      iku list functions
    """
    import json

    from engine.report.table import table_text

    session = Session(**options)
    catalogue = session.load()
    wording = session.wording(catalogue)
    rows = _listed(what, catalogue, wording)
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        click.echo(table_text(list(rows[0]), [list(row.values()) for row in rows], wording.width), nl=False)
    return 0


def _listed(what: str, catalogue: Catalogue, wording: Wording) -> list[dict[str, str]]:
    """Return what `list` prints, one dict a row."""
    from engine.formula.functions import AGGREGATES, FUNCTIONS

    found = catalogue.definitions
    if what == "functions":
        listed = [(f.signature, f.promise) for f in FUNCTIONS.values()]
        listed += [(a.signature, a.promise) for a in AGGREGATES.values()]
        return [{"function": signature, "meaning": promise} for signature, promise in listed]
    if what == "divisions":
        return [
            {
                "division": division.id,
                "title": wording.label(division.title),
                "indicators": ", ".join(
                    i.id for i in found.indicators.values() if i.division.id == division.id
                ),
                "sources": ", ".join(s.id for s in found.sources.values() if s.division.id == division.id),
            }
            for division in found.organization.divisions.values()
        ]
    if what == "sources":
        return [
            {
                "source": source.id,
                "title": wording.label(source.title),
                "division": source.division.id,
                "file": source.file or "rows in place",
                "used by": ", ".join(
                    i.id for i in found.indicators.values() if source.id in {n.id for n in i.sources}
                ),
            }
            for source in found.sources.values()
        ]
    if what == "regulations":
        return [
            {
                "regulation": regulation.id,
                "citation": regulation.citation,
                "date": regulation.enacted or regulation.in_force or "",
                "used by": ", ".join(
                    i.id
                    for i in found.indicators.values()
                    if any(
                        v.basis is not None
                        and v.basis.regulation is not None
                        and v.basis.regulation.id == regulation.id
                        for v in i.versions
                    )
                ),
            }
            for regulation in found.regulations.values()
        ]
    return [
        {
            "indicator": name,
            "title": wording.label(catalogue.indicator(name).title),
            "unit": catalogue.indicator(name).unit or "",
            "frequency": catalogue.indicator(name).frequency,
            "division": catalogue.indicator(name).division.id,
            "rules from": ", ".join(
                version.from_.isoformat() for version in catalogue.indicator(name).versions
            ),
        }
        for name in catalogue.indicators
    ]


@iku.command()
@click.argument("select", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot", "json"]),
    default="text",
    show_default=True,
)
@click.option("--at", type=Day(), help="The day on which the rules are in force. Default: the newest rules.")
@common
def graph(select: tuple[str, ...], form: Any, at: date | None, **options: Any) -> int:
    """Draw who uses what: indicators, steps, parameters, sources.

    \b
      iku graph ip_asn
      iku graph --format mermaid > graph.mmd
      iku graph --format dot | dot -Tsvg > graph.svg
    """
    from engine.report.graph_text import graph_at, graph_text

    session = Session(**options)
    catalogue = session.load()
    chosen = catalogue.select(select) if select else None
    wording = session.wording(catalogue)
    found = graph_at(catalogue.definitions, at)
    click.echo(graph_text(found, catalogue.definitions, form, chosen, wording.language), nl=False)
    return 0


@iku.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print the JSON Schema of a kind of definition file, for editors and other programs.

    \b
      iku schema
      iku schema indicator > indicator.schema.json
    """
    from engine.schema import names, schema_text

    if name is None:
        click.echo("\n".join(names()))
    elif name in names():
        click.echo(schema_text(name).rstrip("\n"))
    else:
        raise click.UsageError(f"there is no schema {name}; there are {', '.join(names())}")
    return 0


# ── outcomes ──


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; only a bug leaves a traceback, and that with -v."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = iku.main(words, prog_name="iku", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except click.ClickException as refused:
        refused.show()
        return USAGE
    except BrokenPipeError:
        _close_quietly(sys.stdout)
        return FINDINGS
    except OSError as failure:
        _close_quietly(sys.stdout)
        click.echo(f"iku: {failure.strerror or failure}", err=True)
        return FINDINGS
    except Exception as failure:
        return _failed(failure, words)


def _failed(failure: Exception, words: Sequence[str]) -> int:
    """Return the exit code of a refusal after drawing it; of a bug after saying so."""
    from engine.problems import IkuError, InvalidData, InvalidDefinitions

    if isinstance(failure, IkuError):
        _draw(failure, words)
        return {InvalidDefinitions: FINDINGS, InvalidData: DATA}.get(type(failure), USAGE)
    if "-v" in words or "--verbose" in words:
        import traceback

        traceback.print_exception(failure)
    click.echo(
        f"iku: this is a bug in iku ({type(failure).__name__}); run again with -v to see where", err=True
    )
    return BUG


def _draw(refusal: IkuError, words: Sequence[str]) -> None:
    color = "never"
    for before, word in zip(["", *words], words, strict=False):
        if before == "--color":
            color = word
        elif word.startswith("--color="):
            color = word.partition("=")[2]
    if color == "never" and not any(word.startswith("--color") for word in words):
        color = "auto"
    session = Session(Path(), False, False, color, None)
    session.draw(refusal.problems)
    if len(refusal.problems) > 1:
        from engine.report.problems_text import counted

        session.say(counted(refusal.problems))


def _close_quietly(stream: Any) -> None:
    """Let go of a stream that nobody reads, so that Python does not complain at the end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError:
        return


if __name__ == "__main__":
    sys.exit(main())
