// Letters in pictures: a small font of straight strokes, stb_easy_font. Only printable ASCII has a form; of any other UTF-8
// letter a question mark is drawn.
#pragma once

#include <string>

#include "experiments/drawing/picture.hpp"

namespace eca {

// The top left corner of the text lies at (x,y); capital letters are 7 * size pixels high.
void draw_text(Picture& picture, int64_t x, int64_t y, const std::string& text, Colour colour,
               int64_t size = 2);

int64_t text_width(const std::string& text, int64_t size = 2);
inline int64_t text_height(int64_t size = 2) { return 12 * size; }  // from line to line

// The text, or as much of its beginning as fits into `width` pixels with two dots behind it.
std::string shortened(const std::string& text, int64_t width, int64_t size = 2);

}  // namespace eca
