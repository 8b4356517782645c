"""Where in the room a notice leads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from motbild.core.notices import SOURCE_KINDS, Notice
from motbild.web.language import Words
from motbild.web.rendering import query


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go, and what is there.

    Attributes:
        address: Beginning with a slash, or with a number sign for a part of the same page.
        label: What the link says.
    """

    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Places:
    """What there is to lead to.

    Attributes:
        words: Of the reader's language.
        campaigns: Those that the page lists.
        rumours: Ids of the new rumours that have a page.
        narratives: Ids of the narratives that are known.
    """

    words: Words
    campaigns: Collection[Mapping[str, Any]]
    rumours: Collection[str]
    narratives: Collection[str]

    def of(self, notice: Notice) -> Place:
        """Return where a notice leads."""
        if notice.kind in SOURCE_KINDS:
            return Place("#natten", self.words("Se källorna"))
        if notice.kind == "threats":
            return Place("/granska?ko=hot", self.words("Till kön för hot"))
        if notice.kind == "new-rumour":
            return self._rumour(notice)
        if notice.kind == "campaign":
            return self._campaign(notice)
        return self._rise(notice)

    def _rumour(self, notice: Notice) -> Place:
        own = f"/{notice.subject_id}" if notice.subject_id in self.rumours else ""
        return Place(f"/nya-rykten{own}", self.words("Läs exemplen"))

    def _campaign(self, notice: Notice) -> Place:
        for one in self.campaigns:
            if one["campaign_id"] == notice.subject_id and one["item_id"]:
                asked = query({}, status="alla", item=one["item_id"])
                return Place(f"/granska?{asked}", self.words("Se budskapet och tecknen"))
        return self._posts(notice)

    def _rise(self, notice: Notice) -> Place:
        narrative_id = self._narrative(notice)
        if notice.kind == "shift" and narrative_id:
            asked = query({}, narrativ=narrative_id)
            return Place(f"/lagesbild?{asked}#narratives", self.words("Se dag för dag"))
        return self._posts(notice)

    def _posts(self, notice: Notice) -> Place:
        narrative_id = self._narrative(notice)
        address = f"/granska?{query({}, narrativ=narrative_id)}" if narrative_id else "/granska"
        return Place(address, self.words("Se inläggen"))

    def _narrative(self, notice: Notice) -> str:
        narrative_id = notice.evidence.get("narrative_id", "")
        return narrative_id if narrative_id in self.narratives else ""
