// What a run shows while it works: on a terminal one line that is written over, elsewhere a plain line now and then.
#pragma once

#include <chrono>
#include <string>

namespace eca {

class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();  // leaves the cursor on a fresh line

  // Shows `text` if it is time: every 0.1 s on a terminal, every 10 s elsewhere.
  void update(const std::string& text);
  // Prints `text` as a line that stays.
  void keep(const std::string& text);

 private:
  void clear();

  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_;
};

// Shown from the start. Off: nothing is printed, for programs that train and speak for themselves.
void show_progress(bool on);

// "1:02:03", "4:05", "12 s"
std::string duration_text(double seconds);

}  // namespace eca
