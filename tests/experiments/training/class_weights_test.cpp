#include "experiments/training/class_weights.hpp"

#include <fstream>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

// 6 images of cat, 2 of dog, 1 of owl, none of yak.
static ImageSet animals() {
  ImageSet set;
  set.labels = {0, 0, 1, 0, 0, 2, 0, 1, 0};
  set.classes = {"cat", "dog", "owl", "yak"};
  return set;
}

TEST_CASE("class weights: balanced, in order, by name", "[train]") {
  CHECK(class_weights("", animals()).empty());
  CHECK(class_weights("balanced", animals()) == std::vector<double>{0.5, 1.5, 3, 0});
  CHECK(class_weights("1,2,0.5,0", animals()) == std::vector<double>{1, 2, 0.5, 0});
  CHECK(class_weights("owl = 3,cat=1, yak=0,dog=2", animals()) == std::vector<double>{1, 2, 3, 0});
}

TEST_CASE("class weights: a file becomes the text that a run keeps", "[train]") {
  const TempDir dir;
  std::ofstream(dir.file("weights.txt")) << "# rare ones count more\nowl = 3\ncat = 1\n\ndog = 2\nyak = 0\n";
  const std::string text = class_weights_text(dir.file("weights.txt"));
  CHECK(text == "owl = 3,cat = 1,dog = 2,yak = 0");
  CHECK(class_weights(text, animals()) == std::vector<double>{1, 2, 3, 0});
  CHECK(class_weights_text("balanced") == "balanced");
}

TEST_CASE("class weights: errors name the word and the classes", "[train]") {
  const std::pair<const char*, const char*> cases[] = {
      {"1,2", "no weight of class \"owl\"; there are 4 classes"},
      {"1,2,3,4,5", "expected 4 numbers, one for each class"},
      {"catt=1,dog=2", "there is no class \"catt\" (did you mean \"cat\"?)"},
      {"cat=1,cat=2", "two weights for one class, at \"cat=2\""},
      {"1,-2,3,4", "\"-2\", expected a finite number from 0"},
      {"balancd", "\"balancd\", expected a finite number from 0"},
      {"0,0,0,0", "all weights are 0"},
  };
  for (const auto& [text, problem] : cases) {
    CAPTURE(text);
    const std::string message = error_text<Error>([text = text] { class_weights(text, animals()); });
    CHECK_THAT(message, contains("class-weights: \"" + std::string(text) + "\": ") && contains(problem));
    CHECK_THAT(message, contains("possible: balanced, a number for each class"));
  }
}
