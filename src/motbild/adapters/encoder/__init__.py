"""Sentence encoders from this machine's disk, found by name; nothing is fetched."""

from motbild.adapters.encoder.disk import DiskEncoder
from motbild.adapters.encoder.files import file_digest, read_dimension
from motbild.adapters.encoder.registry import load_encoder

__all__ = ["DiskEncoder", "file_digest", "load_encoder", "read_dimension"]
