// The maps of a report as one picture: an image a column, below it a row for each model and method; and whether their places
// matter.
#pragma once

#include "experiments/explain/report.hpp"

namespace eca {

// Up to eight images side by side, more in further bands below. Every map has the predicted class and its probability under it;
// where a class is asked for, that one's. Colours run from 0 to the largest value: in each map of one model by itself, of
// several models over the maps of an image, which share it.
Picture contact_sheet(const Explanation& report);

// One map over its image, with the colours as they are on the sheet.
Picture map_picture(const Explanation& report, size_t model, size_t method, size_t image);

// Whether the class that is explained is the label of the image; true where none is known.
bool is_right(const Explanation& report, size_t model, size_t image);
// "eca_resnet20, Grad-CAM" where there are several models, else "Grad-CAM".
std::string row_title(const Explanation& report, size_t model, size_t method);

}  // namespace eca
