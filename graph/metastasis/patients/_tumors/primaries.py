"""The cancer of a tumor, by a registry's recode of sites or by ICD-O-3, and which tumors count.

The recode names the primary; where a table has none, topography and morphology do. Topography is
not ICD-10: it says where a tumor is, not what it is. Melanoma of the skin is C44 with a melanoma's
morphology, the spleen is C42.2, and a lymphoma of the stomach is C16 like a carcinoma of it. Codes
that only ICD-10 has (C43, C45, C46, C81 to C97) are read as ICD-10 means them. Codes only; the
labels of the classifications are not held here.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._rows import beside, counts_of, number_of, positions
from metastasis.patients._words.labels import LEFT_OUT, Unmapped, map_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Rules
    from metastasis.patients._report import ReportDraft

__all__ = [
    "is_malignant",
    "morphology_of",
    "primary_of_codes",
    "rank_of",
    "tell_of_several",
    "topography_of",
    "with_fate",
    "with_primary",
]

_NOT_SOLID: Final = "not solid"
_NOT_SOLID_REASON: Final = "of a lymphoma, leukemia or myeloma, which is no solid tumor"
_LATER: Final = "of a second or later tumor of the patient"
_SEVERAL: Final = "of a patient with several tumors"
_NOT_MALIGNANT: Final = 60
"""Sequence numbers from here on (NAACCR 380): tumors that are not malignant, or not stated."""

_HISTOLOGIES: Final = {
    "hematologic": ("9590", "9993"),
    "melanoma": ("8720", "8790"),
    "mesothelioma": ("9050", "9055"),
    "kaposi": ("9140", "9140"),
    "merkel": ("8247", "8247"),
    "gist": ("8936", "8936"),
    "neuroblastoma": ("9500", "9500"),
    "meningioma": ("9530", "9539"),
}
"""Ranges of morphology codes that decide before, or together with, the topography.

They are those that SEER's site recode ICD-O-3/WHO 2008 sets apart.
"""

_HEMATOLOGIC_LABELS: Final = (
    "^(HODGKIN|NHL|NON-HODGKIN|ALEUKEMIC)|LYMPHOMA|LYMPHOID|LEUKEMIA|MYELOMA|MYELOID|MYELODYS|"
    "MYELOPRO|PLASMA CELL|HEMATOPOIETIC|MYCOSIS FUNGOIDES"
)
"""Labels of the site recodes, in capitals, that are no solid tumors, as a regular expression."""

_HEMATOLOGIC_SITES: Final = ("C42", "C77", *(f"C{code}" for code in range(81, 97)))
"""Topography of blood, marrow, spleen and lymph nodes; and what ICD-10 has for lymphomas."""
_ICD_10_ONLY: Final = {
    "C43": ("melanoma", "melanoma_skin"),
    "C45": ("mesothelioma", "mesothelioma"),
}
"""Codes that only ICD-10 has: the morphology that they state, and the primary."""

_SAME_EVERYWHERE: Final = ("mesothelioma", "gist", "neuroblastoma")
"""Morphologies that are their own primary (their catalog key) wherever the tumor is."""
_PRIMARIES: Final = """
    C07 salivary_gland   C08 salivary_gland           C11 nasopharynx  C15 esophagus
    C16 stomach          C17 small_bowel              C18 colon        C18.1 appendix
    C19 colorectal       C20 rectum                   C21 anus         C22.0 liver
    C23 gallbladder      C22.1 cholangiocarcinoma     C24.1 ampulla    C24 biliary_tract
    C25 pancreas         C34 lung                     C40 bone         C41 bone
    C50 breast           C47 soft_tissue_sarcoma      C51 vulva        C49 soft_tissue_sarcoma
    C52 vagina           C53 cervix                   C54 uterus       C55 uterus
    C56 ovary            C60 penis                    C61 prostate     C62 testis
    C64 kidney           C65 upper_tract_urothelial   C67 bladder      C66 upper_tract_urothelial
    C71 brain            C73 thyroid                  C74 adrenal      C80 cup
""".split()  # noqa: SIM905
_HEAD_AND_NECK: Final = (*range(7), 9, 10, 12, 13, 14, 30, 31, 32)
_BY_TOPOGRAPHY: Final = {
    **{f"C{code:02}": "head_neck" for code in _HEAD_AND_NECK},
    **dict(zip(_PRIMARIES[::2], _PRIMARIES[1::2], strict=True)),
}
"""Primaries by topography; a code of four digits decides before that of three."""
_UVEA: Final = ("C69.3", "C69.4")
"""Choroid, and ciliary body with iris; the rest of the eye (C69) is not uvea."""


def with_primary(
    engine: Engine, rows: Any, rules: Rules
) -> tuple[Any, tuple[str, ...], list[Unmapped]]:
    """Return rows with ``primary`` (null where none is known), and ``state`` for why it is not.

    Also the catalog keys behind its numbers, and the unknown labels. The site
    recode is asked first, then topography and morphology.
    """
    F = engine.functions  # noqa: N806
    # A tab in a label would part it.
    recode = F.regexp_replace(F.col("recode"), "\t", " ")
    codes = (F.col("topography"), F.col("morphology"))
    parts = [F.coalesce(cell, F.lit("")) for cell in (recode, *codes)]
    rows = rows.withColumn("tumor", F.concat_ws("\t", *parts))
    counts = counts_of(engine, rows, "tumor") or {}
    keys, unmapped = _keys({tumor or "": number for tumor, number in counts.items()}, rules)
    places = positions(key for key in keys.values() if key not in (LEFT_OUT, _NOT_SOLID))
    columns = {"tumor": "string", "primary": "int", "state": "string"}
    meanings = [(tumor, places.get(key), key) for tumor, key in sorted(keys.items())]
    return engine.settle(beside(engine, rows, columns, meanings)), tuple(places), unmapped


def with_fate(engine: Engine, rows: Any, choose: str) -> Any:
    """Return rows with ``fate``: why a record is left out, or null.

    ``first`` keeps the first tumor of a patient: by the sequence number, then by the year;
    ``only`` keeps patients with one; ``each`` keeps all.
    """
    F = engine.functions  # noqa: N806
    fate = (
        F.when(F.col("patient").isNull(), F.lit("without a patient"))
        .when(~F.col("is_malignant"), F.lit("of a tumor that is not malignant"))
        .when(F.col("state") == _NOT_SOLID, F.lit(_NOT_SOLID_REASON))
        .when(F.col("state") == LEFT_OUT, F.lit("of a cancer that is left out on purpose"))
        .when(F.col("tumor") == "\t\t", F.lit("without a stated cancer"))
        .when(F.col("primary").isNull(), F.lit("of a cancer not in the catalog"))
    )
    if choose == "first":
        fate = fate.when(F.col("rank") > 1, F.lit(_LATER))
    elif choose == "only":
        fate = fate.when(F.col("rank") > 0, F.lit(_SEVERAL))
    rows = rows.withColumn("fate", fate)
    if choose == "each":
        return engine.settle(rows)
    return engine.settle((_without_later if choose == "first" else _without_several)(engine, rows))


def _without_several(engine: Engine, rows: Any) -> Any:
    """Return rows where patients are left out whose records are of several tumors.

    Not all tables number the tumors of a patient, and not every row where they do. A record that is
    there twice is one tumor.
    """
    F = engine.functions  # noqa: N806
    told = [F.coalesce(F.col(one).cast("string"), F.lit("")) for one in ("rank", "year", "tumor")]
    rows = rows.withColumn("place", F.when(F.col("fate").isNull(), F.concat_ws(" ", *told)))
    ends = [F.expr(f"{end}(place) over (partition by patient)") for end in ("min", "max")]
    rows = rows.withColumn("first", ends[0]).withColumn("last", ends[1])
    several = F.when(F.col("first") != F.col("last"), F.lit(_SEVERAL))
    return rows.withColumn("fate", F.coalesce(F.col("fate"), several))


def _without_later(engine: Engine, rows: Any) -> Any:
    """Return rows where records after a patient's first are left out."""
    F = engine.functions  # noqa: N806
    # Ranks not stated come after all stated ones, and years not stated after all stated years.
    rank = F.coalesce(F.col("rank"), F.lit(9)).cast("string")
    order = F.concat_ws(" ", rank, F.coalesce(F.col("year"), F.lit("9999")))
    rows = rows.withColumn("place", F.when(F.col("fate").isNull(), order))
    rows = rows.withColumn("first", F.expr("min(place) over (partition by patient)"))
    later = F.when(F.col("place") > F.col("first"), F.lit(_LATER))
    return rows.withColumn("fate", F.coalesce(F.col("fate"), later))


def tell_of_several(engine: Engine, rows: Any, choose: str, draft: ReportDraft) -> None:
    """Add to a report how many patients have several tumors, and what ``choose`` does with them."""
    F = engine.functions  # noqa: N806
    each = rows.where(F.col("patient").isNotNull()).groupBy("patient")
    several = each.agg(F.count(F.lit(1)).alias("records")).where(F.col("records") > 1)
    told = {
        "first": "the first tumor counts, by sequence number, then by date",
        "only": "they are left out",
        "each": "each tumor counts as a patient of its own",
    }
    text = f"patients with several records: {told[choose]}"
    draft.notice(f"choose {choose}", number_of(engine, several), text)


def rank_of(F: Any, sequence: Any) -> Any:  # noqa: N803
    """Return the sequence number; a longer one than of two digits is none."""
    digits = F.regexp_extract(sequence, "^([0-9]{1,2})(?:[^0-9]|$)", 1)
    number = F.when(digits != "", digits).cast("int")
    only = F.when(sequence.startswith("ONE PRIMARY ONLY"), F.lit(0))
    return only.otherwise(F.when(number < _NOT_MALIGNANT, number))


def is_malignant(
    F: Any,  # noqa: N803
    behavior: Any,
    morphology: Any,
    sequence: Any,
    stages: Iterable[Any] = (),
) -> Any:
    """Return whether a tumor is malignant; what nothing is stated of is taken for it.

    Where no behavior is stated, a summary or historic stage (``stages``) of "in situ" states it.
    """
    digit = F.regexp_extract(morphology, "/([0-9])", 1)
    in_situ = [F.when(F.upper(one).rlike("^(0+([.]0)?$|IN.?SITU)"), F.lit("2")) for one in stages]
    stated = F.coalesce(F.upper(behavior), F.when(digit != "", digit), *in_situ)
    word = F.when(stated.isNotNull(), (stated == "3") | stated.startswith("MALIGNANT"))
    listed = sequence.contains("STATE REGISTRY-DEFINED") | sequence.rlike("^(6[0-9]|7|8[0-7])")
    return F.coalesce(word & ~F.coalesce(listed, F.lit(False)), ~F.coalesce(listed, F.lit(False)))


def topography_of(F: Any, cell: Any) -> Any:  # noqa: N803
    """Return ``C50.9`` for C50.9, C509, 509, DC509, ``C50.9-…``; null for what is no such code."""
    # Danish codes of ICD-10 have a D before the C.
    shape = "^(?:D?C)?([0-9]{2})[.]?([0-9]?)[0-9]?([ -].*)?$"
    major, minor = (F.regexp_extract(cell, shape, group) for group in (1, 2))
    whole = F.concat(F.lit("C"), major, F.when(minor != "", F.lit(".")).otherwise(F.lit("")), minor)
    return F.when(major != "", whole)


def morphology_of(F: Any, histology: Any, morphology: Any) -> Any:  # noqa: N803
    digits = F.coalesce(
        F.regexp_extract(histology, "^([0-9]{4})", 1),
        F.regexp_extract(morphology, "^([0-9]{4})", 1),
    )
    found = F.when(digits.isNull() | (digits == ""), F.lit(None).cast("string"))
    for name, (low, high) in _HISTOLOGIES.items():
        found = found.when((digits >= low) & (digits <= high), F.lit(name))
    return found.otherwise(F.lit("other"))


def _keys(counts: Mapping[str, int], rules: Rules) -> tuple[dict[str, str], list[Unmapped]]:
    """Return the key of each tumor, or why it has none, and the unknown labels."""
    parts = {tumor: tumor.split("\t") for tumor in counts}
    recodes: Counter[str] = Counter()
    for tumor, number in counts.items():
        if recode := parts[tumor][0]:
            recodes[recode] += number
    found = map_labels(recodes, "primary", rules.known, rules.words, "seer")
    keys: dict[str, str] = {}
    missed: Counter[str] = Counter()
    for tumor, number in counts.items():
        recode, topography, morphology = parts[tumor]
        if not _is_solid(recode, topography, morphology):
            keys[tumor] = _NOT_SOLID
        elif recode and found.how(recode):
            key = found.key(recode)
            if found.how(recode) != "map file":
                key = _finer(key, topography, morphology, rules)
            keys[tumor] = key or LEFT_OUT
        elif key := _key_of_codes(topography, morphology, rules):
            keys[tumor] = key
        elif label := recode or topography:
            missed[label] += number
    suggestions = {one.label: one.suggestions for one in found.unmapped}
    return keys, [
        Unmapped("primary", label, number, suggestions.get(label, ()))
        for label, number in sorted(missed.items())
    ]


def _finer(key: str | None, topography: str, morphology: str, rules: Rules) -> str | None:
    """Return the key of a recode, or of the codes where that is a part of it: colon, not both."""
    codes = _key_of_codes(topography, morphology, rules) if key else None
    return codes if codes and key in rules.known.supertypes(codes) else key


def _key_of_codes(topography: str, morphology: str, rules: Rules) -> str | None:
    for label in (topography, topography[:3]):
        if key := rules.words.get(("primary", label)):
            return key
    return primary_of_codes(topography, morphology or None) if topography else None


def _is_solid(recode: str, topography: str, histology: str) -> bool:
    """Return whether nothing says that a tumor is a lymphoma, a leukemia or a myeloma.

    >>> _is_solid("NHL - Nodal", "", ""), _is_solid("Breast", "C50.9", "")
    (False, True)
    """
    return not (
        re.search(_HEMATOLOGIC_LABELS, recode.upper())
        or topography[:3] in _HEMATOLOGIC_SITES
        or histology == "hematologic"
    )


def primary_of_codes(topography: str, histology: str | None) -> str | None:
    """Return the catalog key of a tumor; None where the codes do not decide.

    Parameters
    ----------
    topography
        ``C50.9``, or ``C50`` where no fourth digit is stated.
    histology
        A name of :data:`_HISTOLOGIES`, ``other``, or None where the morphology is not stated.

    >>> primary_of_codes("C44.5", "melanoma"), primary_of_codes("C18.1", None)
    ('melanoma_skin', 'appendix')
    >>> primary_of_codes("C44.5", None) is None
    True
    """
    site = topography[:3]
    if site in _ICD_10_ONLY:
        states, key = _ICD_10_ONLY[site]
        return key if histology in (None, states) else None
    if histology in ("hematologic", "kaposi", "meningioma"):
        return None
    if histology == "melanoma":
        if site == "C44":
            return "melanoma_skin"
        return "melanoma_uveal" if topography in _UVEA else "melanoma"
    if histology == "merkel":
        return "merkel" if site == "C44" else None
    if histology in _SAME_EVERYWHERE:
        return histology
    if site == "C44":
        return "skin_nonmelanoma" if histology == "other" else None
    return _BY_TOPOGRAPHY.get(topography) or _BY_TOPOGRAPHY.get(site)
