"""What people must be told: one notice for each thing, from the night it begins to its end.

How a notice is put in words is `motbild.core.notice_words`'s, when it is sent
`motbild.core.alerting`'s.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from motbild.core.source_nights import SourceNight
from motbild.core.source_volume import examine_source

Severity = Literal["info", "warning", "urgent"]

# In the order in which they are told. What is `info` waits for the digest.
SEVERITIES: Mapping[str, Severity] = {
    "night-failed": "urgent",
    "night-late": "urgent",
    "night-interrupted": "warning",
    "threats": "urgent",
    "spike": "warning",
    "campaign": "warning",
    "source-failed": "warning",
    "volume-drop": "warning",
    "schema-drift": "warning",
    "shift": "info",
    "new-rumour": "info",
    "source-silent": "info",
}
KINDS = tuple(SEVERITIES)
SOURCE_KINDS = ("source-failed", "volume-drop", "schema-drift", "source-silent")

# Of simulated months, talk that is always there reaches 6e-4 and a rumour on its first night 4e-5.
MOST_RUMOUR_CHANCE = 3e-4
LEAST_RUMOUR_FAMILIES = 4
RUMOUR_HISTORY_DAYS = 14
CAMPAIGN_DAYS = 7  # days after its last post that a campaign is going on


@dataclass(frozen=True, slots=True)
class Sign:
    """What one night sees of a thing that must be told.

    Attributes:
        notice_id: Stable key of the thing; None to take that of the open notice of this
            kind and subject, or one with the day on which it began.
        kind: A key of `SEVERITIES`.
        subject_id: What it is about.
        evidence: Numbers, days and codes.
        since_day: First day of it.
    """

    notice_id: str | None
    kind: str
    subject_id: str
    evidence: Mapping[str, str]
    since_day: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A thing that people must be told, as it stands.

    Attributes:
        notice_id: Stable key.
        kind: A key of `SEVERITIES`.
        subject_id: What it is about.
        severity: ``info``, ``warning`` or ``urgent``.
        first_noticed_at: Time-zone-aware.
        last_noticed_at: When it last changed.
        is_open: Whether it still holds.
        evidence: Numbers, days and codes.
        run_id: Run that first noticed it.
        last_run_id: Run that last found it changed.
    """

    notice_id: str
    kind: str
    subject_id: str
    severity: str
    first_noticed_at: datetime
    last_noticed_at: datetime
    is_open: bool
    evidence: Mapping[str, str]
    run_id: str
    last_run_id: str


def bring_up(
    known: Sequence[Notice], signs: Iterable[Sign], *, run_id: str, now: datetime
) -> list[Notice]:
    """Return the notices as a night leaves them: new ones opened, those without a sign closed.

    A notice that a night finds unchanged stays as it is, so that the same night twice
    changes nothing.
    """
    found = {notice.notice_id: notice for notice in known}
    open_ids = {(n.kind, n.subject_id): n.notice_id for n in known if n.is_open}
    seen = set()
    for sign in signs:
        notice_id = (
            sign.notice_id
            or open_ids.get((sign.kind, sign.subject_id))
            or f"{sign.kind}:{sign.subject_id}:{sign.since_day}"
        )
        seen.add(notice_id)
        before = found.get(notice_id)
        found[notice_id] = _noted(notice_id, before, sign, run_id, now)
    for notice_id in found.keys() - seen:
        if found[notice_id].is_open:
            found[notice_id] = replace(
                found[notice_id], is_open=False, last_noticed_at=now, last_run_id=run_id
            )
    return [found[notice_id] for notice_id in sorted(found)]


def _noted(notice_id: str, before: Notice | None, sign: Sign, run_id: str, now: datetime) -> Notice:
    evidence = dict(sign.evidence)
    if before is None:
        return Notice(
            notice_id,
            sign.kind,
            sign.subject_id,
            SEVERITIES[sign.kind],
            first_noticed_at=now,
            last_noticed_at=now,
            is_open=True,
            evidence=evidence,
            run_id=run_id,
            last_run_id=run_id,
        )
    if before.is_open and before.kind == sign.kind and dict(before.evidence) == evidence:
        return before
    return replace(
        before,
        kind=sign.kind,
        severity=SEVERITIES[sign.kind],
        is_open=True,
        evidence=evidence,
        last_noticed_at=now,
        last_run_id=run_id,
    )


def signs_of_sources(nights: Mapping[str, Sequence[SourceNight]]) -> list[Sign]:
    """Return what is wrong with each source."""
    return [
        Sign(
            None,
            finding.kind,
            source_id,
            {**finding.figures, "since_day": finding.since_day.isoformat()},
            finding.since_day,
        )
        for source_id in sorted(nights)
        for finding in examine_source(nights[source_id])
    ]


def signs_of_threats(run_id: str, post_count: int, family_count: int) -> list[Sign]:
    """Return that a run found new threats; no sign where it found none."""
    if not post_count:
        return []
    evidence = {"post_count": str(post_count), "family_count": str(family_count)}
    return [Sign(f"threats:{run_id}", "threats", run_id, evidence)]


def signs_of_interruptions(runs: Sequence[tuple[str, date]]) -> list[Sign]:
    """Return that runs were cut short, by a power cut or a kill, since one last ended well.

    Args:
        runs: Id and Swedish day of each, in order.
    """
    if not runs:
        return []
    run_id, day = runs[-1]
    evidence = {"run_count": str(len(runs)), "last_day": day.isoformat()}
    return [Sign(f"night-interrupted:{run_id}", "night-interrupted", run_id, evidence)]


def signs_of_episodes(episodes: Iterable[Mapping[str, Any]]) -> list[Sign]:
    """Return the open episodes, of each narrative and kind only the widest.

    What stands out in all languages stands out in one of them too, and is told once. A spike
    that lasts becomes a shift under the same id, and keeps its notice.

    Args:
        episodes: Rows of `core.episodes`.
    """
    told = [episode for episode in episodes if episode["is_open"]]
    return [
        Sign(
            f"episode:{episode['episode_id']}",
            episode["kind"],
            episode["episode_id"],
            _figures(episode, _EPISODE_FIGURES),
        )
        for episode in told
        if not any(_holds(other, episode) for other in told)
    ]


_EPISODE_FIGURES = (
    *("narrative_id", "lang", "platform", "first_day", "last_day"),
    *("post_count", "expected_count", "upper_count", "ratio"),
)


def _holds(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Tell whether one episode is another one seen more widely, on days that they share."""
    return (
        wide["episode_id"] != narrow["episode_id"]
        and all(wide[name] == narrow[name] for name in ("kind", "narrative_id"))
        and all(wide[name] in ("all", narrow[name]) for name in ("lang", "platform"))
        and wide["first_day"] <= narrow["last_day"]
        and narrow["first_day"] <= wide["last_day"]
    )


def signs_of_campaigns(campaigns: Iterable[Mapping[str, Any]], now: datetime) -> list[Sign]:
    """Return the campaigns that go on.

    Args:
        campaigns: Rows of `core.campaigns`; of one whose posts have no moment of posting nobody
            can tell whether it goes on.
        now: What ended long before is told no more.
    """
    return [
        Sign(
            f"campaign:{campaign['campaign_id']}",
            "campaign",
            campaign["campaign_id"],
            {
                **_figures(campaign, _CAMPAIGN_FIGURES),
                "reasons": " ".join(campaign["reasons"]),
            },
        )
        for campaign in campaigns
        if campaign["last_posted_at"] is not None
        and now - campaign["last_posted_at"] <= timedelta(days=CAMPAIGN_DAYS)
    ]


_CAMPAIGN_FIGURES = (
    *("narrative_id", "post_count", "account_count"),
    *("burst_post_count", "burst_account_count", "burst_seconds"),
)


def signs_of_rumours(clusters: Iterable[Mapping[str, Any]]) -> list[Sign]:
    """Return the new rumours worth telling: those that are new beyond chance.

    Subjects that people always talk of gather too, and only a home of some weeks can tell which
    those are. What was told goes on as long as it is told more than in a usual week.

    Args:
        clusters: Rows of `core.clusters` with `is_told`, whether an earlier run noticed it, and
            `history_days`, how far back the home's posts go.
    """
    return [
        Sign(
            f"new-rumour:{cluster['cluster_id']}",
            "new-rumour",
            cluster["cluster_id"],
            _figures(cluster, _RUMOUR_FIGURES),
        )
        for cluster in clusters
        if _is_news(cluster)
    ]


def _is_news(cluster: Mapping[str, Any]) -> bool:
    is_new = cluster["chance"] <= MOST_RUMOUR_CHANCE
    is_known = cluster["history_days"] >= RUMOUR_HISTORY_DAYS
    is_large = cluster["family_count"] >= LEAST_RUMOUR_FAMILIES
    goes_on = cluster["is_told"] and cluster["growth"] > 1
    return bool(is_large and (goes_on or (is_new and is_known)))


_RUMOUR_FIGURES = ("narrative_id", "post_count", "family_count", "first_day", "last_day")


def _figures(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: _told(row[name]) for name in names if row[name] is not None}


def _told(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value.isoformat() if isinstance(value, date) else str(value)
