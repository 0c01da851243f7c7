#include "experiments/common/graphviz.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "experiments/common/have_program.hpp"

namespace eca {

namespace {

// A file of its own in the folder for such files, there while the object lives.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / "eca_graph_XXXXXX") {
    const int file = mkstemp(path_.data());
    FILE* stream = file < 0 ? nullptr : fdopen(file, "w");
    if (stream == nullptr) throw FileError(path_, "cannot be made");
    const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
    if (std::fclose(stream) == 0 && written) return;
    std::remove(path_.c_str());
    throw FileError(path_, "cannot be written");
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string drawn(const std::string& graph, const std::string& path) {
  const TemporaryFile file(graph);
  FILE* pipe = popen(("dot -Tsvg '" + file.path() + "'").c_str(), "r");
  if (pipe == nullptr) throw Error(path + ": the program dot cannot be started");
  std::string picture;
  char part[4096];
  while (const size_t count = std::fread(part, 1, sizeof part, pipe)) picture.append(part, count);
  if (pclose(pipe) != 0) throw Error(path + ": the program dot failed; see above");
  return picture;
}

}  // namespace

void check_graph_path(const std::string& path) {
  if (path.ends_with(".dot")) return;
  if (!path.ends_with(".svg"))
    throw Error("picture: \"" + path + "\", expected a name that ends in .svg or .dot");
  if (have_program("dot")) return;
  throw Error(
      "picture: " + path +
      ": an SVG is drawn by the program dot, which is not here; Debian's package is graphviz. FILE.dot "
      "is written without it");
}

void write_graph(const std::string& path, const std::string& graph) {
  check_graph_path(path);
  write_file_atomically(path, path.ends_with(".dot") ? graph : drawn(graph, path));
}

}  // namespace eca
