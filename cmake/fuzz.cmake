# tally_fuzz(http SOURCES http_fuzz.cc USES net)
# A libFuzzer target, with its seeds in fuzz/corpus/http/ if it has any. As a test it runs TALLY_FUZZ_SECONDS; by hand
# as long as you like: build/fuzz/fuzz/http_fuzz -max_total_time=600 fuzz/corpus/http
set(TALLY_FUZZ_SECONDS 20 CACHE STRING "how long each fuzzer runs as a test")
add_custom_target(fuzzers)

function(tally_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PARTS" ${ARGN})
  add_executable(${name}_fuzz ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND tally_)
  target_link_libraries(${name}_fuzz PRIVATE ${ARG_USES} ${ARG_PARTS} -fsanitize=fuzzer)
  add_dependencies(fuzzers ${name}_fuzz)

  # New finds go to the first folder, which the build keeps; the seeds are only read.
  set(found ${CMAKE_CURRENT_BINARY_DIR}/found/${name})
  set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  file(MAKE_DIRECTORY ${found})
  if(NOT EXISTS ${seeds})
    set(seeds)
  endif()
  math(EXPR limit "${TALLY_FUZZ_SECONDS} + 100")
  add_test(NAME fuzz.${name} COMMAND ${name}_fuzz -max_total_time=${TALLY_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
                                     -print_final_stats=1 -artifact_prefix=${found}- ${found} ${seeds})
  set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT ${limit} LABELS fuzz)
endfunction()
