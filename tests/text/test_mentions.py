"""Which names a text has, and where: plain sentences, what only looks like a name, any Unicode."""

from __future__ import annotations

import time
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis.text._names.abbreviations import abbreviations_of
from metastasis.text._names.common_heads import parts_before
from metastasis.text._names.forms import folded
from metastasis.text._names.lexicon import Name, read_lexicon
from metastasis.text._names.mentions import (
    Mention,
    _hits,
    mentions_of,
    narrowed,
    primary_of_organ,
)
from metastasis.text._names.words import apart


def keys(text: str, abbreviations: dict[str, Name] | None = None) -> str:
    """Return the keys of the names of a text: primaries with a star, blocked ones with a dash."""
    marks = {"primary": "*", "site": "", "blocked": "-"}
    found = mentions_of(text, abbreviations)
    return " ".join(marks[one.kind] + one.key for one in found)


NAMES: Final = """
bones, lungs and ribs = bone lung rib
hepatic and pulmonary metastases = liver lung
osseous, skeletal or bony lesions = bone bone bone
cerebral metastases = brain
the adrenals = adrenal_gland
suprarenal glands = adrenal_gland
nodal involvement = lymph_node
splenic, renal and ovarian metastases = spleen kidney ovary
peritoneal carcinomatosis = peritoneum
pleural effusion = pleura
malignant ascites = peritoneum
cutaneous metastases = skin
leptomeningeal disease = leptomeninges
lymph glands in the neck = lymph_node_cervical
glands in the neck = lymph_node_cervical
swollen nodes in your neck = lymph_node_cervical
lymph nodes under the arm = lymph_node_axillary
the armpit = lymph_node_axillary
lymph nodes above the collarbone = lymph_node_supraclavicular
collarbone nodes = lymph_node_supraclavicular
nodes in the groin = lymph_node_inguinal
lymph nodes located in the pelvis = lymph_node_pelvic
nodes of the mediastinum = lymph_node_mediastinal
para\u2011aortic nodes = lymph_node_para_aortic
paraaortic lymphadenopathy = lymph_node_para_aortic
pelvic LNs = lymph_node_pelvic
nearby lymph nodes = lymph_node_regional
local lymph nodes = lymph_node_regional
neighbouring lymph glands = lymph_node_regional
lymph nodes close to the kidneys = lymph_node_regional
distant lymph nodes = lymph_node_distant
internal iliac nodes = lymph_node_iliac
obturator lymph nodes = lymph_node_obturator
submandibular nodes = lymph_node_submandibular
lymph nodes, mainly those in the pelvic area = lymph_node lymph_node_pelvic
the backbone = spine
thoracic vertebrae = vertebra
bones of the pelvis = pelvic_bone
ribs, spine and pelvis = rib spine pelvic_bone
bladder, pelvis and liver = bladder pelvis liver
the thigh bone = femur
skull base = skull
voice box cancer = *larynx
womb = uterus
windpipe = trachea
lining of the lung = pleura
tissues around the lungs = pleura
tissues near the prostate = adjacent_tissue
regional lymph nodes in the neck = lymph_node_cervical
lymph nodes draining the breast = lymph_node_regional
lining of the abdomen = peritoneum
tummy lining = peritoneum
lining of the heart = pericardium
membranes that cover the brain and spinal cord = meninges
brain and spinal cord = brain spinal_cord
brainstem and cerebellum = brainstem cerebellum
CNS = cns
the other lung = lung
contralateral breast = breast_contralateral
under your skin = subcutis
skin and subcutaneous tissues = skin_soft_tissue
other parts of the body = distant_unspecified
elsewhere in the body = distant_unspecified
distant organs = distant_unspecified
almost any part of the body = any_organ
nearby tissues and organs = adjacent_tissue
adjacent structures = adjacent_tissue
portal vein = portal_vein
IVC = inferior_vena_cava
lung cancer = *lung
cancers of the lung = *lung
Carcinoma of the Lung = *lung
lung tumours = *lung
pulmonary malignancies = *lung
primary tumors of the lung = *lung
lung adenocarcinomas = *luad
adenocarcinoma of the lung = *luad
squamous cell carcinoma of the lung = *lusc
pulmonary squamous cell carcinoma = *lusc
non-small-cell lung cancer = *nsclc
NSCLC = *nsclc
SCLC = *sclc
oat cell lung cancer = *sclc
oesophageal tumours = *esophagus
squamous cell carcinoma of the oesophagus = *esophagus_squamous
tumor of the food pipe = *esophagus
gastric neoplasms = *stomach
diffuse-type gastric cancer = *stomach_diffuse
gastric squamous cell carcinoma = *stomach
bowel tumour = *colorectal
cancer of the colon and rectum = *colorectal
sigmoid colon cancer = *colon
rectal adenocarcinoma = *rectum
anal canal carcinoma = *anus
HCC = *hcc
hepatomas = *hcc
bile duct cancers = *bile_duct
Klatskin tumour = *cholangiocarcinoma
pancreatic ductal adenocarcinoma = *pancreas_adenocarcinoma
pancreatic NETs = *pancreas_net
midgut carcinoid = *gi_net
kidney tumors = *kidney
RCC = *rcc
clear cell RCC = *ccrcc
Wilms\u2019 tumours = *wilms
nephroblastoma = *wilms
urothelial bladder cancer = *bladder_urothelial
TNBC = *breast_triple_negative
invasive lobular carcinoma = *breast_lobular
invasive ductal carcinoma of the breast = *breast_ductal
womb cancer = *uterus
uterine corpus cancer = *uterus
cervical carcinoma = *cervix
high-grade serous ovarian carcinoma = *ovary_hgsoc
testicular cancer = *testis
nonseminomatous testicular cancer = *testis_nonseminoma
GIST = *gist
leiomyosarcoma = *leiomyosarcoma
Ewing's sarcoma = *ewing
melanoma of the eye = *melanoma_uveal
phaeochromocytoma = *pheochromocytoma
papillary carcinoma of the thyroid = *thyroid_papillary
Hürthle cell carcinoma = *thyroid_follicular
tongue cancer = *oral_cavity
throat cancer = *head_neck
cancer of unknown origin = *cup
cancer = *any
secondary breast cancer = *breast
metastatic breast cancer = *breast
secondary bone cancer = bone
metastatic bone disease = bone
secondary liver cancer = liver
secondary cancer in the liver = liver
metastatic brain tumors = brain
breast bone metastases = bone
liver mets = liver
kidney's = kidney
lung/liver = lung liver
liver3 and lungs1,2 = liver lung
boneslungsliver = bone lung liver
CommonBone = bone
"""
"""Text and keys, one a line."""


def _table(lines: str) -> list[tuple[str, str]]:
    return [tuple(line.rsplit(" = ", 1)) for line in lines.strip().splitlines()]  # type: ignore[misc]


@pytest.mark.parametrize(("text", "expected"), _table(NAMES))
def test_name(text: str, expected: str) -> None:
    assert keys(text) == expected
    assert keys(f"It spread to {text}.") == expected


SHARED: Final = """
colon and rectal cancer = *colon *rectum
colon, as well as rectal cancer = *colon *rectum
small cell and non-small cell lung cancer = *sclc *nsclc
liver, lung and kidney cancers = *liver *lung *kidney
breast or prostate cancer = *breast *prostate
oesophageal/gastric cancer = *esophagus *stomach
head and neck and lung cancers = *head_neck *lung
papillary and follicular thyroid carcinoma = *thyroid_papillary *thyroid_follicular
invasive lobular and ductal breast cancer = *breast_lobular *breast_ductal
clear cell, papillary and chromophobe RCC = *ccrcc *rcc_papillary *rcc_chromophobe
cervical and supraclavicular lymph nodes = lymph_node_cervical lymph_node_supraclavicular
pelvic and para-aortic nodes = lymph_node_pelvic lymph_node_para_aortic
regional or distant lymph nodes = lymph_node_regional lymph_node_distant
cervical, axillary, and inguinal nodes = lymph_node_cervical lymph_node_axillary lymph_node_inguinal
nodes of the pelvis and groin = lymph_node_pelvic lymph_node_inguinal
lymph nodes in the neck, chest and liver = lymph_node_cervical lymph_node_thoracic liver
cancers of the breast, lung, and prostate = *breast *lung *prostate
carcinoma of the stomach or of the oesophagus = *stomach *esophagus
In cancer of the breast, bone is first = *breast bone
cancer of the breast and bone metastases = *breast bone
liver, bone and regional lymph nodes = liver bone lymph_node_regional
bone, breast cancer cells grow = bone *breast
"""


@pytest.mark.parametrize(("text", "expected"), _table(SHARED))
def test_shared_head(text: str, expected: str) -> None:
    assert keys(text) == expected


def test_shared_head_is_told() -> None:
    colon, rectal = mentions_of("colon and rectal cancer")
    assert (colon.start, colon.end, colon.head) == (0, 5, (17, 23))
    assert rectal.head is None


BLOCKED: Final = """
a bone scan and a brain MRI = -test -test
chest x-ray, liver biopsies = -test -test
brain and bone scans = -test -test
biopsy of the liver or lung = -test -test
bone pain and liver failure = -symptom -symptom
pain in the bones = -symptom
swelling of the abdomen = -symptom
yellowing of the skin and eyes = -symptom -symptom
lung function = -test
bone marrow transplant = -treatment
lymph node dissection = -treatment
radiation to the brain = -treatment
kidney stones = -symptom
heart disease, liver disease = -disease -disease
eye color = -body
the Lung Cancer Society = -organization
Journal of Bone Oncology = -field
Breast Cancer Research = -organization
muscle-invasive bladder cancer = -stage *bladder
outside the pelvis = -outside
extra-abdominal sites = -outside
through the lymphatic system = -route
cranial nerves = cranial_nerve
splenic artery = -vessel
lymphoma and leukaemia = -out_of_scope -out_of_scope
benign brain tumors = -no_cancer
ductal carcinoma in situ = -no_cancer
the anus and the penis = anus penis
Kaposi sarcoma = -outside_catalog
metastatic liver cancer = -ambiguous
spread to the lung and bone pain = lung -symptom
bone disease = bone
metastatic lung disease = lung
Breast Bone, brain = breast bone brain
the breast bone = sternum
"""


@pytest.mark.parametrize(("text", "expected"), _table(BLOCKED))
def test_what_only_looks_like_a_name(text: str, expected: str) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text", ["net gain", "a cup of tea", "MCC", "backstage", "cord", "the gist"]
)
def test_no_name(text: str) -> None:
    assert keys(text) == ""


EXPLAINED: Final = """
gastric cancer (GC; n=20) | GC = *stomach
Merkel cell carcinoma (MCC) | MCC = *merkel
bone metastases (BMs) | BM = bone
castration-resistant prostate cancer (CRPC) | CRPC = *prostate
squamous cell carcinoma of the esophagus [ESCC] | ESCC = *esophagus_squamous
right-sided colon cancer (RCC) | RCC = *colon
clear cell renal cell carcinoma (RCC) | RCC = *rcc
adenocarcinoma (AC) | gastric AC = *stomach_adenocarcinoma
transitional cell carcinoma (TCC) | TCC of the bladder = *bladder_urothelial
squamous cell carcinoma (SCC) | squamous cell carcinoma (SCC) of the lung = *lusc
the liver (CT) | CT =
lung cancer (in vivo) | vivo =
BCC spreads | BCC = *skin_basal_cell
nuclear pore complex (NPC) | NPC =
"""


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        (*(part.strip() for part in left.split("|")), right.strip())
        for left, _, right in (line.rpartition("=") for line in EXPLAINED.strip().splitlines())
    ],
)
def test_abbreviation_that_a_page_explains(page: str, text: str, expected: str) -> None:
    assert keys(text, abbreviations_of(page)) == expected


def test_abbreviation_of_a_metastasis_says_so() -> None:
    known = abbreviations_of("Brain metastases (BrM) and lung cancer (LC).")
    assert [one.is_metastasis for one in mentions_of("BrM of LC", known)] == [True, False]


NARROWED: Final = """
esophagus | adenocarcinomas = esophagus_adenocarcinoma
thyroid | papillary carcinomas and follicular cancer = thyroid_papillary thyroid_follicular
stomach | the diffuse type = stomach_diffuse
rcc | clear cell, papillary and chromophobe = ccrcc rcc_papillary rcc_chromophobe
kidney | the papillary type = rcc_papillary
lung | adenocarcinoma and small cell carcinoma = luad sclc
ovary | high-grade serous carcinomas = ovary_hgsoc
skin_nonmelanoma | squamous cell carcinoma (SCC) = skin_squamous_cell skin_squamous_cell
breast | papillary =
thyroid | poorly differentiated carcinoma =
"""


@pytest.mark.parametrize(
    ("topic", "text", "expected"),
    [
        (*(part.strip() for part in left.split("|")), right.strip())
        for left, _, right in (line.rpartition("=") for line in NARROWED.strip().splitlines())
    ],
)
def test_subtype_under_its_topic(topic: str, text: str, expected: str) -> None:
    assert " ".join(one.key for one in narrowed(topic, text)) == expected


def test_cancer_of_an_organ() -> None:
    assert primary_of_organ("large_intestine") == "colorectal"
    assert primary_of_organ("lymph_node") is None


def test_what_a_mention_says_of_itself() -> None:
    bone, secondary = mentions_of("bone cancer; secondary bone cancer")
    assert (bone.is_metastasis, secondary.is_metastasis) == (False, True)


def well_formed(text: str, found: list[Mention]) -> None:
    """Check that mentions are in order, within the text, and do not overlap."""
    free = 0
    for one in found:
        assert free <= one.start < one.end <= len(text)
        free = one.end


@given(st.text())
def test_any_text(text: str) -> None:
    well_formed(text, mentions_of(text))
    assert mentions_of(text) == mentions_of(text)
    abbreviations_of(text)
    narrowed("lung", text)


SOME: Final = sorted(read_lexicon().names)[::97]
WORDS: Final = st.sampled_from([*SOME, "x", "cord", "9", "ß", "İ", "those in the"])
GAPS: Final = st.sampled_from([" ", ", ", " and ", "-", "/", " (", ") ", ". ", "\u00a0", "'s "])


def by_hand(plain: str) -> list[tuple[int, int]]:
    """Return the spans of names as one finds them without a machine: from the left, the longest."""
    forms = [
        form for form, name in read_lexicon().names.items() if name.case is None and form in plain
    ]
    spans, at = [], 0
    while at < len(plain):
        is_inside = at and plain[at - 1].isalnum()
        ends = [] if is_inside else [at + len(form) for form in forms if plain.startswith(form, at)]
        whole = [end for end in ends if not plain[end : end + 1].isalnum()]
        if whole:
            spans.append((at, max(whole)))
        at = max([*whole, at + 1])
    return spans


@given(st.lists(st.tuples(WORDS, GAPS), max_size=8))
@settings(max_examples=60, deadline=None)
def test_longest_from_the_left_as_one_finds_it_by_hand(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in parts)
    plain = folded(text)
    well_formed(text, mentions_of(text))
    assert [hit[:2] for hit in apart(_hits(text, plain))] == by_hand(plain)


@given(st.text(st.sampled_from("aàbİß\u017fKLﬁΣ'\u2019-\u2013/ \u00a0"), max_size=30))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(folded(text)) == len(text)


HOSTILE: Final = {
    "glued": "".join(SOME),
    "commas": ",",
    "list": "lung, ",
    "and": "lung and ",
    "behind": "lymph nodes in the neck, groin and chest, ",
    "before": "colon and rectal cancer, ",
    "of": "cancer of the ",
    "those": "node those in the ",
    "capitals": "BoneLiver",
    "brackets": "bone metastasis (BM ",
    "pain": "pain in the bone scan ",
    "dotted": "İ",
}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_million_characters_take_no_longer_than_they_must(text: str) -> None:
    mentions_of("lung")

    def seconds(size: int) -> float:
        whole = (text * (size // len(text) + 1))[:size]
        before = time.process_time()
        abbreviations_of(whole)
        return time.process_time() - before

    # As long again for the whole reading; a bound that is not linear is passed by far.
    assert seconds(1_000_000) < 6


def test_one_name_is_not_read_before_it_begins() -> None:
    plain = "x" * 50 + " and lung cancer"
    assert list(parts_before(plain, 55, 66, read_lexicon().names)) == []
