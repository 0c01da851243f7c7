#!/bin/sh
# Downloads the binary version of CIFAR-10 (162 MB) into data/cifar-10-batches-bin, and checks it.
set -eu
url=https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz
md5=c32a1d4ab5d03f1284b67883e8d87530  # as published on https://www.cs.toronto.edu/~kriz/cifar.html
folder=data/cifar-10-batches-bin

if [ -e "$folder/test_batch.bin" ]; then
  echo "$folder is already there"
  exit
fi

work=$(mktemp -d data/cifar-10.XXXXXX.tmp)  # beside its destination, so that the last step is one rename
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

give_up() {
  echo "CIFAR-10: $1" >&2
  echo "Download $url by other means, and unpack it so that $folder/data_batch_1.bin exists:" >&2
  echo "  tar -xzf cifar-10-binary.tar.gz -C data" >&2
  exit 1
}

echo "downloading $url"
if command -v curl >/dev/null; then
  curl --fail --location --connect-timeout 20 --output "$work/archive.tar.gz" "$url" || give_up "could not be reached"
elif command -v wget >/dev/null; then
  wget --timeout=20 --tries=2 --output-document="$work/archive.tar.gz" "$url" || give_up "could not be reached"
else
  give_up "neither curl nor wget is installed"
fi

found=$(md5sum "$work/archive.tar.gz" | cut -d ' ' -f 1)
[ "$found" = "$md5" ] || give_up "the archive is damaged: MD5 $found, expected $md5"
tar -xzf "$work/archive.tar.gz" -C "$work" || give_up "the archive could not be unpacked"
rm -rf "$folder"
mv "$work/cifar-10-batches-bin" "$folder"
echo "$folder: 50000 training and 10000 test images. Train on them: build/eca train --data cifar10:$folder"
