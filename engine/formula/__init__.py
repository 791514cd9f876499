"""Accept, check and interpret formulas: one tree, several algebras.

grammar    Accept the allowed trees with places; refuse all else in plain words.
cures      Say how a formula that the grammar refused is mended.
kinds      Say what a value is before it exists: kind, values or bounds, blank or failing.
units      Say in which unit a number is: a product of powers of named units.
functions  Say for each function what it takes, gives and means, once for every algebra.
names      Say what every name of a formula refers to.
typeset    Set a formula as mathematics, with titles in place of names.
algebra    Walk an approved tree with simpleeval; what differs is the algebra.
checked    Interpret a tree without data: the kind of every part, and what is wrong.
measured   Interpret a tree without data: the unit of every part, and where different units meet.
scalar     Interpret a tree as a closure over one record.
ranges     Interpret a tree over a box: what a formula can give when its inputs are confined.
columns    Interpret a tree as a column expression of a dataframe library.
queries    The words of column expressions where DuckDB and Spark mean something else by them.
spreadsheet  Interpret a tree as a formula of a spreadsheet, for people who compute it again.
"""
