"""A secret in every form, on a page that repeats it everywhere, is in none of the ways out of a run."""

from __future__ import annotations

import html
import json
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
from support.cli_calls import call
from support.http_site import served
from support.ocr import page_of, readable
from support.secret_writings import WRITINGS, decodings, simplified

import runwright

pytest_plugins = ["pytester"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

VALUE = "Tr0ub4dör &3<x>  Zq7Kp2Lw9R"
FORMS = {name: write(VALUE) for name, write in WRITINGS.items()}
PLAIN = re.compile(r"[\w./&<> -]*")
"""What OCR can read of a form."""


def _page() -> str:
    everything = " · ".join(FORMS.values())
    lines = "".join(
        f"<h2>{html.escape(form)}</h2><div role=alert>Not taken: {html.escape(form)}</div>"
        f"<button aria-label='Copy {html.escape(form, quote=True)}'>Copy</button>"
        for form in FORMS.values()
    )
    options = "".join(f"<option>{html.escape(form)}" for form in FORMS.values())
    head = f"""<!doctype html><meta charset=utf-8><title>Keys {html.escape(everything)}</title>
    <style>body {{ font: 14px sans-serif }} h2, button {{ font-size: 14px; margin: 0 }}</style>
    <h1>Keys</h1><p id=account>Ann {html.escape(FORMS["grouped by hyphens"])}</p>
    <label>Key <input id=key></label> <label>Note <input id=note size=60></label>
    <label>Pick <select>{options}</select></label>
    <button id=save>Save</button> <button id=file>Fetch</button> <button id=ask>Ask</button>
    <p id=first>{html.escape(FORMS["in capitals"])}</p>{lines}"""
    return head + SCRIPT.replace("LIST", json.dumps(list(FORMS.values())).replace("<", "\\u003c"))


SCRIPT = """<script>const FORMS = LIST;
    key.oninput = () => { note.value = key.value.match(/.{1,4}/g).join('/'); };
    save.onclick = () => { for (const form of FORMS) console.error('Lost: ' + form);
      const list = FORMS.map(encodeURIComponent).join('&key=');
      history.pushState(null, '', '/kept?list=' + list + '#' + escape(FORMS[0])); };
    ask.onclick = () => { alert('Is it ' + FORMS.join(' or ') + '?'); throw new Error('No: ' + FORMS.join(', ')); };
    file.onclick = () => { const a = document.createElement('a');
      a.href = URL.createObjectURL(new Blob([FORMS.slice(20).join('\\n')]));
      a.download = FORMS.slice(0, 8).join('_') + '.pem'; document.body.append(a); a.click(); };
    </script>"""

BOOK = """name: Keep a key
inputs:
  more: { description: More words, default: x }
sites:
  admin: { url: "ADDRESS", signed_in_as: 'css "#account"' }
secrets:
  key: { description: A key, from: env:CANARY, typed_at: admin }
sections:
  - name: Keep it ${more}
    open: admin /
    steps:
      - fill: textbox "Key"
        with: ${key}
      - click: button "Ask"
      - click: button "Save"
      - download: button "Fetch"
      - read: css "#first"
        into: words
      - fill: textbox "Note"
        with: ${words}
      - name: Look for ${words}
        hover: heading "Keys"
        screenshot: page
      - click: button "Copy ${words} and more"
        timeout: 500ms
"""


@dataclass
class Outcome:
    """What a run left and printed: a text for each way out."""

    ways: dict[str, str]
    folder: Path


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served({"/": _page()}) as address:
        yield address


@pytest.fixture(scope="module")
def outcome(address: str, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The command line and the Python API, each once, and all that can be made of the run folder."""
    project = tmp_path_factory.mktemp("canaries")
    (project / "keep.yaml").write_text(BOOK.replace("ADDRESS", address), "utf-8")
    (project / "guide.md").write_text("# Keep it\n\n1. Fill **Key**.\n2. Click **Copy**.\n", "utf-8")
    more = ("-i", f"more={FORMS['in base64']}")
    ways: dict[str, str] = {}

    def called(way: str, *words: str) -> str:
        done = call(*words, cwd=project, CANARY=VALUE)
        ways[f"{way}: standard output"], ways[f"{way}: standard error"] = done.stdout, done.stderr
        return done.stdout

    called("run", "run", "keep.yaml", "--yes", "-v", "--log", "run.log", "--profile", "run-profile.html", *more)
    printed = called("run --json", "run", "keep.yaml", "--yes", "--restart", "--json", *more)
    folder = project / json.loads(printed)["folder"]
    called("inspect", "inspect", f"{address}/", "--runbook", "keep.yaml", "--json")
    called("inspect as text", "inspect", f"{address}/", "--runbook", "keep.yaml")
    called("report", "report", str(folder), "--output", "run.html")
    called("report as PDF", "report", str(folder), "--output", "run.pdf")
    called("verify", "verify", str(folder))
    for kind in ("text", "json", "summary", "diff", "sarif", "html"):
        called(
            f"guide check as {kind}", "guide", "check", "--run", str(folder), "--guide", "guide.md", "--format", kind
        )
    options = runwright.RunOptions(out=project / "api", restart=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY", VALUE)
        result = runwright.run(project / "keep.yaml", options=options)
    ways["repr of the result"] = repr(result) + repr(result.plan) + repr(result.steps) + repr(vars(result.plan))
    assert result.failure is not None
    ways["the failure and its causes"] = "".join(traceback.format_exception(result.failure)) + repr(
        vars(result.failure)
    )
    for path in (*project.rglob("*"),):
        ways[f"the name {path.name[:20]}"] = ways.get(f"the name {path.name[:20]}", "") + str(path)
        if path.suffix == ".pdf":
            ways["PDF"] = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        elif path.is_file() and path.suffix != ".png":
            text = path.read_text("utf-8", "replace")
            ways[str(path.relative_to(project))] = re.sub(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+", "", text)
    return Outcome(ways, folder)


def leaks(ways: dict[str, str]) -> list[str]:
    """The ways out in which a reader finds the value, after some decoder, forwards or backwards."""
    bare, found = simplified(VALUE), []
    for way, text in ways.items():
        for decoded in decodings(text):
            folded = simplified(decoded)
            for each in (bare, bare[::-1]):
                if (at := folded.find(each)) >= 0:
                    found.append(f"{way}: …{folded[max(at - 40, 0) : at + 60]}…")
    return list(dict.fromkeys(found))


def test_the_decoders_of_this_test_find_every_form() -> None:
    """Forms that only a part of a charset can write, and base32 and numbers, are searched by themselves."""
    searched = {"in base32", "by the numbers of its bytes", "in an address in latin-1"}
    missed = [name for name, form in FORMS.items() if not leaks({name: f"a {form} b"}) and name not in searched]
    assert missed == []


def test_no_form_comes_out_of_a_run(outcome: Outcome) -> None:
    assert {
        "run: standard output",
        "run.log",
        "run-profile.html",
        "PDF",
        "run.html",
        "inspect: standard output",
    } <= set(outcome.ways)
    assert "‹secret key›" in outcome.ways["run --json: standard output"], "the page's words are not quoted"
    assert not (problems := leaks(outcome.ways)), "\n".join(problems)
    for name in ("in base32", "by the numbers of its bytes"):
        for way, text in outcome.ways.items():
            assert FORMS[name] not in text, f"{way}: {name}"


def test_no_screenshot_shows_a_form(outcome: Outcome) -> None:
    events = [json.loads(line) for line in (outcome.folder / "events.jsonl").read_text("utf-8").splitlines()]
    taken = [each for event in events for each in event.get("screenshots") or ()]
    assert not any(each["withheld"] for each in taken)
    for entry in (taken[0], taken[-1]):
        path = outcome.folder / entry["file"]
        for name, form in FORMS.items():
            if PLAIN.fullmatch(form):
                assert not readable(page_of(path, entry["caption"]), form), f"{name} is readable in {path}"
    assert len(taken[0]["redacted"]) > len(FORMS), "the page repeats each form several times"


def test_no_form_comes_out_of_pytest(pytester: pytest.Pytester, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", VALUE)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1] / "src"))
    pytester.mkdir("runbooks")
    (pytester.path / "runbooks" / "keep.yaml").write_text(BOOK.replace("ADDRESS", address), "utf-8")
    plugin = () if _installed() else ("-prunwright.pytest_plugin",)
    result = pytester.runpytest_subprocess(*plugin, "runbooks", "--runbook-live", "-l", "-vv", "--junit-xml=j.xml")
    result.assert_outcomes(failed=1)
    junit = (pytester.path / "j.xml").read_text("utf-8")
    ways = {"standard output": result.stdout.str(), "standard error": result.stderr.str(), "JUnit": junit}
    assert not (problems := leaks(ways)), "\n".join(problems)
    assert "‹secret key›" in ways["standard output"]


def _installed() -> bool:
    from importlib.metadata import entry_points

    return any(each.value == "runwright.pytest_plugin" for each in entry_points(group="pytest11"))
