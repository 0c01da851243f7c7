#!/bin/sh
# Tests what `eca` does with the folders, files and words that people have:
#
#   tests/experiments/doors_data_test.sh build/eca
suite=doors_data_test eca=$1
. tests/experiments/checks.sh

# A folder of two classes: images of another program, and what lies beside them.
images=tests/data/images/files
folder=$work/pictures
for split in train test; do
  for class in cat dog; do
    mkdir -p "$folder/$split/$class/sub"
    cp "$images/$(ls "$images" | grep '\.jpg$' | head -n 1)" "$folder/$split/$class/1.jpg"
    cp "$images/$(ls "$images" | grep '\.png$' | head -n 1)" "$folder/$split/$class/sub/2.PNG"
  done
done
echo notes >"$folder/train/cat/readme.txt"
echo x >"$folder/train/Thumbs.db"
echo x >"$folder/train/dog/3.webp"
mkdir "$folder/train/bird"

train() { run_checked "$1" train --batch-size 2 --steps 1 --image-size 8 --out "$work/run" --data "$2" "$3" "$4"; }

train 0 "folder:$folder" --epochs 1
says "passed over 2 files that are no images: 1 .txt, 1 Thumbs.db"
says "passed over 1 image in a format that is not read here: 1 .webp"
says "classes without training images: bird"
says "classes without test images: bird"

run_checked 1 train --strict --data "folder:$folder" --out "$work/strict"
says "$folder/train: classes without training images: bird"
run_checked 1 train --strict --data synthetic --out "$work/strict"
says 'strict: expected only with data of folder:DIR, found "synthetic"'
run_checked 1 train --data "folder:$work/nowhere" --out "$work/strict"
says "$work/nowhere: there is no such folder"

echo nonsense >"$folder/train/cat/bad.jpg"
run_checked 1 train --data "folder:$folder" --out "$work/bad"
says "$folder/train/cat/bad.jpg"
run_checked 0 train --skip-bad --data "folder:$folder" --steps 1 --image-size 8 --out "$work/bad"
says "skipped: $folder/train/cat/bad.jpg"
says "batch-size: 128, but there are 5 training images: each step takes all of them"
run_checked 0 eval "$work/bad"
says "skipped: $folder/train/cat/bad.jpg"  # the data are those of the run, with their options

run_checked 0 train --data "folder:$folder/test,test=0.5" --steps 1 --batch-size 1 --image-size 8 --augment none --out "$work/divided"
run_checked 0 train --exif --data "folder:$folder,skip-bad=true" --steps 1 --image-size 8 --out "$work/exif"

# A folder, and a bad image among good ones.
run_checked 1 predict "$work/bad" "$folder/train/cat"
says "1.jpg: "
says "sub/2.PNG: "
says "bad.jpg: "
says "passed over 1 file that is no image: 1 .txt"
run_checked 0 predict --no-exif "$work/bad" "$folder/test"
mkdir "$work/empty"
run_checked 1 predict "$work/bad" "$work/empty"
says "$work/empty: holds no images"

# NumPy files.
numpy=tests/data/files
run_checked 0 train --data "npy:$numpy/images.npy,$numpy/labels_i8.npy,test=0.5" --steps 1 --batch-size 2 --augment none --out "$work/npy"
says "set apart to test with"
run_checked 1 train --data "npy:$numpy/fortran.npy,$numpy/labels_i8.npy" --out "$work/npy2"
says "fortran.npy: is in Fortran order"

# Words.
run_checked 2 trian
says 'eca: unknown command "trian" (did you mean "train"?)'
run_checked 2 train --epohcs 3
says 'eca: train: unknown option --epohcs (did you mean "--epochs"?)'
run_checked 2 eval "$work/bad" --exmples=1
says 'did you mean "--examples"?'
run_checked 2
says "SUBCOMMAND"
run_checked 0 --version
says "ecagrad"
run_checked 2 train --epochs 2 --epochs 3
says "--epochs"

conclude
