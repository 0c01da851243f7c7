"""Makes tests/data/images/files/: small images of every kind that data/images reads, written by Pillow, and expected.safetensors,
the pixels that Pillow reads from them.

    python3 tests/data/images/make_images.py        needs Pillow and numpy

Pixels are (height,width,3), what Image.open(file).convert("RGB") gives; for exif*.jpg and exif6.png after
ImageOps.exif_transpose as "<name> upright", and as they are stored as "<name>".
Two kinds are not what Pillow gives. Grey of 16 bits: it clips at 255 and here the upper 8 bits are taken. A PGM of 16 bits:
the same. Made with Pillow 9.4 and libjpeg-turbo 2.1.5.
"""

import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))
files = os.path.join(here, "files")
sys.path.insert(0, os.path.join(here, "../../golden"))
import safetensors_io  # noqa: E402

H, W = 11, 17  # odd, so that rows are filled up and chroma ends within a block
expected = {}


def picture():
    """A colourful image with edges: (H,W,3)."""
    y, x = np.mgrid[0:H, 0:W]
    rgb = np.stack([x * 15, y * 23, (x * y * 5) % 256], axis=-1)
    rgb[3:6, 4:9] = [250, 10, 30]
    return rgb.astype(np.uint8)


def write(name, image, **options):
    path = os.path.join(files, name)
    image.save(path, **options)
    expected[name] = np.asarray(Image.open(path).convert("RGB"), dtype=np.float32)


def write_bytes(name, data, pixels):
    with open(os.path.join(files, name), "wb") as f:
        f.write(data)
    expected[name] = np.asarray(pixels, dtype=np.float32)


def with_alpha(image):
    alpha = Image.fromarray(np.linspace(0, 255, H * W).reshape(H, W).astype(np.uint8))
    image = image.copy()
    image.putalpha(alpha)
    return image


def grey_16():
    return (np.arange(H * W).reshape(H, W) * 350).astype(np.uint16)


def png_of_16_bits(rgb16):
    """Pillow writes no RGB of 16 bits, but reads it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in rgb16)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, 16, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def three(grey):
    return np.repeat(np.asarray(grey)[:, :, None], 3, axis=2)


rgb = Image.fromarray(picture())
grey = rgb.convert("L")
palette = rgb.quantize(13)
os.makedirs(files, exist_ok=True)

write("rgb.jpg", rgb, quality=90, subsampling=0)
write("subsampled.jpg", rgb, quality=85)
write("progressive.jpg", rgb, quality=85, progressive=True)
write("grey.jpg", grey)
write("cmyk.jpg", rgb.convert("CMYK"), quality=90)

write("rgb.png", rgb)
write("rgba.png", with_alpha(rgb))
write("grey.png", grey)
write("grey_alpha.png", with_alpha(grey))
write("palette.png", palette)
write("palette_transparent.png", palette, transparency=3)
write("one_bit.png", rgb.convert("1"))
write("two_bits.png", rgb.quantize(4), bits=2)
write("grey_16.png", Image.fromarray(grey_16()))
expected["grey_16.png"] = three(grey_16() >> 8).astype(np.float32)

with open(os.path.join(files, "rgb_16.png"), "wb") as f:
    f.write(png_of_16_bits(picture().astype(np.uint16) * 256 + 200))
expected["rgb_16.png"] = np.asarray(Image.open(f.name).convert("RGB"), dtype=np.float32)

write("rgb.bmp", rgb)
write("rgba.bmp", with_alpha(rgb))
write("grey.bmp", grey)
write("palette.bmp", palette)
write("one_bit.bmp", rgb.convert("1"))

write("rgb.tga", rgb)
write("runs.tga", rgb, compression="tga_rle")
write("rgba.tga", with_alpha(rgb))
write("grey.tga", grey)
write("palette.tga", palette)
write("from_top.tga", rgb, orientation=1)

write("rgb.ppm", rgb)
write("grey.pgm", grey)
header = b"P5\n# a comment\n%d %d\n65535\n" % (W, H)
write_bytes("grey_16.pgm", header + grey_16().astype(">u2").tobytes(), np.rint(three(grey_16()) / 257))
few = np.asarray(grey) // 26  # 0..9
write_bytes("few_levels.pgm", b"P5 %d %d 9\n" % (W, H) + few.tobytes(), three(np.rint(few / 9 * 255)))

for orientation in range(1, 9):
    for suffix in ["jpg", "png"] if orientation == 6 else ["jpg"]:
        exif = Image.Exif()
        exif[0x010F] = "camera"
        exif[0x0112] = orientation
        name = f"exif{orientation}.{suffix}"
        write(name, rgb, exif=exif)
        turned = ImageOps.exif_transpose(Image.open(os.path.join(files, name)))
        expected[name + " upright"] = np.asarray(turned.convert("RGB"), dtype=np.float32)

safetensors_io.save(os.path.join(here, "expected.safetensors"), expected)
