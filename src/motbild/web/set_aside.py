"""Why rows were set aside, in Swedish; `adapters.sources.rejects` has the codes.

Their English stands in `translations/en/overview.po`.
"""

from collections.abc import Mapping

REJECT_REASONS: Mapping[str, str] = {
    "broken-feed": "Flödet är skadat, så inlägg kan saknas. Säg till den som ger ut det.",
    "broken-json": "Raden är inte giltig JSON. Exportera filen på nytt eller laga raden.",
    "broken-structure": "Filens klamrar stämmer inte, så inlägg i närheten kan saknas. Exportera "
    "filen på nytt.",
    "channel-gone": "Plattformen känner inte till kanalen, eller inte längre. Ta bort den ur "
    "sources.toml.",
    "comments-off": "Kommentarerna är avstängda där. Ta bort videon ur sources.toml om den är "
    "namngiven.",
    "duplicate-key": "Raden har samma fält två gånger med olika värden. Behåll det rätta.",
    "id-not-a-string": "Inläggets id är varken text eller heltal. Välj en annan kolumn.",
    "id-too-long": "Inläggets id är längre än 1 000 tecken. Välj rätt kolumn.",
    "impossible-date": "Tiden för inlägget går inte att läsa eller ligger utanför 1990–2100. Skriv "
    "den som 2026-11-22 08:15.",
    "item-too-long": "Ett inlägg i listan är orimligt stort eller tar aldrig slut. Exportera "
    "filen på nytt.",
    "line-too-long": "Raden är längre än 16 MiB och hoppades över. Exportera filen på nytt.",
    "lone-surrogate": "Ett fält har ett halvt tecken. Exportera filen på nytt.",
    "missing-data": "Raden saknar det insamlade inlägget. Samla in det på nytt.",
    "missing-id": "Raden saknar inläggets id. Välj den kolumn som har det.",
    "missing-text": "Raden har ingen text. Välj den kolumn som har den.",
    "nested-too-deep": "Raden är nästlad djupare än något inlägg är. Exportera filen på nytt.",
    "not-an-object": "Raden är JSON men inget objekt med fält. Skriv ett objekt per inlägg.",
    "nul-character": "Ett fält har ett NUL-tecken, som inget lager kan spara. Ta bort det.",
    "number-too-long": "Raden har ett tal med tusentals siffror. Exportera filen på nytt.",
    "ragged-row": "Raden har fler eller färre fält än rubrikraden. Rätta skiljetecknen.",
    "text-not-a-string": "Inläggets text är inte text. Välj den kolumn som har den.",
    "text-too-long": "Texten är längre än 100 000 tecken. Dela upp den eller uteslut den.",
    "truncated-file": "Filen är avbruten eller skadad från den här raden. Hämta den på nytt.",
    "unbalanced-quote": "Ett fält inom citattecken slutar inte där det ska. Rätta citattecknen.",
    "unknown-form": "Plattformen skickade ett inlägg i en form som inte känns igen. Leta efter en "
    "nyare Motbild om de är många.",
    "video-gone": "Plattformen känner inte till videon, eller inte längre. Ta bort den ur "
    "sources.toml om den är namngiven.",
    "wrong-encoding": "Raden är inte giltig UTF-8. Spara filen som UTF-8.",
}
