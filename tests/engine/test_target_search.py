"""What the script finds for a target is what Playwright finds, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ElementHandle, Page

from runwright.engine.browser import locate, snapshot
from runwright.engine.browser.condition_checks import hold_at_once
from runwright.engine.browser.target_plans import BY_NAME, BY_TEXT, plan_of
from runwright.engine.site_origins import Sites
from runwright.language.conditions import parse_condition
from runwright.language.target_reader import parse_target
from runwright.language.targets import Target

_FOLDER = Path(__file__).parents[1] / "controls" / "pages"
PAGES = {each.stem: each for each in sorted(_FOLDER.glob("*.html")) if each.stem != "many"}
"""Without the page of 11,600 elements, on which Playwright takes a second for each name."""
SHADOWS = """<div id=a><button>First</button></div><button>Last</button><p aria-hidden=true><button>Unseen</button></p>
<div aria-hidden=true id=b></div><h1>Top</h1><script>
const fill = (id, text) => { document.getElementById(id).attachShadow({ mode: 'open' }).innerHTML = text; };
fill('a', '<h2>In <i>it</i></h2><button>Inner</button><slot></slot><button hidden>Never</button>');
fill('b', '<button>Behind</button><input aria-label=Name>');
</script>"""
TEXTS = """<div role=status>Saved <b>now</b><style>p { color: red }</style></div>
<output>Ready <i hidden>set</i></output>
<div role=alert aria-label="Bad news">The name is taken.</div><div role=log><p>One</p><p>Two</p>
<input type=button value=Go></div><div role=status style="display: none">Never</div><div role=alert>  Two
lines </div>"""
EDITABLE = """<div contenteditable aria-label=Note>Text</div><label>Name* <input></label><p contenteditable=false>No</p>
<div role=textbox aria-label=Note>x</div><div contenteditable style="visibility: hidden">Unseen</div>"""
SMALL = {"shadow roots": SHADOWS, "texts": TEXTS, "editable text": EDITABLE}
PLACED = [
    "button near heading",
    "button before heading",
    "textbox near (checkbox [nth=1])",
    "checkbox [nth=2]",
    "checkbox [checked]",
    'textbox [value=""]',
    "link or button",
    "heading or link or tab",
]


@pytest.fixture
def page(shared_browser: Callable[[], Browser]) -> Page:
    context = shared_browser().new_context(viewport={"width": 1280, "height": 800})
    return context.new_page()


def by_playwright(page: Page, target: Target, monkeypatch: pytest.MonkeyPatch) -> list[ElementHandle]:
    with monkeypatch.context() as patch:
        patch.setattr(locate, "plan_of", lambda _: None)
        return locate.matches(page, target)


def targets_of(page: Page) -> list[str]:
    """Each role, with some of the names that the page offers, whole and in part."""
    lines = [*sorted(BY_NAME | BY_TEXT), *PLACED]
    named = [each for each in snapshot.offered(page) if each.name and each.role in BY_NAME | BY_TEXT]
    for each in named[:: max(1, len(named) // 12)]:
        name = each.name.replace("\\", "\\\\").replace('"', '\\"')
        lines += [
            f'{each.role} "{name}"',
            f'{each.role} containing "{name.split()[0]}"',
            f'{each.role} starting "{name}"',
        ]
    return lines


def compare(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    different = []
    for line in targets_of(page):
        target = parse_target(line)
        assert plan_of(target) is not None, line
        ours, theirs = locate.matches(page, target), by_playwright(page, target, monkeypatch)
        same = page.evaluate("([ours, theirs]) => ours.every((one, at) => one === theirs[at])", [ours, theirs])
        if " or " in line:  # in the order in which a person reads them, also where components hold some
            same = page.evaluate("([ours, theirs]) => ours.every((one) => theirs.includes(one))", [ours, theirs])
        if len(ours) != len(theirs) or not same or locate.count(page, target) != len(theirs):
            words = page.evaluate(
                "(all) => all.map((one) => one.outerHTML.slice(0, 80))", [ours, theirs][len(ours) < len(theirs)]
            )
            different.append(f"{line}: {len(ours)} instead of {len(theirs)}: {words}")
    assert not different, "\n".join(different)


@pytest.mark.quick(2)
@pytest.mark.parametrize("name", PAGES)
def test_the_script_finds_on_a_page_of_controls_what_playwright_finds(
    page: Page, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(PAGES[name].as_uri())
    compare(page, monkeypatch)


@pytest.mark.parametrize("name", SMALL)
def test_the_script_finds_on_a_small_page_what_playwright_finds(
    page: Page, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.set_content(SMALL[name])
    compare(page, monkeypatch)
    if name == "texts":
        for line in (
            'status "Saved now"',
            'alert "Bad news"',
            'alert "The name is taken."',
            'alert "Two lines"',
            "log",
        ):
            assert locate.count(page, parse_target(line)) == 1, line


def test_conditions_are_read_at_one_moment(page: Page) -> None:
    page.set_content("""<main></main><script>
    const states = ['<h1>Hosts</h1>', '<button>Add</button>'], main = document.querySelector('main');
    let turn = 0;
    const flip = () => { main.innerHTML = states[turn ^= 1]; setTimeout(flip, 1); };
    flip();</script>""")
    conditions = [parse_condition('heading "Hosts"'), parse_condition('button "Add"')]
    read = [hold_at_once(conditions, page, Sites([]), {}) for _ in range(40)]
    assert all(each in ([True, False], [False, True]) for each in read), read


@pytest.mark.parametrize("line", ["loaded list", 'title "Hosts"', 'button "Add" in dialog'])
def test_what_one_look_does_not_tell_is_read_on_its_own(page: Page, line: str) -> None:
    page.set_content("<title>Hosts</title><h1>Hosts</h1>")
    conditions = [parse_condition('heading "Hosts"'), parse_condition(line)]
    assert hold_at_once(conditions, page, Sites([]), {}) is None


def test_a_page_that_replaced_functions_of_the_browser_is_searched_by_playwright(page: Page) -> None:
    page.set_content("<a href=#>Add</a><h1>Hosts</h1><script>Array.prototype.map = () => { throw 1; }</script>")
    for line in ('link "Add"', 'heading "Hosts"'):
        target = parse_target(line)
        assert (locate.count(page, target), len(locate.matches(page, target))) == (1, 1), line
    assert locate.count(page, parse_target('heading "Users"')) == 0
