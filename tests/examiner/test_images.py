"""Pictures: sizes before dots, every page whole, upright, and what is refused (security.md H27 to H36)."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date

import pi_heif
import pytest
from PIL import ExifTags, Image, ImageDraw

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner import Examiner, Limits
from tests.conftest import SAMPLES
from tests.examiner.made_files import image, png_of


def refusal(examiner: Examiner, data: bytes, name: str = "", limits: Limits | None = None) -> ErrorCode:
    with pytest.raises(Invalid) as caught:
        examiner.examine(data, name, limits)
    return caught.value.code


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "name"),
    [
        ("PNG", MediaType.PNG, "a.png"),
        ("JPEG", MediaType.JPEG, "a.jpeg"),
        ("TIFF", MediaType.TIFF, "a.tif"),
        ("WEBP", MediaType.WEBP, "a.webp"),
        ("GIF", MediaType.GIF, "a.GIF"),
        ("AVIF", MediaType.AVIF, "a.avif"),
    ],
)
def test_each_kind_is_told_and_shown_small(
    kind: str, media_type: MediaType, name: str, examiner: Examiner
) -> None:
    found = examiner.examine(image(kind, (900, 300)), name)
    assert (found.media_type, found.pages, found.scanned_pages, found.text) == (media_type, 1, (1,), ("",))
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert small.size == (320, 107)
        assert not small.info


def test_heic_under_all_its_names(examiner: Examiner) -> None:
    data = SAMPLES / "images/heic-made/photo-0.heic"
    if not data.exists():
        pytest.skip("the shared samples are not here")
    for name in ("IMG_0001.HEIC", "a.heif", "a.hif", ""):
        assert examiner.examine(data.read_bytes(), name).media_type is MediaType.HEIC
    assert refusal(examiner, data.read_bytes(), "IMG_0001.jpg") is ErrorCode.FILE_NAME_DISAGREES
    assert pi_heif.libheif_version()


@pytest.mark.parametrize("kind", ["BMP", "ICO", "PPM", "TGA", "JPEG2000", "PCX", "DDS", "EPS", "SGI"])
def test_other_pictures_are_refused(kind: str, examiner: Examiner) -> None:
    assert refusal(examiner, image(kind, (16, 16)), "picture.png") is ErrorCode.FILE_TYPE_REFUSED


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"8BPS\0\1" + bytes(40),
        b"SIMPLE  =  T" + bytes(80),
        b"%!PS",
    ],
)
def test_drawings_and_raw_files_are_refused(data: bytes, examiner: Examiner) -> None:
    assert refusal(examiner, data) is ErrorCode.FILE_TYPE_REFUSED


@pytest.mark.parametrize(
    ("width", "height"), [(20_000, 20_000), (10_000, 10_000), (60_001, 1000), (2**31 - 1, 2**31 - 1)]
)
def test_too_many_dots_are_refused_undecoded(width: int, height: int, examiner: Examiner) -> None:
    assert refusal(examiner, png_of(width, height), "wide.png") is ErrorCode.FILE_TOO_LARGE
    assert examiner.peak_kib < 512 * 1024


@pytest.mark.parametrize("width", [0, 2**32 - 1])
def test_impossible_sizes(width: int, examiner: Examiner) -> None:
    assert refusal(examiner, png_of(width, 4)) in (ErrorCode.FILE_TOO_LARGE, ErrorCode.FILE_UNREADABLE)


@pytest.mark.parametrize("mode", ["RGBA", "1", "P", "CMYK", "I;16"])
def test_the_largest_picture_stays_below_a_gigabyte(mode: str, examiner: Examiner) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    options = {"compression": "tiff_adobe_deflate"} if kind == "TIFF" else {"compress_level": 1}
    data = image(kind, (10_000, 6_000), mode, **options)
    examiner.peak_kib = 0
    assert examiner.examine(data, "").thumbnail
    assert examiner.peak_kib < 1024 * 1024


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP"])
def test_a_chunk_that_unpacks_to_hundreds_of_megabytes(name: bytes, examiner: Examiner) -> None:
    bomb = b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000, 1)
    examiner.peak_kib = 0
    try:
        examiner.examine(png_of(4, 4, 8, (name, bomb)), "")
    except Invalid as caught:
        assert caught.code is ErrorCode.FILE_UNREADABLE
    assert examiner.peak_kib < 512 * 1024


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "AVIF"])
def test_cut_in_half_is_unreadable(kind: str, examiner: Examiner) -> None:
    noise = Image.effect_noise((400, 400), 90).convert("RGB")
    data = saved(noise, kind)
    assert examiner.examine(data, "").pages == 1
    assert refusal(examiner, data[: len(data) // 2]) is ErrorCode.FILE_UNREADABLE


def test_a_photo_is_shown_upright_and_knows_its_day(examiner: Examiner) -> None:
    photo = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(photo).rectangle((0, 0, 199, 199), fill="black")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:12 10:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        found = examiner.examine(saved(photo, kind, exif=exif), "")
        # Of AVIF the library hands on how it is turned, not when it was taken.
        assert found.document_date == (None if kind == "AVIF" else date(2026, 5, 12)), kind
        with Image.open(io.BytesIO(found.thumbnail)) as small:
            assert small.size == (160, 320), kind
            grey = small.convert("L")
            assert (grey.getpixel((80, 40)), grey.getpixel((80, 280))) == (0, 255), kind
            assert not small.getexif()


@pytest.mark.parametrize("told", ["0000:00:00 00:00:00", "2026:13:45 00:00:00", "yesterday", ""])
def test_a_camera_without_a_clock_gives_no_day(told: str, examiner: Examiner) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = told
    assert examiner.examine(saved(Image.new("RGB", (9, 9)), "JPEG", exif=exif), "").document_date is None


def tiff_of(pages: int) -> bytes:
    page = Image.new("1", (4, 4))
    return saved(page, "TIFF", save_all=True, append_images=[page] * (pages - 1))


def test_pages_of_a_scan_are_counted_one_by_one(examiner: Examiner) -> None:
    assert examiner.examine(tiff_of(5), "scan.tif").scanned_pages == (1, 2, 3, 4, 5)
    assert refusal(examiner, tiff_of(5), "", Limits(pages=4)) is ErrorCode.FILE_TOO_LARGE
    assert refusal(examiner, tiff_of(2001)) is ErrorCode.FILE_TOO_LARGE


def test_a_last_page_that_is_cut_off_refuses_the_scan(examiner: Examiner) -> None:
    noise = Image.effect_noise((300, 300), 90)
    data = saved(noise, "TIFF", save_all=True, append_images=[noise, noise])
    assert examiner.examine(data, "").pages == 3
    assert refusal(examiner, data[: len(data) - 50_000]) is ErrorCode.FILE_UNREADABLE


def test_a_scan_whose_pages_go_round_in_a_ring_ends(examiner: Examiner) -> None:
    data = bytearray(image("TIFF", mode="1"))
    first = struct.unpack_from("<I", data, 4)[0]
    entries = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)
    try:
        assert examiner.examine(bytes(data), "ring.tif").pages == 1
    except Invalid as caught:
        assert caught.code in (ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_TOO_LARGE)


def moving_gif(frames: int) -> bytes:
    """A GIF of one dot, many times."""
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def test_a_film_is_no_document(examiner: Examiner) -> None:
    assert examiner.examine(moving_gif(50), "").pages == 1
    assert refusal(examiner, moving_gif(100_000)) is ErrorCode.FILE_TOO_LARGE
    still = Image.new("L", (1, 1))
    film = saved(
        still, "PNG", save_all=True, append_images=[Image.new("L", (1, 1), shade) for shade in (1, 2, 3)]
    )
    assert examiner.examine(film, "film.apng").pages == 1
    many = film.replace(struct.pack(">4sII", b"acTL", 4, 0), struct.pack(">4sII", b"acTL", 100_000, 0))
    assert many != film
    assert refusal(examiner, many) in (ErrorCode.FILE_TOO_LARGE, ErrorCode.FILE_UNREADABLE)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("I;16", "PNG"), ("I;16", "TIFF"), ("I", "TIFF"), ("F", "TIFF"),
     ("LA", "PNG"), ("LAB", "TIFF"), ("P", "GIF"), ("1", "TIFF"), ("YCbCr", "JPEG")],
)  # fmt: skip
def test_unusual_colours_are_shown(mode: str, kind: str, examiner: Examiner) -> None:
    assert examiner.examine(image(kind, (900, 700), mode), "").thumbnail


def test_a_broken_colour_profile_hides_nothing(examiner: Examiner) -> None:
    data = saved(Image.new("RGB", (20, 20), "red"), "JPEG", icc_profile=b"not a profile" * 40)
    with Image.open(io.BytesIO(examiner.examine(data, "").thumbnail)) as small:
        assert small.getpixel((5, 5))[0] > 240  # type: ignore[index]


def test_what_is_clear_is_shown_on_white(examiner: Examiner) -> None:
    data = saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    with Image.open(io.BytesIO(examiner.examine(data, "").thumbnail)) as small:
        assert small.getpixel((5, 5)) == (255, 255, 255)


def test_pages_of_a_scan_in_another_order(examiner: Examiner) -> None:
    shades = [Image.new("L", (30, 20), shade) for shade in (10, 90, 170, 250)]
    data = saved(shades[0], "TIFF", save_all=True, append_images=shades[1:], compression="tiff_lzw")
    with Image.open(io.BytesIO(examiner.rearrange(data, [4, 2, 4]))) as made:
        told = []
        for page in range(made.n_frames):  # type: ignore[attr-defined]
            made.seek(page)
            told.append(made.getpixel((3, 3)))
    assert told == [250, 90, 250]
    for wrong in ([], [5], [0]):
        with pytest.raises(Invalid) as caught:
            examiner.rearrange(data, wrong)
        assert caught.value.code is ErrorCode.FILE_NOT_DIVISIBLE


def dots(data: bytes, page: int) -> tuple[bytes, object]:
    with Image.open(io.BytesIO(data)) as made:
        made.seek(page)
        return made.convert("RGB").tobytes(), made.info.get("dpi")


@pytest.mark.parametrize("packed", ["jpeg", "group4", "tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"])
@pytest.mark.parametrize("big", [False, True])
def test_pages_of_a_scan_leave_as_they_lay_there(packed: str, big: bool, examiner: Examiner) -> None:
    noise = Image.effect_noise((90, 70), 80)
    sheets = [noise.rotate(angle) for angle in (0, 90, 180)]
    sheets = [sheet.convert("1") if packed == "group4" else sheet.convert("RGB") for sheet in sheets]
    data = saved(sheets[0], "TIFF", save_all=True, append_images=sheets[1:], compression=packed, dpi=(300, 300),
                 big_tiff=big)  # fmt: skip
    made = examiner.rearrange(data, [3, 1])
    assert [dots(made, page) for page in (0, 1)] == [dots(data, page) for page in (2, 0)]
    assert made[:3] == data[:3]
    assert examiner.examine(made, "").pages == 2


def test_every_sample_of_many_pages_comes_apart_without_loss(examiner: Examiner) -> None:
    taken = 0
    for path in sorted((SAMPLES / "images").glob("tiff*/*.tif*")):
        data = path.read_bytes()
        try:
            pages = examiner.examine(data, "").pages
            made = examiner.rearrange(data, [pages])
        except Invalid:
            continue
        assert dots(made, 0)[0] == dots(data, pages - 1)[0], path.name
        taken += 1
    if not taken:
        pytest.skip("the shared samples are not here")
    assert taken >= 15


def test_a_page_taken_out_fifty_times_is_too_much(examiner: Examiner) -> None:
    data = saved(Image.effect_noise((900, 900), 80), "TIFF")
    with pytest.raises(Invalid) as caught:
        examiner.rearrange(data, [1] * 50, Limits(largest_document=2_000_000))
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE


def test_a_photo_is_not_divisible(examiner: Examiner) -> None:
    with pytest.raises(Invalid) as caught:
        examiner.rearrange(image("PNG"), [1])
    assert caught.value.code is ErrorCode.FILE_NOT_DIVISIBLE


def test_every_prefix_and_many_flips_end_in_a_refusal_or_a_file(examiner: Examiner) -> None:
    kinds = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "AVIF")
    for kind in kinds:
        data = saved(Image.effect_noise((24, 24), 60).convert("RGB"), kind)
        for cut in range(0, len(data), max(1, len(data) // 10)):
            flipped = bytearray(data)
            flipped[cut] ^= 0x55
            for broken in (data[:cut], bytes(flipped)):
                try:
                    examiner.examine(broken, "")
                except Invalid as caught:
                    assert caught.code in (ErrorCode.FILE_EMPTY, ErrorCode.FILE_TYPE_REFUSED, ErrorCode.FILE_UNREADABLE,
                                           ErrorCode.FILE_TOO_LARGE)  # fmt: skip


def test_sizes_of_files(examiner: Examiner) -> None:
    assert refusal(examiner, b"") is ErrorCode.FILE_EMPTY
    assert refusal(examiner, image("PNG"), "", Limits(largest_document=50)) is ErrorCode.FILE_TOO_LARGE
