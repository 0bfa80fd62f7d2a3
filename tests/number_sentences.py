"""Sentences with numbers, and what each prints for its sites: "bone 71/150 47" and nothing else.

All are invented; the forms are those of abstracts, registries, autopsy series and pages for
patients. A sentence without a result prints no number of a site, whatever else it prints.
"""

from __future__ import annotations

from typing import Final

__all__ = ["READ", "READ_AFTER", "REFUSED"]

READ: Final[tuple[tuple[str, str], ...]] = (
    # some out of all
    ("Brain metastases developed in 3 out of 50 patients (6%).", "Brain 3/50 6"),
    ("Out of the 1428 included patients, 181 (13%) had liver metastases.", "liver 181/1428 13"),
    # brackets behind a site
    ("lung (47%), lymph nodes (45 %)", "lung 47; lymph nodes 45"),
    ("bone (71 patients, 47%)", "bone 71 47"),
    ("bone (n = 71)", "bone 71"),
    ("bone (71/150)", "bone 71/150"),
    ("bone (71/150; 47.3%)", "bone 71/150 47.3"),
    ("bone (47.3%, 71/150)", "bone 71/150 47.3"),
    ("bone (47.3%, 71/150; p < 0.05)", "bone 71/150 47.3"),
    ("bone (n=350, 5.6%)", "bone 350 5.6"),
    ("bone (n = 71; 47%)", "bone 71 47"),
    ("bone (71 of 150 patients, 47.3%)", "bone 71/150 47.3"),
    ("bone (71 cases)", "bone 71"),
    ("bone (in 47%)", "bone 47"),
    ("bone (47% of cases)", "bone 47"),
    ("bone (47%, 95% CI 40-55%)", "bone 47"),
    ("bone (9.4%; median survival, 5 months)", "bone 9.4"),
    ("brain metastases (six patients)", "brain 6"),
    ("lung [n = 10 (5.0%)] and bone [n = 4 (2.0%)]", "lung 10 5.0; bone 4 2.0"),
    ("The liver (62%) and the lungs (45%) are the most frequent sites.", "liver 62; lungs 45"),
    (
        "The most frequent site was the lungs (47%), followed by bones (37%), and adrenal glands "
        "(12%).",
        "lungs 47; bones 37; adrenal glands 12",
    ),
    (
        "Peritoneal metastasis was the most frequent (33.9%), then liver metastasis (25.8%).",
        "Peritoneal 33.9; liver 25.8",
    ),
    ("The main site was the lung (61%), then bone (27.7%).", "lung 61; bone 27.7"),
    ("The lungs (85%), the liver (10%), and bone and spine (rarely).", "lungs 85; liver 10"),
    (
        "lung (9 cases), followed by bone (5), liver (3) and spleen (1)",
        "lung 9; bone 5; liver 3; spleen 1",
    ),
    (
        "The liver was the leading site (83% of patients with metastases).",
        "liver 83",
    ),
    ("Lungs, liver, and brain (57%, 16%, 5%, respectively).", "Lungs 57; liver 16; brain 5"),
    ("lung, liver and bone (12%, 8% and 3%)", "lung 12; liver 8; bone 3"),
    # numbers behind a verb, a colon or nothing
    ("Bone metastases occur in 80 % of men.", "Bone 80"),
    ("Bone metastases were found in 25 of 100 patients.", "Bone 25/100"),
    ("Bone metastases were found in 71 of 150 (47%).", "Bone 71/150 47"),
    ("Bone metastases were found in 71 of the 150 patients (47%).", "Bone 71/150 47"),
    ("Bone metastases were found in 71 (47%) of 150 patients.", "Bone 71/150 47"),
    ("Bone metastases were found in 71 (47%) of the 150 patients.", "Bone 71/150 47"),
    ("Bone metastases were found in 47% of 150 patients.", "Bone /150 47"),
    ("Kidney metastases were seen in 3/50 patients.", "Kidney 3/50"),
    ("Brain metastases were diagnosed in 3 patients (4 %), two of whom died.", "Brain 3 4"),
    ("Liver metastases were present in three (7.5%) of 40 well patients.", "Liver 3/40 7.5"),
    ("Lung metastases were detected in 30% (95% CI 25-35%) of patients.", "Lung 30"),
    ("lung 45%, liver 20%", "lung 45; liver 20"),
    ("lung 45%, liver 20% and bone 5%", "lung 45; liver 20; bone 5"),
    ("lung 45% liver 20% bone 5%", "lung 45; liver 20; bone 5"),
    ("lung: 29.4 %", "lung 29.4"),
    ("Sites: bone 45%, lung 30%, brain 5%.", "bone 45; lung 30; brain 5"),
    ("Bone involvement, 45%; lung, 30%; liver, 20%.", "Bone 45; lung 30; liver 20"),
    ("liver 4·3%, lung 5,6% and bone 1.2 per cent", "liver 4.3; lung 5.6; bone 1.2"),
    ("brain in 1,031 of 2,000 patients", "brain 1031/2000"),
    (
        "Hepatic involvement was seen in 9 patients, pulmonary in 5, and skeletal in 3.",
        "Hepatic 9; pulmonary 5; skeletal 3",
    ),
    (
        "Lung metastases occurred in 45 patients (60%), bone metastases in 20 (26.7%), and liver "
        "metastases in 10 (13.3%).",
        "Lung 45 60; bone 20 26.7; liver 10 13.3",
    ),
    (
        "At autopsy, liver metastases were found in 62% of cases, lung metastases in 45% and bone "
        "metastases in 30%.",
        "liver 62; lung 45; bone 30",
    ),
    (
        "Lung metastasis was observed in 9% of cases, bone in 5.9%, and brain in 0.5%.",
        "Lung 9; bone 5.9; brain 0.5",
    ),
    ("Brain metastasis from RCC is rare, found in only 2.19% of cases.", "Brain 2.19"),
    ("Those with liver metastasis, which occurs in 22.4% of cases, do badly.", "liver 22.4"),
    ("Bone is involved in 70-80% of cases, the lung in 30%.", "lung 30"),
    ("About 50 % develop liver metastases.", "liver 50"),
    ("The rate of bone metastases was 12%.", "bone 12"),
    ("The proportion of patients with bone metastases was 35%.", "bone 35"),
    ("Spread to liver in 75%, lung, or bone.", "liver 75"),
    # numbers before a site
    ("29.4 % had lung metastases.", "lung 29.4"),
    ("Forty percent of patients have lung metastases.", "lung 40"),
    (
        "1030 cases were bone metastases, 990 cases were lung metastases.",
        "bone 1030; lung 990",
    ),
    ("including 1459 (72.84 %) patients with lung metastases", "lung 1459 72.84"),
    ("5 of 47 patients developed pulmonary metastases.", "pulmonary 5/47"),
    ("Four of the 50 women with Stage III cancer had bone metastases.", "bone 4/50"),
    ("Nine (15%) of 60 well patients had metastatic bone disease.", "bone 9/60 15"),
    (
        "45% of the metastases were in the liver, 30% in the lung and 10% in bone.",
        "liver 45; lung 30; bone 10",
    ),
    ("45% bone, 30% lung and 10% brain", "bone 45; lung 30; brain 10"),
    ("45% (lung), 30% (liver)", "lung 45; liver 30"),
    (
        "Of 150 patients, 71 had bone metastases and 12 had brain metastases.",
        "bone 71/150; brain 12/150",
    ),
    (
        "Of the 75 patients, 45 (60%) had lung metastases, 20 (26.7%) bone metastases.",
        "lung 45/75 60; bone 20/75 26.7",
    ),
    (
        "In 634 patients with stage IV disease, 96 (15%) presented with liver involvement.",
        "liver 96/634 15",
    ),
    (
        "A total of 3276 patients were enrolled, of whom 283 (8.6%) developed bone metastases.",
        "bone 283/3276 8.6",
    ),
    ("In a series of 81 patients seen here, two patients developed bone metastases.", "bone 2/81"),
    # lists of equal length
    (
        "They spread to the liver, lung and bone in 40 %, 30 % and 10 %, respectively.",
        "liver 40; lung 30; bone 10",
    ),
    (
        "The rates of bone, lung and liver metastases were 65.1%, 31.4%, and 26.0%, respectively.",
        "bone 65.1; lung 31.4; liver 26.0",
    ),
    (
        "Metastases to the lung, liver and brain were present in 12 (24%), 10 (20%) and 3 (6%) "
        "patients, respectively.",
        "lung 12 24; liver 10 20; brain 3 6",
    ),
    # counts that add up
    (
        "The 60 metastases at rare sites were bone (n=31), lung (n=19) and spleen (n=10).",
        "bone 31/60; lung 19/60; spleen 10/60",
    ),
    (
        "They were found in 120 patients: lung (80), bone (30), liver (10).",
        "lung 80/120; bone 30/120; liver 10/120",
    ),
    # numbers in words
    ("One hundred patients had liver metastases.", "liver 100"),
    (
        "One hundred and forty-eight of 403 patients (37%) had liver metastases.",
        "liver 148/403 37",
    ),
    ("Two of three patients had liver metastases.", "liver 2/3"),
    ("In a cohort of 150 patients, 12 had liver metastases.", "liver 12/150"),
    ("A 30% incidence of brain metastases was found.", "brain 30"),
    (
        "The liver, lungs and bones are involved in 40%, 30% and 20% of cases.",
        "liver 40; lungs 30; bones 20",
    ),
    (
        "liver metastases (12% [5 of 42 patients]), bone (24% [10 of 42])",
        "liver 5/42 12; bone 10/42 24",
    ),
    ("Bone metastases affect 70% of men.", "Bone 70"),
    ("bone 3/50 6%", "bone 3/50 6"),
    (
        "Lung, liver and bone lesions were seen in 9, 77 and 6% of men respectively.",
        "Lung 9; liver 77; bone 6",
    ),
    ("In 30% of patients, liver metastases were found.", "liver 30"),
    ("In seven of eight tumors, hepatic metastasis was present.", "hepatic 7/8"),
    ("Only1.3% of patients have liver metastases.", "liver 1.3"),
    (
        "Of the 50 patients, 31 (62%) had a lymph node positive disease and 20 (40%) had a "
        "direct invasion of the liver.",
        "lymph node 31/50 62; liver 20/50 40",
    ),
    (
        "30% (12,000 out of 40,000) of the cases had metastases, among whom "
        "5,400, 1,800, and 240 patients had liver, lung, and brain metastasis, respectively.",
        "liver 5400/12000; lung 1800/12000; brain 240/12000",
    ),
    # the total opens the sentence
    ("Among 2812 patients with metastases, bone was involved in 36%.", "bone /2812 36"),
    (
        "Of 500 patients, 100 (20%) developed distant metastases, most commonly in lung (50%).",
        "lung /100 50",
    ),
    (
        "Liver metastasis was present in 13.4% of patients (n = 276).",
        "Liver 276 13.4",
    ),
    (
        "3.28%, 1.52%, and 0.35% of new sarcomas presented bone, lung, and brain metastases at "
        "diagnosis, respectively.",
        "bone 3.28; lung 1.52; brain 0.35",
    ),
    (
        "They had a total of 15 locations: 8 bone, 4 liver, 2 pleura, and 1 lung.",
        "bone 8/15; liver 4/15; pleura 2/15; lung 1/15",
    ),
    # nobody
    ("No liver metastases (0/50).", "liver 0/50"),
    ("No patient (0 %) had liver metastases.", "liver 0 0"),
    ("None of 50 patients had liver metastases.", "liver 0/50"),
    ("bone (0%)", "bone 0"),
)
"""A sentence, and each site with a number: "site count/total percent"."""

READ_AFTER: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "The group was made up of 150 patients (115 men [77%]; median age, 63 years).",
        "Sites were bone (71 patients, 47%) and lung (55 patients, 37%).",
        "bone 71/150 47; lung 55/150 37",
    ),
    (
        "There were 65000 patients, and 2800 were diagnosed with distant metastases.",
        "Of these, 1030 patients were bone metastases and 98 patients were brain metastases.",
        "bone 1030/2800; brain 98/2800",
    ),
    (
        "Frequency was examined in 140 autopsy cases.",
        "Lung and bone metastases were present in 45% and 30% of the cases respectively.",
        "Lung /140 45; bone /140 30",
    ),
    # two groups stand before: whose percentage it is nobody knows
    (
        "Of 392 patients we studied 150 patients.",
        "Lung metastases were noted in 46.7% of the cases.",
        "Lung 46.7",
    ),
    # the count is of patients with metastases, not of the 200
    (
        "We studied 200 patients.",
        "Sites were bone (71 patients, 47%).",
        "bone 71 47",
    ),
)
"""What stands before, a sentence, and what it prints together with that."""

REFUSED: Final[tuple[str, ...]] = (
    # all but some, and none of some
    "Bone metastases were found in all but 3 of 40 patients.",
    "Bone metastases were found in all patients except two of the 40.",
    "Not one of the 80 patients had metastases in the bone.",
    "Not even 2 % of patients had metastases in the bone.",
    # what becomes of those who have them
    "Liver metastases were the cause of death in 15 % of patients.",
    "Liver metastases were symptomatic in 15 % of patients.",
    "Liver metastases recurred in 15 % of patients.",
    "15 % of liver metastases of colon cancer were cystic.",
    # thousands apart by a blank, or two numbers
    "Bone metastases were found in 1 234 patients.",
    # ranges, bounds and parts are no numbers
    "Bone metastases occur in 85% to 90% of cases.",
    "Bone metastases occur in 15-20 % of cases.",
    "Bone metastases occur in between 15% and 20 % of cases.",
    "Bone metastases occur in up to 20 % of cases.",
    "Bone metastases occur in >50 % of cases.",
    "Bone metastases occur in more than 50 % of cases.",
    "Bone metastases occur in at least 50 % of cases.",
    "A third of patients have bone metastases.",
    "One-third of patients have bone metastases.",
    "Half of the patients have bone metastases.",
    "The lung is involved in three-quarters of patients.",
    "One in five patients has bone metastases.",
    "bone (15-20%)",
    "bone (>50%)",
    # something else is counted
    "The 5-year survival of patients with liver metastases was 10%.",
    "Survival with bone metastases was 30% at 5 years.",
    "Liver metastases were resected in 30% of patients.",
    "Patients with bone metastases (p < 0.05) did worse.",
    "Bone metastases (HR 1.3) were a risk factor.",
    "Bone metastases (95% CI 1.2-3.4).",
    "Median survival was short with bone metastasis (12 months), brain metastasis (4 months).",
    "Bone metastases were seen at 64 years.",
    "Bone metastases were seen in 2010.",
    "Bone metastases were seen between 1990 and 2010.",
    "Lung metastases larger than 3 cm",
    "Bone metastases are 2.8-fold more frequent.",
    "Bone metastasis patients12,13",
    "Bone metastasis [12]",
    "liver (T2), lung (T3)",
    "liver metastases in T2 N1 disease",
    "The incidence of liver metastases is 4.5 per 100,000.",
    "Chemotherapy was given to 30% of patients with bone metastases.",
    "Bone metastases respond in 30%: a response of 30%.",
    "liver metastases (survival, 20%)",
    "Expression was 30% in liver metastases.",
    "Bone metastasis was seen in a 60-year-old man.",
    # people who were chosen by a site
    "30 % of patients with bone metastases died.",
    "In patients with liver metastases, 30% had lung metastases.",
    "30% of the bone metastases were solitary.",
    "75% of brain metastases are in the cerebrum, 20% in the liver.",
    "Of patients who had bone metastases, 30% had brain metastases.",
    "30 % of patients with cancer have metastases; 30 % of these in the brain.",
    "37 patients with liver metastases received drugs.",
    "Two of the five bone metastases were large.",
    "In all, 11 patients with metastatic carcinoma to the liver were seen.",
    "Most of the liver metastases were carcinomas (n=21,000; 91%).",
    "There was fluid in 13 cases with metastases to the liver.",
    "The lesions make up 75% of all metastases to bone.",
    "The incidence of bone metastasis was 11.9% in sarcoma and 11.1% in melanoma.",
    # two sites for one number, two numbers for one site
    "Lung and liver metastases were found in 45%.",
    "Metastases to the lung and liver (45%).",
    "30% had lung and liver metastases.",
    "Lung metastases were found in 30% of men and 20% of women.",
    "Lung metastases were found in 30% vs 20%.",
    "Bone metastases were more common in men (30%) than in women (20%).",
    "Bone (30% vs 20%) and liver (10% vs 5%)",
    "bone (30%, 20%)",
    "Bone metastases were found in 25% and 30% of men and women, respectively.",
    "Lung and bone lesions in melanoma and sarcoma were found in 30% and 20%, respectively.",
    "Brain metastases developed in 15% of HER2-positive patients and in 5% of others.",
    "Bone was the most common site in adenocarcinoma (63.1%) and sarcoma (61.1%).",
    "Bone metastases were present at diagnosis in 20% and developed later in 30%.",
    "Bone metastases in 20% at 5 years and 30% at 10 years.",
    "The liver is the site in 20% (10/50) of men, 30% (15/50) of women.",
    # what is printed contradicts itself
    "bone (71/150, 67%)",
    "bone (171/150)",
    "bone (147%)",
    "bone (12/0)",
    # denied
    "Bone metastases were not found in 30%.",
    "30% had no bone metastases.",
    "No bone metastases in 30% of patients.",
    "30% of patients without liver metastases died.",
    # part of those with the site
    "Symptomatic brain metastases occurred in 10%.",
    "Multiple lung metastases were found in 30%.",
)
"""Sentences that print no number of a site, or none that can be taken."""
