/* SPDX-License-Identifier: MIT */
/* Writes a line for every access, transfer, interrupt and lint: the virtual time in seconds, the
 * guest's pc, and a text such as
 *
 *	com1.LCR[8] <- 0x83  WLS=3 DLAB=1
 *	com1.LSR[8] -> 0x60  THRE=1 TEMT=1
 *	port 0x2e8[8] -> 0xff  unclaimed
 *	exception #PF, error 0x2 (write by supervisor, not present), address 0x1000
 *	pci-test dma read 0x1000+0x200
 *	pci-test message to 0xfee00000 <- 0x41
 *
 * Fields that are zero are left out. Lines that begin with "#" are comments. */
#ifndef HARNESS_RECORD_TRACE_H
#define HARNESS_RECORD_TRACE_H

#include <stdio.h>

#include "emu/observe.h"

struct trace {
	FILE *out;                /* not owned */
	struct observer observer; /* attach this to the machine's hub */
};

void trace_init(struct trace *t, FILE *out);
/* Write the comments at the start of a trace: what its lines are, and that the firmware comes
 * first. */
void trace_begin(const struct trace *t);
/* Write a comment: from here on, the CPU runs the guest, from this pc. */
void trace_guest_starts(const struct trace *t, uint64_t pc);

#endif
