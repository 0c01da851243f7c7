#!/bin/bash
# Kills a small training at random moments, with SIGKILL, SIGTERM and SIGINT, every fourth time two that were started on one
# directory at once, and resumes it. No run may be lost, none may end with other weights than one that nobody disturbed.
#   tests/experiments/kills.sh PROGRAM [KILLS] [SEED]
set -um
eca=$1 kills=${2:-200} RANDOM=${3:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run=$work/run
settings=(--data synthetic:n=256,test=20,size=8,classes=4 --batch-size 8 --augment crop:1+flip --epochs 3
  --checkpoint-every 0 --threads 1)

fail() {
  echo "kills: $1"
  tail -n 5 "$work"/output.*
  exit 1
}

# The step of the checkpoint; 0 without one.
step() {
  local found
  found=$(LC_ALL=C sed -n 's/.*\\"step\\":\([0-9]*\).*/\1/p' "$run/last.safetensors" 2>"$work/none" | head -n 1)
  echo "${found:-0}"
}

# start N: training N of this round, in the background.
start() {
  "$eca" train "${settings[@]}" --resume --out "$run" >"$work/output.$1" 2>&1 &
  pids[$1]=$!
}

# ended N: waits for training N and checks how it ended.
ended() {
  wait "${pids[$1]}" 2>"$work/none"
  local code=$?
  case $code in
    0)
      sha=$(sed -n 's/.*weights sha256 //p' "$work/output.$1")
      [ "$sha" = "$whole" ] || fail "weights sha256 $sha, expected $whole"
      ((++finished))
      ;;
    1)
      grep -q 'is training in this directory' "$work/output.$1" || fail "exit code 1"
      ((++refused))
      ;;
    130 | 137 | 143) ((++killed)) ;;
    *) fail "exit code $code" ;;
  esac
}

"$eca" train "${settings[@]}" --out "$work/whole" >"$work/output.0" 2>&1 || fail "the undisturbed run"
whole=$(sed -n 's/.*weights sha256 //p' "$work/output.0")
signals=(KILL TERM INT)
killed=0 refused=0 finished=0 round=0
declare -A by_signal=()
while ((killed < kills)); do
  pids=() before=$(step) refused_before=$refused both=$((++round % 4 == 0))
  start 0
  ((both)) && start 1
  for n in "${!pids[@]}"; do
    sleep "0.$(printf %03d $((RANDOM % 500)))"
    signal=${signals[RANDOM % 3]} killed_before=$killed
    kill -s "$signal" "${pids[$n]}" 2>"$work/none"
    ended "$n"
    ((by_signal[$signal] += killed - killed_before))
  done
  ((refused - refused_before < ${#pids[@]})) || fail "all were refused"
  (($(step) >= before)) || fail "the run was at step $before, and is at $(step)"
  if [ -e "$run/weights.safetensors" ]; then rm -r "$run"; fi # the next one
done
start 0
ended 0
echo "kills: $killed of $round rounds' trainings were killed: ${by_signal[KILL]} by SIGKILL, ${by_signal[TERM]} by SIGTERM," \
  "${by_signal[INT]} by SIGINT; $refused were refused as a second one in the directory; $finished ended, all with weights" \
  "sha256 $whole"
