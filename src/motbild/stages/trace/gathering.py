"""What the warehouse tells of messages that assert a narrative: posts, wordings, what they share.

One temporary table holds the posts that are traced; every other question is asked of it.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pyarrow as pa

from motbild.adapters.warehouse import Warehouse
from motbild.core.families import SHORTEST_WORD_COUNT
from motbild.core.siblings import Shared, Wording

WINDOW_DAYS = 28  # a message that nobody posts for so long is traced no more
LEAST_ASSERTING = 0.5  # of a family's posts that bear on a narrative
FEWEST_SIBLING_ACCOUNTS = 2  # what one account says in two languages is its own affair
FEWEST_SHARING_ACCOUNTS = 3
# A link or medium ties families where so many of all posts that hold it assert a narrative:
# what everybody shares, such as a newspaper's front page, tells nothing.
LEAST_FOCUS = 0.5

_UNTIL = "SELECT max(posted_day) FROM core.posts WHERE posted_day <= $today"

# What a person has said of a text stands: what is no false claim is no campaign either.
_JUDGED = """
CREATE OR REPLACE TEMP TABLE judged AS
SELECT DISTINCT membership.family_id
FROM core.standing_decisions AS decisions
JOIN core.text_families AS membership USING (text_digest)
WHERE decisions.kind IN ('reject', 'protected', 'counter', 'report', 'question')
"""

# A family is named by one of its texts, so that one that has been joined to another since is
# still found by its old name.
_KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT DISTINCT campaigns.campaign_id, membership.family_id
FROM core.campaigns AS campaigns, unnest(campaigns.family_ids) AS named(text_digest)
JOIN core.text_families AS membership ON membership.text_digest = named.text_digest
ANTI JOIN temp.main.judged AS judged ON judged.family_id = membership.family_id
"""

_RECENT = """
CREATE OR REPLACE TEMP TABLE recent AS
SELECT DISTINCT membership.family_id
FROM core.posts AS posts JOIN core.text_families AS membership USING (text_digest)
WHERE posted_day > $until::DATE - $window_days::INTEGER AND posted_day <= $until
"""

# Families with a recent post, and with them the rest of their campaigns. A sign before a copy or
# after it may tip how a model reads its stance, so that the family is asked and not the post;
# what a person has confirmed asserts, whatever the model says.
# Texts of a few words are left out: people write the same few words by themselves.
_TRACED = r"""
CREATE OR REPLACE TEMP TABLE traced AS
WITH matching AS (
    SELECT
        posts.*,
        membership.family_id,
        classifications.is_flagged OR classifications.stance = 'asserts' AS is_asserting,
        list_intersect(
            classifications.matches, (SELECT list(narrative_id) FROM core.narratives)
        ) AS narrative_ids
    FROM core.posts AS posts
    JOIN core.post_contexts AS contexts USING (post_id)
    JOIN core.classifications AS classifications
        ON classifications.text_digest = contexts.text_digest
        AND classifications.parent_digest = contexts.parent_digest
    JOIN core.text_families AS membership ON membership.text_digest = posts.text_digest
    ANTI JOIN temp.main.judged AS judged ON judged.family_id = membership.family_id
    WHERE classifications.model_version = $model_version
        AND len(classifications.matches) > 0
        AND len(regexp_extract_all(posts.text, '[\p{L}\p{N}]+')) >= $fewest_words
),
asserting AS (
    SELECT family_id FROM matching
    GROUP BY family_id HAVING avg(is_asserting::INTEGER) >= $least_asserting
    UNION
    SELECT membership.family_id
    FROM core.standing_decisions AS decisions
    JOIN core.text_families AS membership USING (text_digest)
    WHERE decisions.kind = 'confirm'
),
active AS (
    FROM temp.main.recent
    UNION
    SELECT family_id FROM temp.main.known
    WHERE campaign_id IN (
        SELECT campaign_id FROM temp.main.known SEMI JOIN temp.main.recent USING (family_id)
    )
)
SELECT
    post_id,
    coalesce(edit_of_post_id, post_id) AS first_post_id,
    family_id,
    narrative_ids,
    text_digest,
    source_id,
    platform,
    lang,
    CASE WHEN posted_at <= $now::TIMESTAMPTZ THEN posted_at END AS posted_at,
    posted_day,
    CASE WHEN author_pseudonym IS NOT NULL
        THEN dense_rank() OVER (ORDER BY author_pseudonym)
    END AS account,
    regexp_matches(text, '^\W*RT \[konto\]') AS is_repost
FROM matching SEMI JOIN asserting USING (family_id) SEMI JOIN active USING (family_id)
WHERE len(narrative_ids) > 0
"""

# The wording that most posts of a family have stands for it.
_WORDINGS = """
WITH told AS (FROM temp.main.traced WHERE NOT is_repost),
sized AS (
    SELECT
        family_id,
        count(DISTINCT account) AS account_count,
        date_diff('day', DATE '1970-01-01', min(posted_day)) AS first_day,
        date_diff('day', DATE '1970-01-01', max(posted_day)) AS last_day
    FROM told
    GROUP BY family_id
    HAVING count(DISTINCT account) >= $fewest_accounts
),
chosen AS (
    SELECT family_id, arg_max(text_digest, (post_count, text_digest)) AS text_digest
    FROM (SELECT family_id, text_digest, count(*) AS post_count FROM told GROUP BY ALL)
    GROUP BY family_id
),
bearing AS (
    SELECT family_id, list(DISTINCT narrative_id) AS narrative_ids
    FROM told, unnest(told.narrative_ids) AS named(narrative_id)
    GROUP BY family_id
)
SELECT
    sized.family_id,
    bearing.narrative_ids,
    texts.text,
    texts.lang,
    sized.account_count,
    sized.first_day,
    sized.last_day
FROM sized
JOIN chosen USING (family_id)
JOIN bearing USING (family_id)
JOIN core.texts AS texts ON texts.text_digest = chosen.text_digest
ORDER BY sized.family_id
"""

_SHARED = """
WITH held AS (
    SELECT signals.kind, signals.signal_digest, traced.*
    FROM core.post_signals AS signals
    JOIN temp.main.traced AS traced USING (post_id)
    WHERE NOT traced.is_repost
),
several AS (
    SELECT kind, signal_digest, count(DISTINCT first_post_id) AS post_count
    FROM held
    GROUP BY kind, signal_digest
    HAVING count(DISTINCT family_id) > 1 AND count(DISTINCT account) >= $fewest_accounts
),
everywhere AS (
    SELECT
        kind, signal_digest,
        count(DISTINCT coalesce(posts.edit_of_post_id, posts.post_id)) AS post_count
    FROM core.post_signals
    SEMI JOIN several USING (kind, signal_digest)
    JOIN core.posts AS posts USING (post_id)
    GROUP BY kind, signal_digest
),
rare AS (
    SELECT kind, signal_digest, row_number() OVER (ORDER BY kind, signal_digest) AS signal
    FROM several JOIN everywhere USING (kind, signal_digest)
    WHERE several.post_count >= $least_focus * everywhere.post_count
)
SELECT
    rare.signal,
    held.kind,
    held.family_id,
    list_sort(list_distinct(flatten(list(held.narrative_ids)))) AS narrative_ids,
    date_diff('day', DATE '1970-01-01', min(held.posted_day)) AS first_day,
    date_diff('day', DATE '1970-01-01', max(held.posted_day)) AS last_day
FROM held JOIN rare USING (kind, signal_digest)
GROUP BY ALL
"""

_PAST = """
FROM core.campaigns AS campaigns
SEMI JOIN temp.main.known AS known USING (campaign_id)
WHERE campaign_id NOT IN (
    SELECT campaign_id FROM temp.main.known SEMI JOIN temp.main.recent USING (family_id)
)
"""


def read_until(warehouse: Warehouse, today: date) -> date | None:
    """Return the last day with posts that is not to come; None where there are none."""
    until: date | None = warehouse.read_rows(_UNTIL, {"today": today})[0][0]
    return until


@contextmanager
def gathered(
    warehouse: Warehouse, *, model_version: str, until: date, now: datetime
) -> Iterator[None]:
    """Gather the posts that are traced, for the questions within the block."""
    warehouse.execute(_JUDGED)
    warehouse.execute(_KNOWN)
    warehouse.execute(_RECENT, {"until": until, "window_days": WINDOW_DAYS})
    asked = {
        "model_version": model_version,
        "fewest_words": SHORTEST_WORD_COUNT,
        "least_asserting": LEAST_ASSERTING,
        "now": now.isoformat(),
    }
    warehouse.execute(_TRACED, asked)
    try:
        yield
    finally:
        for scratch in ("judged", "known", "recent", "traced"):
            warehouse.execute(f"DROP TABLE IF EXISTS temp.main.{scratch}")


def read_wordings(warehouse: Warehouse) -> list[Wording]:
    """Return the families that may have siblings, each by the text that most posts have."""
    rows = warehouse.read(_WORDINGS, {"fewest_accounts": FEWEST_SIBLING_ACCOUNTS}).to_pylist()
    return [Wording(**{**row, "narrative_ids": frozenset(row["narrative_ids"])}) for row in rows]


def read_shared(warehouse: Warehouse) -> list[Shared]:
    """Return the families that share a link or a medium which few others share."""
    asked = {"fewest_accounts": FEWEST_SHARING_ACCOUNTS, "least_focus": LEAST_FOCUS}
    rows = warehouse.read(_SHARED, asked).to_pylist()
    return [Shared(**{**row, "narrative_ids": frozenset(row["narrative_ids"])}) for row in rows]


def read_before(warehouse: Warehouse) -> dict[str, set[str]]:
    """Return the families of each campaign of the night before, as they are named now."""
    before: defaultdict[str, set[str]] = defaultdict(set)
    for campaign_id, family_id in warehouse.read_rows("FROM temp.main.known"):
        before[campaign_id].add(family_id)
    return before


def read_past(warehouse: Warehouse) -> pa.Table:
    """Return the campaigns that are over, as they were when they were last traced.

    One is over when none of its families has been posted for `WINDOW_DAYS`; it stays while one
    of its texts is stored.
    """
    return warehouse.read(_PAST)
