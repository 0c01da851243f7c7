#!/bin/sh
# eca explain: what it writes, for which networks, and every message of what is wrong.
#   tests/experiments/explain_test.sh PROGRAM
suite=explain
eca=$1
. "$(dirname "$0")/checks.sh"

small="--data synthetic:n=32,test=30,size=12,classes=6 --batch-size 8 --augment none --steps 1"
for model in resnet20 se_resnet20 eca_resnet20; do
  # shellcheck disable=SC2086
  works train $small --model $model --out "$work/$model"
done
run=$work/eca_resnet20
quick="--test-images 6 --count 2"

never_says() { ! grep -q -F -e "$1" "$work/output" || fail "$command: did not expect the text: $1"; }
holds() { checks=$((checks + 1)); grep -q -F -e "$2" "$1" || fail "$1: expected the text: $2"; }
lacks() { checks=$((checks + 1)); ! grep -q -F -e "$2" "$1" || fail "$1: did not expect the text: $2"; }
is_png() { checks=$((checks + 1)); [ "$(head -c 4 "$1" | tail -c 3)" = PNG ] || fail "$1 is no PNG"; }

# One run: a page that needs no other file and no network, and a sheet.
# shellcheck disable=SC2086
works explain "$run" $quick
says 'layer layer3.2'
says '6 images of synthetic test, mean and 95 % interval:'
says 'on object'
says "page: $run/explain.html, contact sheet: $run/explain.png, channels: $run/explain-channels.png, numbers: $run/explain.json"
is_png "$run/explain.png"
is_png "$run/explain-channels.png"
for text in '"network": "eca_resnet20"' '"structure": "band of 3"' '"kernel": [' '"on_object": {' '"between_classes": ' '"half_width": '; do
  holds "$run/explain.json" "$text"
done
for text in 'Where the answer comes from' 'Do these places matter?' 'Channels before and after attention' \
  'Which channels are opened' 'From means to gates' 'band of 3' 'k = 3' Grad-CAM++ 'horizontal stripes'; do
  holds "$run/explain.html" "$text"
done
lacks "$run/explain.html" 'http'
lacks "$run/explain.html" '<script'
lacks "$run/explain.html" 'src="/'
[ "$(grep -c '<section\|<img' "$run/explain.html")" -gt 5 ] || fail "explain.html has few pictures"

# The same again is the same, whatever the number of threads; the maps whatever the ops, too.
cp "$run/explain.png" "$work/first.png"
cp "$run/explain-channels.png" "$work/first-channels.png"
cp "$run/explain.json" "$work/first.json"
# shellcheck disable=SC2086
works explain "$run" $quick --threads 1
cmp -s "$work/first.png" "$run/explain.png" || fail "the sheet of one thread is another"
cmp -s "$work/first-channels.png" "$run/explain-channels.png" || fail "the channels of one thread are others"
sed -n '/"models"/,$p' "$work/first.json" >"$work/first"
sed -n '/"models"/,$p' "$run/explain.json" | cmp -s - "$work/first" || fail "the numbers of one thread are others"
works explain "$run" --test-images 0 --count 2 --out "$work/fused"
works explain "$run" --test-images 0 --count 2 --ops plain --out "$work/plain"
cmp -s "$work/fused/explain.png" "$work/plain/explain.png" || fail "the maps of plain ops are others"
cmp -s "$work/fused/explain-channels.png" "$work/plain/explain-channels.png" || fail "the channels of plain ops are others"

# Files, a layer, a class by name and by number, and another folder.
image=tests/data/images/files/$(ls tests/data/images/files | grep '\.png$' | head -n 1)
works explain "$run" "$image" --test-images 0 --layer layer2.0 --class disc --method gradcam --block layer1.1 --out "$work/new/folder"
says 'layer layer2.0'
says 'no test images are averaged over: gates by class, kernels and averages are left out'
holds "$work/new/folder/explain.html" 'layer1.1.eca'
holds "$work/new/folder/explain.html" 'disc<br>'
lacks "$work/new/folder/explain.html" 'Do these places matter?'
works explain "$run" "$image" --test-images 0 --class 5 --out "$work/five"
holds "$work/five/explain.html" 'ring<br>'

# A folder of images, with what else lies in one; the sheet of channels goes where there are none any more.
mkdir -p "$work/folder/below"
cp "$image" "$work/folder/a.png"
cp "$image" "$work/folder/below/b.png"
cp "$image" "$work/folder/c.png"
echo x >"$work/folder/notes.txt"
works explain "$run" "$work/folder" --test-images 0 --method gradcam --out "$work/folded"
says "$work/folder: passed over 1 file that is no image: 1 .txt"
[ "$(grep -c '"image": ' "$work/folded/explain.json")" -eq 3 ] || fail "not three images of a folder"
is_png "$work/folded/explain-channels.png"
works explain "$work/resnet20" "$work/folder" --test-images 0 --count 2 --out "$work/folded"
says 'the first 2 of 3 images are shown; --count says how many'
[ "$(grep -c '"image": ' "$work/folded/explain.json")" -eq 2 ] || fail "not two images of a folder"
[ ! -e "$work/folded/explain-channels.png" ] || fail "channels of another page are left"
printf '\211PNG' >"$work/folder/bad.png"
refused "eca: $work/folder/bad.png: " explain "$run" "$work/folder" --test-images 0 --out "$work/folded"
[ "$(grep -c '"image": ' "$work/folded/explain.json")" -eq 3 ] || fail "a bad image keeps others from being shown"
mkdir "$work/empty" "$work/bad"
refused "$work/empty: holds no images" explain "$run" "$work/empty" --test-images 0
cp "$work/folder/bad.png" "$work/bad/1.png"
cp "$work/folder/bad.png" "$work/bad/2.png"
refused "$work/bad: none of the images can be read" explain "$run" "$work/bad" --test-images 0

# Weights of other programs, which do not name their network.
LC_ALL=C sed 's/"card"/"cart"/; s/"sha256"/"shb256"/; s/"ecagrad_format"/"ecagrad_formau"/' "$work/se_resnet20/weights.safetensors" >"$work/bare.safetensors"
# shellcheck disable=SC2086
works explain "$run" --compare "se_resnet20=$work/bare.safetensors" $quick --out "$work/bared"
holds "$work/bared/explain.html" 'se_resnet20, Grad-CAM'
holds "$work/bared/explain.html" 'Minus eca_resnet20, image by image'
works explain "$run" "$image" --compare "resnet20+se=$work/bare.safetensors" --mean 0.5,0.5,0.5 --std 0.2,0.2,0.2 --test-images 0 --out "$work/bared"
refused "$work/bare.safetensors: does not say how the images it was trained on were normalised" \
  explain "$run" "$image" --compare "se_resnet20=$work/bare.safetensors" --test-images 0
refused "$work/bare.safetensors: does not say which network it belongs to, as files of other programs do not; expected --compare se_resnet20=$work/bare.safetensors, which fits" \
  explain "$run" --compare "$work/bare.safetensors"
refused "--compare se_resnet20=$work/none: there is no such file or folder; expected a run, a file of weights, or NETWORK=FILE" \
  explain "$run" --compare "se_resnet20=$work/none"
refused 'model: unknown name "se_resnet21" (did you mean "se_resnet20"?)' explain "$run" --compare "se_resnet21=$work/bare.safetensors"
refused '--model se_resnet20 fits' explain "$run" --compare "resnet56=$work/bare.safetensors"

# Several runs, one without attention.
# shellcheck disable=SC2086
works explain "$work/resnet20" --compare "$work/se_resnet20" "$run" $quick --out "$work/compared"
says 'resnet20 has no channel attention: gates, feature maps and kernels are left out'
says 'minus that of resnet20'
holds "$work/compared/explain.html" 'se_resnet20, Grad-CAM'
holds "$work/compared/explain.html" 'Minus resnet20, image by image'
holds "$work/compared/explain.html" 'eca_resnet20, layer3.2.eca'
# shellcheck disable=SC2086
works explain "$work/resnet20" $quick
lacks "$work/resnet20/explain.html" 'Which channels are opened'

# Wrong words.
refused_with 2 'did you mean "--layer"' explain "$run" --layr layer1
refused_with 2 '--count' explain "$run" --count 0
refused 'no layer "layer3.3" with a map (did you mean "layer3.' explain "$run" --test-images 0 --layer layer3.3
says 'there are conv1, bn1, layer1.0.conv1'
refused 'no block "layer9" with attention' explain "$run" --test-images 0 --block layer9
says 'there are layer1.0.eca, layer1.1.eca'
refused 'no class "disk" (did you mean "disc"?); there are horizontal stripes, ' explain "$run" --class disk
refused 'no class "6"' explain "$run" --class 6
refused 'no class "rings" (did you mean "ring"?)' explain "$run" --gate-classes disc,rings
refused 'method: "gradcan" (did you mean "gradcam"?), expected cam, gradcam or gradcam++' explain "$run" --method gradcan
refused 'CAM of layer2: between it and the scores there must be global average pooling' \
  explain "$run" --method cam --layer layer2 --test-images 0
printf '\211PNG' >"$work/bad.png"
refused "$work/bad.png: " explain "$run" "$work/bad.png" --test-images 0
refused "$work/none.png" explain "$run" "$work/none.png" --test-images 0
refused "$work/nowhere" explain "$work/nowhere"
works train --data synthetic:n=32,test=20,size=8,classes=4 --batch-size 8 --augment none --steps 1 --model resnet20 --out "$work/four"
refused '--compare needs networks of the same classes and channels' explain "$run" --compare "$work/four"
says '4 classes (horizontal stripes, vertical stripes, diagonal stripes, checkers)'
refused 'classes that the network of' explain "$work/four" --data synthetic:n=10,test=10,size=8
refused 'was trained on images of 3 channels and 6 classes; npy has 1 channels and 3 classes' \
  explain "$run" --data npy:tests/data/files/grey.npy,tests/data/files/labels_u1.npy,test=0.5
cp "$run/weights.safetensors" "$work/alone.safetensors"
refused 'has no config.txt that names the data: name image files, or the data with --data' explain "$work/alone.safetensors"
echo x >"$work/file"
refused "$work/file" explain "$run" --test-images 0 "$image" --out "$work/file"
# shellcheck disable=SC2086
works train $small --model resnet20 --lr 1e12 --schedule constant --out "$work/huge"
refused 'is not finite (NaN or infinity)' explain "$work/huge" --test-images 0

# The arms of an ablation over seeds.
cat >"$work/arms.txt" <<EOF
data = synthetic:n=32,test=30,size=12,classes=6
model = resnet20
batch-size = 8
augment = none
steps = 2
seeds = 1 2
arm none:
arm eca: attention = eca
EOF
works ablate "$work/arms.txt" --out "$work/arms" --jobs 1
works explain "$work/arms" --test-images 12
says 'none seed 1: accuracy '
says '| accuracy | eca - none | 2 | '
says '| none, eca | '
says "written: $work/arms/explain-arms.md, .csv, .png"
is_png "$work/arms/explain-arms.png"
holds "$work/arms/explain-arms.csv" 'eca,2,layer3.2.eca,"gate, between classes",'
cp "$work/arms/explain-arms.csv" "$work/arms.csv"
works explain "$work/arms" --test-images 12 --threads 1 --out "$work/arms2"
cmp -s "$work/arms.csv" "$work/arms2/explain-arms.csv" || fail "the numbers of one thread are others"
rm "$work/arms/eca/seed-2/weights.safetensors"
works explain "$work/arms" --test-images 6
says 'eca seed 2 is not finished and left out.'
refused "$work/arms is the folder of an ablation, whose runs are compared over test images: --compare has no meaning there" \
  explain "$work/arms" --compare "$run"
refused 'images has no meaning there' explain "$work/arms" "$image"
refused '--test-images 0 has no meaning there' explain "$work/arms" --test-images 0
mkdir "$work/unborn"
cp "$work/arms/ablation.txt" "$work/unborn"
refused "$work/unborn: holds no finished run of 4" explain "$work/unborn"

conclude
