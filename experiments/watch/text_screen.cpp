#include "experiments/watch/text_screen.hpp"

#include <algorithm>

namespace eca {

TextScreen::TextScreen(int columns, int rows)
    : columns_(std::max(columns, 0)),
      rows_(std::max(rows, 0)),
      cells_(static_cast<size_t>(columns_) * static_cast<size_t>(rows_)) {}

// UTF-8's further bytes are 10xxxxxx.
static bool begins_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

static std::vector<std::string> letters_of(const std::string& utf8) {
  std::vector<std::string> letters;
  for (const char byte : utf8) {
    if (begins_letter(byte) || letters.empty()) letters.emplace_back();
    letters.back() += byte;
  }
  return letters;
}

int length_of(const std::string& utf8) {
  return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), begins_letter));
}

std::string shortened_to(const std::string& utf8, int columns) {
  if (length_of(utf8) <= columns) return utf8;
  std::string text;
  const std::vector<std::string> letters = letters_of(utf8);
  for (int i = 0; i < columns - 2; ++i) text += letters[static_cast<size_t>(i)];
  return text + std::string(static_cast<size_t>(std::clamp(columns, 0, 2)), '.');
}

void TextScreen::put(int column, int row, const std::string& text, Ink ink) {
  if (row < 0 || row >= rows_) return;
  for (const std::string& letter : letters_of(text)) {
    if (column >= 0 && column < columns_)
      cells_[static_cast<size_t>(row) * static_cast<size_t>(columns_) + static_cast<size_t>(column)] = {
          letter, ink};
    ++column;
  }
}

// Of the ANSI colours those that are read on black as on white.
static const char* escape_of(Ink ink) {
  static constexpr const char* kEscapes[] = {"\033[90m", "\033[0m",  "\033[36m", "\033[33m",
                                             "\033[35m", "\033[32m", "\033[31m", "\033[34m"};
  return kEscapes[ink + 1];
}

std::vector<std::string> TextScreen::lines(bool colours) const {
  std::vector<std::string> lines;
  for (int row = 0; row < rows_; ++row) {
    const Cell* cells = cells_.data() + static_cast<size_t>(row) * static_cast<size_t>(columns_);
    int end = columns_;
    while (end > 0 && cells[end - 1].letter == " ") --end;
    std::string line;
    Ink ink = kPlainInk;
    for (int column = 0; column < end; ++column) {
      if (colours && cells[column].ink != ink && cells[column].letter != " ")
        line += escape_of(ink = cells[column].ink);
      line += cells[column].letter;
    }
    lines.push_back(line + (ink == kPlainInk ? "" : escape_of(kPlainInk)));
  }
  return lines;
}

}  // namespace eca
