#include "core/base/scope.hpp"

#include <stdexcept>
#include <thread>

#include "tests/catch.hpp"

using namespace eca;

TEST_CASE("scope: names nest with dots and leave with their objects", "[core][scope]") {
  CHECK(current_scope().empty());
  {
    const Scope outer("layer1");
    CHECK(current_scope() == "layer1");
    {
      const Scope inner("0"), innermost("conv1");
      CHECK(current_scope() == "layer1.0.conv1");
    }
    CHECK(current_scope() == "layer1");
  }
  CHECK(current_scope().empty());
}

TEST_CASE("scope: the outermost module has no name and adds no dot", "[core][scope]") {
  const Scope network(""), stem("conv1");
  CHECK(current_scope() == "conv1");
  const Scope unnamed("");
  CHECK(current_scope() == "conv1");
}

TEST_CASE("scope: an exception leaves it", "[core][scope]") {
  try {
    const Scope scope("layer1");
    throw std::runtime_error("stop");
  } catch (const std::runtime_error&) {
  }
  CHECK(current_scope().empty());
}

TEST_CASE("scope: each thread has its own", "[core][scope]") {
  const Scope scope("here");
  std::string there = "unset";
  std::thread([&] { there = current_scope(); }).join();
  CHECK(there.empty());
}

TEST_CASE("scope: what lies in a module", "[core][scope]") {
  CHECK(lies_in("layer1.0.eca", "layer1"));
  CHECK(lies_in("layer1", "layer1"));
  CHECK(lies_in("layer1", ""));
  CHECK_FALSE(lies_in("layer10", "layer1"));
  CHECK_FALSE(lies_in("layer1", "layer1.0"));
  CHECK_FALSE(lies_in("", "layer1"));
}

TEST_CASE("scope: the modules of paths, each once, with all that hold one", "[core][scope]") {
  CHECK(modules_of({"layer1.0.conv1", "", "fc", "layer1.0"}) ==
        std::vector<std::string>{"fc", "layer1", "layer1.0", "layer1.0.conv1"});
  CHECK(modules_of({""}).empty());
}
