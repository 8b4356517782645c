"""Logg: who saw, decided and exported what, and whether the log is whole."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.core.audit import AuditEntry
from motbild.web.guards import reads
from motbild.web.log_words import ACTION_NAMES, NAMELESS, tell_details
from motbild.web.reading.log import PAGE, LogFilter
from motbild.web.rendering import page, words_in
from motbild.web.room import room_of
from motbild.wiring.auditing import verify_log

PLACE = "/logg"
_ITEM_ACTIONS = frozenset(
    {"saw-item", "decided", "decided-late", "settled", "undid", "claimed", "threat-escalated"}
)


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _page)]


@reads(role="approver")
def _page(request: Request) -> Response:
    audit, parameters = room_of(request).store.audit, request.query_params
    chosen = LogFilter.read(parameters)
    before_seq = _number(parameters.get("fore"))
    found = chosen.entries(audit, before_seq=before_seq, limit=PAGE + 1)
    accounts = room_of(request).store.accounts.list()
    names = {account.login: account.name for account in accounts}
    by_id = {account.account_id: account.name for account in accounts}
    values = {
        "chosen": chosen,
        "parameters": chosen.parameters,
        "lines": [_line(request, entry, names, by_id) for entry in found[:PAGE]],
        "older": found[PAGE - 1].seq if len(found) > PAGE else None,
        "is_older": before_seq is not None,
        "people": names,
        "nameless": NAMELESS,
        "actions": ACTION_NAMES,
        "check": _check(request) if parameters.get("kontroll") else None,
    }
    return page(request, "logg.html", values)


def _line(
    request: Request, entry: AuditEntry, names: Mapping[str, str], by_id: Mapping[str, str]
) -> dict[str, Any]:
    words = words_in(request)
    nameless = NAMELESS.get(entry.actor)
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": words(nameless) if nameless else names.get(entry.actor, entry.actor),
        "login": "" if nameless else entry.actor,
        "action": words(ACTION_NAMES.get(entry.action, entry.action)),
        "subject": by_id.get(entry.subject, "" if entry.subject == "-" else entry.subject),
        "place": _place(entry),
        "details": tell_details(words, entry.details),
    }


def _place(entry: AuditEntry) -> str | None:
    """Return the page about what a line is about, where there is one."""
    if entry.action in _ITEM_ACTIONS:
        return f"/granska?item={entry.subject}"
    for kind, place in (("fact-", "/bemot/fakta/"), ("answer-", "/bemot/svar/")):
        if entry.action.startswith(kind):
            return place + entry.subject
    return None


def _check(request: Request) -> dict[str, int | None]:
    room = room_of(request)
    verdict = verify_log(room.settings, room.store)
    broken = verdict.faults[0].seq if verdict.faults else None
    return {"broken": broken, "count": verdict.head.seq}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
