"""What the log says to people: each action, and what is told of it, in words."""

from collections.abc import Mapping
from typing import Any

from motbild.web.deciding import KIND_NAMES
from motbild.web.language import Words

ACTION_NAMES: Mapping[str, str] = {
    "signed-in": "Loggade in",
    "sign-in-failed": "Misslyckades att logga in",
    "signed-out": "Loggade ut",
    "account-created": "Skapade ett konto",
    "account-changed": "Ändrade ett konto",
    "password-changed": "Satte ett nytt lösenord",
    "saw-item": "Öppnade en post",
    "translated": "Översatte ett inlägg",
    "decided": "Beslutade om en post",
    "decided-late": "Beslutade om en post som någon annan hann före med",
    "settled": "Avgjorde ett sent beslut",
    "undid": "Ångrade ett beslut",
    "claimed": "Började arbeta med en post",
    "exported": "Laddade ner en lista",
    "fact-written": "Skrev en faktauppgift",
    "fact-proposed": "Lämnade en faktauppgift för godkännande",
    "fact-approved": "Godkände en faktauppgift",
    "fact-withdrawn": "Drog tillbaka en faktauppgift",
    "answer-drafted": "Började på ett svar",
    "answer-edited": "Ändrade ett svar",
    "answer-proposed": "Lämnade ett svar för godkännande",
    "answer-approved": "Godkände ett svar",
    "answer-returned": "Lämnade tillbaka ett svar",
    "answer-published": "Publicerade ett svar",
    "answer-withdrawn": "Drog tillbaka ett svar",
    "rumour-dismissed": "Avfärdade ett nytt rykte",
    "rumour-adopted": "Tog upp ett nytt rykte",
    "rumour-undone": "Ångrade ett val om ett nytt rykte",
    "threat-escalated": "Lämnade ett hot till säkerhetsansvarig",
    "threshold-saved": "Sparade en ny tröskel",
    "restored": "Återställde från en säkerhetskopia",
    "disposed": "Gallrade",
    "erased": "Raderade på begäran",
    "disclosed": "Lämnade ut på begäran",
}
ROLE_NAMES: Mapping[str, str] = {
    "reader": "läsare",
    "reviewer": "granskare",
    "approver": "godkännare",
    "administrator": "administratör",
}
NAMELESS: Mapping[str, str] = {
    "-": "Ingen inloggad",
    "terminal": "Den som startade Motbild",
    "(oidc)": "Inloggningstjänsten",
}
_DETAIL_NAMES: Mapping[str, str] = {
    "kind": "Beslut",
    "narratives": "Narrativ",
    "narrative_id": "Narrativ",
    "is_threat": "Hot",
    "text_count": "Texter",
    "reviewer": "Granskare",
    "of": "Av",
    "is_kept": "Det sena beslutet gäller",
    "login": "Användarnamn",
    "name": "Namn",
    "role": "Roll",
    "is_active": "Öppet",
    "lang": "Språk",
    "must_change_password": "Engångslösenord",
    "linked_issuer": "Inloggningstjänst",
    "service": "Inloggningstjänst",
    "reason": "Skäl",
    "version": "Version",
    "address": "Adress",
    "verdict": "Val",
    "asserts": "Tröskel",
    "everywhere": "På alla enheter",
    "list": "Lista",
    "filter": "Urval",
    "form": "Format",
    "row_count": "Rader",
    "made_at": "Säkerhetskopian är från",
    "post_count": "Inlägg",
    "case": "Diarienummer",
    "by": "Av",
}
# Ids that only tie lines together.
_UNTOLD = frozenset({"act_id", "late_id", "against", "agrees_with", "text_digest"})
_TOLD_EVEN_IF_NOT = frozenset({"is_active", "is_kept"})


def tell_details(words: Words, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a line tells, as names and values; what is empty is left out."""
    return [
        (words(_DETAIL_NAMES.get(name, name)), _tell(words, name, value))
        for name, value in details.items()
        if _is_told(name, value)
    ]


def _is_told(name: str, value: object) -> bool:
    if name in _UNTOLD:
        return False
    return name in _TOLD_EVEN_IF_NOT or value not in (None, "", [], {}, False)


def _tell(words: Words, name: str, value: object) -> str:
    if isinstance(value, bool):
        return words("ja") if value else words("nej")
    if isinstance(value, float):
        return words.number(value, 2)
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{part}: {told}" for part, told in value.items() if told)
    named = {"kind": KIND_NAMES, "role": ROLE_NAMES}.get(name, {})
    return words(named[str(value)]) if str(value) in named else str(value)
