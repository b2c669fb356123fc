# Reads paths, one a line; prints "file:line: what is wrong". See rules.sh.

BEGIN {
  # ---- What a folder of src/ may include beside itself: the include diagram of ARCHITECTURE.md.
  may["base"] = ""
  may["count"] = "base"
  may["cluster"] = "count base"
  may["api"] = "count base"
  may["store"] = "cluster count base"
  may["net"] = "base"
  may["edge"] = "net api count base"
  may["server"] = "edge net store api cluster count base"
  may["balancer"] = "edge net api cluster count base"
  may["client"] = "net api count base"
  may["program"] = "server balancer client net api count base"
  may["sim"] = "store cluster count base"

  # ---- What a pure folder does not ask for: it is handed time, randomness and messages, and returns what to do.
  pure = "^(src/(base|count|cluster|api)/|sim/)"
  pure_but = "^sim/([a-z_]*_)?main\\.cc$" # the simulator's program reads its options and prints
  asks["sockets"] = "<(sys/|netinet/|arpa/|boost/(asio|beast))|asio::"
  asks["threads and locks"] = "<(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|pthread\\.h)>|\"base/mutex\\.h\""
  asks["clocks"] = "(system|steady|high_resolution)_clock|clock_gettime|gettimeofday|(^|[^_a-z])time\\((0|NULL|nullptr)\\)"
  asks["sleep"] = "sleep_(for|until)|(^|[^a-z])(u|nano)?sleep\\(|poll\\((nullptr|NULL|0),"
  asks["randomness"] = "random_device|mt19937|getrandom|getentropy|(^|[^_a-z])s?rand\\("
  asks["files and environment"] = "<(fstream|iostream|filesystem|unistd\\.h|fcntl\\.h)>|getenv|fopen"
  # Counting is what many threads do at once: its few locks are annotated ones, and yielding says why on its line.
  excuse["src/base/mutex.h"] = "^#include <mutex>$"
  excuse["src/count/"] = "^#include (\"base/mutex\\.h\"$|<thread>  // .*yield)"

  # Waiting for another process has no event to wait for: there, and nowhere else, a test looks again after a moment.
  excuse["tests/e2e/eventually.h"] = "poll\\(nullptr, 0, kBetweenLooksMs\\);$"

  longest["src"] = 400
  longest["other"] = 600
  widest_comment = 110 # as .clang-format says, which leaves comments alone
  beast_files_at_most = 4

  # Spelled apart, so that this file does not find itself.
  unfinished = "(^|[^A-Za-z_])(" "TO" "DO|FIX" "ME|XX" "X|HA" "CK)([^A-Za-z_]|$)"
  silenced = "NO" "LINT"
  silenced_with_reason = silenced "(NEXTLINE|BEGIN)?\\([a-z0-9.,*-]+\\): .|" silenced "END"
  skipped = "GTEST_" "SKIP|DIS" "ABLED_"
  home = "/(ho" "me|ro" "ot|Us" "ers|wo" "rk)/[A-Za-z]"
}

{ check($0) }

END {
  if (beast_files > beast_files_at_most)
    report(beast_last, 1, "Beast is in " beast_files " files; at most " beast_files_at_most ", for the build's sake")
  for (i = 1; i <= records; i++)
    if (index(index_of_records, "(" record[i] ")") == 0)
      report("docs/decisions/" record[i], 1, "no link in docs/decisions/README.md leads here")
  if (files == 0) report(".", 0, "no files to check: is this the repository?")
  exit violations > 0
}

function report(file, line, what) {
  print file ":" line ": " what
  violations++
}

function folder_of(path) { # src/count/x.h: count; sim/x.h: sim; src/main.cc: nothing
  if (path ~ /^sim\//) return "sim"
  return match(path, /^src\/[a-z]+\//) ? substr(path, 5, RLENGTH - 5) : ""
}

function check(path,    line, n, code, is_cxx, folder) {
  files++
  is_cxx = path ~ /\.(h|cc)$/
  folder = folder_of(path)
  has_pragma = has_beast = has_date = in_uses = 0
  while ((getline line < path) > 0) {
    n++
    words(path, n, line)
    if (is_cxx) {
      if (n == 1 && path ~ /\.h$/ && line !~ /^\/\/ ./)
        report(path, n, "a header begins with a comment that says what it is for")
      if (line == "#pragma once") has_pragma = 1
      if (line ~ /\/\// && length(line) > widest_comment)
        report(path, n, "a comment is at most " widest_comment " wide")
      code = line
      sub(/ *\/\/.*/, "", code)
      includes(path, n, code, folder)
      if (path ~ pure && path !~ pure_but && !excused(path, line)) purity(path, n, code)
    }
    if (path ~ /\.md$/) links(path, n, line)
    if (path ~ /^src\/[a-z]+\/CMakeLists\.txt$/) link_line(path, n, line, folder)
    if (path == "docs/decisions/README.md") index_of_records = index_of_records line
    if (line ~ /^Date: 2[0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]$/) has_date = 1
  }
  close(path)
  if (path ~ /\.h$/ && !has_pragma) report(path, 1, "no #pragma once")
  if (is_cxx) length_of(path, n)
  if (has_beast) {
    beast_files++
    beast_last = path
  }
  if (path ~ /^docs\/decisions\// && path !~ /README\.md$/) {
    record[++records] = substr(path, length("docs/decisions/") + 1)
    if (!has_date) report(path, 1, "a decision has a line 'Date: YYYY-MM-DD'")
  }
}

function words(path, n, line) {
  if (line ~ unfinished) report(path, n, "unfinished work; finish it, or write an issue")
  if (line ~ silenced && line !~ silenced_with_reason)
    report(path, n, "a silenced check names itself and the reason: " silenced "(check): reason")
  if (line ~ skipped) report(path, n, "a test that does not run proves nothing")
  if (line ~ home) report(path, n, "a path of somebody's own machine")
  if (path ~ /^(tests|sim)\/.*\.(h|cc)$/ && line ~ asks["sleep"] && !excused(path, line))
    report(path, n, "tests do not sleep: wait for the event, or hand the time in")
}

function includes(path, n, code, folder,    target) {
  if (code ~ /boost\/beast/) {
    has_beast = 1
    if (path !~ /^src\/net\/[a-z0-9_]+\.cc$/) report(path, n, "Beast is seen only in src/net/*.cc")
  }
  if (!match(code, /^#include "[^"]+"/) || folder == "") return
  target = substr(code, 11, RLENGTH - 11)
  if (target !~ /\//) {
    report(path, n, "an include names its folder: \"" folder "/" target "\"")
    return
  }
  sub(/\/.*/, "", target)
  if (!allowed(folder, target)) report(path, n, folder "/ may not include " target "/")
}

function allowed(folder, target) { return target == folder || index(" " may[folder] " ", " " target " ") > 0 }

function excused(path, line,    place) {
  for (place in excuse)
    if (index(path, place) == 1 && line ~ excuse[place]) return 1
  return 0
}

function purity(path, n, code,    what) {
  for (what in asks)
    if (code ~ asks[what]) report(path, n, "a pure folder asks for no " what)
}

# tally_library(count SOURCES ... USES base PARTS ...): what is linked is what may be included.
function link_line(path, n, line, folder,    count, i, word) {
  gsub(/[()]/, " & ", line)
  count = split(line, word, /[ \t]+/)
  for (i = 1; i <= count; i++) {
    if (word[i] ~ /^#/) return
    if (word[i] == "USES") in_uses = 1
    else if (word[i] !~ /^[a-z_]+$/) in_uses = in_uses && word[i] == ""
    else if (in_uses && !allowed(folder, word[i])) report(path, n, folder "/ may not link " word[i] "/")
  }
}

# [text](place): a place of this repository exists.
function links(path, n, line,    place, from) {
  from = path ~ /\// ? path : "./"
  sub(/[^\/]*$/, "", from)
  while (match(line, /\]\([^)# ]+/)) {
    place = substr(line, RSTART + 2, RLENGTH - 2)
    line = substr(line, RSTART + RLENGTH)
    if (place ~ /^[a-z]+:/) continue
    if (system("test -e '" from place "'") != 0) report(path, n, "a link that leads nowhere: " place)
  }
}

function length_of(path, n,    limit) {
  limit = path ~ /^src\// ? longest["src"] : longest["other"]
  if (n > limit) report(path, n, n " lines; at most " limit ": a file holds one idea")
}
