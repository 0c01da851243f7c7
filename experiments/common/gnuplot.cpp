#include "experiments/common/gnuplot.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace eca {

// Asking a shell would cost a process each time.
bool have_gnuplot() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/gnuplot").c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::string gnuplot_text(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

std::string gnuplot_header(const std::string& png, int width, int height) {
  return "set terminal pngcairo size " + std::to_string(width) + "," + std::to_string(height) +
         " font 'sans,10' noenhanced\nset output " + gnuplot_text(png) + "\n";
}

bool run_gnuplot(const std::string& script, const std::string& png) {
  if (!have_gnuplot()) return false;
  FILE* pipe = popen("gnuplot 2>/dev/null", "w");
  if (pipe == nullptr) return false;
  std::fputs(script.c_str(), pipe);
  return pclose(pipe) == 0 && std::filesystem::exists(png);
}

}  // namespace eca
