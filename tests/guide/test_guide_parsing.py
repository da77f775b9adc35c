"""Parsing guides of every dialect into headings and items with lines, labels, values, links and images."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.guide_reader import MAX_BYTES, parse_guide, read_guide
from runwright.language.diagnostics import UserError


def guide(text: str, name: str = "guide.md") -> Guide:
    return parse_guide(Path(name), text.encode())


def items(text: str, name: str = "guide.md") -> dict[str, str]:
    return {item.address: item.text for item in guide(text, name).items}


def labels(text: str, name: str = "guide.md") -> dict[str, list[str]]:
    return {item.address: [label.text for label in item.labels] for item in guide(text, name).items}


def test_items_have_heading_number_line_and_labels() -> None:
    read = guide("# Alerts\n\nIntro.\n\n## Make it\n\n1. Open **Apps**.\n2. Press `Tab`, then **Create App**.\n")
    assert read.title == "Alerts"
    assert [(h.number, h.text, h.line) for h in read.headings] == [(0, "", 1), (1, "Make it", 5)]
    assert [(i.address, i.line) for i in read.items] == [("1.1", 7), ("1.2", 8)]
    assert [v.text for v in read.items[1].values] == ["Tab"]
    label = read.items[1].labels[0]
    assert (label.text, label.line, label.column) == ("Create App", 8, 24)


def test_a_list_interrupted_by_an_image_continues_its_numbers() -> None:
    text = "## A\n\n1. One\n\n![p](p.png)\n\n2. Two\n\n> A note.\n\n1. Three\n\n<Note>\nWords.\n</Note>\n\n4. Four\n"
    assert items(text) == {"1.1": "One", "1.2": "Two", "1.3": "Three", "1.4": "Four"}
    assert [p.address for p in guide(text).items[0].images] == ["p.png"]


def test_a_number_skipped_in_the_guide_is_skipped() -> None:
    assert list(items("## A\n\n1. One\n\ntext\n\n5. Five\n6. Six\n")) == ["1.1", "1.5", "1.6"]


def test_nested_lists_are_sub_items_and_alternatives_are_branches() -> None:
    text = "## A\n\n1. Do one of the following:\n\n   - If **X**: a\n   - If **Y**: b\n2. Next\n   1. p\n   2. q\n"
    assert list(items(text)) == ["1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "1.2.2"]
    assert [item.branch for item in guide(text).items] == [None, True, True, None, None, None]


def test_a_list_at_the_margin_belongs_to_the_step_that_ends_in_a_colon() -> None:
    text = (
        "## A\n\n1. Open **X**.\n2. Fill in:\n\n- **Name**: yours\n- **Kind**\n\n3. Press **Save**.\n\n- aside **Z**\n"
    )
    assert labels(text) == {"1.1": ["X"], "1.2": [], "1.2.1": ["Name"], "1.2.2": ["Kind"], "1.3": ["Save"]}
    assert [item.line for item in guide(text).items] == [3, 4, 6, 7, 9]


def test_an_item_ends_with_its_last_paragraph() -> None:
    read = guide("## A\n\n1. One\n\n   More of **One**.\n\n2. Two\n")
    assert [(item.line, item.end) for item in read.items] == [(3, 5), (7, 7)]


def test_sentences_with_a_label_are_items_where_there_is_no_list() -> None:
    text = "## A\n\nFirst words. Open **Settings**. Then choose\n**Save as v1.2** there!\n\n- Also **X**\n- none\n"
    assert labels(text) == {"1.1": ["Settings"], "1.2": ["Save as v1.2"], "1.3": ["X"]}
    assert [(item.line, item.labels[0].line, item.labels[0].column) for item in guide(text).items] == [
        (3, 3, 21),
        (3, 4, 3),
        (6, 6, 10),
    ]


def test_korean_and_japanese_sentences_end_without_a_space() -> None:
    assert labels("## あ\n\n**設定**を開きます。**保存**を押します。\n") == {"1.1": ["設定"], "1.2": ["保存"]}


def test_a_table_row_is_an_item_where_there_is_no_list() -> None:
    assert labels("## A\n\n| f | v |\n|---|---|\n| **Host** | x |\n| **Port** | y |\n") == {
        "1.1": ["Host"],
        "1.2": ["Port"],
    }


def test_front_matter_is_not_text_and_can_set_the_title() -> None:
    read = guide("---\ntitle: Slack alerts\nmenu:\n  main:\n    weight: 2\n---\n\n## A\n\n1. One\n")
    assert read.title == "Slack alerts"
    assert read.items[0].line == 10
    assert guide('+++\ntitle = "T"\n+++\n\n1. One\n').title == "T"


def test_unclosed_front_matter_is_text() -> None:
    assert items("---\ntitle: x\n\n## A\n\n1. One\n") == {"1.1": "One"}


SHORTCODES = {
    "hugo image": '1. One\n\n    {{< img src="/a.png" alt="A" >}}\n\n2. Two\n',
    "hugo alert": "1. One\n{{% alert %}}\nWords.\n{{% /alert %}}\n2. Two\n",
    "gitbook hint": '1. One\n\n{% hint style="info" %}\nWords.\n{% endhint %}\n\n2. Two\n',
    "gitbook tabs": '{% tabs %}\n{% tab title="A" %}\n1. One\n2. Two\n{% endtab %}\n{% endtabs %}\n',
    "docusaurus": "1. One\n\n:::note[Mind]\n\nWords.\n\n:::\n\n2. Two\n",
    "mkdocs": '1. One\n\n!!! note "Mind"\n    Words.\n\n2. Two\n',
    "mkdocs tab": '=== "Linux"\n\n    1. One\n    2. Two\n',
    "github alert": "1. One\n\n> [!NOTE]\n> Words.\n\n2. Two\n",
    "mdx frame": "1. One\n\n   <Frame>\n     ![A](/a.png)\n   </Frame>\n\n2. Two\n",
    "mdx import": 'import X from "x"\n\n<Steps>\n\n1. One\n2. Two\n\n</Steps>\n',
    "comment": "1. One\n\n<!-- 2. not me -->\n{/* nor me */}\n\n2. Two\n",
    "jekyll": "1. One\n{: .step}\n2. Two\n",
    "details": "<details>\n<summary>More</summary>\n\n1. One\n2. Two\n\n</details>\n",
}


@pytest.mark.parametrize("text", SHORTCODES.values(), ids=SHORTCODES)
def test_dialects_do_not_change_the_items(text: str) -> None:
    read = guide("## A\n\n" + text, "guide.mdx")
    first = {item.address: item.text.split()[0] for item in read.items}
    assert first == {"1.1": "One", "1.2": "Two"}


def test_images_of_shortcodes_and_components_belong_to_their_item() -> None:
    text = '## A\n\n1. One\n\n   {{< img src="/a.png" alt="A" >}}\n\n2. Two\n\n   <img src="/b.png" alt="B" />\n'
    assert [[p.address for p in item.images] for item in guide(text).items] == [["/a.png"], ["/b.png"]]


def test_mintlify_steps_are_items() -> None:
    text = """## A

<Steps>
  <Step title="Create the app">
    Choose **Create an App**.

    <Frame>
      <img src="/a.png" />
    </Frame>
  </Step>

  <Step title="Name it">
    1. Fill **App Name**.
    2. Choose **Create App**.
  </Step>
</Steps>

Afterwards.
"""
    assert labels(text, "a.mdx") == {
        "1.1": ["Create an App"],
        "1.2": [],
        "1.2.1": ["App Name"],
        "1.2.2": ["Create App"],
    }
    assert items(text, "a.mdx")["1.1"] == "Create the app Choose Create an App."
    assert [item.line for item in guide(text, "a.mdx").items] == [4, 12, 13, 14]


def test_translated_headings_keep_their_anchors() -> None:
    text = '<div id="make-it">\n## 만들기\n</div>\n\n1. 하나\n\n<h2 id="set-it">설정</h2>\n\n1. 둘\n'
    text += "\n## 끝 {#the-end}\n\n1. 셋\n"
    read = guide(text)
    assert [(h.text, h.anchors) for h in read.headings[1:]] == [
        ("만들기", ("make-it",)),
        ("설정", ("set-it",)),
        ("끝", ("the-end",)),
    ]
    assert [item.address for item in read.items] == ["1.1", "2.1", "3.1"]


def test_an_icon_shortcode_in_a_label_is_not_part_of_it() -> None:
    read = guide("## A\n\n1. Press **Settings {{< icon gear >}}** and **{{% i %}} Save**.\n")
    assert [label.text for label in read.items[0].labels] == ["Settings", "Save"]
    column = read.items[0].labels[1].column
    assert read.lines[2][column - 1 :] == "Save**."


def test_quoted_text_and_keys_are_labels_and_code_is_a_value() -> None:
    text = '## A\n\n1. Press “Save as”, then 「保存」, then <kbd>Enter</kbd>; type `a "b" c` and don\'t.\n'
    read = guide(text).items[0]
    assert [(label.text, label.kind) for label in read.labels] == [
        ("Save as", "quoted"),
        ("保存", "quoted"),
        ("Enter", "kbd"),
    ]
    assert [value.text for value in read.values] == ['a "b" c']


def test_links_and_bare_urls_are_found() -> None:
    read = guide("## A\n\n1. Open [the list](https://a.example/x) or https://b.example/apps.\n").items[0]
    assert [link.address for link in read.links] == ["https://a.example/x", "https://b.example/apps"]


def test_fenced_code_is_not_an_item_and_keeps_its_tags() -> None:
    text = "## A\n\n1. One\n\n   ```sh\n   1. echo <Step> {{< x >}}\n   ```\n\n2. Two\n"
    assert items(text, "a.mdx") == {"1.1": "One", "1.2": "Two"}


def test_an_html_list_in_markdown_is_parsed() -> None:
    text = "## A\n\n<ol>\n<li>Open <b>Apps</b></li>\n<li>Press <kbd>Enter</kbd></li>\n</ol>\n"
    assert labels(text) == {"1.1": ["Apps"], "1.2": ["Enter"]}
    assert [item.line for item in guide(text).items] == [4, 5]


def test_html_pages_are_parsed() -> None:
    page = """<html><head><title>T</title><style>b{}</style></head><body><nav><ol><li>no</li></ol></nav>
<main><h1>Alerts</h1>
<h2 id="make">Make it</h2>
<ol>
  <li><p>Open <strong>Apps &amp; more</strong>.</p><img src="a.png" alt="A"></li>
  <li>Then:
    <ul><li>this <b>X</b></li><li>that</li></ul>
  </li>
</ol>
<p>note</p>
<ol start="3"><li>Press <b>Save</b></li></ol>
</main><footer><h2>F</h2></footer></body></html>"""
    read = guide(page, "a.html")
    assert (read.title, [(h.text, h.slug) for h in read.headings[1:]]) == ("Alerts", [("Make it", "make")])
    assert labels(page, "a.html") == {
        "1.1": ["Apps & more"],
        "1.2": [],
        "1.2.1": ["X"],
        "1.2.2": [],
        "1.3": ["Save"],
    }
    assert [item.line for item in read.items] == [5, 6, 7, 7, 11]
    assert (read.items[0].images[0].address, read.items[4].labels[0].column) == ("a.png", 28)


def test_items_are_optional_if_the_words_indicate_it_else_unknown() -> None:
    text = "## A\n\n1. (Optional) One\n2. 필요에 따라 둘\n3. 任意: 三\n4. Four\n"
    assert [item.optional for item in guide(text).items] == [True, True, True, None]


@pytest.mark.parametrize(
    ("name", "language"),
    [("content/ko/slack.md", "ko"), ("slack.ja.md", "ja"), ("slack.md", None), ("content/pt-BR/a.mdx", "pt-BR")],
)
def test_the_language_comes_from_the_path(name: str, language: str | None) -> None:
    assert guide("## A\n\n1. One\n", name).language == language


def test_the_language_comes_from_the_script_if_the_path_has_none() -> None:
    assert guide("## 만들기\n\n1. 앱을 만드세요\n").language == "ko"


def test_the_digest_depends_on_words_not_on_line_breaks() -> None:
    one = guide("## A\n\n1. Open **the app**\n   now\n").items[0]
    assert one.digest == guide("# T\n\n## B\n\ntext\n\n1. Open the app now\n").items[0].digest
    assert one.digest != guide("## A\n\n1. Open the app then\n").items[0].digest


def test_windows_line_ends_and_byte_order_marks_are_supported(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("\ufeff## A\r\n\r\n1. One\r\n2. **Two**\r\n".encode())
    read = read_guide(path)
    assert [(item.address, item.line, item.text) for item in read.items] == [("1.1", 3, "One"), ("1.2", 4, "Two")]
    path.write_bytes("## A\n\n1. One\n".encode("utf-16"))
    assert [item.text for item in read_guide(path).items] == ["One"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("## A\n\n1. 만들기\n".encode("euc-kr"), "not UTF-8: invalid byte 0xb8 on line 3"),
        (b"## A\n\x00\n", "contains a zero byte"),
        (b"x" * (MAX_BYTES + 1), "the limit is 2 MB"),
    ],
)
def test_unreadable_guides_are_rejected(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(UserError, match=message):
        read_guide(path)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Cannot read the guide: No such file"):
        read_guide(tmp_path / "none.md")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("OAuth &amp; Permissions", "OAuth & Permissions"),
        (r"incoming\-webhook", "incoming-webhook"),
        (r"app\_name", "app_name"),
        ("Save&nbsp;URLs", "Save URLs"),
        ("&#x41;dd", "Add"),
        ("R&D &amp; more", "R&D & more"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_escapes_and_entities_are_replaced_with_their_characters(written: str, text: str, name: str) -> None:
    if name == "a.html":
        if "\\" in written:
            pytest.skip("HTML has no escapes")
        source = f"<h2>A</h2>\n<ol><li>Open &lt;<b>x</b> and <b>{written}</b>, then <b>Save</b></li></ol>"
    else:
        source = f"## A\n\n1. Open &lt;**x** and **{written}**, then **Save**.\n"
    read = guide(source, name)
    _, label, last = read.items[0].labels
    assert label.text == text
    assert read.items[0].text.startswith(f"Open <x and {text}, then Save")
    line = read.lines[label.line - 1]
    assert line[label.column - 1 :][: label.width] == written
    assert read.lines[last.line - 1][last.column - 1 :][: last.width] == "Save"


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_unclosed_html_items_end_where_the_next_item_starts(name: str) -> None:
    page = """<h2>A</h2>
<ol>
<li>Open <b>Apps</b>
<li>Choose:
<ul>
<li>this <b>X</b>
<li>or <b>Y</b>
</ul>
<li>Press <b>Save</b>
</ol>
<h2>B</h2>
<p>Then press <b>Done</b>.</p>
"""
    assert labels(page, name) == {
        "1.1": ["Apps"],
        "1.2": [],
        "1.2.1": ["X"],
        "1.2.2": ["Y"],
        "1.3": ["Save"],
        "2.1": ["Done"],
    }


def test_markdown_in_an_html_item_belongs_to_it() -> None:
    text = "## A\n\n<ol>\n  <li>\n\n  Press **Save**.\n\n  </li>\n  <li>\n\n  Press **Done**:\n\n  - in **X**\n\n"
    text += "  </li>\n</ol>\n\nAfterwards **Z**.\n\n1. <ul><li>\n\n   **In**\n\n2. **Out**\n\n## B\n\n1. **C**\n"
    assert labels(text, "a.mdx") == {
        "1.1": ["Save"],
        "1.2": ["Done"],
        "1.2.1": ["X"],
        "1.3": [],
        "1.3.1": ["In"],
        "1.4": ["Out"],
        "2.1": ["C"],
    }


def _placed(written: str) -> list[tuple[str, str, str]]:
    """Text, kind and source text of each label of an item."""
    read = guide(f"## A\n\n1. Wählen Sie {written} aus.\n")
    return [
        (each.text, each.kind, read.lines[each.line - 1][each.column - 1 :][: each.width])
        for each in read.items[0].labels
    ]


@pytest.mark.parametrize(
    "pair", ["“”", "„“", "„”", "‘’", "‚‘", "‚’", "「」", "『』", "«»", "»«", "‹›", "›‹", '""', "''"]
)
def test_quotes_of_every_language_are_supported(pair: str) -> None:
    quoted = f"{pair[0]}Save as{pair[1]}"
    assert _placed(f"{quoted} und {pair[0]}Close{pair[1]}") == [
        ("Save as", "quoted", "Save as"),
        ("Close", "quoted", "Close"),
    ]
    assert _placed(f"**{quoted}**") == [("Save as", "bold", "Save as")]
    assert _placed(f"{pair[0]}**Save as**{pair[1]}") == [("Save as", "bold", "Save as")]


def test_quotes_that_do_not_enclose_a_bold_label_are_part_of_it() -> None:
    assert _placed('**"A" and "B"**') == [('"A" and "B"', "bold", '"A" and "B"')]
    assert _placed("« Ouvrir » puis « Fermer »") == [("Ouvrir", "quoted", "Ouvrir"), ("Fermer", "quoted", "Fermer")]


@pytest.mark.parametrize("sign", [" > ", " → ", " / ", " › ", " » ", "→", " &gt; ", " -> "])
def test_a_menu_path_is_one_label_for_each_name(sign: str) -> None:
    assert _placed(f"**Settings{sign}My account{sign}Alerts**") == [
        ("Settings", "bold", "Settings"),
        ("My account", "bold", "My account"),
        ("Alerts", "bold", "Alerts"),
    ]
    assert [text for text, *_ in _placed(f"“Settings{sign}Alerts”")] == ["Settings", "Alerts"]


def test_a_menu_path_that_starts_with_an_icon_has_no_separator_in_its_first_name() -> None:
    assert [text for text, *_ in _placed("☰ **> File > Settings**")] == ["File", "Settings"]
    assert [(text, there) for text, _, there in _placed("☰ **→ Settings**")] == [("Settings", "Settings")]


def test_punctuation_of_the_sentence_within_quotes_is_not_part_of_a_label() -> None:
    written = 'Under "Credentials," click “Create Client ID.” The page says "You have to sign in first." Then "Wait..."'
    assert [text for text, *_ in _placed(written)] == [
        "Credentials",
        "Create Client ID",
        "You have to sign in first.",
        "Wait...",
    ]


def test_the_bold_rest_of_a_sentence_is_emphasis() -> None:
    text = "## A\n\n1. Check **Public**. In short, **do not use it if the value is a secret.**\n"
    assert labels(text) == {"1.1": ["Public"]}


@pytest.mark.parametrize(
    "label", ["CPU > 90", "Next →", "Read/write", "a > b", "Cost > than all that was ever paid for it"]
)
def test_a_label_that_is_not_a_menu_path_stays_whole(label: str) -> None:
    assert [text for text, *_ in _placed(f"**{label}**")] == [label]


TABS = {
    "mdx": """<Tabs>
  <Tab title="Linux">

{}

  </Tab>
  <Tab title="Mac">

{}

  </Tab>
</Tabs>
""",
    "docusaurus": """<Tabs>
<TabItem
  value="l"
  label="Linux">

{}

</TabItem>
<TabItem value="m" label="Mac">

{}

</TabItem>
</Tabs>
""",
    "gitbook": """{{% tabs %}}
{{% tab title="Linux" %}}
{}
{{% endtab %}}

{{% tab title="Mac" %}}
{}
{{% endtab %}}
{{% endtabs %}}
""",
    "hugo": """{{{{< tabs >}}}}
{{{{< tab "Linux" >}}}}
{}
{{{{< /tab >}}}}
{{{{% tab header="Mac" %}}}}
{}
{{{{% /tab %}}}}
{{{{< /tabs >}}}}
""",
    "mkdocs": """=== "Linux"

    {}

=== "Mac"

    {}

""",
}


def _tabbed(form: str, indent: str, one: str, other: str) -> str:
    deeper = "\n    " if form == "mkdocs" else "\n"
    text = TABS[form].format(one.replace("\n", deeper), other.replace("\n", deeper))
    return "".join(indent + line if line.strip() else line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize("form", TABS)
def test_tabs_in_an_item_are_branches_of_it(form: str) -> None:
    text = "## A\n\n1. Install it:\n\n" + _tabbed(form, "   ", "Press **X**.", "1. Press **Y**.\n2. Press **Z**.")
    text += "\n   Then press **All**.\n\n2. Press **Done**.\n"
    read = guide(text, "a.mdx")
    assert labels(text, "a.mdx") == {
        "1.1": ["All"],
        "1.1.1": ["X"],
        "1.1.2": [],
        "1.1.2.1": ["Y"],
        "1.1.2.2": ["Z"],
        "1.2": ["Done"],
    }
    assert [item.branch for item in read.items] == [None, True, True, None, None, None]
    assert [item.text.split()[0] for item in read.items[1:3]] == ["Linux", "Mac"]
    assert [read.lines[each.line - 1][each.column - 1 :][:1] for item in read.items for each in item.labels] == list(
        "AXYZD"
    )


@pytest.mark.parametrize("form", TABS)
def test_each_tab_of_a_section_starts_a_new_list(form: str) -> None:
    text = "## A\n\n" + _tabbed(form, "", "1. Press **X**.\n2. Press **Y**.", "1. Press **Z**.")
    assert labels(text, "a.mdx") == {"1.1": [], "1.1.1": ["X"], "1.1.2": ["Y"], "1.2": [], "1.2.1": ["Z"]}
    assert [item.address for item in guide(text, "a.mdx").items if item.branch] == ["1.1", "1.2"]


@pytest.mark.parametrize("form", TABS)
def test_tabs_between_list_items_belong_to_the_item_before(form: str) -> None:
    text = (
        "## A\n\n1. Press **X**.\n\n" + _tabbed(form, "", "1. Press **Y**.", "1. Press **Z**.") + "\n2. Press **Q**.\n"
    )
    assert labels(text, "a.mdx") == {
        "1.1": ["X"],
        "1.1.1": [],
        "1.1.1.1": ["Y"],
        "1.1.2": [],
        "1.1.2.1": ["Z"],
        "1.2": ["Q"],
    }


@pytest.mark.parametrize("form", TABS)
def test_headings_in_tabs_stay_headings(form: str) -> None:
    text = (
        "## A\n\n" + _tabbed(form, "", "### B\n\n1. Press **X**.", "### C\n\n1. Press **Y**.") + "\n## D\n\n1. **Z**\n"
    )
    assert labels(text, "a.mdx") == {"2.1": ["X"], "3.1": ["Y"], "4.1": ["Z"]}


def test_tabs_can_be_nested_in_tabs_and_steps() -> None:
    inner = "<Tabs>\n<Tab title='P'>\n\n**X**\n\n</Tab>\n<Tab title='Q'>\n\n**Y**\n\n</Tab>\n</Tabs>\n"
    text = f"## A\n\n<Tabs>\n<Tab title='M'>\n\n{inner}\n</Tab>\n<Tab title='N'>\n\n**Z**\n\n</Tab>\n</Tabs>\n"
    assert labels(text, "a.mdx") == {"1.1": [], "1.1.1": ["X"], "1.1.2": ["Y"], "1.2": ["Z"]}
    steps = (
        "## A\n\n<Steps>\n<Step title='S'>\n\n"
        + inner
        + "\n**V**\n\n</Step>\n<Step title='T'>\n**W**\n</Step>\n</Steps>\n"
    )
    assert labels(steps, "a.mdx") == {"1.1": ["V"], "1.1.1": ["X"], "1.1.2": ["Y"], "1.2": ["W"]}
    within = "<Steps>\n<Step title='S'>\n**V**\n</Step>\n<Step title='T'>\n**W**\n</Step>\n</Steps>\n"
    assert labels("## A\n\n" + _tabbed("mdx", "", within, "x"), "a.mdx") == {
        "1.1": [],
        "1.1.1": ["V"],
        "1.1.2": ["W"],
        "1.2": [],
    }


def test_underlined_headings_are_headings() -> None:
    assert [heading.text for heading in guide("T\n===\n\nA\n---\n\n1. x\n").headings] == ["", "A"]


@pytest.mark.parametrize(
    "written",
    [
        "**:material-content-save: Save**",
        "**:material-content-save:{ .lg } Save**",
        "**:floppy_disk: Save**",
        "[**Save**](x){ .md-button }",
        '**Save**{: class="b" }',
        '![p](p.png){ width="300" } **Save**',
    ],
)
def test_icon_names_and_attribute_lists_are_not_text(written: str) -> None:
    assert _placed(written) == [("Save", "bold", "Save")]
    assert guide(f"## A\n\n1. Press {written} now\n").items[0].text == "Press Save now"


def test_attributes_of_a_heading_are_not_part_of_its_text() -> None:
    read = guide('## A { #one .two }\n\n1. x\n\n## B {.c}\n\n## C {x}\n\n## D {: d="e" }\n')
    assert [(each.text, each.anchors) for each in read.headings[1:]] == [
        ("A", ("one",)),
        ("B", ()),
        ("C {x}", ()),
        ("D", ()),
    ]


def test_times_and_values_are_not_icons() -> None:
    item = guide("## A\n\n1. At 10:30:15 type `:tada:` or `a{.b}` in **Name:** or **C++** and b++.\n").items[0]
    assert [value.text for value in item.values] == [":tada:", "a{.b}"]
    assert [label.text for label in item.labels] == ["Name:", "C++"]
    assert "10:30:15" in item.text


def test_keys_between_plus_signs_are_keys() -> None:
    assert _placed("++ctrl+s++ und **Save**") == [("ctrl+s", "kbd", "ctrl+s"), ("Save", "bold", "Save")]


@pytest.mark.parametrize(
    "emphasis",
    [
        "**Do not close the page before you have saved**",
        "**Never share it.**",
        "**You must be an administrator.** Then",
        "First. **This cannot be undone!**",
        "**저장하기 전에 페이지를 닫지 마세요**",
        "**保存する前にページを閉じないでください。**",
        "**Schließen Sie die Seite nicht**",
    ],
)
def test_a_complete_sentence_in_bold_is_emphasis(emphasis: str) -> None:
    read = guide(f"## A\n\n1. {emphasis}\n\n   Press **Save**.\n")
    assert [label.text for label in read.items[0].labels] == ["Save"]


@pytest.mark.parametrize(
    "label",
    [
        "Choose **Add a new IP address range.**",
        "Turn on **Enable a custom Slack application to dispatch alerts**.",
        "**Create New App**",
        "**Save**.",
        "**Don't allow**",
        "**Always allow it**",
        "**Loading files into it...**",
    ],
)
def test_a_name_in_bold_is_a_label_even_if_it_is_long_or_ends_the_sentence(label: str) -> None:
    assert len(guide(f"## A\n\n1. {label}\n").items[0].labels) == 1


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "## A\n\nEnter a name, e.g. W&B, in **Name**. Wählen Sie z. B. **Save**, d. h. alles. **Done** vs. **Go**.\n"
    assert labels(text) == {"1.1": ["Name"], "1.2": ["Save"], "1.3": ["Done", "Go"]}
    assert items(text)["1.1"].startswith("Enter")


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: >\n  Slack\n  alerts", "Slack alerts"),
        ('title: "It\'s: here"', "It's: here"),
        ("menu: { title: no, x: [title, a] }\ntitle: Yes # not this", "Yes"),
        ("title: |\n  Two\n  lines", "Two lines"),
    ],
)
def test_titles_follow_yaml_syntax(front: str, title: str) -> None:
    assert guide(f"---\n{front}\n---\n\n## A\n\n1. One\n").title == title


@pytest.mark.parametrize("top", ["title: x\n\n", "", "# T\n\nWords.\n\n", "- a\n- b\n\n"])
def test_text_between_two_horizontal_rules_is_not_front_matter(top: str) -> None:
    assert "1.1" in items(f"---\n{top}## A\n\n1. One\n\n---\n\nMore.\n")
