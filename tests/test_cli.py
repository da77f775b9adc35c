"""The command line as people meet it: help with examples, the nearest name for every slip, what doctor says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli_calls import COMMANDS, GROUPS, could_begin
from support.virtual_display import display

from runwright import __version__
from runwright.language.verb_spec import vocabulary
from runwright.project import machine_checks

ROOT = Path(__file__).resolve().parent.parent


def _called(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runwright", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_an_example_that_can_be_called(name: str) -> None:
    command = COMMANDS[name]
    assert command.epilog and command.epilog.startswith("Example: "), f"`runwright {name} --help` has no example"
    example, _, _ = command.epilog.removeprefix("Example: ").partition(" > ")  # what follows is the shell's
    program, *words = shlex.split(example)
    typed = name.split()
    assert (program, *words[: len(typed)]) == ("runwright", *typed)
    words = words[len(typed) :]
    given = command.make_context(name, words).params  # raises when an option is unknown or an argument is missing
    if given.get("runbook"):
        could_begin(name, given)
    for param in command.params:
        if param.name != "help":
            assert param.help, f"{param.name} of `runwright {name}` says nothing of itself"


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_a_group_has_an_example_too(name: str) -> None:
    found = re.fullmatch(r"(?:Example|Begin with): runwright (.+)", GROUPS[name].epilog or "")
    assert found, f"`runwright {name} --help` has no example"
    words = shlex.split(found[1])
    called = next(each for each in (" ".join(words[:2]), words[0]) if each in COMMANDS)
    assert called.startswith(name)
    COMMANDS[called].make_context(called, words[len(called.split()) :])


def test_help_shows_the_example() -> None:
    shown = _called("rehearse", "--help")
    assert "Example: runwright rehearse slack-alerts" in shown.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rehersal"], "rehearsal"),
        (["verfy", "x"], "verify"),
        (["bogus"], "There are: check, doctor, "),
        (["rehearse", "slack-alerts", "--scenaro", "apps"], "--scenario"),
        (["run", "slack-alerts", "--heded"], "--headed"),
        (["rehearse", "slak-alerts"], "Did you mean `slack-alerts`?"),
        (["rehearse", "runbooks/slack-alert.yaml"], "Did you mean `runbooks/slack-alerts.yaml`?"),
        (["validate", "runbook"], "Did you mean `runbooks`?"),
        (["verify", "screenshot"], "Did you mean `screenshots`?"),
        (["report", "screenshot"], "Did you mean `screenshots`?"),
        (
            ["rehearse", "slack-alerts", "--guide", "docs/guides/slack-alerts.md"],
            "Did you mean `docs/guides/slack-alerts.en",
        ),
        (["rehearse", "slack-alerts", "--inputs", "REDME.md"], "Did you mean `README.md`?"),
        (["rehearse", "slack-alerts", "-i", "chanel=x"], "Did you mean `channel`?"),
        (["rehearse", "slack-alerts", "--scenario", "appz"], "Did you mean `apps`?"),
        (["rehearse", "slack-alerts", "--secret", "clientsecret=env:X"], "Did you mean `client_secret`?"),
        (["rehearse", "slack-alerts", "-i", "admin_pages=setings"], "Did you mean `settings`?"),
        (["doctor", "slack-alert"], "Did you mean `slack-alerts`?"),
        (["doctor", "-i", "channel=x"], "Name the runbook"),
        (["doctor", "slack-alerts", "-i", "wandb_url=acme"], "`acme` is no address"),
        (["doctor", "slack-alerts", "-i", "admin_pages=setings"], "Did you mean `settings`?"),
        (
            ["guide", "check", "slack-alerts", "--guide", "docs/guides/slack-alerts.en.md", "--to", "nowhere/a.html"],
            "There is no folder nowhere.",
        ),
        (
            ["guide", "coverage", "slack-alerts", "--guide", "README.md", "--to", "nowhere/a.html"],
            "There is no folder nowhere.",
        ),
        (["steps", "clik"], "Did you mean `click`?"),
        (["rehearsal", "--port", "99999"], "65535"),
        (["rehearsal", "--port", "-1"], "0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_slip_gets_the_nearest_and_touches_nothing(words: list[str], told: str) -> None:
    done = _called(*words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_what_to_give_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        """title: A book
inputs:
  name: { about: A name, example: From scratch }
  other: { about: Another }
sites: { a: { url: https://a.example } }
sections: [{ title: Look, open: a / }]
""",
        "utf-8",
    )
    told = _called("run", "book.yaml", cwd=tmp_path).stdout
    assert "Give it: -i name='From scratch'\n" in told and "Give it: -i other=…\n" in told


def test_version_and_usage_are_as_one_expects_them() -> None:
    assert _called("--version").stdout == f"runwright {__version__}\n"
    for name, command in (*GROUPS.items(), *COMMANDS.items()):
        if not name.startswith("guide"):
            usage = " ".join(command.collect_usage_pieces(command.make_context(name, [], resilient_parsing=True)))
            assert "[[" not in usage and "…" not in usage, usage


def test_runbooks_of_both_endings_are_listed_and_validated(tmp_path: Path) -> None:
    (tmp_path / "runbooks").mkdir()
    for name in ("one.yaml", "two.yml"):
        text = (
            f"title: The {name}\nsites: {{ a: {{ url: https://a.example }} }}\nsections: [{{ title: L, open: a / }}]\n"
        )
        (tmp_path / "runbooks" / name).write_text(text, "utf-8")
    assert "The two.yml" in _called("list", cwd=tmp_path).stdout
    assert "2 runbooks: no fault." in _called("validate", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("command", "given", "code"),
    [
        ("rehearse", "client_secret", 2),
        ("rehearse", "hunter2-value", 2),
        ("rehearse", "client_secret=hunter2-value", 2),
        ("doctor", "client_secret=hunter2-value", 4),
        ("rehearse", "client_secret=command:", 2),
        ("rehearse", 'client_secret=command:"hunter2', 2),
        ("doctor", "client_secret=env:", 4),
    ],
)
def test_a_secret_is_asked_for_by_its_source_and_no_value_is_repeated(command: str, given: str, code: int) -> None:
    done = _called(command, "slack-alerts", "--secret", given)
    told = done.stdout + done.stderr
    assert done.returncode == code, told
    assert "env:" in told and "NAME=VALUE" not in told
    assert "hunter2" not in told


def test_a_command_for_a_secret_whose_quotes_are_open_is_told_by_doctor() -> None:
    done = _called("doctor", "slack-alerts", "--secret", "client_secret=command:'pass")
    assert done.returncode == 4 and "Close the quotes" in done.stdout and not done.stderr


def test_validate_of_a_whole_project_takes_its_runbooks_alone(tmp_path: Path) -> None:
    for name in ("runbooks/one.yaml", "screenshots/one/run/procedure/one.yaml", ".venv/two.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        text = "title: T\nsites: { a: { url: https://a.example } }\nsections: [{ title: L, open: a / }]\n"
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "screenshots/one/run/events.jsonl").touch()
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps/block.yaml").write_text('- expect: heading "A"\n', "utf-8")
    (tmp_path / "runwright.yaml").write_text("guides: content/{guide}.md\n", "utf-8")
    assert "1 runbook: no fault." in _called("validate", ".", cwd=tmp_path).stdout


def test_validate_tells_of_a_path_that_is_not_there_as_of_a_fault(tmp_path: Path) -> None:
    done = _called("validate", "nothing.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["message"] == "There is nothing at nothing.yaml."


def test_validate_tells_all_faults_of_many_runbooks_in_their_order(tmp_path: Path) -> None:
    text = (ROOT / "runbooks" / "slack-alerts.yaml").read_text("utf-8")
    for number in range(250):
        (tmp_path / f"{number:03}.yaml").write_text(text.replace("- click:", "- clik:", number % 2), "utf-8")
    done = _called("validate", str(tmp_path))
    assert done.returncode == 2
    told = [line for line in done.stdout.splitlines() if "There is no verb `clik`" in line]
    assert [Path(line.split(":")[0]).name for line in told] == [f"{number:03}.yaml" for number in range(1, 250, 2)]
    assert "125 faults in 250 files." in done.stdout


def test_a_fault_in_a_shared_block_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "way.yaml").write_text('- clik: button "Save"\n', "utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(
            "title: x\nsites: { a: { url: https://a.example } }\nsections:\n", "utf-8"
        )
    done = _called("validate", str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml"), cwd=tmp_path)
    assert done.stdout.count("There is no verb `clik`") == 1


def test_help_validate_and_the_reference_load_no_playwright_and_no_rich() -> None:
    heavy = "{'playwright', 'rich', 'starlette', 'jinja2', 'PIL'}"
    for words in (["--help"], ["validate", "runbooks"], ["steps"], ["schema"], ["list"]):
        code = (
            f"import sys\nsys.argv = ['runwright', *{words!r}]\nfrom runwright.cli.main import main\n"
            f"try:\n    main()\nexcept SystemExit:\n    pass\n"
            f"print('loaded:', sorted({heavy} & {{name.split('.')[0] for name in sys.modules}}))"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "loaded: []", f"{words}: {done.stdout.splitlines()[-1]}"


def test_no_verb_needs_playwright_to_be_read() -> None:
    for name, source in vocabulary().verbs.items():
        top = [
            line
            for line in source.path.read_text("utf-8").splitlines()
            if line.startswith(("from play", "import play"))
        ]
        assert not top, f"{name}: import Playwright inside the function that uses it, types from runwright.verb"


def test_doctor_of_a_runbook_looks_at_its_sites_and_secrets(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        """title: A book
inputs: { host: { about: A host } }
sites:
  gone: { url: http://127.0.0.1:9 }
  later: { url: "https://${host}" }
secrets:
  there: { about: x, from: env:RUNWRIGHT_TEST_THERE }
  lost: { about: x, from: env:RUNWRIGHT_TEST_LOST }
  filed: { about: x, from: file:nothing.txt }
sections: [{ title: Look, open: gone / }]
""",
        "utf-8",
    )
    done = _called("doctor", "book.yaml", cwd=tmp_path, RUNWRIGHT_TEST_THERE="hunter2 and more")
    assert done.returncode == 4, done.stdout + done.stderr
    lines = {" ".join(line.split()[:3]): line for line in done.stdout.splitlines()}
    for wanted in ("ok python", "ok browser", "ok disk", "ok writing", "ok proxy", "lack site gone", "note site later"):
        assert any(line.startswith(wanted) for line in lines), f"{wanted} is missing:\n{done.stdout}"
    for wanted in ("ok secret there", "lack secret lost", "lack secret filed"):
        assert wanted in lines, f"{wanted} is missing:\n{done.stdout}"
    assert "Set the variable RUNWRIGHT_TEST_LOST." in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_doctor_says_what_helps_where_nothing_can_be_written_and_no_browser_starts(tmp_path: Path) -> None:
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    done = _called("doctor", cwd=tmp_path, RUNWRIGHT_BROWSER=str(broken), https_proxy="http://127.0.0.1:9", DISPLAY="")
    assert done.returncode == 4
    assert "lack  browser" in done.stdout and "runwright doctor --fix" in done.stdout
    assert "note  proxy" in done.stdout and "https_proxy names 127.0.0.1:9, where nothing answers" in done.stdout
    if sys.platform.startswith("linux"):
        assert "xvfb-run" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9", "ALL_PROXY names 127.0.0.1:9, where nothing answers"),
        ("HTTP_PROXY", "http://me:hunter2@127.0.0.1:99999", "HTTP_PROXY is no address of a proxy"),
        ("Https_Proxy", "htp://proxy.example:80", "Https_Proxy is no address of a proxy"),
        ("all_proxy", "127.0.0.1:9", "all_proxy names 127.0.0.1:9"),
    ],
)
def test_a_proxy_that_is_none_is_said_and_no_password_of_it(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_proxies(monkeypatch)
    monkeypatch.setenv(name, value)
    found = machine_checks._proxy()
    assert not found.well and told in found.told and "http://HOST:PORT" in found.remedy
    assert "hunter2" not in found.told + found.remedy


def test_a_proxy_that_answers_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_proxies(monkeypatch)
    assert machine_checks._proxy().told == "none"
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        found = machine_checks._proxy()
    assert found.well and found.told.startswith("HTTPS_PROXY set")


def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_a_display_is_one_whose_server_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for named in ("", ":7777", "127.0.0.1:3.0", "nonsense"):
        monkeypatch.setenv("DISPLAY", named)
        found = machine_checks._display()
        assert not found.well and "xvfb-run" in found.remedy and named in found.told, named
    with socket.socket(socket.AF_UNIX) as wayland:
        wayland.bind(str(tmp_path / "wayland-7"))
        wayland.listen()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
        assert machine_checks._display().well
    monkeypatch.delenv("WAYLAND_DISPLAY")
    with display(monkeypatch) as shown:
        found = machine_checks._display()
    assert found.well and found.told.endswith(shown)


@pytest.mark.parametrize(
    ("options", "lack", "told"),
    [
        ("size=1m", "disk", ["Free 200 MB", "--out DIR"]),
        ("ro", "writing", ["cannot be written: Read-only file system", "--out DIR"]),
    ],
)
def test_doctor_says_what_a_disk_lacks_and_that_letters_show_as_boxes(
    options: str, lack: str, told: list[str], tmp_path: Path
) -> None:
    place, tools = tmp_path / "disk", tmp_path / "bin"
    for folder in (place, tools):
        folder.mkdir()
    lister = tools / "fc-list"
    lister.write_text("#!/bin/sh\ncase $1 in *ko*) echo font.ttf;; esac\n", "utf-8")
    lister.chmod(0o755)
    apart = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o "$0" tmpfs "$1" && cd "$1" && shift && exec "$@"']
    if not shutil.which("unshare") or subprocess.run([*apart, options, place, "true"], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    environment = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "RUNWRIGHT_BROWSER": "/bin/false"}
    done = subprocess.run(
        [*apart, options, place, sys.executable, "-m", "runwright", "doctor"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"lack  {lack}" in done.stdout
    for each in told:
        assert each in done.stdout
    assert "note  fonts" in done.stdout and "none for Japanese" in done.stdout and "fonts-noto-cjk" in done.stdout


@pytest.mark.slow
def test_doctor_installs_a_browser_and_the_shell_where_the_system_has_it(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    said = tmp_path / "said"
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {said}\n', "utf-8")
    (tools / "apt-cache").write_text('#!/bin/sh\n[ "$2" = chromium-headless-shell ]\n', "utf-8")
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n', "utf-8")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    done = _called(
        *("doctor", "--fix", "--yes"),
        cwd=tmp_path,
        PATH=f"{tools}",
        PLAYWRIGHT_BROWSERS_PATH=str(tmp_path / "own"),
        PLAYWRIGHT_DOWNLOAD_HOST="http://127.0.0.1:9",
    )
    assert "playwright install chromium" in done.stdout, done.stdout + done.stderr
    assert said.read_text("utf-8").splitlines() == [
        "update",
        "install -y chromium",
        "install -y chromium-headless-shell",
    ]
    assert done.returncode == 4 and "lack  browser" in done.stdout, "nothing was installed in truth"
