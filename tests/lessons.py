"""A small pack to learn from in tests: two narratives, every stance, four voices."""

from motbild.core.narratives import Narrative, Pack, Seed

CLAIMS = {
    "rov": (
        "grannen rövade bort båten",
        "båten rövades bort i natt",
        "de rövar bort våra båtar",
    ),
    "gift": (
        "vattnet är förgiftat av kommunen",
        "kommunen förgiftar vattnet",
        "gift i vattnet från kommunen",
    ),
}
FRAMES = {
    "asserts": ("Sprid detta: {}!", "Vakna, {} och ingen säger något"),
    "counters": ("Nej, det stämmer inte att {}", "Struntprat att {}, sluta ljuga"),
    "reports": ("Enligt rapporten sprids ryktet att {}", "Forskare beskriver påståendet att {}"),
    "asks": ("Är det sant att {}? Undrar på riktigt", "Vet någon om {}? Vem kan svara?"),
}
EVERYDAY = (
    "Bussen var sen igen i dag, suck",
    "Någon som har ett bra recept på kanelbullar",
    "Matchen slutade två noll, vilken kväll",
    "Biblioteket har öppet till sju på torsdagar",
    "Jag är trött på väntetiderna i växeln",
    "Katten har rymt, röd med vit tass",
)
THREATS = (
    "Vi vet var handläggaren bor och vi kommer dit",
    "Handläggaren ska få ångra sig, vi kommer hem till dig",
)
VOICES = ("anna", "bo", "cia", "dan")


def lesson_pack(pack_id: str = "ovning", threshold: float | None = None) -> Pack:
    """Return a pack of about ninety seeds.

    Args:
        pack_id: Id of the pack.
        threshold: What the narrative ``rov`` fixes as its threshold.
    """
    narratives = (
        Narrative("rov", {"sv": "Rov"}, {"sv": "Båtar rövas bort."}, {}, threshold=threshold),
        Narrative("gift", {"sv": "Gift"}, {"sv": "Vattnet förgiftas."}, {}),
    )
    seeds = [seed for voice in VOICES for seed in _voice_seeds(voice)]
    return Pack(pack_id, "1.0", "0" * 64, {"sv": "Övning"}, narratives, tuple(seeds))


def _voice_seeds(voice: str) -> list[Seed]:
    texts: list[tuple[str, tuple[str, ...], str, bool]] = []
    for narrative, claims in CLAIMS.items():
        for number, (stance, frames) in enumerate(FRAMES.items()):
            claim = claims[(VOICES.index(voice) + number) % len(claims)]
            texts += [(frame.format(claim), (narrative,), stance, False) for frame in frames]
    texts += [(text, (), "none", False) for text in EVERYDAY]
    texts += [(text, (), "none", True) for text in THREATS]
    return [
        Seed(f"{voice}-{number}", f"{text} /{voice}", "sv", narratives, stance, threat, voice=voice)
        for number, (text, narratives, stance, threat) in enumerate(texts)
    ]


def make_month_seeds(narrative: str, count: int = 400) -> list[Seed]:
    """Return seeds for a month of posts: as many that assert a narrative as everyday ones."""
    everyday = [
        Seed(f"e{n}", f"Vardag {n}", "sv", (), "none", origin=("written", "background")[n % 2])
        for n in range(count)
    ]
    asserting = [Seed(f"a{n}", f"Rykte {n}", "sv", (narrative,), "asserts") for n in range(count)]
    return everyday + asserting
