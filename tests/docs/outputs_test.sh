#!/bin/sh
# Runs what the pages show as commands with their output, and compares:   tests/docs/outputs_test.sh build/release/eca
#
# In a fenced block a line "$ COMMAND" is a command; what follows, up to the next command or the end of the block, has to appear in
# its output in that order (tests/docs/compare.sh). So has a whole block below
#
#   <!-- printed by: COMMAND -->    in that of COMMAND
#   <!-- like: COMMAND -->          with other numbers, where the command of the page takes too long: its form is compared
#
# They run in a folder where `eca` and `build/eca` are the program. Blocks that run a debugger are another test's,
# tests/debug/docs_sessions_test.sh. Of commands that are shown without their output, in ```sh and in the text, it is asked
# whether the program has these options and make these goals.
set -u

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
case $program in *-double/*) echo "shown outputs: skipped, they are those of float"; exit 77 ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/docs/compare.sh

# command.N, expected.N, place.N and numbers.N for every command of a page; `named`, the commands that are not run.
{ echo README.md; find docs experiments -name '*.md'; } | LC_ALL=C sort |
  awk -v work="$work" '
    function end_block(    i, base) {
      for (i = 1; i <= n && !debugger; ++i) {
        base = sprintf("%03d", ++commands)
        print command[i] > (work "/command." base)
        printf "%s", shown[i] > (work "/expected." base)
        print place[i] > (work "/place." base)
        print numbers > (work "/numbers." base)
        close(work "/command." base); close(work "/expected." base); close(work "/place." base); close(work "/numbers." base)
      }
      n = debugger = 0
      marker = numbers = ""
    }
    function begin(text) {
      command[++n] = text
      shown[n] = ""
      place[n] = page ":" number
    }
    function name(text) { print page ":" number "\t" text > (work "/named") }
    {
      page = $0
      number = inside = n = 0
      marker = numbers = ""
      while ((getline line < page) > 0) {
        ++number
        if (line ~ /^```/) {
          if (inside) end_block()
          inside = !inside
          commands_only = line == "```sh"
          if (inside && marker != "") {
            numbers = marker ~ /^<!-- like/ ? "any" : ""
            sub(/^<!-- (printed by|like): /, "", marker)
            sub(/ -->$/, "", marker)
            begin(marker)
          }
        } else if (!inside) {
          if (line ~ /^<!-- (printed by|like): .* -->$/) marker = line
          else if (line != "") marker = ""
          while (match(line, /`[^`]+`/)) {
            name(substr(line, RSTART + 1, RLENGTH - 2))
            line = substr(line, RSTART + RLENGTH)
          }
        } else if (line ~ /^\$ /) {
          begin(substr(line, 3))
          name(substr(line, 3))
          if (line ~ /^\$ (gdb|lldb) .* build\/debug\/eca /) debugger = 1
        } else if (n) {
          shown[n] = shown[n] line "\n"
        } else if (commands_only) {
          name(line)
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
  numbers=$(cat "$work/numbers.$base")
  if ! missing=$(cd "$root" && compare "$work/expected.$base" "$work/output"); then
    echo "$(cat "$place"): \$ $(cat "$work/command.$base")"
    echo "  does not print: $missing"
    sed 's/^/    /' "$work/output" | head -n 20
    failures=$((failures + 1))
  fi
done

# Does `eca SUBCOMMAND` have the option, make the goal?
help_of() {
  # shellcheck disable=SC2086  # words
  [ -e "$work/help.$1" ] || eca $1 --help >"$work/help.$1" 2>&1 || echo >"$work/help.$1"
  cat "$work/help.$1"
}
named=0
wrong() {
  echo "$where: \`$line\`: $1"
  failures=$((failures + 1))
}
while IFS='	' read -r where line; do
  # shellcheck disable=SC2086,SC2046  # words
  set -f && set -- $(printf '%s\n' "$line" | sed "s/ *#.*//; s/ *[|;].*//; s/[A-Z_]*='[^']*' //g") && set +f
  while [ $# -gt 0 ]; do
    case $1 in [A-Z]*=*) shift ;; *) break ;; esac
  done
  [ $# -gt 1 ] || continue
  case $1 in
    eca | build/eca)
      case $2 in *[!a-z]* | '') continue ;; esac
      subcommand=$2
      if help_of "$2" | sed '1,/^Subcommands:/d' | grep -q -e "^  ${3:-none} "; then subcommand="$2 $3"; fi  # eca detect eval-results
      named=$((named + 1))
      help_of "$subcommand" | grep -q . || wrong "eca has no $subcommand"
      for word in "$@"; do
        case $word in
          --help) ;;
          --*) help_of "$subcommand" | grep -q -E -e "(^|[ ,])${word%%=*}([ ,]|$)" || wrong "eca $subcommand has no ${word%%=*}" ;;
        esac
      done ;;
    make)
      shift
      for word in "$@"; do
        case $word in *=* | -*) continue ;; *[!a-z0-9-]*) break ;; esac
        named=$((named + 1))
        grep -q "^$word:" "$root/Makefile" || wrong "make has no goal $word"
      done ;;
  esac
done <"$work/named"

echo "shown outputs: $checks run, $named commands looked up, $failures wrong"
[ "$failures" -eq 0 ] && [ "$checks" -gt 0 ] && [ "$named" -gt 0 ]
