// The formats of images, and with each the turn that its EXIF data ask for and the resampling.
#include "data/images/bmp.hpp"
#include "data/images/exif.hpp"
#include "data/images/image_file.hpp"
#include "data/images/jpeg.hpp"
#include "data/images/png.hpp"
#include "data/images/pnm.hpp"
#include "data/images/tga.hpp"
#include "tests/fuzz/reader.hpp"

namespace eca::fuzz {

static const std::string kPath = "fuzz";

static void use(Image image) {
  // Resampling a large image takes long, and depends on its extents alone.
  if (image.pixels.size() <= 1 << 20)
    resized_and_cropped(upright(std::move(image)), /*size=*/8, /*channels=*/3);
}

void read_jpeg(Bytes bytes) {
  if (is_jpeg(bytes)) use(decode_jpeg(kPath, bytes));
}
void read_png(Bytes bytes) {
  if (is_png(bytes)) use(decode_png(kPath, bytes));
}
void read_bmp(Bytes bytes) {
  if (is_bmp(bytes)) use(decode_bmp(kPath, bytes));
}
void read_pnm(Bytes bytes) {
  if (is_pnm(bytes)) use(decode_pnm(kPath, bytes));
}
void read_tga(Bytes bytes) { use(decode_tga(kPath, bytes)); }

}  // namespace eca::fuzz
