"""What speaks for a message being pushed, in words that claim no more than the counts do."""

from collections.abc import Callable, Mapping
from typing import Any

from motbild.core.display import show
from motbild.web.language import Words

Campaign = Mapping[str, Any]
MINUTE = 60


def tell_spread(words: Words, campaign: Campaign) -> str:
    """Tell in one line how many accounts spread it, where, and how close in time."""
    return f"{_tell_accounts(words, campaign)}; {_tell_pace(words, campaign)}"


def tell_signs(words: Words, campaign: Campaign) -> list[str]:
    """Tell what the counts are of, and each sign in a sentence.

    A sign of a code that is not known here is left out.
    """
    signs = [_SIGNS[code](words, campaign) for code in campaign["reasons"] if code in _SIGNS]
    families = len(campaign["family_ids"])
    if families < 2:
        return signs
    whole = words("Budskapet finns i %(n)s olika texter; siffrorna gäller dem alla.", n=families)
    return [whole, *signs]


def _tell_accounts(words: Words, campaign: Campaign) -> str:
    accounts = words.number(campaign["account_count"])
    platforms, langs = len(campaign["platforms"]), _known_langs(campaign)
    if platforms > 1 and langs > 1:
        return words(
            "Spreds av %(accounts)s konton på %(platforms)s plattformar och %(langs)s språk",
            accounts=accounts,
            platforms=platforms,
            langs=langs,
        )
    if platforms > 1:
        return words(
            "Spreds av %(accounts)s konton på %(platforms)s plattformar",
            accounts=accounts,
            platforms=platforms,
        )
    if langs > 1:
        return words(
            "Spreds av %(accounts)s konton på %(langs)s språk", accounts=accounts, langs=langs
        )
    return words("Spreds av %(accounts)s konton", accounts=accounts)


def _tell_pace(words: Words, campaign: Campaign) -> str:
    if "co-posting" in campaign["reasons"]:
        return words(
            "%(accounts)s av dem inom %(seconds)s sekunder från ett annat",
            accounts=words.number(campaign["co_post_account_count"]),
            seconds=campaign["co_post_seconds"],
        )
    return words(
        "som mest %(accounts)s av dem inom %(minutes)s minuter",
        accounts=words.number(campaign["burst_account_count"]),
        minutes=campaign["burst_seconds"] // MINUTE,
    )


def _known_langs(campaign: Campaign) -> int:
    return sum(lang != "und" for lang in campaign["langs"])


def _co_posting(words: Words, campaign: Campaign) -> str:
    return words(
        "Nästan samtidigt: %(n)s inlägg kom inom %(seconds)s sekunder från ett annat kontos. "
        "Takten däromkring förklarar omkring %(expected)s.",
        n=words.number(campaign["co_post_count"]),
        seconds=campaign["co_post_seconds"],
        expected=words.number(round(campaign["expected_co_post_count"])),
    )


def _burst(words: Words, campaign: Campaign) -> str:
    return words(
        "I en skur: %(n)s inlägg från %(accounts)s konton inom %(minutes)s minuter, en stor del "
        "av allt som kom timmarna före och efter.",
        n=words.number(campaign["burst_post_count"]),
        accounts=words.number(campaign["burst_account_count"]),
        minutes=campaign["burst_seconds"] // MINUTE,
    )


def _many_accounts(words: Words, _: Campaign) -> str:
    return words("Många konton: minst tio har lagt ut samma text, så när som på några ord.")


def _several_languages(words: Words, campaign: Campaign) -> str:
    langs = ", ".join(words.language(code) for code in campaign["langs"] if code != "und")
    return words("Samma sak på flera språk: %(langs)s.", langs=langs)


def _several_platforms(words: Words, campaign: Campaign) -> str:
    names = ", ".join(show(name, 60) for name in campaign["platforms"])
    return words("Flera plattformar: %(names)s.", names=names)


def _shared_link(words: Words, campaign: Campaign) -> str:
    return words(
        "Samma länk i olika texter, och nästan ingen annanstans (olika länkar: %(n)s).",
        n=words.number(campaign["shared_link_count"]),
    )


def _shared_media(words: Words, campaign: Campaign) -> str:
    return words(
        "Samma bild eller film i olika texter, och nästan ingen annanstans (olika: %(n)s).",
        n=words.number(campaign["shared_media_count"]),
    )


_SIGNS: Mapping[str, Callable[[Words, Campaign], str]] = {
    "co-posting": _co_posting,
    "burst": _burst,
    "many-accounts": _many_accounts,
    "several-languages": _several_languages,
    "several-platforms": _several_platforms,
    "shared-link": _shared_link,
    "shared-media": _shared_media,
}
