#include "data/loader.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <thread>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

static constexpr int64_t kImages = 103, kSide = 6;

// Grey images; image i is filled with the value i and has label i % 10.
static ImageSet numbered_set() {
  ImageSet set{.name = "numbered",
               .channels = 1,
               .height = kSide,
               .width = kSide,
               .pixels = {},
               .labels = {},
               .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
  for (int64_t i = 0; i < kImages; ++i) {
    set.pixels.insert(set.pixels.end(), kSide * kSide, static_cast<uint8_t>(i));
    set.labels.push_back(static_cast<int32_t>(i % 10));
  }
  return set;
}

static const Normalisation kUnit{.mean = {0}, .std = {1 / 255.0}};  // leaves pixel values as they are

static std::vector<Batch> rest_of_epoch(Loader& loader) {
  std::vector<Batch> batches;
  for (Batch batch; loader.next(batch);) batches.push_back(batch);
  return batches;
}

static std::vector<Batch> epoch_of(const ImageSet& set, const LoaderOptions& options, int64_t epoch,
                                   int64_t first_batch = 0) {
  Loader loader(set, kUnit, options);
  loader.start_epoch(epoch, first_batch);
  return rest_of_epoch(loader);
}

static void check_equal(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a[i].size == b[i].size);
    CHECK(a[i].indices == b[i].indices);
    CHECK(a[i].labels == b[i].labels);
    CHECK(a[i].images == b[i].images);
  }
}

static std::vector<int64_t> all_indices(const std::vector<Batch>& batches) {
  std::vector<int64_t> indices;
  for (const Batch& batch : batches)
    indices.insert(indices.end(), batch.indices.begin(), batch.indices.end());
  return indices;
}

static std::vector<int64_t> counting_to(int64_t n) {
  std::vector<int64_t> result(static_cast<size_t>(n));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

static LoaderOptions training_options() {
  return {.batch_size = 16, .shuffle = true, .augment = parse_augment("crop:1+flip+cutout:2"), .seed = 3};
}

TEST_CASE("a loader without shuffling hands out the set in order, the rest last", "[data]") {
  const ImageSet set = numbered_set();
  const auto batches = epoch_of(set, {.batch_size = 20, .prefetch = GENERATE(0, 2)}, 0);
  REQUIRE(batches.size() == 6);
  CHECK(all_indices(batches) == counting_to(kImages));
  CHECK(batches[5].size == 3);
  CHECK(batches[5].images.size() == 3 * kSide * kSide);
  for (const Batch& batch : batches) {
    for (int64_t n = 0; n < batch.size; ++n) {
      CHECK(batch.labels[n] == batch.indices[n] % 10);
      CHECK(batch.images[n * kSide * kSide] == Approx(batch.indices[n]).margin(1e-4));
      CHECK(batch.images[(n + 1) * kSide * kSide - 1] == Approx(batch.indices[n]).margin(1e-4));
    }
  }
}

TEST_CASE("drop_last leaves the smaller last batch out", "[data]") {
  const ImageSet set = numbered_set();
  Loader loader(set, kUnit, {.batch_size = 20, .drop_last = true});
  CHECK(loader.batches() == 5);
  loader.start_epoch(0);
  const auto batches = rest_of_epoch(loader);
  REQUIRE(batches.size() == 5);
  CHECK(all_indices(batches) == counting_to(100));
  CHECK(Loader(set, kUnit, {.batch_size = 103, .drop_last = true}).batches() == 1);
}

TEST_CASE("a batch larger than the set holds the set", "[data]") {
  const ImageSet set = numbered_set();
  const auto batches = epoch_of(set, {.batch_size = 1000}, 0);
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].size == kImages);
}

TEST_CASE("a shuffled epoch is a permutation, another one in each epoch and with each seed", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  const auto epoch0 = all_indices(epoch_of(set, options, 0)), epoch1 = all_indices(epoch_of(set, options, 1));
  options.seed = 4;
  const auto other_seed = all_indices(epoch_of(set, options, 0));
  for (auto indices : {epoch0, epoch1, other_seed}) {
    CHECK(indices != counting_to(kImages));
    std::sort(indices.begin(), indices.end());
    CHECK(indices == counting_to(kImages));
  }
  CHECK(epoch0 != epoch1);
  CHECK(epoch0 != other_seed);
}

TEST_CASE("every image comes to every place equally often", "[data]") {
  ImageSet set = numbered_set();
  set.labels.resize(4);
  set.pixels.resize(4 * kSide * kSide);
  Loader loader(set, kUnit, {.batch_size = 4, .shuffle = true, .prefetch = 0});
  int count[4][4] = {};  // [place][image]
  Batch batch;
  for (int64_t epoch = 0; epoch < 4000; ++epoch) {
    loader.start_epoch(epoch);
    REQUIRE(loader.next(batch));
    for (int place = 0; place < 4; ++place) ++count[place][batch.indices[place]];
  }
  for (const auto& row : count) {
    for (const int times : row) CHECK(std::abs(times - 1000) < 137);  // five standard deviations of 27
  }
}

TEST_CASE("prefetching does not change a batch", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  options.prefetch = 0;
  const auto expected = epoch_of(set, options, 2);
  options.prefetch = GENERATE(1, 2, 3, 50);
  CAPTURE(options.prefetch);
  check_equal(epoch_of(set, options, 2), expected);
}

TEST_CASE("threads do not change a batch", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  options.threads = 1;
  const auto expected = epoch_of(set, options, 2);
  options.threads = GENERATE(2, 5, 40);
  options.prefetch = GENERATE(0, 2);
  CAPTURE(options.threads, options.prefetch);
  check_equal(epoch_of(set, options, 2), expected);
}

// Image i is grey of the value i, but for some that cannot be read. The first of these is slow to say so.
class PatchySource final : public ImageSource {
 public:
  explicit PatchySource(std::set<int64_t> bad) : bad_(std::move(bad)) {}
  std::shared_ptr<const Image> read(int64_t i) const override {
    if (i == *bad_.begin()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (bad_.contains(i)) throw FileError(std::to_string(i) + ".png", "is damaged");
    return std::make_shared<Image>(
        Image{.height = kSide,
              .width = kSide,
              .pixels = std::vector<uint8_t>(kSide * kSide * 3, static_cast<uint8_t>(i))});
  }
  bool in_memory() const override { return false; }

 private:
  std::set<int64_t> bad_;
};

static ImageSet patchy_set(std::set<int64_t> bad, bool skip_bad) {
  ImageSet set = numbered_set();
  set.channels = 3;
  set.pixels.clear();
  set.source = std::make_shared<PatchySource>(std::move(bad));
  if (skip_bad) set.unreadable = std::make_shared<UnreadableImages>();
  return set;
}

static const Normalisation kUnitRgb{.mean = {0, 0, 0}, .std = {1 / 255.0, 1 / 255.0, 1 / 255.0}};

static std::vector<Batch> rgb_epoch_of(const ImageSet& set, const LoaderOptions& options) {
  Loader loader(set, kUnitRgb, options);
  loader.start_epoch(1);
  return rest_of_epoch(loader);
}

TEST_CASE("of several images of a batch that cannot be read the first is named, whichever thread met it",
          "[data]") {
  const ImageSet set = patchy_set({35, 37, 44}, /*skip_bad=*/false);
  const LoaderOptions options = {.batch_size = 20, .prefetch = GENERATE(0, 2), .threads = GENERATE(1, 4)};
  Loader loader(set, kUnitRgb, options);
  loader.start_epoch(0);
  Batch batch;
  CHECK(loader.next(batch));
  CHECK_THAT(error_text<FileError>([&] { loader.next(batch); }), contains("35.png: is damaged"));
}

TEST_CASE("the next of its class stands in for an image that cannot be read, in training", "[data]") {
  LoaderOptions options = {.batch_size = 16, .shuffle = true, .seed = 3};
  const std::vector<Batch> whole = rgb_epoch_of(patchy_set({1000}, true), options);
  options.threads = GENERATE(1, 4);
  const int64_t parts = GENERATE(1, 2);
  CAPTURE(options.threads, parts);
  const ImageSet set =
      patchy_set({35, 45, 95, 102}, true);  // 105 is not there: 5 follows 95, and 2 follows 102
  for (int64_t p = 0; p < parts; ++p) {
    options.part = [=](int64_t N) {
      return PartOfBatch{.first = N * p / parts, .last = N * (p + 1) / parts};
    };
    const std::vector<Batch> found = rgb_epoch_of(set, options);
    REQUIRE(found.size() == whole.size());
    for (size_t b = 0; b < found.size(); ++b) {
      for (int64_t n = 0; n < found[b].size; ++n) {
        const auto at = static_cast<size_t>(found[b].first + n), own = static_cast<size_t>(n);
        const int64_t i = whole[b].indices[at];
        const int64_t shown = i == 35 || i == 45 ? 55 : i == 95 ? 5 : i == 102 ? 2 : i;
        CHECK(found[b].indices[own] == shown);
        CHECK(found[b].labels[own] == whole[b].labels[at]);
        CHECK(found[b].images[own * kSide * kSide * 3] == Approx(shown).margin(1e-4));
      }
    }
  }
  CHECK(set.unreadable->say_new() == std::vector<std::string>{"35.png: is damaged", "45.png: is damaged",
                                                              "95.png: is damaged", "102.png: is damaged"});
  CHECK(set.unreadable->say_new().empty());
}

TEST_CASE("how far the loader has read ahead can be waited for", "[data]") {
  const ImageSet set = patchy_set({1, 5, 7, 102}, true);
  const LoaderOptions options = {.batch_size = 2, .prefetch = GENERATE(0, 2), .threads = GENERATE(1, 3)};
  CAPTURE(options.prefetch);
  Loader loader(set, kUnitRgb, options);
  loader.wait_for_ahead();  // before the first epoch there is nothing to wait for
  loader.start_epoch(0);
  Batch batch;
  loader.next(batch);
  loader.wait_for_ahead();
  CHECK(set.unreadable->contains(1));
  CHECK(set.unreadable->contains(5) == (options.prefetch == 2));
  CHECK_FALSE(set.unreadable->contains(7));
  while (loader.next(batch)) loader.wait_for_ahead();
  CHECK(set.unreadable->say_new().size() == 4);
}

TEST_CASE("images that cannot be read are left out where that is asked for", "[data]") {
  const ImageSet set = patchy_set({0, 7, 60, 61, 62, 63, 102}, true);
  const LoaderOptions options = {.batch_size = 2, .threads = GENERATE(1, 3), .leave_out_unreadable = true};
  std::vector<int64_t> expected = counting_to(kImages);
  std::erase_if(expected, [](int64_t i) { return i == 0 || i == 7 || (i >= 60 && i < 64) || i == 102; });
  const std::vector<Batch> batches = rgb_epoch_of(set, options);
  CHECK(batches.size() == 52);
  CHECK(batches[30].size == 0);
  CHECK(all_indices(batches) == expected);
  for (const Batch& batch : batches) {
    REQUIRE(std::ssize(batch.images) == batch.size * set.image_size());
    for (size_t n = 0; n < batch.indices.size(); ++n) {
      CHECK(batch.labels[n] == batch.indices[n] % 10);
      CHECK(batch.images[n * kSide * kSide * 3] == Approx(batch.indices[n]).margin(1e-4));
    }
  }
}

TEST_CASE("a class without any image that can be read is an error", "[data]") {
  std::set<int64_t> bad;
  for (int64_t i = 4; i < kImages; i += 10) bad.insert(i);
  const ImageSet set = patchy_set(bad, true);
  CHECK_THAT(error_text<FileError>([&] { rgb_epoch_of(set, {.batch_size = 50}); }),
             contains("numbered: holds no image of class \"4\" that can be read"));
}

TEST_CASE("an epoch resumed at a batch goes on as it would have", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  options.prefetch = GENERATE(0, 2);
  const int64_t first_batch = GENERATE(1, 4, 6, 7);
  CAPTURE(options.prefetch, first_batch);
  auto expected = epoch_of(set, options, 5);
  REQUIRE(expected.size() == 7);
  expected.erase(expected.begin(), expected.begin() + first_batch);
  check_equal(epoch_of(set, options, 5, first_batch), expected);
}

TEST_CASE("an epoch can be started again at any moment", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  options.prefetch = GENERATE(0, 1, 3);
  const int consumed = GENERATE(0, 1, 4, 7);
  CAPTURE(options.prefetch, consumed);
  Loader loader(set, kUnit, options);
  loader.start_epoch(0);
  Batch batch;
  for (int i = 0; i < consumed; ++i) REQUIRE(loader.next(batch));
  loader.start_epoch(1);
  check_equal(rest_of_epoch(loader), epoch_of(set, options, 1));
  CHECK_FALSE(loader.next(batch));  // stays at the end
  loader.start_epoch(0);
  check_equal(rest_of_epoch(loader), epoch_of(set, options, 0));
}

TEST_CASE("a loader can be destroyed at any moment", "[data]") {
  const ImageSet set = numbered_set();
  int64_t received = 0;
  for (int i = 0; i < 200; ++i) {
    Loader loader(set, kUnit, {.batch_size = 1 + i % 7, .shuffle = true, .prefetch = 1 + i % 4});
    loader.start_epoch(i);
    Batch batch;
    for (int taken = 0; taken < i % 6; ++taken) received += loader.next(batch);
  }
  CHECK(received == 200 / 6 * 15 + 0 + 1);  // 0+1+2+3+4+5 in each six, and the last two
}

TEST_CASE("parts of a batch side by side are the batch", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  options.prefetch = GENERATE(0, 2);
  const int64_t parts = GENERATE(1, 3, 8);  // of 8, some are empty in the last batch, of 7 images
  CAPTURE(options.prefetch, parts);
  const std::vector<Batch> expected = epoch_of(set, options, 1);
  std::vector<Batch> joined(expected.size());
  for (int64_t p = 0; p < parts; ++p) {
    options.part = [=](int64_t N) {
      return PartOfBatch{.first = N * p / parts, .last = N * (p + 1) / parts};
    };
    const std::vector<Batch> own = epoch_of(set, options, 1);
    REQUIRE(own.size() == expected.size());
    for (size_t i = 0; i < own.size(); ++i) {
      CHECK(own[i].whole == expected[i].size);
      CHECK(own[i].first == joined[i].size);
      CHECK(own[i].size == own[i].whole * (p + 1) / parts - own[i].first);
      joined[i].size += own[i].size;
      joined[i].images.insert(joined[i].images.end(), own[i].images.begin(), own[i].images.end());
      joined[i].labels.insert(joined[i].labels.end(), own[i].labels.begin(), own[i].labels.end());
      joined[i].indices.insert(joined[i].indices.end(), own[i].indices.begin(), own[i].indices.end());
    }
  }
  check_equal(joined, expected);
}

TEST_CASE("a part that reaches beyond its batch is refused", "[data]") {
  const ImageSet set = numbered_set();
  const auto text = [&](PartOfBatch part) {
    Loader loader(set, kUnit, {.batch_size = 16, .part = [=](int64_t) { return part; }});
    loader.start_epoch(0);
    Batch batch;
    return error_text<Error>([&] { loader.next(batch); });
  };
  CHECK_THAT(text({.first = 4, .last = 17}),
             contains("part 4..17 of a batch of 16, expected a range within 0..16"));
  CHECK_THAT(text({.first = -1, .last = 3}), contains("part -1..3"));
  CHECK_THAT(text({.first = 5, .last = 4}), contains("part 5..4"));
}

TEST_CASE("augmentation follows the image, not its place in a batch", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  const auto shuffled = epoch_of(set, options, 0);
  options.shuffle = false;
  options.batch_size = kImages;
  const auto ordered = epoch_of(set, options, 0);
  for (const Batch& batch : shuffled) {
    for (int64_t n = 0; n < batch.size; ++n) {
      const real* expected = &ordered[0].images[batch.indices[n] * kSide * kSide];
      CHECK(std::equal(expected, expected + kSide * kSide, &batch.images[n * kSide * kSide]));
    }
  }
}

TEST_CASE("another epoch augments otherwise", "[data]") {
  const ImageSet set = numbered_set();
  LoaderOptions options = training_options();
  options.shuffle = false;
  const auto epoch0 = epoch_of(set, options, 0), epoch1 = epoch_of(set, options, 1);
  CHECK(epoch0[1].indices == epoch1[1].indices);
  CHECK(epoch0[1].images != epoch1[1].images);
}

TEST_CASE("buffers are swapped and used again, also those the caller brings", "[data]") {
  const ImageSet set = numbered_set();
  Loader loader(set, kUnit, {.batch_size = 25, .drop_last = true, .prefetch = 1});
  const size_t marked = 100000;  // a capacity to know the caller's buffer by
  Batch batch;
  batch.images.reserve(marked);
  int times_seen = 0;
  for (int64_t epoch = 0; epoch < 6; ++epoch) {
    loader.start_epoch(epoch);
    while (loader.next(batch)) times_seen += batch.images.capacity() == marked;
  }
  CHECK(times_seen == 12);  // the caller's buffer and the loader's take turns in 24 batches
}

TEST_CASE("what goes wrong in the background is thrown by next, and the loader can start again", "[data]") {
  ImageSet set = numbered_set();
  Loader loader(set, kUnit, {.batch_size = 25, .prefetch = GENERATE(0, 2)});
  const std::vector<int32_t> labels = set.labels;
  set.labels.resize(100);
  loader.start_epoch(0);
  Batch batch;
  const auto text = [&] { return error_text<Error>([&] { loader.next(batch); }); };
  CHECK_THAT(text(), contains("numbered changed from 103 to 100 images while in use"));
  CHECK_THAT(text(), contains("changed"));  // and again
  set.labels = labels;
  loader.start_epoch(1);
  CHECK(rest_of_epoch(loader).size() == 5);
}

TEST_CASE("a loader refuses options that do not fit, with the figures", "[data]") {
  const ImageSet set = numbered_set();
  const auto text = [&](const LoaderOptions& options) {
    return error_text<Error>([&] { Loader(set, kUnit, options); });
  };
  CHECK_THAT(text({.batch_size = 0}), contains("batch size 0, expected 1 or more"));
  CHECK_THAT(text({.batch_size = 104, .drop_last = true}),
             contains("batch size 104 with drop_last, but only 103 images of numbered"));
  CHECK_THAT(text({.prefetch = -1}), contains("prefetch -1"));
  CHECK_THAT(text({.threads = -2}), contains("-2 threads, expected 0 to 1024"));
  CHECK_THAT(text({.augment = parse_augment("lighting")}),
             contains("lighting is for images of 3 channels, found 1"));
  CHECK_THAT(text({.balanced = true}), contains("balanced, expected only with shuffle"));
  CHECK_THAT(text({.augment = {.crop_padding = 6}}), contains("crop:6 does not fit images of 6x6"));
  CHECK_THAT(error_text<Error>([&] {
               Loader(set, {.mean = {0, 0, 0}, .std = {1, 1, 1}}, {});
             }),
             contains("numbered has 1 channels, the normalisation 3 means"));
  ImageSet empty = set;
  empty.labels.clear();
  CHECK_THAT(error_text<Error>([&] { Loader(empty, kUnit, {}); }), contains("numbered holds no images"));
}

TEST_CASE("a loader refuses epochs and batches that do not exist", "[data]") {
  const ImageSet set = numbered_set();
  Loader loader(set, kUnit, {.batch_size = 16});
  Batch batch;
  CHECK_THAT(error_text<Error>([&] { loader.next(batch); }), contains("before the first start_epoch"));
  CHECK_THAT(error_text<Error>([&] { loader.start_epoch(0, 8); }), contains("first batch 8, expected 0..7"));
  CHECK_THAT(error_text<Error>([&] { loader.start_epoch(0, -1); }), contains("first batch -1"));
  CHECK_THAT(error_text<Error>([&] { loader.start_epoch(-1); }), contains("epoch -1"));
}

// 103 images: 90 of class 0, 10 of class 1, 3 of class 4.
static ImageSet uneven_set() {
  ImageSet set = numbered_set();
  for (int64_t i = 0; i < kImages; ++i) set.labels[static_cast<size_t>(i)] = i < 90 ? 0 : i < 100 ? 1 : 4;
  return set;
}

static LoaderOptions balanced_options() {
  LoaderOptions options = training_options();
  options.balanced = true;
  return options;
}

TEST_CASE("balanced sampling: classes come equally often, and images within a class", "[data]") {
  const ImageSet set = uneven_set();
  std::vector<std::vector<int64_t>> epochs;
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    CAPTURE(epoch);
    const std::vector<int64_t> indices = all_indices(epoch_of(set, balanced_options(), epoch));
    REQUIRE(indices.size() == kImages);
    std::vector<int> of_class(10), of_image(kImages);
    for (const int64_t i : indices) {
      ++of_class[static_cast<size_t>(set.labels[static_cast<size_t>(i)])];
      ++of_image[static_cast<size_t>(i)];
    }
    for (const size_t label : {0, 1, 4}) CHECK((of_class[label] == 34 || of_class[label] == 35));
    CHECK(*std::max_element(of_image.begin(), of_image.begin() + 90) == 1);
    for (size_t i = 90; i < 100; ++i) CHECK((of_image[i] == 3 || of_image[i] == 4));
    for (size_t i = 100; i < 103; ++i) CHECK((of_image[i] == 11 || of_image[i] == 12));
    epochs.push_back(indices);
  }
  CHECK(epochs[0] != epochs[1]);
  CHECK(epochs[1] != epochs[2]);
}

TEST_CASE("balanced sampling: an image that comes again is augmented anew", "[data]") {
  ImageSet set = uneven_set();
  for (size_t i = 0; i < set.pixels.size(); ++i) set.pixels[i] = static_cast<uint8_t>(i * 37);
  std::map<int64_t, std::set<std::vector<real>>> seen;
  for (const Batch& batch : epoch_of(set, balanced_options(), 0)) {
    for (int64_t n = 0; n < batch.size; ++n) {
      const real* image = batch.images.data() + n * kSide * kSide;
      seen[batch.indices[n]].emplace(image, image + kSide * kSide);
    }
  }
  for (const int64_t i : {100, 101, 102}) CHECK(seen[i].size() > 5);  // of 11 or 12 times
}

TEST_CASE("balanced sampling: the seed decides, not prefetching or where an epoch is resumed", "[data]") {
  const ImageSet set = uneven_set();
  LoaderOptions options = balanced_options();
  const auto whole = epoch_of(set, options, 2);
  for (const int prefetch : {0, 1, 5}) {
    options.prefetch = prefetch;
    check_equal(epoch_of(set, options, 2), whole);
    check_equal(epoch_of(set, options, 2, 3), {whole.begin() + 3, whole.end()});
  }
  options.seed = 4;
  CHECK(all_indices(epoch_of(set, options, 2)) != all_indices(whole));
}
