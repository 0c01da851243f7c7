// Where in the model we are: the path of the module whose forward is running, e.g. "layer2.0.eca". Tape nodes and
// error messages carry it.
#pragma once

#include <string>
#include <vector>

namespace eca {

// Enters a module for the lifetime of the object: Scope a("layer2"); Scope b("0");  ->  "layer2.0".
class Scope {
 public:
  explicit Scope(const std::string& name);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  size_t parent_length_;
};

// The current path of this thread; empty outside any module.
const std::string& current_scope();

// The end of a message about what happens there: " (in layer2.0.eca)"; empty outside any module.
std::string in_scope();

// Whether the path is `module` or lies below it; "" holds every path.
bool lies_in(const std::string& path, const std::string& module);

// The modules of the paths and all that hold one, each once, in the order of the alphabet:
// "layer1.0.conv1" -> "layer1", "layer1.0", "layer1.0.conv1".
std::vector<std::string> modules_of(const std::vector<std::string>& paths);

}  // namespace eca
