"""Which stored posts a person's request is about, as the temporary table `due`.

By author: those under the author's pseudonym, which are no older than the key of the
pseudonyms. By address: those whose kept address it is, or whose platform's id stands in it.
By text: every post of the family of copies that the text belongs to, since a copy says the
same whoever posted it. Later wordings of a post go with it.
"""

import pyarrow as pa

from motbild.adapters.warehouse.connection import Warehouse
from motbild.core.families import band_keys, is_copy
from motbild.core.intake import keyed_id
from motbild.core.privacy import mask, mask_links, pseudonym
from motbild.core.requests import ADDRESS, AUTHOR, Subject, possible_ids, same_address
from motbild.core.text import text_digest

_BY_AUTHOR = "SELECT post_id FROM core.posts WHERE author_pseudonym = $1"
_BY_ID = "SELECT post_id FROM core.posts WHERE post_id = $1"
_BY_FAMILY = """
SELECT post_id FROM core.posts
WHERE text_digest = $1 OR text_digest IN (
    SELECT copies.text_digest
    FROM core.text_families AS given JOIN core.text_families AS copies USING (family_id)
    WHERE given.text_digest = $1
)
"""
_NEAR = """
SELECT texts.text_digest, texts.text
FROM core.text_sketches AS sketches JOIN core.texts AS texts USING (text_digest)
WHERE list_has_any(sketches.band_keys::UBIGINT[], $1)
ORDER BY texts.text_digest
"""
# All wordings of what was found; the rule is the caller's.
_DUE = """
CREATE OR REPLACE TEMP TABLE due AS
WITH first_wordings AS (
    SELECT DISTINCT coalesce(posts.edit_of_post_id, posts.post_id) AS post_id
    FROM core.posts AS posts SEMI JOIN found USING (post_id)
)
SELECT posts.post_id, posts.text_digest, posts.posted_day, $rule AS rule
FROM core.posts AS posts
JOIN first_wordings ON first_wordings.post_id = coalesce(posts.edit_of_post_id, posts.post_id)
WHERE NOT starts_with(posts.post_id, 'erased:')
"""


def find_posts(
    warehouse: Warehouse,
    subject: Subject,
    *,
    key: bytes,
    lasting_key: bytes,
    platform: str | None,
    rule: str,
) -> int:
    """Make `due` the posts that a request is about.

    Args:
        warehouse: Holds them.
        subject: What the request is about.
        key: Key of the pseudonyms.
        lasting_key: Key of ids that name an account.
        platform: Platform that an address belongs to; None where unknown.
        rule: Written beside each.

    Returns:
        How many there are.
    """
    if subject.kind == AUTHOR:
        found = _ids(warehouse, _BY_AUTHOR, pseudonym(subject.told, key))
    elif subject.kind == ADDRESS:
        found = _find_address(warehouse, subject.told, platform, lasting_key)
    else:
        found = _find_text(warehouse, subject.told)
    return set_due(warehouse, found, rule=rule)


def set_due(warehouse: Warehouse, post_ids: list[str], *, rule: str) -> int:
    """Make `due` some posts with all their wordings; return how many these are."""
    with warehouse.registered("found", pa.table({"post_id": pa.array(post_ids, pa.string())})):
        warehouse.execute(_DUE, {"rule": rule})
    [(count,)] = warehouse.read_rows("SELECT count(*) FROM due")
    return int(count)


def _find_address(
    warehouse: Warehouse, address: str, platform: str | None, key: bytes
) -> list[str]:
    kept = warehouse.read_rows("SELECT post_id, address FROM core.links WHERE link_number = 0")
    if found := [post_id for post_id, other in kept if same_address(other, address)]:
        return found
    for native_id in possible_ids(address) if platform else ():
        for name in (native_id, keyed_id(native_id, key)):
            if found := _ids(warehouse, _BY_ID, f"{platform}:{name}"):
                return found
    return []


def _find_text(warehouse: Warehouse, text: str) -> list[str]:
    """Find the family of a text; the author's name may be masked in what is stored."""
    masked = mask(mask_links(text))
    if found := _ids(warehouse, _BY_FAMILY, text_digest(masked)):
        return found
    [bands] = band_keys([masked])
    for digest, other in warehouse.read_rows(_NEAR, [bands.tolist()]):
        if is_copy(masked, other):
            return _ids(warehouse, _BY_FAMILY, digest)
    return []


def _ids(warehouse: Warehouse, query: str, parameter: str) -> list[str]:
    return [post_id for (post_id,) in warehouse.read_rows(query, [parameter])]
