"""One fact in many wordings and in many shapes of list gives the same pairs.

Each family is one fact; what is tested is that no usual wording or shape of it is lost. All
sentences are made up.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import pytest

from metastasis.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

Pairs = frozenset[tuple[str, str]]

SITES: Final = "the lungs, liver and bones"
OF_BLADDER: Final[Pairs] = frozenset(product(["bladder"], ["lung", "liver", "bone"]))
OF_LIVER: Final[Pairs] = frozenset(product(["colon", "stomach", "breast"], ["liver"]))
OF_THREE: Final[Pairs] = frozenset(
    [
        *(("breast", "bone"), ("breast", "liver"), ("prostate", "bone")),
        *(("lung", "brain"), ("lung", "adrenal_gland")),
    ]
)

VERBS: Final = (
    *("spreads to", "metastasizes to", "may spread to", "tends to spread to", "disseminates to"),
    *("is likely to spread to", "is most likely to spread to", "is known to spread to"),
    *("usually spreads first to", "goes most often to", "often travels to", "may seed"),
    *("can travel through the blood to", "spreads hematogenously to", "frequently involves"),
    *("can form metastases in", "gives rise to metastases in", "produces metastases in"),
    *("has a tendency to metastasize to", "often forms secondary tumors in"),
)
SENTENCES: Final = (
    *(f"Bladder cancer {verb} {SITES}." for verb in VERBS),
    f"If bladder cancer spreads, it is most likely to spread to {SITES}.",
    f"When bladder cancer spreads, it most often goes to {SITES}.",
    "The lungs, liver and bones are where bladder cancer most often spreads.",
    "The lungs, liver and bones are the places where bladder cancer is most likely to spread.",
    f"Bladder cancer that has spread is most often found in {SITES}.",
    f"Sites of metastasis in bladder cancer: {SITES}.",
    f"Bladder ca: hematogenous spread to {SITES}.",
    f"Ca bladder – metastases to {SITES}",
    "Bladder cancer metastasizes to distant organs (the lungs, liver and bones are usual sites).",
    f"Bladder cancer is a tumor that commonly metastasizes to {SITES}.",
    "Metastases: bladder → lungs, liver, bones.",
)
OF_A_SITE: Final = (
    "The cancers most likely to spread to the liver are colon, stomach and breast cancer.",
    "Tumors that frequently metastasize to the liver include colon, stomach and breast cancer.",
    "Colon, stomach and breast cancer are the cancers most likely to spread to the liver.",
    "Colon, stomach and breast cancer are tumors that commonly metastasize to the liver.",
    "The most common sources of liver metastases are colon, stomach and breast cancer.",
    "Most liver metastases arise from colon, stomach and breast cancer.",
    "Cancer that has spread to the liver most often started in the colon, stomach and breast.",
    "Secondary liver cancer usually starts in the colon, stomach and breast.",
    "Liver metastases: colon, stomach and breast cancer are the most common primaries.",
    "The liver is a common site of metastasis from cancers of the colon, stomach and breast.",
    "Cancer may spread to the liver from the colon, stomach and breast.",
    "The most common sites of primary cancer in liver metastases are colon, stomach and breast.",
    "Any cancer can spread to the liver, but colon, stomach and breast cancer are the most common.",
    "# Liver metastases\n\nThe most common primaries are colon, stomach and breast cancer.",
    "Tumors which often spread to the liver:\n\n- colon\n- stomach cancer\n- breast cancer\n",
    "# Liver metastases\n\nPrimaries include:\n\n- colon\n- stomach\n- breast\n",
    "| Site of metastasis | Primary cancers |\n|---|---|\n| Liver | Colon, stomach, breast |\n",
)
HEADINGS: Final = (
    *("# {}", "**{}**", "{}\n-----", "{}", "{}:", "1. {}", "4.2 {}", "*{}*", "### **{}**"),
)
LISTS: Final = (
    *("- lungs\n- liver\n- bones", "* lungs\n* liver\n* bones", "• lungs\n• liver\n• bones"),
    *("1) lungs\n2) liver\n3) bones", "- **Lungs**\n- **Liver**\n- **Bones**"),
    *(
        "- **Lungs:** most common\n- **Liver:** often\n- **Bones:** often",
        "◦ Lungs\n◦ Liver\n◦ Bones",
    ),
    *(
        "- lungs;\n- liver;\n- bones.",
        "- lungs\n\n- liver\n\n- bones",
        "- Lungs (rare)\n- Liver\n- Bones",
    ),
)
PARAGRAPHS: Final = ("Lungs, liver and bones.", "Lungs, liver, bones", *LISTS)
TABLES: Final = (
    "| Cancer | Sites of metastasis |\n|---|---|\n"
    "| Breast | Bone, liver |\n| Prostate | Bone |\n| Lung | Brain, adrenal gland |",
    "Cancer type     Main sites of metastasis\n"
    "Breast          Bone, liver\nProstate        Bone\nLung            Brain, adrenal gland",
    "Cancer | Main sites of metastasis\n"
    "Breast | Bone, liver\nProstate | Bone\nLung | Brain, adrenal gland",
    "Common sites of metastasis:\n\n- Breast cancer (bone, liver)\n- Prostate cancer (bone)\n"
    "- Lung cancer (brain, adrenal gland)",
    "Common sites of metastasis:\n\n- **Breast cancer:** bone, liver\n"
    "- **Prostate cancer:** bone\n- **Lung cancer:** brain, adrenal gland",
    "# Common sites of metastasis\n\n## Breast cancer\n\n- Bone\n- Liver\n\n## Prostate cancer\n\n"
    "- Bone\n\n## Lung cancer\n\n- Brain\n- Adrenal gland",
    "# Common sites of metastasis\n\nBreast cancer: bone, liver\nProstate cancer: bone\n"
    "Lung cancer: brain, adrenal gland",
    "# Common sites of metastasis\n\n**Breast cancer**: bone, liver\n\n"
    "**Prostate cancer**: bone\n\n**Lung cancer**: brain, adrenal gland",
    "# Common sites of metastasis\n\nBreast cancer\nBone, liver\n\nProstate cancer\nBone\n\n"
    "Lung cancer\nBrain, adrenal gland",
    "# Where cancers spread\n\n- **Breast cancer** → Bone, liver\n- **Prostate cancer** -> Bone\n"
    "- **Lung cancer** → Brain, adrenal gland",
    "Cancers metastasize to certain organs (breast → bone, liver; prostate → bone; "
    "lung → brain → adrenal gland).",
    "Breast cancer metastasizes to bone and liver, prostate cancer to the bone, and lung cancer "
    "metastasizes to the brain and adrenal gland.",
)
SILENT: Final = (
    "Go to the liver section for more on bladder cancer.",
    "Bladder cancer: tests may include a chest X-ray, a liver scan and a bone scan.",
    "Bladder cancer → surgery → lungs checked by CT.",
    "Metastasis pathway: primary tumor → EMT → intravasation → liver.",
    "Home → Cancer → Breast cancer → Liver",
    "Cancer cells of the bladder travel through the lymphatic system, vessels and nodes.",
    "| Tumor | Location |\n|---|---|\n| Osteosarcoma | femur, lung apex |",
    "# Bladder cancer\n\n## Anatomy\n\nLiver, lungs, bones",
    "# Bladder cancer\n\nYour doctor will examine:\n\n- lungs\n- liver\n- bones",
    "# Metastatic cancer clinics\n\n- Breast\n- Lung\n- Liver",
)

DENIED: Final = (
    "Brain metastases do not come from prostate cancer.",
    "None of the brain metastases came from prostate cancer.",
    "Brain metastases are unlikely to originate from ovarian cancer.",
    "Among patients without liver metastases, pancreatic cancer was the commonest.",
    "Many cancers do not spread to the brain, but lung cancer is the most common.",
    "# Breast cancer stage I\n\nThe cancer has not spread to:\n\n- bone\n- liver\n",
    "# Breast cancer\n\nThere are no metastases in:\n\n- bone\n- liver\n",
    "# Breast cancer\n\nMetastases are not found in the following:\n\n- bone\n- liver\n",
    "# Breast cancer\n\n## Where breast cancer does not spread\n\n- bone\n- liver\n",
    "# Breast cancer\n\n## Unlikely sites of metastasis\n\n- spleen\n- heart\n",
    "# Breast cancer\n\nIt never spreads to:\n\nIn the spleen. In the heart.\n",
    "Brain metastases do not come from:\n\n- prostate cancer\n- colon cancer\n",
    "Spread to the brain has not been reported in:\n\n- prostate cancer\n- colon cancer\n",
    "| Site of metastasis | Primary cancers never seen |\n|---|---|\n| Liver | Colon |\n",
    "## No liver metastases\n\nThe most common primaries are colon and breast cancer.",
    "Metastases: prostate → never brain",
)
"""What denies a pair, in each shape in which one is stated."""
OTHER: Final = (
    "Surgery for liver metastases is an option in:\n\n- colon cancer\n- breast cancer\n",
    "Screening for brain metastases is recommended in:\n\n- lung cancer\n- melanoma\n",
    "Among patients with bone metastases, breast cancer was often treated with trastuzumab.",
    "Among patients with bone metastases, prostate cancer was a common cause of death.",
    "| Metastatic site | Tumor marker |\n|---|---|\n| Liver | Colon |\n",
    "| Organ | Primary cancer |\n|---|---|\n| Liver | HCC, cholangiocarcinoma |\n",
    "[Breast cancer](/b) → [Bone metastases](/bone)",
    "Metastasis in mice: lung cancer → liver was inhibited by drug X",
    "The most common primary tumors of the heart are sarcoma and melanoma.",
    "# Common sites of metastasis\n\n- Liver: colon, breast\n",
    "Metastases to the lung → breast, colon",
)
"""What has the shape of a statement and says something else."""
PARTLY: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        "Brain metastases most often come from lung cancer, not from breast cancer.",
        (("lung", "brain"),),
    ),
    (
        "The cancers that often spread to the brain are lung cancer, but not prostate cancer.",
        (("lung", "brain"),),
    ),
    ("# Breast cancer\n\nIt spreads to:\n\n- Bone\n- Not the liver\n", (("breast", "bone"),)),
    (
        "| Cancer | Sites of metastasis |\n|---|---|\n| Breast | Bone, not liver |\n",
        (("breast", "bone"),),
    ),
    ("Metastases: melanoma→brain, RCC→lung.", (("melanoma", "brain"), ("rcc", "lung"))),
    (
        "The most common primaries of liver metastases are colon and breast.",
        (("colon", "liver"), ("breast", "liver")),
    ),
)
"""What says some and denies some."""


def pairs_of(text: str) -> Pairs:
    """Return the pairs that a text states."""
    said = (one for one in read_text(text) if one.frequency != "absent")
    return frozenset((one.primary, one.site) for one in said)


def lost(texts: Iterable[str], pairs: Pairs) -> dict[str, list[tuple[str, str]]]:
    """Return the texts that do not say all of some pairs, and those only."""
    return {text: sorted(said ^ pairs) for text in texts if (said := pairs_of(text)) != pairs}


def test_no_usual_wording_is_lost() -> None:
    assert lost(SENTENCES, OF_BLADDER) == {}


def test_no_usual_wording_on_where_metastases_come_from_is_lost() -> None:
    assert lost(OF_A_SITE, OF_LIVER) == {}


def test_no_usual_heading_is_lost() -> None:
    title = "Sites of metastasis in bladder cancer"
    texts = (f"{head.format(title)}\n\n{LISTS[0]}\n" for head in HEADINGS)
    assert lost(texts, OF_BLADDER) == {}


@pytest.mark.parametrize(
    "lead",
    [
        "# Sites of metastasis in bladder cancer\n\n",
        "# Bladder cancer\n\nIt is most likely to spread to the:\n\n",
        "# Bladder cancer\n\nThe most common sites of metastasis are:\n",
    ],
)
def test_no_usual_shape_of_a_list_is_lost(lead: str) -> None:
    assert lost((f"{lead}{one}\n" for one in PARAGRAPHS), OF_BLADDER) == {}


def test_no_usual_shape_of_a_table_is_lost() -> None:
    assert lost((f"{one}\n" for one in TABLES), OF_THREE) == {}


@pytest.mark.parametrize("text", [*SILENT, *DENIED, *OTHER])
def test_what_only_looks_like_it_says_nothing(text: str) -> None:
    assert pairs_of(text) == frozenset()


@pytest.mark.parametrize(("text", "pairs"), PARTLY)
def test_what_is_denied_beside_what_is_said_is_left_out(
    text: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    assert pairs_of(text) == frozenset(pairs)


def test_many_fragments_take_no_time_by_their_number() -> None:
    # Twice as many took four times as long, and forty for ever.
    assert pairs_of("It spreads to:\n\n" + "In the brain. " * 39 + "Call 5!") == frozenset()
