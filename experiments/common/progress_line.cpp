#include "experiments/common/progress_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "experiments/common/format.hpp"

namespace eca {

static bool shown_at_all = true;

void show_progress(bool on) { shown_at_all = on; }

ProgressLine::ProgressLine()
    : terminal_(isatty(STDOUT_FILENO) == 1), last_(std::chrono::steady_clock::now()) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\n", stdout);
  std::fflush(stdout);
}

static size_t terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void ProgressLine::clear() {
  if (shown_) std::fputs("\r\033[K", stdout);
  shown_ = false;
}

void ProgressLine::update(const std::string& text) {
  using namespace std::chrono_literals;
  if (!shown_at_all) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < (terminal_ ? 100ms : 10000ms)) return;
  last_ = now;
  if (!terminal_) return keep(text);
  clear();
  const size_t width = terminal_width() - 1;  // a line that wraps could not be written over
  std::fputs(text.substr(0, width).c_str(), stdout);
  std::fflush(stdout);
  shown_ = true;
}

void ProgressLine::keep(const std::string& text) {
  if (!shown_at_all) return;
  clear();
  std::puts(text.c_str());
  std::fflush(stdout);
}

std::string duration_text(double seconds) {
  const long total = static_cast<long>(seconds + 0.5);
  if (total < 60) return format("%ld s", total);
  if (total < 3600) return format("%ld:%02ld", total / 60, total % 60);
  return format("%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
}

}  // namespace eca
