"""The command line: help with examples, the nearest name for every typo, the checks of `doctor`."""

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
from support.cli_calls import COMMANDS, GROUPS, assert_can_start, call
from support.virtual_display import display

from runwright import __version__
from runwright.language.verb_spec import vocabulary
from runwright.project import machine_checks

ROOT = Path(__file__).resolve().parent.parent


def _call(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return call(*words, cwd=cwd, **environment)


def _process(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: for what the module, the interpreter and its ends are part of."""
    return subprocess.run(
        [sys.executable, "-m", "runwright", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_a_valid_example(name: str) -> None:
    command = COMMANDS[name]
    assert command.epilog and command.epilog.startswith("Example: "), f"`runwright {name} --help` has no example"
    example, _, _ = command.epilog.removeprefix("Example: ").partition(" > ")  # the rest is for the shell
    program, *words = shlex.split(example)
    prefix = name.split()
    assert (program, *words[: len(prefix)]) == ("runwright", *prefix)
    words = words[len(prefix) :]
    params = command.make_context(name, words).params  # raises for an unknown option or a missing argument
    if params.get("runbook"):
        assert_can_start(name, params)
    for param in command.params:
        if param.name != "help":
            assert param.help, f"{param.name} of `runwright {name}` has no help text"


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_a_group_has_a_valid_example(name: str) -> None:
    found = re.fullmatch(r"(?:Example|Start with): runwright (.+)", GROUPS[name].epilog or "")
    assert found, f"`runwright {name} --help` has no example"
    words = shlex.split(found[1])
    command = next(each for each in (" ".join(words[:2]), words[0]) if each in COMMANDS)
    assert command.startswith(name)
    COMMANDS[command].make_context(command, words[len(command.split()) :])


def test_help_prints_the_example() -> None:
    done = _process("rehearse", "--help")
    assert "Example: runwright rehearse slack-alerts" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["simulater"], "simulator"),
        (["verfy", "x"], "verify"),
        (["bogus"], "Commands: check, doctor, "),
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
        (["doctor", "slack-alerts", "-i", "wandb_url=acme"], "`acme` is not a URL"),
        (["doctor", "slack-alerts", "-i", "admin_pages=setings"], "Did you mean `settings`?"),
        (
            [
                "guide",
                "check",
                "slack-alerts",
                "--guide",
                "docs/guides/slack-alerts.en.md",
                "--output",
                "nowhere/a.html",
            ],
            "No such folder: nowhere.",
        ),
        (
            ["guide", "coverage", "slack-alerts", "--guide", "README.md", "--output", "nowhere/a.html"],
            "No such folder: nowhere.",
        ),
        (["verbs", "clik"], "Did you mean `click`?"),
        (["simulator", "--port", "99999"], "65535"),
        (["simulator", "--port", "-1"], "0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_typo_gets_the_nearest_name_and_changes_nothing(words: list[str], message: str) -> None:
    done = _call(*words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_input_is_reported_as_an_option_to_paste(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        """name: A book
inputs:
  name: { description: A name, example: From scratch }
  other: { description: Another }
sites: { a: { url: https://a.example } }
sections: [{ name: Look, open: a / }]
""",
        "utf-8",
    )
    printed = _call("run", "book.yaml", cwd=tmp_path).stdout
    assert "-i 'name=From scratch' -i 'other=…'\n" in printed


def test_version_and_usage_follow_convention() -> None:
    assert _process("--version").stdout == f"runwright {__version__}\n"
    for name, command in (*GROUPS.items(), *COMMANDS.items()):
        if not name.startswith("guide"):
            usage = " ".join(command.collect_usage_pieces(command.make_context(name, [], resilient_parsing=True)))
            assert "[[" not in usage and "…" not in usage, usage


def test_runbooks_with_both_suffixes_are_listed_and_validated(tmp_path: Path) -> None:
    (tmp_path / "runbooks").mkdir()
    for name in ("one.yaml", "two.yml"):
        text = f"name: The {name}\nsites: {{ a: {{ url: https://a.example }} }}\nsections: [{{ name: L, open: a / }}]\n"
        (tmp_path / "runbooks" / name).write_text(text, "utf-8")
    assert "The two.yml" in _call("list", cwd=tmp_path).stdout
    assert "2 runbooks valid." in _call("validate", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("command", "pair", "code"),
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
def test_an_invalid_secret_names_the_sources_and_quotes_no_value(command: str, pair: str, code: int) -> None:
    done = _call(command, "slack-alerts", "--secret", pair)
    printed = done.stdout + done.stderr
    assert done.returncode == code, printed
    assert "env:" in printed and "NAME=VALUE" not in printed
    assert "hunter2" not in printed


def test_doctor_reports_a_secret_command_with_unclosed_quotes() -> None:
    done = _call("doctor", "slack-alerts", "--secret", "client_secret=command:'pass")
    assert done.returncode == 4 and "Close the quotes" in done.stdout and not done.stderr


def test_validate_of_a_project_folder_reads_only_its_runbooks(tmp_path: Path) -> None:
    for name in ("runbooks/one.yaml", "screenshots/one/run/procedure/one.yaml", ".venv/two.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        text = "name: T\nsites: { a: { url: https://a.example } }\nsections: [{ name: L, open: a / }]\n"
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "screenshots/one/run/events.jsonl").touch()
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps/block.yaml").write_text('- expect: heading "A"\n', "utf-8")
    (tmp_path / "runwright.yaml").write_text("guides: content/{guide}.md\n", "utf-8")
    assert "1 runbook valid." in _call("validate", ".", cwd=tmp_path).stdout


def test_validate_reports_a_missing_path_as_an_error(tmp_path: Path) -> None:
    done = _call("validate", "nothing.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["message"] == "No such file or folder: nothing.yaml."


def test_validate_reports_all_errors_of_many_runbooks_in_order(tmp_path: Path) -> None:
    text = (ROOT / "runbooks" / "slack-alerts.yaml").read_text("utf-8")
    for number in range(250):
        (tmp_path / f"{number:03}.yaml").write_text(text.replace("- click:", "- clik:", number % 2), "utf-8")
    done = _process("validate", str(tmp_path))
    assert done.returncode == 2
    lines = [line for line in done.stdout.splitlines() if "Unknown verb `clik`" in line]
    assert [Path(line.split(":")[0]).name for line in lines] == [f"{number:03}.yaml" for number in range(1, 250, 2)]
    assert "125 errors in 125 of 250 runbooks." in done.stdout


def test_an_error_in_a_shared_block_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "way.yaml").write_text('- clik: button "Save"\n', "utf-8")
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(
            "name: x\nsites: { a: { url: https://a.example } }\nsections:\n", "utf-8"
        )
    done = _call("validate", str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml"), cwd=tmp_path)
    assert done.stdout.count("Unknown verb `clik`") == 1
    assert "1 error in 2 of 2 runbooks." in done.stdout


def test_help_validate_and_the_reference_load_no_playwright_and_no_rich() -> None:
    heavy = "{'playwright', 'rich', 'starlette', 'jinja2', 'PIL'}"
    for words in (["--help"], ["validate", "runbooks"], ["verbs"], ["schema"], ["list"]):
        code = (
            f"import sys\nsys.argv = ['runwright', *{words!r}]\nfrom runwright.cli.main import main\n"
            f"try:\n    main()\nexcept SystemExit:\n    pass\n"
            f"print('loaded:', sorted({heavy} & {{name.split('.')[0] for name in sys.modules}}))"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "loaded: []", f"{words}: {done.stdout.splitlines()[-1]}"


def test_no_verb_imports_playwright_at_module_level() -> None:
    for name, source in vocabulary().verbs.items():
        imports = [
            line
            for line in source.path.read_text("utf-8").splitlines()
            if line.startswith(("from play", "import play"))
        ]
        assert not imports, f"{name}: import Playwright inside the function that uses it, types from runwright.verb"


def test_doctor_checks_the_sites_and_secrets_of_a_runbook(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(
        """name: A book
inputs: { host: { description: A host } }
sites:
  gone: { url: http://127.0.0.1:9 }
  later: { url: "https://${host}" }
secrets:
  there: { description: x, from: env:RUNWRIGHT_TEST_THERE }
  lost: { description: x, from: env:RUNWRIGHT_TEST_LOST }
  filed: { description: x, from: file:nothing.txt }
sections: [{ name: Look, open: gone / }]
""",
        "utf-8",
    )
    done = _call("doctor", "book.yaml", cwd=tmp_path, RUNWRIGHT_TEST_THERE="hunter2 and more")
    assert done.returncode == 4, done.stdout + done.stderr
    lines = {" ".join(line.split()[:3]): line for line in done.stdout.splitlines()}
    for expected in (
        "ok python",
        "ok browser",
        "ok disk",
        "ok writing",
        "ok proxy",
        "FAIL site gone",
        "note site later",
    ):
        assert any(line.startswith(expected) for line in lines), f"{expected} is missing:\n{done.stdout}"
    for expected in ("ok secret there", "FAIL secret lost", "FAIL secret filed"):
        assert expected in lines, f"{expected} is missing:\n{done.stdout}"
    assert "Set the variable RUNWRIGHT_TEST_LOST." in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_doctor_prints_remedies_without_a_working_browser_proxy_and_display(tmp_path: Path) -> None:
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    done = _call("doctor", cwd=tmp_path, RUNWRIGHT_BROWSER=str(broken), https_proxy="http://127.0.0.1:9", DISPLAY="")
    assert done.returncode == 4
    assert "FAIL  browser" in done.stdout and "runwright doctor --fix" in done.stdout
    assert "note  proxy" in done.stdout and "https_proxy names 127.0.0.1:9, where nothing answers" in done.stdout
    if sys.platform.startswith("linux"):
        assert "xvfb-run" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9", "ALL_PROXY names 127.0.0.1:9, where nothing answers"),
        ("HTTP_PROXY", "http://me:hunter2@127.0.0.1:99999", "HTTP_PROXY is not the address of a proxy"),
        ("Https_Proxy", "htp://proxy.example:80", "Https_Proxy is not the address of a proxy"),
        ("all_proxy", "127.0.0.1:9", "all_proxy names 127.0.0.1:9"),
    ],
)
def test_an_unusable_proxy_is_reported_without_its_password(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_proxies(monkeypatch)
    monkeypatch.setenv(name, value)
    check = machine_checks._proxy()
    assert not check.ok and message in check.message and "http://HOST:PORT" in check.remedy
    assert "hunter2" not in check.message + check.remedy


def test_a_proxy_that_answers_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_proxies(monkeypatch)
    assert machine_checks._proxy().message == "none"
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        check = machine_checks._proxy()
    assert check.ok and check.message.startswith("HTTPS_PROXY set")


def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_a_display_passes_only_if_its_server_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for name in ("", ":7777", "127.0.0.1:3.0", "nonsense"):
        monkeypatch.setenv("DISPLAY", name)
        check = machine_checks._display()
        assert not check.ok and "xvfb-run" in check.remedy and name in check.message, name
    with socket.socket(socket.AF_UNIX) as wayland:
        wayland.bind(str(tmp_path / "wayland-7"))
        wayland.listen()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
        assert machine_checks._display().ok
    monkeypatch.delenv("WAYLAND_DISPLAY")
    with display(monkeypatch) as shown:
        check = machine_checks._display()
    assert check.ok and check.message.endswith(shown)


@pytest.mark.parametrize(
    ("options", "check", "messages"),
    [
        ("size=1m", "disk", ["Free 200 MB", "--out DIR"]),
        ("ro", "writing", ["is not writable: Read-only file system", "--out DIR"]),
    ],
)
def test_doctor_reports_a_full_or_read_only_disk_and_missing_fonts(
    options: str, check: str, messages: list[str], tmp_path: Path
) -> None:
    disk, tools = tmp_path / "disk", tmp_path / "bin"
    for folder in (disk, tools):
        folder.mkdir()
    lister = tools / "fc-list"
    lister.write_text("#!/bin/sh\ncase $1 in *ko*) echo font.ttf;; esac\n", "utf-8")
    lister.chmod(0o755)
    mounted = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o "$0" tmpfs "$1" && cd "$1" && shift && exec "$@"']
    if not shutil.which("unshare") or subprocess.run([*mounted, options, disk, "true"], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts")
    environment = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "RUNWRIGHT_BROWSER": "/bin/false"}
    done = subprocess.run(
        [*mounted, options, disk, sys.executable, "-m", "runwright", "doctor"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"FAIL  {check}" in done.stdout
    for message in messages:
        assert message in done.stdout
    assert "note  fonts" in done.stdout and "none for Japanese" in done.stdout and "fonts-noto-cjk" in done.stdout


@pytest.mark.slow
def test_doctor_installs_a_browser_and_the_headless_shell_if_available(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    log = tmp_path / "log"
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {log}\n', "utf-8")
    (tools / "apt-cache").write_text('#!/bin/sh\n[ "$2" = chromium-headless-shell ]\n', "utf-8")
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n', "utf-8")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    done = _call(
        *("doctor", "--fix", "--yes"),
        cwd=tmp_path,
        PATH=f"{tools}",
        PLAYWRIGHT_BROWSERS_PATH=str(tmp_path / "own"),
        PLAYWRIGHT_DOWNLOAD_HOST="http://127.0.0.1:9",
    )
    assert "playwright install chromium" in done.stdout, done.stdout + done.stderr
    assert log.read_text("utf-8").splitlines() == [
        "update",
        "install -y chromium",
        "install -y chromium-headless-shell",
    ]
    assert done.returncode == 4 and "FAIL  browser" in done.stdout, "the stub installs nothing"
