"""Members of containers: a site in an item or row whose lead or header says what it is.

Apart from items and rows because both make statements of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis.text._grammar.frequencies import frequencies_of
from metastasis.text._grammar.phrases import place_of
from metastasis.text._grammar.site_lists import site_lists_of
from metastasis.text._grammar.statement import Context, Statement, Topic, relation_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.tokens import Token

__all__ = ["labelled_sites", "member"]


def labelled_sites(
    text: str, tokens: Sequence[Token], context: Context, topic: Topic
) -> Iterator[Statement]:
    """Yield a statement for each site behind a label that names the cancer."""
    said = frequencies_of(text, tokens, site_lists_of(text, tokens))
    begin = tokens[0].start if tokens else 0
    unsaid = begin + place_of("unsaid", text[begin:])
    for index, token in enumerate(tokens):
        if token.kind == "site" and token.start < unsaid:
            words = said.get(index)
            frequency = words.frequency if words else context.frequency
            cue = (words.start, words.end) if words else None
            yield member(token, frequency, cue, context, "row", topic)


def member(
    site: Token,
    frequency: str | None,
    cue: tuple[int, int] | None,
    context: Context,
    rule: str,
    topic: Topic | None = None,
) -> Statement:
    """Return the statement of one site of a container."""
    topic = context.topic if topic is None else topic
    relation = relation_to(site.value, context.relation or "metastasis")
    return Statement(
        site=site.value,
        start=site.start,
        end=site.end,
        topic=topic,
        relation=relation,
        frequency=frequency,
        route="direct_extension" if relation == "extension" else context.route,
        cue=cue,
        rule=rule,
        features=(
            f"rule={rule}",
            f"from={topic.source}",
            f"cue={'own' if cue else 'lead' if context.frequency else 'none'}",
            f"relation={relation}",
            f"frequency={frequency}",
        ),
    )
