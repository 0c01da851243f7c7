#!/bin/bash
# The programs of docs/book compile, those that draw its figures too, and the scalar tape learns:
#   tests/docs/book_programs_test.sh BUILD/VARIANT
set -euo pipefail
built=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. .ci/built_flags.sh
compile=$(echo "$compile" | sed 's/-O3/-O1/; s/ -g1//')

count=0
for source in docs/book/*.cpp docs/book/figures/*.cpp; do
  # shellcheck disable=SC2086  # words
  $compile -c "$source" -o "$work/$(basename "$source" .cpp).o"
  count=$((count + 1))
done
# shellcheck disable=SC2086
$link "$work/scalar_fit.o" $libraries -o "$work/scalar_fit"
"$work/scalar_fit" >"$work/curve" 2>"$work/error"
awk '
  { learned += ($5 - $2)^2; before += ($3 - $2)^2 }
  END { exit !(NR == 121 && learned < 0.02 * before) }' "$work/curve" || {
  echo "scalar_fit has not learned its sine: $(cat "$work/error")"
  exit 1
}
echo "programs of the book: $count compile; $(cat "$work/error")"
