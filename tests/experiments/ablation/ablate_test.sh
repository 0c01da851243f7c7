#!/bin/sh
# An ablation as a user meets it: trained in one go, killed and started again, in two shards, stopped by a signal: the same
# bytes of the report; a run that fails.
#   tests/experiments/ablation/ablate_test.sh PROGRAM
suite=ablate
eca=$1
. "$(dirname "$0")/../checks.sh"

# ends CODE ARGUMENT...: `eca ablate` must end with CODE.
ends() {
  expected=$1
  shift
  run_checked "$expected" ablate "$@"
}

# The report of folder $1, and the weights of its runs, must be those of the whole ablation.
same_report() {
  checks=$((checks + 1))
  for run in none/seed-1 none/seed-2 eca/seed-1 eca/seed-2; do
    cmp -s "$work/whole/$run/weights.safetensors" "$work/$1/$run/weights.safetensors" || fail "$1/$run: other weights"
  done
  for name in report.md report.csv; do
    checks=$((checks + 1))
    cmp -s "$work/whole/$name" "$work/$1/$name" || fail "$1: $name differs from that of one go"
  done
}

# Until a run of folder $1 has begun.
wait_for_checkpoint() {
  tries=0
  until ls "$work/$1"/*/seed-*/last.safetensors >"$work/found" 2>&1 || [ $tries -eq 400 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
}

cat >"$work/toy.txt" <<'END'
data = synthetic:n=64,test=40,size=8,classes=4
model = resnet20
batch-size = 8
epochs = 2
lr = 0.02
augment = none
checkpoint-every = 0
seeds = 1 2
arm none:
arm eca: attention = eca
END

ends 0 "$work/toy.txt" --out "$work/whole"
says '| eca | 269359 | 2 |'
says 'Fewer than three seeds'
[ -s "$work/whole/eca/seed-2/log.txt" ] || fail "a run has no log"

# Nothing is repeated, and the report is made again from what lies there.
before=$(ls -l --time-style=full-iso "$work"/whole/*/seed-*/weights.safetensors)
ends 0 "$work/toy.txt" --out "$work/whole"
[ "$before" = "$(ls -l --time-style=full-iso "$work"/whole/*/seed-*/weights.safetensors)" ] || fail "a finished run was repeated"
cp -r "$work/whole" "$work/again"
rm "$work"/again/report.* "$work"/again/timing.csv
ends 0 --report "$work/again"
same_report again
# Pictures need the tables alone; a table that is not one is named.
cp -r "$work/again" "$work/tables"
rm -r "$work/tables/none" "$work/tables/eca"
if "$eca" info | grep -q '^plots: gnuplot'; then
  rm "$work"/tables/*.png
  ends 0 --pictures "$work/tables"
  says 'drawn: '
  [ -s "$work/tables/accuracy_params.png" ] && [ -s "$work/tables/accuracy_time.png" ] || fail "no pictures were drawn"
fi
echo 'arm,parameters' >"$work/tables/report.csv"
echo 'eca' >>"$work/tables/report.csv"
ends 1 --pictures "$work/tables"
says 'report.csv: line 2 has 1 columns, expected 2'
cmp -s "$work/whole/timing.csv" "$work/again/timing.csv" || fail "timing.csv is not what the runs recorded"

# Records alone: nothing is trained, and the report is the same. What was trained before there were records gets them.
mkdir "$work/recorded"
cp -r "$work/whole/records" "$work/recorded/records"
ends 0 "$work/toy.txt" --out "$work/recorded" --runs "$work/elsewhere"
[ ! -e "$work/elsewhere" ] || fail "a run with a record was trained"
for name in report.md report.csv timing.csv; do
  cmp -s "$work/whole/$name" "$work/recorded/$name" || fail "from records alone: another $name"
done
cp -r "$work/whole" "$work/older"
rm -r "$work/older/records"
ends 0 --report "$work/older"
same_report older
# One trained again has the same weights; one that has not is told.
ends 0 "$work/toy.txt" --out "$work/recorded" --runs "$work/elsewhere" --verify eca 2
says 'verified: eca seed 2 has the same weights'
[ -z "$(find "$work/elsewhere" -name weights.safetensors)" ] || fail "verify: the run was left"
record=$work/recorded/records/eca/seed-2.json
sed -i 's/"weights_sha256": "./&0/; s/"source": "[^"]*"/"source": "older"/' "$record"
ends 1 "$work/toy.txt" --out "$work/recorded" --runs "$work/elsewhere" --verify eca 2
says 'weights sha256: expected'
says 'program older'
ends 0 --report "$work/recorded"
says 'Not all alike'
says '| program older'
ends 1 "$work/toy.txt" --out "$work/recorded" --verify eca
says 'verify: expected an arm and a seed'
ends 1 "$work/toy.txt" --out "$work/recorded" --verify eca 3
says 'no arm "eca" with a seed 3'
sed 's/epochs = 2/epochs = 3/' "$work/toy.txt" >"$work/other.txt"
ends 1 "$work/other.txt" --out "$work/recorded"
says 'epochs: expected 2, found 3'
head -c 100 "$work/whole/records/eca/seed-2.json" >"$record"
ends 1 --report "$work/recorded"
says "$record: is no record of a run"

# Killed: no run lives on, the same command goes on.
"$eca" ablate "$work/toy.txt" --out "$work/killed" >"$work/output" 2>&1 &
pid=$!
wait_for_checkpoint killed
children=$(ps -o pid= --ppid $pid)
[ -n "$children" ] || fail "killed: expected trainings as processes of their own"
kill -9 $pid
wait $pid 2>/dev/null
sleep 0.5
for child in $children; do
  case $(ps -o stat= -p "$child") in '' | Z*) ;; *) fail "killed: the training $child lives on" ;; esac
done
ends 0 "$work/toy.txt" --out "$work/killed"
same_report killed

# Stopped by a signal: checkpoints are written, the way on is named.
checks=$((checks + 1))
"$eca" ablate "$work/toy.txt" --out "$work/stopped" >"$work/output" 2>&1 &
pid=$!
wait_for_checkpoint stopped
kill -TERM $pid
wait $pid
[ $? -eq 130 ] || fail "a stopped ablation: expected exit code 130"
says 'the same command goes on'
ends 0 "$work/toy.txt" --out "$work/stopped" --jobs 1 --threads 2
same_report stopped

# Two shards, the second first.
ends 0 "$work/toy.txt" --out "$work/shards" --shard 2/2
says 'Not finished'
ends 0 "$work/toy.txt" --out "$work/shards" --shard 1/2
same_report shards

# Another recipe over the same folder.
sed 's/epochs = 2/epochs = 3/' "$work/toy.txt" >"$work/other.txt"
ends 1 "$work/other.txt" --out "$work/whole"
says 'epochs: expected 2, found 3'
same_report again

# A run that fails: the others go on.
sed 's/^arm none:$/arm none: lr = 1e30; schedule = constant/' "$work/toy.txt" >"$work/bad.txt"
ends 1 "$work/bad.txt" --out "$work/failed"
says 'FAILED  none seed 1: exit code 1, see'
says 'training diverged'
says '2 runs failed'
[ -e "$work/failed/eca/seed-2/weights.safetensors" ] || fail "a run that failed stopped the others"

# Detectors.
cat >"$work/detectors.txt" <<'END'
task = detection
data = scenes:n=8,test=4,size=64
image-size = 64
batch-size = 4
epochs = 1
augment = none
model = small_mask_rcnn:resnet18
seeds = 1
arm none:
arm eca: attention = eca
END
ends 0 "$work/detectors.txt" --out "$work/detectors"
says "COCO's AP of masks"
says '# By box AP'
says 'done    eca seed 1: mask AP'
for name in report.csv report_box_ap.csv; do
  grep -q '^eca,[0-9]*,1,' "$work/detectors/$name" || fail "detectors: no run of eca in $name"
done
before=$(ls -l --time-style=full-iso "$work"/detectors/*/seed-*/weights.safetensors)
ends 0 "$work/detectors.txt" --out "$work/detectors"
[ "$before" = "$(ls -l --time-style=full-iso "$work"/detectors/*/seed-*/weights.safetensors)" ] || fail "a finished detector was trained again"
sed 's/batch-size = 4/batch-size = 2/' "$work/detectors.txt" >"$work/other.txt"
ends 1 "$work/other.txt" --out "$work/detectors"
says 'batch-size: expected 4, found 2'
ends 0 "$work/detectors.txt" --out "$work/detectors"
refused 'holds detectors, expected an ablation of classifiers' explain "$work/detectors"

ends 1 "$work/none.txt"
says 'cannot read this configuration file'
ends 1
says 'expected eca ablate CONFIG'
ends 1 "$work/toy.txt" --out "$work/whole" --shard 3/2
says 'expected i/n'

conclude
