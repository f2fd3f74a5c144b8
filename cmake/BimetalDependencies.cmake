# SPDX-License-Identifier: MIT
# The libraries that libbimetal and twin tests link, as imported targets Dep::elf, Dep::dw, Dep::png,
# Dep::zlib, Dep::zstd, Dep::xxhash, Dep::capstone and Dep::jansson. Used by bimetal's own
# build and, installed, by find_package(bimetal), so that each finds the libraries of its own machine.
# BIMETAL_MISSING: the Debian packages of those that were not found.
#
# A test harness is started thousands of times, so the time of the dynamic loader matters. If a
# library's static archive is installed, it is used (docs/performance.md says what that saves).
set(BIMETAL_MISSING "")
find_package(PkgConfig REQUIRED)
include(CheckFunctionExists)
option(BIMETAL_STATIC_DEPS "Link the libraries' static archives where they exist" ON)

# _bimetal_archives(OUT name...): sets OUT to the path of each library's static archive; unset if one
# has none. Parts of libc are linked by name.
function(_bimetal_archives out)
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

# _bimetal_dependency(target pkg-config-module debian-package function-in-it)
function(_bimetal_dependency target module package function)
  if(TARGET ${target})
    return() # an earlier find_package(bimetal) of the same project
  endif()
  pkg_check_modules(PC_${module} QUIET ${module})
  if(NOT PC_${module}_FOUND)
    set(BIMETAL_MISSING ${BIMETAL_MISSING} ${package} PARENT_SCOPE)
    return()
  endif()
  set(libs "")
  if(BIMETAL_STATIC_DEPS AND function)
    _bimetal_archives(libs ${PC_${module}_STATIC_LIBRARIES})
    # Some archives are incomplete: Debian 13's libelf.a lacks a part of itself.
    set(CMAKE_REQUIRED_LIBRARIES ${libs})
    check_function_exists(${function} BIMETAL_ARCHIVE_LINKS_${module})
    if(NOT BIMETAL_ARCHIVE_LINKS_${module})
      set(libs "")
    endif()
  endif()
  if(NOT libs)
    set(libs ${PC_${module}_LINK_LIBRARIES})
  endif()
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(${target} INTERFACE ${libs})
  # SYSTEM: our warnings must not apply to their headers.
  target_include_directories(${target} SYSTEM INTERFACE ${PC_${module}_INCLUDE_DIRS})
endfunction()

_bimetal_dependency(Dep::elf libelf libelf-dev elf_begin)
_bimetal_dependency(Dep::dw libdw libdw-dev dwarf_begin)
_bimetal_dependency(Dep::png libpng libpng-dev png_create_write_struct)
_bimetal_dependency(Dep::zlib zlib zlib1g-dev inflate)
_bimetal_dependency(Dep::zstd libzstd libzstd-dev ZSTD_compressStream2)
_bimetal_dependency(Dep::xxhash libxxhash libxxhash-dev XXH3_128bits_digest)
_bimetal_dependency(Dep::capstone capstone libcapstone-dev cs_disasm)
_bimetal_dependency(Dep::jansson jansson libjansson-dev json_dumpf)
