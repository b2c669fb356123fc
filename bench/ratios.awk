# Rounds of two servers in turns, as rows of a Markdown table: the medians of the ratios of one round, in brackets the lowest
# and highest. A round is a line: WHAT.IT.IS our-rate our-rate-per-processor-second their-rate theirs-per-processor-second.

function median(values, n,    i, j, t) {
  for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j - 1] > values[j]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
  return sprintf("%.2f (%.2f to %.2f)", n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2, values[1], values[n])
}
!($1 in n) { order[++kinds] = $1 }
{ wall[$1, ++n[$1]] = $2 / $4; cpu[$1, n[$1]] = $3 / $5 }
END {
  for (k = 1; k <= kinds; k++) {
    kind = order[k]
    for (i = 1; i <= n[kind]; i++) { w[i] = wall[kind, i]; c[i] = cpu[kind, i] }
    gsub(/\./, " | ", kind)
    printf "| %s | %s | %s |\n", kind, median(w, n[order[k]]), median(c, n[order[k]])
  }
}
