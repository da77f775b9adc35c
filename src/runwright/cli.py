"""The command line. Each command imports what it needs, so that `--help` and `validate` are quick."""

from __future__ import annotations

import sys
from collections.abc import Sized
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from runwright.guide_cli import guide_app
from runwright.options import (
    Anew,
    Guide,
    Headed,
    InputFile,
    Inputs,
    Json,
    Out,
    Redo,
    Rehearsing,
    Resume,
    Runbook,
    Scenarios,
    Secrets,
    Ticket,
    Yes,
)


class Commands(TyperGroup):
    """Says what commands there are when none is like the one that was typed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            message = str(getattr(error, "message", ""))
            if message and "Did you mean" not in message:
                error.message = f"{message} There are: {', '.join(sorted(self.commands))}."  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Runs runbooks against real admin pages, with a picture at every step as audit evidence.",
    epilog="Begin with: runwright rehearse slack-alerts",
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    resume: Resume = None,
    anew: Anew = False,
    redo: Redo = None,
    rehearsal: Rehearsing = None,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Run a runbook against the real sites (or, with --rehearsal, against stand-ins that are served already)."""
    from runwright.running import Call, go

    if resume is not None and anew:
        typer.echo("--resume takes up a run, and --anew takes no notice of it: say one of them.", err=True)
        raise typer.Exit(2)
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
        yes=yes,
        resume=resume,
        anew=anew,
        redo=tuple(redo or ()),
        control=rehearsal,
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
    from runwright import output
    from runwright.language.errors import Fault, UserError
    from runwright.projects import no_file
    from runwright.validating import faults_of

    given = paths or [Path("runbooks")]
    for path in paths or ():
        if not path.exists():
            raise no_file(path, "Give a file, or a folder with some.")
    files = [f for p in given for f in (sorted(p.rglob("*.yaml")) if p.is_dir() else [p])]
    nothing = Fault("There is no runbook here.", "Give a file, or a folder with some.")
    faults = faults_of(files) if files else [nothing]
    if json:
        output.print_json({"files": [str(path) for path in files], "faults": [_fault_data(fault) for fault in faults]})
    stream = sys.stderr if json else sys.stdout
    if faults:
        output.print_faults(UserError(faults), stream)
        print(f"\n{_counted(faults, 'fault')} in {_counted(files, 'file')}.", file=stream)
        raise typer.Exit(2)
    if not json:
        typer.echo(f"{_counted(files, 'runbook')}: no fault.")


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


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
    from runwright import output as ui
    from runwright.language.errors import UserError
    from runwright.language.load import load
    from runwright.projects import runbook_files, words

    words_for = words()
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
    from runwright import output as ui
    from runwright.evidence import verify as check

    for folder in folders:
        _folder_is_there(folder)
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


def _folder_is_there(folder: Path) -> None:
    from runwright.projects import no_file

    if not folder.exists():
        raise no_file(folder, "Give a run's folder; a run names it when it ends.")


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

    _folder_is_there(folder)
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


@app.command(epilog="Example: runwright schema --to runbook.schema.json")
def schema(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there, not on standard output.")
    ] = None,
) -> None:
    """The JSON Schema of runbooks, for editors: the shipped verbs and those of steps/ in this folder."""
    from runwright.language.errors import Fault, UserError
    from runwright.newproject import schema_text

    text = schema_text(Path("steps"))
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(Fault(f"{to} cannot be written: {error.strerror}.", "Choose another file.")) from None


@app.command(epilog="Example: runwright init demo")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; it is made when it is missing.")],
) -> None:
    """Begin a project: a runbook, the schema for editors, room for steps and evidence. Overwrites nothing."""
    import shlex

    from runwright.newproject import start

    started = start(folder)
    for path in started.written:
        typer.echo(f"written  {path}")
    for path in started.kept:
        typer.echo(f"kept     {path}")
    typer.echo(f"\nNext: cd {shlex.quote(str(folder))} && runwright rehearse slack-alerts")


@app.command(epilog="Example: runwright doctor slack-alerts -i wandb_url=https://wandb.acme.example")
def doctor(
    runbook: Annotated[
        str | None, typer.Argument(help="A runbook, whose sites and secrets are looked at too.", metavar="[RUNBOOK]")
    ] = None,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    fix: Annotated[bool, typer.Option("--fix", help="Install what is missing, after asking.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Look whether this machine can run runbooks, and say what helps."""
    from runwright.doctor import about_runbook, examine

    more = about_runbook(runbook, inputs or [], input_file, secret or []) if runbook is not None else ()
    raise typer.Exit(examine(fix, yes, more))


app.add_typer(guide_app, name="guide")


def main() -> None:
    """The `runwright` command."""
    from runwright.language.errors import UserError

    try:
        app()
    except UserError as error:
        from runwright.output import print_faults

        print_faults(error, sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
