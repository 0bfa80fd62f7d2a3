"""The options that several intakes share, and how a command gets them."""

from __future__ import annotations

import inspect
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["coding_options", "patient_options", "shared_options", "with_options"]


def shared_options(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The assertion table to write; its source goes beside it, under the same name "
            "with .sources.csv, where metastasis build finds it.  [default: standard output]",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="KEY",
            help="What the source is called.  [default: as "
            "the data call themselves, else by the file]",
        ),
    ] = None,
    citation: Annotated[
        str | None, typer.Option("--citation", metavar="TEXT", help="How the source is cited.")
    ] = None,
    license: Annotated[  # noqa: A002
        str | None,
        typer.Option("--license", metavar="TEXT", help="The license of the data, as stated."),
    ] = None,
    site_map: Annotated[
        Path | None,
        typer.Option(
            "--site-map",
            metavar="FILE",
            help="Your table of labels and their catalog keys. It is read first; labels that "
            "nothing knows are added to it, with suggestions, for you to fill in.  [default: the "
            "name of --out with .site-map.csv, written only if there are such labels]",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="A file for the account of every row and patient, text or .json.  [default: "
            "standard error]",
        ),
    ] = None,
    min_count: Annotated[
        int,
        typer.Option(
            "--min-count",
            metavar="N",
            min=1,
            help="Leave out pairs with fewer patients, as owners of data may ask. "
            "A cancer and its subtype both stand there, and may differ by less.",
        ),
    ] = 1,
    zeros: Annotated[
        bool,
        typer.Option("--zeros", help="Also write sites seen in nobody; each denies its pair."),
    ] = False,
) -> None:
    """Hold the options of every intake."""


def patient_options(
    patterns: Annotated[
        Path | None,
        typer.Option(
            "--patterns",
            metavar="FILE",
            help="A file for the sets of sites found together, and in how many patients; sets of "
            "fewer than --min-count are left out.",
        ),
    ] = None,
    min_patients: Annotated[
        int,
        typer.Option(
            "--min-patients", metavar="N", min=1, help="Leave out primaries with fewer patients."
        ),
    ] = 1,
    engine: Annotated[
        str, typer.Option("--engine", metavar="ENGINE", help="What counts: duckdb or spark.")
    ] = "duckdb",
    master: Annotated[
        str | None,
        typer.Option(
            "--master", metavar="URL", help="Spark: the cluster.  [default: as Spark is set up]"
        ),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory",
            metavar="SIZE",
            help="DuckDB: the most memory to use, such as 1GB; the rest goes to disk.",
        ),
    ] = None,
) -> None:
    """Hold the options of every intake of single patients."""


def coding_options(
    choose: Annotated[
        str,
        typer.Option(
            "--choose",
            metavar="RULE",
            help="The primary of a patient with several: first or last by date, most (of the "
            "codes), only (leave the patient out) or each.",
        ),
    ] = "first",
    look_back: Annotated[
        int | None,
        typer.Option(
            "--look-back",
            metavar="DAYS",
            min=0,
            help="Keep only patients observed so long before their first cancer code.",
        ),
    ] = None,
    at_diagnosis: Annotated[
        int | None,
        typer.Option(
            "--at-diagnosis",
            metavar="DAYS",
            min=0,
            help="Count only metastases within so many days of the primary.  [default: the whole "
            "course]",
        ),
    ] = None,
    nodes: Annotated[
        str,
        typer.Option(
            "--nodes",
            metavar="RULE",
            help="Whether lymph nodes alone, which may be regional, make a patient metastatic: "
            "ignore or count.",
        ),
    ] = "ignore",
    detail: Annotated[
        str,
        typer.Option(
            "--detail",
            metavar="RULE",
            help="Primaries as fine as their code, or by organ, as colon and rectum under "
            "colorectal: code or organ.",
        ),
    ] = "code",
    date_format: Annotated[
        str | None,
        typer.Option(
            "--date-format",
            metavar="FORMAT",
            help="How dates are written, such as YYYY-MM-DD or D/M/YYYY.  [default: the one that "
            "fits all]",
        ),
    ] = None,
    sequences: Annotated[
        Path | None,
        typer.Option(
            "--sequences",
            metavar="FILE",
            help="A file (.csv or .parquet) for the order in which sites were first coded.",
        ),
    ] = None,
) -> None:
    """Hold the options of everything that is coded."""


def with_options(
    *groups: Callable[..., None],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of these functions too; it gets them as keywords."""

    def give(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        every = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        for group in groups:
            every += inspect.signature(group, eval_str=True).parameters.values()
        command.__signature__ = signature.replace(parameters=every)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in every}
        return command

    return give
