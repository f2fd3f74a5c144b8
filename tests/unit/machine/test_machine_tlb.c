/* SPDX-License-Identifier: MIT */
/* A machine whose CPU remembers the translations that it may have cached. */
#include "tests/unit/machine/machine_fixture.h"

enum {
	DIRECTORY_AT = 0x10000,
	TABLE_AT = 0x11000,
	EBDA_AT = 0x9f000,
	PAGES_AT = 0x20000,
	LINEAR = 0x400000
};
enum { ENTRY_PW = 0x63 /* P, R/W, A, D */, ENTRY_PS = 0x80, LAST_PAGE = 0x1000 };

/* A page goes to and fro between two frames, and only every 256th time comes an INVLPG. */
static void start_stale(struct machine *m, uint32_t table)
{
	static const uint8_t code[] = {
		0x89, 0x1f,       /* again: mov [edi], ebx */
		0x03, 0x06,       /* add eax, [esi] */
		0x87, 0xd3,       /* xchg ebx, edx */
		0x89, 0x45, 0x00, /* mov [ebp], eax */
		0xfe, 0xc1,       /* inc cl */
		0x75, 0xf3,       /* jnz again */
		0x0f, 0x01, 0x3e, /* invlpg [esi] */
		0x87, 0xd3,       /* xchg ebx, edx: the other frame is cached next */
		0xeb, 0xec        /* jmp again */
	};
	struct cpu_regs r = { .rip = CODE, .rflags = 2, .cr0 = 0x80000011, .cr3 = DIRECTORY_AT };
	r.cr4 = 0x10; /* PSE */
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r.seg[i] = (struct cpu_segment_state){ .limit = UINT32_MAX,
						       .flags = 0xcf9300,
						       .selector = 0x10 };
	r.seg[CPU_CS].flags = 0xcf9b00;
	r.gpr[CPU_RSI] = LINEAR;
	r.gpr[CPU_RDI] = table;
	r.gpr[CPU_RBP] = PAGES_AT - 0x1000;
	r.gpr[CPU_RBX] = PAGES_AT | ENTRY_PW;
	r.gpr[CPU_RDX] = (PAGES_AT + LAST_PAGE) | ENTRY_PW;
	mem_set(&m->mem, DIRECTORY_AT, 0, MEM_PAGE);
	mem_set(&m->mem, table, 0, MEM_PAGE);
	mem_write32(&m->mem, DIRECTORY_AT, ENTRY_PW | ENTRY_PS);
	mem_write32(&m->mem, DIRECTORY_AT + 4, table | ENTRY_PW);
	mem_write32(&m->mem, PAGES_AT, 1);
	mem_write32(&m->mem, PAGES_AT + LAST_PAGE, 1000);
	mem_write(&m->mem, CODE, code, sizeof(code));
	cpu_set_regs(m->cpu, &r);
}

Test(machine, a_copy_has_the_translations_that_are_cached)
{
	char a[33], b[33];
	config.tlb = (struct tlb_policy){ .use = TLB_STALE };
	machine_free(&machine);
	make(&machine);
	hub_attach(&machine.hub, &watcher);
	make(&twin);
	start_stale(&machine, TABLE_AT);
	for (uint64_t ns = 10007; ns < MS; ns += 100003) {
		machine_run(&machine, ns);
		machine_copy_state(&twin, &machine);
		machine_run(&machine, ns + 700);
		machine_run(&twin, ns + 700);
		machine_digest(&machine, a);
		machine_digest(&twin, b);
		require_eq(str, a, b, "copied at %llu ns", (unsigned long long)ns);
	}
	check_gt(u64, lints, 10);
	machine_free(&twin);
}

/* The last page below 640 KiB, which is partly the firmware's. */
Test(machine, a_table_in_the_firmwares_memory_is_told)
{
	config.tlb = (struct tlb_policy){ .use = TLB_LINT };
	make(&twin);
	hub_attach(&twin.hub, &watcher);
	start_stale(&twin, EBDA_AT);
	struct cpu_regs r;
	cpu_get_regs(twin.cpu, &r);
	r.gpr[CPU_RDX] = r.gpr[CPU_RBX]; /* the page stays where it is */
	cpu_set_regs(twin.cpu, &r);
	machine_run(&twin, 10);
	check_eq(str, last_lint, "cpu.table-place");
	check_eq(uint, lints, 1);
	machine_free(&twin);
}
