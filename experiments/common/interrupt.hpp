// Ctrl-C: the first asks the run to stop after the step under way, a second one stops it at once.
#pragma once

namespace eca {

// Exit code of a command that was interrupted: what a shell expects after Ctrl-C.
inline constexpr int kInterruptedCode = 130;

// While it lives, SIGINT and SIGTERM set a flag instead of ending the program.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool requested() const;
};

}  // namespace eca
