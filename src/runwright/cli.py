"""The command line. Each command imports what it needs, so that `--help` and `validate` are quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from runwright.guide_cli import guide_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Runs runbooks against real admin pages, with a picture at every step as audit evidence.",
    epilog="Begin with: runwright rehearse slack-alerts",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Runbook = Annotated[str, typer.Argument(help="A runbook's path, or its name under runbooks/.", metavar="RUNBOOK")]
Inputs = Annotated[list[str] | None, typer.Option("-i", "--input", metavar="NAME=VALUE", help="An input's value.")]
InputFile = Annotated[Path | None, typer.Option("--inputs", metavar="FILE", help="A YAML file with inputs.")]
Secrets = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="NAME=SOURCE", help="env:NAME, file:PATH, command:… or prompt."),
]
Guide = Annotated[Path | None, typer.Option("--guide", metavar="FILE", help="The guide, to be kept as evidence.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser's window; sign in there.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a real run.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where evidence goes.")]
Ticket = Annotated[str | None, typer.Option("--ticket", metavar="T", help="The ticket that asks for this run.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", metavar="NAME", help="What the stand-ins play; may be repeated.")
]
Rehearsing = Annotated[
    str | None, typer.Option("--rehearsal", metavar="URL", help="Use the stand-ins that `runwright rehearsal` serves.")
]


@app.command(
    epilog="Example: runwright run slack-alerts -i workspace=Acme -i wandb_url=https://wandb.acme.example --headed"
)
def run(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    headed: Headed = False,
    yes: Yes = False,
    rehearsal: Rehearsing = None,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Run a runbook against the real sites (or, with --rehearsal, against stand-ins that are served already)."""
    from runwright.running import Call, go

    call = Call(
        runbook, inputs or [], input_file, secret or [], guide, headed, out, ticket, json, yes=yes, control=rehearsal
    )
    raise typer.Exit(go(call))


@app.command(epilog="Example: runwright check slack-alerts -i workspace=Acme -i wandb_url=https://wandb.acme.example")
def check(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    headed: Headed = False,
    rehearsal: Rehearsing = None,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Read whether everything is set as the runbook says; change nothing."""
    from runwright.running import Call, go

    call = Call(
        runbook,
        inputs or [],
        input_file,
        secret or [],
        guide,
        headed,
        out,
        ticket,
        json,
        mode="check",
        yes=True,
        control=rehearsal,
    )
    raise typer.Exit(go(call))


@app.command(epilog="Example: runwright rehearse slack-alerts --scenario apps")
def rehearse(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    scenario: Scenarios = None,
    headed: Headed = False,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Run a runbook against local stand-ins, under the sites' real addresses. Needs no network and no account."""
    from runwright.running import Call, go

    call = Call(
        runbook,
        inputs or [],
        input_file,
        secret or [],
        guide,
        headed,
        out,
        ticket,
        json,
        yes=True,
        scenarios=scenario or [],
    )
    raise typer.Exit(go(call))


@app.command(epilog="Example: runwright validate runbooks/")
def validate(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]…", help="Files or folders.")] = None,
    json: Json = False,
) -> None:
    """Tell every fault of every runbook: where it stands, what it is, what to write instead."""
    from runwright import console as ui
    from runwright.language.errors import Fault, UserError
    from runwright.language.load import load
    from runwright.projects import words_for

    console = ui.make(stderr=json)
    given = paths or [Path("runbooks")]
    files = [f for p in given for f in (sorted(p.rglob("*.yaml")) if p.is_dir() else [p])]
    faults: list[Fault] = [] if files else [Fault("There is no runbook here.", "Give a file, or a folder with some.")]
    for path in files:
        try:
            load(path, words_for(path))
        except UserError as error:
            faults += error.faults
    if json:
        ui.print_json({"files": [str(path) for path in files], "faults": [_fault_data(fault) for fault in faults]})
    if faults:
        ui.show_error(UserError(faults), console)
        console.print(f"\n{len(faults)} fault{'s' if len(faults) > 1 else ''} in {len(files)} file(s).")
        raise typer.Exit(2)
    if not json:
        console.print(f"{len(files)} runbook{'s' if len(files) > 1 else ''}: no fault.")


def _fault_data(fault: Any) -> dict[str, Any]:
    mark = fault.mark
    return {
        "file": str(fault.path) if fault.path else None,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
        "message": fault.message,
        "remedy": fault.remedy,
    }


@app.command("list", epilog="Example: runwright list")
def list_(json: Json = False) -> None:
    """Say what runbooks there are."""
    from runwright import console as ui
    from runwright.language.errors import UserError
    from runwright.language.load import load
    from runwright.projects import runbook_files, words_for

    rows = []
    for name, path in runbook_files().items():
        try:
            title = load(path, words_for(path)).title
        except UserError as error:
            title = f"({len(error.faults)} faults; see `runwright validate {path}`)"
        rows.append({"name": name, "title": title, "path": str(path)})
    if json:
        ui.print_json(rows)
    for row in [] if json else rows:
        typer.echo(f"{row['name']:<24} {row['title']}")


@app.command(epilog="Example: runwright verify screenshots/slack-alerts/20261124T033000Z-7f3a --head 9f2c…")
def verify(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER…", help="Runs' folders, or folders with some.")],
    head: Annotated[str | None, typer.Option("--head", metavar="H", help="The head that was kept elsewhere.")] = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="Refuse rehearsals.")] = False,
    json: Json = False,
) -> None:
    """Check that nothing in a run's folder was altered; say what that does not prove."""
    from runwright import console as ui
    from runwright.evidence import verify as check

    found = [run for folder in folders for run in check.run_folders(folder)]
    if not found:
        typer.echo("There is no run's folder (one with an events.jsonl).", err=True)
        raise typer.Exit(2)
    if head is not None and len(found) != 1:
        typer.echo("--head goes with one run's folder.", err=True)
        raise typer.Exit(2)
    verdicts = [check.verify(run, head, evidence) for run in found]
    alone = len(found) == 1 and found[0] in folders
    missing = [] if alone else check.missing_predecessors(verdicts)
    good = all(verdict.good for verdict in verdicts) and not missing
    if json:
        ui.print_json({"good": good, "runs": [verdict.data() for verdict in verdicts], "missing": missing})
        raise typer.Exit(0 if good else 1)
    for verdict in verdicts:
        if verdict.rehearsal:
            typer.echo("REHEARSAL: no evidence of any real setting.")
        word = "whole" if verdict.good else "ALTERED" if verdict.finished else "not finished"
        typer.echo(f"{word}  {verdict.folder}  ({verdict.status or 'not ended'})")
        for problem in (*verdict.problems, *verdict.notes):
            typer.echo(f"         {ui.clean(problem)}")
        typer.echo(f"         head {verdict.head}" + ("" if head else "  (compare it with the one kept elsewhere)"))
    for line in missing:
        typer.echo(line)
    typer.echo("\nWhat this shows, and what not:")
    for line in check.LIMITS:
        typer.echo(f"- {line}")
    raise typer.Exit(0 if good else 1)


@app.command(epilog="Example: runwright report screenshots/slack-alerts/20261124T033000Z-7f3a")
def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run's folder.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="One .pdf, or one self-contained .html.")
    ] = None,
) -> None:
    """Make the reports, the statement and the sums of a run's folder again (the same bytes), or export one file."""
    from runwright.evidence.closing import close
    from runwright.evidence.export import export
    from runwright.evidence.files import EvidenceError

    if not (folder / "events.jsonl").is_file():
        typer.echo(f"{folder} is no run's folder: there is no events.jsonl in it.", err=True)
        raise typer.Exit(2)
    try:
        if to is not None:
            export(folder, to)
        else:
            close(folder)
    except EvidenceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(4) from None
    typer.echo(str(to or folder / "report.html"))


@app.command(epilog="Example: runwright rehearsal --port 8765 --scenario apps")
def rehearsal(
    port: Annotated[
        int, typer.Option("--port", metavar="P", help="The control address's port; 0 takes a free one.")
    ] = 8765,
    scenario: Scenarios = None,
    list_all: Annotated[bool, typer.Option("--list", help="Name the scenarios and say what each plays.")] = False,
) -> None:
    """Serve the stand-ins until Ctrl-C; `run --rehearsal URL` uses them."""
    from runwright.engine.interrupts import interrupts
    from runwright.language.errors import Fault, UserError
    from runwright.rehearsal.kinds import KINDS
    from runwright.rehearsal.serve import Rehearsal, all_scenarios

    if list_all:
        for name, sentence in sorted(all_scenarios(KINDS).items()):
            typer.echo(f"{name:<24} {sentence}")
        return
    try:
        served = Rehearsal(scenario or [], port)
        with interrupts() as interrupt, served:
            typer.echo(f"control   {served.control_url}")
            typer.echo(f"run       runwright run slack-alerts --rehearsal {served.control_url}")
            typer.echo(f"curl      curl --proxy {served.control_url} --cacert ca.pem https://api.slack.com/apps")
            typer.echo(
                f"          ({served.control_url}/ca.pem is the certificate; /effects and /state say what happened)"
            )
            interrupt.wait()
    except ValueError as error:
        typer.echo(str(UserError(Fault(str(error), "`runwright rehearsal --list` names them all."))), err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"The port {port} cannot be had: {error.strerror}. Choose another with --port.", err=True)
        raise typer.Exit(4) from None


@app.command(epilog="Example: runwright steps click")
def steps(verb: Annotated[str | None, typer.Argument(metavar="[VERB]", help="The verb to explain.")] = None) -> None:
    """Say what verbs there are, or explain one: what it does, its fields, an example."""
    from runwright import reference
    from runwright.language.errors import Fault, UserError, did_you_mean
    from runwright.language.verbs import vocabulary

    verbs = vocabulary(Path("steps")).models()
    if verb is None:
        for name in sorted(verbs):
            typer.echo(f"{name:<12} {reference.summary(verbs[name])}")
        return
    if verb not in verbs:
        typer.echo(str(UserError(Fault(f"There is no verb `{verb}`.", did_you_mean(verb, verbs)))), err=True)
        raise typer.Exit(2)
    typer.echo(reference.page(verbs[verb]))


@app.command(epilog="Example: runwright doctor --fix")
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Install what is missing, after asking.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Look whether this machine can run runbooks, and say what helps."""
    from runwright.doctor import examine

    raise typer.Exit(examine(fix, yes))


app.add_typer(guide_app, name="guide")


def main() -> None:
    """The `runwright` command."""
    app()


if __name__ == "__main__":
    main()
