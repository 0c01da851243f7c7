#!/bin/sh
# Includes go downwards only, and never in a circle. Fails otherwise, with every offending include or circle.
set -eu

# A file may include what stands above its own line, and what stands on its own line. "core/ops/" means the folder, with
# the folders below it that have no line of their own; "layers/module" means layers/module.hpp and layers/module.cpp. The
# longest entry that fits counts.
order='
core/base/
core/cuda/
core/base/kernel_mode core/base/profile
core/memory/ core/parallel/ core/files/
core/kernels/common/
core/kernels/gemm/ core/kernels/elementwise/ core/kernels/pooling/ core/kernels/batch_norm/ core/kernels/attention/ core/kernels/loss/ core/kernels/detection/
core/kernels/fused/
core/kernels/conv2d/ core/kernels/winograd/
core/autograd/
core/ops/ core/optim/
layers/
layers/fused/ layers/attention/ops/ layers/detection/
layers/attention/
models/
models/detection/
data/file_bytes
data/images/
data/
data/coco/
data/sets/
data/detection/
models/ecagrad
experiments/common/
experiments/drawing/
experiments/training/
experiments/ablation/ experiments/bench/ experiments/stat/ experiments/explain/ experiments/step/ experiments/detection/
experiments/tensorboard/ experiments/watch/
experiments/commands/
experiments/
tests/
'
# The data know nothing of networks, although they stand below them in the list.
forbidden='data/ layers/
data/ models/'

folders=
for folder in core layers models data experiments tests; do
  if [ -d "$folder" ]; then folders="$folders $folder"; fi
done

# shellcheck disable=SC2086  # words
find $folders \( -name '*.cpp' -o -name '*.hpp' -o -name '*.cu' \) -print | LC_ALL=C sort |
  awk -v order="$order" -v forbidden="$forbidden" '
    BEGIN {
      lines = split(order, line, "\n")
      for (i = 1; i <= lines; ++i) {
        words = split(line[i], word, " ")
        if (words) ++levels
        for (j = 1; j <= words; ++j) level[word[j]] = levels
      }
      pairs = split(forbidden, pair, "\n")
    }

    function begins_with(text, start) { return substr(text, 1, length(start)) == start }
    function complain(text) { print text; ++errors }

    # The entry of the order that a path falls under: "core/ops/add.cpp" -> "core/ops/"; "" if there is none.
    function place(path,    unit, entry, best, fits) {
      unit = path
      sub(/\.[a-z]+$/, "", unit)
      best = ""
      for (entry in level) {
        fits = entry ~ /\/$/ ? begins_with(path, entry) : unit == entry || begins_with(unit, entry "_")
        if (fits && length(entry) > length(best)) best = entry
      }
      return best
    }

    function check(from, where, to,    a, b, i, ends) {
      a = place(from)
      b = place(to)
      if (b == "") return  # complained about as a file of its own
      if (level[b] > level[a]) complain(where ": upward include: " a " must not include " to " (" b ")")
      for (i = 1; i <= pairs; ++i) {
        split(pair[i], ends, " ")
        if (!begins_with(from, ends[1]) || !begins_with(to, ends[2])) continue
        complain(where ": forbidden include: " ends[1] " must not include " to)
      }
    }

    # Walks the includes depth first; `chain` is the way to `file`.
    function walk(file, chain,    n, list, i) {
      if (state[file] == "walked") return
      if (state[file] == "open") {
        complain("circular include: " substr(chain, index(chain, file)) " -> " file)
        return
      }
      state[file] = "open"
      n = split(includes[file], list, " ")
      for (i = 1; i <= n; ++i) walk(list[i], (chain == "" ? "" : chain " -> ") file)
      state[file] = "walked"
    }

    {
      file = $0
      files[++count] = file
      exists[file] = 1
      number = 0
      while ((getline text < file) > 0) {
        ++number
        if (text !~ /^[ \t]*#[ \t]*include[ \t]*"/) continue
        split(text, part, "\"")
        includes[file] = includes[file] " " part[2]
        where[++total] = file ":" number
        from[total] = file
        to[total] = part[2]
      }
      close(file)
    }

    END {
      for (i = 1; i <= count; ++i) {
        if (place(files[i]) == "") complain(files[i] ": has no place in the order of .ci/check_includes.sh")
      }
      for (i = 1; i <= total; ++i) {
        if (!(to[i] in exists)) complain(where[i] ": \"" to[i] "\" is no file; paths start at the top folder")
        else if (place(from[i]) != "") check(from[i], where[i], to[i])
      }
      for (i = 1; i <= count; ++i) walk(files[i], "")
      if (errors) {
        print "includes: " errors " wrong"
        exit 1
      }
      print "includes: OK, " total " in " count " files, " levels " levels, none upward, none circular"
    }'
