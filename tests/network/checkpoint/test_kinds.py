"""Files that are no checkpoints are named for what they are; safetensors are never mistaken for one of them."""

import gzip
import io
import struct
import tarfile

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image
from torch import nn

from visualizer.network.checkpoint import read_checkpoint
from visualizer.network.checkpoint.kinds import FOREIGN


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, form)
    return file.getvalue()


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as opened:
        opened.addfile(tarfile.TarInfo("weights.pth"))
    return file.getvalue()


def numpy_file(many: bool) -> bytes:
    file = io.BytesIO()
    if many:
        np.savez(file, a=np.ones(3))
    else:
        np.save(file, np.ones(3))
    return file.getvalue()


def torchscript() -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), file)
    return file.getvalue()


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 46830571\n"
ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.1.0:\xe0\x02" + bytes(300)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "an HTML page"),
        (b"\xef\xbb\xbf\n  <HTML lang='en'>", "an HTML page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "an XML document"),
        (b"Entry not found", "a text file"),
        ("Datei nicht gefunden, bitte prüfen".encode(), "a text file"),
        (b'{"error": "gated"}', "a text file"),
        (LFS, "git lfs pull"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "an HDF5 file"),
        (b"GGUF\x03\0\0\0" + bytes(100), "a GGUF file"),
        (tar(), "a tar archive, not weights: unpack it first"),
        (gzip.compress(b"weights", mtime=0), "a gzip archive"),
        (ONNX, "an ONNX model"),
        (picture("JPEG"), "a JPEG picture"),
        (picture("PNG"), "a PNG picture"),
        (picture("GIF"), "a GIF picture"),
        (picture("WEBP"), "a WebP picture"),
        (picture("BMP"), "a BMP picture"),
        (picture("TIFF"), "a TIFF picture"),
        (b"%PDF-1.7", "a PDF document"),
        (numpy_file(many=False), "a single NumPy array"),
        (numpy_file(many=True), "not one of torch.save"),
        (b"PK\x05\x06" + bytes(18), "an empty or cut-off zip archive"),
        (b"PK", "an empty or cut-off zip archive"),
        (bytes(1000), "not a kind of file that is known here"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), "not a kind of file that is known here"),
        (b"\x80", "not a kind of file that is known here"),
        (b"\x08", "not a kind of file that is known here"),
    ],
)
def test_what_is_no_checkpoint_is_said_to_be_what_it_is(data, words, refusal):
    assert words in refusal(data)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_torchscript_is_named_and_not_run(refusal):
    assert "TorchScript" in refusal(torchscript())


@pytest.mark.parametrize("kind", [kind for kind in FOREIGN if 0 < len(kind.magic) <= 2], ids=lambda kind: kind.what)
def test_safetensors_whose_header_length_looks_like_a_magic_are_still_read(kind):
    tensors = {"fc.weight": torch.ones(2)}
    plain = safetensors.torch.save(tensors)
    (length,) = struct.unpack_from("<Q", plain)
    wanted = int.from_bytes(kind.magic, "little")
    data = struct.pack("<Q", wanted) + plain[8 : 8 + length].ljust(wanted) + plain[8 + length :]
    assert data.startswith(kind.magic)
    assert torch.equal(read_checkpoint(data).tensors["fc.weight"], tensors["fc.weight"])


def test_the_sentence_says_which_file_even_where_it_has_no_name():
    with pytest.raises(ValueError, match=r"^The file is empty: choose a \.safetensors file"):
        read_checkpoint(b"")
