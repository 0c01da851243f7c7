# Sourced by the tests of what pages show: is what a page shows what a program prints?
# shellcheck shell=sh disable=SC2154

# Numbers that differ from machine to machine, as words.
normalised() { sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/-?[0-9]+\.[0-9]+(e[-+]?[0-9]+)?/NUMBER/g; s/[[:space:]]+/ /g' "$1"; }

# Fails, and names the first line of the page that did not come, unless all lines of $1 appear in $2 in order. "..." stands for
# anything; numbers with a decimal point and addresses match any other. Needs a folder $work.
compare() {
  normalised "$1" >"$work/expected"
  normalised "$2" >"$work/found"
  awk '
    # Do the parts of `pattern` between "..." follow each other in `line`, from its begin to its end?
    function fits(line, pattern,    parts, part, i, at) {
      parts = split(pattern, part, /\.\.\./)
      for (i = 1; i <= parts; ++i) {
        at = index(line, part[i])
        if (at == 0 || (i == 1 && at != 1)) return 0
        line = substr(line, at + length(part[i]))
      }
      return part[parts] == "" || line == ""
    }
    NR == FNR { expected[++lines] = $0; next }
    seen < lines && fits($0, expected[seen + 1]) { ++seen }
    END {
      if (seen == lines) exit 0
      print expected[seen + 1]
      exit 1
    }' "$work/expected" "$work/found"
}
