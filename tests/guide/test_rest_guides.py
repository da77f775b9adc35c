"""Parsing guides in reStructuredText with the roles and directives of Sphinx; nothing in them is executed."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from docutils.parsers.rst import directives, roles

from runwright.guide.parse.guide_model import Guide, Item
from runwright.guide.parse.guide_reader import parse_guide
from runwright.language.diagnostics import UserError

GUIDE = r"""
:orphan:

.. _alerts:

Set alerts up
=============

.. |prod| replace:: Acme **Cloud**
.. |gear| image:: /gear.png

.. _make-it:

Make the app
------------

#. Open :guilabel:`&Apps` in |prod| |gear|, then :menuselection:`File --> save as --> Copy`.

   .. image:: /a.png
      :alt: The list

#. Press :kbd:`Ctrl+S`, see :ref:`the list <make-it>`; type ``a\b`` in **App
   name** or :file:`x.txt`.

   .. note::
      Mind **Save**.

   .. code-block:: json
      :emphasize-lines: 1

      {"a": 1}

#. Choose :unheard-of:`Some text`, `a link <https://a.example/x>`_ and `named`_:

   .. tabs::

      .. tab:: Linux

         1. Press **Go**.
         2. Type ``x``.

      .. group-tab:: Mac

         1. Press **Stop \*now**.

#. Last **One**.

.. _named: https://named.example/

Fields
------

.. list-table::
   :header-rows: 1

   * - Field
     - Value
   * - **Host**
     - ``x``

.. csv-table::
   :header: a, b

   **Cell**, "two, three"

===== =====
Head  B
===== =====
**R** ``v``
===== =====

Term **T**
   What it is.

.. unheard-of:: An argument with **Bold**
   :option: x

   More of **Body**.
""".lstrip("\n")


def guide(text: str, name: str = "guide.rst") -> Guide:
    return parse_guide(Path(name), text.encode())


def item(read: Guide, address: str) -> Item:
    return next(each for each in read.items if each.address == address)


def line_of(words: str, text: str = GUIDE) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)


def test_title_headings_and_anchors() -> None:
    read = guide(GUIDE)
    assert read.title == "Set alerts up"
    assert [(each.text, each.line, each.anchors) for each in read.headings[1:]] == [
        ("Make the app", line_of("Make the app"), ("make-it",)),
        ("Fields", line_of("Fields"), ()),
    ]


def test_items_have_their_text_lines_labels_and_values() -> None:
    read = guide(GUIDE)
    first, second = item(read, "1.1"), item(read, "1.2")
    assert first.text == "Open Apps in Acme Cloud , then File --> save as --> Copy."
    assert [label.text for label in first.labels] == ["Apps", "Acme Cloud", "File", "save as", "Copy"]
    assert second.text == "Press Ctrl+S, see the list; type a\\b in App name or x.txt. Mind Save."
    assert [(label.text, label.kind) for label in second.labels] == [
        ("Ctrl+S", "kbd"),
        ("App name", "bold"),
        ("Save", "bold"),
    ]
    assert [value.text for value in second.values] == ["a\\b", "x.txt"]
    assert [(block.text, block.line) for block in second.blocks] == [('{"a": 1}\n', line_of('{"a": 1}'))]
    assert [each.address for each in first.images] == ["/a.png"]
    assert (second.line, second.end) == (line_of("Press :kbd:"), line_of('{"a": 1}'))


def test_every_label_and_value_is_at_its_place_in_the_source() -> None:
    read = guide(GUIDE)
    for each in (label for one in read.items for label in one.labels):
        there = read.lines[each.line - 1][each.column - 1 :]
        expected = {"Acme Cloud": "|prod|", "App name": "App", "Stop *now": r"Stop \*now"}.get(each.text, each.text)
        assert there.startswith(expected), (each, there)
    for value in (value for one in read.items for value in one.values):
        assert read.lines[value.line - 1][value.column - 1 :].startswith(value.text), value


def test_links_and_unknown_roles_keep_their_text() -> None:
    third = item(guide(GUIDE), "1.3")
    assert third.text == "Choose Some text, a link and named:"
    assert [link.address for link in third.links] == ["https://a.example/x", "https://named.example/"]


def test_tabs_are_branches_with_items_of_their_own() -> None:
    read = guide(GUIDE)
    assert [(each.address, each.text, each.line, each.branch) for each in read.items if each.number[:2] == (1, 3)][
        1:
    ] == [
        ("1.3.1", "Linux", line_of("tab:: Linux"), True),
        ("1.3.1.1", "Press Go.", line_of("Press **Go**"), None),
        ("1.3.1.2", "Type x.", line_of("Type ``x``"), None),
        ("1.3.2", "Mac", line_of("tab:: Mac"), True),
        ("1.3.2.1", "Press Stop *now.", line_of("Press **Stop"), None),
    ]
    assert item(read, "1.4").text == "Last One."


@pytest.mark.parametrize("names", [("tab-set", "tab-item", "tab-item"), ("tabs", "code-tab", "group-tab")])
def test_tabs_of_other_extensions_are_branches(names: tuple[str, str, str]) -> None:
    container, first, second = names
    text = f"A\n=\n\n1. Do:\n\n   .. {container}::\n\n      .. {first}:: bash\n\n         code\n\n"
    text += f"      .. {second}:: Web\n         :sync: web\n\n         Press **Go**.\n"
    read = guide(text)
    assert [(each.address, each.branch) for each in read.items] == [("0.1", None), ("0.1.1", True), ("0.1.2", True)]
    assert [label.text for label in read.items[-1].labels] == ["Go"]


def test_rows_of_every_kind_of_table_and_definitions_are_items() -> None:
    read = guide(GUIDE)
    fields = [
        (each.text, [label.text for label in each.labels], each.line) for each in read.items if each.number[0] == 2
    ]
    assert fields == [
        ("Host x", ["Host"], line_of("* - **Host**")),
        ("Cell two, three", ["Cell"], line_of("**Cell**")),
        ("R v", ["R"], line_of("**R**")),
        ("Term T What it is.", ["T"], line_of("Term **T**")),
        ("An argument with Bold", ["Bold"], line_of("An argument")),
        ("More of Body.", ["Body"], line_of("More of")),
    ]


def test_files_that_a_guide_names_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("**Leaked**, words\n")
    text = "A\n=\n\n1. One **X**\n\n"
    for directive in (
        f".. include:: {secret}",
        f".. literalinclude:: {secret}",
        f".. raw:: html\n   :file: {secret}",
        f".. csv-table::\n   :file: {secret}",
        f".. csv-table::\n   :url: {secret.as_uri()}",
        f".. code-block::\n   :file: {secret}",
        f".. |sub| include:: {secret}\n\n|sub|",
    ):
        text += directive + "\n\n"
    read = parse_guide(tmp_path / "guide.rst", text.encode())
    assert not any("Leaked" in one.text + str(one.blocks) for one in read.items)
    assert [label.text for label in read.items[0].labels] == ["X"]


def test_the_tables_of_docutils_are_neither_used_nor_changed() -> None:
    before = (dict(roles._roles), dict(directives._directives))
    guide(".. role:: mine\n.. default-role:: code\n.. new-thing:: x\n\n1. :mine:`a` and :new-role:`b` and `c`\n")
    assert (dict(roles._roles), dict(directives._directives)) == before
    read = guide(".. default-role:: code\n\n1. Type `c`\n")
    assert read.items[0].values == ()


def test_roles_show_what_sphinx_shows() -> None:
    text = "1. :py:meth:`~a.b.C.d` :doc:`The page </x>` :guilabel:`R&&D` :octicon:`gear` :command:`ls` :term:`x <y>`\n"
    read = guide(text).items[0]
    assert read.text == "d The page R&D ls x"
    assert [label.text for label in read.labels] == ["R&D"]
    assert [value.text for value in read.values] == ["d", "ls"]


def test_malformed_text_is_kept() -> None:
    text = "A\n=\n\nOpen **Apps** and **broken, then :guilabel:`Save`.\n\n- `open\n\n+---+\n| **T** |\n+--+\n\n"
    text += ".. note::\n\n   Inner\n   -----\n\n   Press **In**.\n"
    read = guide(text)
    labels = [label.text for one in read.items for label in one.labels]
    assert labels[:2] == ["Apps", "Save"]
    assert "In" in labels


def test_text_files_are_read_as_rest_if_they_contain_its_markup() -> None:
    text = "A\n=\n\nB\n-\n\n1. Press :guilabel:`Go`.\n"
    assert [label.text for label in guide(text, "a.txt").items[0].labels] == ["Go"]
    assert guide("# A\n\n## B\n\n1. **Go**\n", "a.txt").items[0].labels[0].text == "Go"


def test_characters_that_end_lines_for_docutils_alone_do_not_shift_lines() -> None:
    read = guide("A\n=\n\nB\x0c\u2028C\x85\n\n1. Press **Go**.\n")
    assert (read.items[0].line, read.items[0].labels[0].column) == (6, 12)


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * depth + "* a\n\n" for depth in range(800)),
        "".join("  " * depth + "q\n\n" for depth in range(800)),
        "".join("  " * depth + ".. note::\n\n" for depth in range(800)),
    ],
    ids=["lists", "quotations", "directives"],
)
def test_deep_nesting_is_reported_or_read(text: str) -> None:
    limit = sys.getrecursionlimit()
    try:
        guide(text)
    except UserError as error:
        assert "nested too deeply" in str(error)
    assert sys.getrecursionlimit() == limit


def test_random_text_is_read_without_an_error() -> None:
    chance = random.Random(7)
    parts = ["**", "*", "`", "``", ":guilabel:`", "|", "_", ".. ", "::", "\n", "\n\n", "   ", "a", "1. ", "* "]
    parts += ["====\n", ".. tab:: x\n", ".. list-table::\n", "   * - a\n", ":a: b\n", "\\", "<x>`_", "+--+\n"]
    parts.append(".. |a| image:: b\n")
    for _ in range(40):
        guide("".join(chance.choices(parts, k=60)))


def test_a_long_text_of_unclosed_markup_is_read() -> None:
    text = "**a " * 1_200 + "\n\n" + "`a " * 1_200 + "\n\n" + ":a:`b" * 700 + "\n\n" + "|a " * 9_000
    assert guide(text).items == ()
