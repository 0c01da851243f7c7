#include "data/augment.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "data/colour.hpp"
#include "data/images/resample.hpp"
#include "data/resized_crop.hpp"

namespace eca {

[[noreturn]] static void fail_to_parse(const std::string& text, const std::string& problem) {
  throw Error("augment \"" + text + "\": " + problem +
              "; possible are none, or terms joined by +: crop or crop:PIXELS, flip, cutout:SIDE, "
              "resized-crop or resized-crop:SHARE, jitter or jitter:SHARE, lighting or lighting:DEVIATION "
              "(for example crop+flip+cutout:8, or resized-crop+flip)");
}

static int64_t parse_pixels(const std::string& text, const std::string& term, const std::string& number) {
  const std::optional<int64_t> value = whole_number(number);
  if (!value || *value < 1) fail_to_parse(text, "\"" + term + "\" needs a number of pixels, 1 or more");
  return *value;
}

constexpr double kResizedCrop = 0.08, kJitter = 0.4, kLighting = 0.1;  // where no number is given

static double parse_share(const std::string& text, const std::string& term, const std::string& number) {
  const std::optional<double> value = finite_number(number);
  if (!value || !(*value > 0 && *value <= 1))
    fail_to_parse(text, "\"" + term + "\" needs a number above 0, at most 1");
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
  } else if (name == "resized-crop") {
    options.resized_crop = has_number ? parse_share(text, term, number) : kResizedCrop;
  } else if (name == "jitter") {
    options.jitter = has_number ? parse_share(text, term, number) : kJitter;
  } else if (name == "lighting") {
    options.lighting = has_number ? parse_share(text, term, number) : kLighting;
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
  if (options.crop_padding > 0 && options.resized_crop > 0)
    fail_to_parse(text, "crop and resized-crop exclude each other");
  return options;
}

// "jitter", or "jitter:0.2" where it is not what the word alone means.
static std::string term_of(const char* name, double value, double without_number) {
  std::ostringstream text;
  text << name;
  if (value != without_number) text << ':' << value;
  return text.str();
}

std::string to_string(const AugmentOptions& options) {
  std::string text;
  const auto add = [&text](const std::string& term) { text += (text.empty() ? "" : "+") + term; };
  if (options.crop_padding == AugmentOptions{}.crop_padding) {
    add("crop");
  } else if (options.crop_padding > 0) {
    add("crop:" + std::to_string(options.crop_padding));
  }
  if (options.resized_crop > 0) add(term_of("resized-crop", options.resized_crop, kResizedCrop));
  if (options.flip) add("flip");
  if (options.cutout > 0) add("cutout:" + std::to_string(options.cutout));
  if (options.jitter > 0) add(term_of("jitter", options.jitter, kJitter));
  if (options.lighting > 0) add(term_of("lighting", options.lighting, kLighting));
  return text.empty() ? "none" : text;
}

void check_augment(const AugmentOptions& options, int64_t height, int64_t width, int64_t channels) {
  const int64_t limit = std::min(height, width);
  for (const auto& [name, pixels] :
       {std::pair{"crop", options.crop_padding}, std::pair{"cutout", options.cutout}}) {
    if (pixels >= 0 && pixels < limit) continue;
    throw Error(std::string("augment: ") + name + ":" + std::to_string(pixels) + " does not fit images of " +
                std::to_string(height) + "x" + std::to_string(width) + ", expected 0.." +
                std::to_string(limit - 1));
  }
  if (options.lighting > 0 && channels != 3)
    throw Error("augment: lighting is for images of 3 channels, found " + std::to_string(channels));
  if (options.jitter > 0 && channels != 1 && channels != 3)
    throw Error("augment: jitter is for images of 1 or 3 channels, found " + std::to_string(channels));
}

PixelTable::PixelTable(const Normalisation& normalisation) : normalisation_(normalisation) {
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
  ColourChange colours;
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
  result.colours = draw_colour_change(options.jitter, options.lighting, random);
  return result;
}

// out[x] = value(x + shift), or 0 where x + shift is outside; flipped: out[W-1-x]. out: (W,C); value(x, c)
template <class Value>
static void write_row(real* out, int64_t W, int64_t C, int64_t shift, bool flip, const Value& value) {
  const int64_t begin = std::max<int64_t>(0, -shift), end = std::min(W, W - shift);
  if (shift != 0) std::fill(out, out + W * C, real{0});
  const int64_t step = flip ? -C : C;
  out += (flip ? W - 1 - begin : begin) * C;
  for (int64_t x = begin; x < end; ++x, out += step) {
    for (int64_t c = 0; c < C; ++c) out[c] = value(x + shift, c);
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

// The colours of an image as they are to be, normalised: (H,W,C).
static std::vector<real> changed_colours(const PixelView& image, const PixelTable& table,
                                         const AugmentOptions& options, const ColourChange& change) {
  const int64_t pixels = image.height * image.width, C = image.channels;
  std::vector<real> values(static_cast<size_t>(pixels * C));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<real>(image.pixels[i] / 255.0);
  if (options.jitter > 0) apply_jitter(change, values.data(), pixels, C);
  if (options.lighting > 0) apply_lighting(change, values.data(), pixels);
  const Normalisation& normalisation = table.normalisation();
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t c = i % static_cast<size_t>(C);
    values[i] = static_cast<real>((values[i] - normalisation.mean[c]) / normalisation.std[c]);
  }
  return values;
}

// row_of(y): what gives the values of row y of the image, as write_row takes them.
template <class RowOf>
static void write_image(real* out, int64_t H, int64_t W, int64_t C, const Augmentation& augmentation,
                        const RowOf& row_of) {
  for (int64_t y = 0; y < H; ++y) {
    const int64_t source = y + augmentation.shift_y;
    if (source < 0 || source >= H) {
      std::fill(out + y * W * C, out + (y + 1) * W * C, real{0});
    } else {
      write_row(out + y * W * C, W, C, augmentation.shift_x, augmentation.flip, row_of(source));
    }
  }
}

// What gives the normalised values of an image's row.
static auto rows_of(const uint8_t* pixels, int64_t W, const PixelTable& table) {
  const int64_t C = table.channels();
  return [=, values = table.channel(0)](int64_t y) {
    return [=, row = pixels + y * W * C](int64_t x, int64_t c) { return values[256 * c + row[x * C + c]]; };
  };
}

// The image of (H,W) that `image` becomes before anything else; `random` has drawn all but the box.
static std::vector<uint8_t> brought_to(int64_t H, int64_t W, const PixelView& image,
                                       const AugmentOptions& options, Random& random) {
  if (options.resized_crop > 0) {
    const PixelBox box = draw_resized_crop(image.height, image.width, options.resized_crop, random);
    return resampled_box(image, box, H, W);
  }
  if (H != W) throw Error("augment: images are brought to squares only");
  const double scale = static_cast<double>(H) / static_cast<double>(std::min(image.height, image.width));
  return resampled_middle(image, H, scale);
}

void augment_image(real* out, int64_t H, int64_t W, const PixelView& image, const PixelTable& table,
                   const AugmentOptions& options, Random random) {
  const Augmentation augmentation = draw_augmentation(options, H, W, random);
  const int64_t C = table.channels();
  std::vector<uint8_t> resampled;
  const uint8_t* pixels = image.pixels;
  if (options.resized_crop > 0 || image.height != H || image.width != W) {
    resampled = brought_to(H, W, image, options, random);
    pixels = resampled.data();
  }
  if (options.jitter > 0 || options.lighting > 0) {
    const std::vector<real> values = changed_colours({pixels, H, W, C}, table, options, augmentation.colours);
    write_image(out, H, W, C, augmentation, [&](int64_t y) {
      return [=, row = &values[y * W * C]](int64_t x, int64_t c) { return row[x * C + c]; };
    });
  } else {
    write_image(out, H, W, C, augmentation, rows_of(pixels, W, table));
  }
  if (options.cutout > 0) cut_out(out, H, W, C, options.cutout, augmentation);
}

void normalise_image(real* out, const uint8_t* image, int64_t H, int64_t W, const PixelTable& table) {
  write_image(out, H, W, table.channels(), Augmentation{}, rows_of(image, W, table));
}

}  // namespace eca
