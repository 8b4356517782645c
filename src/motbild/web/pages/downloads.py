"""Lists as files, with the filter of the page they stand on, and a decision's whole story."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Literal, cast

import pyarrow as pa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from motbild.adapters.exports import MEDIA_TYPES, About, Kind, save_table
from motbild.adapters.review_store.answers import STATUSES
from motbild.core.accounts import may
from motbild.web.answering import WORDING_STATUSES, bank_in
from motbild.web.columns import tell_columns
from motbild.web.guards import reads
from motbild.web.pages.facts import VIEWS
from motbild.web.pages.review import queue_of
from motbild.web.pages.rumours import choose_clusters
from motbild.web.reading.downloads import (
    table_of_answers,
    table_of_facts,
    table_of_items,
    table_of_log,
    table_of_questions,
    table_of_rumours,
)
from motbild.web.reading.facts import MISSING
from motbild.web.reading.log import LogFilter
from motbild.web.reading.questions import QuestionFilter, Questions
from motbild.web.reading.search import SearchFilter, table_of_posts
from motbild.web.reading.story import pack_story, read_story
from motbild.web.rendering import words_in
from motbild.web.room import actor_of, room_of, today

PLACE = "/exportera"
_IN_MEMORY = 8_000_000  # bytes; a longer file waits on disk, without a name
_CHUNK = 1 << 16
WORDED = tuple(status for status in WORDING_STATUSES if status != MISSING)
Filter = Mapping[str, str]
Made = tuple[Filter, pa.Table]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that may be taken away.

    Attributes:
        title: What it is called.
        make: Returns its filter and its rows, as an address asks for them.
        role: The least role that may.
        unlogged: What of its filter the log is not told.
    """

    title: str
    make: Callable[[Request], Made]
    role: str = "reviewer"
    unlogged: tuple[str, ...] = ()


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [
        Route(f"{PLACE}/beslut/{{family_id}}.json", _story),
        Route(f"{PLACE}/{{name}}", _list),
    ]


@reads(role="reviewer")
def _list(request: Request) -> Response:
    name, kind = request.path_params["name"], request.query_params.get("form", "csv")
    listing = LISTS.get(name)
    if listing is None or kind not in MEDIA_TYPES:
        raise HTTPException(404)
    if not may(request.state.account.role, listing.role):
        raise HTTPException(403, listing.role)
    chosen, table = listing.make(request)
    logged = {part: told for part, told in chosen.items() if part not in listing.unlogged}
    response = _file(request, name, listing, chosen, table, cast(Kind, kind))
    _note(request, name, {"list": name, "filter": logged, "form": kind, "row_count": len(table)})
    return response


def _file(
    request: Request, name: str, listing: Listing, chosen: Filter, table: pa.Table, kind: Kind
) -> Response:
    words = words_in(request)
    about = About(
        title=words(listing.title),
        selection=", ".join(f"{part}: {told}" for part, told in chosen.items()),
        written_at=request.state.now,
        lang=cast(Literal["sv", "en"], words.lang),
    )
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when sent
    told = table if kind == "parquet" else tell_columns(table, words)
    save_table(told, kind, about, cast(IO[bytes], file))
    headers = {
        "content-length": str(file.tell()),
        "content-disposition": f'attachment; filename="motbild-{name}-{today(request)}.{kind}"',
    }
    file.seek(0)
    return StreamingResponse(_chunks(file), media_type=MEDIA_TYPES[kind], headers=headers)


def _chunks(file: Any) -> Iterator[bytes]:  # noqa: ANN401 - spooled, which is no IO
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _note(request: Request, subject: str, details: Mapping[str, Any]) -> None:
    room_of(request).store.audit.note(
        "exported", subject, details, actor=actor_of(request), now=request.state.now
    )


def _items(request: Request) -> Made:
    queue = queue_of(request, request.query_params)
    return queue.chosen.parameters, table_of_items(queue)


def _threats(request: Request) -> Made:
    queue = queue_of(request, {**request.query_params, "ko": "hot"})
    return queue.chosen.parameters, table_of_items(queue)


def _questions(request: Request) -> Made:
    chosen = QuestionFilter.read(request.query_params)
    questions = Questions(room_of(request).snapshot(), chosen, today(request))
    return chosen.parameters, table_of_questions(questions)


def _rumours(request: Request) -> Made:
    chosen, clusters = choose_clusters(request)
    return {part: told for part, told in chosen.items() if told}, table_of_rumours(clusters)


def _found(request: Request) -> Made:
    chosen = SearchFilter.read(request.query_params)
    if not chosen.words:
        raise HTTPException(404)
    return chosen.parameters, table_of_posts(room_of(request).snapshot(), chosen, today(request))


def _answers(request: Request) -> Made:
    status = request.query_params.get("status", "")
    chosen = {"status": status} if status in STATUSES else {}
    return chosen, table_of_answers(room_of(request).store.answers.list(chosen.get("status")))


def _facts(request: Request) -> Made:
    told = {part: request.query_params.get(part, "") for part in ("narrativ", "sprak", "lage")}
    statuses = VIEWS.get(told["lage"]) or WORDED
    found = [
        (fact, bank)
        for fact in bank_in(request).facts
        for bank in fact.wordings.values()
        if bank.status in statuses
        and told["narrativ"] in ("", *fact.narratives)
        and told["sprak"] in ("", bank.wording.lang)
    ]
    return {part: value for part, value in told.items() if value}, table_of_facts(found)


def _log(request: Request) -> Made:
    chosen = LogFilter.read(request.query_params)
    return chosen.parameters, table_of_log(chosen, room_of(request).store.audit)


LISTS: Mapping[str, Listing] = {
    "granska": Listing("Granska", _items),
    "hot": Listing("Hot", _threats),
    "fragor": Listing("Frågor", _questions),
    "nya-rykten": Listing("Nya rykten", _rumours),
    # What somebody searched for is nobody's business.
    "sok": Listing("Sökträffar", _found, unlogged=("q",)),
    "svar": Listing("Svar", _answers),
    "fakta": Listing("Faktabanken", _facts),
    "logg": Listing("Logg", _log, role="approver"),
}


@reads(role="reviewer")
def _story(request: Request) -> Response:
    """Send all that is known of a decision, as JSON."""
    room, family_id = room_of(request), request.path_params["family_id"]
    story = read_story(room.snapshot(), room.store, family_id)
    if story is None:
        raise HTTPException(404)
    _note(request, family_id, {"list": "beslut", "form": "json"})
    # The id is known by now, and so holds nothing that a header may not.
    attached = f'attachment; filename="motbild-beslut-{family_id[:12]}-{today(request)}.json"'
    return Response(
        pack_story(story, request.state.now),
        media_type="application/json",
        headers={"content-disposition": attached},
    )
