/* SPDX-License-Identifier: MIT */
/* Stores into pages with translated code: code that they change is translated again, other code on
 * the page is not. */
#include <malloc.h>
#include <time.h>

#include "tests/unit/unicorn/cpu_fixture.h"

enum {
	PAGE = 0x9000, /* a page of INT3s, with the stack at its end */
	PAGE_JUMPS_BACK = PAGE + 0xf00,
	PAGE_STACK = PAGE + 0xffe,
	HANDLER = 0x7e00,
	PORT_POKE = 0xe0,
	INT3 = 0xcc,
	IRET = 0xcf,
	VECTOR_BP = 4 * 3
};

static double cpu_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* 3,840 blocks of one byte, in a page into which each pushes a frame. If each store walked all of
 * them, this would take ten seconds. */
Test(engine_code, a_store_beside_thousands_of_blocks, .timeout = 120)
{
	enum { PASSES = 20, ENOUGH_S = 4 };
	static const uint8_t vector[] = { HANDLER & 0xff, HANDLER >> 8, 0, 0 };
	static const uint8_t handler[] = { IRET };
	static const uint8_t start[] = { 0xb9, PASSES, 0,                  /* mov cx, PASSES */
					 0xe9, 0xfa,   0x13 };             /* jmp PAGE */
	static const uint8_t back[] = { 0x49, 0x0f,      0x85, 0xfb, 0xf0, /* dec cx; jnz PAGE */
					0xe6, PORT_STOP, 0xf4 }; /* out PORT_STOP, al; hlt */
	uint8_t page[PAGE_JUMPS_BACK - PAGE];
	memset(page, INT3, sizeof page);
	make_cpu(false);
	start_real(start, sizeof start);
	require(mem_write(&mem, VECTOR_BP, vector, sizeof vector));
	require(mem_write(&mem, HANDLER, handler, sizeof handler));
	require(mem_write(&mem, PAGE, page, sizeof page));
	require(mem_write(&mem, PAGE_JUMPS_BACK, back, sizeof back));
	struct cpu_regs r;
	cpu_get_regs(cpu, &r);
	r.gpr[CPU_RSP] = PAGE_STACK;
	cpu_set_regs(cpu, &r);
	double began = cpu_seconds();
	check_eq(int, (int)cpu_run(cpu, UINT64_MAX), CPU_STOP_REQUESTED);
	check(cpu_seconds() - began < ENOUGH_S);
	check_eq(u64, cpu_stats(cpu).software_interrupts, PASSES * sizeof page);
	free_cpu();
}

/* A store of 4 bytes, half of it code that has run. */
Test(engine_code, a_store_that_reaches_into_code_changes_it)
{
	static const uint8_t code[] = {
		0xbb, 0x40,      0x00, 0x20, 0x00,       /* mov ebx, 200040h */
		0xc7, 0x03,      0xb0, 0x01, 0xc3, 0x00, /* mov dword [ebx], (mov al, 1; ret) */
		0xff, 0xd3,                              /* call ebx */
		0xb9, 0x28,      0x00, 0x00, 0x00,       /* mov ecx, 40 */
		0x89, 0x8b,      0x00, 0x0f, 0x00, 0x00, /* l: mov [ebx + f00h], ecx */
		0xe2, 0xf8,                              /* loop l */
		0xc7, 0x43,      0xfe, 0x00, 0x00, 0xb0, 0x02, /* mov dword [ebx - 2], 02b00000h */
		0xff, 0xd3,                                    /* call ebx */
		0xe6, PORT_STOP, 0xf4                          /* out PORT_STOP, al; hlt */
	};
	make_cpu(false);
	start_protected(code, sizeof code);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED);
	check_eq(u64, written[0].value, 2);
	free_cpu();
}

static uint64_t poked_at;

static void poke(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	static const uint8_t two = 2;
	if (offset == PORT_POKE) check(mem_write(&mem, poked_at, &two, 1));
	port_write(dev, offset, width, value);
}

static const struct device_ops poking = { .name = "ports",
					  .mem_read = port_read,
					  .mem_write = poke };

/* Runs mov al, 1 ten times; each time a device writes into the page of the code. */
static uint64_t starts_with_pokes_at(uint64_t at, uint64_t last)
{
	static const uint8_t code[] = {
		0xb9, 10,        0x00, 0x00, 0x00, /* mov ecx, 10 */
		0xb0, 1,                           /* l: mov al, 1 */
		0xe6, PORT_POKE,                   /* out PORT_POKE, al */
		0xe2, 0xfa,                        /* loop l */
		0xe6, PORT_STOP, 0xf4              /* out PORT_STOP, al; hlt */
	};
	make_cpu(false);
	ports.ops = &poking;
	poked_at = at;
	start_protected(code, sizeof code);
	check_eq(int, (int)cpu_run(cpu, 1000000), CPU_STOP_REQUESTED);
	check_eq(u64, written[n_written - 1].value, last);
	uint64_t starts = cpu_stats(cpu).engine_starts;
	free_cpu();
	return starts;
}

Test(engine_code, a_devices_write_changes_what_it_hits)
{
	enum { OPERAND = CODE_AT + 6, BESIDE = CODE_AT + 0x800 };
	uint64_t hit = starts_with_pokes_at(OPERAND, 2);
	uint64_t beside = starts_with_pokes_at(BESIDE, 1);
	check_gt(u64, hit, beside, "nothing was translated anew");
	check_le(u64, beside, 2, "%lu starts of the engine", (unsigned long)beside);
}

/* The store drops the only block of the page, so that later stores there are not looked at, until
 * there is code again. */
Test(engine_code, a_page_has_code_again_and_again)
{
	enum { TIMES = 20, FUNCTION = 0x200040 };
	static const uint8_t function[] = { 0xb0, 0x00, 0xc3 }; /* mov al, 0; ret */
	static const uint8_t code[] = {
		0xbb, 0x40,  0x00, 0x20, 0x00, /* mov ebx, FUNCTION */
		0xb9, TIMES, 0x00, 0x00, 0x00, /* mov ecx, TIMES */
		0xff, 0xd3,                    /* l: call ebx */
		0x01, 0xc2,                    /* add edx, eax */
		0xfe, 0x43,  0x01,             /* inc byte [ebx + 1] */
		0xfe, 0x43,  0x11,             /* inc byte [ebx + 11h] */
		0xe2, 0xf4,                    /* loop l */
		0xf4,                          /* hlt */
	};
	struct cpu_regs r;
	make_cpu(false);
	start_protected(code, sizeof code);
	require(mem_write(&mem, FUNCTION, function, sizeof function));
	require_eq(int, (int)cpu_run(cpu, UINT64_C(1000000000)), CPU_STOP_HALTED);
	cpu_get_regs(cpu, &r);
	check_eq(u64, r.gpr[CPU_RDX], TIMES * (TIMES - 1) / 2);
	free_cpu();
}

/* The engine's hooks have nothing to remember of it. */
Test(engine_code, a_block_takes_little_memory_of_the_heap)
{
	enum { BLOCKS = 60000, MOST_BYTES = 64 };
	static const uint8_t jump[] = { 0xeb, 0x00 }; /* jmp $+2 */
	static const uint8_t halt[] = { 0xf4 };
	make_cpu(false);
	start_protected(halt, sizeof halt);
	for (unsigned i = 0; i < BLOCKS; i++)
		require(mem_write(&mem, CODE_AT + i * sizeof jump, jump, sizeof jump));
	require(mem_write(&mem, CODE_AT + BLOCKS * sizeof jump, halt, sizeof halt));
	size_t before = mallinfo2().uordblks;
	require_eq(int, (int)cpu_run(cpu, UINT64_C(1000000000)), CPU_STOP_HALTED);
	size_t bytes = (mallinfo2().uordblks - before) / BLOCKS;
	check_eq(u64, cpu_stats(cpu).blocks, BLOCKS + 1);
	check_le(sz, bytes, MOST_BYTES);
	free_cpu();
}
