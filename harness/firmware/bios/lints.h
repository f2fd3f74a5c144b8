/* SPDX-License-Identifier: MIT */
/* Descriptions of the BIOS's lints. */
#ifndef HARNESS_FIRMWARE_BIOS_LINTS_H
#define HARNESS_FIRMWARE_BIOS_LINTS_H

#include "emu/lint_desc.h"

extern const struct lint_desc bios_lints[];

#endif
