"""Where a text names, numbers or places a person: finders, each giving spans.

They read plain text: ASCII digits, one kind of hyphen and of space, nothing
invisible (`motbild.core.privacy` sees to that). What is done with the spans is
not decided here.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import luhn

Span = tuple[int, int]

_S = r"[ .\-]?"
_CIVIC = re.compile(
    # Overlapping matches are wanted: a longer run of digits may hold a number further on.
    rf"(?<!\d)(?=((?:(?:18|19|20){_S})?\d\d{_S}\d\d{_S}\d\d ?[-+/.]? ?\d\d ?\d\d)(?!\d))"
    r"|(?<![\d ])(?=(\d(?:([ .\-])\d)(?:\3\d){8}(?:\3\d\3\d)?)(?!\d))"
)
_CLEAR_CIVIC = re.compile(r"(?:\d\d)?\d{6} ?[-+] ?\d{4}")

_PHONE_WORTHY = re.compile(r"\d(?:[^\w\n]{0,3}\d){6}")
_SWEDISH_PHONE = re.compile(
    r"(?<!\w)(?<!\d[:,.-])\(?(?:(?:\+|00)46[ -]{0,2}(?:\(0\) ?)?0?|0)[1-9]\d{0,2}\)?[ /-]{0,3}"
    r"\d(?:[ -]{0,2}\d){4,7}(?!\d)"
)
# Days, month first or last, and opening hours; both may begin with a nought.
_NO_PHONE = re.compile(
    r"(?<!\d)(?<!\d[-/])[0-3]?\d([-/])[01]?\d\1(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?<!\d[ )/-])(?:[01]\d|2[0-4])[0-5]\d ?- ?(?:[01]\d|2[0-4])[0-5]\d(?![\d-])"
)
_PHONE_START = re.compile(r"\(?(?:\+|0|467\d{8}$)")

_HOST = r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}"
_AT = r"(?: ?[\[({] ?(?:at|snabel-?a|@) ?[\])}] ?| @ |@)"
_DOT = r"(?:\.| ?[\[({] ?(?:dot|punkt|\.) ?[\])}] ?)"
_EMAIL = re.compile(
    rf"(?<![\w.+@-])\w[\w.+-]*+{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,}}", re.IGNORECASE
)
_NAME = r"[\w\u0300-\u036f\u064b-\u0670]"
_MENTION = re.compile(
    # After a Latin letter the sign is a letter in hiding (b@rn), not a mention.
    # What follows without a space goes with it: found one by one, names would take as many passes.
    rf"(?<![a-z\u00e0-\u00ff\d_.])(?:@(?=[\d.]*[^\W\d]){_NAME}+(?:[.-]{_NAME}+)*(?:@{_HOST})?)++"
    r"|(?<![\w/.])/?u/[\w-]{3,20}(?!\w)",
    re.IGNORECASE,
)

_STREET_END = "gatan|gata|vägen|väg|gränden|gränd|torget|torg|stigen|stig|allén|allé|backen|backe"
_NAMED_END = f"{_STREET_END}|plan|plats|hage|kajen|esplanaden|promenaden|slingan|gården|parken"
_UNIT = r"%|:|kr\b|kronor|km\b|m\b|mil\b|min|tim|år|barn\b|dag|vecko|gång|familj|person|st\b"
_HOUSE = rf"\d{{1,3}}(?:-\d{{1,3}})?(?: ?[A-H](?![^\W_]))?(?! ?(?:[,.]?\d|{_UNIT}))"
_HOME = r"(?:,? ?(?:lgh|lägenhet) ?\d{2,4})?(?:,? (?:SE?-)?\d{3} ?\d\d [A-ZÅÄÖ][a-zåäöé]+)?"
_QUARTER = r"(?:(?:Norra|Södra|Östra|Västra|Stora|Lilla|Gamla|Nya|Övre|Nedre|Inre|Yttre) )?"
_CAPITALISED = "[A-ZÅÄÖ][a-zåäöé]{2,30}"
_STREETS = (
    re.compile(
        rf"(?<!\w){_QUARTER}[^\W\d_]{{3,30}}(?:{_STREET_END}) {_HOUSE}{_HOME}", re.IGNORECASE
    ),
    # Other endings, and those that stand as a word of their own, must look like a name.
    re.compile(
        rf"(?<!\w){_QUARTER}(?:{_CAPITALISED} )?{_CAPITALISED}(?:s? (?:{_NAMED_END})|{_NAMED_END}) "
        rf"{_HOUSE}{_HOME}"
    ),
)
_NO_STREET = re.compile(
    r"(?:handlings|vård|genomförande|utrednings|familje|tids|budget|upp|arbets|behandlings"
    r"|motor|järn|skol|förskole|hem|gång|cykel|halv|riks|läns|stats|europa|allmän|lands)\w+ ",
    re.IGNORECASE,
)

_PLATE = re.compile(
    r"(?<![\w#-])([A-ZÅÄÖ]{3})([ -]?)(\d\d[A-Z\d])(?![\w:%]|[.,-]\d)", re.IGNORECASE
)
_AMOUNT = re.compile(rf" ?(?:{_UNIT}|000\b|tusen|mkr|children|kids|ord\b|miljoner)", re.IGNORECASE)
# Issued plates never bear these letters, and never end in O; invented ones may.
_UNISSUED = re.compile("[IQVÅÄÖ]|O$", re.IGNORECASE)
_OTHER_THINGS = (
    "LVU LVM LPT SOU SFS SOL SOC SOS SKR BVC MVC BUP BBC CNN SVT SVD HVB FUB IVO KRI RÅD HFD NJA"
    " FRA USA KPI BNP SEK EUR USD ISO RFC UTF SHA AIK DIF PDF GPS VAB CSN"
    " DET DEN DOM DEM DIG MIG SIG HON HAN HAR HAD TAR TOG GER GAV FÅR PER SOM OCH ATT ETT MED MEN"
    " NEJ NÄR VAR VID KAN SKA VET MAN ALL UPP HOS TOM TYP IBL BRA JAG VIN NYA TVÅ TRE SEX SJU TIO"
    " VÅR ERA BIL KÖR RUM SAL HUS BUS KRO BAR REG AND THE FOR NOW OUT GOT GET ARE OLD NEW TOP MAX"
    " MIN CIR SID RAD KAP ART LAG ANN AGE AIM CAR JAN FEB MAR APR MAJ JUN JUL AUG SEP OKT NOV DEC"
    " MÅN TIS ONS TOR FRE LÖR SÖN"
)
_NO_PLATE = frozenset(_OTHER_THINGS.split())
_CAR = re.compile(
    r"\b(?:bil|bilen|bilar|reg|regnr|reg\.nr|registrerings\w*|regnummer\w*|skylt\w*|plåt\w*|kör|körde"
    r"|parkera\w*|volvo\w*|saab|audi|bmw|vw|volkswagen|toyota|kia|tesla|skoda|ford|mercedes|renault"
    r"|peugeot|opel|nissan|car|cars|drives?|plates?|licen[cs]e|baabuur\w*|gaari\w*|araba\w*"
    r"|plaka\w*)\b|سيارة|لوحة|ماشین|پلاک|خودرو",
    re.IGNORECASE,
)


def find_civic_numbers(text: str) -> Iterator[Span]:
    """Yield personnummer and samordningsnummer: ten or twelve digits, any separators.

    The date must exist. The check digit must be right too, save in the shape
    that is used for nothing else (``YYMMDD-NNNN``), where people mistype it.
    """
    for found in _CIVIC.finditer(text):
        shape = found[1] or found[2]
        digits = "".join(filter(str.isdigit, shape))
        is_sure = luhn.is_valid(digits[-10:]) or _CLEAR_CIVIC.fullmatch(shape)
        if is_sure and _is_birth_date(digits):
            yield found.start(), found.start() + len(shape)


def _is_birth_date(digits: str) -> bool:
    """Tell whether the first digits are a date; coordination numbers add 60 to the day.

    The library's own test asks which day it is today, and knows no such numbers.
    """
    month, day = int(digits[-8:-6]), int(digits[-6:-4])
    # Without the century the year counts as one with a leap day wherever one may have it.
    year = int(digits[:4]) if len(digits) == 12 else 2000 + int(digits[:2])
    try:
        date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def find_phones(text: str) -> Iterator[Span]:
    """Yield telephone numbers: valid ones of any country, and all of a Swedish shape.

    A number must begin with ``+``, ``0`` or ``467``, so that prices, years and
    counts stay. Short public numbers (112, 1177) stay too.
    """
    if not _PHONE_WORTHY.search(text):
        return
    text = _NO_PHONE.sub(lambda found: "\0" * len(found[0]), text)
    spans = [found.span() for found in _SWEDISH_PHONE.finditer(text)]
    matcher = PhoneNumberMatcher(text, "SE", leniency=Leniency.VALID)
    spans.extend((found.start, found.end) for found in matcher)
    for start, end in spans:
        if _PHONE_START.match(text[start:end]):
            yield start, end


def _finder(*patterns: re.Pattern[str], signs: str = "") -> Callable[[str], Iterator[Span]]:
    """Return what finds patterns, in texts that have one of some signs if any are given."""

    def find(text: str) -> Iterator[Span]:
        if signs and not any(map(text.__contains__, signs)):
            return
        for pattern in patterns:
            for found in pattern.finditer(text):
                yield found.span()

    return find


find_emails = _finder(_EMAIL, signs="@[({")
find_mentions = _finder(_MENTION, signs="@/")


def find_streets(text: str) -> Iterator[Span]:
    """Yield street addresses with a house number, with flat, postal code and place."""
    for start, end in _finder(*_STREETS)(text):
        if not _NO_STREET.match(text, start):
            yield start, end


def find_plates(text: str) -> Iterator[Span]:
    """Yield Swedish registration plates.

    ``ABC123`` and ``ABC12D`` written together are plates in either case. Set
    apart (``ABC 123``) the letters must be capitals in a text that is not all
    capitals. Letters that no issued plate bears (``QIV 000``), small letters set
    apart and capitals among capitals need a word about cars near by. What is
    known to be something else (``LVU 199``, ``SOU 202``) never is a plate.
    """
    for found in _PLATE.finditer(text):
        letters, gap, _ = found.groups()
        if letters.upper() in _NO_PLATE:
            continue
        is_amount = gap and _AMOUNT.match(text, found.end())
        near = text[max(0, found.start() - 60) : found.start()] + text[found.end() :][:30]
        is_clear = not _UNISSUED.search(letters) and (
            not gap or (letters.isupper() and any(map(str.islower, near)))
        )
        if not is_amount and (is_clear or _CAR.search(near)):
            yield found.span()
