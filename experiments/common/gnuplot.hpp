// Pictures are drawn by gnuplot where it is installed; without it a program does all else that it does.
#pragma once

#include <string>

namespace eca {

// True if PATH holds a program gnuplot.
bool have_gnuplot();

// A file name or any other text in a script: in single quotes, those within doubled.
std::string gnuplot_text(const std::string& text);

// The first lines of every script: a PNG of width x height pixels, in which '_' and '^' stand for themselves.
std::string gnuplot_header(const std::string& png, int width, int height);

// Runs the script. False if there is no gnuplot, it fails, or there is no file `png` afterwards.
bool run_gnuplot(const std::string& script, const std::string& png);

}  // namespace eca
