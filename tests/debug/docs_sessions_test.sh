#!/bin/sh
# Runs every gdb session that README.md and docs/debugging.md show, and compares what gdb prints with what the page shows:
#
#   tests/debug/docs_sessions_test.sh build/debug/eca
#
# A session is a block of lines that begins `$ gdb ... --args build/debug/eca ...`. Its lines `(gdb) ...` are typed in, its
# other lines have to appear in gdb's output in their order, as tests/docs/compare.sh compares; line numbers, shapes and names must
# be the same. Exits with 77, skipped, where gdb is not installed.
set -eu

program=$1

if ! command -v gdb >/dev/null; then
  echo "gdb sessions: skipped, gdb is not installed"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# session.N.{arguments,commands,expected} for each session of a page; prints how many there are.
split_into_sessions() {
  awk -v work="$work" '
    /^```/ { open = 0 }
    /^\$ gdb .*--args build\/debug\/eca / {
      open = 1
      base = work "/session." ++count
      arguments = $0
      sub(/^.*--args build\/debug\/eca /, "", arguments)
      print arguments > (base ".arguments")
      printf "" > (base ".commands")
      printf "" > (base ".expected")
      next
    }
    open && /^\(gdb\) / { print substr($0, 7) > (base ".commands"); next }
    open && NF { print > (base ".expected") }
    END { print count + 0 }' "$1"
}

. tests/docs/compare.sh

sessions=0
for page in README.md docs/debugging.md; do
  rm -f "$work"/session.*
  count=$(split_into_sessions "$page")
  [ "$count" -gt 0 ] || { echo "gdb sessions: $page shows none"; exit 1; }
  for n in $(seq "$count"); do
    base=$work/session.$n
    # shellcheck disable=SC2046  # the arguments are words
    gdb -nx -batch -ex 'set pagination off' -ex 'set width 0' -x core/debug/gdb_printers.py -x "$base.commands" \
      --args "$program" $(cat "$base.arguments") --out "$work/run" >"$base.found" 2>&1 || true
    rm -rf "$work/run"
    if ! missing=$(compare "$base.expected" "$base.found"); then
      echo "gdb sessions: session $n of $page shows a line that gdb does not print:"
      echo "  $missing"
      echo "gdb printed"
      sed 's/^/  /' "$base.found"
      exit 1
    fi
    sessions=$((sessions + 1))
  done
done
echo "gdb sessions: OK, $sessions as README.md and docs/debugging.md show them"
