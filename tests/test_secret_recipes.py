"""The recipes of the page on secrets: each command, as the page has it, starts the program that it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from support.doc_blocks import ROOT
from support.small_programs import install, printing, taking

from runwright.engine.secrets.sinks import sink_of
from runwright.engine.secrets.sources import resolve_source
from runwright.language.yaml_tree import YamlTable, read

PAGE = (ROOT / "docs" / "how-to" / "secrets.md").read_text("utf-8")
VALUE = "Wq7hZk29LmPx"
ARGUMENTS = {
    "op": ["read", "op://Ops/wandb/client_secret"],
    "vault": ["kv", "get", "-mount=secret", "-field=client_secret", "acme/wandb"],
    "sops": ["--decrypt", "--extract", '["wandb"]["client_secret"]', "secrets.enc.yaml"],
    "aws": [
        *("secretsmanager", "get-secret-value", "--secret-id", "acme/wandb"),
        *("--query", "SecretString", "--output", "text"),
    ],
}
"""What each program must get, by its own manual."""
TAKING = {
    "vault": ["kv", "put", "-mount=secret", "acme/wandb", "client_secret=-"],
    "gh": ["secret", "set", "WANDB_TOKEN"],
}


def _recipes(tmp_path: Path) -> dict[str, str]:
    """The commands of the page's runbook, by their programs."""
    (block,) = re.findall(r"```yaml\n(secrets:\n  from_1password:.*?)```", PAGE, re.S)
    (tmp_path / "recipes.yaml").write_text(block, "utf-8")
    _, tree, diagnostics = read(tmp_path / "recipes.yaml")
    assert isinstance(tree, YamlTable) and not diagnostics.found
    secrets = tree.at("secrets")
    assert isinstance(secrets, YamlTable)
    sources = [str(each.at("from")) for each in secrets.values() if isinstance(each, YamlTable)]
    return {shlex.split(source.removeprefix("command:"))[0]: source for source in sources}


@pytest.mark.parametrize("program", ARGUMENTS)
def test_a_recipe_gets_the_value_from_its_program(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = _recipes(tmp_path)
    assert recipes.keys() == ARGUMENTS.keys(), "the page names other programs"
    install(tmp_path, program, printing(ARGUMENTS[program], VALUE), monkeypatch)
    assert resolve_source("client_secret", recipes[program], None) == VALUE


@pytest.mark.parametrize("program", TAKING)
def test_a_recipe_hands_the_value_to_its_program(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.findall(r"--keep 'token=(command:.*?)'", PAGE)
    recipes = {shlex.split(sink.removeprefix("command:"))[0]: sink for sink in found}
    assert recipes.keys() == TAKING.keys(), "the page names other programs"
    install(tmp_path, program, taking(TAKING[program], tmp_path / "taken"), monkeypatch)
    sink = sink_of(recipes[program])
    sink.check()
    sink.take(VALUE)
    assert (tmp_path / "taken").read_text("utf-8") == VALUE
