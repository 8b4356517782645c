"""What the codes of `motbild.core` say to people.

Each sentence is Swedish and a message of the catalogues; its English stands in
`translations/en/rules.po`. Placeholders are the names of the numbers that a code comes with.
"""

from collections.abc import Mapping

from motbild.web.language import Words

FACT_REFUSALS: Mapping[str, str] = {
    "no-wording-in-language": "Faktauppgiften finns inte på det här språket. Skriv den först.",
    "not-approved": "Formuleringen är inte godkänd. Be en kollega läsa och godkänna den.",
    "expired": "Faktauppgiften gäller inte längre. Kontrollera den och skriv en ny.",
    "not-yet-valid": "Faktauppgiften gäller inte än. Vänta eller välj en annan.",
    "review-overdue": "Faktauppgiften skulle ha granskats tidigare. Kontrollera den mot "
    "källorna innan den används.",
    "no-fact-chosen": "Välj minst en faktauppgift.",
}

DRAFT_NOTES: Mapping[str, str] = {
    "shortened": "En faktauppgift är förkortad för att få plats. Läs den mot hela formuleringen, "
    "så att inget viktigt undantag saknas.",
    "facts-left-out": "Alla valda faktauppgifter fick inte plats. Välj ett längre svar om de "
    "behövs.",
    "claim-left-out": "Svaret nämner inte ryktet, bara vad som stämmer.",
    "facts-only": "På det här språket finns bara faktauppgifternas egna ord. Be någon som kan "
    "språket läsa svaret.",
    "over-limit": "Svaret är för långt för kanalen. Korta det innan det publiceras.",
}

CHANNEL_NAMES: Mapping[str, str] = {
    "web": "Webbsida",
    "social": "Sociala medier",
    "reply": "Svar på ett inlägg",
    "press": "Svar till medier",
    "talking-points": "Stödord för samtal",
}

LENGTH_NAMES: Mapping[str, str] = {
    "short": "Kort",
    "medium": "Medellångt",
    "long": "Långt",
}

PART_NAMES: Mapping[str, str] = {
    "opening": "Inledning",
    "fact": "Fakta",
    "warning": "Varning för ryktet",
    "fallacy": "Det som är fel i ryktet",
}

ADVICE_LEVELS: Mapping[str, str] = {
    "ignore": "Låt vara",
    "watch": "Bevaka",
    "prepare": "Förbered",
    "answer": "Bemöt",
    "escalate": "Lyft till ledningen",
}

ADVICE_MEANINGS: Mapping[str, str] = {
    "ignore": "Gör inget nu. Ett svar skulle göra ryktet mer känt än det är.",
    "watch": "Följ utvecklingen några dagar. Bemöt det inte offentligt än.",
    "prepare": "Ta fram ett svar och få det godkänt, så att det finns om ryktet växer.",
    "answer": "Bemöt påståendet med godkända fakta där det sprids.",
    "escalate": "Kontakta ledningen och den som ansvarar för säkerheten. Bemöt inget "
    "offentligt på egen hand.",
}

ADVICE_REASONS: Mapping[str, str] = {
    "threats": "Inlägg med hot den senaste veckan: %(threats)s.",
    "wide-and-harmful": "Påståendet gör stor skada och sprids på %(platforms)s plattformar, med "
    "%(posts)s flaggade inlägg på en vecka.",
    "seen-and-harmful": "Påståendet gör stor skada och har setts omkring %(reach)s gånger på en "
    "vecka.",
    "many-posts": "Det har flaggats %(posts)s inlägg på en vecka, från %(sources)s källor.",
    "far-reach": "Inläggen har setts omkring %(reach)s gånger på en vecka.",
    "growing": "Inläggen blir snabbt fler: %(posts)s den senaste veckan, %(before)s veckan före.",
    "people-ask": "%(questions)s inlägg frågar om det är sant. Svara dem som frågar, där de "
    "frågar.",
    "some-posts": "Det har flaggats %(posts)s inlägg på en vecka.",
    "some-reach": "Inläggen har setts omkring %(reach)s gånger på en vecka, och det kan bli fler.",
    "several-platforms": "Påståendet finns på %(platforms)s plattformar.",
    "harmful": "Påståendet gör stor skada där det sprids.",
    "someone-asks": "Någon frågar om det är sant. Svara den som frågar, men inte alla andra.",
    "few-posts": "Få inlägg än så länge: %(posts)s på en vecka.",
    "little-reach": "Få har sett inläggen, omkring %(reach)s visningar på en vecka.",
    "hardly-seen": "Nästan ingen har sett det.",
    "nothing-seen": "Inget inlägg har flaggats den senaste veckan.",
    "no-usable-fact": "Det finns ingen godkänd faktauppgift att svara med. Börja med den.",
    "answered-recently": "Ett svar har nyss publicerats. Vänta och se hur det går innan ni svarar "
    "igen.",
}

SPIKES: Mapping[str, str] = {
    "spike": "Ovanligt många: %(count)s inlägg verkar påstå det, flaggade eller ej, mot omkring "
    "%(expected)s en vanlig dag.",
    "spike-from-nothing": "Ovanligt många: %(count)s inlägg verkar påstå det, flaggade eller ej, "
    "där det annars knappt finns några.",
}

EFFECT_CAVEATS: Mapping[str, str] = {
    "not-a-cause": "Siffrorna visar vad som hände, inte varför. Rykten minskar ofta av sig själva.",
    "few-days": "Det är för få dagar att jämföra. Titta igen när två veckor har gått.",
    "few-posts": "Det är för få inlägg för att säga något säkert.",
    "missing-days": "Några dagar saknas, eftersom en källa inte gick att läsa. De räknas inte som "
    "noll.",
    "within-chance": "Skillnaden är inte större än att den kan bero på slumpen.",
    "falling-before": "Inläggen minskade redan före svaret.",
    "answered-at-peak": "Svaret kom när inläggen var som flest. Då brukar de minska ändå.",
    "others-alike": "Annat som inte har bemötts förändrades ungefär lika mycket.",
    "another-answer-nearby": "Ett annat svar publicerades nära i tid. Deras verkan går inte att "
    "skilja åt.",
}

# Of broken and late nights the room tells by itself; threats of one night do not end.
NOTICE_HEADLINES: Mapping[str, str] = {
    "threats": "Nya möjliga hot mot personal",
    "spike": "Topp för ”%(title)s”",
    "campaign": "Sprids kanske samordnat: ”%(title)s”",
    "source-failed": "Källan %(source)s går inte att läsa",
    "volume-drop": "Källan %(source)s ger mycket färre inlägg än vanligt",
    "schema-drift": "Många rader från källan %(source)s går inte att använda",
    "shift": "Högre nivå för ”%(title)s”",
    "new-rumour": "Kanske ett nytt rykte",
    "source-silent": "Källan %(source)s har tystnat",
}

NOTICE_ENDS: Mapping[str, str] = {
    "spike": "Toppen för ”%(title)s” är över.",
    "campaign": "Det som kanske spreds samordnat om ”%(title)s” syns inte längre.",
    "source-failed": "Källan %(source)s går att läsa igen.",
    "volume-drop": "Källan %(source)s ger inte längre ovanligt få inlägg.",
    "schema-drift": "Källan %(source)s ger inte längre ovanligt många rader som inte går att "
    "använda.",
    "shift": "Den högre nivån för ”%(title)s” är inte längre ny.",
    "new-rumour": "Ett möjligt nytt rykte syns inte längre.",
    "source-silent": "Källan %(source)s är inte längre tyst.",
}

NOTICE_URGENCIES: Mapping[str, str] = {
    "urgent": "brådskar",
    "warning": "viktigt",
    "info": "bra att veta",
}

_WITH_DECIMAL = ("growth", "ratio", "harm")


def tell(words: Words, sentence: str, numbers: Mapping[str, float] | None = None) -> str:
    """Say a sentence in a language, its numbers written as that language writes them."""
    told = {
        name: words.number(number, digits=1 if name in _WITH_DECIMAL else 0)
        for name, number in (numbers or {}).items()
    }
    return words(sentence, **told)
