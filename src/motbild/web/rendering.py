"""From values to pages: the template engine, what every page knows, and redirects."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from motbild.core.accounts import may
from motbild.core.display import direction, show, split_marked
from motbild.web.language import Words, words_of

NAV = (
    ("/lagesbild", "Lägesbild", "reader"),
    ("/granska", "Granska", "reader"),
    ("/fragor", "Frågor", "reader"),
    ("/bemot", "Bemöt", "reader"),
    ("/effekt", "Effekt", "reader"),
    ("/nya-rykten", "Nya rykten", "reader"),
    ("/narrativ", "Narrativ", "reader"),
    ("/rapport", "Rapport", "reader"),
    ("/sok", "Sök", "reader"),
    ("/logg", "Logg", "approver"),
)


@cache
def _environment(lang: str) -> Environment:
    words = words_of(lang)
    environment = Environment(
        loader=PackageLoader("motbild.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(words.catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "day": words.day,
        "moment": words.moment,
        "number": words.number,
        "percent": words.percent,
        "language": words.language,
        "told": words,
        "show": show,
        "query": query,
    }
    gettext = _fast_gettext(words)
    environment.globals |= {
        "_": gettext,
        "gettext": gettext,
        "words": words,
        "direction": direction,
        "split_marked": split_marked,
        "may": may,
    }
    return environment


def _fast_gettext(words: Words) -> Callable[..., Markup]:
    """Return what the engine's own does, which looks up and marks up each sentence every time."""

    @cache
    def marked(message: str) -> Markup:
        return Markup(words.catalogue.gettext(message))  # noqa: S704 - sentences of ours

    @cache
    def plain(message: str) -> Markup:
        return marked(message) % {}

    def gettext(message: str, **values: object) -> Markup:
        return marked(message) % values if values else plain(message)

    return gettext


def page(
    request: Request, template: str, values: Mapping[str, Any] | None = None, status: int = 200
) -> HTMLResponse:
    """Return a page.

    Args:
        request: What it answers.
        template: Name of its template.
        values: What the template is given, besides what every page knows.
        status: HTTP status.
    """
    words = words_in(request)
    account = request.state.account
    common: dict[str, Any] = {
        "request": request,
        "lang": words.lang,
        "account": account,
        "csrf_token": request.state.csrf_token,
        "path": request.url.path,
        "address": f"{request.url.path}?{request.url.query}".rstrip("?"),
        "nav": [item for item in NAV if account is not None and may(account.role, item[2])],
        "now": request.state.now,
    }
    rendered = _environment(words.lang).get_template(template).render({**common, **(values or {})})
    return HTMLResponse(rendered, status_code=status)


def words_in(request: Request) -> Words:
    """Return the words that the person who asks has chosen."""
    return words_of(request.state.lang)


def query(parameters: Mapping[str, Any], **changes: object) -> str:
    """Return a query string with some parameters changed; None and empty ones are left out."""
    merged = {**parameters, **changes}
    kept = {name: value for name, value in merged.items() if value not in (None, "", [], ())}
    return urlencode(kept, doseq=True)


def go_to(path: str, **parameters: object) -> Response:
    """Send the reader on to a page, as after a form."""
    told = query(parameters)
    return RedirectResponse(f"{path}?{told}" if told else path, status_code=303)
