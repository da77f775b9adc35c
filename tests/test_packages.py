"""The sdist and the wheel, installed into a new environment and used in an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from runwright import __version__
from runwright.language.verb_spec import vocabulary

ROOT = Path(__file__).resolve().parent.parent


def _run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV"))}
    done = subprocess.run(
        [str(each) for each in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (
        f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.mark.slow
def test_sdist_and_wheel_contain_every_verb_and_runbook_once(built: Path) -> None:
    expected = {f"steps/{path.name}" for path in (ROOT / "steps").glob("*.*")}
    expected |= {f"runbooks/{path.name}" for path in (ROOT / "runbooks").glob("*.*")}
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        packed = [name.removeprefix("runwright/") for name in wheel.namelist()]
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        sources = [name.split("/", 1)[1] for name in sdist.getnames()]
    for names in (packed, sources):
        assert expected <= set(names), f"missing: {sorted(expected - set(names))}"
        assert not [name for name in names if "__pycache__" in name or name.startswith("screenshots")]
        assert [name for name in names if name.endswith("LICENSE")]
    assert not [name for name in sources if name.startswith(("src/runwright/steps/", "src/runwright/runbooks/"))]
    assert "py.typed" in packed, "type checkers ignore a package without it"
    assert {"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "RELEASING.md"} <= set(sources)


@pytest.mark.slow
def test_the_version_of_the_package_is_the_one_in_the_source(built: Path) -> None:
    assert [path.name for path in built.glob("*.whl")] == [f"runwright-{__version__}-py3-none-any.whl"]
    assert [path.name for path in built.glob("*.tar.gz")] == [f"runwright-{__version__}.tar.gz"]


@pytest.mark.slow
def test_unpacked_sources_find_their_verbs_and_runbooks(built: Path, tmp_path: Path) -> None:
    """The sdist has no links from the package to steps/ and runbooks/. A missing folder is reported."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        sdist.extractall(tmp_path, filter="data")
    [root] = tmp_path.iterdir()
    empty = tmp_path / "empty"
    empty.mkdir()
    code = f"import sys; sys.path.insert(0, {str(root / 'src')!r}); from runwright.cli.main import main; main()"
    assert "\nclick " in _run(sys.executable, "-c", code, "verbs", cwd=empty)
    assert "slack-alerts" in _run(sys.executable, "-c", code, "list", cwd=empty)
    (root / "steps").rename(root / "gone")
    done = subprocess.run([sys.executable, "-c", code, "verbs"], cwd=empty, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No shipped verbs found" in done.stdout + done.stderr


SMALL = """name: The first page
sites:
  slack: { url: https://api.slack.com }
sections:
  - name: Look at the list
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_it_runs_with_every_installed_python(version: str, built: Path, tmp_path: Path) -> None:
    python = _python(version)
    if python is None or version == "{}.{}".format(*sys.version_info):
        pytest.skip(f"no other Python {version} is installed")
    _run(python, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    bin_ = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    _run(bin_ / "python", "-m", "pip", "install", "--quiet", next(built.glob("*.whl")), cwd=tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    _run(bin_ / "runwright", "rehearse", "small.yaml", cwd=tmp_path)
    [run] = (tmp_path / "screenshots" / "small").glob("*-rehearsal")
    assert "intact" in _run(bin_ / "runwright", "verify", run, cwd=tmp_path)


def _python(version: str) -> Path | None:
    """A Python of this version that can create environments: on the search path or among those of pyenv."""
    pyenv = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}"))
    for found in (shutil.which(f"python{version}"), *pyenv):
        if found and not subprocess.run([found, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
            return Path(found)
    return None


@pytest.mark.slow
def test_a_new_project_rehearses_with_the_installed_wheel(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    bin_ = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    _run(bin_ / "python", "-m", "pip", "install", "--quiet", next(built.glob("*.whl")), cwd=tmp_path)
    empty = tmp_path / "an empty folder"
    empty.mkdir()
    assert "runwright rehearse slack-alerts" in _run(bin_ / "runwright", "init", "demo", cwd=empty)
    assert "1 runbook valid." in _run(bin_ / "runwright", "validate", cwd=empty / "demo")
    _run(bin_ / "runwright", "rehearse", "slack-alerts", cwd=empty / "demo")
    [run] = (empty / "demo" / "screenshots" / "slack-alerts").glob("*-rehearsal")
    assert (run / "report.html").is_file()
    assert "intact" in _run(bin_ / "runwright", "verify", run, cwd=empty)
    _run(bin_ / "runwright", "report", run, "--output", "run.pdf", cwd=empty)
    assert (empty / "run.pdf").read_bytes().startswith(b"%PDF-")


def test_an_installed_runwright_works_in_its_own_source_tree(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    for path in (ROOT / "steps").glob("*.py"):
        (tmp_path / "steps" / path.name).write_bytes(path.read_bytes())
    assert vocabulary(tmp_path / "steps").verbs == vocabulary().verbs
