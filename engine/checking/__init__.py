"""Prove what needs no data: names, kinds, blanks, coverage, dates, and that declarations fit their use.

`prove` does it for the rules of one moment and gives the checked formulas that a plan is made of.
`check` does it for the whole catalogue, at every day on which some rule begins.

declared  Say what declarations promise to formulas: kinds of columns, contents of parameters.
entries   Check the entries of one rule against each other: names, values.
boxes     Search boxes of inputs for one in which a claim about a formula does not hold.
units     Prove that units agree: in every formula, with what is declared, in spelling.
again     Tell which steps mean the same in two moments, so that they are proved once.
formulas  Check every formula of the rules of one moment, each after those that it uses.
personal  Know what may not be shown: personal columns, and steps that pass such a value on.
coverage  Find what no value ever reaches, and values without a row.
times     Check that on every day there is a rule, and that all it rests on and reads is in force.
names     Check that no two names look alike.
leftover  Check that nothing stands in the catalogue for no purpose, and that what readers need is there.
tried     Check that the worked examples reach every row of tables, bands and categories.
twins     Check that no two definitions compute the same.
survey    Check what only the whole catalogue shows, after each of its rules has been seen once.
mending   Write the edits of lists of names: put one in, take one out.
whole     Check the whole catalogue, at every day on which some rule begins.
parts     Check what can be checked of a catalogue that could not be read whole.
"""

from __future__ import annotations

from engine.checking.declared import column_kind, content_of
from engine.checking.formulas import Claim, Proof, prove, rules_at
from engine.checking.parts import check_parts
from engine.checking.times import StaleUse, stale_uses
from engine.checking.whole import Checks, Unsettled, check

__all__ = [
    "Checks",
    "Claim",
    "Proof",
    "StaleUse",
    "Unsettled",
    "check",
    "check_parts",
    "column_kind",
    "content_of",
    "prove",
    "rules_at",
    "stale_uses",
]
