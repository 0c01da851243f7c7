#!/bin/bash
# Runs BUILD/fuzz/fuzz on every reader: `make fuzz`. One line for each; fails if anything was found.
#
# Environment: BUILD; J, fuzzers at a time; MINUTES, in all, or else SECONDS_EACH, for each reader; READERS, those to run
# (default: all). What a run finds new is kept in BUILD/fuzz/corpus/READER, from where the next run goes on; an input that
# breaks a reader is kept in BUILD/fuzz/crashes.
set -euo pipefail

fuzz=$BUILD/fuzz
read -ra readers <<<"${READERS:-$(cd tests/fuzz/corpus && echo *)}"
each=$SECONDS_EACH
seed=1  # the short form tries the same inputs each time; the long one others
if [ -n "${MINUTES:-}" ]; then seed=0 each=$((MINUTES * 60 * J / ${#readers[@]})); fi
if [ "$each" -lt 1 ]; then each=1; fi
mkdir -p "$fuzz/crashes" "$fuzz/logs"

# An input has 4096 bytes at most; no reader may take 256 MB for one allocation, or 10 s.
run_one() {
  local reader=$1 log=$fuzz/logs/$1.txt
  local corpora=("$fuzz/corpus/$reader" "tests/fuzz/corpus/$reader")
  mkdir -p "${corpora[0]}"
  case $reader in bmp | jpeg | png | pnm | tga) corpora+=(tests/data/images/files) ;; esac
  local verdict=ok
  # libFuzzer prints one line about each new input.
  READER=$reader OMP_NUM_THREADS=1 UBSAN_OPTIONS=print_stacktrace=1 \
    "$fuzz/fuzz" -seed="$seed" -max_total_time="$each" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=256 \
    -artifact_prefix="$fuzz/crashes/$reader-" -print_final_stats=1 "${corpora[@]}" >"$log" 2>&1 || verdict=FOUND
  local runs coverage
  runs=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$log")
  coverage=$(awk '{ for (i = 1; i < NF; ++i) if ($i == "cov:") n = $(i + 1) } END { print n }' "$log")
  printf '%-12s %-6s %10s inputs, %6s branches\n' "$reader" "$verdict" "${runs:-?}" "${coverage:-?}"
  if [ $verdict = ok ]; then return; fi
  grep -m 1 -E 'ERROR: |runtime error: |terminate called|uncaught exception' "$log" | cut -c 1-300 || true
  local input
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  echo "  all of it: $log"
  if [ -n "$input" ]; then echo "  again:     READER=$reader $fuzz/fuzz $input"; fi
}
export -f run_one
export fuzz each seed

echo "fuzzing ${#readers[@]} readers, $each s each, $J at a time"
printf '%s\n' "${readers[@]}" | xargs -P "$J" -I{} bash -c 'run_one {}' | tee "$fuzz/results.txt"
if grep -q ' FOUND ' "$fuzz/results.txt"; then
  echo "fuzz: something was found; see docs/fuzzing.md"
  exit 1
fi
echo "fuzz: OK"
