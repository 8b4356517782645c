"""One module a page, each with a function `routes`."""

from starlette.routing import Route

from motbild.web.pages import (
    account,
    accounts,
    advice,
    answers,
    bulk,
    downloads,
    drafting,
    effect,
    entrance,
    facts,
    feed,
    log,
    narratives,
    overview,
    questions,
    report,
    review,
    rumours,
    search,
    single_sign_on,
    wordings,
)

PAGES = (
    entrance,
    overview,
    report,
    review,
    bulk,
    account,
    accounts,
    log,
    narratives,
    single_sign_on,
    advice,
    answers,
    drafting,
    effect,
    facts,
    feed,
    wordings,
    questions,
    rumours,
    search,
    downloads,
)


def all_routes() -> list[Route]:
    """Return the routes of every page."""
    return [route for page in PAGES for route in page.routes()]
