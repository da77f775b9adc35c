"""Guides of each dialect compared with a run: the right guide has no finding, a changed label has one on its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from guide.conftest import HEAD, SECTION, Play
from typer.testing import CliRunner

from runwright.cli.main import app

STEPS = (
    SECTION
    + """\
      - click: button "Create App"
        follows: 1.1
      - click: button "Open dialog"
        follows: 1.2.1.1
      - click: button "Save"
        follows: 1.3
        changes: true
"""
)
PAGE = ["heading Apps", "button Create App", "button Open dialog", "button Save"]
GUIDES = {
    "guide.rst": """Title
=====

Make it
-------

#. Choose :guilabel:`Create App`.
#. Go on:

   .. tabs::

      .. tab:: Web

         #. Choose **Open dialog**.

      .. tab:: Shell

         #. Call ``make``.

#. Choose :menuselection:`Save`.
""",
    "myst.md": """# Title

## Make it

1. Choose {guilabel}`Create App`.
2. Go on:

   ::::{tab-set}
   :::{tab-item} Web
   1. Choose **Open dialog**.
   :::
   :::{tab-item} Shell
   1. Call `make`.
   :::
   ::::

3. Choose {guilabel}`Save`.
""",
    "gitlab.md": """## Make it

1. Choose **Create App**.
1. Go on:

   ::Tabs

   :::TabTitle Web

   1. Choose **Open dialog**.

   :::TabTitle Shell

   1. Call `make`.

   ::EndTabs

1. Choose **Save**.
""",
    "docusaurus.mdx": """import Tabs from '@theme/Tabs';

## Make it

1. Choose **Create App**.
2. Go on:

   <Tabs>
   <TabItem value="web" label="Web">

   1. Choose **Open dialog**.

   </TabItem>
   <TabItem value="shell" label="Shell">

   1. Call `make`.

   </TabItem>
   </Tabs>

3. Choose **Save**.
""",
    "github.md": """## Make it

1. Choose **Create App**.

   > [!IMPORTANT]
   > Only once.

2. Go on:
   1. Here:
      1. Choose **Open dialog**.
3. Choose **Save**.
""",
    "guide.html": """<h1>Title</h1>
<h2>Make it</h2>
<ol>
<li>Choose <b>Create App</b>.</li>
<li>Go on:
<ol><li>Here: <ol>
<li>Choose <b>Open dialog</b>.</li>
</ol></li></ol></li>
<li>Choose <b>Save</b>.</li>
</ol>
""",
}


@pytest.mark.parametrize("name", GUIDES)
def test_a_changed_label_is_found_on_its_line_in_every_dialect(
    name: str, tmp_path: Path, played: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "alerts.yaml").write_text(HEAD + STEPS)
    monkeypatch.chdir(tmp_path)
    run = str(played(STEPS, PAGE).folder)

    def findings(text: str) -> list[tuple[str, int, str]]:
        Path(name).write_text(text)
        result = CliRunner().invoke(app, ["guide", "check", "--run", run, "--guide", name, "--json"])
        return [(each["kind"], each["line"], each["suggestion"]) for each in json.loads(result.stdout)["findings"]]

    right = GUIDES[name]
    assert findings(right) == []
    for label, changed in (("Create App", "Craete App"), ("Open dialog", "Open dailog"), ("Save", "Svae")):
        line = next(at for at, words in enumerate(right.split("\n"), 1) if label in words)
        assert findings(right.replace(label, changed)) == [("label", line, f"Write **{label}**.")], label
