#include "core/base/scope.hpp"

namespace eca {

static thread_local std::string path;

Scope::Scope(const std::string& name) : parent_length_(path.size()) {
  if (!path.empty() && !name.empty()) path += '.';
  path += name;
}

Scope::~Scope() { path.resize(parent_length_); }

const std::string& current_scope() { return path; }

}  // namespace eca
