"""The report of a week in words: one document, for the page and for DOCX."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motbild.adapters.review_store.answers import Answer
from motbild.core.display import show
from motbild.core.report_document import Paragraph, ReportDocument, ReportTable, Section
from motbild.core.report_week import Week
from motbild.core.trends import DayCount, WeekChange
from motbild.web.changes import IN_A_WORD, compare
from motbild.web.language import Words
from motbild.web.reading.report import Amount, NarrativeWeek, Verdicts, WeekFigures
from motbild.web.report_headlines import Headlines
from motbild.web.report_notes import Notes
from motbild.web.wording import CHANNEL_NAMES

VERDICT_NAMES: Mapping[str, str] = {
    "confirm": "Bekräftade: sprider påståendet",
    "reject": "Avvisade: rör inget narrativ",
    "protected": "Skyddade yttranden: kritik, vittnesmål och liknande",
    "threat": "Hot",
    "question": "Frågor",
    "counter": "Bemöter påståendet",
    "report": "Återger påståendet",
    "skip": "Överhoppade",
}


@dataclass(frozen=True, slots=True)
class WeekReport:
    """All that a report tells.

    Attributes:
        words: In which language.
        figures: Of the snapshot.
        asked: By narrative, how many posts ask and in which languages.
        verdicts: What people decided.
        answers: What was published.
        title_of: Names a narrative.
        snapshot_at: When the snapshot was published, or None.
        model_version: What it was classified with.
        false_flag_rate: Of that model, or None.
        is_running: Whether the week is not over.
    """

    words: Words
    figures: WeekFigures
    asked: Sequence[Mapping[str, Any]]
    verdicts: Verdicts
    answers: Sequence[Answer]
    title_of: Callable[[str], str]
    snapshot_at: datetime | None
    model_version: str
    false_flag_rate: float | None
    is_running: bool

    def document(self) -> ReportDocument:
        """Return it as a document."""
        notes = Notes(self.words, self._values())
        headlines = Headlines(
            self.words, self.figures, self.asked, self.verdicts, self.answers, self.title_of, notes
        )
        intro = tuple(headlines.write(is_running=self.is_running))  # its notes come first
        sections = (
            self._narratives(notes),
            self._days(notes),
            self._questions(notes),
            self._verdicts(notes),
            self._answers(notes),
            self._sources(notes),
        )
        title = self.words("Veckorapport, %(week)s", week=name_week(self.words, self.figures.week))
        return ReportDocument(title, intro, sections, notes.texts, self.words.lang)

    def _values(self) -> dict[str, str]:
        rate = self.false_flag_rate
        return {
            "rate": "" if rate is None else f"{self.words.number(100 * rate, 1)} %",
            "moment": self.words.moment(self.snapshot_at),
            "model": self.model_version or "–",
        }

    def _narratives(self, notes: Notes) -> Section:
        words, asked = self.words, {row["narrative_id"]: row["n"] for row in self.asked}
        header = (
            words("Narrativ"),
            words("Flaggade"),
            words("Veckan före"),
            words("Förändring"),
            words("Rör narrativet"),
            words("Frågor"),
            words("Bekräftade"),
        )
        rows = tuple(
            (
                self.title_of(one.narrative_id),
                tell_amount(words, one.flagged),
                tell_amount(words, one.before),
                tell_difference(words, one.change),
                tell_amount(words, one.matched),
                words.number(asked.get(one.narrative_id, 0)),
                words.number(self.verdicts.confirmed.get(one.narrative_id, 0)),
            )
            for one in self.figures.narratives
        )
        about = notes.refer("flag", "matched", "change", "questions", "verdicts")
        caption = Paragraph(words("Inlägg per narrativ"), about)
        read = words("Omkring %(n)s inlägg lästes in.", n=words.number(self.figures.post_count))
        said = (Paragraph(read, notes.refer("read", "snapshot")),)
        return Section(words("Siffror per narrativ"), said, (ReportTable(caption, header, rows),))

    def _days(self, notes: Notes) -> Section:
        words, narratives = self.words, self.figures.narratives
        days = [entry.day for entry in narratives[0].days] if narratives else []
        header = (words("Narrativ"), *(words.day(day, "EEE d/M") for day in days))
        rows = tuple((self.title_of(one.narrative_id), *self._row(one)) for one in narratives)
        caption = Paragraph(words("Flaggade inlägg per dag"), notes.refer("flag", "missing"))
        return Section(words("Dag för dag"), (), (ReportTable(caption, header, rows),))

    def _row(self, one: NarrativeWeek) -> list[str]:
        return [tell_amount(self.words, _of_day(entry), days=1) for entry in one.days]

    def _questions(self, notes: Notes) -> Section:
        words = self.words
        heading = words("Det människor frågar")
        if not self.asked:
            none = words("Inga inlägg med frågor hittades under veckan.")
            return Section(heading, (Paragraph(none, notes.refer("questions")),))
        rows = tuple(
            (
                self.title_of(row["narrative_id"]),
                words.number(row["n"]),
                ", ".join(words.language(code) for code in row["langs"]),
            )
            for row in self.asked
        )
        caption = Paragraph(words("Frågor per narrativ"), notes.refer("questions"))
        header = (words("Narrativ"), words("Frågor"), words("Språk"))
        return Section(heading, (), (ReportTable(caption, header, rows),))

    def _verdicts(self, notes: Notes) -> Section:
        words, heading = self.words, self.words("Beslut av människor")
        known = [kind for kind in VERDICT_NAMES if self.verdicts.by_kind.get(kind)]
        if not known:
            none = words("Inga beslut fattades under veckan.")
            return Section(heading, (Paragraph(none, notes.refer("verdicts")),))
        rows = tuple(
            (words(VERDICT_NAMES[kind]), words.number(self.verdicts.by_kind[kind]))
            for kind in known
        )
        caption = Paragraph(words("Beslut under veckan"), notes.refer("verdicts"))
        header = (words("Beslut"), words("Textfamiljer"))
        return Section(heading, (), (ReportTable(caption, header, rows),))

    def _answers(self, notes: Notes) -> Section:
        words, heading = self.words, self.words("Publicerade svar")
        if not self.answers:
            none = words("Inga svar publicerades under veckan.")
            return Section(heading, (Paragraph(none, notes.refer("answers")),))
        rows = tuple(
            (
                self.title_of(answer.narrative_id),
                words.day(answer.published_on),
                words(CHANNEL_NAMES.get(answer.channel, answer.channel)),
                words.language(answer.lang),
                show(answer.address or "–", 300),
            )
            for answer in self.answers
        )
        caption = Paragraph(words("Svar under veckan"), notes.refer("answers"))
        header = (words("Narrativ"), words("Dag"), words("Kanal"), words("Språk"), words("Adress"))
        return Section(heading, (), (ReportTable(caption, header, rows),))

    def _sources(self, notes: Notes) -> Section:
        words, heading = self.words, self.words("Källor som saknas")
        missing = self.figures.missing_sources
        if not missing:
            whole = words("Ingen källa misslyckades under veckan.")
            return Section(heading, (Paragraph(whole, notes.refer("missing")),))
        rows = tuple((show(name, 60), words.number(days)) for name, days in missing)
        caption = Paragraph(words("Källor som inte gick att läsa"), notes.refer("missing"))
        header = (words("Källa"), words("Dagar som saknas"))
        return Section(heading, (), (ReportTable(caption, header, rows),))


def name_week(words: Words, week: Week) -> str:
    """Name a week by its number and its days."""
    first = words.day(week.first_day, "d MMMM" if _is_split(week) else "d")
    return words(
        "vecka %(number)s, %(first)s–%(last)s",
        number=str(week.number),
        first=first,
        last=words.day(week.last_day, "d MMMM y"),
    )


def _is_split(week: Week) -> bool:
    return week.first_day.month != week.last_day.month


def tell_amount(words: Words, amount: Amount, days: int = 7) -> str:
    """Tell an amount, and that it is a lower bound where days are missing."""
    if amount.known_days == days:
        return words.number(amount.count)
    if not amount.count and not amount.known_days:
        return words("saknas")
    return words("minst %(n)s", n=words.number(amount.count))


def tell_difference(words: Words, change: WeekChange) -> str:
    """Tell how much more or less, and whether that may be chance."""
    told = words(IN_A_WORD[compare(change)])
    difference = change.last_count - change.before_count
    if change.missing_days or not difference:
        return told
    sign = "+" if difference > 0 else "−"
    return f"{sign}{words.number(abs(difference))}, {told}"


def _of_day(entry: DayCount) -> Amount:
    return Amount(entry.at_least, int(entry.count is not None))
