#include "data/coco/rle.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace eca {

namespace {

// Puts runs together: equal neighbours become one, and runs of no pixels go.
class RunWriter {
 public:
  void add(bool on, uint32_t length) {
    if (length == 0) return;
    if (on == on_) {
      counts_.back() += length;
    } else {
      counts_.push_back(length);
      on_ = on;
    }
  }
  std::vector<uint32_t> take() { return std::move(counts_); }

 private:
  std::vector<uint32_t> counts_ = {0};
  bool on_ = false;
};

// Walks the runs of two masks at once: calls visit(on in a, on in b, pixels) for each stretch in which neither changes.
template <class Visit>
void walk_both(const Rle& a, const Rle& b, const Visit& visit) {
  if (a.height != b.height || a.width != b.width) {
    throw Error("masks of different sizes: " + std::to_string(a.height) + "x" + std::to_string(a.width) +
                " and " + std::to_string(b.height) + "x" + std::to_string(b.width));
  }
  size_t i = 0, j = 0;
  uint32_t left_a = a.counts.empty() ? 0 : a.counts[0], left_b = b.counts.empty() ? 0 : b.counts[0];
  while (i < a.counts.size() && j < b.counts.size()) {
    const uint32_t length = std::min(left_a, left_b);
    visit(i % 2 == 1, j % 2 == 1, length);
    left_a -= length, left_b -= length;
    if (left_a == 0 && ++i < a.counts.size()) left_a = a.counts[i];
    if (left_b == 0 && ++j < b.counts.size()) left_b = b.counts[j];
  }
}

void check_sides(int64_t height, int64_t width) {
  if (height >= 1 && width >= 1 && height <= kMaxMaskSide && width <= kMaxMaskSide) return;
  throw Error("a mask of " + std::to_string(height) + "x" + std::to_string(width) +
              " pixels, expected sides of 1 to " + std::to_string(kMaxMaskSide));
}

// Where a count is written: whether its groups of five bits end, and what they sum up to.
constexpr int kBits = 5, kMore = 1 << kBits, kSign = 1 << (kBits - 1), kFirstCharacter = '0';
// A difference of counts has at most 28 bits and a sign.
constexpr int kMostGroups = 6;

// The number that begins at `at`, which is moved behind it.
int64_t read_number(std::string_view text, size_t& at) {
  int64_t value = 0;
  for (int group = 0; group < kMostGroups; ++group) {
    if (at == text.size()) throw Error("the text of its counts ends within a count");
    const int bits = text[at] - kFirstCharacter;
    if (bits < 0 || bits >= 2 * kMore) {
      throw Error("character " + std::to_string(at) + " of the text of its counts is none of '0' to 'o'");
    }
    ++at;
    value |= int64_t{bits % kMore} << (kBits * group);
    if ((bits & kMore) != 0) continue;
    return (bits & kSign) != 0 ? value - (int64_t{1} << (kBits * (group + 1))) : value;
  }
  throw Error("a count before character " + std::to_string(at) + " of the text of its counts is too large");
}

}  // namespace

Rle encode_rle(std::span<const uint8_t> mask, int64_t height, int64_t width) {
  RunWriter runs;
  for (int64_t x = 0; x < width; ++x) {
    for (int64_t y = 0; y < height; ++y) runs.add(mask[static_cast<size_t>(y * width + x)] != 0, 1);
  }
  return {height, width, runs.take()};
}

std::vector<uint8_t> decode_rle(const Rle& mask) {
  std::vector<uint8_t> pixels(static_cast<size_t>(mask.height * mask.width));
  int64_t at = 0;  // down the columns
  for (size_t i = 0; i < mask.counts.size(); ++i) {
    const int64_t end = at + mask.counts[i];
    if (i % 2 == 0) at = end;
    for (; at < end; ++at) pixels[static_cast<size_t>(at % mask.height * mask.width + at / mask.height)] = 1;
  }
  return pixels;
}

Rle rle_from_counts(std::span<const int64_t> counts, int64_t height, int64_t width) {
  check_sides(height, width);
  const int64_t pixels = height * width;
  RunWriter runs;
  int64_t sum = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 0 || counts[i] > pixels) {
      throw Error("count " + std::to_string(i) + " of its runs is " + std::to_string(counts[i]) +
                  ", expected 0 to " + std::to_string(pixels));
    }
    sum += counts[i];
    if (sum > pixels) break;
    runs.add(i % 2 == 1, static_cast<uint32_t>(counts[i]));
  }
  if (sum != pixels) {
    throw Error("its runs have " + std::string(sum > pixels ? "more than " : "") +
                std::to_string(std::min(sum, pixels)) + " pixels, expected " + std::to_string(height) + "x" +
                std::to_string(width) + " = " + std::to_string(pixels));
  }
  return {height, width, runs.take()};
}

Rle rle_from_text(std::string_view text, int64_t height, int64_t width) {
  std::vector<int64_t> counts;
  for (size_t at = 0; at < text.size();) {
    int64_t count = read_number(text, at);
    if (counts.size() > 2) count += counts[counts.size() - 2];
    counts.push_back(count);
  }
  return rle_from_counts(counts, height, width);
}

std::string rle_text(const Rle& mask) {
  std::string text;
  for (size_t i = 0; i < mask.counts.size(); ++i) {
    int64_t value = int64_t{mask.counts[i]} - (i > 2 ? int64_t{mask.counts[i - 2]} : 0);
    for (bool more = true; more;) {
      const int64_t bits = value & (kMore - 1);
      value >>= kBits;
      more = value != ((bits & kSign) != 0 ? -1 : 0);
      text += static_cast<char>(kFirstCharacter + bits + (more ? kMore : 0));
    }
  }
  return text;
}

int64_t area(const Rle& mask) {
  int64_t sum = 0;
  for (size_t i = 1; i < mask.counts.size(); i += 2) sum += mask.counts[i];
  return sum;
}

Box bounding_box(const Rle& mask) {
  int64_t left = mask.width, right = -1, top = mask.height, bottom = -1;
  int64_t at = 0;
  for (size_t i = 0; i < mask.counts.size(); ++i) {
    const int64_t first = at, last = at + mask.counts[i] - 1;
    at += mask.counts[i];
    if (i % 2 == 0) continue;
    const int64_t first_column = first / mask.height, last_column = last / mask.height;
    const bool goes_on = first_column < last_column;  // over the foot of a column to the head of the next
    left = std::min(left, first_column);
    right = std::max(right, last_column);
    top = std::min(top, goes_on ? 0 : first % mask.height);
    bottom = std::max(bottom, goes_on ? mask.height - 1 : last % mask.height);
  }
  if (right < 0) return {};
  return {static_cast<double>(left), static_cast<double>(top), static_cast<double>(right - left + 1),
          static_cast<double>(bottom - top + 1)};
}

Rle united(const Rle& a, const Rle& b) {
  RunWriter runs;
  walk_both(a, b, [&runs](bool in_a, bool in_b, uint32_t length) { runs.add(in_a || in_b, length); });
  return {a.height, a.width, runs.take()};
}

double mask_iou(const Rle& detection, const Rle& truth, bool crowd) {
  int64_t in_both = 0, in_one = 0;
  walk_both(detection, truth, [&](bool in_detection, bool in_truth, uint32_t length) {
    if (in_detection && in_truth) in_both += length;
    if (in_detection || in_truth) in_one += length;
  });
  if (in_both == 0) return 0;
  return static_cast<double>(in_both) / static_cast<double>(crowd ? area(detection) : in_one);
}

}  // namespace eca
