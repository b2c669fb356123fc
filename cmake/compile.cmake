# How everything of ours is compiled. Parts that we did not write are included as system headers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(tally_compile INTERFACE)
target_include_directories(tally_compile INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(tally_compile INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # TALLY_CHECK(!"what is impossible here") is how we say so.
  target_compile_options(tally_compile INTERFACE -Wthread-safety -Wno-string-conversion)
endif()

set(TALLY_SANITIZE "" CACHE STRING "address (with undefined behaviour), thread, or empty")
if(TALLY_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(TALLY_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
  # g++ warns that ThreadSanitizer does not model the fences inside Asio.
  target_compile_options(tally_compile INTERFACE -Wno-error=tsan)
endif()

option(TALLY_FUZZ "build the libFuzzer targets (needs clang)" OFF)
if(TALLY_FUZZ)
  # clang 14 calls a coroutine's resumption a call of the wrong type.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()

option(TALLY_TIDY "check every file with clang-tidy when it is compiled (needs clang)" OFF)
if(TALLY_TIDY)
  find_program(TALLY_CLANG_TIDY clang-tidy-14 REQUIRED)
  # The rules' hash is part of the command: when they change, every file is checked again.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.clang-tidy)
  file(SHA256 ${PROJECT_SOURCE_DIR}/.clang-tidy rules)
  # max-nodes: how far the static analyser follows one function. Its default took 40% of all the time that checking took.
  set(CMAKE_CXX_CLANG_TIDY ${TALLY_CLANG_TIDY} --quiet --extra-arg=-DTALLY_TIDY_RULES=0x${rules} --extra-arg=-Xclang
      --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=20000)
endif()

# Objects that can stand in libtally.so as well as in programs, which they make no slower: position-independent, as all
# of Debian's programs are, and hidden, so that they call each other directly (docs/decisions/0022-a-shared-library.md).
function(tally_shareable target)
  if(NOT TALLY_SANITIZE)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                               VISIBILITY_INLINES_HIDDEN ON)
  endif()
endfunction()

# A folder of src/ is one static library; the folders that it may include are its link line, and nothing else.
function(tally_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PARTS" ${ARGN})
  add_library(tally_${name} STATIC ${ARG_SOURCES})
  tally_shareable(tally_${name})
  list(TRANSFORM ARG_USES PREPEND tally_)
  target_link_libraries(tally_${name} PUBLIC tally_compile ${ARG_USES} ${ARG_PARTS})
endfunction()
