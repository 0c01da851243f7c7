// The registry, and what holds for every module in it.
#include "layers/attention/attention.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/base/error.hpp"
#include "layers/state_dict.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::string attention_error(const std::string& text) {
  return error_text<Error>([&] { make_attention(text, 16); });
}

// Every kind but "none".
std::vector<AttentionKind> modules() { return {attention_kinds().begin() + 1, attention_kinds().end()}; }

// y, dx, the gradient of every parameter and every buffer, after two steps of training with the same x and dy.
std::vector<Tensor> after_training(const std::string& text, const Shape& shape) {
  const auto module = make_attention(text, shape.dim(3));
  module->initialise(1);
  std::vector<Tensor> all;
  for (uint64_t step = 1; step <= 2; ++step) {
    Tensor x = distinct_tensor(shape, step).set_requires_grad();
    Tape tape;
    const Tensor y = (*module)(x);
    tape.backward(y, random_tensor(y.shape(), 10 + step));
    all.push_back(copy_of(y));
    all.push_back(copy_of(x.grad()));
  }
  for (const Parameter* p : module->parameters()) all.push_back(copy_of(p->value.grad()));
  for (const Parameter* b : module->buffers()) all.push_back(copy_of(b->value));
  return all;
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

// ---- by name -----------------------------------------------------------------------------------------

TEST_CASE("attention: modules by name and option", "[layers][attention]") {
  CHECK(make_attention("none", 16) == nullptr);
  CHECK(make_attention("eca", 16)->parameter_count() == 3);
  CHECK(make_attention("eca", 256)->parameter_count() == 5);
  CHECK(make_attention("eca:k=adaptive", 256)->parameter_count() == 5);
  CHECK(make_attention("eca:k=9", 16)->parameter_count() == 9);
  CHECK(make_attention("se", 64)->parameter_count() == 2 * 64 * 4);
  CHECK(make_attention("se:r=8,bias=true", 64)->parameter_count() == 2 * 64 * 8 + 64 + 8);
  CHECK(make_attention("se:r=100", 16)->parameter_count() == 2 * 16);  // at least one hidden unit
  CHECK(attention_name("eca:k=5") == "eca");
  CHECK(attention_name("none") == "none");
  CHECK(attention_kinds()[0].name == "none");
}

TEST_CASE("attention: a misspelt module or option is named, with what is possible", "[layers][attention]") {
  const std::string unknown = attention_error("ecaa");
  CHECK_THAT(unknown, contains("attention: unknown module \"ecaa\" (did you mean \"eca\"?)"));
  CHECK_THAT(unknown, contains("possible are: none, se, se_var1, "));
  for (const AttentionKind& kind : modules()) CHECK_THAT(unknown, contains(", " + kind.name));
  CHECK_THAT(attention_error(""), contains("attention: unknown module \"\""));
  CHECK_THAT(attention_error("ECA"), contains("unknown module \"ECA\""));
  CHECK_THAT(error_text<Error>([] { attention_name("sse:r=4"); }), contains("did you mean \"se\"?"));
  CHECK_THAT(attention_error("eca:kernel=3"), contains("unknown option \"kernel\""));
  CHECK_THAT(attention_error("eca:kernel=3"), contains("possible are k, gamma, b"));
  CHECK_THAT(attention_error("cbam:k=7"), contains("possible are r, kernel"));
  CHECK_THAT(attention_error("simam:lamda=1"), contains("did you mean \"lambda\"?"));
  CHECK_THAT(attention_error("se:bais=true"), contains("did you mean \"bias\"?"));
  CHECK_THAT(attention_error("none:k=3"), contains("it takes no options"));
  CHECK_THAT(attention_error("se:16"), contains("expected key=value"));
}

TEST_CASE("attention: values out of range are refused", "[layers][attention]") {
  CHECK_THAT(attention_error("eca:k=4"), contains("eca: k = 4, expected an odd number"));
  CHECK_THAT(attention_error("eca:k=0"), contains("eca: k = 0, expected an odd number"));
  CHECK_THAT(attention_error("eca:k=-3"), contains("eca: k = -3, expected an odd number"));
  CHECK_THAT(attention_error("eca:k=three"), contains("k = \"three\", expected a whole number"));
  CHECK_THAT(attention_error("eca:gamma=0"), contains("eca: gamma = 0, expected at least 1"));
  CHECK_THAT(attention_error("eca:b=-1"), contains("eca: b = -1, expected at least 0"));
  CHECK_THAT(attention_error("eca:k=5,b=1"), contains("eca: k = 5 and also gamma or b"));
  CHECK_THAT(attention_error("eca_ns:k=2"), contains("eca_ns: k = 2, expected an odd number"));
  CHECK_THAT(attention_error("eca_circular:k=2"), contains("eca_circular: k = 2, expected an odd"));
  CHECK_THAT(attention_error("eca_permuted:k=2"), contains("eca_permuted: k = 2, expected an odd"));
  CHECK_THAT(attention_error("cbam:r=0"), contains("cbam: r = 0, expected at least 1"));
  CHECK_THAT(attention_error("cbam:kernel=4"), contains("cbam: kernel = 4, expected an odd number"));
  CHECK_THAT(attention_error("simam:lambda=0"), contains("simam: lambda = 0.000000, expected above 0"));
  CHECK_THAT(attention_error("coord:r=0"), contains("coord: r = 0, expected at least 1"));
  CHECK_THAT(attention_error("ge:extent=0"), contains("ge: extent = 0, expected global or at least 1"));
  for (const auto& [text, multiple] :
       std::map<std::string, std::string>{{"se_gc1", "16"}, {"se_gc2", "16"}, {"se_gc3", "8"}}) {
    CHECK(error_text<Error>([&, text = text] { make_attention(text, 20); }) ==
          text + ": 20 channels, expected a multiple of " + multiple);
  }
  CHECK_THAT(attention_error("se:r=0"), contains("se: r = 0, expected at least 1"));
  CHECK_THAT(attention_error("se:r=-1"), contains("se: r = -1"));
  CHECK_THAT(attention_error("se:r=2.5"), contains("r = \"2.5\", expected a whole number"));
  CHECK_THAT(attention_error("se:bias=maybe"), contains("bias = \"maybe\", expected true or false"));
}

TEST_CASE("attention: an option that the entry does not declare cannot be read", "[layers][attention]") {
  AttentionKind kind = attention_kinds()[1];
  kind.options.pop_back();
  AttentionOptions options(kind, "se:r=8");
  CHECK(options.integer("r") == 8);
  CHECK(options.is_written("r"));
  CHECK(error_text<Error>([&] { options.boolean("bias"); }) ==
        "se: its entry declares no option \"bias\", and its maker asks for it");
}

// ---- every module ------------------------------------------------------------------------------------

TEST_CASE("attention: every module has an entry that says what there is", "[layers][attention][every]") {
  std::set<std::string> names;
  for (const AttentionKind& kind : modules()) {
    DYNAMIC_SECTION(kind.name) {
      CHECK(!kind.description.empty());
      CHECK(kind.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
      std::string written;  // every option with its fallback
      for (const AttentionOption& option : kind.options) {
        CAPTURE(option.key);
        CHECK(!option.meaning.empty());
        // An option that is declared and never read would be believed in silence.
        CHECK_THAT(attention_error(kind.name + ":" + option.key + "=?"),
                   contains(option.key + " = \"?\", expected"));
        written += (written.empty() ? ":" : ",") + option.key + "=" + option.fallback;
      }
      if (kind.name == "eca") written = ":k=adaptive";  // k and its rule are not both chosen
      CHECK(make_attention(kind.name + written, 16)->parameter_count() ==
            make_attention(kind.name, 16)->parameter_count());
      const std::string unknown = attention_error(kind.name + ":nosuch=1");
      CHECK_THAT(unknown, contains("unknown option \"nosuch\""));
      if (kind.options.empty()) CHECK_THAT(unknown, contains("it takes no options"));
    }
    CHECK(names.insert(kind.name).second);
  }
}

TEST_CASE("attention: every module keeps the shape of x, and its state", "[layers][attention][every]") {
  for (const AttentionKind& kind : modules()) {
    DYNAMIC_SECTION(kind.name) {
      const auto module = make_attention(kind.name, 16), other = make_attention(kind.name, 16);
      module->initialise(1);
      other->initialise(2);
      const Tensor x = random_tensor({2, 3, 5, 16}, 1);
      const Tensor y = (*module)(x);
      CHECK(y.shape() == x.shape());
      CHECK(!same_bits(y, Tensor::zeros(x.shape())));
      // Written down and read again it is the same module, and evaluation changes nothing.
      load_state(*other, save_state(*module));
      module->eval();
      other->eval();
      const Tensor evaluated = (*module)(x);
      CHECK(same_bits((*other)(x), evaluated));
      CHECK(same_bits((*module)(x), evaluated));
    }
  }
}

TEST_CASE("attention: every module gives the same bits on any number of threads",
          "[threads][attention][every]") {
  const SettingsRestored restored;
  for (const AttentionKind& kind : modules()) {
    DYNAMIC_SECTION(kind.name) {
      set_kernel_mode(KernelMode::fast);
      set_threads(1);
      const std::vector<Tensor> expected = after_training(kind.name, {9, 16, 12, 48});
      for (const int count : {2, 3, 5}) {
        CAPTURE(count);
        set_threads(count);
        const std::vector<Tensor> found = after_training(kind.name, {9, 16, 12, 48});
        REQUIRE(found.size() == expected.size());
        for (size_t i = 0; i < found.size(); ++i) {
          CAPTURE(i);
          CHECK(same_bits(found[i], expected[i]));
        }
      }
    }
  }
}

TEST_CASE("attention: every module, plain kernels against their twins", "[pair][attention][every]") {
  const SettingsRestored restored;
  constexpr double kClose = sizeof(real) == 4 ? 1e-4 : 1e-11;
  for (const AttentionKind& kind : modules()) {
    DYNAMIC_SECTION(kind.name) {
      std::vector<Tensor> expected;
      for (const KernelMode mode : twin_modes()) {
        CAPTURE(to_string(mode));
        set_kernel_mode(mode);
        const std::vector<Tensor> found = after_training(kind.name, {3, 7, 5, 32});
        if (mode == KernelMode::ref) expected = found;
        REQUIRE(found.size() == expected.size());
        for (size_t i = 0; i < found.size(); ++i) {
          CAPTURE(i);
          CHECK(difference(found[i], expected[i], kClose, kClose) == "");
        }
      }
    }
  }
}

TEST_CASE("attention: every module agrees with PyTorch, or has a test of its own",
          "[golden][attention][every]") {
  std::set<std::string> compared = {"se"};  // se_test.cpp
  const Golden golden("attention");
  for (const GoldenCase& c : golden.cases()) {
    compared.insert(attention_name(c.option<std::string>("attention")));
  }
  const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
  for (const AttentionKind& kind : modules()) {
    DYNAMIC_SECTION(kind.name) {
      if (compared.contains(kind.name)) continue;
      const std::filesystem::path file = here / (kind.name + "_test.cpp");
      INFO("no golden has " << kind.name << ": expected " << file
                            << " to compute what it does, with make_attention(\"" << kind.name << "...)");
      CHECK_THAT(text_of_file(file), contains("make_attention(\"" + kind.name));
    }
  }
}

TEST_CASE("attention: modules agree with PyTorch", "[golden][attention]") {
  const SettingsRestored restored;
  const Golden golden("attention");
  CHECK(golden.cases().size() == 33);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const auto module = make_attention(c.option<std::string>("attention"), c.option<int64_t>("C"));
      module->initialise(1);
      load_golden(*module, golden.file(), c.name() + ".");
      module->train(c.option<bool>("train"));
      Tensor x = c.images("x").set_requires_grad();
      Tape tape;
      const Tensor y = (*module)(x);
      check_golden("y", y, c.images("y"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      for (const Parameter* parameter : module->parameters()) {
        CAPTURE(parameter->name);
        const Tensor gradient = in_file_order(*parameter, parameter->value.grad());
        // The gradient of a bias that a batch norm follows is 0 in exact arithmetic.
        CHECK(difference(gradient, c.same("d." + parameter->name), kGoldenTolerance, kGoldenTolerance / 10) ==
              "");
      }
      for (const Parameter* buffer : module->buffers()) {
        const std::string after = "after." + buffer->name;
        if (c.has(after)) check_golden(after, in_file_order(*buffer, buffer->value), c.same(after));
      }
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE

namespace {

void check_gradients(const std::string& text) {
  for (const bool training : {true, false}) {
    CAPTURE(text, training);
    const auto module = make_attention(text, 16);
    randomise(*module);
    module->train(training);
    const Tensor x = distinct_tensor({3, 3, 2, 16}, 1);
    gradcheck(text, with_parameters({{"x", x}}, module->parameters()), [&] { return (*module)(x); });
    if (module->buffers().empty()) break;
  }
}

}  // namespace

TEST_CASE("attention: gradients of every module", "[grad][attention][every]") {
  for (const AttentionKind& kind : modules()) {
    DYNAMIC_SECTION(kind.name) { check_gradients(kind.name); }
  }
}

TEST_CASE("attention: gradients of modules with other options", "[grad][attention]") {
  for (const char* text :
       {"se:r=4,bias=true", "eca_ns:k=1", "eca_ns:k=5", "eca:gamma=1", "eca_circular:k=7", "eca_permuted:k=5",
        "cbam:r=4,kernel=3", "simam:lambda=0.3", "coord:r=1", "ge:extent=1", "ge:extent=2", "ge:extent=3"}) {
    check_gradients(text);
  }
}

#endif
