# What the tests of the program share; sourced, after `suite` and `eca` are set. The last output is in $work/output.
# shellcheck shell=sh
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
checks=0

fail() {
  echo "$suite: $1"
  sed 's/^/    /' "$work/output"
  failures=$((failures + 1))
}

# run_checked CODE ARGUMENT...: `eca ARGUMENT...` must end with CODE.
run_checked() {
  code=$1
  shift
  checks=$((checks + 1))
  command="eca $*"
  "$eca" "$@" >"$work/output" 2>&1
  found=$?
  [ $found -eq "$code" ] || fail "$command: expected exit code $code, found $found"
}

# says TEXT: so did the last command.
says() { grep -q -F -e "$1" "$work/output" || fail "$command: expected the text: $1"; }

works() { run_checked 0 "$@"; }

# refused_with CODE TEXT ARGUMENT...: the program must end with CODE and say TEXT.
refused_with() {
  expected=$1 text=$2
  shift 2
  run_checked "$expected" "$@"
  says "$text"
}

# refused TEXT ARGUMENT...: it must end with 1.
refused() { refused_with 1 "$@"; }

# number N: 8 bytes, little-endian.
number() { printf "\\$(printf %o $(($1 % 256)))\\$(printf %o $(($1 / 256)))\\0\\0\\0\\0\\0\\0"; }

# safetensors FILE HEADER BYTES: a file of one's own; BYTES zero bytes of data.
safetensors() {
  { number ${#2}; printf %s "$2"; head -c "$3" /dev/zero; } >"$1"
}

# Ends the test.
conclude() {
  echo "$suite: $checks checks, $failures failed"
  [ $failures -eq 0 ]
}
