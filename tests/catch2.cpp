// Catch2 itself: version 2 is one header, whose implementation is compiled here; version 3 is a library.
#if defined(__GNUC__) && !defined(__clang__)
// A false alarm of g++ 12, about std::regex.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#define CATCH_CONFIG_RUNNER
#include "tests/catch.hpp"

int eca::test::run_session(int argc, char** argv) { return Catch::Session().run(argc, argv); }
