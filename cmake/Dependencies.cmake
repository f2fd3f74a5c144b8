# SPDX-License-Identifier: MIT
# What bimetal's own build needs: the libraries, Criterion, the ACPI compiler, and Unicorn for the CPU.
include(BimetalDependencies)
# Only our own tests link it, and its archive would need a dozen others: always the shared library.
_bimetal_dependency(Criterion::Criterion criterion libcriterion-dev "")

# The ACPI compiler: dsdt.asl becomes a table at build time.
find_program(IASL iasl)
if(NOT IASL)
  list(APPEND BIMETAL_MISSING acpica-tools)
endif()

if(BIMETAL_MISSING)
  list(JOIN BIMETAL_MISSING " " _missing)
  message(FATAL_ERROR
    "Libraries are missing. On Debian: apt-get install ${_missing}\n"
    "or let ./dev test install everything that is needed.")
endif()

if(BIMETAL_CPU)
  find_package(Unicorn 2.1.4 REQUIRED)
endif()
