"""Råd: när ett rykte ska lämnas, bevakas, förberedas, bemötas eller lyftas."""

import pytest

from motbild.core.advice import Situation, advise

# inlägg, veckan före, visningar, källor, plattformar, frågor, hot, skada, fakta, svarat → råd
RÅD = [
    # små rykten ska inte göras större
    (0, 0, 0, 0, 0, 0, 0, 0.9, True, None, "ignore"),
    (1, 0, 40, 1, 1, 0, 0, 0.95, True, None, "ignore"),
    (2, 0, 900, 1, 1, 0, 0, 0.6, True, None, "ignore"),
    (4, 2, 300, 1, 1, 0, 0, 0.6, True, None, "watch"),
    (1, 0, 5_000, 1, 1, 0, 0, 0.6, True, None, "watch"),
    # det som kan växa ska det finnas ett svar på
    (6, 5, 800, 1, 1, 0, 0, 0.9, True, None, "prepare"),
    (6, 5, 800, 2, 2, 0, 0, 0.6, True, None, "prepare"),
    (16, 14, 3_000, 1, 1, 0, 0, 0.6, True, None, "prepare"),
    (1, 0, 30_000, 1, 1, 0, 0, 0.6, True, None, "prepare"),
    # det som många möter ska bemötas
    (60, 55, 9_000, 3, 1, 0, 0, 0.6, True, None, "answer"),
    (24, 8, 4_000, 1, 1, 0, 0, 0.6, True, None, "answer"),
    (8, 8, 150_000, 1, 1, 0, 0, 0.6, True, None, "answer"),
    # den som frågar ska få svar
    (0, 0, 0, 0, 0, 1, 0, 0.6, True, None, "prepare"),
    (0, 0, 0, 0, 0, 5, 0, 0.6, True, None, "answer"),
    # utan godkänd fakta finns inget att svara med
    (60, 55, 9_000, 3, 1, 6, 0, 0.6, False, None, "prepare"),
    # ett nytt svar ska få verka
    (60, 55, 9_000, 3, 1, 0, 0, 0.6, True, 3, "watch"),
    (60, 55, 9_000, 3, 1, 0, 0, 0.6, True, 12, "answer"),
    # hot och stor skada lyfts, också utan fakta och efter ett svar
    (1, 0, 10, 1, 1, 0, 1, 0.2, True, None, "escalate"),
    (150, 60, 50_000, 5, 4, 0, 0, 0.8, False, 1, "escalate"),
    (30, 20, 700_000, 2, 1, 0, 0, 0.85, True, None, "escalate"),
    (150, 60, 50_000, 5, 4, 0, 0, 0.5, True, None, "answer"),
]


@pytest.mark.parametrize("rad", RÅD)
def test_råd(
    rad: tuple[int, int, int, int, int, int, int, float, bool, int | None, str],
) -> None:
    """Spridning, frågor, hot och skada avgör vilket råd som ges."""
    *läge, råd = rad
    assert advise(Situation(*läge)).level == råd  # type: ignore[arg-type]
