"""What is spread of the narratives, as STIX 2.1 for platforms such as OpenCTI.

A narrative and the techniques of its pack; what was observed of it, message by message;
campaigns; and for each narrative a report that holds all of it together. What a model
matched and what a person confirmed are never one object, and no object is about an account
or a person. See docs/decisions/0027.
"""

from collections.abc import Iterator, Mapping, Sequence

from motbild.core.disarm import name_technique
from motbild.core.display import strip_illegal
from motbild.core.narratives import Narrative
from motbild.core.sightings import OTHERS, CampaignEvidence, Period, Sighting
from motbild.core.stix_objects import (
    OPENCTI_KINDS,
    OPENCTI_OBSERVABLES,
    Frame,
    StixObject,
    day_bounds,
    make_technique,
)

MACHINE, HUMAN = "machine-match", "human-confirmed"
_MACHINE_NOTE = (
    "{posts} posts, by a model's output alone: it finds that they assert the claim, and no person "
    "has looked. confidence is the mean of the calibrated probabilities, in percent. It is no "
    "verdict on the posts or on who wrote them."
)
_HUMAN_NOTE = (
    "{posts} posts that a reviewer at {publisher} has read and found to assert the claim. What "
    "reviewers found to be something else, such as criticism, testimony, a question, news or a "
    "rebuttal, is left out whatever the model says."
)
_CAMPAIGN_NOTE = (
    "Signs that a message was spread in concert, as measured: {posts} posts from {accounts} "
    "accounts, at most {burst} of them within {seconds} s. Found by machine; nobody has said that "
    "it was arranged. Signs: {reasons}."
)


def build_objects(
    frame: Frame,
    period: Period,
    narratives: Mapping[str, Narrative],
    sightings: Sequence[Sighting],
    campaigns: Sequence[CampaignEvidence] = (),
) -> list[StixObject]:
    """Return the objects of a bundle, each once, what is referred to before what refers.

    Args:
        frame: What all objects have in common.
        period: The days it is about.
        narratives: By id, at least those that were seen.
        sightings: As `gather_small` leaves them.
        campaigns: Those to be told.
    """
    objects = [frame.marking(), frame.identity()]
    seen = {s.narrative_id for s in sightings} | {c.narrative_id for c in campaigns}
    for narrative_id, narrative in narratives.items():
        if narrative_id in seen:
            objects += _tell_narrative(
                frame,
                period,
                narrative,
                [s for s in sightings if s.narrative_id == narrative_id],
                [c for c in campaigns if c.narrative_id == narrative_id],
            )
    return list({told["id"]: told for told in objects}.values())


def _tell_narrative(
    frame: Frame,
    period: Period,
    narrative: Narrative,
    sightings: Sequence[Sighting],
    campaigns: Sequence[CampaignEvidence],
) -> list[StixObject]:
    described = _describe(frame, narrative)
    techniques = [make_technique(name, name_technique(name)) for name in narrative.disarm_ids]
    told = [described, *techniques]
    told += [frame.relate(described, "related-to", technique) for technique in techniques]
    for sighting in sightings:
        told += _observe(frame, period, sighting, described)
    told += _notes(frame, period, sightings)
    for campaign in campaigns:
        told += _tell_campaign(frame, campaign, described, techniques)
    return [*told, _report(frame, period, narrative, told)]


def _describe(frame: Frame, narrative: Narrative) -> StixObject:
    title, claim, falsehood = (
        words.get("en") or words.get("sv", "")
        for words in (narrative.titles, narrative.claim, narrative.falsehood)
    )
    return frame.make(
        "narrative",
        (narrative.narrative_id,),
        name=title,
        description=f"Claim: {claim}\n\nWhat is false in it: {falsehood}",
        aliases=sorted({*narrative.titles.values()} - {title}) or None,
        external_references=[
            {"source_name": "Motbild", "external_id": narrative.narrative_id},
        ],
        extensions={OPENCTI_KINDS: {"extension_type": "new-sdo"}},
    )


def _observe(
    frame: Frame, period: Period, sighting: Sighting, narrative: StixObject
) -> Iterator[StixObject]:
    addresses = (frame.observe("url", "value", address) for address in sighting.addresses)
    seen = [_message(frame, sighting), *addresses]
    first, last = day_bounds(sighting.first_day, sighting.last_day)
    observed = frame.make(
        "observed-data",
        _observed_key(period, sighting),
        first_observed=first,
        last_observed=last,
        number_observed=sighting.post_count,
        object_refs=[told["id"] for told in seen],
        labels=[_kind(sighting)],
        confidence=_confidence(sighting),
    )
    yield from seen
    yield observed
    yield frame.relate(observed, "related-to", narrative)


def _message(frame: Frame, sighting: Sighting) -> StixObject:
    """Return what a message says, or a name that says nothing of it."""
    if sighting.text is not None:
        said = strip_illegal(sighting.text)
        return frame.observe("text", "value", said, defined_by=OPENCTI_OBSERVABLES)
    is_one = sighting.message_id != OTHERS
    named = sighting.message_id[:12] if is_one else f"{OTHERS}-{sighting.narrative_id}"
    return frame.observe("file", "name", f"motbild-message-{named}.txt")


def _kind(sighting: Sighting) -> str:
    return HUMAN if sighting.is_confirmed else MACHINE


def _confidence(sighting: Sighting) -> int | None:
    """Return a model's confidence; a person's word has none."""
    if sighting.is_confirmed or sighting.probability is None:
        return None
    return round(100 * sighting.probability)


def _notes(frame: Frame, period: Period, sightings: Sequence[Sighting]) -> Iterator[StixObject]:
    """Say what each kind of observation means, and how many posts it is."""
    for kind, abstract, words in (
        (MACHINE, "What a machine match is", _MACHINE_NOTE),
        (HUMAN, "What a human decision is", _HUMAN_NOTE),
    ):
        told = [s for s in sightings if _kind(s) == kind]
        if told:
            count = sum(s.post_count for s in told)
            yield frame.make(
                "note",
                (told[0].narrative_id, kind, *period.key),
                abstract=abstract,
                content=words.format(posts=count, publisher=frame.publisher.name),
                object_refs=[_observed_id(frame, period, s) for s in told],
                labels=[kind],
            )


def _observed_id(frame: Frame, period: Period, sighting: Sighting) -> str:
    return str(frame.make("observed-data", _observed_key(period, sighting))["id"])


def _observed_key(period: Period, sighting: Sighting) -> tuple[str, ...]:
    return (sighting.narrative_id, sighting.message_id, _kind(sighting), *period.key)


def _tell_campaign(
    frame: Frame,
    evidence: CampaignEvidence,
    narrative: StixObject,
    techniques: Sequence[StixObject],
) -> Iterator[StixObject]:
    first, last = None, None
    if evidence.first_day and evidence.last_day:
        first, last = day_bounds(evidence.first_day, evidence.last_day)
    campaign = frame.make(
        "campaign",
        (evidence.campaign_id,),
        name=f"{narrative['name']}: message {evidence.campaign_id[:12]}",
        description=_CAMPAIGN_NOTE.format(
            posts=evidence.post_count,
            accounts=evidence.account_count,
            burst=evidence.burst_post_count,
            seconds=evidence.burst_seconds,
            reasons=", ".join(evidence.reasons) or "none named",
        ),
        first_seen=first,
        last_seen=last,
        labels=[MACHINE],
    )
    yield campaign
    for used in (narrative, *techniques):
        yield frame.relate(campaign, "uses", used)


def _report(
    frame: Frame, period: Period, narrative: Narrative, told: Sequence[StixObject]
) -> StixObject:
    described = told[0]
    return frame.make(
        "report",
        (narrative.narrative_id, *period.key),
        name=f"{described['name']}, {period.first_day} to {period.last_day}",
        description="What was seen of the narrative in posts that were read. Counts, no people.",
        report_types=["observed-data"],
        published=described["modified"],
        object_refs=list(dict.fromkeys(one["id"] for one in told)),
    )
