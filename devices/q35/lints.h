/* SPDX-License-Identifier: MIT */
/* The lints that the model reports beyond its register tables. */
#ifndef DEVICES_Q35_LINTS_H
#define DEVICES_Q35_LINTS_H

#include "emu/lint.h"

/* Of the host bridge. */
enum q35_host_lint {
	Q35_HOST_LINT_LENGTH,
	Q35_HOST_LINT_PLACEMENT,
	Q35_HOST_LINT_RESERVED,
	Q35_HOST_LINT_REMAP,
	Q35_HOST_LINT_ENABLE
};
extern const struct lint_desc q35_host_lints[];

/* Of the LPC bridge. */
enum ich9_lpc_lint { ICH9_LPC_LINT_PLACEMENT, ICH9_LPC_LINT_SCI, ICH9_LPC_LINT_IRQ };
extern const struct lint_desc ich9_lpc_lints[];

/* Of the chipset registers in memory. */
enum ich9_rcrb_lint { ICH9_RCRB_LINT_CHIPSET_REGISTER };
extern const struct lint_desc ich9_rcrb_lints[];

#endif
