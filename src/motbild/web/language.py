"""Swedish and English: words, dates and numbers.

What is written in templates and modules is Swedish; the catalogues in `translations/` hold
the English of it. They are read as they are, so that nothing need be built.
"""

import io
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LANGS = ("sv", "en")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_LOCALES = {"sv": "sv_SE", "en": "en_GB"}
LANG_NAMES = {
    "sv": "svenska",
    "ar": "arabiska",
    "en": "engelska",
    "so": "somaliska",
    "tr": "turkiska",
    "fa": "persiska",
    "und": "okänt språk",
}


class Words:
    """How one language says things.

    Attributes:
        lang: ``sv`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._locale = _LOCALES[lang]
        self.catalogue = GNUTranslations(_compiled(lang))

    def __call__(self, message: str, **values: object) -> str:
        """Return a Swedish message in this language, its placeholders filled in."""
        told = self.catalogue.gettext(message)
        return told % values if values else told

    def day(self, day: date | None, form: str = "medium") -> str:
        """Write a day; a dash for none."""
        return _write_day(day, form, self._locale) if day else "–"

    def moment(self, moment: datetime | None, form: str = "d MMM y HH:mm") -> str:
        """Write a moment in Swedish time; a dash for none."""
        if moment is None:
            return "–"
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return format_datetime(aware, form, tzinfo=STOCKHOLM, locale=self._locale)

    def ago(self, moment: datetime, now: datetime) -> str:
        """Say how long ago a moment was."""
        return format_timedelta(moment - now, add_direction=True, locale=self._locale)

    def number(self, number: float | None, digits: int = 0) -> str:
        """Write a number; a dash for none."""
        if number is None:
            return "–"
        form = "#,##0" + ("." + "0" * digits if digits else "")
        return _write_number(number, form, self._locale)

    def percent(self, share: float | None) -> str:
        """Write a share as a whole percentage; a dash for none."""
        return "–" if share is None else format_percent(share, "#,##0 %", locale=self._locale)

    def language(self, code: str) -> str:
        """Name a language."""
        return self(LANG_NAMES.get(code, code))


# A page writes hundreds, most of them small or of the last weeks.
@lru_cache(maxsize=4_096)
def _write_day(day: date, form: str, locale: str) -> str:
    return format_date(day, form, locale=locale)


@lru_cache(maxsize=4_096)
def _write_number(number: float, form: str, locale: str) -> str:
    return format_decimal(number, form, locale=locale)


@cache
def words_of(lang: str) -> Words:
    """Return the words of a language; those of Swedish for one that is not offered."""
    return Words(lang if lang in LANGS else "sv")


def choose_language(wanted: str | None, accepted: str) -> str:
    """Choose a language.

    Args:
        wanted: What the person has set, or None.
        accepted: Header ``Accept-Language``.
    """
    if wanted in LANGS:
        return wanted
    first = accepted.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "sv"


def _compiled(lang: str) -> io.BytesIO:
    joined = Catalog(locale=_LOCALES[lang])
    for part in _catalogues(lang):
        for message in part:
            if message.id and message.string:
                joined.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, joined)
    compiled.seek(0)
    return compiled


def _catalogues(lang: str) -> list[Catalog]:
    folder = files("motbild.web") / "translations" / lang
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if path.name.endswith(".po"))
    parts = sorted(found, key=lambda path: path.name)
    return [read_po(io.BytesIO(path.read_bytes()), locale=_LOCALES[lang]) for path in parts]
