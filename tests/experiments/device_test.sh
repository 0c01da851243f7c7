#!/bin/sh
# --device, in a program built without CUDA, in one with it but without a GPU, and with one (or the processor in its role).
#   tests/experiments/device_test.sh PROGRAM
suite=device
eca=$1
. "$(dirname "$0")/checks.sh"

tiny="--data synthetic:n=32,test=20,size=8,classes=4 --batch-size 8 --augment none"
run=$work/run

# What contradicts itself is refused whatever the program can do.
refused 'device: "gpu", expected cuda or cpu' stat resnet20 --device gpu
refused 'device: cpu, but kernels: cuda; expected fast or ref beside it' stat resnet20 --device cpu --kernels cuda
refused 'device: cuda, but kernels: ref; expected cuda beside it, or no --kernels' bench --device cuda --kernels ref
# shellcheck disable=SC2086
refused 'device: "gpu", expected cuda or cpu' train $tiny --device gpu --out "$run"
# shellcheck disable=SC2086
refused 'device: cuda, but kernels: fast' train $tiny --device cuda --kernels fast --out "$run"
# shellcheck disable=SC2086
refused 'device: cpu, but kernels: cuda' train $tiny --device cpu --kernels cuda --out "$run"
[ ! -e "$run" ] || fail "a refused training left $run behind"
for command in train eval predict explain forward bench stat step; do
  works $command --help
  says 'cuda: a GPU, short for --kernels cuda; cpu: never one'
done

# The processor's own.
# shellcheck disable=SC2086
works train $tiny --steps 2 --kernels ref --device cpu --out "$work/cpu"
grep -q '^kernels = ref' "$work/cpu/config.txt" || fail "--device cpu changed --kernels ref"
grep -q '^gpu:' "$work/cpu/environment.txt" && fail "a run on the processor names a GPU"
works train --resume --device cpu --out "$work/cpu"
works eval "$work/cpu" --device cpu

works info
[ "$(grep -c '^cuda: ' "$work/output")" -eq 1 ] || fail "info: expected one line on CUDA"
why=$(grep '^cuda: ' "$work/output")
case $why in
  *'built without'* | *'no NVIDIA GPU'*)
    # shellcheck disable=SC2086
    refused "$why" train $tiny --device cuda --out "$run"
    [ ! -e "$run" ] || fail "a refused training left $run behind"
    refused "$why" train --resume --device cuda --out "$work/cpu"
    for command in "eval $work/cpu" "predict $work/cpu $work/no.png" "explain $work/cpu" "forward --weights $work/cpu --input $work/no --output $work/no" \
      bench "stat resnet20" "step --to $work/no"; do
      # shellcheck disable=SC2086
      refused "$why" $command --device cuda
    done
    refused "$why" bench --kernels cuda
    echo "device: not tested here, as $why"
    conclude
    exit ;;
esac

# A GPU.
# shellcheck disable=SC2086
works train $tiny --steps 6 --device cuda --out "$run"
sha=$(sed -n 's/.*weights sha256 //p' "$work/output")
grep -q '^kernels = cuda' "$run/config.txt" || fail "--device cuda is not in config.txt"
grep -q "^gpu: ${why#cuda: }" "$run/environment.txt" || fail "environment.txt does not name the GPU"
grep -q -a '\\"gpu\\":' "$run/last.safetensors" || fail "a checkpoint does not name the GPU"
# shellcheck disable=SC2086
works train $tiny --steps 6 --kernels cuda --out "$work/again"
says "$sha"
works train --config "$work/cpu/config.txt" --device cuda --steps 1 --out "$work/moved"
grep -q '^kernels = cuda' "$work/moved/config.txt" || fail "--device cuda did not win over a configuration file"
refused 'device: cpu, but kernels: cuda' train --resume --device cpu --out "$run"
refused 'kernels: expected cuda, found fast' train --resume --kernels fast --out "$run"
refused 'kernels: expected ref, found cuda' train --resume --device cuda --out "$work/cpu"
works eval "$run" --device cpu
loss=$(sed -n 's/^.*\(accuracy.*loss [0-9.]*\).*/\1/p' "$work/output")
works eval "$run" --device cuda
says "$loss"
works explain "$run" --device cuda
safetensors "$work/x" '{"input":{"dtype":"F32","shape":[2,3,8,8],"data_offsets":[0,1536]},"labels":{"dtype":"U8","shape":[2],"data_offsets":[1536,1538]}}' 1538
works forward --weights "$run" --input "$work/x" --output "$work/y" --gradients "$work/g" --device cuda
works step "$run" --device cuda --to "$work/step.csv"
works stat resnet20 --device cuda
works bench --model resnet20 --steps 1 --batch-size 4 --image-size 8 --device cuda
says 'the steps above are recorded once and replayed'
works bench --model resnet20 --steps 1 --batch-size 4 --image-size 8 --device cuda --json
says '"gpu":"'
command="KERNELS=cuda eca bench --device cpu"
KERNELS=cuda "$eca" bench --steps 1 --batch-size 4 --image-size 8 --device cpu >"$work/output" 2>&1 || fail "$command"
grep -q '^ecagrad: .*cuda kernels' "$work/output" && fail "$command: computed on the GPU"

conclude
