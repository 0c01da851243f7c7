// Pieces of HTML of which the sections of a page are made. Texts are escaped where they are called text, and are HTML where they
// are called html.
#pragma once

#include <string>
#include <vector>

#include "experiments/drawing/picture.hpp"
#include "experiments/drawing/svg_curves.hpp"

namespace eca {

// "TWFu", RFC 4648.
std::string base64(const std::string& bytes);

// The picture within the page, as PNG data.
std::string image_tag(const Picture& picture, const std::string& what, const std::string& classes = "");
// The same with a caption; pictures of few pixels stay squares when the page enlarges them.
std::string figure(const Picture& picture, const std::string& what, const std::string& caption_html,
                   const std::string& classes = "");

std::string paragraph(const std::string& html);
std::string heading(const std::string& text);  // of a section
std::string subheading(const std::string& text, const std::string& pale_text = "");

// Rows of cells; the first row is the heads.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace eca
