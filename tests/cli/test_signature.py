"""Commands made from functions: what becomes of types, defaults and docstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click
import pytest
from click.testing import CliRunner

from metastasis._cli.signature import command, first_sentence, options_of, spoken_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from metastasis._catalog import Names
    from metastasis._evidence.frame import Frame
    from metastasis._vocabulary import Edge

Side = Literal["left", "right"]


def asked(
    evidence: Any,
    primaries: Names = None,
    site: str | None = None,
    *,
    side: Side = "left",
    edge: Edge = "any",
    denominator: str | None = None,
    frame: Frame | None = None,
    at: float = 0.5,
    draws: int = 200,
    distinct: bool = True,
    pooled: bool | Iterable[Any] = False,
    absent: Iterable[str] = (),
    table: str | Path | Sequence[tuple[str, ...]] | None = None,
    weights: Mapping[str, float] | None = None,
    ax: Axes | None = None,
) -> None:
    """Return what a test asks for, after Smith et al. 2011. Nothing else.

    More about it, with a :class:`~metastasis.Frame` and ``code``.

    >>> asked(None)

    Parameters
    ----------
    evidence
        What is said.
    primaries, site
        Some names; None is all. And more.
    at
        Where to cut (see :func:`cut`).
    weights
        By name.
    denominator
        As :func:`elsewhere`.

    Raises
    ------
    ValueError
        Never.
    """


def echo(word: str, *, times: int = 1, files: Sequence[Path] = (), loud: bool = False) -> None:
    """Say a word.

    Parameters
    ----------
    word
        What to say. In full.
    times : COUNT
        How often.
    """
    click.echo(f"{word * times} {[path.name for path in files]} {loud}")


def taken() -> dict[str, click.Option]:
    """Return the options of the function, by name."""
    found = options_of(asked, skip=1)
    assert all(isinstance(one, click.Option) for one in found)
    return {str(one.name): one for one in found if isinstance(one, click.Option)}


def test_what_no_shell_can_give_is_left_out() -> None:
    assert set(taken()) == {
        *("primaries", "site", "side", "edge", "denominator", "at", "draws", "distinct"),
        *("pooled", "absent", "table"),
    }


@pytest.mark.parametrize(
    ("name", "flags", "several", "kind"),
    [
        ("primaries", ["--primary"], True, "text"),
        ("site", ["--site"], False, "text"),
        ("side", ["--side"], False, "choice"),
        ("edge", ["--edge"], False, "choice"),
        ("denominator", ["--denominator"], False, "choice"),
        ("at", ["--at"], False, "float"),
        ("draws", ["--draws"], False, "integer range"),
        ("distinct", ["--distinct", "--overlapping"], False, "boolean"),
        ("pooled", ["--pooled"], False, "boolean"),
        ("absent", ["--absent"], True, "text"),
        ("table", ["--table"], False, "path"),
    ],
)
def test_types_become_options(name: str, flags: list[str], several: bool, kind: str) -> None:
    option = taken()[name]
    assert [*option.opts, *option.secondary_opts] == flags
    assert (option.multiple, option.type.name) == (several, kind)


def test_choices_come_from_literals_aliases_and_the_vocabulary() -> None:
    choices = {
        name: list(option.type.choices)
        for name, option in taken().items()
        if isinstance(option.type, click.Choice)
    }
    assert choices["side"] == ["left", "right"]
    assert choices["edge"] == ["any", "commonly", "possibly", "rarely"]
    assert "autopsies" in choices["denominator"]


def test_help_is_the_first_sentence_or_what_is_common_to_all() -> None:
    said = {name: option.help for name, option in taken().items()}
    assert said["primaries"] == "Some names. May be given again.  [default: all]"
    assert said["site"] == "The site."  # described together with another, so what is common
    assert said["at"] == "Where to cut (see cut)."
    assert said["denominator"] == "Only numbers out of these."
    assert said["draws"] == "How many random draws."


def test_a_docstring_is_read_up_to_its_first_example() -> None:
    spoken = spoken_parts(asked)
    assert spoken.text == (
        "What a test asks for, after Smith et al. 2011. Nothing else.\n\n"
        "More about it, with a Frame and code."
    )
    assert first_sentence(spoken.text) == "What a test asks for, after Smith et al. 2011"


def test_a_function_for_the_shell_has_arguments_and_all_that_is_said_of_them() -> None:
    made = command("echo", echo)
    told = CliRunner().invoke(made, ["--help"]).stdout
    assert "Usage: echo [OPTIONS] WORD" in told
    assert "What to say. In full." in told
    assert "--times COUNT" in told
    done = CliRunner().invoke(made, ["a", "--times", "3", "--files", "x/y", "--loud"])
    assert done.stdout == "aaa ['y'] True\n"


def test_a_parameter_that_must_be_given_and_cannot_is_an_error() -> None:
    def draw(evidence: Any, ax: Axes) -> None:
        """Draw."""

    with pytest.raises(TypeError, match="no option can give 'ax'"):
        options_of(draw, skip=1)
