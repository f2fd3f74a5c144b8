/* SPDX-License-Identifier: MIT */
#include "compare.h"

#include <stdio.h>
#include <string.h>

const char *const field_names[N_FIELDS] = {
	"end", "vector", "error",    "cr2", "rip",   "flags",    "rf",  "sysflags",
	"gpr", "rsp",    "segments", "cr",  "msr",   "dr6",      "dr7", "tables",
	"fcw", "fsw",    "ftw",      "st",  "mxcsr", "denormal", "xmm", "memory",
};

enum {
	W_X87_CONTROL = W_FX, /* FCW, FSW, FTW, FOP */
	W_MXCSR = W_FX + 3,   /* and its mask, which the model decides */
	W_ST0 = W_FX + 4,
	W_XMM0 = W_FX + 20,
	VECTOR_SS = 12,
	VECTOR_GP = 13,
	VECTOR_PF = 14
};

static uint64_t gpr_mask(const struct program *p, unsigned w)
{
	/* Upper halves are undefined when 64-bit mode was left (SDM Vol. 1 3.4.1.1). */
	return p->bits == 64 || w >= W_GPRS + 8 ? UINT64_MAX : UINT32_MAX;
}

static uint64_t flags_mask(const struct program *p, bool native)
{
	uint64_t mask = UINT64_MAX ^ (p->undefined_flags & F_STATUS);
	return native ? mask & ~(uint64_t)F_IF : mask;
}

static uint64_t fx_mask(const struct program *p, unsigned w)
{
	if (w == W_X87_CONTROL) return 0x0000ffffffffffff ^ (uint64_t)p->undefined_fsw << 16;
	if (w == W_FX + 1 || w == W_FX + 2)
		return 0; /* addresses of the last x87 instruction and its operand */
	if (w == W_MXCSR) return UINT32_MAX;
	if (w < W_XMM0 && (w - W_ST0) % 2 == 1) return 0xffff; /* 80 bits of 128 */
	return UINT64_MAX;
}

uint64_t word_mask(const struct program *p, unsigned w, bool native)
{
	if (w < N_GPRS) return gpr_mask(p, w);
	if (w == W_RFLAGS) return flags_mask(p, native);
	if (w >= W_FX) return fx_mask(p, w);
	if (native && w > W_CR2) return 0;
	return UINT64_MAX;
}

static uint32_t flag_fields(uint64_t changed)
{
	uint32_t fields = 0;
	if (changed & F_STATUS) fields |= 1u << D_FLAGS;
	if (changed & F_RF) fields |= 1u << D_RF;
	if (changed & ~(uint64_t)(F_STATUS | F_RF)) fields |= 1u << D_SYSTEM_FLAGS;
	return fields;
}

static uint32_t x87_control_fields(uint64_t changed)
{
	uint32_t fields = 0;
	if (changed & 0xffff) fields |= 1u << D_FCW;
	if (changed & 0xffff0000) fields |= 1u << D_FSW;
	if (changed >> 32) fields |= 1u << D_FTW;
	return fields;
}

static enum field system_field(unsigned w)
{
	switch ((enum word)w) {
	case W_CR0:
	case W_CR3:
	case W_CR4:
	case W_CR8: return D_CR;
	case W_DR6: return D_DR6;
	case W_DR7: return D_DR7;
	case W_GDT_LIMIT:
	case W_IDT_LIMIT: return D_TABLES;
	case W_SEGMENTS:
	case W_SEGMENTS2: return D_SEGMENTS;
	default: return D_MSR;
	}
}

static uint32_t word_fields(unsigned w, uint64_t changed)
{
	if (!changed) return 0;
	if (w == W_GPRS + RSP) return 1u << D_RSP;
	if (w < N_GPRS) return 1u << D_GPR;
	if (w == W_RIP) return 1u << D_RIP;
	if (w == W_RFLAGS) return flag_fields(changed);
	if (w == W_VECTOR) return 1u << D_VECTOR;
	if (w == W_ERROR) return 1u << D_ERROR;
	if (w == W_CR2) return 1u << D_CR2;
	if (w == W_X87_CONTROL) return x87_control_fields(changed);
	if (w == W_MXCSR)
		return (changed & ~UINT64_C(2) ? 1u << D_MXCSR : 0) |
		       (changed & 2 ? 1u << D_DENORMAL : 0);
	if (w >= W_XMM0) return 1u << D_XMM;
	if (w >= W_FX) return 1u << D_ST;
	return 1u << system_field(w);
}

static bool memory_differs(const struct outcome *a, const struct outcome *b)
{
	return a->n_changes != b->n_changes || a->sum != b->sum;
}

/* On the host, PAGE_SYSTEM is absent, other addresses may be mapped, and for addresses in its own
 * half Linux reports P=1. So P of the error code can be compared only in the rest of the window. */
static bool presence_unknown(const struct outcome *o)
{
	uint64_t page = o->words[W_CR2] / PAGE_BYTES - WINDOW / PAGE_BYTES;
	return o->words[W_VECTOR] == VECTOR_PF && (page == PAGE_SYSTEM || page >= WINDOW_PAGES);
}

/* Whether the address is in the upper half of the address space, where the window has its second
 * address. */
static bool in_kernels_half(const struct outcome *o)
{
	return o->words[W_VECTOR] == VECTOR_PF && o->words[W_CR2] >> 63;
}

/* An operand with canonical and other addresses: QEMU checks only the first byte, and raises a page
 * fault there. */
static bool crosses_edge(const struct outcome *here, const struct outcome *there)
{
	const uint64_t edge = UINT64_C(0x800000000000), longest = 512;
	uint64_t vector = here->words[W_VECTOR];
	bool refused = vector == VECTOR_SS || vector == VECTOR_GP;
	return refused && there->words[W_VECTOR] == VECTOR_PF &&
	       edge - there->words[W_CR2] - 1 < longest;
}

uint32_t compare(const struct program *p, const struct outcome *here, const struct outcome *there,
		 bool native)
{
	uint32_t fields = 0;

	if (native && in_kernels_half(there)) return 0;
	if (!native && crosses_edge(here, there)) return 0;
	if (here->ending != there->ending) return 1u << D_END;
	if (here->ending != ENDING_TRAP) return 0;
	if (here->words[W_VECTOR] != there->words[W_VECTOR]) return 1u << D_VECTOR;
	if (here->words[W_RIP] != there->words[W_RIP]) return 1u << D_RIP;
	for (unsigned w = 0; w < N_WORDS; w++) {
		uint64_t changed = (here->words[w] ^ there->words[w]) & word_mask(p, w, native);
		if (w == W_ERROR && native && presence_unknown(here)) changed &= ~UINT64_C(1);
		fields |= word_fields(w, changed);
	}
	if (memory_differs(here, there)) fields |= 1u << D_MEMORY;
	return fields;
}

void fields_text(uint32_t fields, char *text, size_t size)
{
	size_t at = 0;
	text[0] = 0;
	for (unsigned i = 0; i < N_FIELDS && at < size; i++)
		if (fields >> i & 1)
			at += (size_t)snprintf(text + at, size - at, "%s%s", at ? " " : "",
					       field_names[i]);
}

void outcome_text(const struct program *p, const struct outcome *o, char *text, size_t size)
{
	static const char *const names[32] = { "DE", "DB", "NMI", "BP", "OF", "BR", "UD",
					       "NM", "DF", "9",   "TS", "NP", "SS", "GP",
					       "PF", "15", "MF",  "AC", "MC", "XM" };
	uint64_t words[N_WORDS], vector = o->words[W_VECTOR], error = o->words[W_ERROR];

	baseline_words(p, words);
	if (o->ending == ENDING_DIED)
		(void)snprintf(text, size, "died");
	else if (vector == 3 && o->words[W_RIP] == words[W_RIP])
		(void)snprintf(text, size, "end");
	else if (vector >= VECTOR_SYSCALL)
		(void)snprintf(text, size, "%s",
			       vector == VECTOR_SYSCALL    ? "syscall"
			       : vector == VECTOR_SYSENTER ? "sysenter"
							   : "gate");
	else if (vector < 32 && names[vector] && error)
		(void)snprintf(text, size, "#%s(%llx)", names[vector], (unsigned long long)error);
	else if (vector < 32 && names[vector])
		(void)snprintf(text, size, "#%s", names[vector]);
	else
		(void)snprintf(text, size, "int %llxh", (unsigned long long)vector);
}
