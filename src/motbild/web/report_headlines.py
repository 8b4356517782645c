"""The sentences that a report begins with, for whoever reads no further."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motbild.adapters.review_store.answers import Answer
from motbild.core.display import show
from motbild.core.report_document import Paragraph
from motbild.core.trends import WeekChange
from motbild.web.changes import Comparison, compare
from motbild.web.language import Words
from motbild.web.reading.report import Verdicts, WeekFigures
from motbild.web.report_notes import Notes

COMPARED: Mapping[Comparison, str] = {
    "none": "",
    "unknown": "Det går inte att jämföra med veckan före, eftersom dagar saknas.",
    "alike": "Det är ungefär lika många som veckan före (%(before)s).",
    "more": "Det är fler än veckan före (%(before)s).",
    "fewer": "Det är färre än veckan före (%(before)s).",
}


@dataclass(frozen=True, slots=True)
class Headlines:
    """What a report begins with; its parts are those of `report_text.WeekReport`."""

    words: Words
    figures: WeekFigures
    asked: Sequence[Mapping[str, Any]]
    verdicts: Verdicts
    answers: Sequence[Answer]
    title_of: Callable[[str], str]
    notes: Notes

    def write(self, *, is_running: bool) -> Iterator[Paragraph]:
        """Return the sentences, the weightiest first."""
        if is_running:
            yield Paragraph(self.words("Veckan är inte slut, så siffrorna är ofullständiga."))
        yield self._flagged(is_running=is_running)
        yield from self._most()
        yield from self._asked()
        yield self._decided()
        yield self._threats()
        yield self._answered()
        yield from self._missing()

    def _many(self, one: str, many: str, n: int, **values: str) -> str:
        told = self.words.catalogue.ngettext(one, many, n)
        return told % {"n": self.words.number(n), **values}

    def _flagged(self, *, is_running: bool) -> Paragraph:
        n, before = self.figures.flagged_count, self.figures.flagged_before_count
        known = self.figures.known_days, self.figures.known_before_days
        told = self._many("%(n)s inlägg flaggades.", "%(n)s inlägg flaggades.", n)
        if not n:
            told = self.words("Inga inlägg flaggades.")
        elif self.figures.family_count < n:
            told = f"{told} {self._texts()}"
        if is_running:  # a part of a week beside a whole one
            return Paragraph(told, self.notes.refer("flag", "copies"))
        ratio = (n / known[0]) / (before / known[1]) if n and before and all(known) else None
        code = compare(WeekChange(n, before, ratio, 14 - sum(known)))
        compared = (
            self.words(COMPARED[code], before=self.words.number(before)) if COMPARED[code] else ""
        )
        keys = ("flag", "copies", "change", *(("missing",) if sum(known) < 14 else ()))
        return Paragraph(f"{told} {compared}".strip(), self.notes.refer(*keys))

    def _texts(self) -> str:
        return self._many(
            "Alla är kopior av en och samma text.",
            "Räknas kopior som en är det %(n)s olika texter.",
            self.figures.family_count,
        )

    def _most(self) -> Iterator[Paragraph]:
        if not self.figures.narratives or not self.figures.narratives[0].flagged.count:
            return
        first = self.figures.narratives[0]
        told = self.words(
            "Mest flaggat är ”%(title)s”, med %(n)s inlägg.",
            title=self.title_of(first.narrative_id),
            n=self.words.number(first.flagged.count),
        )
        yield Paragraph(told, self.notes.refer("matched"))

    def _asked(self) -> Iterator[Paragraph]:
        if not self.asked:
            return
        told = self._many(
            "%(n)s inlägg frågar om det är sant, flest om ”%(title)s”.",
            "%(n)s inlägg frågar om det är sant, flest om ”%(title)s”.",
            self.figures.question_count,
            title=self.title_of(self.asked[0]["narrative_id"]),
        )
        yield Paragraph(told, self.notes.refer("questions"))

    def _decided(self) -> Paragraph:
        made = {kind: n for kind, n in self.verdicts.by_kind.items() if kind != "skip"}
        if not made:
            told = self.words("Granskarna fattade inga beslut.")
        else:
            told = self._many(
                "Granskarna fattade %(n)s beslut: %(confirmed)s bekräftade, %(rejected)s avvisade "
                "och %(protected)s skyddade yttranden.",
                "Granskarna fattade %(n)s beslut: %(confirmed)s bekräftade, %(rejected)s avvisade "
                "och %(protected)s skyddade yttranden.",
                sum(made.values()),
                confirmed=self.words.number(made.get("confirm", 0)),
                rejected=self.words.number(made.get("reject", 0)),
                protected=self.words.number(made.get("protected", 0)),
            )
        return Paragraph(told, self.notes.refer("verdicts"))

    def _threats(self) -> Paragraph:
        passed_on, found = self.verdicts.threat_count, self.figures.threat_count
        told = self._many(
            "%(n)s hot lämnades till den säkerhetsansvariga; modellen pekade ut %(found)s inlägg "
            "som möjliga hot.",
            "%(n)s hot lämnades till den säkerhetsansvariga; modellen pekade ut %(found)s inlägg "
            "som möjliga hot.",
            passed_on,
            found=self.words.number(found),
        )
        if not passed_on:
            told = self.words(
                "Inga hot lämnades till den säkerhetsansvariga; modellen pekade ut %(found)s "
                "inlägg som möjliga hot.",
                found=self.words.number(found),
            )
        return Paragraph(told, self.notes.refer("threats"))

    def _answered(self) -> Paragraph:
        n = len(self.answers)
        told = self._many("%(n)s svar publicerades.", "%(n)s svar publicerades.", n)
        if not n:
            told = self.words("Inga svar publicerades.")
        return Paragraph(told, self.notes.refer("answers"))

    def _missing(self) -> Iterator[Paragraph]:
        if not self.figures.missing_sources:
            return
        names = ", ".join(show(name, 60) for name, _ in self.figures.missing_sources)
        told = self.words(
            "Siffrorna är lägre än i verkligheten, för något saknas: %(sources)s.", sources=names
        )
        yield Paragraph(told, self.notes.refer("missing"))
