"""Documents that an agency prints, from definitions and results: content gathered once, then set in a format.

words        What documents say by themselves, in Indonesian and English.
mathematics  Formulas that stand in a decree's wording, set as mathematics in every format.
paper        What all documents have in common: language, paper, when and from what they were made.
decree       The decree of performance indicators, regenerated from the definitions.
bar          A bar that ends at the achievement, small enough for a row of the summary.
figures      The figures of a year and of those before it, written as documents print them.
lkjip        The yearly performance report's third chapter, in the order that the field expects.
summary      One page for the head of agency.
pdf          PDF files by typst: for archives and for everyone at once.
docx         Word files by docxtpl: an agency may bring a template of its own.
pages        HTML pages and Markdown by Jinja: every text escaped, nothing fetched, nothing runs.
writing      A document's content in the format asked for.
"""
