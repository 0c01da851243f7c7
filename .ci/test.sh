#!/bin/bash
# Runs tests and adds up their results; fails if one fails. The last line is "N passed, N failed".
#
#   .ci/test.sh [COMMAND]...    each COMMAND is one shell command line: a Catch2 test program with its arguments,
#                               whose test cases are counted, or any check, which counts as one test, or as none
#                               if it says by exit code 77 that it was skipped
#
# J of them run at a time (default 1), begun in their order ("-- COMMAND"). What one has to say is shown when it ends.
set -um  # -m: each in a process group of its own

passed=0 failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'trap - INT TERM; for job in $(jobs -p); do kill -TERM -- "-$job"; done 2>/dev/null; exit 130' INT TERM

# The number before a word in Catch2's closing line:
#   All tests passed (1201 assertions in 96 test cases)
#   test cases: 96 | 94 passed | 2 failed
count() {
  sed 's/\x1b\[[0-9;]*m//g' "$folder/$1" | awk -v word="$2" '
    /^All tests passed/ && word == "passed" && match($0, / in [0-9]+ test case/) { n = substr($0, RSTART + 4) + 0 }
    /^test cases: / { for (i = 2; i <= NF; ++i) if ($i == word) { n = $(i - 1); break } }
    END { print n + 0 }'
}

# report N COMMAND: command number N has ended.
report() {
  local code seconds this_passed this_failed
  read -r code seconds <"$folder/$1.code"
  echo
  echo "== $seconds s: $2"
  cat "$folder/$1"
  if grep -q -e '^All tests passed' -e '^test cases: ' -e '^No tests ran' "$folder/$1"; then
    this_passed=$(count "$1" passed) this_failed=$(count "$1" failed)
    if [ "$code" -ne 0 ] && [ "$this_failed" -eq 0 ] && ! grep -q '^No tests ran' "$folder/$1"; then
      this_failed=1  # it died after its last test
    fi
  else
    case $code in
      0) this_passed=1 this_failed=0 ;;
      77) this_passed=0 this_failed=0 ;;
      *) this_passed=0 this_failed=1 ;;
    esac
  fi
  [ "$this_failed" -eq 0 ] || echo "== failed: $2"
  passed=$((passed + this_passed))
  failed=$((failed + this_failed))
  rm "$folder/$1.code"
}

# Waits until fewer than $1 are running, and reports those that ended.
running=0
wait_for_fewer_than() {
  local code number
  while [ "$running" -ge "$1" ]; do
    wait -n
    [ $? -ne 127 ] || break  # there is none: one was killed before it could say how it ended
    for code in "$folder"/*.code; do
      [ -s "$code" ] || continue
      number=$(basename "$code" .code)
      report "$number" "${commands[number]}"
      running=$((running - 1))
    done
  done
}

commands=("$@")
for number in "${!commands[@]}"; do
  wait_for_fewer_than "${J:-1}"
  echo "-- ${commands[number]}"
  {
    begun=$SECONDS
    sh -c "${commands[number]}" >"$folder/$number" 2>&1 </dev/null
    echo $? $((SECONDS - begun)) >"$folder/$number.ended" && mv "$folder/$number.ended" "$folder/$number.code"
  } &
  running=$((running + 1))
done
wait_for_fewer_than 1
if [ "$running" -gt 0 ]; then
  echo "== failed: killed: $running"
  failed=$((failed + running))
fi

echo
if [ $((passed + failed)) -eq 0 ]; then
  echo "no test matched"
  failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
