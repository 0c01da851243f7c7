#!/bin/sh
# Runs every session of a debugger that README.md and the pages in docs/ show, and compares what it prints with what the page
# shows:
#
#   tests/debug/docs_sessions_test.sh build/debug/eca
#
# A session is a block of lines that begins `$ gdb ... build/debug/eca ...`, or lldb. Its lines `(gdb) ...` are typed in, its
# other lines have to appear in the debugger's output in their order, as tests/docs/compare.sh compares; line numbers, shapes and
# names must be the same. Exits with 77, skipped, where gdb is not installed; those of lldb are left out where there is none.
set -eu

program=$1

if ! command -v gdb >/dev/null; then
  echo "sessions: skipped, gdb is not installed"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# session.N.{debugger,arguments,commands,expected,page} for each session of the pages; prints how many there are.
split_into_sessions() {
  awk -v work="$work" '
    /^```/ { open = 0 }
    /^\$ (gdb|lldb) .* build\/debug\/eca / {
      open = 1
      base = work "/session." ++count
      print $2 > (base ".debugger")
      prompt = "(" $2 ") "
      print FILENAME ":" FNR > (base ".page")
      arguments = $0
      sub(/^.* build\/debug\/eca /, "", arguments)
      print arguments > (base ".arguments")
      printf "" > (base ".commands")
      printf "" > (base ".expected")
      next
    }
    open && index($0, prompt) == 1 { print substr($0, length(prompt) + 1) > (base ".commands"); next }
    open && NF { print > (base ".expected") }
    END { print count + 0 }' "$@"
}

. tests/docs/compare.sh
. tests/debug/lldb.sh

# shellcheck disable=SC2046  # pages are words
count=$(split_into_sessions README.md $(find docs -name '*.md' | LC_ALL=C sort))
sessions=0
if ! has_lldb; then
  echo "sessions: there is no lldb that runs Python, its sessions are left out"
  rm -f $(grep -l lldb "$work"/session.*.debugger | sed 's/debugger$/expected/')
fi
for n in $(seq "$count"); do
  base=$work/session.$n
  [ -e "$base.expected" ] || continue
  # shellcheck disable=SC2046  # the arguments are words
  if [ "$(cat "$base.debugger")" = gdb ]; then
    gdb -nx -batch -ex 'set pagination off' -ex 'set width 0' -x core/debug/gdb_printers.py -x "$base.commands" \
      --args "$program" $(cat "$base.arguments") --out "$work/run" >"$base.found" 2>&1 || true
  else
    lldb -x -b -o 'command script import core/debug/lldb_printers.py' -s "$base.commands" \
      -- "$program" $(cat "$base.arguments") --out "$work/run" >"$base.found" 2>&1 || true
  fi
  rm -rf "$work/run"
  if ! missing=$(compare "$base.expected" "$base.found"); then
    echo "sessions: $(cat "$base.page") shows a line that $(cat "$base.debugger") does not print:"
    echo "  $missing"
    echo "it printed"
    sed 's/^/  /' "$base.found"
    exit 1
  fi
  sessions=$((sessions + 1))
done
[ $sessions -gt 0 ] || { echo "sessions: the pages show none"; exit 1; }
echo "sessions: OK, $sessions as the pages show them"
