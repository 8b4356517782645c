"""The fact bank as it stands now: the snapshot's facts under what people have written since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from motbild.adapters.review_store import ReviewStore
from motbild.adapters.review_store.answers import FactRef
from motbild.adapters.review_store.facts import Approval, FactText, WordingKey
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.fact_bank import FactWording, digest_wording, pick_facts, refusals
from motbild.core.narratives import FactSource
from motbild.core.records import LANGUAGES

MISSING, NEW, PROPOSED, APPROVED, WITHDRAWN = "missing", "new", "proposed", "approved", "withdrawn"
SOON_DAYS = 30  # before its review-by date a fact is said to be due


@dataclass(frozen=True, slots=True)
class BankWording:
    """A wording of a fact, and where it is on its way to be used.

    Attributes:
        wording: What it says; of empty text where the fact is not worded in the language.
        approval: What has been said of it here.
        written: Who wrote it here and when; None for a pack's.
    """

    wording: FactWording
    approval: Approval
    written: FactText | None

    @property
    def key(self) -> WordingKey:
        """What an approval holds for."""
        return self.wording.fact_id, self.wording.lang, self.wording.text_digest

    @property
    def status(self) -> str:
        """Where it is: ``missing``, ``new``, ``proposed``, ``approved`` or ``withdrawn``."""
        if not self.wording.text:
            return MISSING
        if self.wording.approved_by:
            return APPROVED
        if self.approval.is_proposed:
            return PROPOSED
        return WITHDRAWN if self.approval.withdrawn_by else NEW

    def is_for(self, login: str) -> bool:
        """Tell whether somebody is the second person that may approve it."""
        writer = self.written.written_by if self.written else None
        return self.status == PROPOSED and login not in (self.approval.proposed_by, writer)

    def refusals(self, day: date) -> tuple[str, ...]:
        """Return why it may not be used on a day; empty where it may."""
        return refusals(self.wording, day)


@dataclass(frozen=True, slots=True)
class BankFact:
    """A fact with its wordings.

    Attributes:
        fact_id: Stable id.
        narratives: Ids of the narratives it answers, the best answered first.
        sources: Where it comes from, the weightiest first.
        valid_from: First day it holds.
        valid_to: Last day it holds, or None.
        review_by: Day by which a person must have looked at it again.
        wordings: By language, in the order of `LANGUAGES`.
        pack_texts: The pack's own wordings by language.
        pack_approved_by: Who approved those, or None.
    """

    fact_id: str
    narratives: tuple[str, ...]
    sources: tuple[FactSource, ...]
    valid_from: date
    valid_to: date | None
    review_by: date
    wordings: Mapping[str, BankWording]
    pack_texts: Mapping[str, str]
    pack_approved_by: str | None

    def title(self, lang: str = "sv") -> FactWording:
        """Return the wording that it is called by: in a language if it has one, else Swedish."""
        order = (lang, *LANGUAGES)
        worded = (self.wordings[code].wording for code in order if code in self.wordings)
        return next((w for w in worded if w.text), self.wordings["sv"].wording)

    def is_due(self, day: date) -> bool:
        """Tell whether it must soon be looked at again."""
        return 0 <= (self.review_by - day).days <= SOON_DAYS


@dataclass(frozen=True, slots=True)
class Ground:
    """A wording that an answer rests on, as things stand now.

    Attributes:
        ref: Fact, language and digest of what the answer says.
        fact: The fact; None where the snapshot has it no longer.
        now: Its wording in the language now.
        is_changed: Whether it has been worded anew since.
        refusals: Why what the answer says may not be used; ``gone`` without a fact.
    """

    ref: FactRef
    fact: BankFact | None
    now: BankWording | None
    is_changed: bool
    refusals: tuple[str, ...]


class FactBank:
    """All facts, those of one pack after those of another, in their packs' order."""

    def __init__(self, facts: Iterable[BankFact], approvals: Mapping[WordingKey, Approval]) -> None:
        self.facts = tuple(facts)
        self._approvals = approvals
        self._by_id = {fact.fact_id: fact for fact in self.facts}

    def find(self, fact_id: str) -> BankFact | None:
        """Return a fact, or None."""
        return self._by_id.get(fact_id)

    def all_wordings(self) -> list[FactWording]:
        """Return every wording there is."""
        every = (bank.wording for fact in self.facts for bank in fact.wordings.values())
        return [wording for wording in every if wording.text]

    def about(self, narrative_id: str) -> list[BankFact]:
        """Return the facts that answer a narrative, the best answer first."""
        found = [fact for fact in self.facts if narrative_id in fact.narratives]
        return sorted(found, key=lambda fact: fact.narratives.index(narrative_id))

    def usable(self, narrative_id: str, lang: str, day: date) -> list[FactWording]:
        """Return what may answer a narrative in a language, the best answer first."""
        return pick_facts(self.all_wordings(), narrative_id, lang, day)

    def answered_narratives(self, day: date) -> set[str]:
        """Return the narratives that something may be answered to, in some language."""
        usable = (wording for wording in self.all_wordings() if not refusals(wording, day))
        return {narrative for wording in usable for narrative in wording.narratives}

    def in_status(self, *statuses: str) -> list[tuple[BankFact, BankWording]]:
        """Return the wordings that are at some point of their way, with their facts."""
        return [
            (fact, bank)
            for fact in self.facts
            for bank in fact.wordings.values()
            if bank.status in statuses
        ]

    def grounds(self, refs: Iterable[FactRef], day: date) -> list[Ground]:
        """Return what an answer rests on, as things stand now."""
        return [self._ground(ref, day) for ref in refs]

    def _ground(self, ref: FactRef, day: date) -> Ground:
        fact_id, lang, digest = ref
        fact = self.find(fact_id)
        if fact is None or lang not in fact.wordings:
            return Ground(ref, fact, None, is_changed=True, refusals=("gone",))
        now = fact.wordings[lang]
        if now.wording.text_digest == digest:
            return Ground(ref, fact, now, is_changed=False, refusals=now.refusals(day))
        then = replace(
            now.wording, text="…", text_digest=digest, approved_by=self._approver(fact, ref)
        )
        return Ground(ref, fact, now, is_changed=True, refusals=refusals(then, day))

    def _approver(self, fact: BankFact, ref: FactRef) -> str | None:
        """Return who approved an earlier wording, of which no more than the digest is known."""
        said = self._approvals.get(ref)
        if said is not None:
            return said.approved_by
        is_of_pack = digest_wording(fact.pack_texts.get(ref[1], "")) == ref[2]
        return fact.pack_approved_by if is_of_pack else None


def read_bank(snapshot: OpenSnapshot, store: ReviewStore) -> FactBank:
    """Read the fact bank."""
    rows = snapshot.once(
        "facts", lambda: snapshot.rows("FROM core.facts ORDER BY pack_id, fact_number, fact_id")
    )
    latest, approvals = store.facts.latest(), store.facts.approvals()
    return FactBank((_fact(row, latest, approvals) for row in rows), approvals)


def _fact(
    row: Mapping[str, Any],
    latest: Mapping[tuple[str, str], FactText],
    approvals: Mapping[WordingKey, Approval],
) -> BankFact:
    sources = tuple(FactSource(**source) for source in row["sources"])
    wordings = {lang: _wording(row, lang, sources, latest, approvals) for lang in LANGUAGES}
    return BankFact(
        fact_id=row["fact_id"],
        narratives=tuple(row["narratives"]),
        sources=sources,
        valid_from=row["valid_from_day"],
        valid_to=row["valid_to_day"],
        review_by=row["review_by_day"],
        wordings=wordings,
        pack_texts=row["text_by_lang"],
        pack_approved_by=row["approved_by"],
    )


def _wording(
    row: Mapping[str, Any],
    lang: str,
    sources: tuple[FactSource, ...],
    latest: Mapping[tuple[str, str], FactText],
    approvals: Mapping[WordingKey, Approval],
) -> BankWording:
    written = latest.get((row["fact_id"], lang))
    text = written.text if written else row["text_by_lang"].get(lang, "")
    said = approvals.get((row["fact_id"], lang, digest_wording(text)))
    # A pack's approval stands until somebody here says anything of the wording.
    by_pack = row["approved_by"] if written is None else None
    wording = FactWording(
        fact_id=row["fact_id"],
        lang=lang,
        text=text.strip(),
        caveat=_caveat(row, lang, latest),
        sources=sources,
        valid_from=row["valid_from_day"],
        valid_to=row["valid_to_day"],
        review_by=row["review_by_day"],
        approved_by=said.approved_by if said else by_pack,
        narratives=tuple(row["narratives"]),
        text_digest=digest_wording(text),
    )
    return BankWording(wording, said or Approval(), written)


def _caveat(row: Mapping[str, Any], lang: str, latest: Mapping[tuple[str, str], FactText]) -> str:
    """Return what must be said or avoided; the Swedish where a language has none of its own."""
    for code in (lang, "sv"):
        written = latest.get((row["fact_id"], code))
        if told := written.caveat if written else row["caveat_by_lang"].get(code, ""):
            return str(told).strip()
    return ""
