"""People at work in the review room: they look, think, decide, and go to another page."""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape

import httpx

from motbild.core.accounts import may
from tests.benchmarks.review_home import PASSWORD, SEED

THINKING = (1.0, 3.0)  # seconds between two things that a person does
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_CHECKED = re.compile(r'<input type="checkbox" name="([^"]*)" value="([^"]*)" checked')
_CHOICES = ("confirm",) * 6 + ("reject",) * 2 + ("protected:kritik", "skip:senare", "threat")
# What is looked at, how often, beside reviewing. An address that ends in … goes on with a
# link of that kind on the page before.
_LOOKS: Mapping[tuple[str, ...], int] = {
    ("/lagesbild",): 12,
    ("/lagesbild?dagar=90", "/lagesbild?dagar=90&narrativ=kidnappning"): 3,
    ("/granska?sprak=ar", "/granska?sprak=ar&sida=2"): 4,
    ("/granska?ko=hot",): 3,
    ("/granska?narrativ=barnhandel&tid=30",): 3,
    ("/granska?status=avgjorda", "/granska?status=mina"): 3,
    ("/granska?plattform=tiktok&kalla=video&sida=40",): 2,
    ("/granska/flera?sprak=tr",): 2,
    ("/fragor", "/fragor?narrativ=barnhandel", "/fragor?narrativ=barnhandel&sida=3"): 4,
    ("/sok?q=mötet+släkten", "/sok?q=mötet+släkten&sida=2"): 4,
    ("/sok?q=finnsinte",): 2,
    ("/bemot", "/bemot/fakta", "/bemot/fakta/…"): 4,
    ("/bemot/svar", "/bemot/nytt?narrativ=kidnappning"): 4,
    ("/effekt",): 3,
    ("/nya-rykten", "/nya-rykten/…"): 3,
    ("/narrativ", "/narrativ/kidnappning", "/narrativ?flik=troskel", "/narrativ?flik=modell"): 3,
    ("/rapport",): 3,
    ("/rapport.docx",): 1,
    ("/konto",): 2,
    ("/logg", "/logg?handling=decided"): 20,
    ("/exportera/granska?form=csv&sprak=fa",): 1,
    ("/exportera/fragor?form=xlsx&sprak=ar",): 1,
    ("/exportera/granska?form=csv",): 1,
}
_NEEDS = {
    "/logg": "approver",
    "/granska/flera": "reviewer",
    "/exportera": "reviewer",
    "/bemot/svar": "reviewer",
}


@dataclass
class Person:
    """Somebody with a browser, who works until the end.

    Attributes:
        login: Who.
        role: What they may.
        address: Of the server.
        ends_at: By `time.monotonic`.
        failures: What went wrong, if anything did.
        decided: How many decisions were saved.
    """

    login: str
    role: str
    address: str
    ends_at: float
    failures: list[str] = field(default_factory=list)
    decided: int = 0

    def __post_init__(self) -> None:
        self._drawn = random.Random(f"{SEED}-{self.login}")
        self._client = httpx.Client(base_url=self.address, timeout=60, verify=False)  # noqa: S501
        self._page = ""
        self._looks = {a: often for a, often in _LOOKS.items() if may(self.role, _role_for(a[0]))}

    def work(self) -> None:
        """Work until the end."""
        with self._client:
            self._sign_in()
            time.sleep(self._drawn.uniform(0, THINKING[1]))
            self._get("/lagesbild")
            while self._think():
                self._choose()()

    def _choose(self) -> Callable[[], None]:
        if self._drawn.random() < 0.5:
            return self._review
        chosen = self._drawn.choices(list(self._looks), list(self._looks.values()))[0]
        return lambda: self._look(chosen)

    def _sign_in(self) -> None:
        answer = self._client.post("/logga-in", data={"login": self.login, "password": PASSWORD})
        # The cookie is for safe connections; this one is none, within one machine.
        self._client.headers["cookie"] = answer.headers["set-cookie"].split(";")[0]

    def _review(self) -> None:
        """Decide on one item after another."""
        self._get("/granska")
        for _ in range(self._drawn.randint(4, 10)):
            fields = read_form(self._page, "/granska/beslut")
            if not fields or not self._think():
                return
            self._post("/granska/beslut", {**fields, "val": self._drawn.choice(_CHOICES)})
            self.decided += 1
            if self._drawn.random() < 0.05 and self._think():
                self._post("/granska/angra", read_form(self._page, "/granska/angra"))

    def _look(self, addresses: tuple[str, ...]) -> None:
        for address in addresses:
            place = address
            if address.endswith("…"):
                found = re.search(rf'href="({address[:-1]}[^"/?]+)"', self._page)
                if found is None:
                    return
                place = unescape(found[1])
            self._get(place)
            if not self._think():
                return

    def _think(self) -> bool:
        left = self.ends_at - time.monotonic()
        time.sleep(max(0.0, min(left, self._drawn.uniform(*THINKING))))
        return left > 0

    def _get(self, address: str) -> None:
        try:
            answer = self._client.get(address)
        except httpx.HTTPError as error:
            self.failures.append(f"GET {address}: {type(error).__name__}")
            return
        if answer.status_code != 200:
            self.failures.append(f"GET {address}: {answer.status_code}")
        self._page = answer.text

    def _post(self, address: str, fields: Mapping[str, str | list[str]]) -> None:
        try:
            answer = self._client.post(address, data=dict(fields))
        except httpx.HTTPError as error:
            self.failures.append(f"POST {address}: {type(error).__name__}")
            return
        if answer.status_code != 303:
            self.failures.append(f"POST {address}: {answer.status_code}")
            return
        self._get(answer.headers["location"])


def _role_for(address: str) -> str:
    return next((role for place, role in _NEEDS.items() if address.startswith(place)), "reader")


def read_form(page: str, action: str) -> dict[str, str | list[str]]:
    """Return what a form of a page holds, as a browser would send it; empty without one."""
    _, found, rest = page.partition(f'<form method="post" action="{action}"')
    form = rest.split("</form>", 1)[0] if found else ""
    fields: dict[str, str | list[str]] = {
        name: unescape(value) for name, value in _HIDDEN.findall(form)
    }
    chosen: dict[str, list[str]] = {}
    for name, value in _CHECKED.findall(form):
        chosen.setdefault(name, []).append(unescape(value))
    return fields | chosen


def let_work(people: list[Person]) -> list[threading.Thread]:
    """Let people begin."""
    threads = [threading.Thread(target=person.work, daemon=True) for person in people]
    for thread in threads:
        thread.start()
    return threads
