#include "experiments/commands/picture_options.hpp"

#include "core/base/error.hpp"
#include "experiments/common/graphviz.hpp"

namespace eca {

void PictureOptions::check() const {
  if (wanted()) check_graph_path(path);
  if (!wanted() && !module.empty())
    throw Error("--module " + module + ": says what --picture FILE draws, which is not given");
}

void add_picture_options(Command& command, PictureOptions& options) {
  command.add_option("--picture", options.path,
                     "FILE.svg or FILE.dot: draw the tape as a graph, and do nothing else");
  command.add_option("--module", options.module,
                     "draw only this one and what lies in it, as in layer1.0 [the whole tape]");
}

}  // namespace eca
