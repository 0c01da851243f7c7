// The program BUILD/fuzz/fuzz: libFuzzer, on the reader that the environment variable READER names. Not part of run_tests.
#include <cstdio>
#include <cstdlib>

#include "core/base/error.hpp"
#include "tests/fuzz/reader.hpp"

using namespace eca;

static const fuzz::Reader& chosen_reader() {
  const char* name = std::getenv("READER");
  std::string names;
  for (const fuzz::Reader& reader : fuzz::readers()) {
    if (name != nullptr && reader.name == name) return reader;
    names += " " + reader.name;
  }
  std::fprintf(stderr, "READER=%s: expected one of%s\n", name == nullptr ? "" : name, names.c_str());
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const fuzz::Reader& reader = chosen_reader();
  try {
    reader.read({data, size});
  } catch (const Error&) {  // refused
  }
  return 0;
}
