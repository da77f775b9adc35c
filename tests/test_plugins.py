"""Entry points: one installed package with one of each, in an environment of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = Path(__file__).parent / "support" / "sample_plugin"
BOOK = """name: A greeting
sites: { acme: { url: https://admin.acme.example, simulator: acme } }
secrets: { password: { description: The password, typed_at: acme, from: "acme:vault/one" } }
sections:
  - name: Greet
    open: acme /
    ready: heading "Acme"
    steps:
      - greet: textbox "Note"
        expect: textbox "Note" [value="Hello"]
      - fill: textbox "Password"
        with: ${password}
      - expect: text containing "acme_"
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the sample package, the sources, and the packages of this environment."""
    folder = tmp_path_factory.mktemp("environment")
    wheels = folder / "wheels"
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(wheels), str(SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    (wheel,) = wheels.glob("*.whl")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", wheel],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (packages,) = (folder / "env" / "lib").glob("*/site-packages")
    (packages / "others.pth").write_text(f"{ROOT / 'src'}\n{sysconfig.get_path('purelib')}\n", "utf-8")
    return python


@pytest.mark.slow
def test_each_door_is_used_without_a_change_in_the_core(python: Path, tmp_path: Path) -> None:
    (tmp_path / "greeting.yaml").write_text(BOOK, "utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["RUNWRIGHT_STATE"] = str(tmp_path)

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-m", "runwright", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    done = call("rehearse", "greeting.yaml", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    folder = tmp_path / result["folder"]
    assert [step["verb"] for step in result["steps"]] == ["open", "check", "greet", "fill", "expect", "check"]
    assert (tmp_path / "heard.txt").read_text("utf-8").splitlines() == [step["name"] for step in result["steps"]]
    journal = (folder / "events.jsonl").read_text("utf-8")
    lines = journal.count("\n")
    assert (folder / "acme.txt").read_text("utf-8") == f"{lines} events, {result['status']}\n"
    assert "acme_0123456789abcdef" not in journal + (folder / "report.html").read_text("utf-8"), "the key leaked"
    assert "‹secret acme key›" in journal
    assert "value of vault/one" not in journal
    assert '"path":"' in journal and "greet.py" in journal
    verified = call("verify", str(folder), "--digest", result["digest"])
    assert verified.returncode == 0, verified.stdout + verified.stderr
    (folder / "acme.txt").write_text("forged\n", "utf-8")
    assert "acme.txt" in call("verify", str(folder)).stdout


def test_the_page_shows_the_sample_package() -> None:
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text("utf-8").split("## Ship it in a package", 1)[1]
    blocks = re.findall(r"```(toml|python)\n(.*?)```", page, re.S)
    assert [kind for kind, _ in blocks] == ["toml", "python", "python", "python", "python"]
    for kind, text in blocks:
        file = SAMPLE / "pyproject.toml" if kind == "toml" else SAMPLE / "src" / "acme_runwright" / "doors.py"
        assert text.strip() in file.read_text("utf-8"), f"{file.name} does not have: {text}"


@pytest.mark.slow
def test_a_plugin_that_cannot_be_imported_is_named(python: Path, tmp_path: Path) -> None:
    program = (
        "import acme_runwright.doors as doors; del doors.PATTERNS\n"
        "import sys; from runwright.cli.main import main\n"
        "sys.argv = ['runwright', 'rehearse', 'greeting.yaml']; main()"
    )
    (tmp_path / "greeting.yaml").write_text(BOOK, "utf-8")
    done = subprocess.run([python, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "The plug-in `acme` of acme-runwright cannot be imported: AttributeError" in done.stdout + done.stderr
