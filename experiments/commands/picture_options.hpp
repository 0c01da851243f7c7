// The options for a picture of a tape: --picture and --module.
#pragma once

#include <string>

#include "experiments/commands/command_line.hpp"

namespace eca {

struct PictureOptions {
  std::string path;    // FILE.svg or FILE.dot; empty: no picture is wanted
  std::string module;  // the only one to draw; empty: the whole tape

  bool wanted() const { return !path.empty(); }
  // For the beginning, before there is a tape. Throws Error if there is a module and no path, and what check_graph_path
  // throws.
  void check() const;
};

void add_picture_options(Command& command, PictureOptions& options);

}  // namespace eca
