/* SPDX-License-Identifier: MIT */
/* A guest with only registers and a kilobyte of memory, for tests of reports. */
#ifndef TESTS_UNIT_DIAGNOSIS_GUEST_FIXTURE_H
#define TESTS_UNIT_DIAGNOSIS_GUEST_FIXTURE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/diagnosis/guest_view.h"

enum { BASE = 0x1000, SIZE = 0x400, LONG_CS = 0x20fb00, PROTECTED_CS = 0xc09b00 };

static uint8_t memory[SIZE]; /* the guest's memory, at BASE */
static struct cpu_regs regs;
static bool nameless; /* no symbols */
static char *text;    /* text of the last report */

static size_t peek(void *ctx, uint64_t linear, void *buf, size_t want)
{
	(void)ctx;
	if (linear < BASE || linear >= BASE + SIZE) return 0;
	size_t room = (size_t)(BASE + SIZE - linear);
	size_t n = want < room ? want : room;
	memcpy(buf, memory + (linear - BASE), n);
	return n;
}

static void symbol(void *ctx, uint64_t addr, char *buf, size_t size)
{
	(void)ctx;
	buf[0] = '\0';
	if (!nameless) snprintf(buf, size, "sym_%" PRIx64, addr);
}

/* Explains an access to a page that its PTE does not map. */
static struct page_explanation explain(void *ctx, uint64_t linear, enum page_access access,
				       bool user)
{
	(void)ctx;
	struct page_explanation e = { .linear = linear,
				      .access = access,
				      .user = user,
				      .mode = { .cr0 = 0x80010011, .cr4 = 0x20, .efer = 0x500 },
				      .refusal = PAGE_NOT_PRESENT,
				      .walk = { .levels = 1, .entry_bytes = 8 } };
	e.level[0].name = "PML4E";
	e.level[0].in_memory = true;
	return e;
}

static struct guest_view view_of_guest(void)
{
	return (struct guest_view){
		.regs = &regs, .peek = peek, .symbol = symbol, .explain = explain
	};
}

static inline void put64(uint64_t addr, uint64_t value)
{
	memcpy(memory + (addr - BASE), &value, sizeof(value));
}

static inline void put(uint64_t addr, const void *bytes, size_t n)
{
	memcpy(memory + (addr - BASE), bytes, n);
}

/* Sets up 64-bit code at 0x1100, a stack at 0x1200, and memory full of NOPs. */
static void long_mode(void)
{
	memset(memory, 0x90, sizeof(memory));
	regs = (struct cpu_regs){ .rip = 0x1100, .cr0 = 0x80000011, .efer = 0x500 };
	regs.seg[CPU_CS].flags = LONG_CS;
	regs.gpr[CPU_RSP] = 0x1200;
	nameless = false;
	text = NULL;
}

static inline void forget_text(void)
{
	free(text);
	text = NULL;
}

/* Opens a stream for a report; close_text() copies it into `text`. */
static inline FILE *open_text(void)
{
	static size_t size;
	forget_text();
	return open_memstream(&text, &size);
}

static inline bool says(const char *phrase) { return text && strstr(text, phrase) != NULL; }

#endif
