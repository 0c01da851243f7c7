// A rectangle of letters, of which a terminal shows as many as it has room for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eca {

// What a letter is drawn with: kPlainInk, kPaleInk, or curve_ink(i), which differ for the first six curves.
using Ink = int;
inline constexpr Ink kPlainInk = 0, kFaintInk = -1;
inline constexpr Ink curve_ink(size_t curve) { return static_cast<Ink>(curve % 6) + 1; }

class TextScreen {
 public:
  TextScreen(int columns, int rows);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  // UTF-8, each letter of which takes one column. What lies outside is not drawn.
  void put(int column, int row, const std::string& text, Ink ink = kPlainInk);
  // The rows without the blanks at their ends. With `colours`, by the escape sequences of a terminal.
  std::vector<std::string> lines(bool colours) const;

 private:
  struct Cell {
    std::string letter = " ";
    Ink ink = kPlainInk;
  };

  int columns_, rows_;
  std::vector<Cell> cells_;  // (rows,columns)
};

// Letters, not bytes.
int length_of(const std::string& utf8);
// As much of the beginning as fits, with two dots behind it where that is not all.
std::string shortened_to(const std::string& utf8, int columns);

}  // namespace eca
