#!/bin/sh
# Tests training on a folder whose images are decoded as they are needed: the same weights as from memory, in memory that does not
# grow with the number of images.
#
#   tests/experiments/streaming_test.sh build/eca            with 4000 files, some seconds
#   tests/experiments/streaming_test.sh build/eca 100000     with as many as a large data set has
suite=streaming_test eca=$1 count=${2:-4000}
. tests/experiments/checks.sh

# A folder of two classes: JPEG, PNG and others, in sizes of their own.
images=tests/data/images/files
mixed=$work/mixed
for class in cat dog; do
  mkdir -p "$mixed/train/$class" "$mixed/test/$class"
  number=0
  for file in "$images"/*.jpg "$images"/*.png; do
    number=$((number + 1))
    case $class$((number % 2)) in
      cat0 | dog1) cp "$file" "$mixed/train/$class/" ;;
    esac
  done
  cp "$images/rgb.jpg" "$images/rgb.png" "$mixed/test/$class/"
done

# weights NAME OPTION...: trains into $work/NAME; the hash of the weights is then in $hash.
weights() {
  out=$work/$1
  shift
  works train --data "folder:$mixed,resize=20" --image-size 16 --batch-size 8 --epochs 3 --lr 0.02 --out "$out" "$@"
  hash=$(sed -n 's/.*weights sha256 //p' "$work/output")
}

# same NAME: the last weights are those of $expected.
same() {
  checks=$((checks + 1))
  [ -n "$hash" ] && [ "$hash" = "$expected" ] || fail "$1: expected the weights $expected, found $hash"
}

for augment in crop+flip resized-crop+flip+jitter+lighting; do
  weights "memory-$augment" --augment $augment --data-memory 1G --loader-threads 1
  expected=$hash
  grep -q 'decoded as needed' "$work/output" && fail "$augment: expected the images in memory"
  for threads in 1 4; do
    weights "memory-$augment-$threads" --augment $augment --data-memory 1G --loader-threads $threads
    same "$augment, in memory, $threads loader threads"
    weights "streamed-$augment-$threads" --augment $augment --data-memory 0 --loader-threads $threads
    says 'images decoded as needed'
    same "$augment, streamed, $threads loader threads"
  done
  # Begun in memory, interrupted after an epoch, gone on with streamed.
  out=$work/both-$augment
  works train --data "folder:$mixed,resize=20" --image-size 16 --batch-size 8 --epochs 1 --schedule constant --lr 0.02 \
    --augment $augment --data-memory 1G --out "$out"
  works train --resume --out "$out" --epochs 3 --data-memory 0 --loader-threads 4
  weights_of_both=$(sed -n 's/.*weights sha256 //p' "$work/output")
  weights "one-$augment" --augment $augment --schedule constant --data-memory 1G
  expected=$weights_of_both
  same "$augment, one go and two"
done

# Interrupted wherever it is, streamed, and gone on with from memory.
long="--data folder:$mixed,resize=20 --image-size 16 --batch-size 8 --epochs 24 --lr 0.02 --augment resized-crop+flip --evaluate-every 24"
works train $long --data-memory 1G --out "$work/uninterrupted"
expected=$(sed -n 's/.*weights sha256 //p' "$work/output")
timeout -s INT 0.5 "$eca" train $long --data-memory 0 --out "$work/interrupted" >"$work/output" 2>&1
works train $long --resume --data-memory 1G --out "$work/interrupted"
hash=$(sed -n 's/.*weights sha256 //p' "$work/output")
same "an interrupted run, streamed until then"

# An image that is damaged, and met in the middle of an epoch.
good=$mixed/train/cat/$(ls "$mixed/train/cat" | head -n 1)
head -c 100 "$good" >"$work/cut" && mv "$work/cut" "$mixed/train/cat/middle.jpg"
damaged="--data folder:$mixed,normalise=imagenet --image-size 16 --batch-size 8 --epochs 2 --lr 0.02"
refused "$mixed/train/cat/middle.jpg: is a truncated or damaged JPEG" train $damaged --data-memory 0 --out "$work/damaged"
works train $damaged --data-memory 0 --skip-bad --out "$work/skipped"
says "skipped 1 image that cannot be read:"
says "$mixed/train/cat/middle.jpg: is a truncated or damaged JPEG"
[ "$(grep -c 'middle.jpg' "$work/output")" -eq 1 ] || fail "the damaged image: expected once, at the end of the first epoch"
expected=$(sed -n 's/.*weights sha256 //p' "$work/output")
works train $damaged --skip-bad --data-memory 1G --loader-threads 4 --out "$work/skipped-in-memory"
hash=$(sed -n 's/.*weights sha256 //p' "$work/output")
same "a damaged image, in memory"
head -c 100 "$good" >"$mixed/test/cat/middle.jpg"
works eval "$work/skipped" --data "folder:$mixed,skip-bad=true,normalise=imagenet" --data-memory 0
says "skipped 1 image that cannot be read:"
rm "$mixed/test/cat/middle.jpg"

# Memory.
refused 'data-memory: "lots", expected auto, or bytes' train --data "folder:$mixed" --data-memory lots --out "$work/lots"

# write_images FOLDER COUNT: images of 8x8 pixels, every second one a cat.
write_images() {
  mkdir -p "$1/train/cat" "$1/train/dog" "$1/test/cat" "$1/test/dog"
  i=0
  while [ $i -lt "$2" ]; do
    printf 'P6\n8 8\n255\n%0192d' $((i * 7919)) >"$1/train/cat/$i.ppm"
    printf 'P6\n8 8\n255\n%-192d' $((i * 7919)) >"$1/train/dog/$i.ppm"
    i=$((i + 2))
  done
  cp "$1"/train/cat/[0-8].ppm "$1/test/cat"
  cp "$1"/train/dog/[0-8].ppm "$1/test/dog"
}

# peak FOLDER MEMORY: trains some steps; the largest resident memory in MiB is then in $peak.
peak() {
  works train --data "folder:$1" --image-size 64 --batch-size 16 --steps 8 --lr 0.01 --data-memory "$2" --overwrite --out "$work/peak"
  peak=$(sed -n 's/.*peak memory \([0-9]*\) MiB.*/\1/p' "$work/output")
}

write_images "$work/few" 200
write_images "$work/many" "$count"
peak "$work/few" 0
few=$peak
peak "$work/many" 0
many=$peak
echo "$suite: peak memory $few MiB with 200 images, $many MiB with $count"
[ "$many" -le 200 ] || fail "$count images: expected at most 200 MiB, found $many"
[ "$many" -le $((few + 4 + count / 10000)) ] || fail "$count images: expected the memory of 200, $few MiB, found $many"
# The same in memory takes 12 KiB an image: so the comparison above would see them.
if [ "$count" -le 10000 ]; then
  peak "$work/many" 1G
  [ "$peak" -ge $((many + count / 100)) ] || fail "$count images in memory: expected more than $many MiB, found $peak"
fi

conclude
