#!/bin/sh
# What the program answers when something is not as it should be: output that cannot be written, numbers that overflow, folders
# that may not be written, words that are given twice or too large.
#   tests/experiments/answers_test.sh PROGRAM
suite=answers
eca=$1
. "$(dirname "$0")/checks.sh"

never_says() { ! grep -q -F -e "$1" "$work/output" || fail "$command: did not expect the text: $1"; }

small="--data synthetic:n=32,test=20,size=8,classes=4 --batch-size 8 --augment none --model resnet20"
tiny="$small --epochs 1"
run=$work/run
# shellcheck disable=SC2086
works train $tiny --out "$run"
image=tests/data/images/files/$(ls tests/data/images/files | grep '\.png$' | head -n 1)

# Output that cannot be written.
lost() {
  checks=$((checks + 1))
  command="eca $* >/dev/full"
  "$eca" "$@" 2>"$work/output" >/dev/full
  [ $? -eq 1 ] || fail "$command: expected exit code 1"
  says 'standard output: could not be written'
}
lost stat --json eca_resnet20
lost list
lost info
lost info "$run"
lost eval "$run"
lost predict "$run" "$image"
# shellcheck disable=SC2086
lost train $tiny --out "$work/lost"
[ -e "$work/lost/weights.safetensors" ] || fail "a training whose output was lost did not finish"

# Evaluation that overflows.
# shellcheck disable=SC2086
works train $tiny --steps 1 --lr 1e12 --schedule constant --out "$work/huge"
says '20 images have answers that are not finite (NaN or infinity), and count as wrong'
says 'not finite: output of '
says 'test accuracy 0.00 %'
[ ! -e "$work/huge/best.safetensors" ] || fail "an evaluation that overflowed was chosen as best"
refused '20 images have answers that are not finite' eval "$work/huge"
says 'test accuracy 0.00 %'
refused "$image: the answer is not finite (NaN or infinity)" predict "$work/huge" "$image"
says 'not finite: output of '
never_says 'nan %'

# Weights in a folder that may not be written (which root always may: a file where the folder should be stands for it).
cp -r "$run" "$work/closed"
rm -f "$work/closed/confusion.txt"
mkdir "$work/closed/confusion.txt"
works eval "$work/closed"
says 'test accuracy'
says 'confusion matrix: not written'
works eval "$work/closed" --out "$work/elsewhere/new"
[ -s "$work/elsewhere/new/confusion.txt" ] || fail "eval --out wrote no confusion.txt"
echo x >"$work/file"
refused "$work/file" eval "$run" --out "$work/file"
says 'test accuracy'
works eval "$run"
before=$(cat "$run/confusion.txt")
works eval "$run" --data synthetic:n=32,test=60,size=8,classes=4
says 'not written, as these are not the data of the run'
[ "$before" = "$(cat "$run/confusion.txt")" ] || fail "other data overwrote the confusion matrix of the run"

# Predictions go past a bad file, and can be read by programs.
printf '\211PNG' >"$work/bad.png"
run_checked 1 predict --json --top 2 "$run" "$image" "$work/bad.png" "$image"
[ "$(grep -c '^{"classes":\[{"class":"[^"]*","probability":[0-9.e-]*},{[^]]*}\],"image":"'"$image"'"}$' "$work/output")" -eq 2 ] ||
  fail "predict --json: expected two objects with two classes"
[ "$(grep -c '^{"error":".*","image":".*bad.png"}$' "$work/output")" -eq 1 ] || fail "predict --json: expected an error"

# More than 5 classes.
works train --data synthetic:n=32,test=20,size=8,classes=6 --batch-size 8 --augment none --steps 1 --out "$work/six"
grep -q '^epoch .* top-5 *[0-9.]* %   [0-9]* img/s' "$work/output" || fail "train: an epoch of 6 classes has no top-5 accuracy"
grep -q '^test accuracy [0-9.]* %, top-5 [0-9.]* %, [0-9.]* s' "$work/output" || fail "train: no top-5 accuracy of 6 classes"
works eval "$work/six"
grep -q '^test accuracy [0-9.]* %, top-5 [0-9.]* %, test loss' "$work/output" || fail "eval: no top-5 accuracy of 6 classes"
works eval "$run"
never_says top-5

# Weights of classes and balanced sampling decide numbers, and are resumed with.
for setting in class-weights=balanced class-weights=1,2,3,4 sampling=balanced; do
  out=$work/uneven-$setting
  # shellcheck disable=SC2086
  works train $small --epochs 3 --$setting --threads 1 --out "$out"
  sha=$(sed -n 's/.*weights sha256 //p' "$work/output")
  # shellcheck disable=SC2086
  works train $small --epochs 3 --$setting --threads 3 --out "$out-again"
  says "$sha"
  grep -q "^${setting%=*} = ${setting#*=}\$" "$out/config.txt" || fail "config.txt does not hold $setting"
  refused "${setting%=*}" train --resume --"${setting%=*}" none --out "$out"
done
# shellcheck disable=SC2086
refused 'sampling: "even", expected all or balanced' train $tiny --sampling even --out "$work/no"
# shellcheck disable=SC2086
refused 'class-weights: "1,2": no weight of class' train $tiny --class-weights 1,2 --out "$work/no"

# Milestones in epochs: 4 steps each.
# shellcheck disable=SC2086
works train $small --epochs 3 --lr 0.1 --schedule step:at=1/2,gamma=0.5 --out "$work/steps"
[ "$(cut -d, -f3 "$work/steps/metrics.csv" | tr '\n' ' ')" = 'lr 0.1 0.05 0.025 ' ] || fail "wrong rates of step:at=1/2"
never_says milestone
# shellcheck disable=SC2086
works train $small --epochs 3 --lr 0.1 --schedule step:at=1/3/60 --out "$work/late"
says 'warning: schedule step:at=1/3/60: the run ends after 3 epochs and does not reach its milestones 3, 60: the rate stays as it is'

# A run may be looked at from another folder. It holds two images of two classes for training, and as many to test with.
mkdir -p "$work/photos/train/cat" "$work/photos/train/dog" "$work/there/c#"
cp "$image" "$work/photos/train/cat/1.png"
cp "$image" "$work/photos/train/dog/1.png"
cp -r "$work/photos/train" "$work/photos/test"
program=$(realpath "$eca")
(
  cd "$work/there" || exit
  "$program" train --data folder:../photos --model resnet20 --image-size 8 --batch-size 2 --augment none --steps 1 --out c#/run \
    --init "../run" && cd c# && "$program" eval run --data folder:../../photos && "$program" eval run
) >"$work/output" 2>&1 || fail "eval of a run from another folder"
says 'confusion matrix: run/confusion.txt'
never_says 'not written'
grep -q "^data = folder:.*/photos\$" "$work/there/c#/run/config.txt" || fail "config.txt holds a relative path of data"

# Images in DIR/CLASS alone are evaluated on, all of them, but not trained on.
works eval "$work/there/c#/run" --data "folder:$work/photos/train"
says '2 images of '
refused 'folder:DIR,test=0.2 to set a fifth of the images apart' train --data "folder:$work/photos/train" --out "$work/no"
refused 'all images are to test with (test=1)' train --data "folder:$work/photos/train,test=1" --out "$work/no"

# Optimisers.
# shellcheck disable=SC2086
works train $tiny --steps 1 --optimizer adam --out "$work/adam"
grep -q '^lr = 0.001$' "$work/adam/config.txt" || fail "adam has no learning rate of its own"
! grep -q '^momentum' "$work/adam/config.txt" || fail "config.txt of adam holds a momentum"
works train --config "$work/adam/config.txt" --out "$work/adam-again"
# shellcheck disable=SC2086
refused 'momentum: expected only with the optimizer sgd, found "adam"' train $tiny --optimizer adam --momentum 0.9 --out "$work/no"
[ ! -e "$work/no" ] || fail "a refused option made a folder"
refused 'nesterov: expected only with the optimizer sgd, found "adam"' train --resume --nesterov false --out "$work/adam"

# The command line.
works train --help
says 'fewer are left of an epoch, and are not trained on in it'
works --version
grep -q '^ecagrad [0-9.]*$' "$work/output" || fail "--version does not tell the version"
grep -Eq '(g\+\+|clang) [0-9]' "$work/output" || fail "--version does not tell the compiler"
grep -Eq 'AVX-512|AVX2|NEON|SSE2|scalar' "$work/output" || fail "--version does not tell the instruction set"
run_checked 2
says 'Subcommands:'
run_checked 2 train --epochs 2 --seed 1 --epochs 3
says 'eca: train: the option --epochs is given twice'
refused 'epochs: 99999999999, expected at least 1 and at most 1e9' train --epochs 99999999999
refused 'epochs: "99999999999999999999", expected a whole number of at most 18 digits' train --epochs 99999999999999999999
printf '\357\273\277model = resnet20\n' >"$work/marked.txt"
# shellcheck disable=SC2086
works train --config "$work/marked.txt" --data synthetic:n=32,test=20,size=8,classes=4 --steps 1 --out "$work/marked"
grep -q '^model = resnet20$' "$work/marked/config.txt" || fail "a byte order mark hid the first key"

conclude
