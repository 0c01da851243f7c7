#!/bin/sh
# Runs what the pages show as commands with their output, and compares:   tests/docs/outputs_test.sh build/release/eca
#
# In a fenced block a line "$ COMMAND" is a command; what follows, up to the next command or the end of the block, has to appear in
# its output in that order (tests/docs/compare.sh). They run in a folder where `eca` and `build/eca` are the
# program. Blocks that run gdb are another test's, tests/debug/docs_sessions_test.sh.
set -u

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
case $program in *-double/*) echo "shown outputs: skipped, they are those of float"; exit 77 ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/docs/compare.sh

# command.N, expected.N and place.N for every command of a page.
{ echo README.md; find docs experiments -name '*.md'; } | LC_ALL=C sort |
  awk -v work="$work" '
    function end_block() {
      if (n && !gdb) {
        for (i = 1; i <= n; ++i) {
          base = sprintf("%03d", ++commands)
          print command[i] > (work "/command." base)
          printf "%s", shown[i] > (work "/expected." base)
          print place[i] > (work "/place." base)
          close(work "/command." base); close(work "/expected." base); close(work "/place." base)
        }
      }
      n = gdb = 0
    }
    {
      page = $0
      number = inside = 0
      while ((getline line < page) > 0) {
        ++number
        if (line ~ /^```/) {
          if (inside) end_block()
          inside = !inside
        } else if (inside && line ~ /^\$ /) {
          command[++n] = substr(line, 3)
          shown[n] = ""
          place[n] = page ":" number
          if (line ~ /^\$ gdb /) gdb = 1
        } else if (inside && n) {
          shown[n] = shown[n] line "\n"
        }
      }
      close(page)
    }'

root=$(pwd)
checks=0 failures=0
OMP_WAIT_POLICY=passive
export OMP_WAIT_POLICY
mkdir -p "$work/here/build" && cd "$work/here" || exit 1
ln -s "$program" build/eca
PATH=$work/here/build:$PATH
for place in "$work"/place.*; do
  [ -e "$place" ] || break
  base=${place##*/place.}
  checks=$((checks + 1))
  sh "$work/command.$base" >"$work/output" 2>&1
  if ! missing=$(cd "$root" && compare "$work/expected.$base" "$work/output"); then
    echo "$(cat "$place"): \$ $(cat "$work/command.$base")"
    echo "  does not print: $missing"
    sed 's/^/    /' "$work/output" | head -n 20
    failures=$((failures + 1))
  fi
done
echo "shown outputs: $checks run, $failures differ"
[ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]
