# SPDX-License-Identifier: MIT
# What `cmake --install` installs under a prefix, which may be moved afterwards:
#   bin/bimetal                  the command (linked with Unicorn: GPL-2.0 as a whole)
#   lib/libbimetal.a             everything that needs no CPU (MIT)
#   lib/libbimetal-twin.a        the native side of twin tests (MIT)
#   lib/libbimetal-drivers.a     bimetal's own drivers, natively (MIT)
#   lib/cmake/bimetal/           find_package(bimetal)
#   lib/pkgconfig/               bimetal.pc, bimetal-twin.pc, bimetal-drivers.pc
#   share/bimetal/               headers that a user may include, and the sources that the functions of
#                                Bimetal.cmake compile, in the folders that they have here
# The libraries that hold Unicorn are not installed: a user's tests link MIT code alone.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(_share ${CMAKE_INSTALL_DATADIR}/bimetal)
set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/bimetal)

# ---- programs and libraries ----

target_include_directories(bimetal INTERFACE
  $<INSTALL_INTERFACE:${_share}/drivers/include> $<INSTALL_INTERFACE:${_share}/drivers/io/host>)
target_include_directories(bimetal-twin INTERFACE
  $<INSTALL_INTERFACE:${_share}/harness/twin/include>
  $<INSTALL_INTERFACE:${_share}/harness/twin/host>)
foreach(library link twin drivers)
  set_target_properties(bimetal-${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
install(TARGETS bimetal bimetal-twin bimetal-drivers bimetal-link EXPORT bimetal
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(BIMETAL_CPU)
  set_target_properties(bimetal-cli PROPERTIES EXPORT_NAME cli)
  install(TARGETS bimetal-cli EXPORT bimetal RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# ---- headers ----

# These and no others: what is not here a user cannot include, and its names are ours to change.
set(_accessors io.h dma.h linear.h msr.h wait.h x86_cpu.h portio_world.h)
foreach(_world host metal)
  list(TRANSFORM _accessors PREPEND ${CMAKE_SOURCE_DIR}/drivers/io/${_world}/ OUTPUT_VARIABLE _headers)
  install(FILES ${_headers} DESTINATION ${_share}/drivers/io/${_world})
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/drivers/io/${_world}/bimetal DESTINATION ${_share}/drivers/io/${_world})
  install(FILES ${CMAKE_SOURCE_DIR}/harness/twin/${_world}/bimetal/twin_world.h
    DESTINATION ${_share}/harness/twin/${_world}/bimetal)
endforeach()
install(FILES ${CMAKE_SOURCE_DIR}/harness/twin/include/bimetal/twin.h
  DESTINATION ${_share}/harness/twin/include/bimetal)
# Whatever lies in this folder is public.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/drivers/include/bimetal DESTINATION ${_share}/drivers/include
  FILES_MATCHING PATTERN "*.h")

# For models and boards.
include(ModelHeaders)
bimetal_model_headers(_headers ${CMAKE_SOURCE_DIR})
foreach(_header IN LISTS _headers)
  get_filename_component(_folder ${_header} DIRECTORY)
  install(FILES ${CMAKE_SOURCE_DIR}/${_header} DESTINATION ${_share}/${_folder})
endforeach()
install(FILES ${BIMETAL_MODEL_NAMES} DESTINATION ${_share}/harness/machine/include/bimetal)

# ---- sources that a user's build compiles ----

install(DIRECTORY ${CMAKE_SOURCE_DIR}/drivers DESTINATION ${_share}
  FILES_MATCHING PATTERN "*.[ch]" PATTERN drivers/include EXCLUDE PATTERN drivers/io EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/drivers/io/metal/calibrate.c DESTINATION ${_share}/drivers/io/metal)
set(_runtime start.S runtime.c memory.c link.ld)
list(TRANSFORM _runtime PREPEND ${CMAKE_SOURCE_DIR}/harness/twin/metal/)
install(FILES ${_runtime} DESTINATION ${_share}/harness/twin/metal)

# ---- what tests are run by ----

install(PROGRAMS ${CMAKE_SOURCE_DIR}/harness/command/boot_test.sh DESTINATION ${_share}/harness/command)
install(PROGRAMS ${CMAKE_SOURCE_DIR}/harness/twin/run.sh ${CMAKE_SOURCE_DIR}/harness/twin/result.sh
  DESTINATION ${_share}/harness/twin)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${_share})

# ---- names ----

install(CODE "
  set(NM \"${CMAKE_NM}\")
  set(OBJCOPY \"${CMAKE_OBJCOPY}\")
  set(LIB \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}\")
  set(NAMES \"${BIMETAL_MODEL_NAMES}\")
  set(SHARE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${_share}\")")
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/PrefixSymbols.cmake)

# ---- packages ----

install(EXPORT bimetal NAMESPACE bimetal:: FILE bimetalTargets.cmake DESTINATION ${_package})
set(PACKAGE_SHARE ${_share})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/bimetalConfig.cmake.in
  ${CMAKE_BINARY_DIR}/package/bimetalConfig.cmake INSTALL_DESTINATION ${_package}
  PATH_VARS PACKAGE_SHARE)
# Before 1.0 a minor version may change anything.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/package/bimetalConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/package/bimetalConfig.cmake
  ${CMAKE_BINARY_DIR}/package/bimetalConfigVersion.cmake DESTINATION ${_package})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/Bimetal.cmake
  ${CMAKE_CURRENT_LIST_DIR}/BimetalDependencies.cmake DESTINATION ${_share}/cmake)

file(RELATIVE_PATH PC_PREFIX /root/${CMAKE_INSTALL_LIBDIR}/pkgconfig /root)
list(JOIN BIMETAL_LINK_FLAGS " " PC_LINK_FLAGS)
foreach(module bimetal bimetal-twin bimetal-drivers)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${module}.pc.in ${CMAKE_BINARY_DIR}/package/${module}.pc
    @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/package/${module}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
