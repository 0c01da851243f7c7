#!/bin/sh
# What a program that trains as several processes is built with: MPI's headers and library, as its own compiler wrapper says.
#
#   .ci/mpi.sh words     for make: include=FLAG and link=FLAG, one of each for every flag
#   .ci/mpi.sh report    says in a line what there is; fails where there is no MPI, naming what to install
#
# Environment: MPICXX, the wrapper; default: mpicxx in PATH.
set -eu

wrapper=${MPICXX:-mpicxx}

# OpenMPI's wrapper tells with --showme, MPICH's with -show; both begin with the compiler that they would call.
flags() {
  "$wrapper" "--showme:$1" 2>/dev/null || "$wrapper" -show 2>/dev/null | tr ' ' '\n' | grep "$2" || true
}

case $1 in
  words)
    command -v "$wrapper" >/dev/null || exit 0
    for flag in $(flags compile '^-[ID]'); do echo "include=$flag" | sed 's/=-I/=-isystem/'; done  # no warnings of its headers
    for flag in $(flags link '^-[lLW]'); do
      if [ "$flag" != -lmpi_cxx ]; then echo "link=$flag"; fi  # the old C++ interface
    done
    ;;
  report)
    if ! command -v "$wrapper" >/dev/null; then
      echo "missing for MPI=1: $wrapper, of OpenMPI or MPICH (Debian: libopenmpi-dev openmpi-bin, or libmpich-dev mpich)" >&2
      exit 1
    fi
    echo "for MPI    $(command -v "$wrapper")"
    ;;
esac
