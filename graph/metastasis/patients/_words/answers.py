"""Headers that name a site of metastasis: the columns of a wide table that carry the answer.

``DMETS_DX_LIVER``, ``Tumor Site: Liver (NLP)``, ``mets_at_dx_lung``, ``bone_mets``,
``Metastasis (brain)``: whoever keeps one row a patient has one column a site, and each names it in
another way. A header whose form leaves no doubt (``Distant Mets: …``) names whatever stands in it,
so that an unknown site is told; others count only where a site that is known stands beside the
word for metastasis: ``MET_COUNT`` and the gene ``MET`` name none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from metastasis._catalog import read_catalog
from metastasis.patients._words.labels import map_labels

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from metastasis._catalog import Catalog

__all__ = [
    "holds_primary",
    "is_of_msk_met",
    "like_sites",
    "setting_of",
    "site_columns",
    "warn_of_unused",
]

_MET: Final = r"met(?:s|astas[ei]s|astatic|astasi[sz]ed|astasen?)?"
_AT_DX: Final = r"(?:at |@ ?)?(?:dx|diag(?:nosis)?)"
_MSK_MET: Final = re.compile(r"dmets dx |distant mets: ", re.IGNORECASE)
_BEFORE: Final = r"(?:any|at|baseline|dist(?:ant)?|has|in|is|of|the|to)"
"""Words before a site that change nothing."""
_SURE: Final = (
    rf"d{_MET}(?: dx)?:? (.+)",
    rf"dist(?:ant)? {_MET}(?: {_AT_DX})?: (.+)",
    rf"(?:seer combined |cs |eod )?(?:distant )?{_MET} {_AT_DX}:? (.+)",
    r"tumou?r site: (.+?)(?:[: ]*nlp)?",
    r"tumou?r site (.+?)[: ]+nlp",
)
"""Forms that leave no doubt: whatever stands in them is meant for a site."""
_LIKELY: Final = (
    rf"{_MET} ?\((.+)\)",
    rf"(?:{_BEFORE} )*(?:sites? of )?{_MET}(?: sites?| locations?)?:? (?:{_BEFORE} )*(.+)",
    rf"(?:{_BEFORE} )*(.+?) (?:dist(?:ant)? )?{_MET}",
)
"""Forms that other columns have too: only a site that is known counts."""
_IDLE: Final = re.compile(
    r"(?:[: ]+(?:y ?n|yes ?no|flag|ind(?:icator)?|present|status|ever|(?:at )?baseline|"
    rf"{_AT_DX}))+$",
    re.IGNORECASE,
)
"""What may stand behind a question without changing what it asks."""
_NO_SITE: Final = re.compile(
    r"\b(?:age|code[sd]?|count|d(?:ate|a?ys?)|eval|first|free|how|int(?:erval)?|last|mo(?:nth)?s?|n|"
    r"nr|num(?:ber)?|source|stages?|status|survival|time|total|type|y(?:ea)?rs?|yn|yes|no)\b",
    re.IGNORECASE,
)
"""Words of columns that tell when, how many or how, not whether."""
_PLURAL: Final = re.compile(r"\b(?:mets|metastas[ei]s)\b", re.IGNORECASE)
"""Words of no gene: ``met`` alone may be one."""
_NO_NAME: Final = re.compile(
    r"(?:at |any|diagnosis|distant|dx|baseline|synchronous|\W)+", re.IGNORECASE
)
"""What stands beside the word for metastasis and names nothing."""
_NODES: Final = re.compile(r"\blns?\b", re.IGNORECASE)
_OTHER: Final = re.compile(r"others?|other sites?", re.IGNORECASE)
_SHORTENED: Final = {
    "bladder ut": "Bladder/UT",
    "cns brain": "CNS/Brain",
    "dist ln": "Distant LN",
    "head neck": "Head and Neck",
    "intra abdominal": "Intra-Abdominal",
}
"""Identifiers that shorten a name; in all others "_" is a blank."""
_MANY: Final = 3
"""So many columns are named in a warning; the others are counted."""


class _Draft(Protocol):
    """The report while it grows, which stands above this room."""

    def warn(self, text: str) -> None: ...


class _Form(NamedTuple):
    """What a header may name."""

    label: str
    is_sure: bool


def site_columns(
    header: Iterable[str],
    catalog: Catalog | None = None,
    overrides: Mapping[tuple[str, str], str] | None = None,
) -> dict[str, str]:
    """Return the headers that name a site of metastasis, and the site's label in each.

    The label is to be looked up as any other; of a header in a form that leaves no doubt it may be
    unknown. ``overrides`` are the labels that the user's own map file knows beside the catalog's.

    >>> site_columns(["DMETS_DX_DIST_LN", "Tumor Site: Liver (NLP)", "metsAtDxBone", "brain_mets"])
    {'DMETS_DX_DIST_LN': 'Distant LN', 'Tumor Site: Liver (NLP)': 'Liver', \
'metsAtDxBone': 'Bone', 'brain_mets': 'brain'}
    >>> site_columns(["METASTATIC_SITE", "Liver function", "MET_COUNT", "MET", "ca_dmets_yn"])
    {}
    """
    forms = {one: _forms(one) for one in header}
    several = {form.label: 1 for one in forms.values() for form in one}
    if not several:
        return {}
    catalog = catalog or read_catalog()
    keys = map_labels(several, "site", catalog, overrides, "msk_met").keys
    found = {one: _label(tried, keys) for one, tried in forms.items()}
    return {one: label for one, label in found.items() if label}


def like_sites(header: Iterable[str], used: Collection[str]) -> list[str]:
    """Return headers that seem to name a site of metastasis, though none that is known.

    >>> like_sites(["mets_bone_2", "bone_mets", "MET_exon14", "mets_any"], ["bone_mets"])
    ['mets_bone_2']
    """
    return [
        one
        for one in header
        if one not in used
        and _PLURAL.search(_cleaned(one))
        and any(not _NO_NAME.fullmatch(form.label) for form in _forms(one))
    ]


def setting_of(header: str) -> str | None:
    """Return when a header says that its site was looked for; None where it does not say.

    >>> [setting_of(one) for one in ("mets_at_dx_lung", "DMETS_DX_LIVER", "bone_mets")]
    ['at_diagnosis', 'during_course', None]
    """
    text = _cleaned(header)
    if _MSK_MET.match(text) or holds_primary(header):
        # Of MSK-MET and MSK-CHORD: any time until the last record, in spite of DX.
        return "during_course"
    at_diagnosis = rf"{_MET} {_AT_DX}\b|\b{_AT_DX}$"
    return "at_diagnosis" if re.search(at_diagnosis, text, re.IGNORECASE) else None


def is_of_msk_met(header: str) -> bool:
    """Return whether a header is in the form of MSK-MET, whose sites have names of their own.

    >>> is_of_msk_met("Distant Mets: Biliary tract"), is_of_msk_met("dmets_bone")
    (True, False)
    """
    return bool(_MSK_MET.match(_cleaned(header)))


def holds_primary(header: str) -> bool:
    """Return whether a header asks for a tumor at its site, which may be the primary itself.

    >>> holds_primary("Tumor Site: Liver (NLP)"), holds_primary("DMETS_DX_LIVER")
    (True, False)
    """
    return bool(re.match(r"tumou?r site\b", _cleaned(header), re.IGNORECASE))


def warn_of_unused(draft: _Draft, header: Iterable[str], used: Collection[str] = ()) -> None:
    """Begin a report with the columns that name a site of metastasis and are not read, if any.

    >>> from metastasis.patients._report import ReportDraft
    >>> draft = ReportDraft("claims")
    >>> warn_of_unused(draft, ["patient", "bone_mets", "liver_mets"], used=["bone_mets"])
    >>> draft.warnings  # doctest: +ELLIPSIS
    ["1 column that names a site of metastasis is not read ('liver_mets'): ..."]
    """
    unused = [one for one in site_columns(header) if one not in used]
    if unused:
        names = ", ".join(repr(one) for one in unused[:_MANY])
        more = f" and {len(unused) - _MANY} more" if len(unused) > _MANY else ""
        what = "1 column that names a site of metastasis is"
        if len(unused) > 1:
            what = f"{len(unused):,} columns that name sites of metastasis are"
        remedy = "a table with one row a patient and one column a site is for ingest wide"
        draft.warn(f"{what} not read ({names}{more}): {remedy}")


def _forms(header: str) -> list[_Form]:
    """Return what a header may name, the likeliest first."""
    text = _cleaned(header)
    bare = _IDLE.sub("", text)
    short = _IDLE.sub("", re.sub(r" ?\([^()]*\)$", "", text))
    found = []
    for one in dict.fromkeys((text, bare, short)):
        for patterns, is_sure in ((_SURE, True), (_LIKELY, False)):
            for pattern in patterns:
                if match := re.fullmatch(pattern, one, re.IGNORECASE):
                    label = re.sub(r" ?\([^()]*\)$", "", match[1]).strip(" :")
                    if label and not _NO_SITE.search(label):
                        label = _SHORTENED.get(label.casefold(), label)
                        spelled = _NODES.sub("lymph node", label)
                        found += [_Form(each, is_sure) for each in dict.fromkeys((label, spelled))]
    return found


def _cleaned(header: str) -> str:
    """Return a header as words with single blanks: ``metsAtDxBone`` is ``mets At Dx Bone``."""
    text = (
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header) if re.fullmatch("[A-Za-z]+", header) else header
    )
    text = re.sub(r"\.{2,}| ?: ?|_{2,}", ": ", text)  # R writes two dots for ": "
    text = re.sub(r"[_.\s]+| ?- ?(?=[A-Za-z])", " ", text)
    return text.strip(" :?")


def _label(forms: list[_Form], keys: Mapping[str, str]) -> str | None:
    """Return the label of a header: of a known site, else of a form that leaves no doubt."""
    for form in forms:
        key = keys.get(form.label)
        if key and (form.is_sure or key != "unspecified" or _OTHER.fullmatch(form.label)):
            return form.label
    return next((form.label for form in forms if form.is_sure), None)
