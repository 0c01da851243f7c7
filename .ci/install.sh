#!/bin/sh
# Puts the program, the library, its headers and a pkg-config file in place, or removes them.
#
#   .ci/install.sh install      from the folder BUILD, where they were built
#   .ci/install.sh uninstall
#
# Environment, as in the Makefile: BUILD, PREFIX, DESTDIR, CXX (finds the headers), REAL, and LIBRARIES, what a program is
# linked with besides libecagrad.a.
#
#   PREFIX/bin/eca
#   PREFIX/lib/libecagrad.a
#   PREFIX/lib/pkgconfig/ecagrad.pc
#   PREFIX/include/ecagrad/ecagrad.hpp    and what it includes, in core/, layers/, models/ and data/
set -eu

case $PREFIX in
  /*) ;;
  *) PREFIX=$(pwd)/$PREFIX ;;
esac
to=$DESTDIR$PREFIX
headers=$to/include/ecagrad

remove() {
  rm -f "$to/bin/eca" "$to/lib/libecagrad.a" "$to/lib/pkgconfig/ecagrad.pc"
  if [ -f "$headers/ecagrad.hpp" ]; then rm -r "$headers"; fi
}

if [ "$1" = uninstall ]; then
  remove
  echo "removed from $to: bin/eca, lib/libecagrad.a, lib/pkgconfig/ecagrad.pc, include/ecagrad"
  exit
fi

if ! mkdir -p "$to"; then
  echo "make install: cannot write into $to; as root, or elsewhere: make install PREFIX=\$HOME/ecagrad" >&2
  exit 1
fi
remove  # headers of an older version must not stay behind

install -D "$BUILD/eca" "$to/bin/eca"
install -D -m 644 "$BUILD/libecagrad.a" "$to/lib/libecagrad.a"

# The headers that ecagrad.hpp includes, and no others.
"$CXX" -std=c++20 -I. -MM models/ecagrad.hpp | tr ' \\' '\n\n' | grep '\.hpp$' | while read -r header; do
  install -D -m 644 "$header" "$headers/$header"
done
mv "$headers/models/ecagrad.hpp" "$headers/ecagrad.hpp"

# `real` is float or double for a whole program: the headers must know what the library was built with.
double=
if [ "$REAL" = double ]; then double=" -DECA_REAL_DOUBLE"; fi
mkdir -p "$to/lib/pkgconfig"
cat >"$to/lib/pkgconfig/ecagrad.pc" <<END
prefix=$PREFIX
Name: ecagrad
Description: deep learning in C++20, with every backward pass written out by hand ($REAL)
Version: $(sed -n 's/.*kVersion = "\(.*\)";/\1/p' core/base/version.hpp)
Cflags: -std=c++20 -fopenmp$double -I\${prefix}/include/ecagrad
Libs: -L\${prefix}/lib -lecagrad $LIBRARIES -fopenmp
END
echo "installed in $to: bin/eca, lib/libecagrad.a, include/ecagrad"
echo "to build with it:  g++ my.cpp \$(PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig pkg-config --cflags --libs ecagrad)"
