"""What the morning's letter tells: figures gathered into one answer to "what first?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from motbild.core.notice_words import Words
from motbild.core.swedish import count, number, tell_day
from motbild.core.trends import DayCount, WeekChange, week_over_week

NightState = Literal["ok", "running", "missing", "none"]
LATE = timedelta(hours=30)  # since the last night began
CHART_DAYS = 14
FACT_DAYS = 30  # days before a fact is due for review that it is told
_MOST_ACTIONS = 6
_STEADY, _DOUBLE = 0.2, 1.9  # of a ratio: about as many, and about twice as many
_FEW = 20  # posts of both weeks, of which a percentage would say too much


@dataclass(frozen=True, slots=True)
class NightLine:
    """How the night went.

    Attributes:
        state: ``ok``; ``running`` while it still goes on; ``missing`` where none has come to
            its end for too long; ``none`` where none ever has.
        started_at: When the last one that came to its end began.
        ended_at: When it ended.
        post_count: Posts that were new in it.
        reject_count: Rows that it set aside.
        source_count: Sources that it tried.
        troubled_days: Days of the week before on which a night broke.
    """

    state: NightState
    started_at: datetime | None = None
    ended_at: datetime | None = None
    post_count: int = 0
    reject_count: int = 0
    source_count: int = 0
    troubled_days: Sequence[date] = ()


@dataclass(frozen=True, slots=True)
class NarrativeLine:
    """How one narrative stands.

    Attributes:
        narrative_id: Which.
        title: In Swedish.
        series: Flagged posts of the last fourteen whole days.
        new_count: Posts flagged for the first time by the last night.
        waiting_count: Families of copies that wait for review.
        asked_count: Families that have asked about it in the last seven days.
    """

    narrative_id: str
    title: str
    series: Sequence[DayCount]
    new_count: int = 0
    waiting_count: int = 0
    asked_count: int = 0

    @property
    def change(self) -> WeekChange:
        """The last seven of the days beside the seven before."""
        return week_over_week(self.series, self.series[-1].day)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        known = any(entry.at_least for entry in self.series)
        return not (known or self.new_count or self.waiting_count or self.asked_count)


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact that somebody must look at.

    Attributes:
        fact_id: Which.
        text: Its beginning, in Swedish.
        due_day: When it is or was due for review, or ends to hold.
    """

    fact_id: str
    text: str
    due_day: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for people.

    Attributes:
        flagged: Families of copies to review.
        threats: Families that may threaten.
        proposed: Families that are proposed for review.
        answers: Answers that wait for approval.
        late: Decisions that came too late and are to be settled.
    """

    flagged: int = 0
    threats: int = 0
    proposed: int = 0
    answers: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do this morning.

    Attributes:
        text: What, in Swedish.
        place: Where in the review room.
    """

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Digest:
    """All that a morning's letter tells.

    Attributes:
        day: Which morning.
        night: How the night went.
        narratives: Those with anything to tell, the busiest first.
        notices: What stands out, in words, the most urgent first.
        waiting: What waits for people.
        new_question_count: Posts that ask, new in the last night.
        facts: Due for review, the most overdue first.
        quotes: Masked words of posts by place among `notices`; empty unless asked for.
    """

    day: date
    night: NightLine
    narratives: Sequence[NarrativeLine] = ()
    notices: Sequence[Words] = ()
    waiting: Waiting = Waiting()
    new_question_count: int = 0
    facts: Sequence[FactLine] = ()
    quotes: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def actions(self) -> list[Action]:
        """What to do, the most urgent first."""
        return choose_actions(self)

    @property
    def is_calm(self) -> bool:
        """Whether nothing calls for anybody."""
        return self.night.state == "ok" and not self.actions

    def notices_of(self, *kinds: str) -> list[tuple[Words, Sequence[str]]]:
        """Return the notices of some kinds, each with the words of posts that are shown."""
        return [
            (words, self.quotes.get(place, ()))
            for place, words in enumerate(self.notices)
            if words.kind in kinds
        ]


def choose_actions(digest: Digest) -> list[Action]:
    """Put what calls for somebody in order: people's safety, the figures, then the work."""
    waiting = digest.waiting
    actions = [
        *_night_actions(digest.night),
        *_counted(waiting.threats, "Bedöm {}", ("möjligt hot", "möjliga hot"), "/granska?ko=hot"),
        *_noticed(digest, ("spike", "campaign")),
        *_noticed(digest, ("source-failed", "volume-drop", "schema-drift")),
        *_review(digest),
        *_counted(digest.new_question_count, "Läs {}", ("ny fråga", "nya frågor"), "/fragor"),
        *_counted(
            len(digest.notices_of("new-rumour")),
            *("Bedöm {}", ("nytt rykte", "nya rykten"), "/nya-rykten"),
        ),
        *_counted(
            waiting.answers,
            *("Godkänn eller lämna tillbaka {}", ("svar", "svar"), "/bemot/svar"),
        ),
        *_counted(waiting.late, "Avgör {}", ("sent beslut", "sena beslut"), "/lagesbild"),
        *_counted(
            len(digest.facts), "Se över {}", ("faktauppgift", "faktauppgifter"), "/bemot/fakta"
        ),
    ]
    return actions[:_MOST_ACTIONS]


def _night_actions(night: NightLine) -> list[Action]:
    if night.state == "missing":
        return [Action("Be den som driver Motbild att se efter varför natten saknas", "/lagesbild")]
    return []


def _counted(number: int, template: str, noun: tuple[str, str], place: str) -> list[Action]:
    return [Action(template.format(count(number, *noun)), place)] if number else []


def _noticed(digest: Digest, kinds: tuple[str, ...]) -> list[Action]:
    found = [words for words, _ in digest.notices_of(*kinds)]
    return [Action(words.action, words.place) for words in found[:2]]


def _review(digest: Digest) -> list[Action]:
    number = digest.waiting.flagged
    if not number:
        return []
    most = max(digest.narratives, key=lambda line: line.waiting_count, default=None)
    told = f"Granska {count(number, 'flaggat budskap', 'flaggade budskap')}"
    if most is not None and most.waiting_count:
        told += f"; flest om ”{most.title}”"
    return [Action(told, "/granska")]


def tell_night(night: NightLine, clock: str) -> str:
    """Say how the night went.

    Args:
        night: The last one.
        clock: Time of day at which it ended, in Sweden; empty where none has.
    """
    if night.state == "none":
        return "Ingen natt har gått klart än, så det finns inga siffror att visa."
    posts = number(night.post_count) if night.post_count else "Inga"
    sources = count(night.source_count, "källa", "källor")
    noun = "nytt" if night.post_count == 1 else "nya"
    read = f"{posts} {noun} inlägg lästes från {sources}."
    if night.state == "ok":
        return f"Natten gick klart {clock}. {read}"
    when = tell_day(night.started_at.date(), weekday=True) if night.started_at else ""
    if night.state == "running":
        return f"Nattens körning pågår ännu. Siffrorna är från natten till {when}."
    return (
        f"Natten saknas. Den senaste som gick klart är natten till {when}; siffrorna är så gamla."
    )


def tell_change(change: WeekChange) -> str:
    """Say how seven days compare with the seven before them."""
    told = (
        f"{count(change.last_count, 'flaggat inlägg', 'flaggade inlägg')} de senaste sju dagarna, "
        f"{number(change.before_count)} veckan före"
    )
    return f"{told} ({_tell_ratio(change)})"


def _tell_ratio(change: WeekChange) -> str:
    ratio = change.ratio
    if ratio is None:
        is_new = change.last_count and not change.before_count and not change.missing_days
        return "nytt sedan förra veckan" if is_new else "går inte att jämföra"
    missing = (
        f", {count(change.missing_days, 'dag', 'dagar')} saknas" if change.missing_days else ""
    )
    if abs(ratio - 1) <= _STEADY:
        return f"ungefär lika många{missing}"
    if change.last_count + change.before_count < _FEW:
        return ("fler" if ratio > 1 else "färre") + missing
    if ratio >= _DOUBLE:
        return f"{ratio:.1f} gånger så många".replace(".", ",") + missing
    share = round(abs(ratio - 1) * 100)
    return f"{share} procent {'fler' if ratio > 1 else 'färre'}{missing}"
