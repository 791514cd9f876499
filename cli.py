"""The command line: translate arguments to the API, and outcomes to text and exit codes."""

from __future__ import annotations

import gettext
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from engine.language import CATALOGUES, Language, language_named, language_of, translated
from engine.problems import Message, listed, say, say_many

if TYPE_CHECKING:
    from datetime import date

    from engine.api import Catalogue
    from engine.definition import Catalogue as Definitions
    from engine.definition import Value
    from engine.problems import IkuError, Problem, Several
    from engine.report.paint import Paint
    from engine.report.wording import Wording
    from engine.values import Results

FINE, FINDINGS, USAGE, DATA, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130
SECTIONS = (
    (say("Check definitions"), ("validate", "test")),
    (say("Compute"), ("evaluate", "explain")),
    (say("Look around"), ("show", "list", "graph", "schema", "problem")),
)
_COMMAND = re.compile(r"^((?:[ \t]|\x1b\[[0-9;]*m)*)(::|##)", re.MULTILINE)
"""A line that begins like this is an order to the program that runs checks of proposed changes."""
F = TypeVar("F", bound=Callable[..., Any])


# ── what every verb shares ──


@dataclass
class Session:
    """What the options of every verb decide: the catalogue, the language, how much is said, colours."""

    catalogue: Path | None = None
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    lang: Language | None = None
    language: Language = "en"
    data_folder: Path | None = None

    def speak(self, folder: Path | None) -> None:
        """Speak the language asked for, else that of the organization whose definitions lie in *folder*."""
        self.language = self.lang or (None if folder is None else language_of(folder)) or "en"
        _let_click_speak(self.language)

    def note(self, message: Message) -> None:
        """Write a line to standard error unless told to be quiet."""
        if not self.quiet:
            click.echo(message.text(self.language), err=True)

    def coloured(self, stream: IO[str] | None) -> bool:
        """Return whether what goes to *stream* may have colours."""
        if self.color != "auto":
            return self.color == "always"
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain and stream is not None and stream.isatty()

    def paint(self, stream: IO[str] | None) -> Paint:
        """Return what gives texts their look on *stream*."""
        from engine.report.paint import painted, unpainted

        return painted if self.coloured(stream) else unpainted

    def print(self, text: str) -> None:
        """Write a result to standard output; no text of a file becomes an order there (O1)."""
        click.echo(_COMMAND.sub(r"\1\\\2", text), nl=False, color=self.coloured(sys.stdout))

    def deliver(self, text: str, output: Path | None, *, force: bool, orders: bool = False) -> None:
        """Write a result to a file, or to standard output; *orders*: its lines are meant as orders."""
        if output is None:
            if orders:
                click.echo(text, nl=False)
            else:
                self.print(text)
            return
        from engine.report.export import write_file

        write_file(output, text.encode("utf-8", "backslashreplace"), force=force)
        self.note(say("written: {path}", path=output))

    def draw(self, problems: Sequence[Problem]) -> None:
        """Write problems with their places to standard error, and how many there are."""
        from engine.report.problems_text import counted, problems_text

        text = problems_text(problems, self.paint(sys.stderr), self.data_folder, self.language)
        click.echo(_COMMAND.sub(r"\1\\\2", text), nl=False, err=True, color=self.coloured(sys.stderr))
        if len(problems) > 1:
            click.echo(f"\n{counted(problems, self.language)}", err=True)

    def folder(self) -> Path | None:
        """Return the folder of the definitions, None for those that ship with iku; say which if not here."""
        if self.catalogue is not None:
            if self.catalogue.is_file():
                raise Refused(
                    say("{path} is a file; name the folder of all definitions", path=self.catalogue)
                )
            if not _holds_definitions(self.catalogue):
                raise Refused(say("there are no definitions in {path}", path=self.catalogue))
            self.speak(self.catalogue)
            return self.catalogue
        found = _definitions_here()
        if found is None:
            from engine.schema import shipped

            self.speak(shipped("definitions"))
            self.note(say("definitions: those that ship with iku (no folder definitions/ here or above)"))
            return None
        self.speak(found)
        if Path.cwd() not in (found, found.parent):
            self.note(say("definitions: {path}", path=Path(os.path.relpath(found))))
        return Path(os.path.relpath(found))

    def load(self) -> Catalogue:
        """Return the checked catalogue."""
        import engine

        folder = self.folder()
        with self.working(say("reading the definitions")):
            catalogue = engine.load(folder)
        self.data_folder = catalogue.definitions.root
        return catalogue

    def wording(self) -> Wording:
        """Return how values are written: in the language asked for, at most as wide as the terminal."""
        import shutil

        from engine.report.wording import Wording

        columns = shutil.get_terminal_size((100, 24)).columns
        return Wording(self.language, max(60, min(columns, 140)))

    @contextmanager
    def working(self, what: Message) -> Iterator[None]:
        """Show on a terminal that work takes its time."""
        if self.quiet or sys.stderr is None or not sys.stderr.isatty():
            yield
            return
        from engine.report.progress import working

        with working(what.text(self.language)):
            yield


class Refused(click.UsageError):
    """Wrong usage, as data: the language is chosen when it is shown."""

    language = "en"

    def __init__(self, told: Message, below: str = "") -> None:
        super().__init__(str(told))
        self.told, self.below = told, below

    def format_message(self) -> str:
        """Return the sentence in `language`, and what stands below it."""
        return "\n".join(filter(None, (self.told.text(self.language), self.below)))


def _definitions_here() -> Path | None:
    """Return the folder of definitions in the current folder or the nearest one above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        inside = folder / "definitions"
        if _holds_definitions(inside):
            return inside
        if (folder / "organization.yaml").is_file():
            return folder
    return None


def _holds_definitions(folder: Path) -> bool:
    return (folder / "organization.yaml").is_file() or (folder / "indicators").is_dir()


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep an option of every verb, whether it stands before the verb or after it."""
    if value:
        setattr(ctx.ensure_object(Session), str(param.name), value)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        version = _iku_version()
        uninstalled = say("iku, from a checkout that is not installed")
        click.echo(f"iku {version}" if version else uninstalled.text(ctx.ensure_object(Session).language))
        ctx.exit()


def _iku_version() -> str:
    """Return the version of iku, or nothing where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("iku")
    except PackageNotFoundError:
        return ""


def common(function: F) -> F:
    """Add the options that every verb has, and that may stand before the verb too."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    options = (
        click.option("-C", "--catalogue", metavar="DIR", type=click.Path(path_type=Path), **shared,
                     help="The folder of the definitions. Without it: definitions/ here or in a folder "
                     "above, else those that ship with iku."),
        click.option("--lang", type=click.Choice(["id", "en"]), envvar="IKU_LANG", expose_value=False,
                     help="The language of everything that is said. Without it: the organization's."),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), **shared,
                     help="Colours; auto on a terminal unless NO_COLOR is set."),
        click.option("-q", "--quiet", is_flag=True, **shared, help="Nothing but results and errors."),
        click.option("-v", "--verbose", is_flag=True, **shared,
                     help="More: notes of the definitions; where a mistake in iku happened."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


# ── languages ──


def _let_click_speak(language: str) -> None:
    """Have what click itself says translated; click asks gettext, which knows one language a process."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("click", str(CATALOGUES))
    gettext.textdomain("click")


@contextmanager
def _as_before() -> Iterator[None]:
    """Leave gettext as it was found."""
    language, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    try:
        yield
    finally:
        gettext.textdomain(domain)
        os.environ.pop("LANGUAGE")
        if language is not None:
            os.environ["LANGUAGE"] = language


def _asked_language(arguments: Sequence[str]) -> Language | None:
    """Return what --lang or IKU_LANG says, before click reads the options: it may have to refuse them."""
    asked = re.findall(r"(?:^|\0)--lang[=\0](id|en)(?=\0|$)", "\0".join(arguments))
    return language_named(asked[-1] if asked else os.environ.get("IKU_LANG"))


def paragraphs(help_text: str) -> list[tuple[str, str]]:
    """Return the paragraphs of a help text, each with the mark before it that keeps its lines apart."""
    parts = (part.rpartition("\b\n") for part in inspect.cleandoc(help_text).split("\n\n"))
    return [(before + mark, text if mark else " ".join(text.split())) for before, mark, text in parts]


def _in_language(command: click.Command, language: str) -> click.Command:
    """Return a copy of *command* whose help is in *language*."""

    def said(text: str | None) -> str | None:
        if text is None:
            return None
        return "\n\n".join(mark + translated(part, language) for mark, part in paragraphs(text))

    told = copy(command)
    told.help, told._help_option = said(command.help), None
    told.params = [copy(param) for param in command.params]
    for param in told.params:
        if isinstance(param, click.Option):
            param.help = said(param.help)
    if isinstance(told, click.Group):
        told.commands = {name: _in_language(verb, language) for name, verb in told.commands.items()}
    return told


def _help(command: click.Command, ctx: click.Context) -> str:
    """Return the help of a command, in English unless another language is asked for."""
    language = ctx.ensure_object(Session).lang or "en"
    _let_click_speak(language)
    formatter = ctx.make_formatter()
    _in_language(command, language).format_help(ctx, formatter)
    return formatter.getvalue().rstrip("\n")


class Verb(click.Command):
    """A verb whose help speaks the language asked for."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text."""
        return _help(self, ctx)


class Verbs(click.Group):
    """The verbs in sections, in the order in which one meets them."""

    command_class = Verb

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text."""
        return _help(self, ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs by section."""
        for section, verbs in SECTIONS:
            with formatter.section(section.text(ctx.ensure_object(Session).lang or "en")):
                formatter.write_dl([(verb, self.commands[verb].get_short_help_str(70)) for verb in verbs])


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Verbs, context_settings=SETTINGS)
@common
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
              help="The version of iku.")  # fmt: skip
def iku() -> None:
    """Key performance indicators (IKU) from definitions that people can read.

    A catalogue is a folder of YAML files: organization.yaml, regulations.yaml, sources/ and indicators/.
    Begin in the folder above it:

    \b
      iku validate                            is everything written as it should be?
      iku test                                do the worked examples come out?
      iku evaluate --period 2024              the results of a year
      iku explain ip_asn --period 2024        how one of them came about
      iku explain ip_asn --period 2024 --row P0001

    Results go to standard output, all else to standard error, so that results can be saved or passed on.

    \b
    Exit codes:
      0    done
      1    the definitions have errors, or an example is not as expected
      2    wrong usage, or a name that is not known
      3    data are missing or wrong, or a value could not be computed
      70   a mistake in iku
      130  interrupted
    """


def form(*choices: str, default: str | None = None) -> Callable[[F], F]:
    """Return the option --format with *choices*; the first is taken where nothing is said."""
    return click.option(
        "--format", "form", type=click.Choice(choices), default=default or choices[0], show_default=True
    )


def output_options(function: F) -> F:
    """Add the options that send a result to a file."""
    for option in (
        click.option("--force", is_flag=True, help="Overwrite the file."),
        click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path),
                     help="Write to a file; one that is there already stays unless --force is given."),
    ):  # fmt: skip
        function = option(function)
    return function


def _check_output(path: Path, *, force: bool) -> None:
    """Refuse a file that can't be written before the work is done."""
    from engine.report.export import check_target

    check_target(path, force=force)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


# ── check definitions ──


@iku.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings and advice count as errors.")
@click.option("--cache", metavar="DIR", type=click.Path(path_type=Path),
              help="Keep what was read in a folder, and read only changed files the next time.")  # fmt: skip
@click.option(
    "--min-coverage",
    "least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The least share of parameters, table rows and steps that must name their place in a regulation.",
)
@click.option("--fix", is_flag=True,
              help="Change the files where only one thing can be meant and tell what was changed. Without "
              "it, `fix:` shows what would be.")  # fmt: skip
@form("text", "json", "sarif", "junit", "github")
@output_options
@common
@click.pass_obj
def validate(
    session: Session,
    /,
    paths: tuple[Path, ...],
    strict: bool,
    cache: Path | None,
    least: float | None,
    fix: bool,
    form: str,
    output: Path | None,
    force: bool,
) -> int:
    """Check all definitions; no data are needed.

    Every problem is told with its place, what is expected there and a way out, all in one run; `iku problem
    CODE` tells more about one. PATH is the folder of the definitions, or files and folders in it: then only
    their problems are shown. What is checked, and the exit code, is always the whole.

    \b
      iku validate
      iku validate definitions/indicators/skm.yaml
      iku validate --fix
      iku validate --strict --format github                    marks in a pull request
      iku validate --format sarif --output iku.sarif           for code scanning
      iku validate --format junit --output iku.xml             for GitLab, Jenkins
      iku validate --min-coverage 80                           how much must name its article
    """
    from engine.api import check
    from engine.report.chosen import among

    chosen = _choose(session, paths)
    folder = session.folder()
    if output is not None:
        _check_output(output, force=force)
    if fix:
        _fix(session, folder, chosen)
    with session.working(say("checking the definitions")):
        definitions, problems = check(folder, cache)
    shown = problems if chosen is None else among(problems, chosen)
    if definitions is not None and least is not None:
        from engine.coverage import too_low

        low = too_low(definitions, least)
        problems, shown = (*problems, *low), (*shown, *low)
    failing = [problem for problem in problems if strict or problem.severity == "error"]
    if form == "text":
        text = _told(session, definitions, problems, shown, colour=output is None)
    else:
        files = () if definitions is None else tuple(text.path for text in definitions.texts)
        text = _reported(session, form, shown, failing, files if chosen is None else ())
    session.deliver(text, output, force=force, orders=form == "github")
    return FINDINGS if failing else FINE


def _mends(count: int) -> Message:
    return say_many(
        "`iku validate --fix` mends {count} of them",
        "`iku validate --fix` mends {count} of them",
        count=count,
    )


def _fix(session: Session, folder: Path | None, chosen: Sequence[Path] | None) -> None:
    """Make the safe fixes in the files of *folder*, or those *chosen*, and tell what was changed."""
    from engine.fixing import fix
    from engine.report.problems_text import fixed_text

    if folder is None:
        raise Refused(say("--fix changes files; name the folder of the definitions"))
    with session.working(say("mending the definitions")):
        fixed = fix(folder, chosen)
    told = fixed_text(fixed, session.language)
    click.echo(_COMMAND.sub(r"\1\\\2", told), nl=False, err=True)


def _choose(session: Session, paths: Sequence[Path]) -> tuple[Path, ...] | None:
    """Let *paths* say which catalogue is meant; return which of its files, None for all of them."""
    if not paths:
        return None
    for path in paths:
        if not path.exists():
            raise Refused(say("there is no {path}", path=path))
    if session.catalogue is None:
        session.catalogue = _catalogue_of(paths[0])
    root = session.catalogue.resolve()
    for path in paths:
        if path.resolve() == root or path.resolve() in root.parents:
            return None
    for path in paths:
        if root not in path.resolve().parents:
            raise Refused(
                say(
                    "{path} does not belong to the definitions in {folder}",
                    path=path,
                    folder=session.catalogue,
                )
            )
        if path.is_file() and path.suffix not in (".yaml", ".yml"):
            raise Refused(say("{path} is no definition; those are files that end in .yaml", path=path))
    return tuple(path.resolve() for path in paths)


def _catalogue_of(path: Path) -> Path:
    """Return the folder of definitions that *path* is, holds or belongs to."""
    if _holds_definitions(path / "definitions"):
        return path / "definitions"
    whole = path.resolve()
    for folder in (whole, *whole.parents):
        if _holds_definitions(folder):
            return path if folder == whole else Path(os.path.relpath(folder))
    raise Refused(
        say("there are no definitions in {path}", path=path)
        if path.is_dir()
        else say("{path} belongs to no definitions", path=path)
    )


def _told(
    session: Session, definitions: Any, problems: Sequence[Problem], shown: Sequence[Problem], *, colour: bool
) -> str:
    """Return problems as people read them, and what was checked."""
    from engine.fixing import safe_fix
    from engine.report.paint import unpainted
    from engine.report.problems_text import counted, problems_text

    paint = session.paint(sys.stdout) if colour else unpainted
    text = problems_text(shown, paint, language=session.language) if shown else ""
    if session.quiet:
        return text
    holds = "" if definitions is None else f"{_holds(definitions).text(session.language)}: "
    elsewhere = say("{count} of them in other files", count=len(problems) - len(shown))
    mended = sum(safe_fix(problem) is not None for problem in shown)
    return (
        text
        + ("\n" if shown else "")
        + f"{holds}{counted(problems, session.language)}"
        + (f", {elsewhere.text(session.language)}\n" if len(problems) > len(shown) else "\n")
        + (f"{_mends(mended).text(session.language)}\n" if mended else "")
    )


MOST_REPORTED = 10_000
"""As many problems stand in a report for a program; how many more there are, it says."""


def _reported(
    session: Session, form: str, problems: Sequence[Problem], failing: Sequence[Problem], files: Sequence[str]
) -> str:
    """Return problems as a program reads them."""
    from engine.report.github import github
    from engine.report.junit import problems_junit
    from engine.report.problems_text import report
    from engine.report.sarif import sarif

    listed, omitted = problems[:MOST_REPORTED], max(0, len(problems) - MOST_REPORTED)
    if form == "github":
        return github(listed, omitted, session.language)
    if form == "junit":
        return problems_junit(listed, failing, files, omitted, session.language)
    if form == "sarif":
        return _json(sarif(listed, _iku_version(), omitted, session.language))
    return _json(report(problems, listed, session.language))


def _holds(definitions: Definitions) -> Several:
    """Return how much a catalogue holds."""
    return listed(
        [
            say_many("{count} indicator", "{count} indicators", count=len(definitions.indicators)),
            say_many("{count} source", "{count} sources", count=len(definitions.sources)),
            say_many("{count} regulation", "{count} regulations", count=len(definitions.regulations)),
        ]
    )


@iku.command()
@click.argument("select", nargs=-1)
@click.option("-k", "word", metavar="WORD", help="Only examples with this word in their title.")
@form("text", "json", "junit")
@output_options
@common
@click.pass_obj
def test(
    session: Session, select: tuple[str, ...], word: str | None, form: str, output: Path | None, force: bool
) -> int:
    """Run the worked examples that stand in the definitions.

    SELECT chooses indicators as in evaluate.

    \b
      iku test
      iku test ip_asn -k seminar
      iku test division:sekretariat
      iku test --format junit --output contoh.xml
    """
    from engine.report.examples_text import examples_plain, examples_text
    from engine.report.junit import examples_junit
    from engine.report.paint import unpainted

    if output is not None:
        _check_output(output, force=force)
    catalogue = session.load()
    wanted = catalogue.select(select)
    with session.working(say("running the examples")):
        outcomes = catalogue.test(wanted)
    if word is not None:
        outcomes = tuple(o for o in outcomes if word.casefold() in str(o.example.title).casefold())
        wanted = tuple(dict.fromkeys(outcome.indicator for outcome in outcomes))
        if not outcomes:
            raise Refused(say("no example has {word} in its title", word=word))
    if form == "json":
        text = _json(examples_plain(outcomes, session.language))
    elif form == "junit":
        text = examples_junit(outcomes, session.language)
    else:
        paint = session.paint(sys.stdout) if output is None else unpainted
        text = examples_text(outcomes, wanted, paint, session.language)
    session.deliver(text, output, force=force)
    return FINE if all(outcome.passed for outcome in outcomes) else FINDINGS


# ── compute ──


def data_options(function: F) -> F:
    """Add the options that say what is computed from which data."""
    options = (
        click.option("--period", help="2024, 2024-S1 (semester), 2024-TW1 (quarter) or 2024-03 (month). "
                     "Without it: the last year that has data."),
        click.option("--data", multiple=True, metavar="DIR|SOURCE=FILE",
                     help="A folder in which the sources' files lie instead (DIR/data/2024/...), or the "
                     "file of one source. May be repeated."),
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
                     help="Another value for a parameter: 20, 0.111, 1/9, true or a word. May be repeated."),
        click.option("--by", metavar="COLUMN", help="Split by a column, one of the indicators' breakdowns."),
        click.option("--keep-going", is_flag=True, help="Leave out rows that are wrong; the results say so."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True)
class Request:
    """What to compute, from which data: the arguments of the API that evaluate and explain share."""

    period: str
    options: Mapping[str, Any]


def _request(
    session: Session, catalogue: Catalogue, period: str | None, data: Sequence[str],
    settings: Sequence[str], by: str | None, keep_going: bool,
) -> Request:  # fmt: skip
    """Return the request that the options make; raises UsageError for what can't be read."""
    folder, files = _data(data)
    root = folder or catalogue.definitions.root
    session.data_folder = root
    if period is None and files:
        raise Refused(say("say which --period the files are of"))
    first_parts = {(source.file or "").split("/")[0] for source in catalogue.definitions.sources.values()}
    if folder is not None and folder.resolve().name in first_parts and not catalogue.latest_year(folder):
        holds = Path(os.path.relpath(folder.resolve().parent))
        raise Refused(
            say("--data {folder}: name the folder that holds it, --data {holds}", folder=folder, holds=holds)
        )
    period = period or catalogue.latest_year(root)
    if period is None:
        raise Refused(
            say("there are no data in {path}; say which --period, and where its --data lie", path=root)
        )
    options: dict[str, Any] = {"by": by, "parameters": _settings(settings), "keep_going": keep_going}
    options |= {"data": files, "folder": root} if files else {"data": root}
    return Request(period, options)


def _data(words: Sequence[str]) -> tuple[Path | None, dict[str, str]]:
    """Return the folder and the files that --data names."""
    folder: Path | None = None
    files: dict[str, str] = {}
    for word in words:
        source, given, path = word.partition("=")
        if Path(word).is_dir():
            folder = Path(word)
        elif not given:
            raise Refused(
                say("--data {word}: no such folder; for one source write SOURCE=FILE", word=Path(word))
            )
        elif not Path(path).exists():
            raise Refused(say("--data {word}: there is no file {path}", word=Path(word), path=Path(path)))
        else:
            files[source] = path
    return folder, files


def _settings(words: Sequence[str]) -> dict[str, Value]:
    """Return the parameters that --set gives another value."""
    found: dict[str, Value] = {}
    for word in words:
        name, given, text = (part.strip() for part in word.partition("="))
        if not name or not given or not text:
            raise Refused(say("--set {word}: write NAME=VALUE", word=word))
        if re.fullmatch(r"-?\d+,\d+", text):
            plain = text.replace(",", ".")
            raise Refused(
                say("--set {word}: write the decimals behind a dot: {plain}", word=word, plain=plain)
            )
        found[name] = _value(text)
    return found


def _value(text: str) -> Value:
    """Return the number, fraction, truth or word that *text* is."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text):
        return float(text)
    fraction = re.fullmatch(r"(-?\d{1,15})/(\d{1,15})", text)
    if fraction is not None and int(fraction[2]):
        return int(fraction[1]) / int(fraction[2])
    return text


@iku.command()
@click.argument("select", nargs=-1)
@data_options
@click.option("--format", "form", type=click.Choice(["table", "json", "csv", "parquet"]),
              help="Without it: as the name of --output ends, else a table.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to a file.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@common
@click.pass_obj
def evaluate(
    session: Session,
    /,
    select: tuple[str, ...],
    form: str | None,
    output: Path | None,
    force: bool,
    **asked: Any,
) -> int:
    """Compute the results of a period.

    SELECT chooses indicators: an id, division:ID, objective:ID, +id (with what it needs) or id+ (with what
    needs it). Without it, all that are measured in the period are computed.

    \b
      iku evaluate --period 2024
      iku evaluate ip_asn --period 2023 --by unit_kerja
      iku evaluate skm --period 2024-TW2 --set penimbang=0.111
      iku evaluate --period 2024 --data pegawai=baru.csv --output hasil.csv
    """
    from engine.report.export import check_target, write_file

    catalogue = session.load()
    request = _request(session, catalogue, **asked)
    wanted = catalogue.select(select) if select else _measured(session, catalogue, request.period)
    endings = {".csv": "csv", ".json": "json", ".parquet": "parquet"}
    form = form or (endings.get(output.suffix.lower(), "table") if output is not None else "table")
    if output is not None:
        check_target(output, force=force)
    elif form == "parquet":
        raise Refused(say("a Parquet file is no text for a screen: say where to write it with --output"))
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    with session.working(say("computing")):
        results = catalogue.evaluate(request.period, only=wanted, **request.options)
    content = _formatted(session, catalogue, results, form, colour=output is None)
    if output is not None:
        write_file(output, content, force=force)
        session.note(say("written: {path}", path=output))
    elif isinstance(content, str):
        session.print(content)
    return FINE if all(result.status == "value" for result in results) else DATA


def _measured(session: Session, catalogue: Catalogue, period: str) -> tuple[str, ...]:
    """Return the indicators that are measured in *period* or in parts of it; say which are not."""
    from engine.versions import Period

    asked = Period.parse(period)
    longer = [name for name in catalogue.indicators if asked.within(catalogue.indicator(name).frequency)]
    found = tuple(name for name in catalogue.indicators if name not in longer)
    if longer and found:
        session.note(
            say(
                "not measured in {period}, but in a longer period: {names}",
                period=period,
                names=", ".join(longer),
            )
        )
    return found or catalogue.indicators


def _formatted(
    session: Session, catalogue: Catalogue, results: Results, form: str, *, colour: bool
) -> str | bytes:
    from engine.report.export import csv_text, parquet_bytes
    from engine.report.results_text import results_text

    if form == "json":
        return results.to_json(language=session.language) + "\n"
    if form == "csv":
        return csv_text(results, session.language)
    if form == "parquet":
        return parquet_bytes(results, session.language)
    return results_text(
        results,
        catalogue.definitions,
        session.wording(),
        colour=colour and session.coloured(sys.stdout),
        verbose=session.verbose,
    )


@iku.command()
@click.argument("indicator")
@data_options
@click.option("--group", metavar="VALUE", help="The group to explain, with --by.")
@click.option("--row", metavar="KEY", help="Down to one row, by its key.")
@click.option("--depth", type=click.IntRange(min=0), help="How many links from the result are followed.")
@form("text", "json")
@common
@click.pass_obj
def explain(
    session: Session,
    /,
    indicator: str,
    group: str | None,
    row: str | None,
    depth: int | None,
    form: str,
    **asked: Any,
) -> int:
    """Show how a value came about, down to articles and rows.

    \b
      iku explain ip_asn --period 2024
      iku explain ip_asn --period 2024 --row P0001
      iku explain ip_asn --period 2024 --by unit_kerja --group Sekretariat
      iku explain skm --period 2024-TW2 --depth 1
    """
    from engine.report.explanation import explanation_text

    if group is not None and asked["by"] is None:
        raise Refused(say("--group is one group of a column: name the column with --by"))
    catalogue = session.load()
    catalogue.indicator(indicator)
    request = _request(session, catalogue, **asked)
    if asked["period"] is None:
        session.note(say("period: {period}, the last year that has data", period=request.period))
    with session.working(say("computing")):
        explanation = catalogue.explain(
            indicator, request.period, group=group, row=row, depth=depth, **request.options
        )
    wording = session.wording()
    if form == "json":
        session.print(_json(explanation.to_dict(wording.language)))
    else:
        session.print(explanation_text(explanation, wording.language, wording.width))
    return FINE


# ── look around ──


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Return the day that was written, or the last day of the period."""
    from datetime import date

    from engine.versions import Period

    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        period = Period.read(value)
    if period is None:
        raise Refused(
            say("{value} is not a day: write 2021-12-31, or a period such as 2021 or 2021-TW1", value=value)
        )
    return period.last


def at_option(help_: str) -> Callable[[F], F]:
    """Return the option --at, a day or the last day of a period."""
    return click.option("--at", metavar="DAY", callback=_day, help=help_)


@iku.command()
@click.argument("indicator")
@at_option("The rule in force on a day, or in a period such as 2021. Without it: the newest.")
@click.option("--history", is_flag=True, help="What each regulation added, changed or removed.")
@common
@click.pass_obj
def show(session: Session, indicator: str, at: date | None, history: bool) -> int:
    """Print a definition in force, with the legal basis of each entry.

    \b
      iku show ip_asn
      iku show ip_asn --at 2021-12-31
      iku show skm --history
    """
    from engine.report.rule_text import history_text, rule_text

    if history and at is not None:
        raise Refused(say("--history is of all days; leave --at away"))
    catalogue = session.load()
    wording = session.wording()
    definitions, found = catalogue.definitions, catalogue.indicator(indicator).id
    if history:
        session.print(history_text(definitions, found, wording.language, wording.width))
    else:
        session.print(rule_text(definitions, found, at, wording.language, wording.width))
    return FINE


@iku.command("list")
@click.argument("what", default="indicators", metavar="[WHAT]")
@at_option("What is in force on a day, or in a period such as 2021.")
@click.option(
    "--coverage",
    "founded",
    is_flag=True,
    help="How much of each indicator names its place in a regulation, over all versions.",
)
@form("table", "json")
@common
@click.pass_obj
def list_(session: Session, what: str, at: date | None, founded: bool, form: str) -> int:
    """List indicators, divisions, sources, regulations, functions.

    WHAT is indicators (without it), divisions, objectives, sources, regulations, or functions, which are
    those that formulas may use.

    \b
      iku list
      iku list regulations --at 2021
      iku list functions
      iku list --coverage
    """
    from engine.report.listing import listed, listing_text, names

    if what not in names():
        raise _no_such(say("{what} can't be listed", what=what), what, names())
    if founded and (what != "indicators" or at is not None):
        raise Refused(say("--coverage is of all indicators and days: leave what and --at away"))
    catalogue = session.load()
    wording = session.wording()
    if founded:
        return _list_coverage(session, catalogue, wording, form)
    rows = listed(what, catalogue.definitions, wording.language, at)
    if form == "json":
        session.print(_json(rows))
    else:
        session.print(listing_text(rows, wording, colour=session.coloured(sys.stdout)))
    return FINE


def _list_coverage(session: Session, catalogue: Catalogue, wording: Wording, form: str) -> int:
    from engine.coverage import coverage
    from engine.report.coverage_text import coverage_plain, coverage_text

    found = coverage(catalogue.definitions)
    if form == "json":
        session.print(_json(coverage_plain(found)))
    else:
        colour = session.coloured(sys.stdout)
        session.print(coverage_text(found, catalogue.definitions, wording, colour=colour))
    return FINE


@iku.command()
@click.argument("select", nargs=-1)
@form("text", "mermaid", "dot", "json")
@at_option("The rules in force on a day, or in a period such as 2021. Without it: the newest.")
@common
@click.pass_obj
def graph(session: Session, select: tuple[str, ...], form: Any, at: date | None) -> int:
    """Draw what uses what: indicators, steps, parameters, sources.

    SELECT chooses indicators as in evaluate.

    \b
      iku graph ip_asn
      iku graph --format mermaid > graph.mmd
      iku graph ip_asn --format dot | dot -Tsvg > graph.svg
    """
    from engine.report.graph_text import graph_at, graph_text

    catalogue = session.load()
    chosen = catalogue.select(select) if select else None
    language = session.wording().language
    found = graph_at(catalogue.definitions, at)
    session.print(graph_text(found, catalogue.definitions, form, chosen, language))
    return FINE


@iku.command()
@click.argument("name", required=False)
@click.option("--vscode", is_flag=True, help="Write settings for VS Code into .vscode here.")
@click.option("--force", is_flag=True, help="Replace what stands in .vscode otherwise.")
@common
@click.pass_obj
def schema(session: Session, name: str | None, vscode: bool, force: bool) -> int:
    """Print the JSON Schema of a kind of file, or set up an editor.

    Editors and other programs check and complete files with it. Without NAME, list the kinds of file.
    With --vscode, VS Code with its YAML extension (redhat.vscode-yaml) completes keys and words, explains
    them and marks mistakes while one types; run it in the folder that you open there. Settings that are
    there already stay.

    \b
      iku schema
      iku schema indicator > indicator.schema.json
      iku schema --vscode
    """
    from engine.schema import names, schema_text

    if vscode:
        if name is not None:
            raise Refused(say("--vscode is for all kinds of file; leave NAME away"))
        _set_up_vscode(session, force=force)
    elif name is None:
        session.print("".join(f"{kind}\n" for kind in names()))
    elif name in names():
        session.print(schema_text(name))
    else:
        raise _no_such(say("there is no schema {name}", name=name), name, names())
    return FINE


def _set_up_vscode(session: Session, *, force: bool) -> None:
    """Write the schemas and the settings that name them; nothing where one of them can't be written."""
    from engine.report.export import write_file
    from engine.report.vscode import schema_files, settings

    folder = session.folder()
    if folder is None:
        raise Refused(say("there are no definitions here or above; name their folder with -C"))
    catalogue = Path(os.path.relpath(folder)).as_posix()
    if catalogue.startswith(".."):
        raise Refused(
            say("run it in the folder that you open in VS Code, one that holds {path}", path=Path(catalogue))
        )
    files = {Path(path): text for path, text in schema_files().items()}
    for path, text in files.items():
        if path.exists() and not force and path.read_text(encoding="utf-8") != text:
            raise Refused(say("{path} is there already and differs; replace it with --force", path=path))
    for path, added in ((Path(name), content) for name, content in settings(catalogue).items()):
        files[path] = _with_settings(path, added, force=force)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_file(path, text, force=True)
            session.note(say("written: {path}", path=path))


def _with_settings(path: Path, added: Mapping[str, Any], *, force: bool) -> str:
    """Return the text of a settings file with what is *added*; refuse one that can't be added to."""
    import json

    from engine.report.vscode import as_text, merged

    if not path.exists():
        return as_text(added)
    text = path.read_text(encoding="utf-8")
    try:
        there = json.loads(text)
        whole = merged(there, added)
    except ValueError:
        if force:
            return as_text(added)
        refusal = say(
            "{path} can't be added to: it has comments, or says something else; add this yourself, or "
            "replace the file with --force:",
            path=path,
        )
        raise Refused(refusal, as_text(added)) from None
    return text if whole == there else as_text(whole)


@iku.command()
@click.argument("code", required=False)
@common
@click.pass_obj
def problem(session: Session, code: str | None) -> int:
    """Explain a problem code, with a wrong and a right example.

    Without CODE, list all codes, the gravest first.

    \b
      iku problem table-gap
      iku problem table-gap --lang id
      iku problem
    """
    import shutil

    from engine.report.code_pages import codes, codes_text, page_text

    if code is None:
        session.print(codes_text(session.language))
    elif code in codes():
        width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 100))
        session.print(page_text(code, session.language, width))
    else:
        from engine.problems import nearest

        refusal = say("there is no problem code {code}", code=code)
        hint = nearest(code, codes()) or say("`iku problem` lists them all")
        raise Refused(say("{refusal}; {hint}", refusal=refusal, hint=hint))
    return FINE


def _no_such(refusal: Message, name: str, known: Sequence[str]) -> Refused:
    """Return a refusal with the names that were probably meant, or all of them."""
    from engine.problems import nearest

    hint = nearest(name, known) or say("there are {known}", known=", ".join(known))
    return Refused(say("{refusal}; {hint}", refusal=refusal, hint=hint))


# ── outcomes ──


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    session = Session(lang=_asked_language(arguments))
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # The same bytes in every locale; a terminal that can't show a letter shows its code.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    with _as_before():
        session.speak(_definitions_here())
        return _run(arguments, session)


def _run(arguments: Sequence[str], session: Session) -> int:
    """Return the exit code of one command."""
    try:
        code = iku.main(list(arguments), prog_name="iku", standalone_mode=False, obj=session)
        if sys.stdout is None:
            return FINDINGS
        sys.stdout.flush()
    except Exception as failure:
        return _outcome(failure, session)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else FINE


def _outcome(failure: Exception, session: Session) -> int:
    """Return the exit code of what stopped the work, after telling it."""
    from engine.problems import IkuError

    if isinstance(failure, click.exceptions.Abort):
        return INTERRUPTED
    if isinstance(failure, click.ClickException):
        if isinstance(failure, Refused):
            failure.language = session.language
        failure.show()
        return USAGE
    try:
        if isinstance(failure, IkuError):
            session.draw(failure.problems)
            return _code_of(failure)
        if isinstance(failure, OSError):
            return _failed_to_write(failure)
        if session.verbose:
            import traceback

            traceback.print_exception(failure)
        mistake = translated("this is a mistake in iku, not in your files", session.language)
        report = translated(
            "Please report it together with the command; -v shows where it happened.", session.language
        )
        click.echo(f"iku: {mistake} ({type(failure).__name__}: {failure}).\n{report}", err=True)
    except OSError as second:
        return _failed_to_write(second)
    return BUG


def _code_of(refusal: IkuError) -> int:
    from engine.problems import InvalidData, InvalidDefinitions

    if isinstance(refusal, InvalidDefinitions):
        return FINDINGS
    return DATA if isinstance(refusal, InvalidData) else USAGE


def _failed_to_write(failure: OSError) -> int:
    """Return the exit code where output could not go out, after telling which file, if it can be told."""
    if not isinstance(failure, BrokenPipeError):
        where = f"{failure.filename}: " if failure.filename else ""
        with suppress(OSError):
            click.echo(f"iku: {where}{failure.strerror or failure}", err=True)
    if not failure.filename:
        # What still waits in a stream would fail once more, with a traceback, when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                os.dup2(nowhere, stream.fileno())
    return FINDINGS


if __name__ == "__main__":
    sys.exit(main())
