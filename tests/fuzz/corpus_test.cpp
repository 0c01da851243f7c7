// The corpus of the fuzzers through their readers: seeds, and what fuzzers once found. good* is read, bad* is refused.
#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"
#include "tests/catch.hpp"
#include "tests/fuzz/reader.hpp"

using namespace eca;

namespace fs = std::filesystem;

static std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("every file of the fuzzers' corpus is read, or refused with an error", "[data][fuzz]") {
  for (const fuzz::Reader& reader : fuzz::readers()) {
    const std::vector<fs::path> files = files_in("tests/fuzz/corpus/" + reader.name);
    CHECK(!files.empty());
    for (const fs::path& file : files) {
      INFO(file.string());
      const std::vector<uint8_t> bytes = read_bytes(file.string());
      const std::string name = file.filename().string();
      if (name.starts_with("good")) {
        CHECK_NOTHROW(reader.read(bytes));
      } else if (name.starts_with("bad")) {
        CHECK_THROWS_AS(reader.read(bytes), Error);
      } else {
        FAIL("the name of a file of the corpus begins with good or bad");
      }
    }
  }
}

TEST_CASE("every folder of the fuzzers' corpus has its reader", "[fuzz]") {
  for (const fs::path& folder : files_in("tests/fuzz/corpus")) {
    INFO(folder.string());
    CHECK(std::any_of(fuzz::readers().begin(), fuzz::readers().end(),
                      [&](const fuzz::Reader& reader) { return reader.name == folder.filename(); }));
  }
}
