#!/bin/sh
# `eca detect`.
#   tests/experiments/detect_test.sh PROGRAM
suite=detect
eca=$1
. "$(dirname "$0")/checks.sh"

# Commands of commands.
refused_with 2 'detect: A subcommand is required; eca detect --help explains' detect
refused_with 2 'detect: unknown command "eval-result" (did you mean "eval-results"?); there are train, eval, predict, make-scenes, show, explain, eval-results' detect eval-result
refused_with 2 'detect eval-results: unknown option --mask (did you mean "--masks"?)' detect eval-results a b --mask
refused_with 2 'detect eval-results: the option --small is given twice' detect eval-results a b --small 1 --small 2
refused_with 2 'detect eval-results: annotations is required; eca detect eval-results --help explains' detect eval-results
refused_with 2 'detect eval-results: "c" is not expected here' detect eval-results a b c
works detect --help
says 'eval-results'
works detect eval-results --help
says '--masks'

# Results of another program: one object found well, one not, a class without objects.
cat >"$work/annotations.json" <<'END'
{"images": [{"id": 5, "file_name": "5.png", "width": 64, "height": 48}],
 "categories": [{"id": 1, "name": "cat"}, {"id": 9, "name": "a dog"}, {"id": 4, "name": "x"}],
 "annotations": [
  {"id": 1, "image_id": 5, "category_id": 1, "bbox": [0, 0, 10, 10], "area": 100, "segmentation": {"size": [48, 64], "counts": [0, 480, 2592]}},
  {"id": 2, "image_id": 5, "category_id": 9, "bbox": [10, 0, 40, 40], "area": 1600, "segmentation": [[10, 0, 50, 0, 50, 40, 10, 40]]}]}
END
cat >"$work/results.json" <<'END'
[{"image_id": 5, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.5, "segmentation": {"size": [48, 64], "counts": [0, 240, 2832]}},
 {"image_id": 5, "category_id": 4, "bbox": [0, 0, 10, 10], "score": 0.5, "segmentation": {"size": [48, 64], "counts": [3072]}}]
END
works detect eval-results "$work/annotations.json" "$work/results.json"
says 'boxes: 1 image, 2 objects, 3 classes, 2 detections'
says 'AP         0.5000  mean over IoU 0.50, 0.55, ..., 0.95'
says 'AP medium  0.0000  area from 32^2 to 96^2'
says 'AP large        -  area from 96^2'
says 'cat          1           1  1.0000  1.0000  1.0000  1.0000'
says 'a dog        1           0  0.0000  0.0000  0.0000  0.0000'
says 'x            0           1       -       -       -       -'
works detect eval-results "$work/annotations.json" "$work/results.json" --masks --small 2 --large 12
says 'masks: 1 image'
says 'AP50       0.5000  IoU 0.50'
says 'AP75       0.0000  IoU 0.75'
says 'AP medium  0.1000  area from 2^2 to 12^2'
says 'AP large   0.0000  area from 12^2'

# Refused.
refused "$work/none.json: cannot be opened" detect eval-results "$work/none.json" "$work/results.json"
refused "$work/results.json: is a list, expected an object with images" detect eval-results "$work/results.json" "$work/results.json"
refused "$work/annotations.json: is an object, expected a list of results" detect eval-results "$work/annotations.json" "$work/annotations.json"
echo '[{"image_id": 5, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.5}]' >"$work/boxes.json"
refused 'detection 0 (image id 5) has no mask' detect eval-results "$work/annotations.json" "$work/boxes.json" --masks
sed 's/"bbox": \[10, 0/"bbox": [34, 0/' "$work/annotations.json" >"$work/outside.json"
refused "$work/outside.json: annotations[1] (id 2): bbox: [34, 0, 40, 40] reaches 10 pixels beyond image 5" \
  detect eval-results "$work/outside.json" "$work/results.json"
works detect eval-results "$work/outside.json" "$work/results.json" --outside 10
refused '--outside -1' detect eval-results "$work/annotations.json" "$work/results.json" --outside -1
refused '--small -1' detect eval-results "$work/annotations.json" "$work/results.json" --small -1
refused '--large 31' detect eval-results "$work/annotations.json" "$work/results.json" --large 31

# Scenes, and their files.
tree() { (cd "$1" && find . -type f | sort | xargs cat | cksum); }
works detect make-scenes "$work/scenes" --n 40 --test 5 --size 48 --items shapes
says 'train  40 scenes, '
says 'test   5 scenes, '
says "wrote $work/scenes, which --data coco:$work/scenes reads"
works detect make-scenes "$work/again" --n 40 --test 5 --size 48 --items shapes --threads 1
checks=$((checks + 1))
[ "$(tree "$work/scenes")" = "$(tree "$work/again")" ] || fail 'make-scenes: other files with another number of threads'
refused "$work/scenes: is there already; choose another name, or remove it first" detect make-scenes "$work/scenes"
works detect show "coco:$work/scenes" --out "$work/read.png" --count 5
works detect show scenes:n=40,test=5,size=48,items=shapes --out "$work/made.png"
says "wrote $work/made.png"
checks=$((checks + 1))
cmp -s "$work/read.png" "$work/made.png" || fail 'show: scenes that were written look otherwise'
works detect show "coco:$work/scenes" --out "$work/train.png" --count 3 --first 2 --split train
refused_with 2 'detect make-scenes: out is required' detect make-scenes
refused 'scenes: n=0, expected 1..10000000' detect make-scenes "$work/x" --n 0
refused 'scenes: size=8, expected 32..1024' detect make-scenes "$work/x" --size 8
refused 'scenes: empty=2, expected 0..1' detect make-scenes "$work/x" --empty 2
refused '--seed -1, expected 0 or more' detect make-scenes "$work/x" --seed -1
refused 'scenes: items=shape (did you mean "shapes"?)' detect make-scenes "$work/x" --items shape
checks=$((checks + 1))
[ -z "$(ls "$work" | grep '^x')" ] || fail 'make-scenes: something is left where it was refused'
refused 'no image 5, expected 0..4' detect show "coco:$work/scenes" --first 5
refused '--split val, expected train or test' detect show "coco:$work/scenes" --split val
refused "$work/nowhere: is no folder" detect show "coco:$work/nowhere"
refused 'unknown data "scene" for detection (did you mean "scenes"?)' detect show scene

# The steps of a detector.
works detect explain "coco:$work/scenes" --index 1 --image-size 64 --out "$work/steps"
says "wrote $work/steps/anchors.png"
says "wrote $work/steps/matches.png"
works detect explain "coco:$work/scenes" --index 1 --image-size 64 --out "$work/steps-again" --split test
checks=$((checks + 1))
[ "$(tree "$work/steps")" = "$(tree "$work/steps-again")" ] || fail 'explain: other pictures of the same image'
works detect explain scenes:n=40,test=5,size=48,items=shapes --split train --index 39 --out "$work/steps-again"
refused 'explain: expected data, or --weights with a run' detect explain --out "$work/x"
refused 'no image 5, expected 0..4' detect explain "coco:$work/scenes" --index 5 --out "$work/x"
refused 'no image -1, expected 0..4' detect explain "coco:$work/scenes" --index -1 --out "$work/x"
refused '--split val, expected train or test' detect explain "coco:$work/scenes" --split val --out "$work/x"
refused 'image-size: "16", expected a side of 32' detect explain "coco:$work/scenes" --image-size 16 --out "$work/x"
refused "$work/boxes.json" detect explain "coco:$work/scenes" --out "$work/boxes.json"
checks=$((checks + 1))
[ -z "$(ls "$work" | grep '^x')" ] || fail 'explain: something is left where it was refused'

# Ctrl-C leaves nothing.
checks=$((checks + 1)) command='eca detect make-scenes, interrupted'
"$eca" detect make-scenes "$work/stopped" --n 100000 --size 64 --items shapes >"$work/output" 2>&1 &
stopped=$!
tries=0
while [ -z "$(ls -d "$work"/stopped.*/images/train/000001.png 2>/dev/null)" ] && [ $tries -lt 300 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
kill -TERM $stopped
wait $stopped
[ $? -eq 130 ] || fail "$command: expected exit code 130"
says "interrupted; nothing is left of $work/stopped"
[ -z "$(ls "$work" | grep '^stopped')" ] || fail "$command: something is left"

# Training, in short: the same run from the command line and from its file, in one go and in several, and what it says of itself.
few="--data scenes:n=16,test=4,size=48,items=shapes --image-size 48 --batch-size 4 --backbone-width 0.25 --augment flip"
# shellcheck disable=SC2086
works detect train $few --model small_mask_rcnn:eca_resnet20 --epochs 2 --threads 1 --tensorboard --out "$work/run"
says '16 training and 4 test images, 6 classes, canvas 48'
grep -q '^epoch   2  train loss [0-9.]*   box AP .* mask AP .* img/s' "$work/output" || fail "detect train: no row of epoch 2"
sha=$(sed -n 's/.*weights sha256 //p' "$work/output")
checks=$((checks + 1))
grep -q '"kind": "mask_rcnn"' "$work/run/detector.json" || fail 'detect train: no settings in detector.json'
[ -e "$(ls "$work/run"/events.out.tfevents.*.ecagrad)" ] || fail "detect train --tensorboard: no event file"
works detect train --config "$work/run/config.txt" --threads 2 --out "$work/again"
says "weights sha256 $sha"
works watch "$work/run" "$work/again"
says 'finished: 2 epochs, '
says 'box AP'
checks=$((checks + 1)) command='eca detect train, killed'
rm -rf "$work/killed"
"$eca" detect train --config "$work/run/config.txt" --checkpoint-every 0 --out "$work/killed" >"$work/output" 2>&1 &
killed=$!
tries=0
until [ -e "$work/killed/last.safetensors" ] || [ $tries -ge 600 ]; do
  sleep 0.02
  tries=$((tries + 1))
done
kill -9 $killed
wait $killed 2>"$work/none"
works detect train --resume --out "$work/killed"
says "weights sha256 $sha"
"$eca" detect train --config "$work/run/config.txt" --epochs 1000 --out "$work/stopped" >"$work/output" 2>&1 &
stopped=$!
checks=$((checks + 1)) command='eca detect train, interrupted'
tries=0
until [ -e "$work/stopped/metrics.csv" ] || [ $tries -ge 600 ]; do
  sleep 0.02
  tries=$((tries + 1))
done
kill -TERM $stopped
wait $stopped
[ $? -eq 130 ] || fail "$command: expected exit code 130"
says "interrupted; continue with: eca detect train --resume --out $work/stopped"
refused 'holds a run already' detect train --config "$work/run/config.txt" --out "$work/run"
refused 'seed: expected 1, found 2' detect train --resume --seed 2 --out "$work/run"
refused 'accept-changed-data: expected --resume beside it' detect train --accept-changed-data --out "$work/run"
refused 'go on with --accept-changed-data' detect train --resume --data scenes:n=20,test=4,size=48,items=shapes --out "$work/stopped"
refused 'no run to resume' detect train --resume --out "$work/nothing"
refused 'expected KIND:NETWORK, a detector on a network' detect train --model resnet18 --out "$work/x"
refused 'kernels: cuda, expected fast or ref' detect train --kernels cuda --out "$work/x"
refused 'batch-size: "few", expected a whole number' detect train --batch-size few --out "$work/x"
refused 'unknown data "scene" for detection' detect train --data scene --out "$work/x"
refused_with 2 'detect train: unknown option --epoch (did you mean "--epochs"?)' detect train --epoch 2

# Its AP is that of its weights; results that are written are read to the same numbers.
works detect eval "$work/run" --results "$work/found.json"
says "$work/run/weights.safetensors on 4 images of scenes test"
says 'boxes: 4 images'
says 'masks: 4 images'
grep '^AP  ' "$work/output" >"$work/numbers"
works detect make-scenes "$work/same" --n 1 --test 4 --size 48 --items shapes
works detect eval "$work/run" --data "coco:$work/same"
checks=$((checks + 1))
[ "$(grep '^AP  ' "$work/output")" = "$(cat "$work/numbers")" ] || fail 'detect eval: other numbers from files of the same scenes'
works detect eval-results "$work/same/annotations/instances_test.json" "$work/found.json" --masks
checks=$((checks + 1))
[ "$(grep '^AP  ' "$work/output")" = "$(tail -n 1 "$work/numbers")" ] || fail 'detect eval: results that are read again have another AP'
works detect eval "$work/run/best.safetensors" --small 8 --large 16
says 'AP medium'
refused 'classes that the detector of' detect eval "$work/run" --data scenes:n=1,test=4,size=48
refused '--large 7' detect eval "$work/run" --small 8 --large 7
refused 'kernels: cuda, expected fast or ref' detect eval "$work/run" --device cuda
refused 'holds a detector, expected a classifier' eval "$work/run"
works info "$work/run"
says 'detector: small_mask_rcnn:eca_resnet20, 6 classes, canvas 48'

# Pictures and found.json. What cannot be read keeps nobody from the rest.
echo none >"$work/bad.png"
run_checked 1 detect predict "$work/run" "$work/same/images/test" "$work/bad.png" --out "$work/pictures" --score 0.01
says 'bad.png'
grep -q '000003.png: ' "$work/output" || fail 'detect predict: nothing is said of an image'
checks=$((checks + 1))
[ "$(ls "$work/pictures" | tr '\n' ' ')" = '000000.png 000001.png 000002.png 000003.png found.json ' ] || fail 'detect predict: other files'
[ "$(grep -c '"image":' "$work/pictures/found.json")" -eq 4 ] || fail 'detect predict: found.json has not four images'
works detect predict "$work/run" "$work/same/images/test/000000.png" "$work/same/images/test/000000.png" --out "$work/twice" --score 1
says '000000.png: nothing'
checks=$((checks + 1))
[ -e "$work/twice/000000-2.png" ] || fail 'detect predict: two images of one name share a picture'
refused '--score 2' detect predict "$work/run" "$work/bad.png" --score 2

# The steps of a trained one.
works detect explain --weights "$work/run" --index 1 --out "$work/steps-trained"
for step in anchors matches pyramid suppression found; do says "wrote $work/steps-trained/$step.png"; done
works detect explain "coco:$work/same" --weights "$work/run/weights.safetensors" --index 1 --image-size 48 --out "$work/steps-same"
checks=$((checks + 1))
[ "$(tree "$work/steps-trained")" = "$(tree "$work/steps-same")" ] || fail 'explain: other pictures from files of the same scenes'
cp "$work/run/weights.safetensors" "$work/alone.safetensors"
refused 'has no config.txt that names the data; give them before --weights' detect explain --weights "$work/alone.safetensors" --out "$work/x"
refused "$work/nowhere" detect explain --weights "$work/nowhere" --out "$work/x"
refused 'kernels: cuda, expected fast or ref' detect explain --weights "$work/run" --device cuda --out "$work/x"

# A classifier as the backbone.
works train --data synthetic:n=16,test=10,size=8,classes=4 --batch-size 8 --augment none --steps 1 --model resnet20 --out "$work/classifier"
# shellcheck disable=SC2086
works detect train ${few%--backbone-width*} --steps 1 --model small_retinanet:resnet20 --backbone-weights "$work/classifier" --frozen-batch-norm true --out "$work/tuned"
says 'resnet20 became the backbone'
# shellcheck disable=SC2086
refused 'the backbone is resnet32 of width 1, the file holds resnet20' detect train ${few%--backbone-width*} --model small_retinanet:resnet32 --backbone-weights "$work/classifier" --out "$work/x"
[ ! -e "$work/x" ] || fail 'detect train: a refused training made a run directory'
refused 'it is a classifier' detect eval "$work/classifier"

conclude
