#include "experiments/training/class_labels.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

TEST_CASE("labels are mapped by the names of their classes, of which some may be missing", "[class_labels]") {
  const ImageSet set{.name = "pets", .pixels = {}, .labels = {0, 1, 1, 0}, .classes = {"owl", "cat"}};
  const std::vector<std::string> classes = {"cat", "dog", "owl"};
  const ImageSet mapped = labelled_by(set, classes, "w");
  CHECK(mapped.labels == std::vector<int32_t>{2, 0, 0, 2});
  CHECK(mapped.classes == classes);
}

TEST_CASE("classes that a network does not know are named", "[class_labels]") {
  ImageSet set{.name = "pets", .pixels = {}, .labels = {}, .classes = {"zcat", "dog"}};
  const auto map = [&] { labelled_by(set, {"cat", "dog"}, "run/weights.safetensors"); };
  CHECK(error_text<Error>(map) ==
        "pets: classes that the network of run/weights.safetensors does not know: zcat (did you mean "
        "\"cat\"?)\n"
        "  it knows: cat, dog");
  for (int i = 0; i < 11; ++i) set.classes.push_back(std::to_string(i));
  CHECK_THAT(error_text<Error>(map), contains("zcat, 0, 1, 2, 3, 4, 5, 6, 7, 8 and 2 more"));
}

TEST_CASE("where a file names the classes otherwise than the data, it is told how they differ",
          "[class_labels]") {
  const ImageSet set{.name = "pets", .pixels = {}, .labels = {}, .classes = {"cat", "dog", "owl"}};
  const auto map = [&](const std::vector<std::string>& classes) {
    return error_text<Error>([&] { labelled_by(set, classes, "w.safetensors", "names.txt"); });
  };
  CHECK(map({"Cat", "dog", "yak"}) ==
        "pets: classes that names.txt does not name: cat, owl\n"
        "  it names, but the data do not: Cat, yak\n"
        "  each line of it names an output of the network: write there what the data call it, or leave "
        "--classes out");
  CHECK_THAT(map({"dog", "cat"}), contains("does not name: owl\n  each line of it"));
}

}  // namespace eca::test
