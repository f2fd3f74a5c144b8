# SPDX-License-Identifier: MIT
# What `cmake --install` installs under a prefix, which may be moved afterwards:
#   bin/bimetal                  the command (linked with Unicorn: GPL-2.0 as a whole)
#   lib/libbimetal.a             everything that needs no CPU (MIT)
#   lib/libbimetal-twin.a        the native side of twin tests (MIT)
#   lib/cmake/bimetal/           find_package(bimetal)
#   lib/pkgconfig/               bimetal.pc, bimetal-twin.pc
#   share/bimetal/               headers and sources in the same folders as here, so that the
#                                functions of Bimetal.cmake find them in both places
# Libraries that contain Unicorn are not installed, so a user's tests link only MIT code.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(_share ${CMAKE_INSTALL_DATADIR}/bimetal)
set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/bimetal)

# ---- programs and libraries ----

target_include_directories(bimetal INTERFACE
  $<INSTALL_INTERFACE:${_share}> $<INSTALL_INTERFACE:${_share}/drivers/include>
  $<INSTALL_INTERFACE:${_share}/drivers/io/host>)
target_include_directories(bimetal-twin INTERFACE
  $<INSTALL_INTERFACE:${_share}/harness/twin/include>
  $<INSTALL_INTERFACE:${_share}/harness/twin/host>)
set_target_properties(bimetal-link PROPERTIES EXPORT_NAME link)
set_target_properties(bimetal-twin PROPERTIES EXPORT_NAME twin)
install(TARGETS bimetal bimetal-twin bimetal-link EXPORT bimetal
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(BIMETAL_CPU)
  set_target_properties(bimetal-cli PROPERTIES EXPORT_NAME cli)
  install(TARGETS bimetal-cli EXPORT bimetal RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# ---- sources ----

foreach(folder emu devices)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/${folder} DESTINATION ${_share}
    FILES_MATCHING PATTERN "*.h" PATTERN unicorn EXCLUDE)
endforeach()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/drivers DESTINATION ${_share}
  FILES_MATCHING PATTERN "*.[chS]")
install(DIRECTORY ${CMAKE_SOURCE_DIR}/harness DESTINATION ${_share}
  FILES_MATCHING PATTERN "*.h" PATTERN harness/twin/host EXCLUDE PATTERN harness/twin/include EXCLUDE
  PATTERN harness/twin/metal EXCLUDE PATTERN "*internal.h" EXCLUDE PATTERN boot/multiboot.h EXCLUDE
  # Headers of libraries that are not installed.
  PATTERN harness/command EXCLUDE PATTERN machine/cpu.h EXCLUDE PATTERN twin/kernel.h EXCLUDE
  PATTERN boot/linux.h EXCLUDE PATTERN diagnosis/diagnosis.h EXCLUDE
  PATTERN diagnosis/interrupt_report.h EXCLUDE)
install(PROGRAMS ${CMAKE_SOURCE_DIR}/harness/command/boot_test.sh DESTINATION ${_share}/harness/command)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/harness/twin/host ${CMAKE_SOURCE_DIR}/harness/twin/include
  ${CMAKE_SOURCE_DIR}/harness/twin/metal DESTINATION ${_share}/harness/twin USE_SOURCE_PERMISSIONS)
install(PROGRAMS ${CMAKE_SOURCE_DIR}/harness/twin/run.sh DESTINATION ${_share}/harness/twin)
install(FILES ${CMAKE_SOURCE_DIR}/harness/twin/lsan.supp DESTINATION ${_share}/harness/twin)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${_share})

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
foreach(module bimetal bimetal-twin)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${module}.pc.in ${CMAKE_BINARY_DIR}/package/${module}.pc
    @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/package/${module}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
