"""The contents page tells the truth, and the shape of the project holds."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "engine"
LINE = re.compile(r"^([a-z_]+)  +[A-Z]")
DOORS = {
    "yaml": {"document"},
    "jsonschema": {"schema"},
    "referencing": {"schema"},
    "simpleeval": {"formula"},
    "networkx": {"graph"},
    "polars": {"sources", "run", "report"},
    "narwhals": {"sources", "run"},
    "psycopg": {"sources"},
    "duckdb": {"sources"},
    "pyspark": {"sources"},
    "python_calamine": {"sources"},
    "rich": {"report"},
    "babel": {"report"},
    "docxtpl": {"documents"},
    "docx": {"documents"},
    "typst": {"documents"},
    "markupsafe": {"documents"},
    "click": {"commands"},
    "jinja2": {"site", "documents"},
    "xlsxwriter": {"workbook"},
}


def contents(docstring: str | None) -> list[str]:
    return [match[1] for line in (docstring or "").splitlines() if (match := LINE.match(line))]


def modules(folder: Path) -> set[str]:
    files = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    return files | {path.name for path in folder.iterdir() if (path / "__init__.py").exists()}


def imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def files_of(module: str) -> list[Path]:
    single = PACKAGE / f"{module}.py"
    return [single] if single.exists() else sorted((PACKAGE / module).rglob("*.py"))


def test_the_contents_page_lists_every_module_and_no_other():
    assert sorted(contents(engine.__doc__)) == sorted(modules(PACKAGE))


@pytest.mark.parametrize("package", sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py")))
def test_a_package_lists_its_modules(package):
    """Each package's docstring is a contents page of its own."""
    folder = PACKAGE / package
    listed = contents(ast.get_docstring(ast.parse((folder / "__init__.py").read_text())))
    assert sorted(listed) == sorted(modules(folder))


@pytest.mark.parametrize("module", contents(engine.__doc__))
def test_a_module_imports_only_what_stands_above_it(module):
    order = contents(engine.__doc__)
    above = set(order[: order.index(module) + 1])
    for path in files_of(module):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "engine" and len(parts) > 1 and parts[1] in order:
                assert parts[1] in above, f"{path.name} imports {name}, which stands below it"


@pytest.mark.parametrize(("library", "homes"), sorted(DOORS.items()))
def test_an_outside_library_enters_through_its_own_door(library, homes):
    users = {
        module
        for module in modules(PACKAGE)
        for path in files_of(module)
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users <= homes


def test_loading_the_package_loads_nothing_heavy():
    """What a command does not need, it does not pay for."""
    heavy = ("polars", "networkx", "jsonschema", "yaml", "click")
    code = f"import engine, sys; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def loaded(code: str) -> set[str]:
    """Return the outside libraries that are loaded after *code*."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules} - {'click'}, file=sys.stderr)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(found.stderr.split()) & DOORS.keys()


def test_help_loads_nothing_but_click():
    """What a command does not need, it does not pay for."""
    assert loaded("import cli\ncli.main(['--help'])") == set()


def test_checking_good_definitions_loads_yaml_and_the_walker_of_formulas_alone():
    """jsonschema judges only what is not surely right, networkx looks only at circles."""
    assert loaded("import cli\nassert cli.main(['validate', 'definitions']) == 0") == {"yaml", "simpleeval"}


def test_worked_examples_need_no_dataframe_library():
    code = (
        "import engine, sys; catalogue = engine.load(); catalogue.test(); "
        "print([m for m in ('polars', 'narwhals', 'pandas') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
