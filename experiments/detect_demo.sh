#!/bin/sh
# make detect-demo: train a small Faster R-CNN on scenes, then show what it finds.
set -eu
cd "$(dirname "$0")/.."
run=runs/detect-demo
data=scenes:n=15000,test=300

# A demo that was interrupted goes on; one that is done makes way.
if [ -f $run/weights.safetensors ]; then rm -rf $run; fi
build/eca detect train --model small_faster_rcnn:eca_resnet18 --data $data --epochs 3 --seed 1 --out $run --resume

echo
build/eca detect eval $run
echo
build/eca detect make-scenes $run/scenes --n 1 --test 12 --seed 2 >/dev/null
build/eca detect predict $run $run/scenes/images/test --out $run/found
echo
echo "Pictures: $run/found (boxes, names and scores on scenes it has not seen) and $run/training.png (losses and AP)."
echo "Next:"
echo "  build/eca detect train --help                            all options, with examples"
echo "  build/eca detect train --model small_mask_rcnn:eca_resnet18    masks, too"
echo "  docs/detection.md                                        data, AP, detectors and their parts"
