#include "layers/module.hpp"

#include <cmath>
#include <numeric>
#include <set>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/optim/sgd.hpp"
#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"
#include "layers/linear.hpp"
#include "layers/state_dict.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// Remembers the scope its forward ran in.
struct Spy : Module {
  std::string seen;
  Spy() { add_parameter("weight", {2}, {Init::Kind::normal, 1}, FileLayout::same, true); }
  Tensor forward(const Tensor& x) override {
    seen = current_scope();
    return x;
  }
};

struct Network : Module {
  Sequential& layer1;
  Spy *first, *second;
  Spy& head;
  Network()
      : layer1(add_child<Sequential>("layer1")),
        first(&layer1.append<Spy>()),
        second(&layer1.append<Spy>()),
        head(add_child<Spy>("head")) {}
  Tensor forward(const Tensor& x) override { return head(layer1(x)); }
};

// A conv, a batch norm and a linear layer, as small as can be told apart.
struct Small : Module {
  Conv2d& conv;
  BatchNorm2d& bn;
  Linear& fc;
  Small()
      : conv(add_child<Conv2d>("conv", Conv2dConfig{.in = 2, .out = 3, .kernel = 2, .options = {}})),
        bn(add_child<BatchNorm2d>("bn", 3)),
        fc(add_child<Linear>("fc", 2, 3)) {}
  Tensor forward(const Tensor& x) override { return bn(conv(x)); }
};

std::vector<std::string> names(const std::vector<Parameter*>& parameters) {
  std::vector<std::string> all;
  for (const Parameter* parameter : parameters) all.push_back(parameter->name);
  return all;
}

}  // namespace

TEST_CASE("module: parameters have full paths, in the order they were added", "[layers][module]") {
  Network network;
  network.initialise(1);
  CHECK(names(network.parameters()) ==
        std::vector<std::string>{"layer1.0.weight", "layer1.1.weight", "head.weight"});
  CHECK(network.parameters()[1]->value.name() == "layer1.1.weight");
  CHECK(network.parameters()[1]->value.requires_grad());
  CHECK(network.parameter_count() == 6);
}

TEST_CASE("module: forward runs inside the scope of its path", "[layers][module]") {
  Network network;
  network(Tensor::zeros({1}));
  CHECK(network.first->seen == "layer1.0");
  CHECK(network.second->seen == "layer1.1");
  CHECK(network.head.seen == "head");
  CHECK(current_scope().empty());
}

TEST_CASE("module: found by its path", "[layers][module]") {
  Network network;
  CHECK(network.find("") == &network);
  CHECK(network.find("layer1.1") == network.second);
  CHECK(network.find("head") == &network.head);
  for (const char* path : {"layer1.2", "layer", "layer1.1.weight", "head.0", "."})
    CHECK(network.find(path) == nullptr);
}

TEST_CASE("module: train and eval reach all below", "[layers][module]") {
  Network network;
  CHECK(network.training());
  CHECK(network.second->training());
  network.eval();
  CHECK(!network.training());
  CHECK(!network.second->training());
  network.layer1.train();
  CHECK(!network.training());
  CHECK(network.second->training());
  CHECK(!network.head.training());
}

TEST_CASE("module: initial values depend on seed and name, not on order", "[layers][module]") {
  Network a, b, c;
  a.initialise(1);
  b.initialise(1);
  c.initialise(2);
  const auto value = [](Network& network, size_t i) { return network.parameters()[i]->value; };
  for (const size_t i : {0, 1, 2}) {
    CHECK(same_bits(value(a, i), value(b, i)));
    CHECK(!same_bits(value(a, i), value(c, i)));
  }
  CHECK(!same_bits(value(a, 0), value(a, 1)));
  Spy alone;
  Parameter same_name = *alone.parameters()[0];
  same_name.name = "layer1.1.weight";
  initialise(same_name, 1);
  CHECK(same_bits(same_name.value, value(a, 1)));
}

TEST_CASE("module: initialised again, it has the same names and values", "[layers][module]") {
  Network network;
  network.initialise(1);
  std::vector<std::string> names;
  for (const Parameter* parameter : network.parameters()) names.push_back(parameter->name);
  const Tensor before = copy_of(network.parameters()[1]->value);
  network.parameters()[1]->value.assign(nan_tensor(before.shape()).values());
  network.initialise(1);
  for (size_t i = 0; i < names.size(); ++i) {
    CHECK(network.parameters()[i]->name == names[i]);
    CHECK(network.parameters()[i]->value.name() == names[i]);
  }
  CHECK(same_bits(network.parameters()[1]->value, before));
}

TEST_CASE("module: constants, normal and uniform initial values", "[layers][module]") {
  Parameter p = {"p", Tensor::zeros({20000}), FileLayout::same, {Init::Kind::constant, 0.25}, false};
  const auto moments = [&] {
    double sum = 0, squares = 0, largest = 0;
    for (const real value : p.value.values()) {
      const auto v = static_cast<double>(value);
      sum += v;
      squares += v * v;
      largest = std::max(largest, std::abs(v));
    }
    return std::array{sum / 20000, std::sqrt(squares / 20000), largest};
  };
  const uint64_t version = p.value.storage()->version;
  initialise(p, 1);
  CHECK(p.value.storage()->version > version);
  CHECK(moments() == std::array{0.25, 0.25, 0.25});
  p.init = {Init::Kind::normal, 0.5};
  initialise(p, 1);
  CHECK(std::abs(moments()[0]) < 4 * 0.5 / std::sqrt(20000.));
  CHECK(std::abs(moments()[1] - 0.5) < 4 * 0.5 / std::sqrt(40000.));
  p.init = {Init::Kind::uniform, 0.5};
  initialise(p, 1);
  CHECK(std::abs(moments()[0]) < 4 * 0.5 / std::sqrt(60000.));
  CHECK(std::abs(moments()[1] - 0.5 / std::sqrt(3.)) < 0.005);
  CHECK(moments()[2] <= 0.5);
  CHECK(moments()[2] > 0.499);
}

// ---- state_dict --------------------------------------------------------------------------------------

TEST_CASE("state_dict: a file has PyTorch's names and axis order", "[layers][state_dict]") {
  Small small;
  small.initialise(1);
  for (Parameter* parameter : small.parameters()) {
    std::vector<real> values(static_cast<size_t>(parameter->value.numel()));
    std::iota(values.begin(), values.end(), real{0});
    parameter->value.assign(values);
  }
  const TensorFile file = save_state(small);
  std::set<std::string> found;
  for (const auto& [name, tensor] : file.tensors) found.insert(name);
  CHECK(found == std::set<std::string>{"conv.weight", "bn.weight", "bn.bias", "bn.running_mean",
                                       "bn.running_var", "bn.num_batches_tracked", "fc.weight", "fc.bias"});
  const FileTensor& conv = file.at("conv.weight");  // memory (KH,KW,I,O), file (O,I,KH,KW)
  CHECK(conv.shape == std::vector<int64_t>{3, 2, 2, 2});
  std::vector<real> expected;
  for (int64_t o = 0; o < 3; ++o) {
    for (int64_t i = 0; i < 2; ++i) {
      for (int64_t tap = 0; tap < 4; ++tap) expected.push_back(static_cast<real>((tap * 2 + i) * 3 + o));
    }
  }
  CHECK(conv.reals() == expected);
  CHECK(file.at("fc.weight").shape == std::vector<int64_t>{3, 2});
  CHECK(file.at("fc.weight").reals() == std::vector<real>{0, 3, 1, 4, 2, 5});
  CHECK(file.at("bn.num_batches_tracked").shape.empty());
  CHECK(file.at("bn.num_batches_tracked").dtype == Dtype::i64);
}

TEST_CASE("state_dict: what was saved is loaded, bit for bit, through a file", "[layers][state_dict]") {
  const TempDir folder;
  Small a, b;
  a.initialise(1);
  b.initialise(2);
  a(random_tensor({2, 4, 4, 2}, 1));  // moves the running statistics
  write_safetensors(folder.file("small.safetensors"), save_state(a));
  load_state(b, read_safetensors(folder.file("small.safetensors")));
  CHECK(save_state(a).tensors == save_state(b).tensors);
  CHECK(b.buffers()[2]->value.item() == 1);
  for (size_t i = 0; i < a.parameters().size(); ++i) {
    CHECK(same_bits(a.parameters()[i]->value, b.parameters()[i]->value));
  }
}

TEST_CASE("state_dict: another network's file is an error, and changes nothing", "[layers][state_dict]") {
  Small a, b;
  a.initialise(1);
  b.initialise(2);
  const TensorFile good = save_state(a), before = save_state(b);
  const auto text = [&](const TensorFile& file) {
    const std::string message = error_text<FileError>([&] { load_state(b, file); });
    CHECK(save_state(b).tensors == before.tensors);
    return message;
  };
  TensorFile file = good;
  file.path = "w.safetensors";
  file.tensors.erase("fc.weight");
  CHECK_THAT(text(file), contains("w.safetensors: no tensor \"fc.weight\" (3,2)"));
  file = good;
  file.tensors.at("fc.weight").shape = {2, 3};
  CHECK_THAT(text(file), contains("tensor \"fc.weight\": expected shape (3,2), found (2,3)"));
  file = good;
  file.tensors["fc.extra"] = file.tensors.at("fc.bias");
  CHECK_THAT(text(file), contains("tensor \"fc.extra\" (3) is unknown to the network"));
  file = good;
  file.tensors.erase("bn.num_batches_tracked");  // files of some programs do not count batches
  CHECK_NOTHROW(load_state(b, file));
  CHECK(same_bits(a.parameters()[0]->value, b.parameters()[0]->value));
}

TEST_CASE("state_dict: loading counts as a write, so that a tape notices", "[layers][state_dict]") {
  Small a;
  a.initialise(1);
  const uint64_t version = a.parameters()[0]->value.storage()->version;
  load_state(a, save_state(a));
  CHECK(a.parameters()[0]->value.storage()->version == version + 1);
}

TEST_CASE("module: an optimiser of a network that was not initialised says what is missing", "[module]") {
  Network network;
  CHECK_THAT(
      error_text<Error>([&] { Sgd{network.parameters()}; }),
      contains("optimizer: two parameters are named \"weight\"; initialise(seed), called on the outermost "
               "module first, gives each its path as name"));
  network.initialise(1);
  CHECK_NOTHROW(Sgd{network.parameters()});
}
