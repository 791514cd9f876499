"""The command line: arguments to the API, outcomes to text and exit codes.

The only part of the engine that knows click; nothing above it imports it.

speaking    Have click speak the language asked for.
session     What every verb shares: catalogue, language, where output goes, exit codes.
options     The options that several verbs share.
verbs       Verbs whose help is translated, loaded when first asked for.
request     From options to what is computed, from which data.
validate    Every check that needs no data.
test        The worked examples of the definitions.
evaluate    The results of a period.
history     The figures of an indicator that were saved.
solve       What it would take to reach a target.
explain     How a value came about.
data        Forms for data, and the check of what was delivered.
show        A definition in force.
diff        What is different between two states of a catalogue, or two days.
list        What a catalogue holds.
graph       What uses what.
report      Documents that an agency prints.
site        The catalogue as a site.
schema      The JSON Schema of a kind of file, and settings for editors.
problem     What a code means.
main        All verbs, and the outcome of one.
"""
