# How everything of ours is compiled. Parts that we did not write are included as system headers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(tally_compile INTERFACE)
target_include_directories(tally_compile INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(tally_compile INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(tally_compile INTERFACE -Wthread-safety)
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

# A folder of src/ is one static library; the folders that it may include are its link line, and nothing else.
function(tally_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PARTS" ${ARGN})
  add_library(tally_${name} STATIC ${ARG_SOURCES})
  list(TRANSFORM ARG_USES PREPEND tally_)
  target_link_libraries(tally_${name} PUBLIC tally_compile ${ARG_USES} ${ARG_PARTS})
endfunction()
