"""A new project: a folder with a runbook to begin with, room for verbs and evidence, and the schema for editors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from runwright.language.diagnostics import Fault, UserError
from runwright.language.json_schema import schema
from runwright.language.verb_spec import vocabulary
from runwright.project.discovery import SHIPPED_RUNBOOKS

SCHEMA = "runbook.schema.json"
FIRST_LINE = f"# yaml-language-server: $schema=../{SCHEMA}\n"
"""Tells editors which schema a runbook below `runbooks/` has."""

_README = """# Runbooks

| folder or file | what stands there |
|---|---|
| `runbooks/` | what to do: one YAML file each; the first line tells editors the schema |
| `steps/` | verbs (`*.py`) and blocks (`*.yaml`) of your own; those that ship are there without it |
| `screenshots/` | what was seen: the evidence of runs, one folder each, which git ignores |
| `runbook.schema.json` | what editors complete and check by; made by `runwright schema --to FILE` |

```sh
runwright doctor                    # can this machine run runbooks?
runwright validate                  # every fault of every runbook
runwright rehearse slack-alerts     # against local stand-ins: no network, no account
runwright run slack-alerts -i workspace=Acme -i channel=alerts -i wandb_url=https://wandb.acme.example --headed
runwright check slack-alerts -i workspace=Acme -i channel=alerts -i wandb_url=https://wandb.acme.example
```
"""
_STEPS = """# Steps of your own

A file `NAME.yaml` holds the steps of a block, which `use: NAME` puts in its place. A file `NAME.py` holds a verb:
a class that derives from `runwright.verb.Verb`. `runwright steps` lists all verbs there are.
"""


@dataclass(frozen=True)
class Started:
    """What `start` did."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    """Files that stood there already; they are as they were."""


def start(folder: Path) -> Started:
    """Make a project in a folder. What stands there already stays. Raises UserError when it cannot be written."""
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
        why = error.strerror or str(error)
        raise UserError(
            Fault(f"The project cannot be written: {why}.", "Choose another folder.", path=folder)
        ) from None
    return Started(tuple(written), tuple(kept))


def schema_text(*steps: Path) -> str:
    """The schema as the file has it; ``steps`` are folders with verbs of the user's own."""
    return json.dumps(schema(vocabulary(*steps).models()), ensure_ascii=False, indent=1) + "\n"


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
