"""Prints what stands in the flows and settings, without ids, places and times: effects.py FOLDER URL."""

import json
import sys
from pathlib import Path
from typing import Any

PLACES = {"id", "x", "y", "z", "g", "wires"}


def read(file: Path, otherwise: Any) -> Any:
    return json.loads(file.read_text("utf-8")) if file.exists() else otherwise


def flows(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each flow with its nodes by their names, and what each node is wired to."""
    names = {node["id"]: node.get("name") or node.get("label") or node["type"] for node in nodes}
    found = []
    for tab in (node for node in nodes if node["type"] == "tab"):
        inside = [
            {key: value for key, value in node.items() if key not in PLACES}
            | {"wired to": [[names.get(target, "?") for target in port] for port in node.get("wires", [])]}
            for node in nodes
            if node.get("z") == tab["id"]
        ]
        found.append({"flow": tab["label"], "nodes": sorted(inside, key=lambda node: json.dumps(node, sort_keys=True))})
    return sorted(found, key=lambda flow: json.dumps(flow, sort_keys=True))


def main() -> None:
    state = Path(sys.argv[1]) / "state"
    nodes = read(state / "flows.json", [])
    users = read(state / ".config.users.json", {})
    found = {
        "flows": flows(nodes),
        "nodes outside flows": sum(node["type"] != "tab" and not node.get("z") for node in nodes),
        "settings": {user: kept.get("editor", {}).get("view", {}) for user, kept in users.items()},
    }
    print(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False))


if __name__ == "__main__":
    main()
