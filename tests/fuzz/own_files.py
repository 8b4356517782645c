"""Parsers of the files that lie in a home, in a pack, or come with a model."""

import hashlib
import io
import json
import pickle
import re
import zipfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer

from motbild.adapters import artifacts
from motbild.adapters.alert_log import AlertLog
from motbild.adapters.artifacts.arrays import dump_arrays
from motbild.adapters.encoder import load_encoder, read_dimension
from motbild.adapters.encoder.registry import _read_registry
from motbild.adapters.feed_token import load_token
from motbild.adapters.model_history import read_history
from motbild.adapters.packs import load_pack
from motbild.adapters.sources import load_specs
from motbild.core.alerting import parse_channels, parse_kinds, parse_quiet_hours
from motbild.core.judgement import parse_labelled
from motbild.core.pack_passages import split_paragraphs
from motbild.core.pack_rules import check_pack
from motbild.settings import Settings
from motbild.wiring.channels import show_channel
from motbild.wiring.models import load_labelled
from tests.fuzz.files import place_file
from tests.fuzz.parser import Parser, whole_text
from tests.fuzz.platforms import NOW

_ROOT = Path(__file__).parents[2]
_GUIDE = {
    name: (_ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("packs.md", "sources.md")
}
_PACK = dict(re.findall(r"```(?:toml|json) (\S+)\n(.*?)```", _GUIDE["packs.md"], re.DOTALL))


def _folder_of(data: bytes, folder: str, name: str, others: dict[str, str]) -> Path:
    """Return a folder in which one file is the input and the others are sound."""
    place = place_file(b"", f"{folder}.place").parent / folder
    if not place.is_dir():
        place.mkdir()
        for other, text in others.items():
            (place / other).write_text(text, encoding="utf-8")
    (place / name).write_bytes(data)
    return place


def _pack(data: bytes, name: str) -> None:
    pack = load_pack(_folder_of(data, f"pack-{name}", name, _PACK))
    check_pack(pack, NOW.date())


def _sources(data: bytes) -> None:
    load_specs(place_file(data, "sources.toml"))


def _source_seeds() -> list[bytes]:
    blocks = re.findall(r"```toml [\w.]+\n(.*?)```", _GUIDE["sources.md"], re.DOTALL)
    return [block.encode() for block in blocks]


def _gold(data: bytes) -> None:
    load_labelled(place_file(data, "gold.jsonl"))


def _gold_seeds() -> list[bytes]:
    lines = (_ROOT / "models" / "gold" / "dev.jsonl").read_bytes().split(b"\n")
    return [
        b"\n".join(lines[:3]),
        b'{"id":1,"text":"a","lang":"sv","narratives":[],"stance":"none"}',
    ]


def _labelled_rows(data: bytes) -> None:
    rows = json.loads(data)
    parse_labelled([row for row in rows if isinstance(row, dict)], "a.jsonl")


def _encoders(data: bytes) -> None:
    path = place_file(data, "encoders.toml")
    listed, default = _read_registry(path)
    for name in [*list(listed)[:3], default]:
        load_encoder(name, path)


def _dimension(data: bytes) -> None:
    names = {"config.json": '{"hidden_size": 12}'}
    read_dimension(_folder_of(data, "encoder", "modules.json", names))


def _card(data: bytes) -> None:
    folder = _folder_of(data, "card", artifacts.CARD, {artifacts.MODEL: "x"})
    artifacts.load_classifier(folder, [], "encoder@1")


def _card_seeds() -> list[bytes]:
    card = json.loads((_ROOT / "models" / "classifier" / artifacts.CARD).read_bytes())
    short = {key: card[key] for key in artifacts._NEEDED}
    told = {**short, "card_version": artifacts.CARD_VERSION, "encoder_id": "encoder@1"}
    return [json.dumps({**told, "packs": []}).encode()]


def _model(data: bytes) -> None:
    """Load a model whose card vouches for these very bytes."""
    card = {
        **json.loads(_card_seeds()[0]),
        "model_digest": hashlib.sha256(data).hexdigest(),
        "libraries": artifacts._library_versions(),
        "narratives": [],
        "shares": {"characters": 1.0, "words": 1.0, "vector": 1.0, "parent": 1.0},
    }
    folder = _folder_of(data, "model", artifacts.MODEL, {artifacts.CARD: json.dumps(card)})
    artifacts.load_classifier(folder, [], "encoder@1")


@cache
def _model_seeds() -> list[bytes]:
    words = TfidfVectorizer().fit(["ett hus", "ett barn"])
    small = dump_arrays({"weights": np.zeros((2, 3), np.float32), "word_grams": np.zeros(2)})
    others = skops.io.dumps({"words": words, "weights": np.zeros(2)})
    return [small, others, pickle.dumps({"words": words}), _escaping(small)]


def _escaping(content: bytes) -> bytes:
    """Return an archive whose members have names that lead out of it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(f"../../{name}", old.read(name))
            new.writestr(name, old.read(name))
    return file.getvalue()


def _history(data: bytes) -> None:
    read_history(_folder_of(data, "models", "history.jsonl", {}))


_EVENT = {
    "at": "2026-11-20T12:00:00+00:00",
    "event": "promoted",
    "champion": "abc",
    "challenger": "abc",
    "reasons": [],
    "comparisons": [],
}


def _alert_log(data: bytes) -> None:
    AlertLog(place_file(data, "alert-log.jsonl")).load()


_LOGGED = (
    b'{"at":"2026-11-20T12:00:00+00:00","event":"sent","notice_id":"a","kind":"spike",'
    b'"channel_id":"c","figures":{"failure":"x"}}\n'
)


def _token(data: bytes) -> None:
    path = place_file(data, "feed-token")
    path.chmod(0o600)
    load_token(path)


def _setting(data: bytes) -> None:
    """Read settings as the environment gives them, one a line."""
    lines = (line.partition("=") for line in whole_text(data).split("\n"))
    told = {name.strip().lower(): value for name, _, value in lines}
    known = {name: value for name, value in told.items() if name in Settings.model_fields}
    settings = Settings.load(**{**known, "home": place_file(b"", "x").parent})
    parse_quiet_hours(settings.quiet_hours, settings.quiet_except)


def _channels(data: bytes) -> None:
    text = whole_text(data)
    for channel in parse_channels(text):
        show_channel(channel)


def _kinds(data: bytes) -> None:
    hours, _, kinds = whole_text(data).partition("\n")
    parse_quiet_hours(hours, kinds)
    parse_kinds(kinds)


_SETTINGS = (
    b"quiet_hours=22-06\nquiet_except=threats\ndigest_hour=06:30\nreview_url=https://a.example",
    b'oidc_issuer=https://a.example\noidc_client_id=x\noidc_roles={"a":"reader"}',
    b"kept_snapshot_count=5\nproposal_share=0.2\nstale_hours=6\npublisher_url=https://a.example",
)
_TOML = (b"[[", b"]]", b'"""', b" = ", b"1979-05-27", b"inf", b"{", b"[sources.columns]", b"'''")


def _one(name: str) -> Callable[[], list[bytes]]:
    return lambda: [_PACK[name].encode()]


PARSERS = (
    Parser("sources.toml", _sources, _source_seeds, _TOML),
    *(
        Parser(name, partial(_pack, name=name), _one(name), _TOML, 0.5)
        for name in ("pack.toml", "seeds.jsonl", "facts.toml", "documents.toml")
    ),
    Parser("paragraphs", lambda data: split_paragraphs(data), lambda: [b"Ett.\n\nTv\xc3\xa5.\n"]),
    Parser("gold", _gold, _gold_seeds, (b'"reply_to"', b'"parent"', b'"threat"')),
    Parser(
        "encoders.toml",
        _encoders,
        lambda: [
            b'default = "a"\n[encoders.a]\nkind = "folder"\npath = "x"\n',
            b'[encoders.b]\nkind = "package"\nmodule = "json"\n[encoders.c]\nkind = "hub"\n',
        ],
        _TOML,
    ),
    Parser("modules.json", _dimension, lambda: [b'[{"path": "", "type": "a"}]'], (b'"path"',)),
    Parser("card.json", _card, _card_seeds),
    Parser("model.skops", _model, _model_seeds, (), 0.15),
    Parser("history.jsonl", _history, lambda: [json.dumps(_EVENT).encode()]),
    Parser("alert-log.jsonl", _alert_log, lambda: [_LOGGED * 2]),
    Parser("feed-token", _token, lambda: [b"0123456789abcdef" * 4]),
    Parser("settings", _setting, lambda: _SETTINGS, (b"\n", b"=", b"oidc_roles", b"MOTBILD_"), 0.3),
    Parser(
        "alert-addresses",
        _channels,
        lambda: [
            b"# note\nthreats, night-failed: mailtos://a:b@c.example?to=d@e.example\njson://h.example/x",
            b"slack://a/b/c ntfy://t tgram://1:a/2 mailto://u:p@h.example:25/?from=x",
        ],
        (b"mailtos://", b"json://", b"threats:", b"?to=", b"%", b"@"),
        0.1,
    ),
    Parser("quiet-hours", _kinds, lambda: [b"21:30-06:30\nthreats,night-failed"]),
)
