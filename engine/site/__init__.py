"""The catalogue as a site of plain files, for people who read and check the figures.

It opens by double-click and from any web server, needs no other address and, but for the search, no
script. Each page is made in two steps: what it says is gathered as frozen data, then set by a template.

addresses   Where each page lies, seen from the root of its language.
words       The words of the pages in both languages.
nouns       What pages are made of.
figures     The figures of every year that has data, and how the latest came about.
relations   Who uses what, and what rests on which act.
guide       How a language names, links and writes things.
entries     Parameters, steps and versions of an indicator.
formulas    Formulas of the rule in force as mathematics.
explained   How the latest figure came about, each cause linked to what is known of it.
drawings    The pictures of the pages.
examples    Worked examples, without what is personal.
findings    Problems of the definitions as pages tell them.
indicator   What the page of an indicator says.
founding    What the pages of a source and of a regulation say.
overview    What the pages of all, of the divisions and of the findings say.
search      The list that the search looks through.
downloads   The same figures for programs.
pages       Set the pages: the only place that knows Jinja2.
folder      Write into a folder that is empty or ours, and nothing else.
build       From a catalogue to all files of its site.
"""

from engine.site.build import Site, site
from engine.site.folder import write

__all__ = ["Site", "site", "write"]
