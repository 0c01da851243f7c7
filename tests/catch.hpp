// Catch2, version 2 or 3, whichever is installed, with the few names that differ between them.
#pragma once

#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
namespace eca::test {
using Catch::Approx;
inline auto contains(const std::string& part) { return Catch::Matchers::ContainsSubstring(part); }
}  // namespace eca::test
#else
#include <catch2/catch.hpp>
namespace eca::test {
using Catch::Detail::Approx;
inline auto contains(const std::string& part) { return Catch::Matchers::Contains(part); }
}  // namespace eca::test
#endif

namespace eca::test {
// What Catch2's own main() does: runs the tests that the arguments select. Returns how many failed, at most 255.
int run_session(int argc, char** argv);
}  // namespace eca::test
