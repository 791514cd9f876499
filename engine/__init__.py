"""iku: a declarative rules engine for public performance indicators.

The contents page. Each module does one thing and imports only what stands above it;
``tests/test_architecture.py`` keeps this list equal to the folder.

language    Say each sentence in another language; read a catalogue when it is first asked for.
text        Know a text, name a place in it, draw the lines around that place.
problems    Describe what is wrong as data; carry many in one exception.
numbers     Compare at nine decimals, round where a regulation says so.
formula     Accept, check and interpret formulas: one tree, several algebras.
document    Turn YAML text into located nodes; refuse surprises.
acceptance  Tell at a glance that a document surely fits its schema.
schema      Ask JSON Schema, answer in our problems.
definition  Be the catalogue: organization, regulations, sources, indicators.
stored      Keep what was read as plain data for the next run, and trust none of it.
reading     Be the only place that knows the YAML keys.
revisions   Read the files of a catalogue as a git revision holds them, and run nothing that it names.
versions    Periods, amendments, and the consolidated rule in force.
graph       Who uses what, with the place of use on each edge; cycles link by link.
checking    Prove what needs no data: names, kinds, blanks, coverage, dates.
legal       Count how much of the definitions rests on a place in a regulation.
plan        Merge all steps into the fewest passes over each source.
sources     Files, frames and records to checked rows, and the findings.
values      Results with status, trace and provenance.
run         Carry out a plan on records or on frames.
evaluation  From a request to results: rules, data, earlier and shorter periods.
ledger      Keep results in a file, with what they follow from; compute only what changed.
preview     Say what an evaluation would read and compute, without doing it.
delivery    Look at input files without computing anything.
scenarios   Assume a scenario: the catalogue as it would be then, and what is wrong with that.
solving     Search what it takes for a figure to reach a target.
compiled    One step as a fast callable for one record.
proving     Settle what could not be proved: a witness, or what is missing.
judging     Find all problems of definitions in one run, whole or not.
fixing      Apply the fixes that are safe, every other byte left alone.
examples    Run the worked examples of a definition.
comparing   What is different between two catalogues or two days, and what that reaches.
explain     From a result back to its causes.
report      Values, problems and definitions for people and programs.
pictures    Small pictures of results and of what needs what, as SVG.
workbook    Workbooks that people fill in or compute again.
api         Tell the story: load, validate, evaluate, explain.
documents   Documents that an agency prints: content gathered once, then set in a format.
site        The catalogue as pages that open by double-click.
commands    The command line: arguments to the API, outcomes to text and exit codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.api import Catalogue, load, validate
    from engine.problems import IkuError, InvalidData, InvalidDefinitions, InvalidRequest, Problem
    from engine.values import Result, Results

__all__ = [
    "Catalogue",
    "IkuError",
    "InvalidData",
    "InvalidDefinitions",
    "InvalidRequest",
    "Problem",
    "Result",
    "Results",
    "load",
    "validate",
]

_HOMES = {
    "engine.api": ("Catalogue", "load", "validate"),
    "engine.problems": ("IkuError", "InvalidData", "InvalidDefinitions", "InvalidRequest", "Problem"),
    "engine.values": ("Result", "Results"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that a command that only prints help stays quick."""
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
