#include "data/sets/emnist.hpp"

#include <utility>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "data/sets/idx.hpp"

namespace eca {

namespace {

struct EmnistSplit {
  std::string name, characters;  // one character a class
  int first_label = 0;
};

const std::string kDigits = "0123456789", kCapitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                  kSmall = "abcdefghijklmnopqrstuvwxyz",
                  kMerged = kDigits + kCapitals + "abdefghnqrt";  // small letters that differ from capitals

// The paper's table II.
const std::vector<EmnistSplit>& splits() {
  static const std::vector<EmnistSplit> table = {
      {"balanced", kMerged},  {"byclass", kDigits + kCapitals + kSmall},
      {"bymerge", kMerged},   {"digits", kDigits},
      {"letters", kSmall, 1}, {"mnist", kDigits},
  };
  return table;
}

const EmnistSplit& find_split(const std::string& name) {
  for (const EmnistSplit& split : splits()) {
    if (split.name == name) return split;
  }
  throw Error("emnist: split = \"" + name + "\"" + did_you_mean(name, emnist_splits()) +
              ", expected one of " + join(emnist_splits(), ", "));
}

// (H,W) to (W,H), pixel (y,x) to (x,y).
void transpose_images(ImageSet& set) {
  const int64_t H = set.height, W = set.width;
  for (int64_t n = 0; n < set.size(); ++n) {
    const std::vector<uint8_t> stored(set.image(n), set.image(n) + H * W);
    for (int64_t y = 0; y < H; ++y) {
      for (int64_t x = 0; x < W; ++x) set.pixels[n * H * W + x * H + y] = stored[y * W + x];
    }
  }
  std::swap(set.height, set.width);
}

}  // namespace

std::vector<std::string> emnist_splits() {
  std::vector<std::string> names;
  for (const EmnistSplit& split : splits()) names.push_back(split.name);
  return names;
}

Dataset load_emnist(const std::string& dir, const std::string& split_name) {
  const EmnistSplit& split = find_split(split_name);
  IdxNames names = {.name = "emnist " + split.name,
                    .train = "emnist-" + split.name + "-train",
                    .test = "emnist-" + split.name + "-test",
                    .folders = {"gzip", "EMNIST/raw"},
                    .classes = {},
                    .first_label = split.first_label,
                    .how_to_get = "other splits of EMNIST are " + join(emnist_splits(), ", ") +
                                  ", as in emnist:DIR,split=letters"};
  for (const char character : split.characters) names.classes.emplace_back(1, character);
  Dataset data = load_idx(dir, names);
  transpose_images(data.train);
  transpose_images(data.test);
  data.normalisation = compute_normalisation(data.train);
  return data;
}

}  // namespace eca
