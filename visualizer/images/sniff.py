"""What a file is, by its first bytes. Its name is never asked."""

from __future__ import annotations

from visualizer.images.bmp import HEADER_SIZES
from visualizer.images.picture import ACCEPTED, ImageError

UPLOAD = f"upload a {ACCEPTED} picture"
EXPORT = "save or export it as JPEG or PNG and upload that"
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")

# first bytes, what the file looks like, what would work
STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF document", "export the page as PNG or JPEG and upload that"),
    (b"%!PS", "a PostScript or EPS drawing", "export it as PNG and upload that"),
    (b"\xc5\xd0\xd3\xc6", "an EPS drawing", "export it as PNG and upload that"),
    (b"version https://git-lfs", "a Git LFS pointer, a note that stands in for the real file",
     "run 'git lfs pull' and upload the picture itself"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "unpack it and upload one picture from it"),
    (b"PK\x05\x06", "an empty ZIP archive", UPLOAD),
    (b"\x1f\x8b", "a gzip archive", "unpack it and upload one picture from it"),
    (b"Rar!", "a RAR archive", "unpack it and upload one picture from it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it and upload one picture from it"),
    (b"\xff\x0a", "a JPEG XL picture", EXPORT),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture", EXPORT),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture", EXPORT),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture", EXPORT),
    (b"8BPS", "a Photoshop document", EXPORT),
    (b"\0\0\x01\0", "a Windows icon", EXPORT),
    (b"qoif", "a QOI picture", EXPORT),
    (b"DDS ", "a DDS texture", EXPORT),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture", EXPORT),
    (b"#?RADIANCE", "a Radiance HDR picture", EXPORT),
    (b"FUJIFILMCCD-RAW", "a camera's raw file", EXPORT),
    (b"SIMPLE  =", "a FITS file", EXPORT),
    (b"gimp xcf", "a GIMP document", EXPORT),
    (b"\x93NUMPY", "a NumPy array", EXPORT),
    (b"\x89HDF", "an HDF5 file", UPLOAD),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video", "upload a single picture from it"),
    (b"RIFF", "a sound or a video (RIFF)", UPLOAD),
    (b"ID3", "an MP3 sound", UPLOAD),
    (b"OggS", "an Ogg sound or video", UPLOAD),
    (b"MZ", "a Windows program", UPLOAD),
    (b"\x7fELF", "a program", UPLOAD),
    (b"data:image", "a picture written as text (a data URL)", "save the picture itself and upload that"),
)
TEXTS: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "a web page", "open it in a browser, save the picture itself and upload that"),
    (b"<html", "a web page", "open it in a browser, save the picture itself and upload that"),
    (b"<svg", "an SVG drawing", "export it as PNG and upload that"),
    (b"<", "a web page or another markup text", UPLOAD),
    (b"{", "JSON text", UPLOAD),
)


def format_of(data: bytes) -> str:
    """JPEG, PNG, WEBP, GIF, BMP or TIFF. Raises ImageError that says what else the file looks like."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in HEADER_SIZES:
        return "BMP"
    if data.startswith(TIFF_STARTS) and data[8:11] != b"CR\x02":
        return "TIFF"
    what, remedy = _looks(data)
    raise ImageError(f"This file looks like {what}; {remedy}.")


def _looks(data: bytes) -> tuple[str, str]:
    for start, what, remedy in STARTS:
        if data.startswith(start):
            return what, remedy
    if data[4:8] == b"ftyp":
        return _media(data[8:12])
    if data.startswith(TIFF_STARTS):
        return "a camera's raw file (CR2)", EXPORT
    if data[:1] == b"P" and data[1:2] in b"1234567Ff" and data[2:3].isspace():
        return "a PNM picture", EXPORT
    if data[128:132] == b"DICM":
        return "a DICOM picture", EXPORT
    return _text(data)


def _media(brand: bytes) -> tuple[str, str]:
    """Files of the ISO base media format (ISO/IEC 14496-12), told apart by their major brand."""
    if brand in HEIF_BRANDS:
        return "a HEIC photo, as iPhones take them", EXPORT
    if brand in (b"avif", b"avis"):
        return "an AVIF picture", EXPORT
    if brand == b"crx ":
        return "a camera's raw file (CR3)", EXPORT
    return "a video", "upload a single picture from it"


def _text(data: bytes) -> tuple[str, str]:
    head = data[:4096]
    if not head.strip(b"\0"):
        return "an interrupted download, as it begins with zeros only", "fetch it again and upload the complete file"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text and text.startswith(b"<"):
        return TEXTS[2][1:]
    for start, what, remedy in TEXTS:
        if text.startswith(start):
            return what, remedy
    if all(byte >= 32 or byte in b"\t\n\r\f" for byte in head):
        return "text", UPLOAD
    return "no picture of a kind that is known here", UPLOAD
