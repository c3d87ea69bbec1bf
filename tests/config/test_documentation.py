"""Operators find every setting in their handbook."""

import ast
from pathlib import Path

from config import env
from tests.config.running import ROOT

READERS = {name for name in vars(env) if callable(getattr(env, name))}


def variables() -> set[str]:
    """The variables that the code of config/ reads through config.env."""
    return {
        node.args[0].value
        for path in (ROOT / "config").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr in READERS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and str(node.args[0].value).isupper()
    }


def test_every_variable_is_explained() -> None:
    handbook = Path(ROOT, "docs", "operators.md").read_text(encoding="utf-8")
    found = variables()
    assert len(found) > 30
    assert sorted(name for name in found if f"`{name}`" not in handbook) == []
