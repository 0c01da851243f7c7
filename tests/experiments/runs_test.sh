#!/bin/sh
# Runs know their settings, their data and their owner; evaluation goes by the names of classes.
#   tests/experiments/runs_test.sh PROGRAM
suite=runs
eca=$1
. "$(dirname "$0")/checks.sh"

# picture FILE NUMBER: 8x8 pixels that depend on the number.
picture() {
  { printf 'P6 8 8 255\n'; seq "$2" 300 | tr -d '\n' | head -c 192; } >"$1"
}

# pictures FOLDER CLASS N: N training images of a class, and two to test with.
pictures() {
  mkdir -p "$1/train/$2" "$1/test/$2"
  for i in $(seq "$3"); do picture "$1/train/$2/$i.ppm" "$i"; done
  for i in 1 2; do picture "$1/test/$2/$i.ppm" $((100 + i)); done
}

data=$work/pets
pictures "$data" cat 32
pictures "$data" dog 32
settings="--data folder:$data --image-size 8 --batch-size 4 --augment none --lr 0.01 --checkpoint-every 0"

# batch FOLDER: how many batches of its epoch the checkpoint has done; none without a checkpoint.
batch() { LC_ALL=C sed -n 's/.*\\"batch\\":\([0-9]*\).*/\1/p' "$1/last.safetensors" 2>/dev/null | head -n 1; }

# interrupted FOLDER: a run that was killed in the middle of an epoch of 16 batches.
interrupted() {
  # shellcheck disable=SC2086
  "$eca" train $settings --epochs 1000 --out "$1" >"$work/output" 2>&1 &
  pid=$!
  tries=0
  until [ "$(batch "$1")" -gt 1 ] 2>/dev/null || [ $tries -eq 400 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
  kill -9 $pid
  wait $pid 2>/dev/null
  done=$(batch "$1")
  [ "${done:-0}" -gt 0 ]
}
until interrupted "$work/part"; do rm -r "$work/part"; done

# The class folder of a run has another name, another order.
mv "$data/train/cat" "$data/train/zcat"
mv "$data/test/cat" "$data/test/zcat"
refused 'classes: "cat" is missing' train --resume --out "$work/part"
says 'classes: "zcat" is new'
mv "$data/train/zcat" "$data/train/cat"
mv "$data/test/zcat" "$data/test/cat"

# As many batches are left as the checkpoint has done: the epoch would never end.
cp -r "$data" "$work/fewer"
for class in cat dog; do
  for i in $(seq $((2 * done + 1)) 32); do rm "$work/fewer/train/$class/$i.ppm"; done
done
checks=$((checks + 1))
timeout -s KILL 60 "$eca" train --resume --data "folder:$work/fewer" --out "$work/part" >"$work/output" 2>&1
[ $? -eq 1 ] || fail "fewer images: expected exit code 1"
says "training images of class \"cat\": expected 32, found $((2 * done))"
says "training images of class \"dog\": expected 32, found $((2 * done))"
says '--init '

# One pixel; config.txt.
mv "$work/fewer" "$work/moved" # not a change by itself
cp "$data"/train/dog/*.ppm "$work/moved/train/dog"
cp "$data"/train/cat/*.ppm "$work/moved/train/cat"
printf x | dd of="$work/moved/train/cat/1.ppm" bs=1 seek=20 conv=notrunc 2>/dev/null
refused 'training images: as many of each class, but other pixels' train --resume --data "folder:$work/moved" --out "$work/part"
cp "$work/part/config.txt" "$work/config.txt"
sed 's/^batch-size = 4/batch-size = 8/; s/^lr = .*/lr = 0.1/' "$work/config.txt" >"$work/part/config.txt"
refused 'batch-size: expected 4, found 8' train --resume --out "$work/part"
says 'lr: expected 0.01, found 0.1'
cp "$work/config.txt" "$work/part/config.txt"

# Two at once: the second is told who is there. The first goes on.
: >"$work/first"
"$eca" train --resume --out "$work/part" >"$work/first" 2>&1 &
pid=$!
tries=0
until grep -q 'resuming after' "$work/first" || [ $tries -eq 400 ]; do
  sleep 0.02
  tries=$((tries + 1))
done
refused "process $pid is training in this directory" train --resume --out "$work/part"
# shellcheck disable=SC2086
refused "process $pid is training in this directory" train $settings --out "$work/part"
# shellcheck disable=SC2086
refused "process $pid is training in this directory" train $settings --overwrite --out "$work/part"
# A program of g++ bounds how long its threads spin by what it hands its own OpenMP.
if grep -q 'fast kernels.*g++' "$work/first"; then
  tr '\0' '\n' <"/proc/$pid/environ" | grep -q '^GOMP_SPINCOUNT=' || fail "threads that wait spin without bound"
fi
checks=$((checks + 1))
kill -TERM $pid
wait $pid
[ $? -eq 130 ] || fail "the run that was there: expected exit code 130"

# All is checked before a directory is made.
refused '99' train --data "folder:$data" --image-size 8 --batch-size 4 --augment crop:99 --out "$work/new"
[ ! -e "$work/new" ] || fail "a refused training made a run directory"
# shellcheck disable=SC2086
works train $settings --epochs 1 --out "$work/new"
first=$(sed -n 's/.*weights sha256 //p' "$work/output")

# Longer, and begun again.
works train --resume --out "$work/new"
says 'its last; --epochs with more of them prolongs it'
refused 'batch-size: expected 4, found 16' train --resume --epochs 2 --batch-size 16 --out "$work/new"
checks=$((checks + 1))
if grep -q 'only a finished run' "$work/output"; then fail "a finished run is said not to be finished"; fi
works train --resume --epochs 2 --out "$work/new"
says 'prolonged from 1 to 2 epochs: the schedule triangular now has the length of 2 epochs; the rate goes on at'
refused 'epochs: expected 2, found 1' train --resume --epochs 1 --out "$work/new"
cp "$work/new/config.txt" "$work/config.txt"
sed 's/^epochs = 2/epochs = 1/; s/^batch-size = 4/batch-size = 16/' "$work/config.txt" >"$work/new/config.txt"
refused 'batch-size: expected 4, found 16' train --resume --out "$work/new"
cp "$work/config.txt" "$work/new/config.txt"
# shellcheck disable=SC2086
refused 'replace it with --overwrite' train $settings --epochs 1 --out "$work/new"
refused 'resume, overwrite: expected one of them' train --resume --overwrite --out "$work/new"
# shellcheck disable=SC2086
refused 'this folder holds none' train $settings --overwrite --out "$data"
[ -e "$data/train/cat/1.ppm" ] || fail "--overwrite removed data"
# shellcheck disable=SC2086
works train $settings --epochs 1 --overwrite --out "$work/new"
says "weights sha256 $first"

# Other data, where that is said.
cp -r "$work/new" "$work/accepted"
refused 'accept-changed-data: expected --resume beside it' train --accept-changed-data --out "$work/accepted"
refused 'go on with --accept-changed-data' train --resume --data "folder:$work/moved" --out "$work/accepted"
works train --resume --accept-changed-data --epochs 2 --data "folder:$work/moved" --out "$work/accepted"
says "$work/accepted: goes on with other data from epoch 2 on:"
says 'training images: as many of each class, but other pixels'
works train --resume --data "folder:$work/moved" --out "$work/accepted"
cp -r "$work/new" "$work/weights"
rm "$work/weights/last.safetensors"
refused 'holds weights, but no checkpoint to resume from' train --resume --out "$work/weights"

# Labels by name: one class of two, which is then number 0 in the data; a name that the network does not know.
pictures "$work/dogs" dog 2
mkdir "$work/result"
works eval "$work/new" --data "folder:$work/dogs" --out "$work/result"
says 'on 2 images'
checks=$((checks + 1))
[ "$(sed -n 's/^ *cat |//p; ' "$work/result/confusion.txt" | tr -s ' ')" = " 0 0 -" ] || fail "images of dogs count as cats"
pictures "$work/others" dog 2
pictures "$work/others" zcat 2
refused 'classes that the network of '"$work/new/weights.safetensors"' does not know: zcat (did you mean "cat"?)' \
  eval "$work/new" --data "folder:$work/others"

# digits FOLDER: ten images of 8x8, one of each class, in the files of MNIST and Fashion-MNIST.
digits() {
  mkdir "$1"
  for split in train t10k; do
    { printf '\0\0\010\003\0\0\0\012\0\0\0\010\0\0\0\010'; head -c 640 /dev/urandom; } >"$1/$split-images-idx3-ubyte"
    printf '\0\0\010\001\0\0\0\012\0\001\002\003\004\005\006\007\010\011' >"$1/$split-labels-idx1-ubyte"
  done
}
digits "$work/digits"
works train --data "mnist:$work/digits" --batch-size 5 --augment none --steps 1 --out "$work/mnist"
works eval "$work/mnist" --data "mnist:$work/digits"
refused 'does not know: T-shirt/top, Trouser' eval "$work/mnist" --data "fashion-mnist:$work/digits"

conclude
