// Kernel mode, threads and option texts: the switches a user types.
#include "tests/settings.hpp"
#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/base/text.hpp"
#include "core/parallel/threads.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("kernel mode: ref and fast, and an error for anything else", "[core][kernel_mode]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CHECK(kernel_mode() == mode);
    CHECK(parse_kernel_mode(to_string(mode)) == mode);
  }
  CHECK(error_text<Error>([] { parse_kernel_mode("slow"); }) ==
        "kernels: \"slow\", expected ref, fast or cuda");
}

TEST_CASE("threads: as many as there are tasks, one in ref mode, at least one", "[core][threads]") {
  const SettingsRestored restored;
  set_threads(3);
  set_kernel_mode(KernelMode::fast);
  CHECK(threads() == 3);
  CHECK(threads_for(0) == 1);
  CHECK(threads_for(2) == 2);
  CHECK(threads_for(100) == 3);
  set_kernel_mode(KernelMode::ref);
  CHECK(threads_for(100) == 1);
  CHECK(available_cores() >= 1);
}

TEST_CASE("threads: a number out of range is refused and changes nothing", "[core][threads]") {
  const SettingsRestored restored;
  set_threads(2);
  for (const int n : {0, -1, 1025}) {
    CAPTURE(n);
    CHECK(error_text<Error>([&] { set_threads(n); }) ==
          "threads: " + std::to_string(n) + ", expected 1 to 1024");
    CHECK(threads() == 2);
  }
}

TEST_CASE("chunks: their number covers all elements, none is empty", "[core][threads]") {
  CHECK(chunk_count(0) == 0);
  CHECK(chunk_count(1) == 1);
  CHECK(chunk_count(kChunk) == 1);
  CHECK(chunk_count(kChunk + 1) == 2);
  CHECK(chunk_count(10, 3) == 4);
}

TEST_CASE("text: split and join", "[core][text]") {
  CHECK(split("a,b,,c", ',') == std::vector<std::string>{"a", "b", "", "c"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(join({"a", "b", "c"}, ", ") == "a, b, c");
  CHECK(join({}, ", ").empty());
}

TEST_CASE("text: a number is the whole text", "[core][text]") {
  CHECK(whole_number("-12") == -12);
  CHECK(finite_number("2.5e3") == 2500);
  for (const char* text : {"", " 1", "1 ", "1x", "+1", "1.5", "0x10", "99999999999999999999", "inf"}) {
    CAPTURE(text);
    CHECK_FALSE(whole_number(text));
  }
  for (const char* text : {"", " 1", "1,5", "1e999", "inf", "nan", "half"}) {
    CAPTURE(text);
    CHECK_FALSE(finite_number(text));
  }
}

TEST_CASE("option text: name and typed options", "[core][text]") {
  OptionText options("se:r=8,bias=true,scale=0.5,kind=wide");
  CHECK(options.name() == "se");
  CHECK(options.integer("r", 16) == 8);
  CHECK(options.boolean("bias", false));
  CHECK(options.number("scale", 1) == 0.5);
  CHECK(options.word("kind", "narrow") == "wide");
  CHECK(options.integer("absent", 7) == 7);
  CHECK_NOTHROW(options.finish());
  CHECK(OptionText("se").name() == "se");
  CHECK(!OptionText("se:bias=0").boolean("bias", true));
}

TEST_CASE("option text: each mistake is named with what was expected", "[core][text]") {
  CHECK(error_text<Error>([] { OptionText("se:r=8x").integer("r", 16); }) ==
        "\"se:r=8x\": r = \"8x\", expected a whole number");
  CHECK_THAT(error_text<Error>([] { OptionText("se:r=").integer("r", 16); }), contains("r = \"\""));
  CHECK_THAT(error_text<Error>([] { OptionText("se:r=99999999999999999999").integer("r", 16); }),
             contains("expected a whole number"));
  CHECK_THAT(error_text<Error>([] { OptionText("x:p=half").number("p", 1); }),
             contains("expected a finite number"));
  CHECK_THAT(error_text<Error>([] { OptionText("se:bias=yes").boolean("bias", false); }),
             contains("bias = \"yes\", expected true or false"));
  CHECK(error_text<Error>([] { OptionText("se:8"); }) == "\"se:8\": option \"8\", expected key=value");
  CHECK_THAT(error_text<Error>([] { OptionText("se:"); }), contains("expected key=value"));
  CHECK_THAT(error_text<Error>([] { OptionText("se:=8"); }), contains("expected key=value"));
  CHECK(error_text<Error>([] { OptionText("se:r=8,r=4"); }) == "\"se:r=8,r=4\": option \"r\" is given twice");
  CHECK(error_text<Error>([] { OptionText("none:r=8").finish(); }) ==
        "\"none:r=8\": unknown option \"r\"; it takes no options");
  OptionText options("se:bais=true");
  options.integer("r", 16);
  options.boolean("bias", false);
  CHECK(error_text<Error>([&] { options.finish(); }) ==
        "\"se:bais=true\": unknown option \"bais\" (did you mean \"bias\"?); possible are r, bias");
}
