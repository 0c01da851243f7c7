#include "data/detection/scene_items.hpp"

#include <cstdlib>
#include <optional>

#include "core/base/error.hpp"
#include "data/sets/idx.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// One image: '#' is bright, '-' as dark as the ground may be, ' ' black.
ImageSet drawing(const std::vector<std::string>& rows) {
  ImageSet set{.name = "drawing", .channels = 1, .height = std::ssize(rows), .width = std::ssize(rows[0])};
  for (const std::string& row : rows) {
    for (const char c : row) set.pixels.push_back(c == '#' ? 200 : c == '-' ? kDarkestOfItem : 0);
  }
  set.labels = {3};
  return set;
}

// The item's cover, row by row.
std::vector<std::string> cover_of(const std::vector<std::string>& rows) {
  const SceneItem item = cut_out_item(drawing(rows), 0);
  CHECK(item.label == 3);
  std::vector<std::string> cover(static_cast<size_t>(item.height));
  for (int64_t p = 0; p < item.height * item.width; ++p) {
    const int on = item.grey_and_cover[static_cast<size_t>(2 * p + 1)];
    CHECK((on == 0 || on == 255));
    if (on == 0) CHECK(item.grey_and_cover[static_cast<size_t>(2 * p)] == 0);
    cover[static_cast<size_t>(p / item.width)] += on != 0 ? '#' : '.';
  }
  return cover;
}

// FASHION_MNIST_DIR for the length of a test.
class FashionFolder {
 public:
  explicit FashionFolder(const std::string& dir) {
    if (const char* before = std::getenv("FASHION_MNIST_DIR")) before_ = before;
    setenv("FASHION_MNIST_DIR", dir.c_str(), 1);
  }
  ~FashionFolder() {
    if (before_) setenv("FASHION_MNIST_DIR", before_->c_str(), 1);
    if (!before_) unsetenv("FASHION_MNIST_DIR");
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("scene items: cut out to their pixels", "[data][detection]") {
  // A speck goes, a small dark spot is filled, an opening to the border is not.
  CHECK(cover_of({"-        ",  //
                  " ######  ",  //
                  " ##-###  ",  //
                  " # ##    ",  //
                  " ## ##   ",  //
                  "        #"}) == std::vector<std::string>{"######", "######", "####..", "##.##."});
  // A large hole stays.
  CHECK(cover_of({"######", "#    #", "#    #", "#    #", "#    #", "######"})[1] == "#....#");
  CHECK(cover_of({"######", "#    #", "#    #", "#    #", "#  ###", "######"})[1] == "######");
}

TEST_CASE("scene items: an image that shows nothing is refused", "[data][detection]") {
  CHECK(error_text<Error>([] {
          cut_out_item(drawing({"---", "-#-", "---"}), 0);
        }) == "scenes: image 0 of drawing shows nothing");
}

TEST_CASE("scene items: drawn shapes where there is no Fashion-MNIST", "[data][detection]") {
  const TempDir dir;
  const FashionFolder folder(dir.str());
  const SceneItems items = load_scene_items(SceneItemKind::automatic);
  CHECK(items.note == "scenes: the items are drawn shapes of 6 classes, as there is no Fashion-MNIST in " +
                          dir.str() + " (Debian's package dataset-fashion-mnist)");
  CHECK(items.train->classes ==
        std::vector<std::string>{"disc", "ring", "square", "triangle", "plus", "cross"});
  CHECK(items.train->size() == 3600);
  CHECK(items.test->size() == 600);
  CHECK(images_per_class(*items.test) == std::vector<int64_t>(6, 100));
  CHECK(items.test->pixels.size() == 600 * 28 * 28);
  const SceneItem ring = cut_out_item(*items.train, 1);
  CHECK(ring.label == 1);
  CHECK(ring.grey_and_cover[2 * (ring.height / 2 * ring.width + ring.width / 2) + 1] == 0);  // its hole
  CHECK(load_scene_items(SceneItemKind::shapes).note.empty());
  CHECK_THAT(error_text<FileError>([] { load_scene_items(SceneItemKind::fashion_mnist); }),
             contains(dir.str() + ": no train-images-idx3-ubyte here"));
}

TEST_CASE("scene items: Fashion-MNIST where it is installed", "[data][detection]") {
  if (!fashion_mnist_installed()) return;
  const SceneItems items = load_scene_items(SceneItemKind::automatic);
  CHECK(items.note.empty());
  CHECK(items.train->size() == 60000);
  CHECK(items.test->size() == 10000);
  int64_t smallest = 28 * 28;
  for (int64_t i = 0; i < items.test->size(); ++i) {
    const SceneItem item = cut_out_item(*items.test, i);
    int64_t on = 0;
    for (size_t p = 1; p < item.grey_and_cover.size(); p += 2) on += item.grey_and_cover[p] != 0;
    smallest = std::min(smallest, on);
  }
  CHECK(smallest > 40);
}

TEST_CASE("scene items: the words for them", "[data][detection]") {
  CHECK(parse_scene_items("auto") == SceneItemKind::automatic);
  CHECK(parse_scene_items("fashion-mnist") == SceneItemKind::fashion_mnist);
  CHECK(parse_scene_items("shapes") == SceneItemKind::shapes);
  CHECK(error_text<Error>([] { parse_scene_items("shape"); }) ==
        "scenes: items=shape (did you mean \"shapes\"?), expected auto, fashion-mnist or shapes");
}
