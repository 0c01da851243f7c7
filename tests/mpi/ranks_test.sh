#!/bin/bash
# Training as several processes: the weights of one, whatever is killed; and every fault ends all of them soon, with one message. Skipped
# where the program is built without MPI.
#   tests/mpi/ranks_test.sh PROGRAM
suite=ranks
eca=$1
. "$(dirname "$0")/../experiments/checks.sh"
PATH=$PATH:/sbin:/usr/sbin
if ! ldd "$eca" | grep -q libmpi; then
  OMPI_COMM_WORLD_SIZE=4 refused 'built without MPI; build it with: make MPI=1' list
  conclude
  echo "ranks: the rest is skipped: $eca is built without MPI"
  exit $((failures > 0))
fi
# As root, and more processes than cores: what tests need, and others do not.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl_vader_single_copy_mechanism=none  # containers forbid it, at the cost of a warning for each message

if ! timeout 20 mpirun -q -n 2 true >"$work/output" 2>&1; then
  echo "ranks: skipped: mpirun does not work here:"
  cat "$work/output"
  exit 77
fi

data=(--data synthetic:n=70,test=30,size=8,classes=6)
export OMP_NUM_THREADS=1  # of each process, where no test says otherwise

# on R ARGUMENT...: `eca ARGUMENT...` as R processes. Its exit code is in $found, what it says in $work/output.
on() {
  local R=$1
  shift
  checks=$((checks + 1))
  command="mpirun -n $R eca $*"
  timeout 120 mpirun -q -n "$R" "$eca" "$@" >"$work/output" 2>&1
  found=$?
}
succeeds() { [ "$found" -eq 0 ] || fail "$command: expected exit code 0, found $found"; }
sha() { sed -n 's/.*weights sha256 \([0-9a-f]*\).*/\1/p' "$work/output"; }

# fails_once TEXT: it has failed, within a minute, and said TEXT once.
fails_once() {
  [ "$found" -ne 0 ] || fail "$command: expected a failure"
  [ "$(grep -c -F -e "$1" "$work/output")" -eq 1 ] || fail "$command: expected once: $1"
}

# Two that do not meet, as one is no such program. It takes a while to be noticed, and goes on beside the rest.
timeout 120 mpirun -q -n 1 "$eca" train "${data[@]}" --out "$work/unmet" : -n 1 sleep 110 >"$work/unmet.txt" 2>&1 &
unmet=$!

# ---- the same bits -----------------------------------------------------------------------------------

# same_bits WHAT ARGUMENT...: the weights at any number of threads and processes.
same_bits() {
  local what=$1 whole
  shift
  works train "${data[@]}" "$@" --threads 1 --out "$work/one"
  whole=$(sha)
  works train "${data[@]}" "$@" --threads 3 --out "$work/one" --overwrite
  [ "$(sha)" = "$whole" ] || fail "$what: 3 threads give other weights"
  for R in 1 2 4 8 16; do
    on $R train "${data[@]}" "$@" --threads 1 --out "$work/run" --overwrite
    succeeds
    [ "$(sha)" = "$whole" ] || fail "$what: $R processes give $(sha), expected $whole"
  done
  cut -d , -f 1-7 "$work/one/metrics.csv" >"$work/one.csv"
  cut -d , -f 1-7 "$work/run/metrics.csv" | cmp -s - "$work/one.csv" || fail "$what: other numbers in metrics.csv"
  rm -rf "$work/one" "$work/run"
}
same_bits "ECA-ResNet-20" --model eca_resnet20 --batch-size 32 --epochs 2
same_bits "parts of a batch" --model eca_resnet20 --batch-size 33 --accumulate 3 --epochs 2
same_bits "a batch smaller than the ranks, one that does not divide" --model resnet20 --attention cbam --batch-size 13 --steps 4
same_bits "SRM" --model resnet20 --attention srm --batch-size 20 --steps 3
same_bits "SimAM" --model resnet20 --attention simam --batch-size 20 --steps 3
same_bits "classes with weights, labels smoothed" --model se_resnet20 --class-weights balanced --label-smoothing 0.1 \
  --batch-size 20 --steps 3 --optimizer adam
same_bits "dropout, depthwise" --model mobilenet_v2_cifar --batch-size 18 --steps 2

# ---- killed and resumed ------------------------------------------------------------------------------

long=("${data[@]}" --threads 1 --model eca_resnet20 --batch-size 8 --checkpoint-every 0)
works train "${long[@]}" --epochs 6 --out "$work/whole"
whole=$(sha)

# until_checkpoint RUN: waits until it has one of a step in the middle.
until_checkpoint() {
  local i
  for i in $(seq 600); do
    [ -f "$1/last.safetensors" ] && return
    sleep 0.05
  done
  fail "no checkpoint in $1"
}
# A process of the training that was started last: number N of them.
process() { pgrep -f "^$eca train.*$work/killed" | sed -n "$1p"; }

# begin_training EPOCHS: 4 processes in the background, that have written a checkpoint.
begin_training() {
  checks=$((checks + 1))
  rm -rf "$work/killed"
  mpirun -q -n 4 "$eca" train "${long[@]}" --epochs "$1" --out "$work/killed" >"$work/output" 2>&1 &
  mpirun=$!
  until_checkpoint "$work/killed"
}
# Waits for it, a minute at most.
end_training() {
  local i
  for i in $(seq 600); do
    kill -0 $mpirun 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 $mpirun 2>/dev/null; then
    fail "$command: still running after a minute"
    kill -9 $mpirun
  fi
  wait $mpirun
  found=$?
}
for R in 2 8; do
  command="eca train, one of 4 processes killed"
  begin_training 6
  kill -9 "$(process 3)"
  end_training
  on $R train --resume --threads 1 --out "$work/killed"
  succeeds
  [ "$(sha)" = "$whole" ] || fail "killed at 4 processes and resumed at $R: $(sha), expected $whole"
done

# ---- faults ------------------------------------------------------------------------------------------

on 3 train "${data[@]}" --out "$work/three"
fails_once "expected 1, 2, 4, 8 or 16"
[ ! -e "$work/three" ] || fail "3 processes: a run directory was made"
on 2 train "${data[@]}" --model resnet21 --out "$work/wrong"
fails_once 'resnet21'
on 2 train --no-such-option
fails_once 'no-such-option'
on 2 train "${data[@]}" --out "$work/whole"
fails_once 'holds a run already'
on 2 predict "$work/whole" x.png
fails_once 'predict: runs as one process'
on 2 detect train --out "$work/detector"
fails_once 'detect: runs as one process'
[ ! -e "$work/detector" ] || fail "detect train on 2: a run directory was made"
on 2
fails_once 'Usage'
on 2 --help
succeeds
on 2 no-such-command
fails_once 'no-such-command'
on 2 train "${data[@]}" --device cuda --out "$work/gpu"
fails_once 'eca: '

# Two programs, or two machines, that differ: one rank of its own after a colon.
two() {  # what rank 1 gets: a program and its arguments
  checks=$((checks + 1))
  command="mpirun: two that differ: $*"
  timeout 120 mpirun -q -n 1 "$eca" train "${data[@]}" --threads 1 --out "$work/two" : -n 1 "$@" >"$work/output" 2>&1
  found=$?
}
cp "$eca" "$work/other_eca" && printf x >>"$work/other_eca"
two "$work/other_eca" train "${data[@]}" --out "$work/two"
fails_once "eca: rank 1 on $(uname -n): program: expected that of rank 0"
two "$eca" train "${data[@]}" --seed 2 --out "$work/two"
fails_once 'configuration: expected that of rank 0'
two "$eca" train --data synthetic:n=71,test=30,size=8,classes=6 --threads 1 --out "$work/two"
fails_once 'data: expected that of rank 0'
[ ! -e "$work/two" ] || fail "ranks that differ: a run directory was made"

# A bad image that one rank alone sees.
mkdir -p "$work/good/a" "$work/good/b"
for i in 1 2 3 4; do
  { printf 'P6\n8 8\n255\n' && head -c 192 /dev/zero | tr '\0' "$i"; } >"$work/good/a/$i.ppm"
  { printf 'P6\n8 8\n255\n' && head -c 192 /dev/zero | tr '\0' A; } >"$work/good/b/$i.ppm"
done
cp -r "$work/good" "$work/bad"
printf 'P6\n8 8\n255\nshort' >"$work/bad/b/3.ppm"
folder() { echo --data "folder:$1,test=0.25" --image-size 8 --threads 1 --batch-size 4 --out "$work/images"; }
checks=$((checks + 1))
command="mpirun: a bad image on one rank"
# shellcheck disable=SC2046
timeout 120 mpirun -q -n 1 "$eca" train $(folder "$work/good") : -n 1 "$eca" train $(folder "$work/bad") >"$work/output" 2>&1
found=$?
fails_once "$work/bad/b/3.ppm"

# Bad images passed over, whichever rank meets them: each is named once in a run, and what is said is what one process says, as the
# ranks tell each other what they have met. Streamed, so that they are met in the middle of an epoch.
for i in $(seq 16); do
  for class in train/a train/b test/a test/b; do
    mkdir -p "$work/damaged/$class"
    cp "$work/good/${class#*/}/$((i % 4 + 1)).ppm" "$work/damaged/$class/$i.ppm"
  done
done
for bad in train/a/3 train/a/9 train/b/5 train/b/16 test/b/2; do printf 'P6\n8 8\n255\nshort' >"$work/damaged/$bad.ppm"; done
said_of_skipped() { grep -o -e 'skipped [0-9]* image.*' -e '[^/]*/[^/]*\.ppm: .*' "$work/output"; }
# same_skipped WHAT IMAGES "R..." ARGUMENT...: so many images are named, by R processes as by one; goes on with $work/begun, if that
# is there.
same_skipped() {
  local what=$1 images=$2 processes=$3 whole
  shift 3
  for R in 1 $processes; do
    rm -rf "$work/skipped"
    [ ! -d "$work/begun" ] || cp -r "$work/begun" "$work/skipped"
    on $R train --skip-bad --data-memory 0 --image-size 8 --threads 1 --schedule constant "$@" --out "$work/skipped"
    succeeds
    [ $R -gt 1 ] || said_of_skipped >"$work/skipped.txt"
    [ $R -gt 1 ] || whole=$(sha)
    [ "$(sha)" = "$whole" ] || fail "--skip-bad, $what: $R processes give other weights"
    said_of_skipped | cmp -s - "$work/skipped.txt" || fail "--skip-bad, $what: $R processes say other things than one"
  done
  found=$(grep -c '\.ppm' "$work/skipped.txt")
  [ "$found" -eq "$images" ] || fail "--skip-bad, $what: expected $images images named, found $found: $(cat "$work/skipped.txt")"
}
damaged=(--data "folder:$work/damaged,normalise=imagenet")
same_skipped 'some epochs' 5 '2 4 8' "${damaged[@]}" --batch-size 8 --epochs 4
mv "$work/skipped" "$work/begun"
same_skipped 'more epochs' 5 4 "${damaged[@]}" --batch-size 8 --epochs 6 --resume
rm -rf "$work/begun"
same_skipped 'an epoch that is not ended' 3 4 "${damaged[@]}" --batch-size 4 --steps 1
same_skipped 'met before training' 5 4 --data "folder:$work/damaged" --batch-size 8 --epochs 2

# One rank has the memory to read all images at the start, the other has not.
for memory in '0 1G' '1G 0'; do
  checks=$((checks + 1))
  skips=("$eca" train "${damaged[@]}" --skip-bad --image-size 8 --threads 1 --batch-size 8 --epochs 1 --out "$work/skipped" --overwrite)
  timeout 120 mpirun -q -n 1 "${skips[@]}" --data-memory "${memory% *}" : -n 1 "${skips[@]}" --data-memory "${memory#* }" \
    >"$work/output" 2>&1
  found=$(said_of_skipped | grep -c '\.ppm')
  [ "$found" -eq 5 ] || fail "--skip-bad, memory of ranks $memory: expected 5 images named, found $found: $(said_of_skipped)"
done

# A process that is stopped, and one whose disk is full.
command="eca train, one of 4 processes stopped"
begin_training 100000
kill -STOP "$(process 2)"
end_training
fails_once "on $(uname -n) has given no sign of life"
works eval "$work/killed/last.safetensors"

checks=$((checks + 1))
command="eca train, 2 processes, files of 40 kB at most on rank 0"
full=(train "${data[@]}" --threads 1 --epochs 1 --out "$work/full")
timeout 120 mpirun -q -n 1 sh -c 'ulimit -f 40; trap "" XFSZ; exec "$0" "$@"' "$eca" "${full[@]}" : -n 1 "$eca" "${full[@]}" \
  >"$work/output" 2>&1
found=$?
fails_once "$work/full/"

# ---- the other commands ------------------------------------------------------------------------------

works eval "$work/whole" --out "$work/alone"
grep '^test accuracy' "$work/output" | cut -d , -f 1-2 >"$work/alone.txt"
for R in 2 16; do
  on $R eval "$work/whole" --out "$work/shared"
  succeeds
  grep '^test accuracy' "$work/output" | cut -d , -f 1-2 | cmp -s - "$work/alone.txt" || fail "eval on $R: other numbers"
  cmp -s "$work/alone/confusion.txt" "$work/shared/confusion.txt" || fail "eval on $R: another confusion matrix"
done
on 2 bench --batch-size 8 --image-size 8 --steps 5 --threads 1
succeeds
says '2 processes: each sends'
cat >"$work/arms.txt" <<'END'
data = synthetic:n=32,test=10,size=8,classes=6
batch-size = 8
epochs = 1
model = resnet20
seeds = 1 2
arm none:
arm eca: attention = eca
END
on 2 ablate "$work/arms.txt" --out "$work/arms" --threads 1
succeeds
[ "$(find "$work/arms" -name weights.safetensors | wc -l)" -eq 4 ] || fail "ablate on 2: expected 4 runs"
[ -f "$work/arms/report.md" ] || fail "ablate on 2: no report"

command="mpirun: one that is no such program"
checks=$((checks + 1))
wait $unmet
found=$?
cp "$work/unmet.txt" "$work/output"
fails_once 'have not met within 50 s'

conclude
