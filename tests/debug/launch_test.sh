#!/bin/sh
# Does in gdb what an editor does that starts the first configuration of .vscode/launch.json: the program with its arguments
# and the setup commands. It must stop in ECA's backward, with the printers loaded. Then the same in lldb, where there is one,
# with the second. Exits with 77, skipped, where gdb is not installed.
#
#   launch_test.sh ECA      the program that `make debug` makes
set -u

if ! command -v gdb >/dev/null; then
  echo "launch: skipped, gdb is not installed"
  exit 77
fi
root=$(pwd)
eca=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

arguments=$(sed -n 's/^ *"args": \[\(.*\)\],$/\1/p' .vscode/launch.json | sed 's/", "/ /g; s/"//g; q')
# A JSON string as the text it stands for.
sed -n 's/^ *{"text": "\(.*\)"},\{0,1\}$/\1/p' .vscode/launch.json |
  sed "s|\\\\\"|\"|g; s|\${workspaceFolder}|$root|g" >"$work/session"
# What is asked of the stopped program waits until it has stopped.
mkfifo "$work/commands"
# shellcheck disable=SC2086  # words
(cd "$work" && gdb --quiet --interpreter=mi2 --args "$eca" $arguments) <"$work/commands" >"$work/output" 2>&1 &
gdb=$!
exec 3>"$work/commands"
cat "$work/session" >&3
echo '-exec-run' >&3
tries=0
until grep -q '^\*stopped' "$work/output" || [ $tries -eq 600 ] || ! kill -0 $gdb 2>/dev/null; do
  sleep 0.1
  tries=$((tries + 1))
done
echo '-data-evaluate-expression w' >&3
echo '-gdb-exit' >&3
exec 3>&-
wait $gdb

failures=0
expect() {
  grep -q -e "$1" "$work/output" || {
    echo "launch: expected of gdb: $1"
    failures=$((failures + 1))
  }
}
expect 'reason="breakpoint-hit".*func="eca::ChannelConv1dBackward::backward"'
expect '^^done,value="Saved Tensor .*eca\.conv\.weight'
[ $failures -eq 0 ] || sed 's/^/    /' "$work/output"

checks=2
. tests/debug/lldb.sh
if has_lldb; then
  checks=4
  before=$failures
  {
    sed -n 's/^ *"\(init\|preRun\)Commands": \["\(.*\)"\],\{0,1\}$/\2/p' .vscode/launch.json | sed "s|\${workspaceFolder}|$root|g"
    echo run
    echo p w
  } >"$work/session"
  # shellcheck disable=SC2086  # words
  (cd "$work" && lldb -x -b -s "$work/session" -- "$eca" $arguments) >"$work/output" 2>&1
  expect 'stop reason = breakpoint 1'
  expect '(eca::Saved) .* = Saved Tensor .*eca\.conv\.weight'
  [ $failures -eq $before ] || sed 's/^/    /' "$work/output"
else
  echo "launch: no lldb that runs Python, its configuration was not tried"
fi
echo "launch: $checks checks, $failures failed"
[ $failures -eq 0 ]
