/* SPDX-License-Identifier: MIT */
#include "emu/unicorn/x86/engine_identity.h"

#include <string.h>

/* The engine's feature words, in its order; 64 bits each. */
enum engine_word { E_1_EDX, E_1_ECX, E_7_EBX, E_8000_0001_EDX = 6, E_8000_0001_ECX = 7, E_WORDS };

/* Before them: the vendor name, 12 bytes, and the signature. */
enum { VENDOR_BYTES = 12, SIGNATURE_BYTES = 4 };
/* They are after the state that the engine's context saves, within this many bytes. */
enum { SEARCHED_BYTES = 4096 };

/* The bits that the engine's translator checks, and that have no other meaning for the engine.
 * RDTSCP is not among them: ours executes it where the engine refuses. RDRAND is, and the engine
 * always refuses it, as its numbers would be the host's. */
enum {
	ASKED_1_EDX = 1 << 8 | 1 << 15 | 1 << 19 | 1 << 24 | 1 << 25 | 1 << 26,
	ASKED_1_ECX = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 9 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 22 |
		      1 << 23 | 1 << 25 | 1 << 30,
	ASKED_7_EBX = 1 << 3 | 1 << 8 | 1 << 18 | 1 << 19 | 1 << 23 | 1 << 24
};
#define ASKED_X1_EDX (UINT32_C(1) << 30 | UINT32_C(1) << 31)
enum { RDRAND = 1 << 30 /* of 1_ECX */ };
enum { ASKED_X1_ECX = 1 << 0 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 12 };

/* Initial values of the engine's model; other bits of a word may differ. */
enum {
	PROOF_1_ECX = 1 << 0 | 1 << 13, /* SSE3, CMPXCHG16B, no other instructions */
	PROOF_X1_ECX = 1 << 0           /* LAHF */
};
#define PROOF_X1_EDX (UINT32_C(1) << 29 | UINT32_C(1) << 20 | UINT32_C(1) << 11)

void bimetal_unicorn_real_update_cr0(void *env, uint32_t value);
void bimetal_unicorn_update_cr0(void *env, uint32_t value);

/* "Reserved bits in CR0 ... remain clear after any load" (SDM Vol. 2B "MOV - Move to/from Control
 * Registers"). */
#define CR0_DEFINED UINT32_C(0xe005003f)

/* The state whose CR0 was written last. Per thread, because engines of several threads may run. */
static _Thread_local void *last_env;

void bimetal_unicorn_update_cr0(void *env, uint32_t value)
{
	last_env = env;
	bimetal_unicorn_real_update_cr0(env, value & CR0_DEFINED);
}

static uint8_t *find_state(uc_engine *uc)
{
	uint64_t cr0 = 0;
	last_env = NULL;
	uc_reg_read(uc, UC_X86_REG_CR0, &cr0);
	uc_reg_write(uc, UC_X86_REG_CR0, &cr0);
	return last_env;
}

/* Find the vendor name after the first `from` bytes of the state. */
static uint8_t *find_vendor(uint8_t *state, size_t from)
{
	static const char vendor[] = "AuthenticAMD";
	for (size_t i = from; i < from + SEARCHED_BYTES; i += sizeof(uint32_t))
		if (memcmp(state + i, vendor, VENDOR_BYTES) == 0) return state + i;
	return NULL;
}

static bool proven(const uint64_t *word)
{
	return (word[E_1_ECX] & ASKED_1_ECX) == PROOF_1_ECX &&
	       (word[E_8000_0001_EDX] & PROOF_X1_EDX) == PROOF_X1_EDX &&
	       (word[E_8000_0001_ECX] & PROOF_X1_ECX) == PROOF_X1_ECX;
}

static void set(uint64_t *word, uint32_t asked, uint32_t have)
{
	*word = (*word & ~(uint64_t)asked) | (have & asked);
}

const char *engine_identity_set(uc_engine *uc, const struct context_layout *layout,
				const struct cpu_features *f)
{
	uint64_t word[E_WORDS];
	uint8_t *state = find_state(uc);
	if (!state) return "the engine's state was not found";
	uint8_t *vendor = find_vendor(state, layout->size);
	if (!vendor) return "the engine's vendor name was not found";
	uint8_t *words = vendor + VENDOR_BYTES + SIGNATURE_BYTES;
	words += -(uintptr_t)words % sizeof word[0];
	memcpy(word, words, sizeof word);
	if (!proven(word)) return "the engine's feature words are not where they were";
	set(&word[E_1_EDX], ASKED_1_EDX, cpuid_word(f, CPUID_L1_EDX));
	set(&word[E_1_ECX], ASKED_1_ECX, cpuid_word(f, CPUID_L1_ECX) & ~(uint32_t)RDRAND);
	set(&word[E_7_EBX], ASKED_7_EBX, cpuid_word(f, CPUID_L7_EBX));
	set(&word[E_8000_0001_EDX], ASKED_X1_EDX, cpuid_word(f, CPUID_X1_EDX));
	set(&word[E_8000_0001_ECX], ASKED_X1_ECX, cpuid_word(f, CPUID_X1_ECX));
	memcpy(words, word, sizeof word);
	if (cpuid_is_intel(f)) memcpy(vendor, "GenuineIntel", VENDOR_BYTES);
	return NULL;
}
