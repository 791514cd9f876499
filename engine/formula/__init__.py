"""Accept, check and interpret formulas: one tree, several algebras.

grammar     Accept the allowed trees with places; refuse all else in plain words.
functions   Say for each operator and function what it takes, gives and means.
kinds       Interpret a tree without data: kinds, blanks, failures, ranges.
scalar      Interpret a tree as a closure over one record.
columns     Interpret a tree as a column expression of a dataframe library.
"""
