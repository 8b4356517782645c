"""A STIX bundle of what was seen of the narratives, from the newest snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from motbild.adapters.stix import write_bundle
from motbild.adapters.warehouse.reading import OpenSnapshot
from motbild.core.sightings import CampaignEvidence, Period, Sighting, gather_small
from motbild.core.spreadsheets import swedish_time
from motbild.core.stix_bundle import build_objects
from motbild.core.stix_objects import Frame, Tlp, make_id
from motbild.errors import InputError
from motbild.settings import Settings
from motbild.wiring.sharing import (
    Selection,
    has_table,
    load_narratives,
    opened_snapshot,
    publisher_of,
    read_moment,
    read_refused_texts,
)

# A person's word goes before a model's: what was confirmed stands for itself, and what was
# found to be anything else is left out. Threats belong to the security officer alone.
_SIGHTINGS = """
    WITH found AS (
        SELECT post_id, narrative_id, probability FROM core.flags
        UNION ALL
        SELECT posts.post_id, unnest(decisions.narratives), NULL
        FROM core.decisions AS decisions
        JOIN core.posts AS posts USING (text_digest, parent_digest)
        WHERE decisions.kind = 'confirm'
    ),
    known AS (
        SELECT post_id, narrative_id, max(probability) AS probability
        FROM found ANTI JOIN core.threats USING (post_id)
        GROUP BY ALL
    )
    SELECT
        known.narrative_id,
        coalesce(posts.family_id, posts.text_digest) AS message_id,
        decisions.kind IS NOT NULL AS is_confirmed,
        count(DISTINCT coalesce(posts.edit_of_post_id, posts.post_id)) AS post_count,
        min(posts.posted_day) AS first_day,
        max(posts.posted_day) AS last_day,
        avg(known.probability)::DOUBLE AS probability,
        min_by(posts.text, (posts.posted_at, posts.post_id)) AS text,
        list_sort(list(DISTINCT posts.address) FILTER (posts.address IS NOT NULL)) AS addresses
    FROM known
    JOIN core.posts AS posts USING (post_id)
    LEFT JOIN core.decisions AS decisions USING (text_digest, parent_digest)
    WHERE
        (
            decisions.kind IS NULL
            OR (
                decisions.kind = 'confirm'
                AND NOT decisions.is_threat
                AND list_contains(decisions.narratives, known.narrative_id)
            )
        )
        AND coalesce(known.narrative_id = $1, true)
        AND coalesce(posts.posted_day >= $2::DATE, true)
        AND coalesce(posts.posted_day <= $3::DATE, true)
        AND coalesce(posts.lang = $4, true)
        AND NOT list_contains($5::VARCHAR[], posts.text_digest)
    GROUP BY known.narrative_id, message_id, is_confirmed
    ORDER BY known.narrative_id, message_id, is_confirmed
"""
_CAMPAIGNS = """
    SELECT
        campaign_id, narrative_id, post_count, account_count, burst_post_count,
        burst_seconds, reasons, first_posted_at, last_posted_at
    FROM core.campaigns
    WHERE coalesce(narrative_id = $1, true) AND coalesce(list_contains(langs, $2), true)
    ORDER BY campaign_id
"""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What goes along, and to whom.

    Attributes:
        tlp: Whom it may be passed on to.
        most_messages: Messages told by themselves, for each narrative; the others are one.
        with_text: Whether their masked words go along.
        with_addresses: Whether the posts' addresses go along, which lead to who wrote them.
    """

    tlp: Tlp = "amber"
    most_messages: int = 500
    with_text: bool = False
    with_addresses: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as text, and how many objects it holds."""

    text: str
    object_count: int


def make_bundle(settings: Settings, chosen: Selection, sharing: Sharing) -> Bundle:
    """Return a bundle of what was seen of the narratives.

    Raises:
        InputError: Nobody is named as its publisher, the narrative is not known, or nothing
            was seen of it.
        WarehouseError: No night has published a snapshot.
    """
    publisher = publisher_of(settings)
    narratives = load_narratives(settings, chosen.narrative_id)
    with opened_snapshot(settings) as snapshot:
        frame = Frame(publisher, sharing.tlp, read_moment(snapshot))
        seen = read_sightings(settings, snapshot, chosen, sharing)
        campaigns = read_campaigns(snapshot, chosen)
    told = gather_small(seen, settings.smallest_count, sharing.most_messages)
    campaigns = [one for one in campaigns if one.post_count >= settings.smallest_count]
    if not told and not campaigns:
        raise InputError(
            f"Nothing was seen there in {settings.smallest_count} posts or more, so there is "
            "nothing to tell; ask for a longer period or for more narratives."
        )
    period = _period(chosen, told, frame.moment)
    objects = build_objects(frame, period, narratives, told, campaigns)
    return Bundle(write_bundle(_name_bundle(objects), objects), len(objects))


def _name_bundle(objects: Sequence[Mapping[str, Any]]) -> str:
    """Return an id that is the same for the same objects in the same versions."""
    return make_id("bundle", *(f"{one['id']} {one.get('modified')}" for one in objects))


def read_sightings(
    settings: Settings, snapshot: OpenSnapshot, chosen: Selection, sharing: Sharing
) -> list[Sighting]:
    """Return what was seen of the narratives, one for each message and who says so.

    What reviewers have since found to be something else is left out at once.
    """
    refused = read_refused_texts(settings, read_moment(snapshot))
    asked = (chosen.narrative_id, chosen.first_day, chosen.last_day, chosen.lang, refused)
    return [
        Sighting(
            **{name: value for name, value in row.items() if name not in ("text", "addresses")},
            text=row["text"] if sharing.with_text else None,
            addresses=tuple(row["addresses"] or ()) if sharing.with_addresses else (),
        )
        for row in snapshot.rows(_SIGHTINGS, asked)
    ]


def read_campaigns(snapshot: OpenSnapshot, chosen: Selection) -> list[CampaignEvidence]:
    """Return the campaigns that a snapshot tells of; none where it is of before there were any."""
    if not has_table(snapshot, "core", "campaigns"):
        return []
    rows = snapshot.rows(_CAMPAIGNS, (chosen.narrative_id, chosen.lang))
    return [
        campaign
        for campaign in map(_campaign, rows)
        if chosen.overlaps(campaign.first_day, campaign.last_day)
    ]


def _campaign(row: Mapping[str, Any]) -> CampaignEvidence:
    moments = ("first_posted_at", "last_posted_at")
    first, last = (_day(row[name]) for name in moments)
    told = {name: value for name, value in row.items() if name not in moments}
    told |= {"reasons": tuple(row["reasons"]), "burst_seconds": round(row["burst_seconds"])}
    return CampaignEvidence(**told, first_day=first, last_day=last)


def _day(moment: datetime | None) -> date | None:
    """Return the Swedish day of a moment."""
    return swedish_time(moment).date() if moment else None


def _period(chosen: Selection, told: Sequence[Sighting], moment: datetime) -> Period:
    """Return the days that it is about: those asked for, else those on which it was seen."""
    days = [day for one in told for day in (one.first_day, one.last_day)] or [moment.date()]
    asked = {name: told for name, told in chosen.told.items() if name != "narrative"}
    key = tuple(f"{name} {told}" for name, told in asked.items())
    return Period(chosen.first_day or min(days), chosen.last_day or max(days), key)
