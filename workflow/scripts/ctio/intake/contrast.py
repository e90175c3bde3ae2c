"""Whether a DICOM header says that a contrast agent was given, that none was, or nothing."""

import re
import unicodedata

YES, NO, UNKNOWN = "yes", "no", ""
WITH = "withagent"  # stands for the word in all languages
SAME_WORDS = (  # spellings that the separators would tear apart, and words for a denial
    (re.compile(r"\bw\s*/\s*o\b|\bw\.\s*o\.?(?!\w)"), "without"),
    (re.compile(r"\bw\s*[/&+]\s*(?=wo\b|without\b)"), "with, "),
    (re.compile(r"\bw\s*/(?=\s*\w)"), " with "),
    (re.compile(r"\bnon[\s-]*ionic"), "nonionic"),
    (re.compile(r"\bn\s*/\s*a\b|\bn\.\s*a\.?(?!\w)"), "none"),
    (re.compile(r"\bkontrastmittel(?=frei)|\b(?:km|contrast|kontrast)[\s-]*(?=frei|free)"), ""),
    (re.compile(r"\b(?:non?|un)[\s-]*(?:con\b|contrast\w*|enhanced\b)"), "none"),
    (re.compile(r"\b(?:c|cm|km|contrast|kontrast)\s*-\s*$|^\s*-\s*c\b"), "none"),
    (re.compile(r"^\W*0+(?:[.,]0+)?\s*(?:ml|cc|g|mg|l)?\W*$"), "none"),
    (re.compile(r"\bi\.\s*v\.?"), "iv"),
    (re.compile(r"\b(?:with|mit|avec|con|met)\b"), f"; {WITH} "),
)
BREAK = re.compile(r"[,;:=+&/()<>\[\]^]|\b(?:but|and|then|und|dann|et|puis|y|e|en)\b")
NEGATIVE = re.compile(  # English, German, French, Spanish, Italian, Portuguese, Dutch and others
    r"none|non|no|not|nothing|nil|null|without|wo|neither|free|unenh\w*|plain|false|n|nc|n[ec]ct"
    r"|ohne|keine?[snr]?|nein|nativ\w*|leer|\w*frei|sans|aucune?|pas|sin|ningun[oa]?|senza|nessuno?"
    r"|basale|sem|nenhuma?|nao|zonder|geen|blan[ck]o|ut[ea]n|uden|ingen|inget|bez|brak|zadn\w+"
    r"|nincs|yok|\w+s[iı]z|ei|ilman|без|нет|0"
)
NEGATIVE_CHARACTERS = re.compile("なし|無|无|没|未|非造影|不|単純|平扫|平掃|없음|비조영")
NOTHING_SAID = re.compile(
    r"\W*|unknown|unbekannt|inconnue?|desconocid[oa]|unspecified|undefined"
    r"|not (?:known|specified|recorded|documented|stated|available|entered)"
)
ROUTES = {"iv", "intravenous", "oral", "po", "rectal"}
FILLER = ROUTES | {
    *("contrast", "agent", "agents", "media", "medium", "bolus", "given", "administered", "used"),
    *("applied", "injected", "injection", "scan", "ct", "phase", "was", "or", "any", "cm", "c"),
    *("kontrast", "kontrastmittel", "kontrastu", "km", "gegeben", "appliziert", "oder", "ou"),
    *("contraste", "contrasto", "mdc", "produit", "de", "d", "injecte", "inyectado", "contrastu"),
    *("iniettato", "contraststof", "kontrastia", "i", "o", "ml", "cc", WITH),
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
    """One text, part by part: yes, if a part names an agent or says that one was given."""
    text = unicodedata.normalize("NFKC", text).lower()
    if NEGATIVE_CHARACTERS.search(text):
        return NO
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    for pattern, word in SAME_WORDS:
        text = pattern.sub(word, text)
    if NOTHING_SAID.fullmatch(text):
        return UNKNOWN
    parts = [re.findall(r"\w+", part) for part in BREAK.split(text)]
    return _judge_parts([part for part in parts if part]) or YES


def _judge_parts(parts):
    """A denial holds for what follows it, and alone, as in "IV contrast: none", for all before."""
    answer = UNKNOWN
    for words in parts:
        others = [word for word in words if not NEGATIVE.fullmatch(word)]
        is_filler = set(others) <= FILLER
        if NEGATIVE.fullmatch(words[0]) or (len(others) < len(words) and is_filler):
            if answer == UNKNOWN or not ROUTES & set(others):
                answer = NO
        elif words[0] == WITH or not is_filler:
            return YES
        elif answer == UNKNOWN:
            answer = YES
    return answer
