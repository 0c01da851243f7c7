#!/bin/sh
# The lines and minutes in the tables of docs/reading-order.md and README.md: of all lines of the files that a row names
# first, and at twelve lines a minute.
#
#   .ci/reading_order.sh check     fails where a number is off by more than a tenth (or ten lines), or a file is not there
#   .ci/reading_order.sh write     sets the numbers
set -eu
cd "$(dirname "$0")/.."
mode=${1:-check}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Both files as they ought to be, into $work; what is off goes to the standard output.
LC_ALL=C awk -v work="$work" '
  function lines_of(path,    line, n) {
    n = 0
    while ((getline line < path) > 0) ++n
    close(path)
    if (n == 0) complain(path " is not there, or is empty")
    return n
  }
  function complain(text) { print FILENAME ":" FNR ": " text; missing = 1 }

  # Compares the number that stands there with the right one, and returns the right one.
  function right(number, found, what,    off) {
    off = found - number
    if (off < 0) off = -off
    if (off > 10 && off > number / 10) print FILENAME ":" FNR ": " what ": " found " lines, expected " number
    return number
  }

  # Rows of a table: | files or step | lines | minutes or link | ... |
  function cell(text) { gsub(/^ +| +$/, "", text); return text }

  FILENAME == "docs/reading-order.md" && /^## [0-9]+\. / { step = $0; sub(/^## [0-9]+\. /, "", step) }
  FILENAME == "docs/reading-order.md" && /^\| \[/ {
    n = split($0, column, "|")
    names = column[2]
    lines = 0
    while (match(names, /\]\(\.\.\/[^)]*\)/)) {
      lines += lines_of(substr(names, RSTART + 5, RLENGTH - 6))
      names = substr(names, RSTART + RLENGTH)
    }
    column[3] = " " right(lines, cell(column[3]), "a row") " "
    column[4] = " " int(lines / 12 + 0.5) " "
    of_step[step] += lines
    all += lines
    $0 = ""
    for (i = 2; i < n; ++i) $0 = $0 "|" column[i]
    $0 = $0 "|"
  }
  FILENAME == "docs/reading-order.md" && match($0, /^Together [0-9]+ lines, about [0-9]+ hours/) {
    rest = substr($0, RSTART + RLENGTH)
    $0 = "Together " right(all, $2, "the sum") " lines, about " int(all / 12 / 60 + 0.5) " hours" rest
  }
  FILENAME == "README.md" && /^\| [A-Z].* \| [0-9]+ \| \[/ {
    n = split($0, column, "|")
    name = cell(column[2])
    if (!(name in of_step)) complain("\"" name "\" is no step of docs/reading-order.md")
    $0 = "| " name " | " right(of_step[name], cell(column[3]), name) " |" column[4] "|"
  }
  { print > (work "/" (FILENAME == "README.md" ? "README.md" : "reading-order.md")) }
  END { if (missing) exit 2 }
' docs/reading-order.md README.md >"$work/off" || { cat "$work/off"; exit 1; }

if [ "$mode" = write ]; then
  cmp -s "$work/reading-order.md" docs/reading-order.md || cp "$work/reading-order.md" docs/reading-order.md
  cmp -s "$work/README.md" README.md || cp "$work/README.md" README.md
  echo "reading order: $(sed -n 's/^\(Together.*hours\).*/\1/p' docs/reading-order.md)"
elif [ -s "$work/off" ]; then
  cat "$work/off"
  echo "reading order: stale; make reading-order sets the numbers"
  exit 1
else
  echo "reading order: OK"
fi
