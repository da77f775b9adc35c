"""Parsing guides in MyST and in the flavours of GitLab and GitHub: directives, roles, tabs, tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.guide_reader import parse_guide

MYST = """# T

(make-it)=
## Make it

1. Open {guilabel}`&Apps`, {menuselection}`File --> save as`, {unheard}`words`, {py:func}`~a.b.c` {octicon}`gear`.

   ::::{tab-set}

   :::{tab-item} Linux
   1. Press **Go**.
   2. Type `x`.
   :::

   :::{tab-item} Mac
   :sync: mac

   1. Press **Stop**.
   :::
   ::::

2. Second

   ```{note}
   Mind **Save**.
   ```

   ```{code-block} json
   :linenos:
   {"a": 1}
   ```

   ```{figure} /a.png
   :alt: x
   Caption
   ```

3. Third

   ````{tab-set}
   ```{tab-item} A
   Press **Y**.
   ```
   ```{tab-item} B
   Press **Z**.
   ```
   ````

4. Last **One**.

## Fields

```{unheard-of} Words with **Bold**
:option: x

Press **Inside**.
```

```{list-table}
:header-rows: 1

* - Field
  - **Value**
* - **Host**
  - `x`
```

```{include} /etc/hostname
```
"""
GITLAB = """## Make it

1. Select **Settings** > **General**:

   ::Tabs

   :::TabTitle Linux package

   1. Edit **File**.

   :::TabTitle Helm

   1. Edit **Values**.

   ::EndTabs

1. Select **Save**.

> [!note]
> Mind it.
"""


def guide(text: str, name: str = "guide.md") -> Guide:
    return parse_guide(Path(name), text.encode())


def parsed(text: str, name: str = "guide.md") -> list[tuple[str, str, list[str], bool | None]]:
    return [
        (each.address, each.text, [label.text for label in each.labels], each.branch)
        for each in guide(text, name).items
    ]


def test_directives_and_roles_of_myst_are_read_and_tabs_are_branches() -> None:
    assert parsed(MYST) == [
        ("1.1", "Open Apps, File --> save as, words, c .", ["Apps", "File", "save as"], None),
        ("1.1.1", "Linux", [], True),
        ("1.1.1.1", "Press Go.", ["Go"], None),
        ("1.1.1.2", "Type x.", [], None),
        ("1.1.2", "Mac", [], True),
        ("1.1.2.1", "Press Stop.", ["Stop"], None),
        ("1.2", "Second Mind Save. Caption", ["Save"], None),
        ("1.3", "Third", [], None),
        ("1.3.1", "A Press Y.", ["Y"], True),
        ("1.3.2", "B Press Z.", ["Z"], True),
        ("1.4", "Last One.", ["One"], None),
        ("2.1", "Words with Bold", ["Bold"], None),
        ("2.2", "Press Inside.", ["Inside"], None),
        ("2.3", "Host x", ["Host"], None),
    ]


def test_labels_values_and_blocks_of_myst_are_at_their_places() -> None:
    read = guide(MYST)
    for label in (label for item in read.items for label in item.labels):
        assert read.lines[label.line - 1][label.column - 1 :].lstrip("&").startswith(label.text), label
    second = next(item for item in read.items if item.address == "1.2")
    assert [(block.text, read.lines[block.line - 1].strip()) for block in second.blocks] == [('{"a": 1}\n', '{"a": 1}')]
    assert [image.address for image in second.images] == ["/a.png"]
    assert read.headings[1].anchors == ("make-it",)
    values = [value for item in read.items for value in item.values]
    assert [value.text for value in values] == ["c", "x", "x"]
    for value in values:
        assert read.lines[value.line - 1][value.column - 1 :].startswith(value.text), value


def test_tabs_of_gitlab_are_branches() -> None:
    assert parsed(GITLAB) == [
        ("1.1", "Select Settings > General:", ["Settings", "General"], None),
        ("1.1.1", "Linux package", [], True),
        ("1.1.1.1", "Edit File.", ["File"], None),
        ("1.1.2", "Helm", [], True),
        ("1.1.2.1", "Edit Values.", ["Values"], None),
        ("1.2", "Select Save.", ["Save"], None),
    ]
    assert [item.line for item in guide(GITLAB).items] == [3, 7, 9, 11, 13, 17]


def test_the_box_of_a_task_is_no_text() -> None:
    assert parsed("## A\n\n- [ ] Open **One**\n- [x] Press **Two**\n1. [~] **Three**\n") == [
        ("1.1", "Three", ["Three"], None)
    ]
    assert parsed("## A\n\n- [ ] Open **One**\n- [x] Press **Two**\n") == [
        ("1.1", "Open One", ["One"], None),
        ("1.2", "Press Two", ["Two"], None),
    ]


def test_a_shortcode_within_a_sentence_shows_its_title() -> None:
    text = '## A\n\n1. Go to {% my page title="**Settings** > **Devices**" %} and {{< icon name="x" >}} **Add**.\n'
    (item,) = guide(text).items
    assert [label.text for label in item.labels] == ["Settings", "Devices", "Add"]
    assert guide(text).lines[2][item.labels[1].column - 1 :].startswith("Devices")


@pytest.mark.parametrize(
    "text",
    [
        "1. One\n\n:::{note}\nwithout an end\n",
        "1. One\n\n````{tab-set}\n```{tab-item} A\n",
        "1. One\n\n::Tabs\n\n:::TabTitle\n",
        "1. One\n\n:::\n\n::EndTabs\n",
        "1. One\n\n```{code-block}\n:a: b\n",
        "1. One\n\n```text\n:::{note}\n**x**\n",
    ],
)
def test_fences_without_an_end_or_a_start_lose_no_item(text: str) -> None:
    assert guide("## A\n\n" + text).items[0].text.startswith("One")


def test_code_that_shows_a_directive_is_code() -> None:
    text = "## A\n\n1. Write **X**:\n\n   ````md\n   ```{note}\n   ```\n   ::Tabs\n   ````\n\n2. Two\n"
    read = guide(text)
    assert [block.text for block in read.items[0].blocks] == ["```{note}\n```\n::Tabs\n"]
    assert len(read.items) == 2
