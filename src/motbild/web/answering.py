"""What the pages of Bemöt share: the names of statuses and of people, and who may do what.

The Swedish is a message of the catalogues; its English stands in `translations/en/answers.po`.
"""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request

from motbild.core.accounts import may
from motbild.web.language import LANG_NAMES
from motbild.web.reading.facts import FactBank, read_bank
from motbild.web.rendering import words_in
from motbild.web.room import actor_of, room_of

# Name and kind of badge.
ANSWER_STATUSES: Mapping[str, tuple[str, str]] = {
    "draft": ("Utkast", ""),
    "proposed": ("Väntar på godkännande", "warn"),
    "approved": ("Godkänt", "good"),
    "published": ("Publicerat", "good"),
    "withdrawn": ("Tillbakadraget", ""),
}
WORDING_STATUSES: Mapping[str, tuple[str, str]] = {
    "missing": ("Saknas", ""),
    "new": ("Inte godkänd", "warn"),
    "proposed": ("Väntar på godkännande", "warn"),
    "approved": ("Godkänd", "good"),
    "withdrawn": ("Tillbakadragen", "bad"),
}
EVENT_NAMES: Mapping[str, str] = {
    "drafted": "Skrev ett utkast",
    "edited": "Ändrade texten",
    "proposed": "Lämnade svaret för godkännande",
    "approved": "Godkände svaret",
    "returned": "Gav tillbaka svaret",
    "published": "Noterade att svaret är publicerat",
    "withdrawn": "Drog tillbaka svaret",
}
GONE = "Faktauppgiften finns inte längre i faktabanken."


def bank_in(request: Request) -> FactBank:
    """Return the fact bank as it stands now."""
    room = room_of(request)
    return read_bank(room.snapshot(), room.store)


def people_in(request: Request) -> dict[str, str]:
    """Return the names of those with an account, by login."""
    return {account.login: account.name for account in room_of(request).store.accounts.list()}


def note_seen(request: Request, subject: str | None) -> None:
    """Log that somebody saw the post that an answer is meant for, if it is for one."""
    if subject:
        audit = room_of(request).store.audit
        audit.note("saw-item", subject[:200], actor=actor_of(request), now=request.state.now)


def require(request: Request, role: str) -> None:
    """Refuse those without a role what a page that they may see offers to others.

    Raises:
        HTTPException: The role does not suffice.
    """
    if not may(request.state.account.role, role):
        raise HTTPException(403, role)


def read_count(request: Request, name: str, least: int = 0) -> int:
    """Return a number that an address tells; the least where it tells none."""
    told = request.query_params.get(name, "")
    return max(least, int(told)) if told.isdecimal() and len(told) < 6 else least


def language_name(request: Request, lang: str) -> str:
    """Name a language as a heading does, with a capital."""
    return words_in(request)(LANG_NAMES.get(lang, lang)).capitalize()
