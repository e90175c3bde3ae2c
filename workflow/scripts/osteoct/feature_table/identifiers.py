"""Columns whose name says that they identify a person, a visit or a file, in several languages."""

import re
import unicodedata

NUMBERS = set(
    [
        "id",
        "ids",
        "no",
        "nr",
        "num",
        "number",
        "numbers",
        "nummer",
        "numero",
        "nombre",
        "numer",
        "nro",
        "code",
        "codice",
        "codigo",
        "kode",
        "key",
        "uid",
        "nb",
    ]
)
WHOSE = set(
    [
        "patient",
        "patients",
        "patienten",
        "pat",
        "paciente",
        "pacient",
        "paziente",
        "pazienti",
        "probanden",
        "subject",
        "hospital",
        "krankenhaus",
        "spital",
        "hopital",
        "ospedale",
        "ziekenhuis",
        "hospitalier",
        "clinic",
        "clinical",
        "klinik",
        "medical",
        "med",
        "record",
        "rec",
        "file",
        "chart",
        "case",
        "fall",
        "visit",
        "encounter",
        "episode",
        "besuch",
        "accession",
        "acc",
        "study",
        "studie",
        "studien",
        "series",
        "exam",
        "examination",
        "examen",
        "order",
        "auftrag",
        "auftrags",
        "request",
        "sample",
        "specimen",
        "person",
        "personal",
        "national",
        "health",
        "insurance",
        "assurance",
        "versicherten",
        "versicherungs",
        "social",
        "security",
        "securite",
        "dossier",
        "cartella",
        "clinica",
        "prontuario",
        "expediente",
        "historia",
        "history",
        "akten",
        "register",
        "registry",
        "registration",
        "scan",
        "image",
        "instance",
        "sop",
        "unit",
    ]
)
PARTICLES = set(["de", "du", "di", "do", "da", "del", "des", "der", "la", "le", "l", "d", "the"])
ALONE = set(
    [
        "mrn",
        "emrn",
        "pid",
        "ipp",
        "nhc",
        "nhs",
        "ssn",
        "bsn",
        "cpr",
        "upn",
        "uid",
        "guid",
        "uuid",
        "dni",
        "cpf",
        "pesel",
        "accession",
        "barcode",
        "aktenzeichen",
        "personnummer",
        "matricule",
        "prontuario",
        "plz",
        "postleitzahl",
        "zip",
        "zipcode",
        "postcode",
        "telefon",
        "telephone",
        "phone",
        "dob",
        "geburtsdatum",
        "birthdate",
    ]
)
PHRASES = re.compile(
    r"medical record|(patient|pat) (name|key)|codice fiscale|historia clinica|cartella clinica"
    r"|(zip|post|postal) code|code postal|(date of birth|birth date|date de naissance"
    r"|data di nascita|fecha de nacimiento)"
)
COMPOUND = re.compile(
    r"(patient\w*|pat|probanden|fall|akten|hospital|krankenhaus|kranken|klinik|auftrags?|studien|study"
    r"|subject|accession|versicher\w*|personen?|besuchs|dossier|mrn|case)"
    r"(id|nr|no|nummer|nummern|number|kennung|code|key)"
)
BY_NAME = "an identifier by its name, such as a hospital number"


def names_a_person(column):
    """Whether a column's name is that of an identifier: of a person, a visit, an image or a file.

    Examples
    --------
    >>> [names_a_person(name) for name in ("MRN", "Hospital No.", "PatientenNr", "n° dossier")]
    [True, True, True, True]
    >>> [names_a_person(name) for name in ("original_shape_MeshVolume", "record_length", "pidx")]
    [False, False, False]
    """
    letters = unicodedata.normalize("NFKD", column.replace("°", "o").replace("№", "no"))
    text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).casefold()
    words = re.sub(r"[\W_]+", " ", text.replace("#", " no ")).split()
    own = set(words)
    return bool(
        PHRASES.fullmatch(" ".join(words))
        or (len(own) == 1 and COMPOUND.fullmatch(words[0]))
        or (own & ALONE and own <= ALONE | NUMBERS | WHOSE | PARTICLES)
        or (own & NUMBERS and own & WHOSE and own <= NUMBERS | WHOSE | PARTICLES)
    )
