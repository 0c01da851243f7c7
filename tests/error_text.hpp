// For tests of messages: CHECK_THAT(error_text<ShapeError>([&] { conv2d(x, w); }), contains("channels"));
#pragma once

#include <string>

namespace eca::test {

// The text of the E that `action` throws. Another exception passes through, and fails the test.
template <class E, class Action>
std::string error_text(const Action& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace eca::test
