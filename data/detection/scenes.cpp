#include "data/detection/scenes.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/base/text.hpp"
#include "core/files/sha256.hpp"
#include "data/detection/scene_ground.hpp"
#include "data/images/resample.hpp"

namespace eca {

namespace {

constexpr double kSmallestSide = 5. / 32, kLargestSide = 1. / 2;  // of the scene's
constexpr double kLeastSeen = 0.25;
constexpr double kNoise = 0.04;
// Of its brightest, what the darkest part of an item still has; without it a black shirt would have no colour.
constexpr double kDarkest = 0.12;
// A pixel belongs to an item that covers half of it.
constexpr int kHalfCovered = 128;

// The streams of the splits, beside those of data/sets/synthetic.cpp.
constexpr uint64_t kStream[] = {2, 3};

struct LaidItem {
  int64_t top = 0, left = 0, height = 0, width = 0;
  std::vector<uint8_t> grey_and_cover;  // (height,width,2)
  double tint[3] = {};
  int32_t label = 0;

  bool covers(int64_t y, int64_t x) const {
    return grey_and_cover[static_cast<size_t>(2 * (y * width + x) + 1)] >= kHalfCovered;
  }
  int64_t covered_pixels() const {
    int64_t sum = 0;
    for (size_t i = 1; i < grey_and_cover.size(); i += 2) sum += grey_and_cover[i] >= kHalfCovered;
    return sum;
  }
};

// Two of the channels of a pure colour between red and green, green and blue, or blue and red; mixed with white.
void draw_tint(double (&tint)[3], Random& random) {
  const double brightness = random.uniform(0.65, 1), pureness = random.uniform(0, 0.8);
  const uint64_t strongest = random.below(3);
  const double second = random.uniform();
  const uint64_t side = 1 + random.below(2);
  double pure[3] = {};
  pure[strongest] = 1;
  pure[(strongest + side) % 3] = second;
  for (int c = 0; c < 3; ++c) tint[c] = brightness * (1 - pureness + pureness * pure[c]);
}

LaidItem lay_item(const ImageSet& items, int64_t size, Random& random) {
  const SceneItem item =
      cut_out_item(items, static_cast<int64_t>(random.below(static_cast<uint64_t>(items.size()))));
  const double side =
      static_cast<double>(size) * (kSmallestSide + (kLargestSide - kSmallestSide) * random.uniform());
  const double scale = side / static_cast<double>(std::max(item.height, item.width));
  const auto scaled = [scale](int64_t extent) {
    return std::max<int64_t>(1, std::llround(scale * static_cast<double>(extent)));
  };
  LaidItem laid{.height = scaled(item.height), .width = scaled(item.width), .label = item.label};
  laid.grey_and_cover = resampled_box({item.grey_and_cover.data(), item.height, item.width, 2},
                                      {0, 0, item.height, item.width}, laid.height, laid.width);
  draw_tint(laid.tint, random);
  laid.top = static_cast<int64_t>(random.below(static_cast<uint64_t>(size - laid.height + 1)));
  laid.left = static_cast<int64_t>(random.below(static_cast<uint64_t>(size - laid.width + 1)));
  return laid;
}

constexpr int32_t kGround = -1;

// (size,size): the item that is seen in each pixel.
std::vector<int32_t> seen_items(const std::vector<LaidItem>& items, int64_t size) {
  std::vector<int32_t> seen(static_cast<size_t>(size * size), kGround);
  for (size_t i = 0; i < items.size(); ++i) {
    const LaidItem& item = items[i];
    for (int64_t y = 0; y < item.height; ++y) {
      for (int64_t x = 0; x < item.width; ++x) {
        if (item.covers(y, x))
          seen[static_cast<size_t>((item.top + y) * size + item.left + x)] = static_cast<int32_t>(i);
      }
    }
  }
  return seen;
}

// What share of each item is seen.
std::vector<double> seen_shares(const std::vector<LaidItem>& items, const std::vector<int32_t>& seen) {
  std::vector<double> shares(items.size());
  for (const int32_t i : seen) {
    if (i != kGround) ++shares[static_cast<size_t>(i)];
  }
  for (size_t i = 0; i < items.size(); ++i) {
    shares[i] /= static_cast<double>(std::max<int64_t>(items[i].covered_pixels(), 1));
  }
  return shares;
}

// Takes items away until a quarter of each is seen. Taking one away hides none of the others.
std::vector<int32_t> remove_hidden(std::vector<LaidItem>& items, int64_t size) {
  while (true) {
    std::vector<int32_t> seen = seen_items(items, size);
    const std::vector<double> shares = seen_shares(items, seen);
    const auto least = std::min_element(shares.begin(), shares.end());
    if (least == shares.end() || *least >= kLeastSeen) return seen;
    items.erase(items.begin() + (least - shares.begin()));
  }
}

// Over the picture (size,size,3). Where an item covers a part of a pixel, the rest of the pixel stays.
void paint_item(const LaidItem& item, int64_t size, std::vector<double>& picture) {
  for (int64_t y = 0; y < item.height; ++y) {
    double* pixel = &picture[static_cast<size_t>(3 * ((item.top + y) * size + item.left))];
    const uint8_t* in = &item.grey_and_cover[static_cast<size_t>(2 * y * item.width)];
    for (int64_t x = 0; x < item.width; ++x, in += 2) {
      const double cover = in[1] / 255.;
      const double light = kDarkest * cover + (1 - kDarkest) * (in[0] / 255.);
      for (const double tint : item.tint) {
        *pixel = (1 - cover) * *pixel + tint * light;
        ++pixel;
      }
    }
  }
}

// Three numbers from one draw, each in -kNoise..kNoise.
std::vector<uint8_t> with_noise(const std::vector<double>& picture, Random& random) {
  std::vector<uint8_t> pixels;
  pixels.reserve(picture.size());
  for (size_t p = 0; p < picture.size(); p += 3) {
    const uint32_t bits = random.next_u32();
    for (size_t c = 0; c < 3; ++c) {
      const double noise = kNoise * (static_cast<double>(bits >> (8 * c) & 255) / 127.5 - 1);
      pixels.push_back(static_cast<uint8_t>(255 * std::clamp(picture[p + c] + noise, 0., 1.) + 0.5));
    }
  }
  return pixels;
}

DetectionObject object_of(const LaidItem& item, int32_t number, const std::vector<int32_t>& seen,
                          int64_t size) {
  std::vector<uint8_t> on;
  on.reserve(seen.size());
  for (const int32_t i : seen) on.push_back(i == number);
  const Rle mask = encode_rle(on, size, size);
  return {.box = bounding_box(mask),
          .label = item.label,
          .area = static_cast<double>(area(mask)),
          .crowd = false,
          .mask = mask};
}

void check_option(const char* option, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return;
  throw Error(std::string("scenes: ") + option + "=" + std::to_string(value) + ", expected " +
              std::to_string(low) + ".." + std::to_string(high));
}

}  // namespace

void check_scenes(const SceneOptions& options) {
  check_option("n", options.train, 1, 10'000'000);
  check_option("test", options.test, 1, 1'000'000);
  check_option("size", options.size, 32, 1024);
  check_option("objects", options.objects, 1, 100);
  if (options.empty >= 0 && options.empty <= 1) return;
  std::ostringstream text;
  text << "scenes: empty=" << options.empty << ", expected 0..1";
  throw Error(text.str());
}

SceneSet::SceneSet(const SceneOptions& options, Split split, std::shared_ptr<const ImageSet> items)
    : options_(options), split_(split), items_(std::move(items)) {
  check_scenes(options_);
}

DetectionExample SceneSet::at(int64_t i) const {
  check_index(*this, i);
  const int64_t size = options_.size;
  Random random(options_.seed, Purpose::synthetic, kStream[static_cast<int>(split_)],
                static_cast<uint64_t>(i));
  std::vector<double> picture = draw_ground(size, random);
  const bool empty = random.uniform() < options_.empty;
  const auto count = empty ? 0 : 1 + random.below(static_cast<uint64_t>(options_.objects));
  std::vector<LaidItem> laid;
  for (uint64_t k = 0; k < count; ++k) laid.push_back(lay_item(*items_, size, random));
  const std::vector<int32_t> seen = remove_hidden(laid, size);

  DetectionExample example;
  for (size_t k = 0; k < laid.size(); ++k) {
    paint_item(laid[k], size, picture);
    example.objects.push_back(object_of(laid[k], static_cast<int32_t>(k), seen, size));
  }
  example.image = {.height = size, .width = size, .pixels = with_noise(picture, random)};
  return example;
}

std::string SceneSet::fingerprint() const {
  std::ostringstream text;
  text << name() << ' ' << size() << ' ' << options_.size << ' ' << options_.objects << ' ' << options_.empty
       << ' ' << options_.seed << ' ' << join(items_->classes, ",") << '\n';
  Sha256 hash;
  hash.update(text.str());
  hash.update(items_->pixels.data(), items_->pixels.size());
  hash.update(items_->labels.data(), items_->labels.size() * sizeof(int32_t));
  return hash.hex();
}

}  // namespace eca
