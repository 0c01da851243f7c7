#include "models/registry.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "layers/attention/attention.hpp"
#include "models/basic_block.hpp"
#include "models/resnet_cifar.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

int64_t count(const ModelConfig& config) { return make_model(config)->parameter_count(); }

ModelConfig config(const std::string& name, const std::string& attention = "") {
  ModelConfig result;
  result.name = name;
  result.attention = attention;
  return result;
}

std::string model_error(const ModelConfig& wrong) {
  return error_text<Error>([&] { make_model(wrong); });
}

std::map<std::string, Tensor> initial_weights(const std::string& name, uint64_t seed) {
  const auto model = make_model(config(name));
  model->initialise(seed);
  std::map<std::string, Tensor> all;
  for (const Parameter* parameter : model->parameters()) all.emplace(parameter->name, parameter->value);
  return all;
}

}  // namespace

// ---- parameters --------------------------------------------------------------------------------------

TEST_CASE("models: parameter counts of the CIFAR ResNets are the published ones", "[models][counts]") {
  struct Row {
    int64_t depth, A, B, eca, se;  // shortcut A, shortcut B; A with ECA, A with SE r = 16
  };
  for (const Row& row : {Row{20, 269722, 272474, 269749, 271738},
                         {32, 464154, 466906, 464199, 467514},
                         {44, 658586, 661338, 658649, 663290},
                         {56, 853018, 855770, 853099, 859066},
                         {110, 1727962, 1730714, 1728124, 1740058}}) {
    CAPTURE(row.depth);
    const std::string base = "resnet" + std::to_string(row.depth);
    const int64_t n = (row.depth - 2) / 6, more_classes = 5850, projections = row.B - row.A;
    CHECK(row.A == 97216 * n - 21926);
    CHECK(projections == 2752);
    for (const Shortcut shortcut : {Shortcut::A, Shortcut::B}) {
      for (const int64_t classes : {10, 100}) {
        const int64_t plain =
            row.A + (shortcut == Shortcut::B ? projections : 0) + (classes == 100 ? more_classes : 0);
        CAPTURE(shortcut == Shortcut::B, classes);
        const auto with = [&](const std::string& attention) {
          ModelConfig model = config(base, attention);
          model.shortcut = shortcut;
          model.classes = classes;
          return count(model);
        };
        CHECK(with("none") == plain);
        CHECK(with("eca") == plain + row.eca - row.A);
        CHECK(with("eca:k=5") == plain + 15 * n);
        CHECK(with("se") == plain + row.se - row.A);
        CHECK(with("se:bias=true") == plain + 791 * n);
      }
    }
    CHECK(count(config(base)) == row.A);
    CHECK(count(config("eca_" + base)) == row.eca);
    CHECK(count(config("se_" + base)) == row.se);
  }
}

TEST_CASE("models: parameter counts of ResNet-18 and -34 with the CIFAR stem", "[models][counts]") {
  CHECK(count(config("resnet18_cifar")) == 11173962);
  CHECK(count(config("eca_resnet18_cifar")) == 11173962 + 2 * (3 + 5 + 5 + 5));
  CHECK(count(config("se_resnet18_cifar")) ==
        11173962 + 4 * (64 * 64 + 128 * 128 + 256 * 256 + 512 * 512) / 16);
  CHECK(count(config("resnet34_cifar")) == 21282122);
  CHECK(count(config("eca_resnet34_cifar")) == 21282122 + 3 * 3 + 5 * (4 + 6 + 3));
}

TEST_CASE("models: the breakdown of ResNet-20", "[models][counts]") {
  int64_t conv = 0, bn = 0, fc = 0;
  const auto model = make_model(config("resnet20"));
  model->initialise(1);
  for (const Parameter* parameter : model->parameters()) {
    (parameter->name.starts_with("fc.") ? fc
     : parameter->value.rank() == 4     ? conv
                                        : bn) += parameter->value.numel();
    CHECK(parameter->decay == (parameter->value.rank() >= 2));
  }
  CHECK(conv == 267696);
  CHECK(bn == 1376);
  CHECK(fc == 650);
}

TEST_CASE("models: the parameters of eca_resnet20 are called as in PyTorch", "[models][golden]") {
  const Golden golden("eca_resnet20");
  std::set<std::string> expected, found;
  for (const auto& [name, tensor] : golden.file().tensors) {
    const bool of_a_run = name.starts_with("train.") || name.starts_with("eval.");
    if (!of_a_run && name != "input" && name != "labels") expected.insert(name);
  }
  const auto model = make_model(config("eca_resnet20"));
  model->initialise(1);
  for (const Parameter* parameter : model->parameters()) found.insert(parameter->name);
  for (const Parameter* buffer : model->buffers()) {
    if (buffer->layout != FileLayout::counter) found.insert(buffer->name);
  }
  CHECK(found.size() == 19 * 3 + 2 + 9 + 19 * 2);  // convolutions with batch norm, fc, ECA, statistics
  CHECK(found == expected);
}

TEST_CASE("models: one seed gives shared parameters equal values in every attention arm", "[models]") {
  const auto plain = initial_weights("resnet20", 1), again = initial_weights("resnet20", 1);
  CHECK(plain.size() == 59);
  for (const char* name : {"eca_resnet20", "se_resnet20"}) {
    CAPTURE(name);
    const auto other = initial_weights(name, 1);
    CHECK(other.size() > plain.size());
    for (const auto& [parameter, value] : plain) {
      if (!same_bits(value, other.at(parameter))) FAIL(parameter + " differs");
      if (!same_bits(value, again.at(parameter))) FAIL(parameter + " is another one the second time");
    }
  }
}

TEST_CASE("models: another seed gives other weights", "[models]") {
  const auto one = initial_weights("eca_resnet20", 1), two = initial_weights("eca_resnet20", 2);
  int64_t random = 0;
  for (const auto& [name, value] : one) {
    const bool constant = name.find("bn") != std::string::npos;
    CAPTURE(name);
    CHECK(same_bits(value, two.at(name)) == constant);
    random += !constant;
  }
  CHECK(random == 19 + 2 + 9);
}

TEST_CASE("models: convolutions start normal with variance 2 / (9 out)", "[models]") {
  for (const auto& [name, value] : initial_weights("eca_resnet20", 1)) {
    if (value.rank() != 4) continue;
    CAPTURE(name);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < value.numel(); ++i) {
      const auto w = static_cast<double>(value.data()[i]);
      sum += w;
      squares += w * w;
    }
    const double n = static_cast<double>(value.numel());
    const double expected = std::sqrt(2 / (9 * static_cast<double>(value.dim(3))));
    CHECK(std::abs(sum / n) < 4 * expected / std::sqrt(n));
    CHECK(std::abs(std::sqrt(squares / n) / expected - 1) < 4 / std::sqrt(2 * n));
  }
}

// ---- names -------------------------------------------------------------------------------------------

TEST_CASE("models: every name can be made, and classifies images of any size", "[models][slow]") {
  const std::vector<std::string> names = model_names();
  CHECK(names.size() == model_families().size() * attention_kinds().size());
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  for (const char* name : {"resnet20", "se_resnet56", "eca_resnet110", "eca_resnet18_cifar",
                           "eca_ns_resnet20", "se_gc1_resnet110", "eca_permuted_resnet34_cifar"}) {
    CAPTURE(name);
    CHECK(std::find(names.begin(), names.end(), name) != names.end());
  }
  for (const std::string& name : names) {
    CAPTURE(name);
    if (name.starts_with("se_gc") &&
        name.find("mobilenet") != std::string::npos) {  // widths are not whole groups
      if (!name.starts_with("se_gc3"))
        CHECK_THAT(error_text<Error>([&] { make_model(config(name)); }),
                   contains("expected a multiple of 16"));
      continue;
    }
    if (count(config(name)) > 3'000'000) continue;  // ResNet-18 to -152: they have a test of their own
    ModelConfig small = config(name);
    small.classes = 7;
    small.in_channels = 1;
    const auto model = make_model(small);
    const std::string attention = resolved_attention(small);
    const bool one_of_few = attention == "none" || attention == "se" || attention == "eca";
    if (!one_of_few && !name.ends_with("_resnet20")) continue;
    model->initialise(1);
    model->eval();
    CHECK((*model)(random_tensor({2, 9, 6, 1}, 1)).shape() == Shape{2, 7});
  }
}

TEST_CASE("models: attention and shortcut come from name, text or family", "[models]") {
  CHECK(resolved_attention(config("resnet20")) == "none");
  CHECK(resolved_attention(config("eca_resnet20")) == "eca");
  CHECK(resolved_attention(config("resnet20", "se:r=8")) == "se:r=8");
  CHECK(resolved_attention(config("eca_resnet20", "eca:k=5")) == "eca:k=5");
  CHECK(resolved_shortcut(config("resnet20")) == Shortcut::A);
  CHECK(resolved_shortcut(config("resnet18_cifar")) == Shortcut::B);
  ModelConfig chosen = config("resnet20");
  chosen.shortcut = Shortcut::B;
  CHECK(resolved_shortcut(chosen) == Shortcut::B);
}

TEST_CASE("models: what cannot be is refused by name", "[models][errors]") {
  CHECK_THAT(model_error(config("eca_resnet21")),
             contains("model: unknown name \"eca_resnet21\" (did you mean \""));
  CHECK_THAT(model_error(config("eca_resnet21")), contains("`eca list` prints all of them"));
  CHECK_THAT(model_error(config("eca-resnet20")), contains("did you mean \"eca_resnet20\"?"));
  CHECK_THAT(model_error(config("vgg_with_many_layers")), contains("\"vgg_with_many_layers\"\n"));
  CHECK_THAT(model_error(config("none_resnet20")), contains("unknown name"));

  const std::string twice = model_error(config("eca_resnet20", "se"));
  CHECK_THAT(
      twice,
      contains("the name \"eca_resnet20\" says eca, the attention given is \"se\"; expected one of them, or "
               "the plain name, resnet20"));
  CHECK_THAT(model_error(config("eca_resnet20", "none")), contains("says eca"));
  CHECK_THAT(model_error(config("resnet20", "ecaa")),
             contains("unknown module \"ecaa\" (did you mean \"eca\"?)"));
  CHECK_THAT(model_error(config("resnet20", "eca:k=4")), contains("eca: k = 4, expected an odd number"));
  CHECK_THAT(model_error(config("resnet20", "se:r=0")), contains("se: r = 0, expected at least 1"));
  CHECK_THAT(model_error(config("resnet20", "se:q=1")), contains("unknown option \"q\""));

  ModelConfig wrong = config("resnet20");
  wrong.classes = 0;
  CHECK(model_error(wrong) == "model: 0 classes, expected at least 1");
  wrong = config("resnet20");
  wrong.in_channels = -1;
  CHECK(model_error(wrong) == "model: -1 input channels, expected at least 1");
}

TEST_CASE("models: a depth that no ResNet has is refused", "[models][errors]") {
  for (const int64_t depth : {0, 2, 7, 18, 21, -4}) {
    CAPTURE(depth);
    CHECK_THAT(error_text<Error>([&] { cifar_stages(depth); }),
               contains("resnet: depth " + std::to_string(depth) + ", expected 6n+2"));
  }
  CHECK(cifar_stages(8).size() == 3);
  CHECK_THAT(error_text<Error>([] { resnet_layout(51, Stem::image); }),
             contains("resnet: depth 51, expected 18, 34, 50, 101 or 152"));
}

TEST_CASE("models: an error inside a network says in which module", "[models][errors]") {
  const auto model = make_model(config("eca_resnet20"));
  model->initialise(1);
  const std::string text = error_text<ShapeError>([&] { (*model)(random_tensor({2, 8, 8, 4}, 1)); });
  CHECK_THAT(text, contains("conv2d: channels of x do not match channels of w"));
  CHECK_THAT(text, contains("C = 4"));
  CHECK_THAT(text, contains("\"conv1.weight\"  I = 3"));
  CHECK_THAT(text, contains("\n  in conv1"));

  struct Wrapped : Module {  // a stage that is fed the wrong channels
    Stage<BasicBlock>& layer1;
    Wrapped()
        : layer1(add_child<Stage<BasicBlock>>("layer1", 2,
                                              ResidualBlockConfig{16, 16, 1, Shortcut::A, "eca"})) {}
    Tensor forward(const Tensor& x) override { return layer1(x); }
  } wrapped;
  wrapped.initialise(1);
  Tensor x = Tensor::zeros({128, 32, 32, 3}).set_name("input");
  Tape tape;
  CHECK(error_text<ShapeError>([&] { wrapped(x); }) == R"(conv2d: channels of x do not match channels of w
  x  (128,32,32,3)  N,H,W,C    "input"                  C = 3
  w  (3,3,16,16)    KH,KW,I,O  "layer1.0.conv1.weight"  I = 16
  in layer1.0.conv1, op #0 of this forward pass)");
  CHECK(current_scope().empty());
}
