/* SPDX-License-Identifier: MIT */
/* What a machine does about translations that its CPU may have cached. */
#ifndef EMU_X86_TLB_POLICY_H
#define EMU_X86_TLB_POLICY_H

#include <stdbool.h>

enum tlb_use {
	TLB_OFF,  /* nothing is remembered */
	TLB_LINT, /* remembered; the use of one that is out of date is reported */
	TLB_STALE /* and it is really used */
};

struct tlb_policy {
	enum tlb_use use;
	bool writable_code; /* report pages that are writable and executable; not if TLB_OFF */
};

#endif
