"""Output of the `runwright guide` commands: formats, files, and errors with their exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from runwright.evidence.sanitize import for_terminal
from runwright.evidence.statuses import EXIT_INVALID, EXIT_UNUSABLE

if TYPE_CHECKING:
    from runwright.guide.check_result import Report

T = TypeVar("T")

FORMATS = ("text", "json", "summary", "diff", "sarif", "html", "github", "gitlab")
SUFFIXES = {".html": "html", ".htm": "html", ".json": "json", ".md": "summary", ".diff": "diff", ".sarif": "sarif"}
"""The format of a report by the suffix of the output file; text for any other suffix."""


def report_format(requested: str | None, json: bool, output: Path | None) -> str:
    """The format of a report: --format or --json, else by the suffix of the output file. Exits with 2 on an error."""
    if json and requested not in (None, "json"):
        fail(f"--json and --format {requested} contradict each other.", "Pass one of them.")
    if requested is None:
        return "json" if json else SUFFIXES.get(output.suffix.lower(), "text") if output is not None else "text"
    if requested not in FORMATS:
        fail(f"Unknown format `{requested}`.", f"Pass one of {', '.join(FORMATS)}.")
    return requested


def coverage_format(output: Path | None) -> str:
    """The format of coverage by the suffix of the output file; text without a file. Exits with 2 on an error."""
    formats = {suffix: name for suffix, name in SUFFIXES.items() if name in ("html", "json")} | {".txt": "text"}
    if output is None:
        return "text"
    if output.suffix.lower() not in formats:
        fail(f"Unknown format for coverage: {output}.", f"Use one of the suffixes {', '.join(formats)}.")
    return formats[output.suffix.lower()]


def rendered(report: Report, format: str, output: Path | None) -> str:
    """The text of a report. ``output`` is the file that the text is for: links in HTML are relative to it."""
    if format == "json":
        return json_text(report.data())
    if format == "summary":
        from runwright.guide.render.summary import summary

        return summary(report)
    if format == "diff":
        from runwright.guide.render.suggested_diff import diff

        return diff(report)
    if format == "sarif":
        from runwright.guide.render.sarif import sarif

        return json_text(sarif(report))
    if format == "github":
        from runwright.guide.render.code_hosts import github_annotations

        return for_terminal(github_annotations(report))
    if format == "gitlab":
        from runwright.guide.render.code_hosts import code_quality

        return json_text(code_quality(report))
    if format == "html":
        from runwright.guide.render.html_page import page

        return page(report, output)
    from runwright.guide.render.plain_text import text

    return for_terminal(text(report))


def json_text(data: Any) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def write_output(text: str, output: Path | None) -> None:
    """Write to the file and print its path to standard error; without a file, print to standard output.

    Exits with 4 if the disk refuses the file.
    """
    from runwright.evidence.atomic_io import EvidenceError, write_atomic

    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        write_atomic(output, text.encode("utf-8", "backslashreplace"))
    except EvidenceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    typer.echo(str(output), err=True)


def write_beside(report: Report, format: str, output: Path | None) -> None:
    """What a code host shows beside the annotations: the summary that GitHub has a file for, GitLab's log of the job.

    Exits with 4 if the disk refuses the file.
    """
    if format == "gitlab" and output is not None:
        typer.echo(rendered(report, "text", None), nl=False)
    if format == "github":
        _append_summary(report)


def _append_summary(report: Report) -> None:
    """Append the summary to the file that GitHub names; nothing elsewhere."""
    import os

    from runwright.guide.render.code_hosts import SUMMARY_VARIABLE, bounded_summary

    name = os.environ.get(SUMMARY_VARIABLE)
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(bounded_summary(rendered(report, "summary", None)))
    except OSError as error:
        typer.echo(f"Cannot write the summary to {name}: {error.strerror}.", err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None


def require_folder_of(output: Path | None) -> None:
    """Exit with 2 if the folder of the output file does not exist, before any work is done."""
    if output is not None and not output.parent.is_dir():
        fail(f"No such folder: {output.parent}.", "Create it first, or pass another path.")


def guarded(work: Callable[[], T]) -> T:
    """Do the work; exit with 2 on an error of the caller, with 4 on an error of the machine."""
    from runwright.cli import run_output as ui
    from runwright.evidence.atomic_io import EvidenceError
    from runwright.language.diagnostics import UserError

    try:
        return work()
    except UserError as error:
        ui.show_error(error, ui.make_console(stderr=True))
        raise typer.Exit(EXIT_INVALID) from None
    except EvidenceError as error:
        typer.echo(for_terminal(str(error)), err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None


def fail(message: str, remedy: str) -> NoReturn:
    """Print a message with a remedy to standard error and exit with 2."""
    typer.echo(f"{message}\n  {remedy}", err=True)
    raise typer.Exit(EXIT_INVALID)
