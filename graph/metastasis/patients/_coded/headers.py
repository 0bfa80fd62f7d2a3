"""The usual headers of coded diagnoses, in English, German, French and Spanish.

They are those of US claims (Medicare, MarketScan, HCUP), of MIMIC, Synthea and OMOP, and of
hospital exports. Columns of codes that are numbered (``dx1``, ``ICD9_DGNS_CD_1``) follow a pattern,
which :mod:`._coded.wide` knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.patients._words.headers import plain_header

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DISCHARGES", "HEADERS", "numbers_discharges"]

_DISCHARGES: Final = "key_nis key_kid key_neds key_nrd key_nass key_sid hadm_id"
DISCHARGES: Final = tuple(_DISCHARGES.split())
"""Headers of what numbers discharges, not patients; taken for the patient where nothing else is."""
_HEADERS: Final = {
    "patient": """
        patient patient_id patientid patient_identifier person_id person subject_id subject bene_id
        desynpuf_id member_id enrolid pat_id patid mrn patient_number patient_no patient_num patno
        nrd_visitlink visitlink pid patienten_id patientennummer patienten_nr patientnr pat_nr patnr
        versichertennummer pseudonym ipp nip id_patient numero_patient num_patient paciente
        encrypted_hesid hesid
        id_paciente paciente_id nhc numero_historia_clinica key_nis key_kid key_neds key_nrd
        key_nass
        """,
    "code": """
        code icd_code diagnosis_code dx_code condition_code icd dx icd10cm icd_10_cm icd10 icd_10
        icd10_code icd9cm icd9 icd_9 icd9_code diagnosis diag condition_source_value icd_kode
        icd_schluessel icd_schlussel diagnoseschlussel
        icd_10_gm icd10gm icd_10_am icd10am diagnose diagnosecode diagnoseschluessel
        diagnosekode cim10 cim_10 code_cim10 code_cim_10 cim code_diagnostic diagnostic cie10 cie_10
        codigo_cie10 codigo_cie_10 cie cie9 codigo_diagnostico diagnostico
        """,
    "date": """
        date diagnosis_date dx_date date_of_diagnosis service_date date_of_service svcdate
        condition_start_date start_date onset_date claim_date clm_from_dt admit_date admission_date
        encounter_date recorded_date day admittime start condition_start_datetime datum
        diagnosedatum leistungsdatum aufnahmedatum date_diagnostic date_du_diagnostic date_entree
        date_soins fecha fecha_diagnostico fecha_de_diagnostico fecha_ingreso
        """,
    "system": """
        system code_system coding_system codesystem vocabulary_id vocabulary code_type icd_version
        dx_version dxver icd_code_version
        """,
    "sex": "sex gender sex_cd patient_sex geschlecht sexe sexo",
    "certainty": """
        diagnosesicherheit diagnosen_sicherheit sicherheit diagnosis_certainty dx_certainty
        certainty zusatzkennzeichen
        """,
    "position": """
        position seq_num dx_position diagnosis_position diag_position dx_seq diag_seq dx_num
        diagnosis_number diagnosis_sequence diagnosis_rank dx_rank dx_order diagnosis_order
        diagnosispriority diagnosis_priority diagnoseart sequence seq rank
        """,
    "inpatient": """
        inpatient is_inpatient inpatient_flag care_setting setting encounter_class encounterclass
        patient_class visit_type claim_type ip_op
        """,
    "text": """
        description code_description diagnosis_description dx_description display code_display
        concept_name diagnosis_name dx_name diagnosis_text long_title short_title icd_description
        condition_name beschreibung bezeichnung diagnosetext libelle descripcion
        """,
}
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    column: tuple(names.split()) for column, names in _HEADERS.items()
}
"""For each of our columns, the headers it is known by, the best first; "_" may be a blank."""


def numbers_discharges(header: str) -> bool:
    """Return whether a column numbers discharges, of which a patient may have several.

    >>> numbers_discharges("KEY_NIS"), numbers_discharges("bene_id")
    (True, False)
    """
    return plain_header(header) in {plain_header(one) for one in DISCHARGES}
