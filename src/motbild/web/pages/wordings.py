"""Many wordings at once: read and proposed by one person, read and approved by another."""

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from motbild.core.records import LANGUAGES
from motbild.errors import InputError
from motbild.web.answering import bank_in, language_name, people_in, read_count, require
from motbild.web.guards import acts, reads
from motbild.web.pages.facts import TO_PROPOSE, check_wording, deed_of
from motbild.web.reading.facts import PROPOSED
from motbild.web.reading.item import read_narratives
from motbild.web.rendering import go_to, page
from motbild.web.room import actor_of, room_of, today

PLACE = "/bemot/ordalydelser"
PAGE = 20
# What is done to whom: role, deed in the store, statuses that are listed.
QUEUES = {
    "foresla": ("reviewer", "propose", TO_PROPOSE),
    "godkanna": ("approver", "approve", (PROPOSED,)),
}


def routes() -> list[Route]:
    """Return the routes of this page."""
    return [Route(PLACE, _list), Route(PLACE, _act, methods=["POST"])]


@reads
def _list(request: Request) -> Response:
    told = request.query_params
    queue = told.get("ko", "") if told.get("ko") in QUEUES else "foresla"
    lang = told.get("sprak", "") if told.get("sprak") in LANGUAGES else ""
    number = read_count(request, "sida", least=1)
    found = [
        (fact, wording)
        for fact, wording in bank_in(request).in_status(*QUEUES[queue][2])
        if lang in ("", wording.wording.lang) and told.get("narrativ", "") in ("", *fact.narratives)
    ]
    found.sort(key=lambda pair: LANGUAGES.index(pair[1].wording.lang))
    listed = found[PAGE * (number - 1) :][: PAGE + 1]
    values = {
        "queue": queue,
        "role": QUEUES[queue][0],
        "parameters": {"ko": queue, "sprak": lang, "narrativ": told.get("narrativ", "")},
        "langs": LANGUAGES,
        "narratives": read_narratives(room_of(request).snapshot()),
        "listed": listed[:PAGE],
        "wording_count": len(found),
        "number": number,
        "has_more": len(listed) > PAGE,
        "all_marked": told.get("markera") == "alla",
        "people": people_in(request),
        "day": today(request),
        "done": read_count(request, "klara"),
        "left": read_count(request, "kvar"),
        "named": lambda code: language_name(request, code),
    }
    return page(request, "bemot-ordalydelser.html", values)


@acts("reviewer")
def _act(request: Request, form: FormData) -> Response:
    queue = str(form.get("ko", ""))
    if queue not in QUEUES:
        raise HTTPException(400)
    role, deed, _ = QUEUES[queue]
    require(request, role)
    bank, do = bank_in(request), deed_of(room_of(request).store, deed)
    done, left = 0, 0
    for chosen in form.getlist("ordalydelse"):
        fact_id, lang, digest = [*str(chosen).split("|"), "", ""][:3]
        fact = bank.find(fact_id)
        try:
            check_wording(fact.wordings.get(lang) if fact else None, digest, deed)
            do(fact_id, lang, digest, actor=actor_of(request), now=request.state.now)
            done += 1
        except InputError:
            left += 1
    filters = {name: form.get(name, "") for name in ("sprak", "narrativ")}
    return go_to(PLACE, ko=queue, klara=str(done), kvar=str(left), **filters)
