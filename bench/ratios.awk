# Rounds of two servers in turns, as a Markdown table: the medians of the ratios of one round, in brackets the lowest and
# highest. A round is a line: WHAT|BESIDE|CONNECTIONS|IN FLIGHT|rate own-us kernel-us rate own-us kernel-us, ours first.
# bench/chart.awk reads this table.

BEGIN {
  FS = "|"
  print "| Tally | beside | connections | in flight on each | adds a second | adds per server processor second | one add of Tally | of the peer |"
  print "| --- | --- | ---: | ---: | --- | --- | ---: | ---: |"
}

function median(values, n,    i, j, t) {
  for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j - 1] > values[j]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
  return sprintf("%.2f (%.2f to %.2f)", n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2, values[1], values[n])
}

{
  kind = $1 " | " $2 " | " $3 " | " $4
  if (!(kind in n)) order[++kinds] = kind
  split($5, is, " ")
  round = ++n[kind]
  wall[kind, round] = is[1] / is[4]
  # A run too short for the clock's ticks costs at least something.
  cpu[kind, round] = (is[5] + is[6] + 1e-9) / (is[2] + is[3] + 1e-9)
  for (i = 1; i <= 6; i++) sum[kind, i] += is[i]
}

END {
  for (k = 1; k <= kinds; k++) {
    kind = order[k]
    rounds = n[kind]
    for (i = 1; i <= rounds; i++) { w[i] = wall[kind, i]; c[i] = cpu[kind, i] }
    printf "| %s | %s | %s | %.2f + %.2f us | %.2f + %.2f us |\n", kind, median(w, rounds), median(c, rounds),
      sum[kind, 2] / rounds, sum[kind, 3] / rounds, sum[kind, 5] / rounds, sum[kind, 6] / rounds
  }
}
