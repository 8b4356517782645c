"""The numbered notes of a report: how each figure was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from motbild.web.language import Words

NOTES: Mapping[str, str] = {
    "read": "Alla inlägg som lästes in räknas, vad de än handlar om. Ett inlägg som rör två "
    "narrativ räknas två gånger, så siffran är ungefärlig.",
    "flag": "En flagga är en modells förslag att titta på ett inlägg. Den är varken ett beslut "
    "eller en dom.",
    "rate": "När modellen prövades på exempel som den inte hade lärt sig av flaggade den "
    "%(rate)s av det som inte ska flaggas.",
    "rate-unknown": "Hur ofta modellen flaggar fel är inte känt, eftersom dess modellkort saknas.",
    "copies": "Varje inlägg räknas för sig, också kopior. Kopior och nästan kopior av samma text "
    "är en textfamilj.",
    "matched": "Ett inlägg rör ett narrativ när modellens sannolikhet når tröskeln, vare sig "
    "inlägget påstår, bemöter, återger eller frågar. Rör det två narrativ räknas det i båda, så "
    "raderna kan inte läggas ihop.",
    "missing": "En dag då någon källa inte gick att läsa, eller som inte är färdigläst, saknas. "
    "Den räknas aldrig som noll. ”Minst” står där bara en del är känd.",
    "change": "Veckan jämförs med den före, per känd dag. ”Ungefär lika många” betyder att "
    "skillnaden inte är större än att den kan bero på slumpen. ”Oklart” betyder att fler än tre "
    "av de fjorton dagarna saknas.",
    "questions": "Frågor är inlägg som enligt modellen uppriktigt undrar om påståendet stämmer. "
    "De flaggas aldrig.",
    "verdicts": "Räknat är gällande beslut som granskare fattade under veckan, ett per "
    "textfamilj. Ångrade beslut är inte med. Inläggen kan vara från andra veckor.",
    "threats": "Modellen pekar ut möjliga hot och en människa avgör. Räknat är det som granskare "
    "lämnade till den säkerhetsansvariga under veckan.",
    "answers": "Räknat är svar som en annan person än den som skrev har godkänt, efter den dag "
    "som står som publiceringsdag. Tillbakadragna svar är inte med.",
    "snapshot": "Siffrorna är hämtade ur ögonblicksbilden från %(moment)s, gjord med modellen "
    "%(model)s. De ändras om äldre inlägg läses in senare.",
}


@dataclass(slots=True)
class Notes:
    """Notes that are numbered as they are first referred to.

    Attributes:
        words: In which language.
        values: What their placeholders are filled in with.
    """

    words: Words
    values: Mapping[str, str]
    _keys: list[str] = field(default_factory=list)

    def refer(self, *keys: str) -> tuple[int, ...]:
        """Return the numbers of some notes."""
        self._keys.extend(key for key in dict.fromkeys(keys) if key not in self._keys)
        return tuple(sorted(self._keys.index(key) + 1 for key in keys))

    @property
    def texts(self) -> tuple[str, ...]:
        """The notes that were referred to, in the order of their numbers."""
        return tuple(self._told(key) for key in self._keys)

    def _told(self, key: str) -> str:
        told = self.words(NOTES[key], **self.values)
        if key != "flag":
            return told
        rate = "rate" if self.values.get("rate") else "rate-unknown"
        return f"{told} {self.words(NOTES[rate], **self.values)}"
