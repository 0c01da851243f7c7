# Sourced by the tests of what pages show: is what a page shows what a program prints?
# shellcheck shell=sh disable=SC2154

# Blanks, and addresses, which are others each time, as one word.
normalised() {
  sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/[[:space:]]+$//; s/[[:space:]]+/ /g' "$1" |
    if [ "${numbers:-}" = any ]; then
      sed -E 's/\b[0-9a-f]{64}\b/DIGEST/g; s/\b([0-9]+:)+[0-9]+\b|\b[0-9]+ s$/TIME/g'
    else
      cat
    fi
}

# Fails, and names the first line of the page that did not come, unless all lines of $1 appear in $2 in order. "..." stands for
# anything. Numbers with a decimal point, which depend on the machine in their last digits, need only be within 2 %, and
# addresses match any other; where $numbers is "any", so do all numbers, times and digests. Needs a folder $work.
compare() {
  normalised "$1" >"$work/expected"
  normalised "$2" >"$work/found"
  awk -v any="$([ "${numbers:-}" = any ] && echo 1 || echo 0)" '
    BEGIN { number = any ? "^-?[0-9]+([.][0-9]+)?(e[-+]?[0-9]+)?" : "^-?[0-9]+[.][0-9]+(e[-+]?[0-9]+)?" }
    # The length of the number that stands in `text` at i, or 0.
    function number_at(text, i) { return match(substr(text, i, 40), number) ? RLENGTH : 0 }
    function absolute(x) { return x < 0 ? -x : x }
    function close_to(a, b) {
      return any || absolute(a - b) <= 0.02 * (absolute(a) > absolute(b) ? absolute(a) : absolute(b))
    }
    # Where in `line` the text `part` ends that begins there at j; 0 if it does not stand there.
    function end_of(part, line, j,    i, n, m) {
      for (i = 1; i <= length(part);) {
        n = number_at(part, i)
        m = n ? number_at(line, j) : 0
        if (n && m) {
          if (!close_to(substr(part, i, n) + 0, substr(line, j, m) + 0)) return 0
          i += n
          j += m
        } else if (substr(part, i++, 1) != substr(line, j++, 1)) return 0
      }
      return j
    }
    # Do the parts of `pattern` between "..." follow each other in `line`, from its begin to its end?
    function fits(line, pattern,    parts, part, i, at, end) {
      parts = split(pattern, part, /\.\.\./)
      at = end_of(part[1], line, 1)
      if (!at) return 0
      for (i = 2; i <= parts; ++i) {
        if (i == parts && part[i] == "") return 1
        end = 0
        while (at <= length(line) && (!(end = end_of(part[i], line, at)) || (i == parts && end <= length(line)))) ++at
        if (!end) return 0
        at = end
      }
      return at == length(line) + 1
    }
    NR == FNR { expected[++lines] = $0; next }
    seen < lines && fits($0, expected[seen + 1]) { ++seen }
    END {
      if (seen == lines) exit 0
      print expected[seen + 1]
      exit 1
    }' "$work/expected" "$work/found"
}
