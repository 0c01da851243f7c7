#include "data/data_memory.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("data-memory is read with its unit", "[data]") {
  CHECK(parse_data_memory("0") == 0);
  CHECK(parse_data_memory("123") == 123);
  CHECK(parse_data_memory("2K") == 2048);
  CHECK(parse_data_memory("1.5M") == 3 << 19);
  CHECK(parse_data_memory("16G") == int64_t{16} << 30);
  for (const char* text : {"", "G", "-1", "5T", "1 G", "inf", "9999999999999G", "Auto"}) {
    CAPTURE(text);
    CHECK_THAT(error_text<Error>([=] { parse_data_memory(text); }),
               contains("data-memory: \"" + std::string(text) + "\", expected auto, or bytes"));
  }
}

TEST_CASE("data-memory by itself is a half of what is free", "[data]") {
  CHECK(free_memory_bytes() > int64_t{16} << 20);
  CHECK(parse_data_memory("auto") > int64_t{4} << 20);
}
