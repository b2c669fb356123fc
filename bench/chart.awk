# Draws the tables of ratios.awk as one chart: awk -f bench/chart.awk bench/RESULTS.md >bench/chart.svg. A row is a bar from 1, to
# the right where Tally does more, on a logarithmic scale: twice as much is as long as half as much.

BEGIN {
  FS = " *[|] *"
  left = 410     # of the scale; what a row is stands before it
  wide = 346     # the scale
  line = 20      # from one row to the next
  top = 106      # the heads of scale and columns
}

/^## / { section = substr($0, 4) }
/^\| Tally \| beside \|/ { inside = 1; next }
!/^\|/ { inside = 0 }
inside && !/^\| ---/ {
  rows++
  # "1.25 (1.20 to 1.30)" is 1.25 to awk.
  wall[rows] = $6 + 0
  cpu[rows] = $7 + 0
  what[rows] = $2
  beside[rows] = $3
  in_flight[rows] = $4 " × " $5
  if (section != under) { begins[rows] = section; sections++ }
  under = section
  least = rows == 1 ? smaller(1, smaller(wall[rows], cpu[rows])) : smaller(least, smaller(wall[rows], cpu[rows]))
  most = rows == 1 ? larger(2, larger(wall[rows], cpu[rows])) : larger(most, larger(wall[rows], cpu[rows]))
}

function smaller(a, b) { return a < b ? a : b }
function larger(a, b) { return a > b ? a : b }
function text(words) {
  gsub(/&/, "\\&amp;", words)
  gsub(/</, "\\&lt;", words)
  return words
}
function write(x, y, class, words) { printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, text(words) }
function at(ratio) { return left + wide * (log(larger(ratio, low)) - log(low)) / (log(high) - log(low)) }

END {
  if (rows == 0) {
    print "chart.awk: there is no table of ratios in " FILENAME "." >"/dev/stderr"
    exit 1
  }
  for (low = 1; low > least && low > 1 / 64; low /= 2) {}
  for (high = 2; high < most; high *= 2) {}
  height = top + rows * line + sections * line * 1.5 + 16
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 %d\" width=\"900\" height=\"%d\" role=\"img\">\n", height, height
  print "<title>Tally beside its peers: the ratio of adds, Tally to peer</title>"
  print "<style>"
  # Grey is readable on white and on black, where nobody says which it is.
  print "text { font: 12px sans-serif; fill: #747c86 } .head { font-weight: bold; font-size: 13px } .title { font-weight: bold; font-size: 15px }"
  print ".end { text-anchor: end } .middle { text-anchor: middle } .bold { text-anchor: end; font-weight: bold }"
  print ".more { fill: #4493d8 } .less { fill: #dd8a3c } .wall { fill: #ffffff; stroke: #424a53; stroke-width: 1.5 }"
  print ".grid { stroke: #8c959f; stroke-opacity: 0.3 } .one { stroke: #747c86; stroke-width: 1.5 }"
  print "@media (prefers-color-scheme: light) { text { fill: #2f363d } }"
  print "@media (prefers-color-scheme: dark) { text { fill: #d0d7de } }"
  print "</style>"
  write(12, 22, "title", "What Tally does, divided by what the peer does: right of 1, Tally does more")
  printf "<rect x=\"12\" y=\"36\" width=\"28\" height=\"11\" class=\"more\"/>\n"
  write(46, 46, "", "adds per second of the server's processor time")
  printf "<circle cx=\"26\" cy=\"62\" r=\"4\" class=\"wall\"/>\n"
  write(46, 66, "", "adds per second on the clock")
  write(12, top - 8, "head", "Tally")
  write(172, top - 8, "head", "beside")
  write(left - 14, top - 8, "end", "in flight")
  write(842, top - 8, "end", "processor")
  write(890, top - 8, "end", "clock")

  labelled = int(log(high / low) / log(2) / 9) + 1 # so that the numbers do not touch
  for (ratio = low; ratio <= high; ratio *= 2) {
    power = int(log(ratio) / log(2) + (ratio < 1 ? -0.5 : 0.5))
    if (power % labelled == 0)
      write(at(ratio), top - 8, "middle", ratio < 1 ? "1/" 1 / ratio : ratio)
    printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", at(ratio), at(ratio), top, height - 10,
      ratio == 1 ? "one" : "grid"
  }
  y = top
  for (row = 1; row <= rows; row++) {
    if (row in begins) {
      y += line * 1.5
      write(12, y - 6, "head", begins[row])
    }
    y += line
    write(12, y - 5, "", what[row])
    write(172, y - 5, "", beside[row])
    write(left - 14, y - 5, "end", in_flight[row])
    from = smaller(at(1), at(cpu[row]))
    printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"12\" class=\"%s\"/>\n", from, y - 15,
      larger(at(1), at(cpu[row])) - from, cpu[row] < 1 ? "less" : "more"
    printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" class=\"wall\"/>\n", at(wall[row]), y - 9
    write(842, y - 5, "bold", sprintf("%.2f", cpu[row]))
    write(890, y - 5, "end", sprintf("%.2f", wall[row]))
  }
  print "</svg>"
}
