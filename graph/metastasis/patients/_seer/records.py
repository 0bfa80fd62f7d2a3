"""The records of a SEER case listing in one form: one row a tumor, its answers as small codes.

This stands apart from the reader, which decides what is counted: here each cell is only understood,
and the cancer found. The site recode names the primary; where a listing has none, ICD-O-3
topography and morphology do. Topography is not ICD-10: it says where a tumor is, not what it is.
Melanoma of the skin is C44 with a melanoma's morphology, the spleen is C42.2, and a lymphoma of the
stomach is C16 like a carcinoma of it. Codes only; the classification's labels are not held here.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._rows import beside, counts_of, positions, sex_of
from metastasis.patients._seer.case_listing import M_STAGES, STAGES, VARIABLES
from metastasis.patients._words.labels import LEFT_OUT, Unmapped, map_labels
from metastasis.patients._words.missing import stated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Rules
    from metastasis.patients._seer.case_listing import CaseListing

__all__ = [
    "ANSWERS",
    "UNREAD",
    "YES",
    "cleaned_rows",
    "primary_of_codes",
    "with_answers",
    "with_fate",
    "with_primary",
]

ANSWERS: Final = (
    "no",
    "yes",
    "of years before the item was collected",
    "that say unknown",
    "that say not applicable",
    "that are blank",
    "that no code book has",
)
"""What cells on metastases say, as a report tells it; only the first two are known."""
YES: Final = 1
"""The place of ``yes`` in :data:`ANSWERS`; ``no`` is before it, and all that is not known after."""
UNREAD: Final = 6
"""What stands for a code that is none of the variable's; above all that it can have."""
_BLANK: Final = ("", ".", "BLANK", "BLANK(S)")
_NOT_SOLID: Final = "not solid"
_NOT_SOLID_REASON: Final = "of a lymphoma, leukemia or myeloma, which is no solid tumor"
_LATER: Final = "of a second or later tumor of the patient"
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

_HEMATOLOGIC_LABELS: Final = "^(HODGKIN|NHL|NON-HODGKIN|MYELOMA|ALEUKEMIC|LYMPHOMA)|LEUKEMIA"
"""Labels of the site recode, in capitals, that are no solid tumors, as a regular expression."""

_HEMATOLOGIC_SITES: Final = ("C42", "C77")
"""Topography of blood, marrow, spleen and lymph nodes."""

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


def cleaned_rows(engine: Engine, listing: CaseListing) -> Any:
    """Return the records with clean cells, and what is read off them.

    Columns: ``patient``; ``sex``; ``year`` (four digits, text); ``rank`` (0 for a patient's only
    tumor, 1 for the first of several, …; null where not stated); ``is_malignant``; ``recode``;
    ``topography`` (``C50.9``); ``morphology`` (a name of :data:`_HISTOLOGIES`, ``other``, or null);
    ``is_distant`` (by the stage, or null); and each variable on metastases as stated, in capitals.
    """
    F = engine.functions  # noqa: N806

    def bare(name: str) -> Any:
        return F.trim(F.regexp_replace(name, "[\"']", ""))

    def cell(name: str) -> Any:
        if name not in listing.columns:
            return F.lit(None).cast("string")
        return stated(F, bare(name))

    morphology = _morphology(F, cell("histology"), cell("morphology"))
    sequence = F.upper(cell("sequence"))
    stage = F.upper(F.coalesce(*[cell(name) for name in STAGES]))
    m_stage = F.upper(F.coalesce(*[cell(name) for name in M_STAGES]))
    columns = {
        "patient": cell("patient"),
        "sex": sex_of(F, cell("sex"), female=("F", "2"), male=("M", "1")),
        "year": F.when(cell("year").rlike("^[0-9]{4}$"), cell("year")),
        "rank": _rank(F, sequence),
        "is_malignant": _is_malignant(F, cell("behavior"), cell("morphology"), sequence),
        "recode": cell("recode"),
        "topography": _topography(F, F.upper(cell("topography"))),
        "morphology": morphology,
        "is_distant": _is_distant(F, stage, m_stage),
        # As stated, unknown or blank: the report tells these apart.
        **{name: _answered(F, F.upper(bare(name))) for name in listing.variables},
    }
    rows = listing.rows.select(*[column.alias(name) for name, column in columns.items()])
    return engine.settle(rows)


def _answered(F: Any, cell: Any) -> Any:  # noqa: N803
    return F.when(~cell.isin(*_BLANK), cell)


def with_answers(engine: Engine, rows: Any, listing: CaseListing) -> Any:
    """Return rows with a column ``answers``, an array of numbers.

    It holds -1, then for each variable ten times its place plus the place of what it says in
    :data:`ANSWERS`.

    >>> import pandas
    >>> from metastasis.patients._seer.case_listing import open_listing
    >>> from metastasis.patients._engines.engine import open_engine
    >>> rows = {"Patient ID": ["1", "2"], "Primary Site": ["C61.9"] * 2, "METSDXO": ["0", "9"]}
    >>> with open_engine() as engine:
    ...     listing = open_listing(engine, pandas.DataFrame(rows))
    ...     found = with_answers(engine, cleaned_rows(engine, listing), listing)
    ...     sorted(engine.collect(found.select("answers")))
    [([-1, 0],), ([-1, 3],)]
    """
    F = engine.functions  # noqa: N806
    codes = [
        (_answer(F, name) + F.lit(10 * place)).cast("int")
        for place, name in enumerate(listing.variables)
    ]
    return rows.withColumn("answers", F.array(F.lit(-1), *codes))


def with_primary(
    engine: Engine, rows: Any, rules: Rules
) -> tuple[Any, tuple[str, ...], list[Unmapped]]:
    """Return rows with ``primary`` (null where none is known), and ``state`` for why it is not.

    Also the catalog keys behind its numbers, and the unknown labels. The site
    recode is asked first, then topography and morphology.
    """
    F = engine.functions  # noqa: N806
    parts = [F.coalesce(F.col(name), F.lit("")) for name in ("recode", "topography", "morphology")]
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
        fate = fate.when(F.col("rank") > 0, F.lit("of a patient with several tumors"))
    rows = rows.withColumn("fate", fate)
    return engine.settle(_without_later(engine, rows) if choose == "first" else rows)


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


def _answer(F: Any, name: str) -> Any:  # noqa: N803
    word = F.col(name)
    yes = word.isin("1", "YES") | word.rlike("^YES[;,]")
    if name == "mets_other":
        yes = yes | (word == "2") | word.startswith("GENERALIZED")
    no = word.isin("0", "NO", "NONE") | word.rlike("^(NO|NONE)[;,]")
    not_applicable = word.isin("8", "N/A") | word.startswith("NOT APPLICABLE")
    return (
        F.when(F.col("year") < VARIABLES[name].since, F.lit(2))
        .when(word.isNull(), F.lit(5))
        .when(yes, F.lit(YES))
        .when(no, F.lit(0))
        .when(not_applicable, F.lit(4))
        .when((word == "9") | word.startswith("UNKNOWN"), F.lit(3))
        .otherwise(F.lit(UNREAD))
    )


def _rank(F: Any, sequence: Any) -> Any:  # noqa: N803
    """Return the sequence number."""
    digits = F.regexp_extract(sequence, "^([0-9]+)", 1)
    number = F.when(digits != "", digits).cast("int")
    only = F.when(sequence.startswith("ONE PRIMARY ONLY"), F.lit(0))
    return only.otherwise(F.when(number < _NOT_MALIGNANT, number))


def _is_malignant(F: Any, behavior: Any, morphology: Any, sequence: Any) -> Any:  # noqa: N803
    """Return whether a tumor is malignant; what nothing is stated of is taken for it."""
    digit = F.regexp_extract(morphology, "/([0-9])", 1)
    stated = F.coalesce(F.upper(behavior), F.when(digit != "", digit))
    word = F.when(stated.isNotNull(), (stated == "3") | stated.startswith("MALIGNANT"))
    listed = sequence.contains("STATE REGISTRY-DEFINED") | sequence.rlike("^(6[0-9]|7|8[0-7])")
    return F.coalesce(word & ~F.coalesce(listed, F.lit(False)), ~F.coalesce(listed, F.lit(False)))


def _topography(F: Any, cell: Any) -> Any:  # noqa: N803
    """Return ``C50.9`` for C50.9, C509, 509 and ``C50.9-…``; null for what is no such code."""
    shape = "^C?([0-9]{2})[.]?([0-9]?)(-.*)?$"
    major, minor = (F.regexp_extract(cell, shape, group) for group in (1, 2))
    whole = F.concat(F.lit("C"), major, F.when(minor != "", F.lit(".")).otherwise(F.lit("")), minor)
    return F.when(major != "", whole)


def _morphology(F: Any, histology: Any, morphology: Any) -> Any:  # noqa: N803
    digits = F.coalesce(
        F.regexp_extract(histology, "^([0-9]{4})", 1),
        F.regexp_extract(morphology, "^([0-9]{4})", 1),
    )
    found = F.when(digits.isNull() | (digits == ""), F.lit(None).cast("string"))
    for name, (low, high) in _HISTOLOGIES.items():
        found = found.when((digits >= low) & (digits <= high), F.lit(name))
    return found.otherwise(F.lit("other"))


def _is_distant(F: Any, stage: Any, m_stage: Any) -> Any:  # noqa: N803
    distant = F.when(stage.startswith("DISTANT") | (stage == "7"), F.lit(True))
    nearer = stage.rlike("^(LOCALIZED|REGIONAL|IN SITU|[0-5]$)")
    by_m = F.when(m_stage.rlike("^[CPY]*M?1"), F.lit(True)).when(
        m_stage.rlike("^[CPY]*M?0"), F.lit(False)
    )
    return distant.when(nearer, F.lit(False)).otherwise(by_m)


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
            keys[tumor] = found.key(recode) or LEFT_OUT
        elif key := _key_of_codes(topography, morphology, rules):
            keys[tumor] = key
        elif label := recode or topography:
            missed[label] += number
    suggestions = {one.label: one.suggestions for one in found.unmapped}
    return keys, [
        Unmapped("primary", label, number, suggestions.get(label, ()))
        for label, number in sorted(missed.items())
    ]


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
