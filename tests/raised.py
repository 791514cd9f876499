"""Every problem code that the engine can raise, read from its own text: a code is always a literal.

Whatever takes an argument or has a field `code` is found by that name, and every call of it is looked at.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
CODE = re.compile(r"[a-z]+(-[a-z]+)*")
PASSED_ON = {"code", "fault.code", "problem.code", "self.code"}
"""A code under these names was a literal where it came from."""


EXPLAINING = {"code_pages.py", "sarif.py"}
"""What speaks of codes and raises none."""


def raised_codes() -> dict[str, set[str]]:
    """Return the codes of the engine's text and of the schemas, each with the places that raise it."""
    trees = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "engine").rglob("*.py"))}
    trees = {path: tree for path, tree in trees.items() if path.name not in EXPLAINING}
    found: dict[str, set[str]] = defaultdict(set)
    takers = _takers(trees)
    for path, tree in trees.items():
        own = _without_code(tree)
        known = {name: position for name, position in takers.items() if name not in own}
        for node in ast.walk(tree):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                for code in _codes_of_call(node, known, where):
                    found[code].add(where)
            elif isinstance(node, ast.Tuple) and _is_code_with_sentence(node):
                for code in _literals(node.elts[0], where):
                    found[code].add(where)
            elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_SIGN_CURES":
                assert isinstance(node.value, ast.Dict)
                for pair in node.value.values:
                    assert isinstance(pair, ast.Tuple)
                    for code in _literals(pair.elts[0], where):
                        found[code].add(where)
    for path in sorted((ROOT / "schemas").glob("*.json")):
        for code in _in_schema(json.loads(path.read_text())):
            found[code].add(str(path.relative_to(ROOT)))
    return dict(found)


def _without_code(tree: ast.Module) -> set[str]:
    """Return the functions of a file that take no code, whatever others of their name do."""
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "code" not in {argument.arg for argument in node.args.args}
    }


def _takers(trees: dict[Path, ast.Module]) -> dict[str, int]:
    """Return what takes a code, by name, with the position of that argument."""
    takers: dict[str, int] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
                names = names[1:] if names[:1] == ["self"] else names
            elif isinstance(node, ast.ClassDef):
                names = [
                    "" if ast.unparse(line.annotation) == "bool" else line.target.id
                    for line in node.body
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
                ]
            else:
                continue
            if "code" in names:
                position = names.index("code")
                assert takers.setdefault(node.name, position) == position, f"two {node.name} with a code"
    return takers


def _codes_of_call(call: ast.Call, takers: dict[str, int], where: str) -> set[str]:
    name = ast.unparse(call.func).split(".")[-1]
    if name == "get" and call.args and ast.unparse(call.args[0]) == "'problemCode'":
        return _literals(call.args[1], where)
    if name not in takers:
        return set()
    starred = next((i for i, argument in enumerate(call.args) if isinstance(argument, ast.Starred)), None)
    if starred is not None and starred <= takers[name]:
        return {
            argument.value
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        }
    argument = next(
        (keyword.value for keyword in call.keywords if keyword.arg == "code"),
        call.args[takers[name]] if takers[name] < len(call.args) else None,
    )
    return set() if argument is None else _literals(argument, where)


def _literals(node: ast.expr, where: str) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _literals(node.body, where) | _literals(node.orelse, where)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        return {node.value}
    assert ast.unparse(node) in PASSED_ON, f"{where}: write the code as a literal, not {ast.unparse(node)}"
    return set()


def _is_code_with_sentence(node: ast.Tuple) -> bool:
    """Tell whether a tuple is a code with its sentence: ``"not-allowed", say(...)``."""
    if len(node.elts) < 2:
        return False
    first, second = node.elts[:2]
    first = first.body if isinstance(first, ast.IfExp) else first
    code = isinstance(first, ast.Constant) and CODE.fullmatch(str(first.value)) is not None
    return code and ast.unparse(second).startswith("say(")


def _in_schema(part: object) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_in_schema, part))
    if not isinstance(part, dict):
        return set()
    own = {part["problemCode"]} if isinstance(part.get("problemCode"), str) else set()
    return own.union(*map(_in_schema, part.values()))
