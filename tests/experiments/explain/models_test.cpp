#include "experiments/explain/models.hpp"

#include <fstream>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

static ExplainedModel model_of(const std::string& path, const ModelConfig& config,
                               const std::vector<std::string>& classes = {}) {
  ExplainedModel model;
  model.path = path;
  model.model.card.model = config;
  model.model.card.classes = classes;
  return model;
}

TEST_CASE("What --compare takes: a path, or a network and a path", "[explain]") {
  const TempDir dir;
  const std::string plain = dir.str() + "/w.safetensors", odd = dir.str() + "/k=5=x.safetensors";
  for (const std::string& path : {plain, odd}) std::ofstream(path) << "x";
  const auto parsed = [](const std::string& text) {
    const ComparedWeights found = parse_compared(text);
    return std::pair(found.network, found.path);
  };
  CHECK(parsed(plain) == std::pair(std::string(), plain));
  CHECK(parsed(odd) == std::pair(std::string(), odd));  // what is there as a whole is a path
  CHECK(parsed("eca_resnet20=" + plain) == std::pair(std::string("eca_resnet20"), plain));
  CHECK(parsed("resnet20+eca:k=5=" + plain) == std::pair(std::string("resnet20+eca:k=5"), plain));
  CHECK(parsed("resnet20+eca:k=5=" + odd) == std::pair(std::string("resnet20+eca:k=5"), odd));
  CHECK(parsed("resnet20=" + dir.str()) == std::pair(std::string("resnet20"), dir.str()));
  for (const std::string& missing : {dir.str() + "/none", "eca_resnet20=" + dir.str() + "/none",
                                     std::string("eca_resnet20="), "=" + plain}) {
    CHECK_THAT(
        error_text<Error>([&] { parse_compared(missing); }),
        contains("--compare " + missing +
                 ": there is no such file or folder; expected a run, a file of weights, or NETWORK=FILE"));
  }
}

TEST_CASE("Networks are called by what they are, with their paths where that is not enough", "[explain]") {
  CHECK(network_title({.name = "resnet20"}) == "resnet20");
  CHECK(network_title({.name = "resnet20", .attention = "none"}) == "resnet20");
  CHECK(network_title({.name = "resnet20", .attention = "eca"}) == "eca_resnet20");
  CHECK(network_title({.name = "eca_resnet20", .attention = "eca"}) == "eca_resnet20");
  CHECK(network_title({.name = "resnet20", .attention = "se:r=8"}) == "se_resnet20 r=8");
  std::vector<ExplainedModel> models;
  models.push_back(model_of("runs/x/none/seed-1", {.name = "resnet20"}));
  models.push_back(model_of("runs/x/eca/seed-1", {.name = "resnet20", .attention = "eca"}));
  models.push_back(model_of("runs/x/eca/seed-2", {.name = "eca_resnet20"}));
  CHECK(titles_of(models) ==
        std::vector<std::string>{"resnet20", "eca_resnet20 eca/seed-1", "eca_resnet20 eca/seed-2"});
  std::vector<ExplainedModel> same;
  same.push_back(model_of("a", {.name = "resnet20"}));
  same.push_back(model_of("b", {.name = "resnet20"}));
  CHECK(titles_of(same) == std::vector<std::string>{"resnet20 a", "resnet20 b"});
}

TEST_CASE("Classes are shared with files that do not name them; other classes are refused", "[explain]") {
  std::vector<ExplainedModel> models;
  models.push_back(model_of("a", {.name = "resnet20", .classes = 2}));
  models.push_back(model_of("b", {.name = "resnet20", .classes = 2}, {"cat", "dog"}));
  make_comparable(models);
  CHECK(models[0].model.card.classes == std::vector<std::string>{"cat", "dog"});
  models.push_back(model_of("c", {.name = "resnet20", .classes = 3}));
  CHECK_THAT(error_text<Error>([&] { make_comparable(models); }),
             contains("--compare needs networks of the same classes and channels; a has 3 channels and 2 "
                      "classes (cat, dog), c has 3 channels and 3 classes"));
}
