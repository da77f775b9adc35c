"""`runwright init`: create a project with the shipped runbooks, folders for verbs and evidence, the JSON Schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.json_schema import schema
from runwright.project.discovery import SHIPPED_RUNBOOKS, vocabulary_of

SCHEMA = "runbook.schema.json"
FIRST_LINE = f"# yaml-language-server: $schema=../{SCHEMA}\n"
"""The first line of a runbook below `runbooks/`: editors read the schema's path from it."""

_README = """# Runbooks

| folder or file | content |
|---|---|
| `runbooks/` | one YAML file for each runbook; the first line names the schema for editors |
| `steps/` | your own verbs (`*.py`) and blocks (`*.yaml`); the shipped ones are always available |
| `screenshots/` | the evidence: one folder for each run; git ignores it |
| `runbook.schema.json` | for completion and checks in editors; `runwright schema --output FILE` writes it |

```sh
runwright doctor                    # check this machine
runwright validate                  # list all errors of all runbooks
runwright rehearse slack-alerts     # run against local simulators, without network or account
runwright run slack-alerts -i workspace=Acme -i channel=alerts -i wandb_url=https://wandb.acme.example --headed
runwright check slack-alerts -i workspace=Acme -i channel=alerts -i wandb_url=https://wandb.acme.example
```
"""
_STEPS = """# Your own verbs and blocks

A file `NAME.yaml` contains the steps of a block; `use: NAME` runs them. A file `NAME.py` contains a verb: a class that
derives from `runwright.verb.Verb`. `runwright verbs` lists all verbs.
"""


@dataclass(frozen=True)
class ScaffoldResult:
    """The files that `start` wrote and kept."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    """Files that existed before; `start` did not change them."""


def start(folder: Path) -> ScaffoldResult:
    """Create a project in a folder. Keeps existing files. Raises UserError when the folder is not writable."""
    written, kept = [], []
    try:
        for name, text in _files(folder).items():
            path = folder / name
            if path.exists():
                kept.append(path)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            written.append(path)
    except OSError as error:
        message = f"Cannot write the project: {error.strerror or error}."
        raise UserError(Diagnostic(message, "Choose another folder.", path=folder)) from None
    return ScaffoldResult(tuple(written), tuple(kept))


def schema_text(*steps: Path) -> str:
    """The text of the JSON Schema file; ``steps`` are folders with the user's own verbs."""
    return json.dumps(schema(vocabulary_of(*steps).models()), ensure_ascii=False, indent=1) + "\n"


def _files(folder: Path) -> dict[str, str]:
    runbooks = {f"runbooks/{path.name}": path for path in sorted(SHIPPED_RUNBOOKS.glob("*.yaml"))}
    return {
        "README.md": _README,
        SCHEMA: schema_text(folder / "steps"),
        **{name: _with_first_line(path.read_text("utf-8")) for name, path in runbooks.items()},
        "steps/README.md": _STEPS,
        "screenshots/.gitignore": "*\n!.gitignore\n",
    }


def _with_first_line(text: str) -> str:
    return FIRST_LINE + (text.split("\n", 1)[1] if text.startswith("# yaml-language-server:") else text)
