#!/bin/bash
# Makes the figures of the book again, from real runs; some minutes:   docs/book/figures/make.sh BUILD/VARIANT
#
# Needs gnuplot, graphviz and Debian's dataset-fashion-mnist. The runs of chapters 6 and 7 stay in BUILD/VARIANT/figures.
set -euo pipefail
built=$1
figures=docs/book/figures
work=$built/figures
mkdir -p "$work"
. .ci/built_flags.sh

# The output of a program of the book, into $work/NAME.txt.
output_of() {
  local name=$1 source=$2
  # shellcheck disable=SC2086  # words
  $compile -c "$source" -o "$work/$name.o" && $link "$work/$name.o" $libraries -o "$work/$name"
  "$work/$name" >"$work/$name.txt"
}
# plot NAME WIDTH,HEIGHT, gnuplot's commands on standard input: figures/NAME.svg
plot() {
  { echo "set terminal svg size $2 font 'sans-serif,13' background '#ffffff'
set output '$figures/$1.svg'
set border 3; set tics nomirror; set grid lc rgb '#dddddd'; set key samplen 2"
    cat; } | (sed "s|DATA|$work|g") | gnuplot
}

output_of scalar_fit docs/book/scalar_fit.cpp
plot fit 640,300 <<'END'
set xlabel 'x'; set yrange [-1.9:1.9]; set key outside right
plot 'DATA/scalar_fit.txt' using 1:2 with lines lw 2 lc rgb '#999999' title 'sin 2x', \
  '' using 1:3 with lines dt 3 lw 2 lc rgb '#1a5fa8' title 'before', \
  '' using 1:4 with lines dt 2 lw 2 lc rgb '#1a5fa8' title '200 steps', \
  '' using 1:5 with lines lw 2 lc rgb '#c0392b' title '4000 steps'
END

"$built/eca" stat --block eca --input 16,8,8 --picture $figures/tape.svg
"$built/eca" step --ops plain --picture $figures/tape_block.svg --module layer1.0
"$built/eca" step --ops plain --picture $figures/tape_network.svg

output_of step_size $figures/step_size.cpp
plot step_size 640,330 <<'END'
set logscale xy; set format '10^{%T}'; set xlabel 'step h'; set ylabel 'relative error'; set xrange [1:1e-13]; set key bottom left
plot 'DATA/step_size.txt' using 1:2 with lines lw 2 lc rgb '#c0392b' title 'float', \
  '' using 1:3 with lines lw 2 lc rgb '#1a5fa8' title 'double'
END

output_of cancellation $figures/cancellation.cpp
plot cancellation 640,330 <<'END'
set logscale xy; set format '10^{%T}'; set xlabel 'mean, in standard deviations'; set ylabel 'relative error of the variance'
set key top left
plot 'DATA/cancellation.txt' using 1:2 with lines lw 2 lc rgb '#c0392b' title 'mean of squares - square of mean', \
  '' using 1:3 with lines lw 2 lc rgb '#1a5fa8' title 'joined moments'
END

output_of edges $figures/edges.cpp
gnuplot <<END
set terminal pngcairo size 900,210 font 'sans-serif,11'
set output '$figures/edges.png'
set multiplot layout 1,5 margins 0.01,0.99,0.02,0.88 spacing 0.01
set palette gray; unset colorbox; unset tics; set yrange [27.5:-0.5]; set xrange [-0.5:27.5]; set size ratio 1
set cbrange [0:1]; set title 'x'
plot '$work/edges.txt' index 0 matrix with image notitle
set cbrange [-2:2]; set title 'rows: below - above'
plot '' index 1 matrix with image notitle
set title 'columns: right - left'
plot '' index 2 matrix with image notitle
set cbrange [0:1]; set title 'mean of 3x3'
plot '' index 3 matrix with image notitle
set cbrange [-2:2]; set title 'Laplace'
plot '' index 4 matrix with image notitle
END

output_of kernel_size $figures/kernel_size.cpp
plot kernel_size 640,300 <<'END'
set logscale x 2; set xlabel 'channels C'; set ylabel 'k'; set yrange [0:8]; set key top left; set ytics 1
plot 'DATA/kernel_size.txt' using 1:2 with lines dt 2 lw 2 lc rgb '#999999' title 'log_2(C)/2 + 1/2', \
  '' using 1:3 with steps lw 2 lc rgb '#c0392b' title 'k, odd, ties going up'
END

# The steps of a detector on one scene.
"$built/eca" detect explain scenes --index 3 --out "$work/steps"
for step in anchors matches pyramid suppression roi_align masks; do
  cp "$work/steps/$step.png" $figures/detection_$step.png
done

# And of one that learned sixteen scenes by heart.
[ -e "$work/few" ] || "$built/eca" detect make-scenes "$work/few" --n 16 --test 8
[ -e "$work/by-heart/weights.safetensors" ] || rm -rf "${work:?}/by-heart"
[ -e "$work/by-heart" ] ||
  "$built/eca" detect train --model small_mask_rcnn:eca_resnet18 --data "coco:$work/few,train=train,test=train" \
    --epochs 100 --augment none --evaluate-every 20 --out "$work/by-heart"
"$built/eca" detect explain --weights "$work/by-heart" --index 2 --out "$work/trained"
for step in suppression masks found; do
  cp "$work/trained/$step.png" $figures/trained_$step.png
done

# Four schedules, everything else the same.
for schedule in constant step cosine triangular; do
  [ -e "$work/$schedule/weights.safetensors" ] || rm -rf "${work:?}/$schedule"
  [ -e "$work/$schedule" ] ||
    "$built/eca" train --data synthetic:n=1000,test=1000,size=16 --batch-size 50 --epochs 12 --schedule $schedule \
      --out "$work/$schedule"
done
plot schedules 700,330 <<'END'
set datafile separator ','; set xlabel 'epoch'; set multiplot layout 1,2; set key top right
set ylabel 'learning rate'; set yrange [0:0.32]
plot for [s in 'constant step cosine triangular'] 'DATA/'.s.'/metrics.csv' using 1:3 with lines lw 2 title s
set ylabel 'test accuracy, %'; set yrange [0:*]; set key bottom right
plot for [s in 'constant step cosine triangular'] 'DATA/'.s.'/metrics.csv' using 1:7 with lines lw 2 title s
END

# Twelve seeds, k = 3 and k = 5: the interval of the difference as seeds are added.
"$built/eca" ablate $figures/seeds.txt --out "$work/seeds" >"$work/seeds.log"
for seed in $(seq 12); do
  for arm in eca eca_k5; do tail -n 1 "$work/seeds/$arm/seed-$seed/metrics.csv" | cut -d , -f 7; done | paste - -
done | awk '
  BEGIN { split("0 12.706 4.303 3.182 2.776 2.571 2.447 2.365 2.306 2.262 2.228 2.201", t, " ") }
  { d = $2 - $1; sum += d; squares += d * d; half = NR > 1 ? t[NR] * sqrt((squares - sum * sum / NR) / (NR - 1) / NR) : 0
    print NR, $1, $2, d, sum / NR, half }' >"$work/seeds.dat"
plot seeds 700,330 <<'END'
set multiplot layout 1,2; set xlabel 'seed'; set xrange [0:13]; set ylabel 'test accuracy, %'; set yrange [0:*]; set key bottom right
plot 'DATA/seeds.dat' using 1:2 with points pt 7 lc rgb '#999999' title 'k = 3', \
  '' using 1:3 with points pt 7 lc rgb '#c0392b' title 'k = 5'
set xlabel 'number of seeds'; set ylabel 'difference, points'; set yrange [-25:25]
plot 0 lc rgb '#999999' notitle, 'DATA/seeds.dat' using ($1 > 1 ? $1 : NaN):5:6 with yerrorbars pt 7 lc rgb '#1a5fa8' \
  title 'mean and 95 % interval'
END

# The roofline of docs/performance.md: the rows of its table, as operations a second against operations a byte. The time of the
# bound follows from the operations, and so they from it.
awk -F '|' '
  /^\| layer \| operations a byte/ { table = 1; next }
  table && !/^\|/ { table = 0 }
  table && $3 + 0 > 0 { i = $3 + 0; roof = i * 35 < 200 ? i * 35 : 200; print i, roof * $4 / $5, ++n }' docs/performance.md \
  >"$work/roofline.dat"
plot roofline 640,360 <<'END'
set logscale xy; set xlabel 'operations a byte'; set ylabel 'GFLOP/s'; set xrange [0.2:300]; set yrange [5:800]; set key top left
roof(x) = x * 35 < 200 ? x * 35 : 200
plot roof(x) lw 2 lc rgb '#999999' title '200 GFLOP/s and 35 GB/s', \
  'DATA/roofline.dat' using 1:2 with points pt 7 lc rgb '#c0392b' title 'measured', \
  '' using 1:2:3 with labels offset 0.8,0.6 notitle
END
ls -s $figures/*.svg $figures/*.png
