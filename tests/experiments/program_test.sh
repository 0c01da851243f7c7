#!/bin/sh
# The program as a user meets it: wrong input, each with its message and exit code, kill and resume, a full disk.
#   tests/experiments/program_test.sh PROGRAM
suite=program
eca=$1
. "$(dirname "$0")/checks.sh"

tiny="--data synthetic:n=32,test=20,size=8,classes=4 --batch-size 8 --augment none"

# Usage.
refused_with 2 "Subcommands:"
refused_with 2 "--no-such-option" train --no-such-option 1
refused_with 2 'eca: train: "runs/a" is not expected here: --resume takes no value (go on with the run in --out' train --resume runs/a
refused_with 2 'eca: train: "runs/a" is not expected here; eca train --help explains' train --seed 1 runs/a
refused_with 2 'eca: predict: weights is required; eca predict --help explains' predict
works --help
for command in train ablate eval predict explain forward bench list stat step info; do
  works $command --help
  case $command in list | info | train) ;; *) grep -q Example "$work/output" || fail "$command --help has no example" ;; esac
done
works list
says '      bias=true|false (false)     biases of both matrices'
says '      se, se_var1, '
works list --params
grep -q '^resnet20 *A *10 *269722 *271738 *269749 ' "$work/output" || fail "list --params: wrong counts of resnet20"
grep -q '^se *2016 ' "$work/output" || fail "list --params: wrong count of se in resnet20"
grep -q '^eca *27 ' "$work/output" || fail "list --params: wrong count of eca in resnet20"
works info

# Counting.
works stat eca_resnet20
grep -q '^parameters *269,749 ' "$work/output" || fail "stat: wrong parameters of eca_resnet20"
works stat --block eca --input 32,9,7 --rules torchstat
grep -q '^not counted by these rules: ChannelConv1d' "$work/output" || fail "stat: torchstat's gaps are not named"
works stat --compare resnet20 resnet20+eca:k=5 --json
refused_with 1 'expected C,H,W, three whole numbers above 0' stat resnet20 --input 3,32
refused_with 1 'expected C,H,W, three whole numbers above 0' stat resnet20 --input 3,0,32
refused_with 1 'did you mean "torchstat"?' stat resnet20 --rules torchsat
refused_with 1 'units: "iec", expected decimal' stat resnet20 --units iec
refused_with 1 'found 2; several are printed side by side with --compare' stat resnet20 resnet32
refused_with 1 'expected a network' stat

# Misspelt names.
refused_with 1 'unknown name "eca_resnet2" (did you mean "eca_resnet20"?)' train --model eca_resnet2
refused_with 1 'did you mean "cifar10"' train --data cifar01:x
refused_with 1 'unknown module "ecca" (did you mean "eca"?' train --model resnet20 --attention ecca
refused_with 1 'k = 4, expected an odd number' train --model resnet20 --attention eca:k=4
refused_with 1 'r = 0, expected at least 1' train --model resnet20 --attention se:r=0
refused_with 1 'possible are k, gamma, b' train --model resnet20 --attention eca:kernel=5
refused_with 1 'ge: extent = 0, expected global or at least 1' train --model resnet20 --attention ge:extent=0
refused_with 1 'batch-size: 0, expected at least 1' train --batch-size 0
refused_with 1 'image-size: 64, but the data are "synthetic"' train --image-size 64
refused_with 1 'epochs: "x", expected a whole number' train --epochs x
refused_with 1 'cannot read this configuration file' train --config "$work/none.txt"

# Measuring.
small="--steps 1 --batch-size 4 --image-size 8"
# shellcheck disable=SC2086
works bench $small --model resnet20 --attention se:r=4 --layers all
grep -q '^total (mean step) .*100.0 %' "$work/output" || fail "bench: no total"
# shellcheck disable=SC2086
works bench $small --json
[ "$(wc -l <"$work/output")" -eq 1 ] || fail "bench --json: expected one line"
grep -q '^{.*"training":{"images_per_second":[0-9].*}$' "$work/output" || fail "bench --json: expected an object"
works bench --explain --batch-size 2
grep -q '^  forward  *direct ' "$work/output" || fail "bench --explain: the stem should be served by direct"
refused_with 1 'batch-size: 0, expected 1 to 1048576' bench --batch-size 0
refused_with 1 'image-size: 2, expected 4 to 4096' bench --image-size 2
refused_with 1 'seconds: -1, expected 0 to' bench --seconds=-1
refused_with 1 'unknown name "eca_resnet2" (did you mean "eca_resnet20"?)' bench --model eca_resnet2
refused_with 1 'unknown module "ecca"' bench --model resnet20 --attention ecca
refused_with 1 'layers: "few", expected a number from 1, or all' bench --layers few
refused_with 1 'threads: -1, expected 1 to 1024' bench --threads=-1
refused_with 2 '--steps' bench --steps many

# CIFAR-10 files: missing, truncated, oversized, a label out of range.
cifar=$work/cifar
mkdir "$cifar"
refused_with 1 'data_batch_1.bin' train --data "cifar10:$cifar"
for k in 1 2 3 4 5; do head -c 30730000 /dev/zero >"$cifar/data_batch_$k.bin"; done
head -c 30729999 /dev/zero >"$cifar/test_batch.bin"
refused_with 1 '30730000' train --data "cifar10:$cifar"
head -c 30730001 /dev/zero >"$cifar/test_batch.bin"
refused_with 1 '30730000' train --data "cifar10:$cifar"
{ head -c 3073 /dev/zero; printf '\012'; head -c 30726926 /dev/zero; } >"$cifar/test_batch.bin"
refused_with 1 'label' train --data "cifar10:$cifar"
grep -q 10 "$work/output" || fail "the message does not name the label found"
rm -r "$cifar"

# A corrupt picture in a folder.
for split in train test; do
  mkdir -p "$work/folder/$split/cat"
  printf '\377\330\377\340 this is no picture \377\331' >"$work/folder/$split/cat/1.jpg"
done
refused_with 1 'cat/1.jpg' train --data "folder:$work/folder"

# The tape, as a list and as a graph.
works stat eca_resnet20 --tape --ops plain
says 'ScaleChannelsBackward'
works stat --block eca --input 16,4,4 --picture "$work/tape.dot"
grep -q 'digraph tape' "$work/tape.dot" || fail "stat --picture wrote no graph"
refused 'tape: no node lies in "eca.cov" (did you mean "eca.conv"?)' \
  stat --block eca --input 16,4,4 --picture "$work/x.dot" --module eca.cov
refused 'picture: "'"$work/x.png"'", expected a name that ends in .svg or .dot' stat eca_resnet20 --picture "$work/x.png"
refused '--module layer1: says what --picture FILE draws' stat eca_resnet20 --tape --module layer1

# Refused before its first step, stopped in a debugger, killed early: begun again, with other settings if need be.
# shellcheck disable=SC2086
works train $tiny --steps 1 --out "$work/begun"
rm "$work"/begun/*.safetensors
# shellcheck disable=SC2086
works train $tiny --steps 2 --out "$work/begun"
grep -q '^steps = 2' "$work/begun/config.txt" || fail "a run that was begun again has its old configuration"

# A run, and what can be done with it.
run=$work/run
# shellcheck disable=SC2086
works train $tiny --epochs 2 --out "$run"
sha=$(sed -n 's/.*weights sha256 //p' "$work/output")
[ "$sha" = "$(sha256sum <"$run/weights.safetensors" | cut -d' ' -f1)" ] || fail "the printed sha256 is not that of weights.safetensors"
# shellcheck disable=SC2086
refused_with 1 'holds a run already' train $tiny --epochs 2 --out "$run"
refused_with 1 'no run to resume' train --resume --out "$work/nothing"
works train --resume --out "$run"
works eval "$run"
works eval "$run/last.safetensors"
works info "$run"
refused_with 1 'none.safetensors' eval "$work/none.safetensors"
refused_with 1 'no weights in this directory' eval "$work/folder"
refused_with 1 'does not know: disc, ring, square, triangle, plus, cross' eval "$run" --data synthetic
refused_with 1 'none.png' predict "$run" "$work/none.png"
refused_with 1 '1.jpg' predict "$run" "$work/folder/test/cat/1.jpg"

# Checkpoints: truncated, one bit flipped, of another model.
cp -r "$run" "$work/damaged"
head -c 100000 "$run/last.safetensors" >"$work/damaged/last.safetensors"
refused_with 1 'damaged/last.safetensors: ' train --resume --out "$work/damaged"
cp "$run/last.safetensors" "$work/damaged/last.safetensors"
printf '\125' | dd of="$work/damaged/last.safetensors" bs=1 seek=50000 conv=notrunc 2>/dev/null
refused_with 1 'checksum' train --resume --out "$work/damaged"
# shellcheck disable=SC2086
works train $tiny --epochs 1 --model resnet20 --out "$work/other"
cp "$work/other/last.safetensors" "$work/damaged/last.safetensors"
refused_with 1 'model: expected resnet20, found eca_resnet20' train --resume --out "$work/damaged"

# A learning rate that gives NaN.
# shellcheck disable=SC2086
refused_with 1 'training diverged at step' train $tiny --lr 1e30 --schedule constant --out "$work/nan"

# A full disk while a checkpoint is written: files may not grow over 64 KiB, so the first checkpoint fails, later ones too.
cp -r "$run" "$work/full"
before=$(sha256sum <"$work/full/last.safetensors")
checks=$((checks + 1))
(ulimit -f 128; trap '' XFSZ; exec "$eca" train --resume --out "$work/full" --checkpoint-every 0) >"$work/output" 2>&1 &&
  fail "a full disk was not noticed"
grep -q 'full/' "$work/output" || fail "the message does not name the file that could not be written"
[ "$before" = "$(sha256sum <"$work/full/last.safetensors")" ] || fail "a full disk damaged the old checkpoint"

# Every attention module trains.
for attention in $("$eca" list | sed -n '/^attention/,/^$/s/^  \([a-z0-9_]*\) .*/\1/p'); do
  # shellcheck disable=SC2086
  works train $tiny --steps 1 --model resnet20 --attention "$attention" --out "$work/attention-$attention"
done
works eval "$work/attention-eca_permuted"

# Killed twice and resumed each time: the same weights as in one go.
long="--data synthetic:n=256,test=20,size=8,classes=4 --batch-size 8 --checkpoint-every 0"
# shellcheck disable=SC2086
works train $long --epochs 4 --out "$work/whole"
whole=$(sed -n 's/.*weights sha256 //p' "$work/output")
for round in 1 2; do
  # shellcheck disable=SC2086
  "$eca" train $long --epochs 4 --out "$work/killed" --resume >"$work/output" 2>&1 &
  pid=$!
  sleep 0.$((round * 3))
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null
done
# shellcheck disable=SC2086
works train $long --epochs 4 --out "$work/killed" --resume
grep -q "$whole" "$work/output" || fail "killed twice and resumed: expected weights sha256 $whole"

# Ctrl-C: the step is finished, the checkpoint written, the way on named.
checks=$((checks + 1))
# shellcheck disable=SC2086
"$eca" train $long --epochs 400 --out "$work/stopped" >"$work/output" 2>&1 &
pid=$!
sleep 0.5
kill -TERM $pid
wait $pid
[ $? -eq 130 ] || fail "an interrupted run: expected exit code 130"
grep -q "eca train --resume --out $work/stopped" "$work/output" || fail "an interrupted run does not say how to go on"

conclude
