"""Whether a DICOM header says that a contrast agent was given, that none was, or nothing."""

import re

YES, NO, UNKNOWN = "yes", "no", ""
CLAUSES = re.compile(r"[,;+&/()]|\b(?:but|and|with|mit|und|avec|con)\b")
SAME_WORDS = (  # spellings that the separators above would tear apart
    (re.compile(r"\bw\s*/\s*o\b|\bw\.\s*o\.?(?!\w)"), "without"),
    (re.compile(r"\bn\s*/\s*a\b"), "none"),
    (re.compile(r"\b(?:non|un)[\s-]*(?:contrast\w*|enhanced)\b"), "none"),
    (re.compile(r"\bi\.\s*v\.?"), "iv"),
)
NEGATIVE = re.compile(  # English, German, French, Spanish, Italian, Portuguese, Dutch and others
    r"(?:none|non$|no|not|nothing|nil|null|without|ohne|keine?[sn]?|nein|sans|aucune?|sin|ningun[oa]?|senza"
    r"|nessuno?|sem|nenhuma?|zonder|geen|ut[ea]n|uden|ingen|bez|brak|без|нет|nati(?:ve?|f|vo|va)|plain|unenhanced|false|n|na|0+)\b"
)
NEGATIVE_CHARACTERS = re.compile("[无無没なし]")  # Chinese, Japanese
FILLER = {
    *("iv", "intravenous", "oral", "rectal", "contrast", "agent", "media", "medium", "bolus"),
    *("given", "administered", "used", "applied", "injected", "injection", "scan", "ct", "phase"),
    *("kontrast", "kontrastmittel", "km", "gegeben", "contraste", "contrasto", "produit", "de"),
}


def find_contrast(agent, sequence=()):
    """Whether a header says that a contrast agent was given.

    Parameters
    ----------
    agent : str
        The attribute ContrastBolusAgent, free text.
    sequence : list of pydicom.Dataset
        The attribute ContrastBolusAgentSequence.

    Returns
    -------
    {"yes", "no", ""}
        Empty if the header does not say.

    Examples
    --------
    >>> [find_contrast(text) for text in ("Iodine", "NONE", "w/o contrast", "No oral, IV Iodine")]
    ['yes', 'no', 'no', 'yes']
    """
    meanings = [str(item.get("CodeMeaning") or "an agent").strip() for item in sequence or ()]
    said = [_judge(text) for text in ([agent.strip()] if agent.strip() else meanings)]
    return YES if YES in said else NO if NO in said else UNKNOWN


def _judge(text):
    """One text: yes, if a part of it is neither a denial nor made of words that name no agent."""
    text = text.lower()
    if NEGATIVE_CHARACTERS.search(text):
        return NO
    for pattern, word in SAME_WORDS:
        text = pattern.sub(word, text)
    if not re.search(r"\w", text):
        return UNKNOWN
    clauses = [clause.strip(" .:-_[]{}") for clause in CLAUSES.split(text)]
    clauses = [clause for clause in clauses if clause]
    denied = [NEGATIVE.match(clause) is not None for clause in clauses]
    named = [set(re.findall(r"\w+", clause)) - FILLER for clause in clauses]
    if all(no or not words for no, words in zip(denied, named, strict=True)) and any(denied):
        return NO
    return YES
