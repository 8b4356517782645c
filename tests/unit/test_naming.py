"""Groups that are found anew each night keep their names."""

from hypothesis import given
from hypothesis import strategies as st

from motbild.core.naming import keep_names

GROUPS = st.lists(st.integers(0, 3), max_size=12).map(
    lambda labels: [
        [f"f{n}" for n, label in enumerate(labels) if label == one] for one in sorted(set(labels))
    ]
)


def test_a_group_keeps_its_name_while_half_of_it_stays() -> None:
    """Grown, shrunk or with another first it is the same; of two parts the larger is."""
    before = {"old": {"a", "b", "c", "d"}}
    assert keep_names(["xabcdeyz"], before) == ["old"]
    assert keep_names(["cdx"], before) == ["old"]
    assert keep_names(["axyz"], before) != ["old"]
    small, large = keep_names(["ax", "bcd"], before)
    assert (small != "old", large) == (True, "old")


def test_a_new_name_depends_on_the_first_family_alone_and_is_never_taken() -> None:
    """The same first has the same name, unless another group bears it or bore it."""
    [first] = keep_names(["abc"], {})
    assert keep_names(["axy"], {}) == [first]
    assert keep_names(["axy"], {first: {"q"}}) != [first]
    kept, new = keep_names(["bcd", "axy"], {first: {"b"}})
    assert kept == first != new


def test_parts_of_one_family_each_are_named_too() -> None:
    """The part that keeps the name may bear the one that the other would have been given."""
    [whole] = keep_names(["ab"], {})
    kept, new = keep_names(["b", "a"], {whole: {"a", "b"}})
    assert kept == whole != new


@given(GROUPS, GROUPS)
def test_names_differ_and_the_same_groups_keep_them(
    earlier: list[list[str]], later: list[list[str]]
) -> None:
    """No two are alike, and what has not changed is named as it was, in any order."""
    names = keep_names(earlier, {})
    before = dict(zip(names, earlier, strict=True))
    assert keep_names(earlier[::-1], before) == names[::-1]
    now = keep_names(later, before)
    assert len(set(now)) == len(later)
    for name, families in zip(now, later, strict=True):
        if name in before:
            common = len(set(families) & set(before[name]))
            assert 2 * common >= min(len(families), len(before[name]))
