#!/bin/sh
# Everything that docs/attention-compared.md shows, from the runs of experiments/ablations/attention_maps.txt:
#   experiments/explain/compare_seeds.sh [RUNS [OUT [IMAGES]]]
#
# OUT/explain-arms.md, .csv, .png: the arms' numbers with intervals over the seeds; OUT/maps.png: maps of all runs, side by side. For the
# page, explain-arms.png is docs/attention-compared-gates.png, and maps.png docs/attention-compared-maps.png.
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-runs/ablations/attention_maps}
out=${2:-$runs}
images=${3:-200}
eca=${ECA:-build/eca}

"$eca" explain "$runs" --test-images "$images" --out "$out"

# All finished runs, in the order of the arms.
set --
for arm in $(sed -n 's/^arm \([A-Za-z0-9_-]*\):.*/\1/p' "$runs/ablation.txt"); do
  for run in "$runs/$arm"/seed-*; do
    if [ -f "$run/weights.safetensors" ]; then set -- "$@" "$run"; fi
  done
done
first=$1
shift
"$eca" explain "$first" ${1:+--compare} "$@" --test-images 0 --count 5 --out "$out/maps"
mv "$out/maps/explain.png" "$out/maps.png"
rm -r "$out/maps"
