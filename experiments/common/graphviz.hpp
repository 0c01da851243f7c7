// Graphs in Graphviz's language, written or drawn.
#pragma once

#include <string>

namespace eca {

// Throws Error if the path ends in neither .dot nor .svg, or if it ends in .svg and `dot`, the program that draws, is
// not there.
void check_graph_path(const std::string& path);

// Writes the graph: FILE.dot as it is, FILE.svg as `dot` draws it. Throws what check_graph_path throws, Error if `dot`
// fails, and FileError if the file cannot be written.
void write_graph(const std::string& path, const std::string& graph);

}  // namespace eca
