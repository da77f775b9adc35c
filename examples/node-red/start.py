"""Node-RED with a sign-in and one empty flow: start.py FOLDER PORT."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from starting import PASSWORD, arguments, fresh_state, node_packages, serve

NODE_RED = "node-red@4.1.15"
SETTINGS = """
const { hashSync } = require("bcryptjs");

module.exports = {
  uiHost: "127.0.0.1",
  uiPort: Number(process.env.EXAMPLE_PORT),
  flowFile: "flows.json",
  credentialSecret: "for this example only",
  adminAuth: {
    type: "credentials",
    users: [{ username: "admin", password: hashSync(process.env.EXAMPLE_PASSWORD, 8), permissions: "*" }],
  },
  // Nothing asks the network: no telemetry, no notice of updates, no catalogue of nodes.
  telemetry: { enabled: false, updateNotification: false },
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpload: false },
    modules: { allowInstall: false },
  },
};
"""


def main() -> int:
    folder, port = arguments(__doc__)
    modules = node_packages(folder, NODE_RED)

    def prepare(state: Path) -> None:
        (state / "settings.js").write_text(SETTINGS, "utf-8")

    state = fresh_state(folder, f"{NODE_RED}\n{SETTINGS}", prepare)
    environment = {
        "HOME": str(state),
        "NODE_PATH": str(modules),
        "EXAMPLE_PORT": str(port),
        "EXAMPLE_PASSWORD": PASSWORD,
    }
    words = ["node", modules / "node-red" / "red.js", "--userDir", state]
    return serve(words, port, "/", state, environment)


if __name__ == "__main__":
    sys.exit(main())
