"""What a file is, from its first bytes: the two formats that are read, and many that people choose by mistake."""

from __future__ import annotations

from typing import Literal, NamedTuple

from visualizer.network.checkpoint.errors import Refusal

Format = Literal["safetensors", "torch zip"]

WHAT_WORKS = "choose a .safetensors file, or a .pth file written by torch.save(model.state_dict(), ...)"


class Kind(NamedTuple):
    """A kind of file that is told by `magic` at `offset`."""

    offset: int
    magic: bytes
    what: str


FOREIGN = (
    Kind(0, b"\x89HDF\r\n\x1a\n", "an HDF5 file (Keras weights, for instance)"),
    Kind(0, b"GGUF", "a GGUF file of a language model"),
    Kind(257, b"ustar", "a tar archive"),
    Kind(0, b"\x1f\x8b", "a gzip archive"),
    Kind(0, b"BZh", "a bzip2 archive"),
    Kind(0, b"\xfd7zXZ\x00", "an xz archive"),
    Kind(0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    Kind(0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    Kind(0, b"Rar!\x1a\x07", "a RAR archive"),
    Kind(0, b"\xff\xd8\xff", "a JPEG picture"),
    Kind(0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    Kind(0, b"GIF8", "a GIF picture"),
    Kind(8, b"WEBP", "a WebP picture"),
    Kind(0, b"II*\x00", "a TIFF picture"),
    Kind(0, b"MM\x00*", "a TIFF picture"),
    Kind(0, b"BM", "a BMP picture"),
    Kind(0, b"%PDF", "a PDF document"),
    Kind(0, b"\x93NUMPY", "a single NumPy array"),
    Kind(4, b"TFL3", "a TensorFlow Lite model"),
    Kind(0, b"version https://git-lfs", "a Git LFS pointer, a note of where the file is kept"),
)

_ADVICE = {
    "a gzip archive": "unpack it first",
    "a tar archive": "unpack it first",
    "a Git LFS pointer, a note of where the file is kept": "fetch the file itself with `git lfs pull`",
    "an HTML page": "the download gave a web page, so download the file itself",
}

_LEGACY_MAGIC = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"  # the number that torch.save wrote first until version 1.6


def format_of(data: bytes) -> Format:
    """The format of `data`, or `Refusal` that says what it is instead.

    Safetensors come first: they begin with the length of their header, which may look like any magic.
    """
    if not data:
        raise Refusal(f"is empty: {WHAT_WORKS}")
    if _is_safetensors(data):
        return "safetensors"
    if data.startswith(b"PK\x03\x04"):
        return "torch zip"
    raise Refusal(_foreign(data))


def _is_safetensors(data: bytes) -> bool:
    return data[8:9] == b"{" and int.from_bytes(data[:8], "little") <= len(data) - 8


def _foreign(data: bytes) -> str:
    """What `data` is, knowing that it is neither of the formats that are read."""
    if data.startswith(b"\x80") and b"\x02" <= data[1:2] <= b"\x05":
        return _bare_pickle(data)
    if data[8:9] == b"{" and int.from_bytes(data[:8], "little") < 2**27:
        return "is a safetensors file that was cut short: download it or save it again"
    what = _kind(data)
    if what is None:
        return f"is not a kind of file that is known here: {WHAT_WORKS}"
    return f"is {what}, not weights: {_ADVICE.get(what, WHAT_WORKS)}"


def _bare_pickle(data: bytes) -> str:
    if _LEGACY_MAGIC in data[:32]:
        return (
            "is in the old format of torch.save, from before PyTorch 1.6, which has no checksums:"
            " load it where you trust it and save its state_dict again with a newer PyTorch"
        )
    return f"is a bare pickle, which may run code when it is opened, so it was not opened: {WHAT_WORKS}"


def _kind(data: bytes) -> str | None:
    for kind in FOREIGN:
        if data.startswith(kind.magic, kind.offset):
            return kind.what
    if _is_onnx(data):
        return "an ONNX model"
    if data.startswith(b"PK"):
        return "an empty or cut-off zip archive"
    return _text_kind(data[:512])


def _is_onnx(data: bytes) -> bool:
    """ONNX has no magic: field 1 (the IR version, a small number), then the producer, the graph or the opsets."""
    return data[:1] == b"\x08" and b"\0" < data[1:2] <= b" " and data[2:3] in (b"\x12", b"\x1a", b"\x3a", b"\x42")


def _text_kind(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "ignore").strip()
    if text.lower().startswith(("<!doctype html", "<html", "<head", "<!--")):
        return "an HTML page"
    if text.startswith("<?xml"):
        return "an XML document"
    if text and all(c.isprintable() or c.isspace() for c in text) and len(text.encode()) > len(head) // 2:
        return "a text file"
    return None
