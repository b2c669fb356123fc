# Turns Google Benchmark's JSON of aggregates into a table. A benchmark is named Group/variant or Group/variant/size: its
# ratio is to the first variant of the same group and size. Counters of its own stand in the last column.

# One field a line: "name": value,
/^ *"[^"]+": / {
  key = $1
  gsub(/[":]/, "", key)
  value = $0
  sub(/^ *"[^"]+": "?/, "", value)
  sub(/"?,?$/, "", value)
  if (key == "name") counters = ""
  field[key] = value
  if (known !~ " " key " ") counters = counters sprintf("%s%s %.4g", counters == "" ? "" : ", ", key, value)
}

BEGIN {
  known = " name family_index per_family_instance_index run_name run_type repetitions repetition_index threads" \
          " aggregate_name aggregate_unit iterations real_time cpu_time time_unit label error_occurred error_message "
}

# The end of one aggregate of one benchmark.
/^ *}/ && field["aggregate_name"] != "" {
  name = field["run_name"]
  # Where threads work together it is the time on the wall that counts.
  time = field[name ~ /\/real_time/ ? "real_time" : "cpu_time"]
  gsub(/\/(real_time|process_time|min_time:[0-9.]+|repeats:[0-9]+)/, "", name)
  if (field["aggregate_name"] == "median") {
    place = field["family_index"] * 10000 + field["per_family_instance_index"]
    if (place > last) last = place
    at[place] = name
    median[name] = time
    unit[name] = field["time_unit"]
    note[name] = counters
  } else if (field["aggregate_name"] == "stddev") {
    spread[name] = time
  }
  field["aggregate_name"] = ""
}

END {
  print "| benchmark | median | standard deviation | ratio to the first | |"
  print "| --- | ---: | ---: | ---: | --- |"
  for (place = 0; place <= last; place++) {
    if (!(place in at)) continue
    rows++
    name = at[place]
    parts = split(name, part, "/")
    group = part[1]
    for (i = 3; i <= parts; i++) group = group "/" part[i]
    if (!(group in first)) first[group] = median[name]
    printf "| %s | %.4g %s | %.1f%% | %.2f | %s |\n", name, median[name], unit[name],
      spread[name] / median[name] * 100, median[name] / first[group], note[name]
  }
  if (rows == 0) {
    print "table.awk: no results" >"/dev/stderr"
    exit 1
  }
}
