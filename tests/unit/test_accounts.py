"""Accounts: who may what, what may be a login or password, and how long one must wait."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motbild.core.accounts import (
    ROLES,
    check_login,
    check_password,
    check_role,
    is_throttled,
    may,
)
from motbild.errors import InputError
from tests.decisions import MOMENT

MINUTE = timedelta(minutes=1)


def test_each_role_may_all_that_the_ones_before_it_may() -> None:
    """And nothing that is for those after it."""
    for number, role in enumerate(ROLES):
        assert [may(role, needed) for needed in ROLES] == [n <= number for n in range(len(ROLES))]
    assert not may("guest", "reader")


def test_what_is_no_role_is_refused() -> None:
    """In Swedish, with those there are."""
    for role in ROLES:
        check_role(role)
    with pytest.raises(InputError, match="läsare, granskare, godkännare"):
        check_role("guest")


@pytest.mark.parametrize("text", ["anna", " Anna.Ek ", "åsa-7", "a@exempel.se", "42"])
def test_a_login_is_stored_bare(text: str) -> None:
    """Without space around it and in lower case."""
    assert check_login(text) == text.strip().lower()


@pytest.mark.parametrize("text", ["", "a", "anna ek", ".anna", "-", "a" * 65, "anna\u202e", "a\n"])
def test_what_can_be_no_login_is_refused(text: str) -> None:
    """Nothing unseen is in one, and none is the dash that the log puts for nobody."""
    with pytest.raises(InputError, match="Inloggningsnamnet"):
        check_login(text)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("elva tecken", "minst 12"),
        ("x" * 257, "högst 256"),
        ("Granskare.Ett", "inloggningsnamn"),
        ("granskare-ett", "inloggningsnamn"),
        ("granskareett 12345678", "inloggningsnamn"),
        ("Lösenord 2026", "gissar"),
        ("password12345", "gissar"),
        ("qwertyuiopå1", "gissar"),
        ("123456789012", "gissar"),
        ("aaaaaaaaaaaa", "gissar"),
        ("abababababab", "gissar"),
        ("!!!!!!!!!!!!", "gissar"),
        ("Socialstyrelsen1", "gissar"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(password: str, told: str) -> None:
    """With what to do, and without quoting it."""
    with pytest.raises(InputError, match=told) as refused:
        check_password(password, "granskareett")
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["fyra gula kängor går", "mitt lösenord är långt", "Tr4ppa&gungbräda"]
)
def test_a_password_of_some_words_is_taken(password: str) -> None:
    """Nothing is asked of its letters, only that it is long and not obvious."""
    check_password(password, "granskareett")


def test_the_wait_doubles_after_five_failures() -> None:
    """One minute, two, four, eight, and fifteen from then on."""
    waits = []
    for count in range(5, 12):
        waits.append(is_throttled([MOMENT] * count, MOMENT))
    assert [wait and wait / MINUTE for wait in waits] == [1, 2, 4, 8, 15, 15, 15]
    assert is_throttled([MOMENT] * 4, MOMENT) is None


def test_the_wait_runs_from_the_last_failure() -> None:
    """What is left of it is told, and then one may try again."""
    failures = [MOMENT + n * MINUTE for n in (3, 1, 2, 0, 4)]
    assert is_throttled(failures, MOMENT + 4.25 * MINUTE) == 0.75 * MINUTE
    assert is_throttled(failures, MOMENT + 5 * MINUTE) is None


@given(st.lists(st.integers(0, 3_600), max_size=3_000), st.integers(0, 3_600))
def test_nobody_waits_longer_than_a_quarter(seconds: list[int], now: int) -> None:
    """However many failures there were."""
    failures = [MOMENT + timedelta(seconds=each) for each in seconds if each <= now]
    wait = is_throttled(failures, MOMENT + timedelta(seconds=now))
    assert wait is None or timedelta(0) < wait <= 15 * MINUTE
