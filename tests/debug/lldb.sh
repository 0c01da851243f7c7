# Sourced by the tests that run lldb: exits with 77, skipped, where there is none that runs Python.
# shellcheck shell=sh
# Debian 12's lldb asks for its Python's files in a folder where they are not.
runs_python() { lldb -b -o 'script print(40 + 2)' 2>/dev/null | grep -q '^42$'; }
has_lldb() {
  command -v lldb >/dev/null || return 1
  runs_python && return
  for folder in /usr/lib/llvm-*/lib/python3*/dist-packages; do
    PYTHONPATH=$folder
    export PYTHONPATH
    if runs_python; then return; fi
  done
  return 1
}
