#include "experiments/training/identity.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "data/sets/dataset.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

namespace {

using Lines = std::vector<std::string>;

const Dataset& small_data() {
  static const Dataset data = load_dataset("synthetic:n=6,test=4,size=8,classes=2");
  return data;
}

Lines differences_of(const Dataset& changed) {
  return data_differences(identity_of({}, small_data(), {}), identity_of({}, changed, {}));
}

}  // namespace

TEST_CASE("identity: as text and back, and what is not readable", "[identity]") {
  const Identity identity = identity_of({}, small_data(), {{"compiler", "g++"}});
  CHECK(identity_from_text(to_text(identity)) == identity);
  CHECK(identity.settings.at("batch-size") == "128");
  CHECK_FALSE(identity.settings.contains("threads"));
  CHECK_FALSE(identity.settings.contains("data"));
  for (const char* text : {"", "{", "{}", R"({"settings":3})"}) {
    CHECK_THAT(error_text<Error>([&] { identity_from_text(text); }),
               contains("\"identity\" is not readable"));
  }
}

TEST_CASE("identity: each change of the data is named", "[identity]") {
  CHECK(differences_of(small_data()).empty());

  Dataset data = small_data();
  data.train.classes[1] = data.test.classes[1] = "owl";
  CHECK_THAT(differences_of(data).at(0), contains("\"" + small_data().train.classes[1] + "\" is missing"));
  CHECK(differences_of(data).at(1) == "classes: \"owl\" is new");

  data = small_data();
  std::swap(data.train.classes[0], data.train.classes[1]);
  CHECK_THAT(differences_of(data).at(0), contains("order of the classes: expected "));

  data = small_data();
  const std::string last = data.train.classes[static_cast<size_t>(data.train.labels.back())];
  data.train.labels.pop_back();
  data.train.pixels.resize(data.train.pixels.size() - static_cast<size_t>(data.train.image_size()));
  REQUIRE(differences_of(data).size() == 1);
  CHECK_THAT(differences_of(data)[0], contains("training images of class \"" + last + "\": expected "));

  data = small_data();
  data.test.pixels[5] ^= 1;
  CHECK(differences_of(data) ==
        Lines{"test images: as many of each class, but other pixels or in another order"});

  data = small_data();
  const auto other = std::find_if(data.train.labels.begin(), data.train.labels.end(),
                                  [&](int32_t label) { return label != data.train.labels[0]; });
  std::iter_swap(data.train.labels.begin(), other);
  CHECK(differences_of(data) ==
        Lines{"training labels: as many of each class, but other ones or in another order"});
}

TEST_CASE("identity: of a folder of images, its files count", "[identity]") {
  Dataset folder = small_data();
  folder.train.fingerprint = [] { return std::string("a1"); };
  const Identity identity = identity_of({}, folder, {});
  CHECK(identity.train.pixels == "files a1");
  CHECK(data_differences(identity, identity).empty());
  // the pixels themselves need not be there
  folder.train.pixels.clear();
  CHECK(identity_of({}, folder, {}) == identity);
  folder.train.fingerprint = [] { return std::string("a2"); };
  CHECK(data_differences(identity, identity_of({}, folder, {})) ==
        Lines{"training images: as many of each class, but other pixels or in another order"});
  const Lines older = data_differences(identity_of({}, small_data(), {}), identity);
  REQUIRE(older.size() == 1);
  CHECK_THAT(older[0], contains("training images") && contains("an earlier version recorded their pixels"));
}

TEST_CASE("identity: a setting that an older checkpoint does not know had today's default", "[identity]") {
  std::map<std::string, std::string> older = settings_of(TrainConfig{});
  older.erase("seed");
  older["rate"] = "3";
  CHECK(setting_differences(older, settings_of(TrainConfig{}), settings_of(TrainConfig{})) ==
        Lines{"rate: expected 3, found nothing"});
  TrainConfig config;
  config.seed = 2;
  older.erase("rate");
  CHECK(setting_differences(older, settings_of(config), settings_of(TrainConfig{})) ==
        Lines{"seed: expected 1, found 2"});
}

TEST_CASE("identity: another machine is told apart", "[identity]") {
  Identity here, there;
  here.arithmetic = {{"compiler", "g++"}, {"instruction set", "AVX2"}};
  there.arithmetic = {{"compiler", "g++"}, {"instruction set", "AVX-512"}};
  CHECK(arithmetic_differences(here, here).empty());
  CHECK(arithmetic_differences(here, there) == Lines{"instruction set: expected AVX2, found AVX-512"});
}

}  // namespace eca::test
