// Which twin of a block runs: the plain chain of its ops, or the fused form that does the work of several in one pass
// over memory. Both give the same numbers but for rounding.
#pragma once

#include <string>

namespace eca {

enum class OpsMode {
  by_kernels,  // plain beside the plain loops (--kernels=ref, debug builds), fused beside the fast kernels
  plain,
  fused
};

// plain or fused, whichever is in force. Default: by_kernels; the environment variable OPS=plain|fused overrides it.
OpsMode ops_mode();
// What was chosen, by_kernels included.
OpsMode chosen_ops_mode();
void set_ops_mode(OpsMode mode);

// "by-kernels", "plain" or "fused", and back. Throws Error naming the choices.
const char* to_string(OpsMode mode);
OpsMode parse_ops_mode(const std::string& text);

// While it lives, blocks are the plain chain of their ops: to count them, or to step through them.
class PlainOps {
 public:
  PlainOps() : before_(chosen_ops_mode()) { set_ops_mode(OpsMode::plain); }
  ~PlainOps() { set_ops_mode(before_); }
  PlainOps(const PlainOps&) = delete;
  PlainOps& operator=(const PlainOps&) = delete;

 private:
  OpsMode before_;
};

}  // namespace eca
