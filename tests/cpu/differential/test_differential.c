/* SPDX-License-Identifier: MIT */
/* The fuzzer's own parts: programs are the same on every host, records are read as they were
 * written, masks hide only what they should, and rows of the table match only what they name. */
#include <string.h>

#include "decided.h"
#include "generate.h"
#include "side.h"
#include "tests/check.h"

/* A hash of the first 200 programs. It changes with the generator, but not with host or compiler.
 */
#define PROGRAMS_OF_SEED_7 UINT64_C(0xb35068b9e466910d)

static const struct generate_options any = { 0 };

static uint64_t hash(const void *bytes, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
	return h;
}

static struct program example(void)
{
	struct program p;
	generate(1, 0, &any, &p);
	p.undefined_flags = p.undefined_fsw = 0;
	p.bits = 64;
	return p;
}

static struct outcome undisturbed(const struct program *p)
{
	struct outcome o = { .ending = ENDING_TRAP };
	baseline_words(p, o.words);
	return o;
}

Test(differential, a_seed_gives_the_same_programs)
{
	struct program a, b;
	uint64_t all = 0;
	for (uint32_t i = 0; i < 200; i++) {
		generate(7, i, &any, &a);
		generate(7, i, &any, &b);
		require(memcmp(&a, &b, sizeof a) == 0);
		all = all * 31 + hash(&a.code, sizeof a.code) + hash(a.gprs, sizeof a.gprs);
	}
	generate(8, 0, &any, &b);
	generate(7, 0, &any, &a);
	require(memcmp(&a, &b, sizeof a) != 0, "another seed gives others");
	require(all == PROGRAMS_OF_SEED_7, "programs of seed 7 have changed: %llx",
		(unsigned long long)all);
}

Test(differential, programs_are_well_formed)
{
	struct program p;
	unsigned bits[3] = { 0 };
	for (uint32_t i = 0; i < 2000; i++) {
		generate(3, i, &any, &p);
		bits[p.bits / 32]++;
		require(p.count >= 1 && p.count <= MAX_INSNS);
		require(p.code_at + p.code_length <= PAGE_BYTES);
		unsigned length = 0;
		for (unsigned k = 0; k < p.count; k++) {
			require(p.insns[k].length >= 1 && p.insns[k].length <= 15);
			require(p.insns[k].target > k && p.insns[k].target <= p.count,
				"branches go forward");
			length += p.insns[k].length;
		}
		require(length == p.code_length);
	}
	for (unsigned i = 0; i < 3; i++) require(bits[i] > 100);
}

Test(differential, native_programs_are_of_ring_3)
{
	const struct generate_options native = { .native = true };
	struct program p;
	for (uint32_t i = 0; i < 500; i++) {
		generate(3, i, &native, &p);
		require(p.native && p.bits == 64 && p.ring == 3);
		require(!p.patches[0].used, "no far pointers, no frames");
	}
}

Test(differential, an_instruction_is_dropped_and_branches_follow)
{
	struct program p = { .bits = 64, .count = 3 };
	p.insns[0] = (struct insn){ .bytes = { 0x74, 0 }, .length = 2, .relative = 1, .target = 2 };
	p.insns[1] = (struct insn){ .bytes = { 0x48, 0xff, 0xc0 }, .length = 3, .target = 2 };
	p.insns[2] = (struct insn){ .bytes = { 0x90 }, .length = 1, .target = 3 };
	program_assemble(&p);
	require(memcmp(p.code, "\x74\x03\x48\xff\xc0\x90", 6) == 0);

	struct program q;
	program_without(&p, 1, &q);
	require(q.count == 2);
	require(memcmp(q.code, "\x74\x00\x90", 3) == 0 && q.code_length == 3);
}

/* A record as the monitor writes it, of one changed word and one changed qword of memory. */
Test(differential, records_are_read)
{
	struct program p = example();
	struct outcome o;
	uint8_t bytes[128] = { RECORD_START };
	size_t n = 1;
	const uint64_t value = 0x1122334455667788, sum = 99;
	const uint16_t changes = 1, offset = 0x18;

	memcpy(bytes + n, &p.index, 4), n += 4;
	bytes[n + W_CR2 / 8] = 1 << W_CR2 % 8, n += BITMAP_BYTES;
	memcpy(bytes + n, &value, 8), n += 8;
	memcpy(bytes + n, &changes, 2), n += 2;
	memcpy(bytes + n, &sum, 8), n += 8;
	memcpy(bytes + n, &offset, 2), n += 2;
	memcpy(bytes + n, &value, 8), n += 8;
	require(records_read(bytes, n, &p, 1, &o) == 0, "without its end it is none");
	bytes[n++] = RECORD_END;
	require(records_read(bytes, n, &p, 1, &o) == 1);
	require(o.words[W_CR2] == value);
	require(o.words[W_GPRS + RDI] == p.gprs[RDI]);
	require(o.sum == sum);
	require(o.changes[0].offset == offset);
	p.index++;
	require(records_read(bytes, n, &p, 1, &o) == 0, "of another program");
}

Test(differential, every_word_counts_but_what_is_masked)
{
	struct program p = example();
	struct outcome a = undisturbed(&p), b;
	for (unsigned w = 0; w < N_WORDS; w++) {
		b = a;
		b.words[w] ^= 1;
		bool pointers = w == W_FX + 1 || w == W_FX + 2;
		require((compare(&p, &a, &b, false) != 0) == !pointers, "word %u", w);
	}
	b = a;
	b.sum++;
	require(compare(&p, &a, &b, false) == 1u << D_MEMORY);
	b = a;
	b.ending = ENDING_DIED;
	require(compare(&p, &a, &b, false) == 1u << D_END);
}

Test(differential, undefined_flags_are_masked)
{
	struct program p = example();
	struct outcome a = undisturbed(&p), b = a;
	b.words[W_RFLAGS] ^= F_AF | F_OF;
	require(compare(&p, &a, &b, false) == 1u << D_FLAGS);
	p.undefined_flags = F_AF;
	require(compare(&p, &a, &b, false) == 1u << D_FLAGS);
	p.undefined_flags = F_AF | F_OF;
	require(compare(&p, &a, &b, false) == 0);
	b.words[W_RFLAGS] ^= F_RF;
	require(compare(&p, &a, &b, false) == 1u << D_RF);
}

Test(differential, upper_halves_count_in_64_bits_only)
{
	struct program p = example();
	struct outcome a = undisturbed(&p), b = a;
	b.words[W_GPRS + RBX] ^= UINT64_C(1) << 40;
	require(compare(&p, &a, &b, false) == 1u << D_GPR);
	p.bits = 32;
	require(compare(&p, &a, &b, false) == 0);
}

Test(differential, the_host_shows_no_system_registers)
{
	struct program p = example();
	struct outcome a = undisturbed(&p), b = a;
	b.words[W_CR0] ^= 8;
	b.words[W_SEGMENTS] ^= 0x33;
	b.words[W_RFLAGS] ^= F_IF;
	require(compare(&p, &a, &b, true) == 0);
	require(compare(&p, &a, &b, false) != 0);
}

Test(differential, rows_take_the_fields_that_they_name)
{
	static struct decided d;
	struct finding f = { .side = "qemu",
			     .mode = "64r3",
			     .texts = { "nop ", "add eax, 1" },
			     .bytes = { "90", "83 c0 01" },
			     .count = 2,
			     .here = "end",
			     .there = "end",
			     .fields = 1u << D_FLAGS | 1u << D_GPR };

	require(decided_parse(
		"# a comment\n"
		"qemu | 64* | add * | end | end | flags | here | a clause | with a bar\n"
		"* | * | * | * | * | gpr | undefined | another\n"
		"host | * | * | * | * | * | there | not of this side\n",
		"test", &d));
	require(d.count == 3);
	require(decided_apply(&d, &f, true) == 1u << D_FLAGS,
		"the second alone is of every instruction");
	require(decided_apply(&d, &f, false) == 0);
	require(d.rows[0].hits == 1);
	require(d.rows[2].hits == 0);
	f.there[0] = 'x';
	require(decided_apply(&d, &f, false) == 1u << D_FLAGS);
	memcpy(f.texts[1], "sub", 4);
	f.there[0] = 'e';
	require(decided_apply(&d, &f, false) == 1u << D_FLAGS);
}

Test(differential, a_row_can_want_two_instructions)
{
	static struct decided d;
	struct finding f = { .side = "qemu",
			     .mode = "64r3",
			     .texts = { "bsf ecx, ebx", "mov eax, dword ptr [rcx]" },
			     .bytes = { "0f bc cb", "8b 01" },
			     .count = 2,
			     .here = "end",
			     .there = "#GP",
			     .fields = 1u << D_VECTOR };
	require(decided_parse("qemu | * | bsr*;bsf* & *ptr* | * | * | vector | here | a clause\n",
			      "test", &d));
	require(decided_apply(&d, &f, false) == 0);
	f.count = 1;
	require(decided_apply(&d, &f, false) == 1u << D_VECTOR);
}

Test(differential, a_malformed_row_is_refused)
{
	static struct decided d;
	require(!decided_parse("qemu | * | * | * | * | rf | here\n", "a row without a clause", &d));
	require(!decided_parse("qemu | * | * | * | * | rf | nobody | x\n",
			       "a row that decides for nobody", &d));
	require(!decided_parse("qemu | * | * | * | * | rv | here | x\n",
			       "a field that there is not", &d));
}
