"""Words by which a structure with a femur in its name is something else, in several languages.

English, German, French, Latin, Spanish, Italian, Portuguese and Dutch; letters before a name as
in TG-263 (A_Femoral_L is an artery). A name is compared in small letters, without accents, its
words and numbers apart: ``PRV_FémurL5mm`` is ``prv femur l 5 mm``.

References
----------
Mayo CS et al. (2018). American Association of Physicists in Medicine Task Group 263: standardizing
nomenclatures in radiation oncology. Int J Radiat Oncol Biol Phys 100:1057.
doi:10.1016/j.ijrobp.2017.12.013
"""

import re
import unicodedata

OTHER = {
    "a planning volume or margin": [
        r"\b(prv|[cpi]tv|i?gtv)|(prv|[cpi]tv|gtv)\b",
        r"\bmarg|\brand\b|saum\b|\bplan|\bns\b|^[zx] |\beval",
        r"\+ ?\d|\bplus ?\d|\d ?[mc]ms?\b",
        r"expan[ds]|espan[ds]|\bexp\b|erweiter|ausgedehnt|elargi|dilat|ampli[ade]|uitgebreid|uitbreid",
        r"vergross|vergroess|enlarg|\bgr[eo]w|extended|inflate|buffer|eroded|erosion|shr[iu]nk",
        r"\brings?\b|ring\b|anneau|anillo|\banell[oi]\b|\banel\b|\bhalo\b|\bshell|schale\b|\brind\b",
        r"envelope|\bblock|overlap|\bcrop|\bhull\b|hulle\b|huelle\b|avoid|optim|\bopt\b|\bdummy\b|\bminus\b",
        r"\bc?gy\b|\bdos[eie]s?\b|isodos|\bdvh\b|^[dv] \d",
    ],
    "a vessel or a nerve": [
        r"arter|\barts?\b|fem ?art\b|slagader|schlagader|\baort",
        r"veine?|\bvena|vene\b|venen\b|venous|venos|\bven\b|\bveias?\b|\bader",
        r"vessel|\bvess\b|\bnvb?\b|vaisseau|vascul|vaskul|\bvas[aio]s?\b|gefass|gefaess|bloedvat|\bvat\b|vaten\b",
        r"ner[vf]|zenuw|\b[cs]f[av]\b|neurovas|plexus|ischiadic",
        r"\b(aa?|vv?|nn?) ?(com\w* |sup\w* |prof\w* )*fem(oral\w*)?\b|\bfemoral\w* [avn]\b",
        r"lymph|linf|ganglio|\bnod(e|es|al|i|us)\b|\bln\b|catheter|katheter|cannul|kanul",
    ],
    "a muscle or other soft tissue": [
        r"musc|muskel|muskul|\bspier|spier\b|\bm ?fem|muskl",
        r"biceps|quadric|quadrat|\brectus|vastus|sartor|adduct|gracilis|psoas|pectine|tensor",
        r"\bsemi(tend|memb)|tend[oi]n|sehne\b|\bpees\b|ligam|\blig\b|\bband\b|bursa|fascia|faszie",
        r"\bfat\b|\bfett|\bskin\b|\bhaut\b|weichteil|soft tissue|hernia|hernie|thigh|triangle",
    ],
    "marrow": [r"marrow|moelle|medul|midoll|femurmark|knochenmark|markraum|beenmerg|canal|kanal"],
    "a part of the bone": [
        r"\bf[hn]\b|head|kopf|kop\b|\btete|cabez|\btesta\b|cabeca|caput|capit|fem\w* ?hd\b",
        r"epiphys|epifis|neck|hals|collum|\bcols?\b|\bcuello|\bcollo\b|\bcolo\b|\bnek\b",
        r"shaft|diaphys|diafis|schaft|schacht|corpus|trochant|trocant|condyl|kondyl|condil|distal",
        r"cortex|cortic|kortik|kortex|spongios|trabec|trabek|cancell|esponj|cartilag|knorpel",
        r"kraakbeen|fossa\b|\bjo?i?nts?\b|\bjt\b|gelenk|articul|artikul|gewricht",
    ],
    "an implant or a lesion": [
        r"prosth|proth|protes|protez|implant|\bstem\b|\bnail|nagel|screw|schraube|\bvis\b|cement",
        r"\bt[eh]p\b|\btha\b|\bthr\b|arthroplast|\bplates?\b|platte\b|\bfrac|fraktur|\bmets?\b|zement|component|komponent|hardware|\bmetal|tumou?r|lesion|lasion|laesion|metasta|sarcom",
        r"sarkom|\bcysts?\b|zyste|edema|odem\b|oedem|artefa[ck]t|artifact|bolus",
    ],
    "a copy or a draft": [
        r"\bold\b|\bcop(y|ie)\b|\bkopie\b|\btest\b|\bbackup\b|\bbak\b|\bte?mp\b|\bdraft\b|\bdelete",
    ],
    "another organ": [
        r"\bfemal|\bfemin|\bfemme|acetab|pfanne|patell|tibia|fibula|\bili[aou]|pelvi|becken|bassin",
        r"sacr|ischi|\bpub[ie]|bladder|blase|rectum|bowel|prostat|uterus|vagina|urethr|\bcouch\b|\bknee\b|\bknie\b",
    ],
}


def find_other_word(name, *, wanted):
    """What a structure is, if its name holds a word that no femur has.

    Parameters
    ----------
    name : str
    wanted : str
        The regular expression that the user gave for femora: a word in it is no other word.

    Returns
    -------
    str
        A key of `OTHER`, or an empty text.

    Examples
    --------
    >>> find_other_word("FemoralHead_L", wanted="fem")
    'a part of the bone'
    >>> find_other_word("FemoralHead_L", wanted="femoral_?head")
    ''
    """
    spellings, asked = (split_words(name), split_words(name.casefold())), split_words(wanted)
    for what, patterns in OTHER.items():
        for pattern in patterns:
            found = any(re.search(pattern, words) for words in spellings)
            if found and not re.search(pattern, asked):
                return what
    return ""


def without_accents(name):
    """A name whose letters have no accents."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def split_words(name):
    """A name's words in small letters, numbers apart, with a blank between."""
    text = without_accents(name)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).casefold()
    text = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", text)
    return " ".join(re.sub(r"[^\w+]|_", " ", text).split())
