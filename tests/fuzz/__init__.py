"""Hostile inputs in bulk: corpora that CI runs in part, and harnesses that go on for minutes.

judging    Run inputs, note exceptions of other families, wrong values, time and memory.
formulas   Good formulas against an independent evaluation, and broken ones.
documents  YAML of the largest size, catalogues around it, and mutated catalogues.
scalars    Plain scalars against readers of YAML 1.1 and 1.2.
datafiles  Bombs, and mutated CSV, XLSX and Parquet files.
graphs     Random graphs of steps and indicators, with their values.

``python tests/fuzz corpora`` runs all of them at full size; ``python tests/fuzz TARGET --minutes 10`` lets
atheris look for more (it needs the extra ``fuzz``).
"""
