"""Values, problems and definitions for people and programs.

paint          Colour for a terminal, or none.
problems_text  Problems with their place drawn, as text or plain values.
chosen         Choose the problems of some files.
fingerprint    Tell whether a problem is the one of yesterday: its code, file and keys, not its line.
sarif          Problems as SARIF 2.1.0, which code scanning and editors read.
junit          Checks as JUnit XML, which GitLab, Jenkins and others list as tests.
github         Problems as annotations of a GitHub workflow: each one line, an order to the runner.
vscode         Settings that make VS Code complete, explain and check definitions.
code_pages     What each problem code means, with a wrong and a right example and what to do.
wording        Numbers, days, values and lines of text as people of a language write them.
titles         What people call the thing that a name in a formula refers to.
table          Tables for a terminal, numbers by their decimal mark.
results_text   The results of a period as a table, with legal bases, reasons and notes.
examples_text  What the worked examples gave.
listing        What a catalogue holds, as lists.
coverage_text  How well the definitions are founded in law, as a table with what to look at below it.
export         Results as files for other programs, written whole or not at all.
page           One page of HTML that needs nothing else.
comparison_words  A change in words: what it is of, what stood there, what stands there now.
movement       By how much figures and rows move, as a table.
comparison     A comparison as text, as Markdown for a pull request, as a page, and as plain values.
plan_text      What would be read and computed, pass by pass.
delivery_text  What was delivered, with its findings.
solution       What it takes to reach a target, in sentences, and as plain values.
progress       Say on a terminal that work takes its time.
explanation    An explanation as text for a terminal: an outline in which every cause stands once.
account        An explanation arranged as one reads it: the sentence, the formula, what it rests on.
account_pages  An account as Markdown and as a page.
moved          What moved a figure between two periods: a sentence and a table.
history_text   The figures of an indicator that were saved, as a table.
rule_text      A definition as an analyst would print it: in force on a day, or with its history.
graph_text     The graph of uses as a tree, as Mermaid or DOT for drawing, and as JSON.
"""
