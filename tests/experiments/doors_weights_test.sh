#!/bin/sh
# Weights as people have them, through the command line: files of other kinds, of PyTorch, of this program; fine-tuning.
#   tests/experiments/doors_weights_test.sh PROGRAM
suite=doors_weights
eca=$1
. "$(dirname "$0")/checks.sh"
golden=$(dirname "$0")/../golden/pytorch

tiny="--data synthetic:n=32,test=20,size=8,classes=4 --batch-size 8 --augment none --epochs 1"
run=$work/run
# shellcheck disable=SC2086
works train $tiny --model resnet20 --attention eca:k=357 --out "$run"

# What is no safetensors file.
for command in info "eval --model eca_resnet20 --data synthetic"; do
  # shellcheck disable=SC2086
  refused 'is a PyTorch file (.pth, .pt): convert it first, `python experiments/convert_pytorch.py' $command "$golden/block.pth.tar"
done
refused 'is a PyTorch file' info "$golden/block_old.pth"
refused 'is a PyTorch file' train --init "$golden/block_old.pth" --model eca_resnet20 --out "$work/no"
[ ! -e "$work/no" ] || fail "train --init of a wrong file made a run directory"
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n' >"$work/w"
refused 'is a pointer of git-lfs' info "$work/w"
printf '<!DOCTYPE html><html>' >"$work/w"
refused 'is a web page (HTML)' info "$work/w"
refused 'cannot be opened' info "$work/none"
mkdir "$work/empty"
refused 'no weights in this directory: expected weights.safetensors or last.safetensors' info "$work/empty"
works info "$golden/block.safetensors"
says 'F16'
says 'none (not written by this program)'
says 'network: not named; none of `eca list` fits as it is'

# forward: the input is blamed for what is wrong with the input, and labels are of any whole type.
x='"input":{"dtype":"F32","shape":[2,3,8,8],"data_offsets":[0,1536]}'
safetensors "$work/x" "{$x}" 1536
works forward --weights "$run" --input "$work/x" --output "$work/y"
works forward --weights "$run/last.safetensors" --input "$work/x" --output "$work/y"
works forward --weights "$run" --model eca_resnet20 --input "$work/x" --output "$work/y"
says 'k = 357 of eca, read off the weights'
works forward --weights "$run" --model resnet20 --input "$work/x" --output "$work/y" # the run's own attention
refused '"layer1.0.eca.conv.weight" has k = 3, the network k = 5: --attention eca:k=357 fits' \
  forward --weights "$run" --model eca_resnet20 --attention eca:k=5 --input "$work/x" --output "$work/y"
for type in I64:8 I32:4 I16:2 U8:1 I8:1 BOOL:1; do
  bytes=$((2 * ${type#*:}))
  end=$((1536 + bytes))
  labels="\"labels\":{\"dtype\":\"${type%:*}\",\"shape\":[2],\"data_offsets\":[1536,$end]}"
  safetensors "$work/x" "{$x,$labels}" $end
  works forward --weights "$run" --input "$work/x" --output "$work/y" --gradients "$work/g"
  says 'loss '
done
safetensors "$work/x" "{$x,\"labels\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1536,1544]}}" 1544
refused "$work/x: tensor \"labels\": expected whole numbers (int64, int32, uint8, ...), found float32" \
  forward --weights "$run" --input "$work/x" --output "$work/y"
safetensors "$work/x" "{$x,\"labels\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1536,1539]}}" 1539
refused "$work/x: tensor \"labels\": expected shape (2), a label for each image, found (3)" \
  forward --weights "$run" --input "$work/x" --output "$work/y"
{
  header="{$x,\"labels\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1536,1538]}}"
  number ${#header}
  printf %s "$header"
  head -c 1536 /dev/zero
  printf '\001\011'
} >"$work/x"
refused "$work/x: tensor \"labels\": expected classes from 0 to 3, found 9" \
  forward --weights "$run" --input "$work/x" --output "$work/y"
safetensors "$work/x" '{"input":{"dtype":"F32","shape":[2,8,8,3],"data_offsets":[0,1536]}}' 1536
refused "$work/x: tensor \"input\" (2,8,8,3): expected (N,C,H,W) with C = 3, the channels that the weights take; this looks like (N,H,W,C)" \
  forward --weights "$run" --input "$work/x" --output "$work/y"
safetensors "$work/x" '{"input":{"dtype":"F32","shape":[2,1,8,8],"data_offsets":[0,512]}}' 512
refused "$work/x: tensor \"input\" (2,1,8,8): expected (N,C,H,W) with C = 3" \
  forward --weights "$run" --input "$work/x" --output "$work/y"
safetensors "$work/x" '{"input":{"dtype":"U8","shape":[64],"data_offsets":[0,64]}}' 64
refused "$work/x: tensor \"input\" (64): expected (N,C,H,W)" forward --weights "$run" --input "$work/x" --output "$work/y"
safetensors "$work/x" '{"images":{"dtype":"F32","shape":[2,3,8,8],"data_offsets":[0,1536]}}' 1536
refused 'no tensor "input" among its 1; most alike: "images"' \
  forward --weights "$run" --input "$work/x" --output "$work/y"
safetensors "$work/x" "{$x}" 1536
refused 'no tensor "labels" (N whole numbers), which --gradients needs' \
  forward --weights "$run" --input "$work/x" --output "$work/y" --gradients "$work/g"

# The same weights without their card, as another program's: those of this program with the metadata taken out.
strip() {
  length=$(od -An -N8 -tu8 "$1" | tr -d ' ')
  header=$(tail -c +9 "$1" | head -c "$length" | sed 's/"__metadata__":{.*"sha256":"[0-9a-f]*"},//; s/ *$//')
  { number ${#header}; printf %s "$header"; tail -c +$((9 + length)) "$1"; } >"$2"
}
strip "$run/weights.safetensors" "$work/foreign"
works info "$work/foreign"
says 'none (not written by this program)'
says 'network: not named; --model eca_resnet20 fits'
length=$(od -An -N8 -tu8 "$work/foreign" | tr -d ' ')
header=$(tail -c +9 "$work/foreign" | head -c "$length" | sed 's/^{"/{"module./; s/},"/},"module./g')
{ number ${#header}; printf %s "$header"; tail -c +$((9 + length)) "$work/foreign"; } >"$work/parallel"
works info "$work/parallel"
says 'network: not named; --model eca_resnet20 fits'
says 'names: all begin with "module.", which is left out where they are read'
says ' module.fc.weight'
refused 'does not say which network it belongs to' eval "$work/foreign" --data synthetic
refused 'does not say which network it belongs to' predict "$work/foreign" "$work/x"
refused 'did you mean "eca_resnet20"?' eval "$work/foreign" --model eca_resnet2 --data synthetic
data="--data synthetic:n=32,test=20,size=8,classes=4"
# shellcheck disable=SC2086
works eval "$run" $data
own=$(grep 'test accuracy' "$work/output" | sed 's/,[^,]*$//')
# shellcheck disable=SC2086
works eval "$work/foreign" --model eca_resnet20 $data
says 'k = 357 of eca, read off the weights'
says 'does not name its classes; those of synthetic test are taken in their order'
says "$own"
refused 'they have the attention module eca, the network none: --model eca_resnet20 has it' \
  eval "$work/foreign" --model resnet20 --data synthetic

# predict: normalisation and names of classes.
printf '\211PNG' >"$work/bad.png"
printf 'horizontal stripes\nvertical stripes\ndiagonal stripes\ncheckers\n' >"$work/names"
refused 'does not say how the images it was trained on were normalised; give it with --mean and --std' \
  predict "$work/foreign" "$work/bad.png" --model eca_resnet20
refused 'does not say how the images it was trained on were normalised; give it with --mean and --std, or --data' \
  explain "$work/foreign" "$work/bad.png" --model eca_resnet20
refused 'mean: "0.5;0.5", expected a number for each channel' \
  predict "$work/foreign" "$work/bad.png" --model eca_resnet20 --mean '0.5;0.5' --std 1,1,1
refused 'std: "0,0,0", expected a number for each channel' \
  predict "$work/foreign" "$work/bad.png" --model eca_resnet20 --mean 0,0,0 --std 0,0,0
refused 'std: 1 numbers, expected 3' predict "$work/foreign" "$work/bad.png" --model eca_resnet20 --std 1
refused 'image-size: 2, expected 4 to 4096' predict "$work/foreign" "$work/bad.png" --model eca_resnet20 --image-size 2
refused 'bad.png' predict "$work/foreign" "$work/bad.png" --model eca_resnet20 --mean 0,0,0 --std 1,1,1
# shellcheck disable=SC2086
works eval "$work/foreign" --model eca_resnet20 --classes "$work/names" $data
says "$own"
printf 'ant\nbee\ncow\ndog\n' >"$work/names"
# shellcheck disable=SC2086
refused "classes that $work/names does not name: horizontal stripes, vertical stripes" \
  eval "$work/foreign" --model eca_resnet20 --classes "$work/names" $data
printf 'ant\nbee\n' >"$work/names"
# shellcheck disable=SC2086
refused '2 names of classes, expected 4' eval "$work/foreign" --model eca_resnet20 --classes "$work/names" $data

# Fine-tuning.
three="--data synthetic:n=32,test=20,size=8,classes=3 --batch-size 8 --augment none --epochs 1"
refused '--model eca_resnet20 fits' train --init "$work/foreign" --out "$work/tuned"
# shellcheck disable=SC2086
works train $three --init "$work/foreign" --model eca_resnet20 --freeze conv1,bn1,layer1 --out "$work/tuned"
says 'last layer fc: fresh, as there are 4 classes there and 3 here'
grep -q '^attention = eca:k=357$' "$work/tuned/config.txt" || fail "config.txt does not hold the k of the weights"
grep -q '^freeze = conv1,bn1,layer1$' "$work/tuned/config.txt" || fail "config.txt does not hold --freeze"
grep -q "^init = $work/foreign\$" "$work/tuned/config.txt" || fail "config.txt does not hold --init"
works eval "$work/tuned"
works train --resume --out "$work/tuned"
refused 'freeze: expected conv1,bn1,layer1, found layer2' \
  train --resume --freeze layer2 --out "$work/tuned"
refused "init: expected $work/foreign, found $run" train --resume --init "$run" --out "$work/tuned"
# shellcheck disable=SC2086
works train $tiny --init "$run" --out "$work/again"
says 'last layer fc: kept, 4 classes there and here'
# shellcheck disable=SC2086
refused 'freeze: "layr1" fits no parameter (did you mean "layer1"?)' \
  train $tiny --init "$run" --freeze layr1 --out "$work/no"
# shellcheck disable=SC2086
refused 'nothing is left to train' train $tiny --freeze '*' --out "$work/no"
# shellcheck disable=SC2086
refused '--attention eca:k=357 fits' train $tiny --init "$work/foreign" --model eca_resnet20 --attention eca:k=3 --out "$work/no"
[ ! -e "$work/no" ] || fail "a refused training made a run directory"

conclude
