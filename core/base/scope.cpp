#include "core/base/scope.hpp"

#include <set>

namespace eca {

static thread_local std::string here;

Scope::Scope(const std::string& name) : parent_length_(here.size()) {
  if (!here.empty() && !name.empty()) here += '.';
  here += name;
}

Scope::~Scope() { here.resize(parent_length_); }

const std::string& current_scope() { return here; }

std::string in_scope() { return here.empty() ? "" : " (in " + here + ")"; }

bool lies_in(const std::string& path, const std::string& module) {
  return module.empty() || path == module || path.starts_with(module + ".");
}

std::vector<std::string> modules_of(const std::vector<std::string>& paths) {
  std::set<std::string> modules;
  for (const std::string& path : paths) {
    for (size_t end = path.find('.'); end != std::string::npos; end = path.find('.', end + 1)) {
      modules.insert(path.substr(0, end));
    }
    if (!path.empty()) modules.insert(path);
  }
  return {modules.begin(), modules.end()};
}

}  // namespace eca
