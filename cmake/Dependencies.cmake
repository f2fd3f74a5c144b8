# SPDX-License-Identifier: MIT
# The libraries bimetal stands on, as imported targets Dep::elf, Dep::dw, Dep::png, Dep::zlib,
# Dep::xxhash, Dep::capstone, Dep::jansson, Criterion::Criterion and Unicorn::Unicorn.
#
# A test harness is started thousands of times, so the dynamic loader's work counts: where a
# library's archive is there it is taken (docs/performance.md has what that saves).
find_package(PkgConfig REQUIRED)
include(CheckFunctionExists)
option(BIMETAL_STATIC_DEPS "Link the libraries' static archives where they exist" ON)

set(_missing "")

# bimetal_archives(OUT name...): the path of each library's archive, or OUT unset when one has none.
# What belongs to libc is linked by name.
function(bimetal_archives out)
  set(found "")
  foreach(lib IN LISTS ARGN)
    if(lib MATCHES "^(m|pthread|rt|dl)$")
      list(APPEND found ${lib})
      continue()
    endif()
    find_library(BIMETAL_ARCHIVE_${lib} lib${lib}.a)
    mark_as_advanced(BIMETAL_ARCHIVE_${lib})
    if(NOT BIMETAL_ARCHIVE_${lib})
      set(${out} "" PARENT_SCOPE)
      return()
    endif()
    list(APPEND found ${BIMETAL_ARCHIVE_${lib}})
  endforeach()
  list(REMOVE_DUPLICATES found)
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# bimetal_dependency(target pkg-config-module debian-package function-in-it)
macro(bimetal_dependency target module package function)
  pkg_check_modules(PC_${module} QUIET ${module})
  if(PC_${module}_FOUND)
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    set(_libs "")
    if(BIMETAL_STATIC_DEPS)
      bimetal_archives(_libs ${PC_${module}_STATIC_LIBRARIES})
      # Not every archive is whole: Debian 13's libelf.a lacks a part of its own.
      set(CMAKE_REQUIRED_LIBRARIES ${_libs})
      check_function_exists(${function} BIMETAL_ARCHIVE_LINKS_${module})
      unset(CMAKE_REQUIRED_LIBRARIES)
      if(NOT BIMETAL_ARCHIVE_LINKS_${module})
        set(_libs "")
      endif()
    endif()
    if(NOT _libs)
      set(_libs ${PC_${module}_LINK_LIBRARIES})
    endif()
    target_link_libraries(${target} INTERFACE ${_libs})
    # SYSTEM: their headers do not answer to our warnings.
    target_include_directories(${target} SYSTEM INTERFACE ${PC_${module}_INCLUDE_DIRS})
  else()
    list(APPEND _missing ${package})
  endif()
endmacro()

bimetal_dependency(Dep::elf libelf libelf-dev elf_begin)
bimetal_dependency(Dep::dw libdw libdw-dev dwarf_begin)
bimetal_dependency(Dep::png libpng libpng-dev png_create_write_struct)
bimetal_dependency(Dep::zlib zlib zlib1g-dev inflate)
bimetal_dependency(Dep::xxhash libxxhash libxxhash-dev XXH3_128bits_digest)
bimetal_dependency(Dep::capstone capstone libcapstone-dev cs_disasm)
bimetal_dependency(Dep::jansson jansson libjansson-dev json_dumpf)

# Only tests link Criterion, and its archive would need a dozen more: always the shared one.
pkg_check_modules(PC_criterion QUIET criterion)
if(PC_criterion_FOUND)
  add_library(Criterion::Criterion INTERFACE IMPORTED GLOBAL)
  target_link_libraries(Criterion::Criterion INTERFACE ${PC_criterion_LINK_LIBRARIES})
  target_include_directories(Criterion::Criterion SYSTEM INTERFACE ${PC_criterion_INCLUDE_DIRS})
else()
  list(APPEND _missing libcriterion-dev)
endif()

# The ACPI compiler: dsdt.asl becomes a table at build time.
find_program(IASL iasl)
if(NOT IASL)
  list(APPEND _missing acpica-tools)
endif()

if(_missing)
  list(JOIN _missing " " _missing)
  message(FATAL_ERROR
    "Libraries are missing. On Debian: apt-get install ${_missing}\n"
    "or let ./dev test install everything that is needed.")
endif()

if(BIMETAL_CPU)
  find_package(Unicorn 2.1.4 REQUIRED)
endif()
