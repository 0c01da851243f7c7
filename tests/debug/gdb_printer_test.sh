#!/bin/sh
# Stops a small program in a backward pass, in gdb, and compares what core/debug/gdb_printers.py says with what it
# should say; in float and in double. Exits with 77, skipped, where gdb is not installed.
set -eu

if ! command -v gdb >/dev/null; then
  echo "gdb printers: skipped, gdb is not installed"
  exit 77
fi

printers="gdb printers"
. tests/debug/printed_program.sh

cat >"$work/session" <<'END'
set pagination off
set width 0
break twice
run
finish
delete
break TwiceBackward::backward
continue
print dy
up 3
print x
print y
print nothing
print holed
print all_holes
print empty
print unstored
print x.body_._M_ptr->shape
tape
tape-node 0
plane x 0 1
plane gates
plane holed
python
for refused in "plane x", "plane gates 0 1", "plane nothing", "plane unstored 0 0", "plane *x.gradient() 0 0":
    try:
        gdb.execute(refused)
    except gdb.error as error:
        print(error)
end
tdiff x y
tdiff x x
down 3
next
print dx
next
plane inputs_[0] 0 1
print inputs_[0]
print inputs_
call (const char*) eca::tensor_str(x)
call (const char*) eca::tensor_str(dy)
END

for real in float double; do
  compile_program $real
  gdb -nx -batch -x core/debug/gdb_printers.py -x "$work/session" "$work/program" >"$work/output" 2>&1 || true

  # shellcheck disable=SC2016  # $1 is gdb's
  expect 'Value returned is $1 = Tensor "layer1.y" (1,2,3,2) min -23 max 20 nan 0 grad yes node #0'
  expect 'Tensor "d layer1.y" (1,2,3,2) min -11.5 max 10 nan 0 grad no'
  expect 'Tensor "x" (1,2,3,2) min -11.5 max 10 nan 0 grad yes'
  expect 'Tensor "layer1.y" (1,2,3,2) min -23 max 20 nan 0 grad yes node #0'
  expect 'Tensor (undefined)'
  expect 'Tensor "" (3) min -1 max 1 nan 1 grad no'
  expect 'Tensor "" (2) all 2 nan grad no'
  expect 'Tensor "" (0,2) no elements grad no'
  expect 'Tensor "" (2,3) not stored grad no'
  expect 'unstored: "" (2,3) is not stored'
  expect '= (1,2,3,2)'
  expect '  0  TwiceBackward  layer1  (1,2,3,2)'
  expect 'node #0 TwiceBackward in layer1'
  expect 'x = Saved Tensor "x" (1,2,3,2) min -11.5 max 10 nan 0 grad yes'
  expect 'input 0: Gradient of "x" (1,2,3,2) untouched: the next writer assigns'
  expect ' 0.5 0.25    1'
  expect '   2   30   -4'
  expect '  1 nan  -1'
  expect '"x" (1,2,3,2) has not two axes N,C: give an image and a channel too'
  expect 'nothing is an undefined tensor'
  expect '"d x" (1,2,3,2) has not been written yet'
  expect '"" (2,3) does not have the four axes N,H,W,C'
  expect '   -1    -3    -5'
  expect '   -7    -9 -11.5'
  expect 'max |a - b| = 11.5 at (0,1,2,1): -11.5 and -23; 11 of 12 elements differ'
  expect 'equal in every bit, 12 elements'
  expect ', assign it'
  expect '"d layer1.y" (1,2,3,2), image 0, channel 1'
  expect ' = Gradient of "layer1.y" (1,2,3,2) min -23 max 20 nan 0'
  expect '{Gradient of "layer1.y" (1,2,3,2) min -23 max 20 nan 0}'
  expect ' -2  -6 -10'
  expect '-14 -18 -23'
  expect '"Tensor \"layer1.y\" (1,2,3,2) min -23 max 20 nan 0 grad yes"'
  expect '"Tensor \"d layer1.y\" (1,2,3,2) min -11.5 max 10 nan 0 grad no"'
done
echo "gdb printers: OK, in float and double"
