"""The invented nights that campaigns are measured on."""

from tests.benchmarks.campaign_messages import KINDS, draw_everyday, draw_night
from tests.messages import NOW


def test_a_night_is_drawn_alike_each_time() -> None:
    """A seed names a night, whoever draws it; another seed is another night."""
    first, again, other = (list(draw_night(seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert {kind.name for kind, _ in first} == {kind.name for kind in KINDS}
    assert draw_everyday(1, 5) == draw_everyday(1, 5)


def test_messages_keep_to_themselves_and_to_the_past() -> None:
    """No message borrows another's texts, and none lies in the future."""
    drawn = list(draw_night(3))
    texts = [{post.text for post in posts} for _, posts in drawn]
    assert sum(map(len, texts)) == len(set.union(*texts))
    moments = [post.posted_at for _, posts in drawn for post in posts]
    assert all(moment is not None and moment < NOW for moment in moments)
