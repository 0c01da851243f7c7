#!/bin/sh
# Stops a small program in a backward pass, in lldb, and compares what core/debug/lldb_printers.py says with what it
# should say; in float and in double. Exits with 77, skipped, where there is no lldb that runs Python.
set -eu

. tests/debug/lldb.sh
if ! has_lldb; then
  echo "lldb printers: skipped, there is no lldb that runs Python"
  exit 77
fi

printers="lldb printers"
. tests/debug/printed_program.sh

cat >"$work/session" <<'END'
command script import core/debug/lldb_printers.py
breakpoint set -n TwiceBackward::backward
run
v dy
p x
up 3
v x y
v nothing holed all_holes empty unstored
tape
tape-node 0
tape-node 7
plane x 0 1
plane gates
plane holed
plane x
plane gates 0 1
plane nothing
plane unstored 0 0
plane *x.body_._M_ptr->gradient._M_ptr 0 0
plane tape
plane nowhere
plane x 1 0
tdiff x y
tdiff x x
tdiff x
down 3
v this->inputs_
next
v --no-args
next
v dy
up
v node
down
plane inputs_[0] 0 1
v this->inputs_[0]
call eca::tensor_str(dy)
finish
tape
END

for real in float double; do
  compile_program $real
  lldb -x -b -O 'settings set interpreter.stop-command-source-on-error false' -s "$work/session" "$work/program" \
    >"$work/output" 2>&1 || true

  expect 'TwiceBackward::backward(this='
  expect 'Tensor "d layer1.y" (1,2,3,2) min -11.5 max 10 nan 0 grad no'
  expect 'Saved Tensor "layer1.y" (1,2,3,2) min -23 max 20 nan 0 grad yes node #0'
  expect '(eca::Tensor) x = Tensor "x" (1,2,3,2) min -11.5 max 10 nan 0 grad yes'
  expect '(eca::Tensor) y = Tensor "layer1.y" (1,2,3,2) min -23 max 20 nan 0 grad yes node #0'
  expect '(eca::Tensor) nothing = Tensor (undefined)'
  expect '(eca::Tensor) holed = Tensor "" (3) min -1 max 1 nan 1 grad no'
  expect '(eca::Tensor) all_holes = Tensor "" (2) all 2 nan grad no'
  expect '(eca::Tensor) empty = Tensor "" (0,2) no elements grad no'
  expect '(eca::Tensor) unstored = Tensor "" (2,3) not stored grad no'
  expect '  0  TwiceBackward  layer1  (1,2,3,2)'
  expect '2 of 2 nodes'
  expect 'node #0 TwiceBackward in layer1'
  expect '  x = Saved Tensor "x" (1,2,3,2) min -11.5 max 10 nan 0 grad yes'
  expect '  input 0: Gradient of "x" (1,2,3,2) untouched: the next writer assigns'
  expect 'no node #7 on the tape; `tape` lists those there are'
  expect '"x" (1,2,3,2), image 0, channel 1'
  expect '   -1    -3    -5'
  expect '   -7    -9 -11.5'
  expect ' 0.5 0.25    1'
  expect '   2   30   -4'
  expect '  1 nan  -1'
  expect '"x" (1,2,3,2) has not two axes N,C: give an image and a channel too'
  expect '"" (2,3) does not have the four axes N,H,W,C'
  expect 'nothing is an undefined tensor'
  expect 'unstored: "" (2,3) is not stored'
  expect '"d x" (1,2,3,2) has not been written yet'
  expect 'tape is a eca::Tape, expected an eca::Tensor or its gradient'
  expect "use of undeclared identifier 'nowhere'"
  expect '"x" (1,2,3,2) has no image 1 with a channel 0'
  expect 'max |a - b| = 11.5 at (0,1,2,1): -11.5 and -23; 11 of 12 elements differ'
  expect 'equal in every bit, 12 elements'
  expect 'usage: tdiff A B'
  expect '[0] = Gradient of "layer1.y" (1,2,3,2) untouched: the next writer assigns'
  expect 'dx = GradSlot 0x'
  expect ', assign it'
  expect '"d layer1.y" (1,2,3,2), image 0, channel 1'
  expect ' -2  -6 -10'
  expect '-14 -18 -23'
  expect '] = Gradient of "layer1.y" (1,2,3,2) min -23 max 20 nan 0'
  expect '"Tensor \"d layer1.y\" (1,2,3,2) min -11.5 max 10 nan 0 grad no"'
done
echo "lldb printers: OK, in float and double"
