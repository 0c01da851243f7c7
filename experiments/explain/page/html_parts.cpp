#include "experiments/explain/page/html_parts.hpp"

#include <algorithm>

#include "experiments/drawing/png_bytes.hpp"

namespace eca {

std::string base64(const std::string& bytes) {
  static constexpr const char* kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) text += j <= count ? kLetters[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string image_tag(const Picture& picture, const std::string& what, const std::string& classes) {
  return "<img class=\"" + classes + "\" alt=\"" + escaped(what) + "\" src=\"data:image/png;base64," +
         base64(png_bytes(picture)) + "\">";
}

std::string figure(const Picture& picture, const std::string& what, const std::string& caption_html,
                   const std::string& classes) {
  const bool few = picture.width() < 100;
  return "<figure class=\"" + classes + "\">" + image_tag(picture, what, few ? "small" : "") +
         "<figcaption>" + caption_html + "</figcaption></figure>\n";
}

std::string paragraph(const std::string& html) { return "<p>" + html + "</p>\n"; }
std::string heading(const std::string& text) { return "<h2>" + escaped(text) + "</h2>\n"; }
std::string subheading(const std::string& text, const std::string& pale_text) {
  const std::string pale = pale_text.empty() ? "" : " <span class=\"pale\">" + escaped(pale_text) + "</span>";
  return "<h3>" + escaped(text) + pale + "</h3>\n";
}

static std::string row_of(const std::vector<std::string>& cells, const char* kind) {
  std::string html = "<tr>";
  for (const std::string& text : cells)
    html += std::string("<") + kind + ">" + escaped(text) + "</" + kind + ">";
  return html + "</tr>\n";
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"table\"><table>\n";
  for (size_t i = 0; i < rows.size(); ++i) html += row_of(rows[i], i == 0 ? "th" : "td");
  return html + "</table></div>\n";
}

}  // namespace eca
