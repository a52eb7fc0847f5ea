# SPDX-License-Identifier: LGPL-2.1-or-later
# columbarium_warnings: what every target of ours is compiled with, beside the language standard.
# Sanitizers and coverage are chosen by the presets (CMakePresets.json).
add_library(columbarium_warnings INTERFACE)
target_compile_options(columbarium_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wcast-align -Wold-style-cast -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough)
if(COLUMBARIUM_WERROR)
  target_compile_options(columbarium_warnings INTERFACE -Werror)
endif()
if(COLUMBARIUM_SANITIZE)
  target_compile_options(columbarium_warnings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer)
  target_link_options(columbarium_warnings INTERFACE -fsanitize=address,undefined)
endif()
# g++ 12 takes the sanitizers' instrumentation of the standard library for uses of uninitialised values.
if(COLUMBARIUM_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(columbarium_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(COLUMBARIUM_COVERAGE)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_compile_options(columbarium_warnings INTERFACE -fprofile-instr-generate -fcoverage-mapping)
    target_link_options(columbarium_warnings INTERFACE -fprofile-instr-generate)
  else()
    target_compile_options(columbarium_warnings INTERFACE --coverage)
    target_link_options(columbarium_warnings INTERFACE --coverage)
  endif()
endif()
if(COLUMBARIUM_FUZZ)
  target_compile_options(columbarium_warnings INTERFACE -fsanitize=fuzzer-no-link)
endif()
