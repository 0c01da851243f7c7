#!/bin/sh
# make bench: speed, time by layer and memory of the standard networks. Options are passed on to `eca bench`:
#
#   experiments/bench/bench.sh --threads 1 --seconds 20
#
# Writes one line of JSON a network into build/bench/DATE-TIME.jsonl, and prints a table of them.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/bench
results=build/bench/$(date +%Y%m%d-%H%M%S).jsonl

# number KIND KEY: of training or inference, images_per_second or peak_memory_mib, in the last line of the results.
number() { tail -n 1 "$results" | sed 's/.*"'"$1"'":{\([^{]*\).*/\1/; s/.*"'"$2"'":\([0-9.e+-]*\).*/\1/'; }

build/eca info | sed -n 's/^processor: //p'
printf '%-20s %16s %16s %14s\n' network "training img/s" "inference img/s" "peak MiB"
for network in resnet20 se_resnet20 eca_resnet20 eca_resnet56 eca_resnet18_cifar; do
  build/eca bench --json --model $network "$@" >>"$results"
  printf '%-20s %16.0f %16.0f %14.0f\n' $network "$(number training images_per_second)" \
    "$(number inference images_per_second)" "$(number training peak_memory_mib)"
done
echo "$results holds all numbers; build/eca bench --model NETWORK shows them as tables."
