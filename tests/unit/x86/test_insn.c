/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "emu/array.h"
#include "emu/x86/insn.h"
#include "tests/check.h"
#include <capstone/capstone.h>

TestSuite(insn, .timeout = 60);

static struct insn decode(unsigned bits, const char *bytes, size_t n)
{
	struct insn insn;
	insn_decode((const uint8_t *)bytes, n, bits, &insn);
	return insn;
}

#define DECODE(bits, bytes) decode((bits), (bytes), sizeof(bytes) - 1)

struct row {
	const char *bytes;
	size_t n;
	unsigned bits, length;
	enum insn_access access;
	unsigned memory_bytes, alignment;
	bool lockable;
};

#define ROW(bits, bytes, length, access, memory, alignment, lockable)                          \
	{                                                                                      \
		(bytes), sizeof(bytes) - 1, (bits), (length), (access), (memory), (alignment), \
			(lockable)                                                             \
	}

static const struct row rows[] = {
	ROW(64, "\x90", 1, INSN_NONE, 0, 1, false),
	ROW(64, "\x01\x03", 2, INSN_MODIFY, 4, 1, true),           /* add [rbx], eax */
	ROW(64, "\x03\x03", 2, INSN_READ, 4, 1, false),            /* add eax, [rbx] */
	ROW(64, "\x39\x03", 2, INSN_READ, 4, 1, false),            /* cmp [rbx], eax */
	ROW(64, "\xc1\x0b\x03", 3, INSN_MODIFY, 4, 1, false),      /* ror dword [rbx], 3 */
	ROW(64, "\xdd\x23", 2, INSN_READ, 108, 1, false),          /* frstor [rbx] */
	ROW(64, "\x48\x0f\xab\x03", 4, INSN_MODIFY, 8, 1, true),   /* bts [rbx], rax */
	ROW(64, "\x0f\xbb\xe3", 3, INSN_NONE, 0, 1, false),        /* btc ebx, esp */
	ROW(64, "\x0f\xba\x23\x01", 4, INSN_READ, 4, 1, false),    /* bt dword [rbx], 1 */
	ROW(64, "\x0f\xb1\x0b", 3, INSN_MODIFY, 4, 1, true),       /* cmpxchg [rbx], ecx */
	ROW(64, "\x48\x0f\xc7\x0b", 4, INSN_MODIFY, 16, 1, true),  /* cmpxchg16b [rbx] */
	ROW(64, "\x0f\x28\x03", 3, INSN_READ, 16, 16, false),      /* movaps xmm0, [rbx] */
	ROW(64, "\x66\x0f\x7f\x03", 4, INSN_WRITE, 16, 16, false), /* movdqa [rbx], xmm0 */
	ROW(64, "\x0f\x11\x03", 3, INSN_WRITE, 16, 1, false),      /* movups [rbx], xmm0 */
	ROW(64, "\xf3\x0f\x6f\x03", 4, INSN_READ, 16, 1, false),   /* movdqu xmm0, [rbx] */
	ROW(64, "\xf2\x0f\xf0\x03", 4, INSN_READ, 16, 1, false),   /* lddqu xmm0, [rbx] */
	ROW(64, "\x0f\x5a\x03", 3, INSN_READ, 8, 1, false),        /* cvtps2pd xmm0, [rbx] */
	ROW(64, "\xf3\x0f\xe6\x03", 4, INSN_READ, 8, 1, false),    /* cvtdq2pd xmm0, [rbx] */
	ROW(64, "\x0f\x60\x03", 3, INSN_READ, 4, 1, false),        /* punpcklbw mm0, [rbx] */
	ROW(64, "\x0f\x58\x03", 3, INSN_READ, 16, 16, false),      /* addps xmm0, [rbx] */
	ROW(64, "\xf3\x0f\x58\x03", 4, INSN_READ, 4, 1, false),    /* addss xmm0, [rbx] */
	ROW(64, "\x48\xb8\1\2\3\4\5\6\7\x08", 10, INSN_NONE, 0, 1, false), /* mov rax, imm64 */
	ROW(64, "\xa1\1\2\3\4\5\6\7\x08", 9, INSN_READ, 4, 1, false),      /* mov eax, [moffs] */
	ROW(32, "\xa1\1\2\3\4", 5, INSN_READ, 4, 1, false),
	ROW(16, "\xa1\1\2", 3, INSN_READ, 2, 1, false),
	ROW(16, "\x67\x66\xa1\1\2\3\4", 7, INSN_READ, 4, 1, false),
	ROW(32, "\x9a\1\2\3\4\5\6", 7, INSN_NONE, 0, 1, false),           /* call far */
	ROW(64, "\xc8\x10\x00\x01", 4, INSN_NONE, 0, 1, false),           /* enter 16, 1 */
	ROW(64, "\xff\x13", 2, INSN_READ, 8, 1, false),                   /* call [rbx] */
	ROW(64, "\x8f\x03", 2, INSN_WRITE, 8, 1, false),                  /* pop qword [rbx] */
	ROW(64, "\x48\x8d\x03", 3, INSN_NONE, 0, 1, false),               /* lea rax, [rbx] */
	ROW(64, "\x0f\x01\x13", 3, INSN_READ, 10, 1, false),              /* lgdt [rbx] */
	ROW(64, "\x0f\x22\xd8", 3, INSN_NONE, 0, 1, false),               /* mov cr3, rax */
	ROW(64, "\x66\x0f\x38\x00\x03", 5, INSN_READ, 16, 16, false),     /* pshufb xmm0, [rbx] */
	ROW(64, "\x66\x0f\x3a\x0f\x03\x01", 6, INSN_READ, 16, 16, false), /* palignr */
	ROW(64, "\x66\x0f\x3a\x63\x03\x01", 6, INSN_READ, 16, 1, false),  /* pcmpistri */
};

Test(insn, length_operand_and_lock_of_each_kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		struct insn insn = decode(r->bits, r->bytes, r->n);
		check_eq(uint, insn.length, r->length, "row %zu", i);
		check_eq(int, (int)insn_access(&insn), (int)r->access, "row %zu", i);
		check_eq(uint, insn_memory_bytes(&insn), r->memory_bytes, "row %zu", i);
		check_eq(uint, insn_alignment(&insn), r->alignment, "row %zu", i);
		check_eq(int, insn_lockable(&insn), r->lockable, "row %zu", i);
	}
}

Test(insn, an_instruction_longer_than_its_bytes_does_not_decode)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t n = 0; n < rows[i].length; n++)
			check_eq(uint, decode(rows[i].bits, rows[i].bytes, n).length, 0,
				 "row %zu, %zu bytes", i, n);
}

Test(insn, sixteen_bytes_are_no_instruction)
{
	static const uint8_t code[16] = { 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
					  0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x90 };
	struct insn insn;
	check(!insn_decode(code, sizeof code, 64, &insn));
	check(insn_decode(code + 1, sizeof code - 1, 64, &insn));
}

Test(insn, a_rex_prefix_counts_only_before_the_opcode)
{
	check_eq(uint, DECODE(64, "\x48\x66\xb8\1\2").length, 5);
	check_eq(uint, DECODE(64, "\x66\x48\xb8\1\2\3\4\5\6\7\x08").length, 11);
}

Test(insn, the_last_of_f2_and_f3_is_the_mandatory_prefix)
{
	struct insn insn = DECODE(64, "\x66\xf2\xf3\x0f\x10\x03");
	check_eq(u8, insn_mandatory(&insn), 0xf3);
	insn = DECODE(64, "\xf3\xf2\x66\x0f\x10\x03");
	check_eq(u8, insn_mandatory(&insn), 0xf2);
}

/* VEX, XOP and UD0 to UD2 belong to other CPUs, or fault before their length matters. */
static bool is_of_others(const struct insn *ours, const cs_insn *other)
{
	bool vector = ours->opcode == 0xc4 || ours->opcode == 0xc5 || ours->opcode == 0x8f;
	return (vector && other->mnemonic[0] == 'v') || !strncmp(other->mnemonic, "ud", 2);
}

/* Random bytes, compared with another decoder: if both find an instruction, its length must be
 * equal. */
Test(insn, lengths_are_those_of_another_decoder)
{
	static const struct {
		unsigned bits;
		cs_mode mode;
	} modes[] = { { 16, CS_MODE_16 }, { 32, CS_MODE_32 }, { 64, CS_MODE_64 } };
	enum { ROUNDS = 60000 };
	uint64_t random = 1;
	for (unsigned m = 0; m < 3; m++) {
		csh handle;
		unsigned both = 0, differ = 0;
		require_eq(int, cs_open(CS_ARCH_X86, modes[m].mode, &handle), CS_ERR_OK);
		cs_insn *other = cs_malloc(handle);
		for (unsigned i = 0; i < ROUNDS; i++) {
			uint8_t code[INSN_MAX_BYTES];
			for (unsigned j = 0; j < sizeof code; j++) {
				random = random * UINT64_C(6364136223846793005) +
					 1442695040888963407;
				code[j] = (uint8_t)(random >> 56);
			}
			const uint8_t *at = code;
			size_t left = sizeof code;
			uint64_t address = 0;
			struct insn insn;
			bool ours = insn_decode(code, sizeof code, modes[m].bits, &insn);
			if (!cs_disasm_iter(handle, &at, &left, &address, other) || !ours) continue;
			if (is_of_others(&insn, other)) continue;
			both++;
			differ += insn.length != other->size;
			if (insn.length != other->size && differ < 20)
				cr_log_warn("%u bits: %02x %02x %02x %02x %02x: %u, %s %s: %u",
					    modes[m].bits, code[0], code[1], code[2], code[3],
					    code[4], insn.length, other->mnemonic, other->op_str,
					    other->size);
		}
		check_gt(uint, both, ROUNDS / 2);
		check_eq(uint, differ, 0, "%u bits", modes[m].bits);
		cs_free(other, 1);
		cs_close(&handle);
	}
}
