"""The fixed words of notices in Swedish: what each kind is called, and what to do about it."""

from collections.abc import Mapping

LANGS: Mapping[str, str] = {
    "sv": "svenska",
    "en": "engelska",
    "ar": "arabiska",
    "so": "somaliska",
    "fa": "persiska",
    "ru": "ryska",
    "tr": "turkiska",
    "fi": "finska",
    "und": "okänt språk",
}
# One word for one of them, and for several.
NAMES: Mapping[str, tuple[str, str]] = {
    "night-failed": ("natten bröts", "nätter bröts"),
    "night-late": ("ingen natt har gått klart", "ingen natt har gått klart"),
    "night-interrupted": ("en natt avbröts", "nätter avbröts"),
    "threats": ("nya möjliga hot", "nya möjliga hot"),
    "spike": ("topp", "toppar"),
    "campaign": ("möjlig kampanj", "möjliga kampanjer"),
    "source-failed": ("källa går inte att läsa", "källor går inte att läsa"),
    "volume-drop": ("källa ger mycket färre inlägg", "källor ger mycket färre inlägg"),
    "schema-drift": ("källa har bytt form", "källor har bytt form"),
    "shift": ("ny nivå", "nya nivåer"),
    "new-rumour": ("nytt rykte", "nya rykten"),
    "source-silent": ("källa har tystnat", "källor har tystnat"),
}
DO: Mapping[str, str] = {
    "night-failed": "Be den som driver Motbild att se efter; inget som lagrats är förlorat.",
    "night-late": "Be den som driver Motbild att se att schemat går.",
    "night-interrupted": "Be den som driver Motbild att se efter vad som stoppade maskinen.",
    "threats": "Bedöm dem i kön för hot och följ er rutin för hot mot personal.",
    "spike": "Se vad som sprids och om det ska bemötas.",
    "campaign": "Tänk efter om ett svar hjälper eller bara sprider budskapet vidare.",
    "source-failed": "Rätta källan; tills dess saknas dess dagar i alla siffror.",
    "volume-drop": "Se efter om plattformen har ändrats eller om insamlingen har stannat.",
    "schema-drift": "Se vilka rader som lagts åt sidan, och om källan har bytt form.",
    "shift": "Räkna med den nya nivån när ni planerar.",
    "new-rumour": "Läs exemplen och säg om det är ett rykte att följa.",
    "source-silent": "Se efter om någon fortfarande lämnar filer där.",
}
ACTIONS: Mapping[str, str] = {
    "night-failed": "Be den som driver Motbild att se efter varför natten bröts",
    "night-late": "Be den som driver Motbild att se efter varför natten saknas",
    "night-interrupted": "Be den som driver Motbild att se efter varför en natt avbröts",
    "threats": "Bedöm de nya möjliga hoten",
    "spike": "Se vad som driver toppen{title}",
    "campaign": "Ta ställning till den möjliga kampanjen{title}",
    "source-failed": "Laga källan {source}, som inte går att läsa",
    "volume-drop": "Se efter varför källan {source} ger så lite",
    "schema-drift": "Se efter varför rader från källan {source} läggs åt sidan",
    "shift": "Räkna med den nya nivån{title}",
    "new-rumour": "Bedöm det nya ryktet",
    "source-silent": "Se efter varför källan {source} har tystnat",
}
PLACES: Mapping[str, str] = {
    "threats": "/granska?ko=hot",
    "new-rumour": "/nya-rykten",
    "spike": "/granska",
    "shift": "/granska",
    "campaign": "/granska",
}
