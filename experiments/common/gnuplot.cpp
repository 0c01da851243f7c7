#include "experiments/common/gnuplot.hpp"

#include <cstdio>
#include <filesystem>

#include "experiments/common/have_program.hpp"

namespace eca {

bool have_gnuplot() { return have_program("gnuplot"); }

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
