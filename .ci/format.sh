#!/bin/sh
# Lays out the code by .clang-format.
#
#   .ci/format.sh write FOLDER...    changes the files
#   .ci/format.sh check FOLDER...    names the files it would change, and fails if there are any
#
# Environment: CLANG_FORMAT, the program; default clang-format.
set -eu
clang_format=${CLANG_FORMAT:-clang-format}
mode=$1
shift

if ! command -v "$clang_format" >/dev/null; then
  echo "format: $clang_format is not installed (Debian package: clang-format)" >&2
  exit 1
fi
version=$("$clang_format" --version | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" -lt 14 ]; then
  echo "format: clang-format $version found, 14 or newer expected" >&2
  exit 1
fi

find "$@" \( -name '*.cpp' -o -name '*.hpp' \) -print | sort | {
  checked=0 different=0
  while read -r file; do
    checked=$((checked + 1))
    "$clang_format" --style=file "$file" | cmp -s - "$file" && continue
    different=$((different + 1))
    echo "  $file"
    if [ "$mode" = write ]; then "$clang_format" --style=file -i "$file"; fi
  done
  if [ "$mode" = write ]; then
    echo "format: $checked files, $different changed"
  else
    echo "format: $checked files, $different to change"
    [ "$different" -eq 0 ] || { echo "make format does it" >&2; exit 1; }
  fi
}
