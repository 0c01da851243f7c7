#include "data/augment.hpp"

#include <algorithm>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

[[noreturn]] static void fail_to_parse(const std::string& text, const std::string& problem) {
  throw Error("augment \"" + text + "\": " + problem +
              "; possible are none, or terms joined by +: crop or crop:PIXELS, flip, cutout:SIDE "
              "(for example crop+flip+cutout:8)");
}

static int64_t parse_pixels(const std::string& text, const std::string& term, const std::string& number) {
  const std::optional<int64_t> value = whole_number(number);
  if (!value || *value < 1) fail_to_parse(text, "\"" + term + "\" needs a number of pixels, 1 or more");
  return *value;
}

static void parse_term(const std::string& text, const std::string& term, AugmentOptions& options) {
  const size_t colon = term.find(':');
  const std::string name = term.substr(0, colon);
  const bool has_number = colon != std::string::npos;
  const std::string number = has_number ? term.substr(colon + 1) : "";
  if (name == "crop") {
    options.crop_padding = has_number ? parse_pixels(text, term, number) : AugmentOptions{}.crop_padding;
  } else if (name == "flip" && !has_number) {
    options.flip = true;
  } else if (name == "cutout") {
    options.cutout = parse_pixels(text, term, number);
  } else {
    fail_to_parse(text, "unknown term \"" + term + "\"");
  }
}

AugmentOptions parse_augment(const std::string& text) {
  AugmentOptions options = kNoAugment;
  if (text == "none") return options;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('+', begin), text.size());
    parse_term(text, text.substr(begin, end - begin), options);
    begin = end + 1;
  }
  return options;
}

std::string to_string(const AugmentOptions& options) {
  std::string text;
  const auto add = [&text](const std::string& term) { text += (text.empty() ? "" : "+") + term; };
  if (options.crop_padding == AugmentOptions{}.crop_padding) {
    add("crop");
  } else if (options.crop_padding > 0) {
    add("crop:" + std::to_string(options.crop_padding));
  }
  if (options.flip) add("flip");
  if (options.cutout > 0) add("cutout:" + std::to_string(options.cutout));
  return text.empty() ? "none" : text;
}

void check_augment(const AugmentOptions& options, int64_t height, int64_t width) {
  const int64_t limit = std::min(height, width);
  for (const auto& [name, pixels] :
       {std::pair{"crop", options.crop_padding}, std::pair{"cutout", options.cutout}}) {
    if (pixels >= 0 && pixels < limit) continue;
    throw Error(std::string("augment: ") + name + ":" + std::to_string(pixels) + " does not fit images of " +
                std::to_string(height) + "x" + std::to_string(width) + ", expected 0.." +
                std::to_string(limit - 1));
  }
}

PixelTable::PixelTable(const Normalisation& normalisation) {
  for (size_t c = 0; c < normalisation.mean.size(); ++c) {
    for (int x = 0; x < 256; ++x) {
      values_.push_back(static_cast<real>((x / 255.0 - normalisation.mean[c]) / normalisation.std[c]));
    }
  }
}

// What happens to one image.
struct Augmentation {
  // Before the flip, output pixel (y,x) shows image pixel (y + shift_y, x + shift_x).
  int64_t shift_y, shift_x;
  bool flip;
  // The middle of the square; near the border, a part of the square is outside.
  int64_t cutout_y, cutout_x;
};

// Uniform in [0,n), from exactly one number of the stream.
static int64_t draw_below(Random& random, int64_t n) {
  return static_cast<int64_t>(random.uniform() * static_cast<double>(n));
}

static Augmentation draw_augmentation(const AugmentOptions& options, int64_t H, int64_t W, Random& random) {
  Augmentation result{};
  result.shift_y = draw_below(random, 2 * options.crop_padding + 1) - options.crop_padding;
  result.shift_x = draw_below(random, 2 * options.crop_padding + 1) - options.crop_padding;
  result.flip = random.uniform() < 0.5 && options.flip;
  result.cutout_y = draw_below(random, H);
  result.cutout_x = draw_below(random, W);
  return result;
}

// out[x] = table(row[x + shift]), or 0 where x + shift is outside; flipped: out[W-1-x]. out, row: (W,C)
static void write_row(real* out, const uint8_t* row, int64_t W, int64_t shift, bool flip,
                      const PixelTable& table) {
  const int64_t C = table.channels();
  const real* values = table.channel(0);  // (C,256)
  const int64_t begin = std::max<int64_t>(0, -shift), end = std::min(W, W - shift);
  if (shift != 0) std::fill(out, out + W * C, real{0});
  const int64_t step = flip ? -C : C;
  out += (flip ? W - 1 - begin : begin) * C;
  row += (begin + shift) * C;
  for (int64_t x = begin; x < end; ++x, out += step, row += C) {
    for (int64_t c = 0; c < C; ++c) out[c] = values[256 * c + row[c]];
  }
}

// Sets the part of the square that lies inside of the image to 0. out: (H,W,C)
static void cut_out(real* out, int64_t H, int64_t W, int64_t C, int64_t side,
                    const Augmentation& augmentation) {
  const int64_t top = augmentation.cutout_y - side / 2, left = augmentation.cutout_x - side / 2;
  const int64_t x0 = std::max<int64_t>(left, 0), x1 = std::min(left + side, W);
  for (int64_t y = std::max<int64_t>(top, 0); y < std::min(top + side, H); ++y) {
    std::fill(out + (y * W + x0) * C, out + (y * W + x1) * C, real{0});
  }
}

void augment_image(real* out, const uint8_t* image, int64_t H, int64_t W, const PixelTable& table,
                   const AugmentOptions& options, Random random) {
  const Augmentation augmentation = draw_augmentation(options, H, W, random);
  const int64_t C = table.channels();
  for (int64_t y = 0; y < H; ++y) {
    const int64_t source = y + augmentation.shift_y;
    if (source < 0 || source >= H) {
      std::fill(out + y * W * C, out + (y + 1) * W * C, real{0});
    } else {
      write_row(out + y * W * C, image + source * W * C, W, augmentation.shift_x, augmentation.flip, table);
    }
  }
  if (options.cutout > 0) cut_out(out, H, W, C, options.cutout, augmentation);
}

void normalise_image(real* out, const uint8_t* image, int64_t H, int64_t W, const PixelTable& table) {
  const int64_t row = W * table.channels();
  for (int64_t y = 0; y < H; ++y)
    write_row(out + y * row, image + y * row, W, /*shift=*/0, /*flip=*/false, table);
}

}  // namespace eca
