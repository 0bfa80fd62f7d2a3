"""Sites and numbers that stand side by side: "bone metastases in 30 %", "30 % had bone metastases".

From each site the words behind it are walked, up to a number, as long as they only say that the
site has it; and from each number the words behind it, up to a site, as long as they only say that
people have one there. A number that may be of several sites, or of people who were only chosen by
a site, is left out. Apart from the clause because it knows nothing of what is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.attachment import Attachment, undisputed
from metastasis.text._numbers.letters import BRACKET, LETTERS, NUMBER, NUMBERS, SITE, classes, form

if TYPE_CHECKING:
    from metastasis.text._numbers.clause_tokens import ClauseTokens

__all__ = ["neighbors_in"]

_HAVE: Final = LETTERS["have"]
_OF: Final = LETTERS["of"]


def neighbors_in(clause: ClauseTokens) -> list[Attachment]:
    """Return what belongs together as it stands side by side, without what is in doubt."""
    found = [one for at in range(len(clause.letters)) if (one := _from(clause, at)) is not None]
    found = [one for one in found if not _is_shared(clause, one)] or _opened(clause)
    bare = [one for one in found if _is_bare(clause, one)]
    if len(bare) == 1:
        found.remove(bare[0])
    return undisputed(found)


def _from(clause: ClauseTokens, at: int) -> Attachment | None:
    """Return the attachment of a token with what stands behind it."""
    if clause.letters[at] == SITE:
        return _behind(clause, at)
    return _ahead(clause, at) if clause.letters[at] == NUMBER else None


# A site, and its number behind it.

_AFTER_SITE: Final = classes(
    "metastasis place adverb be find the adjective of cancer in which rate sign from"
)
"""What may stand between a site and its number behind it."""
_TIES: Final = classes("be find in sign rate")
"""What of it says that the site has the number."""
_AFTER_COMMA: Final = form("[which find in]")
_CLOSES: Final = form("number (?: [, and] | $)")
"""A number that ends what is said: "bone, 47 %; lung, 37 %"."""
_AFTER_HAVE: Final = form("[in be adverb]")
_IS_ONE: Final = form("be [the adjective adverb]* $")
"""Liver metastases were carcinomas: what follows counts those."""


def _behind(clause: ClauseTokens, site: int) -> Attachment | None:
    """Return a site with the number that stands behind it."""
    is_strong = False
    for at in range(site + 1, len(clause.letters)):
        letter = clause.letters[at]
        if letter in NUMBERS:
            is_strong = is_strong or letter == BRACKET
            return Attachment(site=site, number=at, is_strong=is_strong)
        if not _leads_to_number(clause, site, at):
            return None
        is_strong = is_strong or letter in _TIES
    return None


def _leads_to_number(clause: ClauseTokens, site: int, at: int) -> bool:
    """Whether a token may stand between a site and its number behind it."""
    letters = clause.letters
    if letters[at] == ",":
        return bool(_AFTER_COMMA.match(letters, at + 1) or _CLOSES.match(letters, at + 1))
    if letters[at] == _HAVE:
        return _AFTER_HAVE.match(letters, at + 1) is not None
    is_counted = letters[at] == LETTERS["cancer"] and _IS_ONE.search(letters, site, at)
    return letters[at] in _AFTER_SITE and not is_counted


# A number, and its site behind it.

_BEFORE_SITE: Final = classes(
    "have be adverb with in the adjective find metastasis place people cancer rate"
)
"""What may stand between a number and a site: "29 % of patients had metastases to the lung"."""
_BEFORE_OF: Final = tuple(classes("metastasis find people rate"))
"""What "of" and a site may follow there: "metastases of the lung"."""
_HAVING: Final = classes("have be with in find")
"""What of it says that people have the site."""
_PART_OF: Final = _HAVING | classes("people")
_HAD: Final = classes("have be")
_NEAR: Final = 4
"""Tokens before a number that can say that others are out of it."""
_OUT_OF: Final = form("(?: (?<!adjective) of | from) [the adjective]{0,2} $")
"""Of three patients: a count that others are out of."""
_CHOSEN_BY: Final = form("[of from in] [the adjective adverb]{0,2} $")
"""In only 12 cases with metastases to the heart: something else was found in them."""
_ENDS: Final = form(r"metastasis? (?: [, and \)] | $)")
"""What stands behind a site with which a phrase ends: "12 patients with bone metastases, …"."""


def _ahead(clause: ClauseTokens, number: int) -> Attachment | None:
    """Return a number with the site that stands behind it."""
    said = ""
    for at in range(number + 1, len(clause.letters)):
        letter = clause.letters[at]
        if letter == SITE:
            if _only_chooses(clause, number, at, said):
                return None
            is_strong = bool(_HAVING.intersection(said))
            return Attachment(site=at, number=number, is_strong=is_strong)
        is_of = letter == _OF and (clause.of_cancers or said.endswith(_BEFORE_OF))
        if letter not in _BEFORE_SITE and not is_of:
            return None
        said += letter
    return None


def _only_chooses(clause: ClauseTokens, number: int, site: int, said: str) -> bool:
    """Whether words only pick people by a site, or sites: "30 patients with bone metastases"."""
    quantity = clause.quantity(number)
    if quantity is not None and quantity.total and not _PART_OF.intersection(said):
        return True  # two of the five bone metastases
    has_with = LETTERS["with"] in said
    if quantity is not None and quantity.percent is None and quantity.total is None:
        before = clause.before(number, _NEAR)
        if _OUT_OF.search(before) or (has_with and _CHOSEN_BY.search(before)):
            return True
    goes_on = not _ENDS.match(clause.letters, site + 1)
    is_of_people = said.startswith(LETTERS["people"]) and not _HAD.intersection(said)
    return is_of_people and has_with and goes_on


# What is not taken, though it stands side by side.

_BY_CANCER: Final = form("""
    [cancer word] [bracket number] [, and]{1,2} [the in of from adjective word]{0,4}
    cancer [word cancer]{0,3} [bracket number]
""")
"""Bone in adenocarcinoma (63 %) and squamous cell carcinoma (61 %): a number for each cancer."""
_ANOTHER: Final = form("""
    (?: [of from in] [the adjective adverb cancer metastasis word narrow stray sign]{0,6}
        [people cancer] )?
    (?: [in the adverb]{0,2} stray )?
    ,? and? [in the adverb have be find]{0,4} number
""")
"""A second number, "30 % of men and 20 % of women", where it has no site of its own."""
_GOES_ON: Final = form("""
    metastasis? (?: , | and | , and ) [the adjective adverb word]{0,3} [site place]
    | and [the adjective]{0,2} word
    | metastasis? [sign be]? [number bracket]
""")
"""What follows a site that is one of a row, or that has another number behind it."""
_ROW_BEFORE: Final = 6
"""Tokens before a site that can make it the last of a row."""
_ROW: Final = form("""
    site [metastasis place]? [, and]{1,2} [the adjective adverb metastasis word]{0,3} $
    | word and [the adjective]{0,2} $
""")
_OF_ONE: Final = ("is", "was", "has", "being")
"""Verbs of one: what stands before them is no row of sites."""
_SAYS_WHERE: Final = _TIES - classes("in")
_SITE_OR_NUMBER: Final = NUMBERS | {SITE}
_OPENED: Final = form("""
    adverb? in (?P<number> number) [people cancer adjective word]{0,3} , [the adjective adverb]{0,3}
    (?P<site> site) [metastasis place]? have? [be find]
""")
"""In 30 % of patients, liver metastases were found."""
_ALONE: Final = 2
"""A site and a number, and no other of either."""


def _is_shared(clause: ClauseTokens, one: Attachment) -> bool:
    """Whether other sites stand in a row with this one, and the number may be theirs too."""
    if not one.is_forward:
        return _GOES_ON.match(clause.letters, one.site + 1) is not None
    return (
        _BY_CANCER.match(clause.letters, one.number - 1) is not None
        or _is_last_of_row(clause, one.site)
        or _has_another(clause, one.number)
    )


def _is_last_of_row(clause: ClauseTokens, site: int) -> bool:
    """Whether a site ends a row of sites; "except for the nodes, the lung was" is no row."""
    row = _ROW.search(clause.before(site, _ROW_BEFORE))
    if row is None or LETTERS["and"] in row[0] or site + 1 == len(clause.tokens):
        return row is not None
    after = clause.tokens[site + 1]
    return clause.text[after.start : after.end].lower() not in _OF_ONE


def _has_another(clause: ClauseTokens, number: int) -> bool:
    """Whether another number stands behind one, and has no site of its own."""
    another = _ANOTHER.match(clause.letters, number + 1)
    return another is not None and _ahead(clause, another.end() - 1) is None


def _is_bare(clause: ClauseTokens, one: Attachment) -> bool:
    """Whether a count stands behind a site without a verb: "bone metastasis in 1,031 cases"."""
    number = clause.quantity(one.number)
    if not one.is_forward or number is None or clause.letters[one.number] == BRACKET:
        return False
    said = clause.letters[one.site + 1 : one.number]
    return number.percent is None and number.total is None and not _SAYS_WHERE.intersection(said)


def _opened(clause: ClauseTokens) -> list[Attachment]:
    """Return what "in 30 % of patients, liver metastases were found" says, if it is alone."""
    found = _OPENED.match(clause.letters)
    if found is None or sum(one in _SITE_OR_NUMBER for one in clause.letters) > _ALONE:
        return []
    quantity = clause.quantity(found.start("number"))
    if quantity is None or (quantity.percent is None and quantity.total is None):
        return []
    return [Attachment(site=found.start("site"), number=found.start("number"), is_strong=True)]
