#!/bin/sh
# make demo: train ECA-ResNet-20 on the real images at hand, then show what it learned.
set -eu
cd "$(dirname "$0")/.."
run=runs/demo

if [ -f data/cifar-10-batches-bin/test_batch.bin ]; then
  data=cifar10:data epochs=3
elif [ -d "${FASHION_MNIST_DIR:-/usr/share/datasets/fashion-mnist}" ]; then
  data=fashion-mnist epochs=2
else
  data=synthetic epochs=10
  echo "Neither CIFAR-10 (data/cifar-10-batches-bin, see \`make cifar10\`) nor Debian's package"
  echo "dataset-fashion-mnist is here: training on procedural images instead."
fi

# A demo that was interrupted goes on; one of other data, or one that is done, makes way.
if [ -f $run/weights.safetensors ] || ! grep -qx "data = $data" $run/config.txt 2>/dev/null; then rm -rf $run; fi
build/eca train --model eca_resnet20 --data $data --epochs $epochs --seed 1 --out $run --resume

echo
build/eca eval $run --examples
echo
echo "Plots: $run/training.png (loss and accuracy) and $run/confusion.png (what is taken for what)."
echo "Next:"
echo "  build/eca explain $run      what it looks at: makes $run/explain.html, in less than a minute"
echo "  build/eca train --help                                   all options, with examples"
echo "  build/eca train --model se_resnet20 --data $data --epochs $epochs    another attention module"
echo "  docs/reading-order.md                                    the code, in the order to read it"
