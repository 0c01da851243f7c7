#!/bin/sh
# Runs tests and adds up their results; fails if one fails. The last line is "N passed, N failed".
#
#   .ci/test.sh [COMMAND]...    each COMMAND is one shell command line: a Catch2 test program with its arguments,
#                               whose test cases are counted, or any check, which counts as one test, or as none
#                               if it says by exit code 77 that it was skipped
set -u

passed=0 failed=0
output=$(mktemp)
trap 'rm -f "$output" "$output.code"' EXIT
trap 'exit 130' INT TERM

# The number before a word in Catch2's closing line:
#   All tests passed (1201 assertions in 96 test cases)
#   test cases: 96 | 94 passed | 2 failed
count() {
  sed 's/\x1b\[[0-9;]*m//g' "$output" | awk -v word="$1" '
    /^All tests passed/ && word == "passed" && match($0, / in [0-9]+ test case/) { n = substr($0, RSTART + 4) + 0 }
    /^test cases: / { for (i = 2; i <= NF; ++i) if ($i == word) { n = $(i - 1); break } }
    END { print n + 0 }'
}

for command in "$@"; do
  echo
  echo "== $command"
  # The exit code goes through a file, because a pipe has only that of its last command.
  { sh -c "$command" 2>&1; echo $? >"$output.code"; } | tee "$output"
  code=$(cat "$output.code")
  if grep -q -e '^All tests passed' -e '^test cases: ' -e '^No tests ran' "$output"; then
    program_passed=$(count passed) program_failed=$(count failed)
    if [ "$code" -ne 0 ] && [ "$program_failed" -eq 0 ] && ! grep -q '^No tests ran' "$output"; then
      program_failed=1  # it died after its last test
    fi
  elif [ "$code" -eq 77 ]; then
    program_passed=0 program_failed=0
  elif [ "$code" -eq 0 ]; then
    program_passed=1 program_failed=0
  else
    program_passed=0 program_failed=1
  fi
  [ "$program_failed" -eq 0 ] || echo "== failed: $command"
  passed=$((passed + program_passed))
  failed=$((failed + program_failed))
done

echo
if [ $((passed + failed)) -eq 0 ]; then
  echo "no test matched"
  failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
