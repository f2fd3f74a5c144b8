/* SPDX-License-Identifier: MIT */
/* What there is to say about the lints of the BIOS, and its register table. */
#ifndef HARNESS_FIRMWARE_BIOS_LINTS_H
#define HARNESS_FIRMWARE_BIOS_LINTS_H

#include "emu/lint_desc.h"

extern const struct lint_desc bios_lints[];

#endif
