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

# The names of the files whose layout differs.
different() {
  tr '\n' '\0' <"$files" | xargs -0 -P "$(nproc)" -n 32 "$clang_format" --style=file --dry-run 2>"$said" || return 1
  sed -n 's/:[0-9]*:[0-9]*: warning: code should be clang-formatted.*//p' "$said" | sort -u
}

files=$(mktemp) said=$(mktemp)
trap 'rm -f "$files" "$said"' EXIT
find "$@" \( -name '*.cpp' -o -name '*.hpp' -o -name '*.cu' \) -print | sort >"$files"
different=$(different) || { cat "$said" >&2; exit 1; }
[ -z "$different" ] || printf '%s\n' "$different" | sed 's/^/  /'
count="$(wc -l <"$files") files, $(printf '%s' "$different" | grep -c '' || true)"
if [ "$mode" = write ]; then
  [ -z "$different" ] || printf '%s\n' "$different" | tr '\n' '\0' | xargs -0 "$clang_format" --style=file -i
  echo "format: $count changed"
else
  echo "format: $count to change"
  [ -z "$different" ] || { echo "make format does it" >&2; exit 1; }
fi
