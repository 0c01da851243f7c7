#include "models/weights_fit.hpp"

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "layers/state_dict.hpp"
#include "models/basic_block.hpp"
#include "models/mobilenet_v2.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

TensorFile weights_of(const ModelConfig& config, uint64_t seed = 1) {
  const auto network = make_model(config);
  network->initialise(seed);
  TensorFile weights = save_state(*network);
  weights.path = "w.safetensors";
  return weights;
}

TensorFile with_prefix(const std::string& prefix, const TensorFile& weights) {
  TensorFile prefixed;
  for (const auto& [name, tensor] : weights.tensors) prefixed.tensors[prefix + name] = tensor;
  return prefixed;
}

std::string fit_error(const ModelConfig& config, const TensorFile& weights) {
  return error_text<FileError>([&] { fit_network(config, weights); });
}

}  // namespace

TEST_CASE(
    "weights_fit: the block that PyTorch saved as float16 with DataParallel's names computes what PyTorch "
    "does",
    "[weights][golden]") {
  const NoGrad no_grad;
  const TensorFile output = golden_file("pytorch/block_output");
  const struct {
    const char *file, *output, *prefix, *converted;
  } cases[] = {
      {"pytorch/block", "output_f16", "module.", "11 tensors float16, converted to "},
      {"pytorch/block_bf16", "output_bf16", "_orig_mod.module.", "11 tensors bfloat16, converted to "},
  };
  for (const auto& c : cases) {
    CAPTURE(c.file);
    TensorFile weights = golden_file(c.file);
    CHECK(converted_dtypes(weights).starts_with(c.converted));
    CHECK(drop_shared_prefix(weights) == c.prefix);
    BasicBlock block({.in = 8, .width = 8, .stride = 1, .shortcut = Shortcut::A, .attention = "eca:k=5"});
    block.initialise(1);
    load_state(block, weights);
    block.eval();
    const Tensor y = block(from_nchw(output.at("input"), "x"));
    CHECK(difference(y, from_nchw(output.at(c.output), "y"), 1e-5) == "");
  }
}

TEST_CASE("weights_fit: a prefix is left out where all names share it, and only there", "[weights]") {
  const TensorFile plain = weights_of({.name = "eca_resnet20"});
  for (const char* prefix : {"module.", "model.", "_orig_mod.", "module.model.", "_orig_mod.module."}) {
    CAPTURE(prefix);
    TensorFile prefixed = with_prefix(prefix, plain);
    CHECK(drop_shared_prefix(prefixed) == prefix);
    CHECK(prefixed.tensors == plain.tensors);
  }
  TensorFile same = plain;
  CHECK(drop_shared_prefix(same) == "");
  CHECK(same.tensors == plain.tensors);
  TensorFile one_without = with_prefix("module.", plain);
  one_without.tensors["fc.extra"] = plain.at("fc.bias");
  CHECK(drop_shared_prefix(one_without) == "");
  TensorFile empty;
  CHECK(drop_shared_prefix(empty) == "");
  TensorFile one;
  one.tensors["fc.bias"] = plain.at("fc.bias");
  CHECK(drop_shared_prefix(one) == "");
}

TEST_CASE("weights_fit: what is converted is counted by type", "[weights]") {
  TensorFile file;
  const std::string to = sizeof(real) == 4 ? ", converted to float32" : ", converted to float64";
  file.tensors["a"] = FileTensor::of({1}, std::vector<float>{1});
  file.tensors["b"] = FileTensor::of({1}, std::vector<double>{1});
  file.tensors["bn.num_batches_tracked"] = FileTensor::of({}, std::vector<int64_t>{1});
  CHECK(converted_dtypes(file) == "");
  file.tensors["c"] = {Dtype::f16, {1}, std::vector<std::byte>(2)};
  file.tensors["d"] = {Dtype::f16, {2}, std::vector<std::byte>(4)};
  CHECK(converted_dtypes(file) == "2 tensors float16" + to);
  file.tensors["e"] = {Dtype::u8, {2}, std::vector<std::byte>(2)};
  file.tensors["f"] = FileTensor::of({1}, std::vector<int64_t>{1});
  CHECK(converted_dtypes(file) == "2 tensors float16, 1 int64, 1 uint8" + to);
}

TEST_CASE("weights_fit: k of each stage is read off the weights where nobody says it", "[weights]") {
  const struct {
    const char *model, *k;
  } cases[] = {{"eca_resnet20", "357"},         {"eca_resnet20", "5"},
               {"eca_resnet20", "11"},          {"eca_resnet18_cifar", "3577"},
               {"eca_mobilenet_v2", "1111333"}, {"eca_mobilenet_v2_cifar", "1357975"},
               {"eca_ns_resnet20", "355"},      {"eca_circular_resnet20", "553"}};
  for (const auto& [model, k] : cases) {
    CAPTURE(model, k);
    const std::string module = resolved_attention({.name = model});
    const TensorFile weights =
        weights_of({.name = model, .attention = module + ":k=" + k, .in_channels = 1, .classes = 7});
    const FittedNetwork fitted = fit_network({.name = model}, weights);
    CHECK(fitted.config.attention == module + ":k=" + k);
    CHECK(fitted.config.classes == 7);
    CHECK(fitted.config.in_channels == 1);
    CHECK(fitted.read_off == "k = " + std::string(k) + " of " + module + ", read off the weights");
    CHECK(save_state(*fitted.network).tensors == weights.tensors);
    // The module given by --attention, without k, does the same.
    const std::string plain = family_of(model).base;
    CHECK(fit_network({.name = plain, .attention = module}, weights).config.attention == module + ":k=" + k);
  }
  const FittedNetwork by_rule = fit_network({.name = "eca_resnet20"}, weights_of({.name = "eca_resnet20"}));
  CHECK(by_rule.config.attention == "");
  CHECK(by_rule.read_off == "");
}

TEST_CASE("weights_fit: a k that was said and is another names the option that fits", "[weights]") {
  const TensorFile mobilenet = weights_of({.name = "eca_mobilenet_v2", .attention = "eca:k=1111333"});
  CHECK(fit_error({.name = "eca_mobilenet_v2", .attention = "eca:k=3"}, mobilenet) ==
        "w.safetensors: \"features.1.conv.3.conv.weight\" has k = 1, the network k = 3: --attention "
        "eca:k=1111333 fits");
  const TensorFile resnet = weights_of({.name = "resnet20", .attention = "eca:k=355"});
  CHECK(
      fit_error({.name = "resnet20", .attention = "eca:k=333"}, resnet) ==
      "w.safetensors: \"layer2.0.eca.conv.weight\" has k = 5, the network k = 3: --attention eca:k=355 fits");
  CHECK(fit_network({.name = "resnet20", .attention = "eca:k=355"}, resnet).read_off == "");
}

TEST_CASE("weights_fit: kernel sizes that no option can say are refused by name", "[weights]") {
  const auto with_k = [](TensorFile weights, const std::string& name, int64_t k) {
    weights.tensors.at(name) = FileTensor::of({1, 1, k}, std::vector<float>(static_cast<size_t>(k)));
    return weights;
  };
  const TensorFile weights = weights_of({.name = "eca_resnet20"});
  CHECK(fit_error({.name = "eca_resnet20"}, with_k(weights, "layer2.1.eca.conv.weight", 5)) ==
        "w.safetensors: \"layer2.0.eca.conv.weight\" has k = 3, \"layer2.1.eca.conv.weight\" k = 5; expected "
        "one k for all "
        "blocks of a stage");
  TensorFile wide = weights;
  for (const char* block : {"0", "1", "2"})
    wide = with_k(wide, "layer3." + std::string(block) + ".eca.conv.weight", 11);
  CHECK_THAT(
      fit_error({.name = "eca_resnet20"}, wide),
      contains(
          "\"layer1.0.eca.conv.weight\" has k = 3, \"layer3.0.eca.conv.weight\" k = 11; expected at most 9"));
}

TEST_CASE("weights_fit: what does not fit says what would", "[weights]") {
  const TensorFile eca = weights_of({.name = "eca_resnet20"}), plain = weights_of({.name = "resnet20"}),
                   b = weights_of({.name = "resnet20", .shortcut = Shortcut::B}),
                   se = weights_of({.name = "se_resnet20"});
  CHECK(fit_error({.name = "resnet20"}, eca) ==
        "w.safetensors: they have the attention module eca, the network none: --model eca_resnet20 has it");
  CHECK_THAT(fit_error({.name = "eca_resnet20"}, se),
             contains("module se, the network eca: --model se_resnet20"));
  CHECK_THAT(fit_error({.name = "eca_resnet20"}, plain),
             contains("they have no attention module, the network has eca: --model resnet20 has none"));
  CHECK_THAT(fit_error({.name = "resnet20"}, b), contains("--shortcut B"));
  CHECK_THAT(fit_error({.name = "resnet20", .shortcut = Shortcut::B}, plain), contains("--shortcut A"));
  CHECK_THAT(fit_error({.name = "mobilenet_v2_cifar"}, weights_of({.name = "eca_mobilenet_v2_cifar"})),
             contains("they have the attention module eca: --model eca_mobilenet_v2_cifar has it"));
}

TEST_CASE("weights_fit: weights of another depth or family name the network that they fit", "[weights]") {
  const TensorFile resnet = weights_of({.name = "eca_resnet18", .attention = "eca:k=3577", .classes = 7});
  CHECK(networks_that_fit(resnet) == std::vector<std::string>{"eca_resnet18"});
  for (const char* other :
       {"eca_resnet50", "resnet34", "eca_resnet20", "eca_mobilenet_v2", "se_resnet18_cifar"}) {
    CAPTURE(other);
    CHECK(fit_error({.name = other}, resnet) ==
          "w.safetensors: they are of another network: --model eca_resnet18 fits");
  }
  CHECK_THAT(fit_error({.name = "eca_resnet34", .attention = "eca:k=3"}, resnet),
             contains("--model eca_resnet18 fits"));
  const TensorFile mobilenet = weights_of({.name = "eca_mobilenet_v2", .attention = "eca:k=1111333"});
  CHECK_THAT(fit_error({.name = "resnet20"}, mobilenet),
             contains("--model eca_mobilenet_v2_cifar or eca_mobilenet_v2 fits"));
  CHECK(networks_that_fit(weights_of({.name = "se_resnet20"})) == std::vector<std::string>{"se_resnet20"});
  TensorFile none;
  CHECK(networks_that_fit(none).empty());
}

TEST_CASE("weights_fit: only weights of another network are called so", "[weights]") {
  TensorFile weights = weights_of({.name = "resnet20"});
  weights.tensors["bn9.bias"] = weights.at("bn1.bias");  // which no network has
  CHECK_THAT(fit_error({.name = "resnet32"}, weights),
             contains("no tensor \"layer1.3.conv1.weight\" (16,16,3,3)"));
  CHECK_THAT(fit_error({.name = "resnet110"}, weights), contains("these are weights of another network"));
  weights.tensors.erase("bn9.bias");
  weights.tensors.at("layer1.0.bn1.bias").shape = {4, 4};
  const std::string text = fit_error({.name = "resnet20"}, weights);
  CHECK(text == "w.safetensors: tensor \"layer1.0.bn1.bias\": expected shape (16), found (4,4)");
  weights.tensors.erase("fc.bias");
  CHECK_THAT(fit_error({.name = "resnet20"}, weights), contains("no tensor \"fc.bias\" among its"));
  CHECK_THAT(fit_error({.name = "mobilenet_v2"}, weights),
             contains("no tensor \"classifier.1.bias\" among its"));
  weights.tensors["fc.bias"] = FileTensor::of({2, 5}, std::vector<float>(10));
  CHECK_THAT(fit_error({.name = "resnet20"}, weights),
             contains("tensor \"fc.bias\": expected one axis, the classes"));
}

TEST_CASE("weights_fit: the stages of MobileNetV2 by block", "[weights]") {
  const std::vector<size_t> expected = {0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6};
  for (size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(mobilenet_v2_stage(static_cast<int64_t>(i) + 1) == expected[i]);
  }
}
