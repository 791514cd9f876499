"""Workbooks that people fill in or compute again: the only part that writes XLSX.

book     The only door to XlsxWriter: texts are never formulas, pages print well, bytes are fixed.
words    What is said on the sheets, in one language.
inputs   The sheet of inputs: what formulas read and do not compute.
figures  One indicator's sheet: each step as a live formula.
outcome  From a result to what is published.
trail    Regulations, and what all of it was made from.
audit    The working paper as a whole.
template  The workbook that divisions fill in.
"""

from __future__ import annotations

from engine.workbook.audit import workbook
from engine.workbook.book import Paper
from engine.workbook.template import template

__all__ = ["Paper", "template", "workbook"]
