#!/bin/sh
# Lines of code by folder: neither blank nor only comment.   .ci/loc.sh FOLDER...
set -eu
for folder in "$@"; do
  find "$folder" \( -name '*.cpp' -o -name '*.hpp' \) -print | sort | while read -r file; do
    awk -v folder="$folder" '
      inside { if (!sub(/.*\*\//, "")) next; inside = 0 }  # in a /* comment over several lines
      { gsub(/\/\*[^*]*\*\//, ""); if (sub(/\/\*.*/, "")) inside = 1; sub(/\/\/.*/, "") }
      /[^ \t]/ { ++code }
      END { print folder, code + 0 }' "$file"
  done
done | awk '
  { ++files[$1]; code[$1] += $2; if (!($1 in order)) { order[$1] = ++n; name[n] = $1 } all += $2 }
  END {
    for (i = 1; i <= n; ++i) printf "%-12s %4d files %6d lines\n", name[i], files[name[i]], code[name[i]]
    printf "%-12s %4d files %6d lines\n", "total", NR, all
  }'
