"""Values, problems and definitions for people and programs.

wording        Numbers, days, values and lines of text as people of a language write them.
problems_text  Problems with their place drawn, as text or plain values.
table          Results and lists as tables for a terminal.
export         Results as files for other programs, written whole or not at all.
explanation    An explanation as text for a terminal: an outline in which every cause stands once.
rule_text      A definition as an analyst would print it: in force on a day, or with its history.
graph_text     The graph of uses as a tree, as Mermaid or DOT for drawing, and as JSON.
"""
