/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/diagnosis.h"
#include "tests/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/emu/random.h"

#define MS UINT64_C(1000000)
enum { CODE = 0x7c00 };

static struct machine machine, plain;
static struct diagnosis diagnosis;
static char *text;

static void make(struct machine *m)
{
	struct machine_config config = { .machine = "isapc", .memory = 8 << 20 };
	require(machine_init(m, &config) == NULL);
}

static void load(struct machine *m, const uint8_t *code, size_t len)
{
	struct cpu_regs r;
	require(mem_write(&m->mem, CODE, code, len));
	cpu_get_regs(m->cpu, &r);
	r.rip = CODE;
	r.gpr[CPU_RSP] = CODE;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) r.seg[i].selector = r.seg[i].base = 0;
	cpu_set_regs(m->cpu, &r);
}

static void start(void)
{
	make(&machine);
	make(&plain);
	diagnosis_init(&diagnosis, &machine, NULL, NULL);
	text = NULL;
}

static void finish(void)
{
	free(text);
	machine_free(&machine);
	machine_free(&plain);
}

static FILE *open_text(void)
{
	static size_t size;
	free(text);
	text = NULL;
	return open_memstream(&text, &size);
}

static void stall(void)
{
	FILE *out = open_text();
	diagnosis_stall(&diagnosis, false, NULL, out);
	fclose(out);
}

static bool says(const char *phrase) { return strstr(text, phrase) != NULL; }

#define LOAD(...)                                               \
	do {                                                    \
		static const uint8_t code_[] = { __VA_ARGS__ }; \
		load(&machine, code_, sizeof(code_));           \
		load(&plain, code_, sizeof(code_));             \
	} while (0)

/* mov dx,0x3fd; 1: in al,dx; test al,1; jz 1b */
#define POLL 0xba, 0xfd, 3, 0xec, 0xa8, 1, 0x74, 0xfb

TestSuite(diagnosis, .init = start, .fini = finish, .timeout = 240);

/* Runs in slices of virtual time, as a session does. */
static void run_to(uint64_t end)
{
	for (uint64_t at = 10 * MS; at <= end; at += 10 * MS) {
		diagnosis_run(&diagnosis, at, end);
		machine_run(&plain, at);
	}
}

static void compare_digests(void)
{
	char watched[33];
	char unwatched[33];
	machine_digest(&machine, watched);
	machine_digest(&plain, unwatched);
	check_eq(str, watched, unwatched);
}

Test(diagnosis, only_the_end_of_a_run_is_watched_and_the_digest_stays)
{
	LOAD(POLL);
	run_to(30 * MS);
	diagnosis_stop(&diagnosis);
	compare_digests();
	check(diagnosis.profile.start_ns >= 20 * MS && diagnosis.profile.start_ns < 21 * MS);
	stall();
	check(says("the guest polls uart16550.LSR (com1)"), "%s", text);
	check(says("it waits for DR (mask 0x1), which is 0"), "%s", text);
}

Test(diagnosis, a_busy_guest_is_watched_for_the_last_two_milliseconds)
{
	LOAD(0xeb, 0xfe);
	run_to(30 * MS);
	diagnosis_stop(&diagnosis);
	compare_digests();
	check_eq(u64, diagnosis.profile.end_ns, 30 * MS);
	check_eq(u64, profile_window_ns(&diagnosis.profile), 2 * MS);
	check_eq(u64, diagnosis.profile.instructions, 2 * MS);
	stall();
	check(says("an instruction that jumps to itself"), "%s", text);
}

Test(diagnosis, a_later_end_is_watched_again)
{
	LOAD(0xeb, 0xfe);
	diagnosis_run(&diagnosis, 10 * MS, 10 * MS);
	check(diagnosis.profile.running);
	diagnosis_run(&diagnosis, 20 * MS, 100 * MS);
	check(!diagnosis.profile.running, "nothing to watch yet");
	diagnosis_run(&diagnosis, 100 * MS, 100 * MS);
	check_eq(u64, diagnosis.profile.start_ns, 98 * MS);
}

Test(diagnosis, an_unknown_end_is_watched_afterwards)
{
	LOAD(POLL);
	diagnosis_run(&diagnosis, 10 * MS, UINT64_MAX);
	check(!diagnosis.profile.running);
	diagnosis_run_on(&diagnosis);
	check(diagnosis.profile.reads > 1000);
	check(machine.hub.first == &machine.digest_observer && !machine.hub.first->next,
	      "the watcher has left");
	stall();
	check(says("the guest polls"), "%s", text);
}

Test(diagnosis, a_triple_fault_is_reported_with_its_reason)
{
	/* lidt cs:[7c10] with limit 0; ud2 */
	static const uint8_t code[] = { 0x2e, 0x0f, 0x01, 0x1e, 0x10, 0x7c, 0x0f, 0x0b, 0, 0, 0,
					0,    0,    0,    0,    0,    0,    0,    0,    0, 0, 0 };
	load(&machine, code, sizeof(code));
	require_eq(int, machine_run(&machine, MS), CPU_STOP_TRIPLE_FAULT);
	FILE *out = open_text();
	diagnosis_crash(&diagnosis, "triple fault", "", 5, "on the screen", out);
	fclose(out);
	check(says("bimetal: crash: triple fault, pc 0x7c06, 0.000000005 s virtual\n"), "%s", text);
	check(says("1. exception #UD, at 0x7c06\n"), "%s", text);
	check(says("the vector table at 0x0 has limit 0x0"), "%s", text);
	check(says("=> 0000000000007c06  0f0b"), "%s", text);
	check(says("real mode, 16-bit code, ring 0"));
	check(says("  |on the screen"));
}

Test(diagnosis, a_halted_guest_is_reported_with_its_place_and_what_could_wake_it)
{
	LOAD(0xfa, 0xf4); /* cli; hlt */
	require_eq(int, machine_run(&machine, MS), CPU_STOP_HALTED);
	FILE *out = open_text();
	diagnosis_halted(&diagnosis, cpu_stop_detail(machine.cpu), NULL, out);
	fclose(out);
	check(says("bimetal: halted for good: HLT with interrupts off at 0x7c01\n"), "%s", text);
	check(says("the CPU takes none"));
	check(says("backtrace:\n    0000000000007c01\n"), "%s", text);
}

static void name_address(void *ctx, uint64_t addr, char *buf, size_t size)
{
	(void)ctx;
	snprintf(buf, size, "name_%" PRIx64, addr);
}

/* The code behind it may belong to another function. */
Test(diagnosis, the_place_of_a_halt_is_the_hlt_and_not_what_follows_it)
{
	LOAD(0xfb, 0xf4); /* sti; hlt */
	diagnosis_init(&diagnosis, &machine, name_address, NULL);
	require_eq(int, diagnosis_run(&diagnosis, MS, MS), CPU_STOP_TIME);
	diagnosis_stop(&diagnosis);
	stall();
	check(says("HLT, at 0x7c01 name_7c01;") || says("HLT, at 0x7c01 name_7c01,"), "%s", text);
	check(says("backtrace:\n    0000000000007c01  name_7c01\n"), "%s", text);
	check(says("  rip 0000000000007c02  behind the HLT at name_7c01\n"), "%s", text);

	FILE *out = open_text();
	diagnosis_halted(&diagnosis, "detail", NULL, out);
	fclose(out);
	check(says("halted for good: detail, in name_7c01\n"), "%s", text);
}

Test(diagnosis, a_guest_with_random_tables_is_reported_like_any_other)
{
	uint64_t random = 99;
	for (unsigned round = 0; round < 16; round++) {
		uint8_t code[512];
		struct cpu_regs r;
		machine_reset(&machine);
		for (size_t i = 0; i < sizeof(code); i++) code[i] = (uint8_t)random_next(&random);
		load(&machine, code, sizeof(code));
		cpu_get_regs(machine.cpu, &r);
		for (unsigned i = 0; i < CPU_N_GPR; i++) r.gpr[i] = random_next(&random);
		if (round & 1) { /* protected or long mode, with random tables */
			r.cr0 = 0x80000011;
			r.cr3 = round & 2 ? CODE & ~0xfff : random_next(&random) & 0xfffff000;
			r.cr4 = round & 4 ? 0x20 : 0;
			r.efer = round & 4 ? 0x500 : 0;
			r.gdt.base = random_next(&random);
			r.idt.base = random_next(&random);
			r.tr.base = random_next(&random);
		}
		cpu_set_regs(machine.cpu, &r);
		diagnosis_run(&diagnosis, clock_now(&machine.clock) + MS / 200, UINT64_MAX);
		diagnosis_run_on(&diagnosis);
		FILE *out = open_text();
		diagnosis_crash(&diagnosis, "triple fault", "", 0, NULL, out);
		diagnosis_halted(&diagnosis, "", NULL, out);
		diagnosis_stall(&diagnosis, false, NULL, out);
		fclose(out);
		require(says("bimetal: stall: "));
	}
}
