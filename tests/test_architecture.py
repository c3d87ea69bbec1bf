"""The house rules that imports can break: layers, one home for the API framework, contracts that do not meet."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["accounts", "attachments", "tickets", "webhooks", "api", "config"]  # imports only ever go left
CONTRACTS = {"platform", "toptickets", "taas", "support"}
API_FRAMEWORK = {"rest_framework", "rest_framework_simplejwt", "drf_spectacular"}


def imported(source: str, module: str) -> Iterator[str]:
    """Every module that ``source``, known as ``module``, imports: at the top, in functions, relative ones resolved."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*package, *([node.module] if node.module else [])])
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def broken_rules(source: str, module: str) -> list[str]:
    """What the imports of ``source`` do that the house does not allow, one sentence each."""
    home = module.split(".")[0]
    room = module.split(".")[1] if home == "api" and module.count(".") > 1 else ""
    others = CONTRACTS - {room} if room in CONTRACTS else set()
    broken = set()
    for name in imported(source, module):
        parts = name.split(".")
        if parts[0] in LAYERS and LAYERS.index(parts[0]) > LAYERS.index(home):
            broken.add(f"{module} imports {parts[0]}, which stands to its right")
        if parts[0] in API_FRAMEWORK and home != "api":
            broken.add(f"{module} imports {parts[0]} outside api")
        if parts[0] == "api" and len(parts) > 1 and parts[1] in others:
            broken.add(f"{module} imports the contract {parts[1]}")
    return sorted(broken)


def modules() -> Iterator[tuple[Path, str]]:
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield path, ".".join(parts)


def test_imports_only_go_left() -> None:
    found = list(modules())
    assert {name.split(".")[0] for _, name in found} == set(LAYERS)
    assert [rule for path, name in found for rule in broken_rules(path.read_text(encoding="utf-8"), name)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("accounts.actions", "import tickets"),
        ("accounts.actions", "from tickets.models import Ticket"),
        ("tickets.actions", "def late():\n    from webhooks import outbox"),
        ("tickets.models.ticket", "if TYPE_CHECKING:\n    import api.base"),
        ("webhooks.tasks", "from config import celery_app"),
        ("tickets.pages.list", "from rest_framework.response import Response"),
        ("config.health", "import rest_framework"),
        ("api.platform.views", "from api.taas import words"),
        ("api.platform.views", "from ..taas.words import STATUS"),
        ("api.support.views", "from api import toptickets"),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str) -> None:
    assert broken_rules(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tickets.actions", "from accounts.actor import Actor\nfrom attachments import actions\nfrom . import rules"),
        ("api.platform.views", "from rest_framework import serializers\nfrom api.base import ContractViewSet"),
        ("api.platform.views", "from .words import STATUS\nfrom api.platform import serializers"),
        ("config.urls", "import api.urls\nimport json"),
    ],
)
def test_a_right_import_is_left_alone(module: str, source: str) -> None:
    assert broken_rules(source, module) == []
