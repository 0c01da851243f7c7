#!/bin/sh
# make bench: training and inference speed of three networks on procedural images, 128 a step.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for model in eca_resnet20 eca_resnet56 eca_resnet18_cifar; do
  case $model in eca_resnet18_cifar) images=384 ;; *) images=1280 ;; esac
  echo "$model:"
  build/eca train --model $model --data synthetic:n=$images --epochs 2 --out "$scratch/$model" | tail -n 1
  build/eca eval "$scratch/$model" | tail -n 1
done
