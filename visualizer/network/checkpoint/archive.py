"""The zip archive that torch.save writes: one pickle, and one stored member for the bytes of each storage.

Everything is checked on the directory and on slices of the bytes in memory; nothing is unpacked. Only what
torch.save itself writes is let through, so there is one reading of the archive and no second to disagree.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

from visualizer.network.checkpoint.errors import Refusal, shown

MAX_MEMBERS = 50_000  # ResNet-1202 with optimizer and averaged weights needs about 30,000

_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = b"PK\x03\x04"
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800


class Span(NamedTuple):
    """Where a member's bytes lie in the file."""

    start: int
    size: int


class Archive(NamedTuple):
    """The pickle and, by key, where the bytes of each storage lie; `checksums` is false if none were stored."""

    pickle: bytes
    storages: dict[str, Span]
    checksums: bool


def archive(data: bytes) -> Archive:
    """The parts of the archive `data`.

    Refused: compressed or encrypted members, doubled or unsafe names, spans outside the file, more or fewer
    than one data.pkl, TorchScript, a byte order other than little, a wrong checksum.
    """
    infos = _directory(data)
    root = _root([_safe_name(info) for info in infos])
    spans = {info.filename: _span(data, info) for info in infos}
    if len(spans) != len(infos):
        raise Refusal("is a zip archive with two members of one name: save it again with torch.save")
    if sum(span.size for span in spans.values()) > len(data):
        raise Refusal("is a zip archive whose members overlap: save it again with torch.save")
    computed = [_has_right_checksum(data, info, spans[info.filename]) for info in infos if info.file_size]
    if _member(data, spans.get(root + "byteorder")) == b"big":
        raise Refusal("was saved on a big-endian machine: save it again on a common one, or as safetensors")
    prefix = root + "data/"
    storages = {name[len(prefix) :]: span for name, span in spans.items() if name.startswith(prefix)}
    return Archive(_member(data, spans[root + "data.pkl"]), storages, all(computed))


def _directory(data: bytes) -> list[zipfile.ZipInfo]:
    # zipfile makes an object for each entry: count their signatures before, so that a file cannot ask for millions.
    if data.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise Refusal(f"is a zip archive of more than {MAX_MEMBERS:,} members, which no ResNet needs")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return opened.infolist()
    except Exception as error:  # zipfile lets struct.error, UnicodeDecodeError and others out on damaged files
        raise Refusal("is a zip archive that is damaged or cut short: download it or save it again") from error


def _safe_name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    parts = name.split("/")
    if name != info.orig_filename or "\\" in name or ":" in name or not {"", ".", ".."}.isdisjoint(parts):
        raise Refusal(f"is a zip archive with the unsafe name “{shown(name)}”: save it again with torch.save")
    return name


def _span(data: bytes, info: zipfile.ZipInfo) -> Span:
    """Where the bytes of `info` lie, once its own header in front of them agrees with the directory."""
    if info.flag_bits & _ENCRYPTED:
        raise Refusal("is an encrypted zip archive: save it again with torch.save")
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        raise Refusal("is a compressed zip archive, which torch.save never writes: unpack it, or save it again")
    at = info.header_offset
    name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")
    named = at + 30
    if at < 0 or data[at : at + 4] != _LOCAL_HEADER or data[named : named + len(name)] != name:
        raise Refusal("is a zip archive whose directory does not fit its members: download it or save it again")
    name_length, extra_length = struct.unpack_from("<HH", data, at + 26)
    start = named + name_length + extra_length
    if name_length != len(name) or start + info.file_size > len(data):
        raise Refusal("is a zip archive that is damaged or cut short: download it or save it again")
    return Span(start, info.file_size)


def _root(names: list[str]) -> str:
    """The folder of the archive's only data.pkl, with its slash; everything else must lie in it too."""
    if any(name.endswith("constants.pkl") or "/code/" in name for name in names):
        raise Refusal(
            "is a TorchScript program, not weights: load it where you trust it with torch.jit.load"
            " and save its state_dict() with torch.save"
        )
    pickles = [name for name in names if name.split("/")[-1] == "data.pkl"]
    if len(pickles) != 1:
        how_many = "none" if not pickles else f"{len(pickles):,}"
        raise Refusal(
            f"is a zip archive, but not one of torch.save, which has exactly one data.pkl (here {how_many}):"
            " choose the .pth file itself"
        )
    root = pickles[0].removesuffix("data.pkl")
    strange = next((name for name in names if not name.startswith(root)), None)
    if strange is not None:
        raise Refusal(f"is a zip archive with “{shown(strange)}” beside what torch.save writes: save it again")
    return root


def _member(data: bytes, span: Span | None) -> bytes:
    return b"" if span is None else data[span.start : span.start + span.size]


def _has_right_checksum(data: bytes, info: zipfile.ZipInfo, span: Span) -> bool:
    """True if the stored checksum was computed and is right, false if it was not computed, else `Refusal`.

    torch.load compares none of them. A stored 0 is what torch writes under `set_crc32_options(False)`.
    """
    if info.CRC == 0:
        return False
    if zlib.crc32(memoryview(data)[span.start : span.start + span.size]) != info.CRC:
        raise Refusal(f"is damaged: the checksum of “{shown(info.filename)}” is wrong, so download it or save it again")
    return True
